"""A workbook, XLSX or ODS: looked through first, then read by a process that may die of it.

python-calamine 0.9 (https://github.com/dimastbk/python-calamine) in a child with 1 GiB of address
space and 30 s of CPU, killed at a deadline. Empty columns before and rows above stay, or every cell
would move. Formats of numbers, comments and charts are not seen.
"""

import csv
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, cast

from issuer.errors import DeadlineExceeded, DocumentTooLarge, MalformedDocument, UnusableInput
from issuer.gradebooks import package_scan
from issuer.gradebooks.package_scan import Scanned
from issuer.gradebooks.table import Doubt, Row, Table, checked_header
from issuer.gradebooks.workbook_child import NUMBER, VISIBLE, opened

DEADLINE_S = 60.0
"""Seconds after which the reading process is killed."""
MOST_ANSWERED = 256 * 1024 * 1024
"""Most bytes of text that the reading process may make of a sheet, as of a file of text."""

_PIECE = 1 << 18
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
        row = "0"
        try:
            for record in islice(_parsed(self.answer), 2, None):
                row = record[0]
                yield record
        except csv.Error as fault:
            # The only one there is: whatever the child writes is well-formed.
            msg = (
                f"A cell of the sheet, in the first row with something in it after row {row}, has "
                f"more than {csv.field_size_limit() - 1} characters. Shorten it."
            )
            raise DocumentTooLarge(msg) from fault


def _parsed(answer: bytes) -> Iterator[list[str]]:
    with TextIOWrapper(BytesIO(answer), encoding="utf-8", newline="") as text:
        yield from csv.reader(text)


def _sheets(answer: bytes) -> tuple[dict[str, str], str]:
    """The sheets with their states, and the one that was read.

    Raises UnusableInput and DocumentTooLarge (a name).
    """
    try:
        parts, chosen = tuple(islice(_parsed(answer), 2))
    except csv.Error as fault:
        msg = (
            f"The name of a sheet has more than {csv.field_size_limit()} characters. Give it a "
            "short one."
        )
        raise DocumentTooLarge(msg) from fault
    sheets = dict(zip(parts[::2], parts[1::2], strict=True))
    if not chosen:
        shown = ", ".join(name for name, state in sheets.items() if state == VISIBLE)
        msg = f"There is no such sheet, or none that is visible. There are: {shown or 'none'}."
        raise UnusableInput(msg)
    return sheets, chosen[0]


def _asked(data: bytes, sheet: str) -> bytes:
    """What the child answers; raises DeadlineExceeded, DocumentTooLarge and MalformedDocument."""
    late = threading.Event()
    with subprocess.Popen(  # noqa: S603 # Our own code, no shell.
        [sys.executable, "-c", _START, str(_ROOT), sheet],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as child:

        def stop() -> None:
            late.set()
            child.kill()

        deadline = threading.Timer(DEADLINE_S, stop)
        deadline.start()
        try:
            answer = _exchanged(child, data)
            child.wait()
        finally:
            deadline.cancel()
            child.kill()
    if late.is_set():
        msg = f"Reading this workbook takes longer than {DEADLINE_S:g} seconds. Export CSV."
        raise DeadlineExceeded(msg)
    if child.returncode != 0:
        msg = (
            "The workbook cannot be read: it is damaged, or needs more memory or time than there "
            "is for it. Export it again, or as CSV."
        )
        raise MalformedDocument(msg)
    return answer


def _exchanged(child: subprocess.Popen[bytes], data: bytes) -> bytes:
    """Give the child all there is, then take what it says; it says nothing before.

    Raises DocumentTooLarge.
    """
    # Both were asked for as pipes.
    given, answer = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
    # A child that is dead reads nothing, and its return code says so.
    with suppress(BrokenPipeError), given:
        given.write(data)
    return _bounded(answer)


def _bounded(answer: IO[bytes]) -> bytes:
    found = BytesIO()
    while piece := answer.read(_PIECE):
        if found.tell() + len(piece) > MOST_ANSWERED:
            msg = (
                f"The sheet comes to more than {MOST_ANSWERED} bytes of text. Delete what is not "
                "needed, or split it by course."
            )
            raise DocumentTooLarge(msg)
        found.write(piece)
    return found.getvalue()


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
