"""A workbook, XLSX or ODS: looked through first, then read by a process that may die of it.

python-calamine 0.9 (https://github.com/dimastbk/python-calamine) in a child with 1 GiB of address
space and 30 s of CPU, killed at a deadline. Empty columns before and rows above stay, or every cell
would move. Formats of numbers, comments and charts are not seen.
"""

import csv
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path

from issuer.errors import DeadlineExceeded, MalformedDocument, UnusableInput
from issuer.gradebooks import package_scan
from issuer.gradebooks.package_scan import Scanned
from issuer.gradebooks.table import Doubt, Row, Table, checked_header
from issuer.gradebooks.workbook_child import NUMBER, VISIBLE, opened

DEADLINE_S = 60.0
"""Seconds after which the reading process is killed."""

_ROOT = Path(__file__).parents[2]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from issuer.gradebooks.workbook_child import main; main(sys.argv[2])"
)


def read(data: bytes, *, sheet: str | None = None) -> Table:
    """Read one sheet; None: the first visible one.

    Raises DocumentTooLarge, MalformedDocument, DeadlineExceeded, and UnusableInput where there is
    no such sheet.
    """
    scanned = package_scan.scan(data)
    answer = _asked(data, sheet or "")
    sheets, chosen = _sheets(answer)
    rows = SheetRows(answer)
    header, numbers = rows.header(), rows.numbers()
    return Table(
        checked_header(header),
        rows,
        scanned.kind,
        sheet=chosen,
        other_sheets=tuple(name for name in sheets if name != chosen),
        numbers=numbers,
        doubts=_doubts(scanned, chosen),
    )


@dataclass(frozen=True)
class SheetRows:
    """The rows of a sheet as the child wrote them; each time they are parsed anew."""

    answer: bytes

    def header(self) -> tuple[str, ...]:
        """The first row with something in it; raises MalformedDocument."""
        first = next(self._records(), None)
        if first is None:
            msg = "The sheet is empty. It needs a header and one row for each person."
            raise MalformedDocument(msg)
        return tuple(opened(cell) for cell in first[1:])

    def numbers(self) -> frozenset[int]:
        """Places of columns in which numbers are kept as numbers."""
        found: set[int] = set()
        for record in islice(self._records(), 1, None):
            found.update(at for at, cell in enumerate(record[1:]) if cell[:1] == NUMBER)
        return frozenset(found)

    def __iter__(self) -> Iterator[Row]:
        """Every row but the header and those with nothing in them."""
        for record in islice(self._records(), 1, None):
            yield Row(int(record[0]), [opened(cell) for cell in record[1:]])

    def _records(self) -> Iterator[list[str]]:
        yield from islice(_parsed(self.answer), 2, None)


def _parsed(answer: bytes) -> Iterator[list[str]]:
    with TextIOWrapper(BytesIO(answer), encoding="utf-8", newline="") as text:
        yield from csv.reader(text)


def _sheets(answer: bytes) -> tuple[dict[str, str], str]:
    """The sheets with their states, and the one that was read; raises UnusableInput."""
    parts, chosen = tuple(islice(_parsed(answer), 2))
    sheets = dict(zip(parts[::2], parts[1::2], strict=True))
    if not chosen:
        shown = ", ".join(name for name, state in sheets.items() if state == VISIBLE)
        msg = f"There is no such sheet, or none that is visible. There are: {shown or 'none'}."
        raise UnusableInput(msg)
    return sheets, chosen[0]


def _asked(data: bytes, sheet: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 # Our own code, no shell.
            [sys.executable, "-c", _START, str(_ROOT), sheet],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=DEADLINE_S,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as fault:
        msg = f"Reading this workbook takes longer than {DEADLINE_S:g} seconds. Export CSV."
        raise DeadlineExceeded(msg) from fault
    if done.returncode != 0:
        msg = (
            "The workbook cannot be read: it is damaged, or needs more memory or time than there "
            "is for it. Export it again, or as CSV."
        )
        raise MalformedDocument(msg)
    return done.stdout


def _doubts(scanned: Scanned, sheet: str) -> tuple[Doubt, ...]:
    # The parts of an XLSX do not say their sheets' names, so those of all sheets are counted.
    count = scanned.hidden_rows.get(sheet, 0)
    if scanned.kind == "xlsx":
        count = sum(scanned.hidden_rows.values())
    if not count:
        return ()
    return (
        Doubt(
            "hidden_rows",
            f"{count} rows of the workbook are hidden, by a filter or by hand, and they were read",
            "Show all rows and look at them; then say --hidden-rows, or delete them",
        ),
    )
