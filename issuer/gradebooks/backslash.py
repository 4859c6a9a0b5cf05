r"""Rows as PHP writes them: behind a backslash it does not double a quotation mark.

PHP ``fputcsv`` with its default escape character
(https://www.php.net/manual/en/function.fputcsv.php), as Moodle uses it. ``C:\data\", then`` is
written ``"C:\data\", then"``: whether such a mark ends the cell is open, so every reading is
tried, and the row counts only where exactly one has as many cells as the header. Nothing else is
read here.
"""

from collections.abc import Iterator

_MOST_STEPS = 5_000
"""Cells that are tried before a row is given up."""
# What PHP always puts into quotation marks.
_QUOTED = frozenset('"\\ \t')


def readings(text: str, *, separator: str, width: int) -> list[list[str]]:
    """Every way in which ``text``, a whole row, can be ``width`` cells; two at most are looked for.

    An empty list: it is no row of PHP's, or one of more readings than can be tried.
    """
    text = text.rstrip("\r\n")
    found: list[list[str]] = []
    open_ways: list[tuple[int, list[str]]] = [(0, [])]
    steps = 0
    while open_ways and len(found) <= 1:
        at, cells = open_ways.pop()
        for cell, end in _cells(text, at, separator):
            steps += 1
            if steps > _MOST_STEPS:
                return []
            row = [*cells, cell]
            if end == len(text) and len(row) == width:
                found.append(row)
            elif end < len(text) and len(row) < width:
                open_ways.append((end + 1, row))
    return found


def _cells(text: str, at: int, separator: str) -> Iterator[tuple[str, int]]:
    """Each cell that may begin at ``at``, and where the separator or the end behind it is."""
    if text[at : at + 1] != '"':
        end = text.find(separator, at)
        end = len(text) if end < 0 else end
        plain = text[at:end]
        if not _QUOTED & {*plain}:
            yield plain, end
        return
    at, escaped, cell = at + 1, False, ""
    while at < len(text):
        letter, follows = text[at], text[at + 1 : at + 2]
        ends = follows in {"", separator}
        if letter == '"' and not escaped:
            if follows != '"':
                if ends:
                    yield cell, at + 1
                return
            at += 1
        elif letter == '"' and ends:
            yield cell, at + 1
        escaped = letter == "\\"
        cell += letter
        at += 1
