"""How a table of one platform is laid out: its header, which rows are people, what is usual there.

The platforms stand in `issuer.gradebooks.platforms`, a module each. A layout says how cells of the
platform are cleaned and what can be guessed of a mapping; it decides nothing about a person.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from issuer.gradebooks import cells
from issuer.gradebooks.cells import Sign
from issuer.gradebooks.columns import PERCENT, Header, display
from issuer.gradebooks.table import Row, RowFault, Table
from issuer.model.mapping import Mapping as NamedMapping
from issuer.model.mapping import Platform

Skips = Callable[[Sequence[str]], str | None]
"""Why a row is no person, in a few words; None: it is one."""

HUNDRED = Decimal(100)
"""All, in per cent."""
_SAMPLE = 1_000
_OF_LEGEND = 2
"""Cells that a row of a legend fills at most: a word and its value."""


def everybody(_cells: Sequence[str]) -> str | None:
    """Where every row is a person."""
    return None


@dataclass(frozen=True)
class Layout:
    """A table and how its platform lays it out."""

    platform: Platform
    table: Table
    header: Header
    guess: NamedMapping
    """What the header alone says."""
    first_row: int = 0
    """Rows behind the header that belong to it."""
    skips: Skips = everybody
    ends: Callable[[Sequence[str]], bool] | None = None
    """Whether people end before this row (a legend follows); whoever stands below is a fault."""
    cleaned: Callable[[str], str] = cells.clean
    maxima: Mapping[int, Decimal] = field(default_factory=dict)
    """Most points by the place of the column, where the file says it."""
    in_percent: frozenset[int] = frozenset()
    """Places of the columns that this platform writes in per cent, with or without the sign."""
    cleaned_id: Callable[[str], str] = str
    """What is done to ids beside that."""
    not_final: Mapping[int, str] = field(default_factory=dict)
    """Why nothing is issued from a column, by its place."""
    sign: Sign | None = None
    """The decimal sign that the platform writes in every language."""
    exported_at: int | None = None
    """When it was written, seconds of Unix time."""

    def people(self) -> Iterator[Row | RowFault]:
        """The rows that are people, and the faults of rows that cannot be read."""
        return (found for found in self.sorted_rows() if not isinstance(found, str))

    def sorted_rows(self) -> Iterator[Row | RowFault | str]:
        """The rows that are people and the faults; for every other row why it is skipped."""
        ended: int | None = None
        for row in islice(iter(self.table.rows), self.first_row, None):
            if isinstance(row, RowFault):
                yield row
                continue
            if self.ends is not None and self.ends(row.cells):
                ended = row.line
            yield self._sorted(row) if ended is None else _below(row, ended)

    def _sorted(self, row: Row) -> Row | RowFault | str:
        width = len(self.table.header)
        if tuple(row.cells) == self.table.header:
            return "the header once more"
        if (why := self.skips(row.cells)) is not None:
            return why
        if len(row.cells) != width:
            return wrong_width(row.line, len(row.cells), width)
        return row

    def sample(self) -> tuple[Row, ...]:
        """The first people, for guesses."""
        found = islice(self.people(), _SAMPLE)
        return tuple(row for row in found if isinstance(row, Row))

    def is_percent(self, at: int) -> bool:
        """Whether a column is in per cent by its header."""
        return at in self.in_percent or display(self.header.names[at]) in PERCENT

    def shows_percent(self, at: int) -> bool:
        """Whether a per cent sign stands behind all marks of a column."""
        texts = [self.cleaned(row.cells[at]) for row in self.sample()]
        marks = [text for text in texts if any(letter.isdigit() for letter in text)]
        return bool(marks) and all(text.endswith("%") for text in marks)

    def most(self, at: int) -> Decimal | None:
        """What all of a column is: 100 where it shows per cent; None: the file does not say."""
        return HUNDRED if self.shows_percent(at) else self.maxima.get(at)


def _below(row: Row, ended: int) -> RowFault | str:
    """Why a row below the people is none; a fault if it may be one, so that nobody is lost."""
    if sum(bool(cell.strip()) for cell in row.cells) <= _OF_LEGEND:
        return "legend"
    fault = f"it stands below line {ended}, where one cell alone is filled, as above a legend"
    return RowFault(row.line, "all", "", fault, f"Remove line {ended} if this row is a person")


def wrong_width(line: int, cells_there: int, width: int) -> RowFault:
    """The fault of a row with another number of cells than the header."""
    return RowFault(
        line,
        "all",
        "",
        f"{cells_there} cells where the header has {width}",
        "Check separators and quotation marks in this line",
    )


def words_of(rows: Iterable[Row], at: int) -> frozenset[str]:
    """The words that stand in a column, compared, without those that say nothing."""
    found = {cells.compared(row.cells[at]) for row in rows}
    return frozenset(found - cells.MISSING)
