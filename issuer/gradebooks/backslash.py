r"""Rows as PHP writes them: behind a backslash it does not double a quotation mark.

PHP ``fputcsv`` with its default escape character
(https://www.php.net/manual/en/function.fputcsv.php), as Moodle uses it. ``C:\data\", then`` is
written ``"C:\data\", then"``: whether such a mark ends the cell is open, so every reading is
tried, and the row counts only where exactly one has as many cells as the header. Nothing else is
read here.
"""

from dataclasses import dataclass
from typing import NamedTuple

# What PHP always puts into quotation marks.
_QUOTED = frozenset('"\\ \t\r\n')


@dataclass
class Patience:
    """How many letters may still be looked at; a file that is made to be hard uses it up."""

    left: int


class _Way(NamedTuple):
    """The first ``width`` cells of a row: the last of them, and those before.

    Ways share their cells: to copy them with each step would be quadratic in the columns.
    """

    width: int
    cell: str
    before: "_Way | None"

    def cells(self) -> list[str]:
        found: list[str] = []
        way: _Way | None = self
        while way is not None:
            found.append(way.cell)
            way = way.before
        return found[::-1]


def readings(text: str, *, separator: str, width: int, patience: Patience) -> list[list[str]]:
    """Every way in which ``text``, a whole row, can be ``width`` cells; two at most are looked for.

    An empty list: it is no row of PHP's, or there is no patience left to find out.
    """
    text = text.rstrip("\r\n")
    found: list[list[str]] = []
    open_ways: list[tuple[int, _Way | None]] = [(0, None)]
    while open_ways and len(found) <= 1 and patience.left > 0:
        at, before = open_ways.pop()
        # An empty cell is a step too.
        patience.left -= 1
        for cell, end in _cells(text, at, separator, patience):
            way = _Way(before.width + 1 if before else 1, cell, before)
            if end == len(text) and way.width == width:
                found.append(way.cells())
            elif end < len(text) and way.width < width:
                open_ways.append((end + 1, way))
    return found if patience.left > 0 else []


def _cells(text: str, at: int, separator: str, patience: Patience) -> list[tuple[str, int]]:
    """Each cell that may begin at ``at``, and where the separator or the end behind it is."""
    if text[at : at + 1] == '"':
        return _quoted(text, at + 1, separator, patience)
    end = text.find(separator, at)
    end = len(text) if end < 0 else end
    plain = text[at:end]
    patience.left -= len(plain)
    return [] if _QUOTED & {*plain} else [(plain, end)]


def _quoted(text: str, start: int, separator: str, patience: Patience) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    at, escaped, cell = start, False, ""
    while at < len(text) and at - start < patience.left:
        letter, follows = text[at], text[at + 1 : at + 2]
        if letter == '"' and follows in {"", separator}:
            found.append((cell, at + 1))
            # The cell so far is copied.
            patience.left -= len(cell)
        if letter == '"' and not escaped:
            if follows != '"':
                break
            at += 1
        escaped = letter == "\\"
        cell += letter
        at += 1
    patience.left -= at - start
    return found
