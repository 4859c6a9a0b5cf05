"""What a file of results is once it has been read: a header and rows of texts, with their lines.

Nothing here reads a file, and nothing here knows what a mark or an award is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from issuer.errors import DocumentTooLarge

MOST_COLUMNS = 2_000
"""Columns of the widest table; a gradebook has some hundreds at most."""
MOST_IN_A_NAME = 1_000
"""Characters of the longest name of a column; platforms look for patterns in each."""

Kind = Literal["text", "xlsx", "ods", "xml"]
"""What the file was."""


class Row(NamedTuple):
    """One row: its line (in a workbook its row), the header being in the first one, and cells."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True)
class RowFault:
    """One fault in one row: where it is, what is wrong, and the cure."""

    line: int
    """Line in the file, the header being line 1."""
    column: str
    value: str
    fault: str
    cure: str

    def __str__(self) -> str:
        """One sentence for a terminal."""
        shown = f" ({self.value!r})" if self.value else ""
        return f"line {self.line}, column {self.column}{shown}: {self.fault}. {self.cure}"


@dataclass(frozen=True)
class Doubt:
    """Something about the file that a person has to look at before anything is issued."""

    code: Literal["encoding", "hidden_rows"]
    sentence: str
    cure: str


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, where somebody has said so."""

    encoding: str | None = None
    """``utf-8``, ``utf-16`` or ``windows-1252``; None: found out."""
    sheet: str | None = None
    """Name of a sheet; None: the first one that is visible."""


@dataclass(frozen=True)
class Table:
    """A file that was read; ``rows`` may be gone through as often as one likes."""

    header: tuple[str, ...]
    rows: Iterable[Row | RowFault]
    """All rows but the header; a fault stands for a row that cannot be read. A row of a text may
    have more or fewer cells than the header: nothing is padded or cut."""
    kind: Kind
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    """Sheets that were not read, hidden ones included."""
    numbers: frozenset[int] = frozenset()
    """Places of columns of a workbook that hold numbers and not texts."""
    exported_at: int | None = None
    """When the platform wrote it, in seconds of Unix time, where the file itself says so."""
    doubts: tuple[Doubt, ...] = field(default_factory=tuple)

    def said(self) -> str:
        """How it was read, in words."""
        if self.kind == "text":
            named = {"\t": "tab"}.get(self.separator, repr(self.separator))
            return f"text in {self.encoding}, separated by {named}"
        if self.kind == "xml":
            return "Moodle's XML"
        others = f" (not read: {', '.join(self.other_sheets)})" if self.other_sheets else ""
        return f"{self.kind.upper()} workbook, sheet {self.sheet!r}{others}"


def checked_header(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the header if it is no wider than a gradebook is, and none of its names longer.

    Raises DocumentTooLarge.
    """
    if len(cells) > MOST_COLUMNS:
        msg = (
            f"The header has {len(cells)} columns; at most {MOST_COLUMNS} are read. Export the "
            "columns that are needed."
        )
        raise DocumentTooLarge(msg, columns=len(cells))
    for place, name in enumerate(cells, 1):
        if len(name) > MOST_IN_A_NAME:
            msg = (
                f"The name of column {place} has {len(name)} characters; at most {MOST_IN_A_NAME} "
                "are read. Shorten it in the header."
            )
            raise DocumentTooLarge(msg, column=place)
    return tuple(cells)
