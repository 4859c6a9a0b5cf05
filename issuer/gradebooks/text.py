"""A table in plain text: which encoding, which separator, and its rows one after the other.

RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180) read strictly with the standard library; a row
that fails or has another width is read once more by PHP's rule (`issuer.gradebooks.backslash`).
Nothing is guessed by statistics, padded or cut, and the text is never held as a whole.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from issuer.errors import DocumentTooLarge, MalformedDocument, UnusableInput
from issuer.gradebooks import backslash
from issuer.gradebooks.backslash import Patience
from issuer.gradebooks.table import Doubt, Reading, Row, RowFault, Table, checked_header

MOST_BYTES = 256 * 1024 * 1024
"""Largest text, 256 MiB."""
ENCODINGS = {"utf-8": "UTF-8", "utf-16": "UTF-16", "windows-1252": "Windows-1252"}
"""What may be asked for, and how it is called."""

_CODECS = {"UTF-8": "utf-8-sig", "UTF-16": "utf-16", "Windows-1252": "cp1252"}
# A colon is Moodle's fourth; it stands in the names of items too, so it comes last.
_SEPARATORS = ",;\t|"
_PIECE = 1 << 20
_HEAD_LINES = 50
_LOOKS = 4
"""How often a letter may be looked at by PHP's rule, on average."""
_COPIED = 64
"""Letters that are copied in the time of looking at one."""
_MOST_LINES = 100
"""Lines of the longest row that PHP's rule is tried on."""
_SEP = re.compile(r"sep=(.)", re.IGNORECASE)


def read(data: bytes, *, reading: Reading = Reading()) -> Table:  # noqa: B008 # It is frozen.
    """Read a text; raises MalformedDocument, DocumentTooLarge, UnusableInput (the encoding)."""
    if len(data) > MOST_BYTES:
        msg = f"The file has {len(data)} bytes; at most {MOST_BYTES}. Split it by course."
        raise DocumentTooLarge(msg)
    encoding, doubts = _encoding(data, reading.encoding)
    separator = _separator(data, encoding)
    rows = TextRows(data, encoding, separator)
    header = rows.header()
    _require_columns(header, separator)
    return Table(checked_header(header), rows, "text", encoding, separator, doubts=doubts)


@dataclass(frozen=True)
class TextRows:
    """The rows of a text; each time they are gone through, it is decoded anew."""

    data: bytes
    encoding: str
    separator: str

    def header(self) -> tuple[str, ...]:
        """The first row with something in it; raises MalformedDocument."""
        first = next(self._records(), None)
        if first is None:
            msg = "The file is empty. It needs a header line and one line for each result."
            raise MalformedDocument(msg)
        if isinstance(first, RowFault):
            msg = f"Line {first.line}, the header, is not well-formed CSV. Export the file again."
            raise MalformedDocument(msg)
        return tuple(first.cells)

    def __iter__(self) -> Iterator[Row | RowFault]:
        """Every row but the header and those with nothing in them."""
        yield from islice(self._records(), 1, None)

    def _records(self) -> Iterator[Row | RowFault]:
        with io.TextIOWrapper(
            io.BytesIO(self.data), encoding=_CODECS[self.encoding], newline=""
        ) as text:
            # Work grows with the file, whatever stands in it.
            patience = Patience(_LOOKS * len(self.data) + _PIECE)
            yield from _read(_Lines(text, patience), self.separator)


class _Lines:
    """Lines that remember which of them the row in hand has taken, and take some back."""

    def __init__(self, text: Iterator[str], patience: Patience) -> None:
        self._text = text
        self.patience = patience
        self._again: list[str] = []
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._text)
        self.taken.append(line)
        self.number += 1
        return line

    def keep(self, count: int) -> None:
        """Let the row in hand have its first ``count`` lines; the others are for the next one."""
        self._again.extend(reversed(self.taken[count:]))
        self.number -= len(self.taken) - count
        del self.taken[count:]


def _read(lines: _Lines, separator: str) -> Iterator[Row | RowFault]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    width = 0
    while True:
        lines.taken.clear()
        start = lines.number + 1
        found: list[str] | csv.Error
        try:
            found = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            found = fault
        if isinstance(found, csv.Error) or (width and len(found) != width) or _is_php(lines):
            found = _second_look(lines, separator, width, found)
        if isinstance(found, csv.Error):
            cure = "Check its quotation marks"
            yield RowFault(start, "all", "", f"this line is not well-formed CSV ({found})", cure)
        elif _is_row(found, separator, width):
            width = width or len(found)
            yield Row(start, found)


