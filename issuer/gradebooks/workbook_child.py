"""The other side of a workbook: a process that reads one sheet into texts and ends.

Started by `issuer.gradebooks.workbook` as ``python -c``, with little memory and little time:
python-calamine is native code that aborts when it is asked for too much. The answer is CSV, so
that the parent opens nothing but text: first the sheets, then the row numbers and cells.
"""

import csv
import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO, TextIOWrapper

ADDRESS_SPACE = 1 << 30
"""Bytes of memory that the process may ask for (1 GiB)."""
CPU_S = 30
"""Seconds of CPU that it may take."""
VISIBLE = "visible"
NUMBER = "n"
"""Mark before a cell that was a number."""
TEXT = "t"
"""Mark before every other cell."""


def answer(data: bytes, sheet: str) -> Iterator[list[str]]:
    """The sheets (name, state, name, state …), the name of the one that is read, and its rows.

    ``sheet`` is its name; empty: the first visible one. A row is its number and its cells.
    """
    from python_calamine import (  # noqa: PLC0415 # The parent knows this module's constants.
        CalamineWorkbook,
        SheetVisibleEnum,
    )

    book = CalamineWorkbook.from_filelike(BytesIO(data))
    states = [
        (one.name, VISIBLE if one.visible == SheetVisibleEnum.Visible else "hidden")
        for one in book.sheets_metadata
    ]
    yield [part for state in states for part in state]
    names = [name for name, state in states if state == VISIBLE]
    chosen = sheet or (names[0] if names else "")
    if chosen not in {name for name, _ in states}:
        yield []
        return
    yield [chosen]
    rows = book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    for number, row in enumerate(rows, 1):
        cells = [text_of(value) for value in row]
        if any(cells):
            yield [str(number), *cells]


def text_of(value: object) -> str:
    """A cell as text; a number is marked, so that an id that became one is seen."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return TEXT + ("true" if value else "false")
    if isinstance(value, int | float):
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15  # noqa: PLR2004 # Exact until here.
        return NUMBER + (str(int(value)) if whole else repr(value))
    return TEXT + (value.isoformat(sep=" ") if isinstance(value, dt.datetime) else str(value))


def opened(cell: str) -> str:
    """The text of a cell without its mark."""
    return cell[1:]


def write(rows: Iterator[Sequence[str]], to: TextIOWrapper) -> None:
    """Write the answer."""
    csv.writer(to, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)


def main(sheet: str) -> None:  # pragma: no cover  # Runs in its own process.
    """Read a workbook from standard input, answer on standard output."""
    import resource  # noqa: PLC0415 # POSIX alone has it.

    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    write(answer(data, sheet), TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline=""))
