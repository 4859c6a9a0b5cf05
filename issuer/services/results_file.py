"""What a file of results gives: good rows, faults, and for whom it was read.

Values that `issuer.services.accept`, `own_csv`, `mapped` and `planning` hand to each other.
"""

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field

from issuer.gradebooks.table import RowFault
from issuer.model.assessment import AssessmentResult

_BLANK = "Value error, "


@dataclass(frozen=True)
class ReadRow:
    """One good row."""

    line: int
    result: AssessmentResult


@dataclass(frozen=True)
class ReadResults:
    """What a file holds: good rows, faults, and how it was read."""

    rows: tuple[ReadRow, ...]
    faults: tuple[RowFault, ...]
    separator: str
    encoding: str


@dataclass(frozen=True)
class Source:
    """For whom a file is read: the organisation, its learner key and its courses."""

    organisation: str
    learner_key: str
    courses: Collection[str] = field(default_factory=tuple)


class Seen:
    """Which results a file has had already, in 12 bytes each: a million of them fit."""

    def __init__(self) -> None:
        self._lines: dict[bytes, int] = {}

    def first_line(self, natural_key: str, line: int) -> int:
        """The line on which this key stood first: ``line`` itself, if it is new."""
        digest = hashlib.blake2b(natural_key.encode(), digest_size=12).digest()
        return self._lines.setdefault(digest, line)


def unless_twice(row: ReadRow, seen: Seen) -> ReadRow | tuple[RowFault, ...]:
    """The row, or its fault where the same result stood further up."""
    first = seen.first_line(row.result.natural_key, row.line)
    if first == row.line:
        return row
    cure = "Keep one of the two; if both are meant, give each its own result_id"
    fault = f"the same learner, course and date as line {first}"
    return (RowFault(row.line, "all", "", fault, cure),)


def unless_to_come(row: ReadRow, last: dt.date, *, column: str) -> ReadRow | tuple[RowFault, ...]:
    """The row, or its fault where it was decided after the ``last`` day that may be."""
    if row.result.date <= last:
        return row
    day = row.result.date.isoformat()
    cure = "Correct the date, or send the row when that day has come"
    return (RowFault(row.line, column, day, "the date is still to come", cure),)


def fault_text(message: str) -> str:
    """What pydantic says, as we say it."""
    return message.removeprefix(_BLANK)
