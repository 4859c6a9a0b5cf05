"""A look through a workbook before anything reads it: how much is in it, and what is not wanted.

ECMA-376 (XLSX, https://ecma-international.org/publications-and-standards/standards/ecma-376/) and
OpenDocument 1.3 (ODS). A file of 1.5 KB can name a cell so far away that its reader asks for 512
GiB. Everything is counted while it is unpacked, and nothing is kept. No cell is read here.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Literal
from xml.parsers import expat

from issuer.errors import DocumentTooLarge, MalformedDocument

MOST_BYTES = 50 * 1024 * 1024
"""Largest workbook, 50 MiB."""
MOST_UNPACKED = 600 * 1000 * 1000
"""Most bytes of all its parts, unpacked."""
MOST_ROWS = 200_000
"""Highest row."""
MOST_CELLS = 8_000_000
"""Most rows times columns."""

_MOST_PARTS = 2_000
_PIECE = 1 << 18
_MOST_IN_ONE_TAG = 4 * 1024 * 1024
"""Bytes that expat may wait for the end of: it looks at them anew with every piece."""
# Those whose unpacking can be stopped: bzip2 and LZMA know no most.
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_SHEET = "worksheet"
"""Name of the element that is a sheet."""
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MOST_SHOWN = 20
_ALPHABET = 26
_BROKEN = (
    zipfile.BadZipFile, expat.ExpatError, EOFError, OSError, ValueError, NotImplementedError,
    RuntimeError, zlib.error,
)  # fmt: skip


@dataclass
class Scanned:
    """What was found."""

    kind: Literal["xlsx", "ods"]
    hidden_rows: dict[str, int] = field(default_factory=dict)
    """By the name of the part (XLSX) or of the sheet (ODS)."""


def scan(data: bytes) -> Scanned:
    """Look through a workbook.

    Raises DocumentTooLarge, and MalformedDocument for what is none, is damaged, or holds macros,
    formulas or a declaration of a document type.
    """
    if len(data) > MOST_BYTES:
        msg = f"The workbook has {len(data)} bytes; at most {MOST_BYTES}. Export CSV instead."
        raise DocumentTooLarge(msg)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return _scan(package)
    except LookupError as fault:
        msg = (
            "A part of the workbook is written in an encoding that is not read. Save it again as "
            ".xlsx or .ods, or export CSV."
        )
        raise MalformedDocument(msg) from fault
    except _BROKEN as fault:
        raise MalformedDocument("The workbook is damaged. Export it again.") from fault


def _scan(package: zipfile.ZipFile) -> Scanned:
    names = package.namelist()
    if len(names) > _MOST_PARTS or len({*names}) != len(names):
        msg = "The workbook has too many parts, or two of one name. Export it again."
        raise MalformedDocument(msg)
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        msg = "The workbook holds macros, so it is not read. Save it as .xlsx without them."
        raise MalformedDocument(msg)
    if any(part.compress_type not in _PACKINGS for part in package.infolist()):
        msg = "The workbook is packed in a way that none is. Save it again as .xlsx or .ods."
        raise MalformedDocument(msg)
    budget = _Budget(MOST_UNPACKED)
    if "xl/workbook.xml" in names:
        return _scan_xlsx(package, names, budget)
    if "content.xml" in names and "mimetype" in names and _is_ods(package):
        return _scan_ods(package, names, budget)
    msg = "This archive is no XLSX and no ODS. Export the results as CSV, XLSX or ODS."
    raise MalformedDocument(msg)


def _is_ods(package: zipfile.ZipFile) -> bool:
    with package.open("mimetype") as part:
        return part.read(len(_ODS)) == _ODS


class _Budget:
    """How many bytes may still be unpacked."""

    def __init__(self, left: int) -> None:
        self._left = left

    def pieces(self, part: IO[bytes]) -> Iterator[bytes]:
        """The part in pieces; raises DocumentTooLarge."""
        while piece := part.read(_PIECE):
            self._left -= len(piece)
            if self._left < 0:
                msg = f"The workbook unpacks to more than {MOST_UNPACKED} bytes. Export CSV."
                raise DocumentTooLarge(msg)
            yield piece


def _scan_xlsx(package: zipfile.ZipFile, names: list[str], budget: _Budget) -> Scanned:
    found = Scanned("xlsx")
    for name in names:
        # A relation may call any part a sheet, so each is looked at.
        sheet = _XlsxSheet()
        _go_through(package, name, budget, sheet)
        if sheet.hidden:
            found.hidden_rows[name] = sheet.hidden
    return found


def _scan_ods(package: zipfile.ZipFile, names: list[str], budget: _Budget) -> Scanned:
    sheets = _OdsSheets()
    for name in names:
        _go_through(package, name, budget, sheets if name == "content.xml" else None)
    sheets.end_row()
    return Scanned("ods", sheets.hidden)


def _go_through(
    package: zipfile.ZipFile, name: str, budget: _Budget, sheet: "_XlsxSheet | _OdsSheets | None"
) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_declaration
    if sheet is not None:
        parser.StartElementHandler = sheet.begin
    fed = 0
    is_xml = name.endswith((".xml", ".rels"))
    with package.open(name) as part:
        for number, piece in enumerate(budget.pieces(part)):
            # Pictures and the drawings of comments (.vml) are not read by anybody. What is XML says
            # so at its beginning; later a picture may have any byte.
            begins = number == 0 and piece.lstrip()[:1] == b"<" and not name.endswith(".vml")
            is_xml = is_xml or begins
            if is_xml:
                parser.Parse(piece, False)  # noqa: FBT003 # Positional in expat: more follows.
                fed += len(piece)
                _require_short(fed - parser.CurrentByteIndex)
    if is_xml:
        parser.Parse(b"", True)  # noqa: FBT003 # As above: this is the end.


def _require_short(waiting: int) -> None:
    if waiting > _MOST_IN_ONE_TAG:
        msg = (
            f"One tag or comment of the workbook has more than {_MOST_IN_ONE_TAG} bytes. Export "
            "CSV instead."
        )
        raise DocumentTooLarge(msg)


class _XlsxSheet:
    """Rows and cells of one sheet, told by their places; where there is none, counted."""

    def __init__(self) -> None:
        self.hidden = 0
        self._is_sheet = False
        self._row = 0
        self._column = 0
        self._highest = 0
        self._widest = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """One element begins."""
        local = name.rpartition(":")[2]
        if not self._is_sheet:
            self._is_sheet = local == _SHEET
        elif local == "c":
            place = attributes.get("r", "")
            row, self._column = _place(place) if place else (self._row, self._column + 1)
            self._reach(row, self._column)
        elif local == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            self.hidden += attributes.get("hidden") in {"1", "true"}
        elif local == "f":
            raise _formulas(f"row {self._row}")

    def _reach(self, row: int, column: int) -> None:
        if row > self._highest or column > self._widest:
            self._highest = max(self._highest, row)
            self._widest = max(self._widest, column)
            _require_small(self._highest, self._widest)


class _OdsSheets:
    """Rows and cells of all sheets, with how often each is repeated."""

    def __init__(self) -> None:
        self.hidden: dict[str, int] = {}
        self._sheet = ""
        self._highest = 0
        self._widest = 0
        self._row = 0
        self._repeats = 0
        self._column = 0
        self._filled = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """One element begins."""
        if name == "table:table-cell":
            self._column += int(attributes.get("table:number-columns-repeated", 1))
            if "office:value-type" in attributes or "calcext:value-type" in attributes:
                self._filled = self._column
            if "table:formula" in attributes:
                raise _formulas(f"row {self._row + 1}")
        elif name == "text:p":
            self._filled = self._column
        elif name == "table:table-row":
            self.end_row()
            self._repeats = int(attributes.get("table:number-rows-repeated", 1))
            if attributes.get("table:visibility") in {"collapse", "filter"}:
                self._hide()
        elif name == "table:table":
            self.end_row()
            self._sheet = attributes.get("table:name", "")
            self._row = self._highest = self._widest = 0

    def end_row(self) -> None:
        """The row before has ended."""
        self._row += self._repeats
        if self._filled:
            self._highest, self._widest = self._row, max(self._widest, self._filled)
            _require_small(self._highest, self._widest)
        self._repeats = self._column = self._filled = 0

    def _hide(self) -> None:
        self.hidden[self._sheet] = self.hidden.get(self._sheet, 0) + self._repeats


def _place(cell: str) -> tuple[int, int]:
    """Row and column of ``AB12``; raises MalformedDocument."""
    found = _PLACE.fullmatch(cell)
    if found is None:
        msg = (
            f"A cell of the workbook stands at {cell[:_MOST_SHOWN]!r}, which is no place. Save it "
            "again as .xlsx, or export CSV."
        )
        raise MalformedDocument(msg)
    column = 0
    for letter in found[1]:
        column = column * _ALPHABET + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _require_small(rows: int, columns: int) -> None:
    if rows > MOST_ROWS or rows * columns > MOST_CELLS:
        msg = (
            f"A sheet reaches to row {rows} and column {columns}; at most {MOST_ROWS} rows and "
            f"{MOST_CELLS} cells are read. Delete what is far away, or export CSV."
        )
        raise DocumentTooLarge(msg, rows=rows, columns=columns)


def _formulas(where: str) -> MalformedDocument:
    return MalformedDocument(
        f"The workbook holds formulas ({where}), and what they come to is not in the file for "
        "sure. Send the file as the platform wrote it, or paste the values alone into a new sheet."
    )


def _refuse_declaration(*_declared: object) -> None:
    msg = "The workbook declares a document type, which none does. It is not read."
    raise MalformedDocument(msg)