def _is_row(cells: list[str], separator: str, width: int) -> bool:
    """Whether something stands in it; Excel's first line only says which separator is meant."""
    says_separator = not width and _SEP.fullmatch(separator.join(cells).strip())
    return not says_separator and any(map(str.strip, cells))


def _is_php(lines: _Lines) -> bool:
    if len(lines.taken) == 1:  # Nearly always.
        return '\\"' in lines.taken[0]
    return any('\\"' in line for line in lines.taken)


def _second_look(
    lines: _Lines, separator: str, width: int, first: list[str] | csv.Error
) -> list[str] | csv.Error:
    """The row by PHP's rule where that is the one way to read it, else as it was read first.

    Two readings that are both of the right width are none.
    """
    plain = len(lines.taken)
    used, ways = _by_backslash(lines, separator, width) if width and _is_php(lines) else (0, [])
    fits = not isinstance(first, csv.Error) and len(first) == width
    if ways == [first] or (fits and not ways):
        lines.keep(plain)
    elif len(ways) == 1 and not fits:
        lines.keep(used)
        first = ways[0]
    elif ways:
        lines.keep(plain)
        first = csv.Error("a backslash before a quotation mark lets it be read in two ways")
    else:
        # A row that cannot be read is one line: what follows may be good again.
        lines.keep(1 if isinstance(first, csv.Error) else plain)
    return first


def _by_backslash(lines: _Lines, separator: str, width: int) -> tuple[int, list[list[str]]]:
    """How many lines the row has by PHP's rule, and its readings."""
    text = ""
    for count in range(1, _MOST_LINES + 1):
        if count > len(lines.taken) and next(lines, None) is None:
            break
        text += lines.taken[count - 1]
        lines.patience.left -= len(text) // _COPIED
        if lines.patience.left <= 0:
            break
        ways = backslash.readings(text, separator=separator, width=width, patience=lines.patience)
        if ways:
            return count, ways
    return 0, []


def _encoding(data: bytes, asked: str | None) -> tuple[str, tuple[Doubt, ...]]:
    if asked is not None:
        name = ENCODINGS.get(asked.lower())
        if name is None:
            msg = f"{asked[:40]!r} is no encoding that is read here. There are: {_named()}."
            raise UnusableInput(msg)
        _require_decodes(data, name)
        return name, ()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        _require_decodes(data, "UTF-16")
        return "UTF-16", ()
    if b"\0" in data:
        msg = "The file is not text. Export the results as CSV in UTF-8."
        raise MalformedDocument(msg)
    if _decodes(data, "UTF-8"):
        return "UTF-8", ()
    # Spreadsheets on Windows still write this; its undefined bytes betray a wrong guess.
    _require_decodes(data, "Windows-1252")
    doubt = Doubt(
        "encoding",
        "The file is not UTF-8, so it was read as Windows-1252, as spreadsheets write it",
        "Look at the names; if they are right, say --encoding windows-1252. Foreign scripts are "
        "lost in such a file: better export it again, or save it as CSV UTF-8",
    )
    return "Windows-1252", (doubt,)


def _named() -> str:
    return ", ".join(ENCODINGS)


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(_CODECS[encoding])("strict")
    try:
        for at in range(0, len(data), _PIECE):
            decoder.decode(data[at : at + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _require_decodes(data: bytes, encoding: str) -> None:
    if not _decodes(data, encoding):
        msg = "The file is in no encoding that we can tell. Save it again as CSV in UTF-8."
        raise MalformedDocument(msg)


def _separator(data: bytes, encoding: str) -> str:
    with io.TextIOWrapper(io.BytesIO(data), encoding=_CODECS[encoding], newline="") as text:
        lines = [line for line in islice(text, _HEAD_LINES) if line.strip()]
    if not lines:
        return ","
    if said := _SEP.fullmatch(lines[0].strip()):
        return said[1]
    # A quoted cell of the header may hold a line break, so the row is read and not the line.
    best = max(_SEPARATORS, key=lambda separator: _fields(lines, separator))
    return ":" if _fields(lines, best) == 1 and _fields(lines, ":") > 1 else best


def _fields(lines: list[str], separator: str) -> int:
    try:
        return len(next(csv.reader(lines, delimiter=separator)))
    except csv.Error:
        return 0


def _require_columns(header: tuple[str, ...], separator: str) -> None:
    """Refuse a file of which a spreadsheet has made one column."""
    if len(header) == 1 and any(header[0].count(other) > 1 for other in _SEPARATORS):
        msg = (
            f"The whole line stands in one column (read with {separator!r}): a spreadsheet did "
            "not split the file and saved it again. Send the file as the platform wrote it."
        )
        raise MalformedDocument(msg)
