"""The mapping: which column of a platform's file says who, when, and what counts as passed.

No learning platform says all three (its files are told in `docs/howto/issue-a-cohort.md`), so a
person does, once a course, and the answer is kept under a name. This module reads no file and
looks at no row.
"""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from issuer.model.texts import Line, Noun

ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
"""A column by its header, or by its place as ``#7``; the first column is ``#1``."""
Words = Annotated[tuple[Line, ...], Field(max_length=40)]


class Platform(StrEnum):
    """Who wrote the file."""

    OWN = "testamur"
    MOODLE = "moodle-gradebook"
    MOODLE_XML = "moodle-xml"
    MOODLE_COURSE = "moodle-course-completion"
    MOODLE_ACTIVITIES = "moodle-activity-completion"
    CANVAS = "canvas"
    OPENEDX = "openedx"
    ILIAS = "ilias"
    OPENOLAT = "openolat"
    BRIGHTSPACE = "brightspace"
    BLACKBOARD = "blackboard"
    OTHER = "other"


class NameOrder(StrEnum):
    """How the columns of the name are to be read."""

    GIVEN_FAMILY = "given_family"
    """Two columns, the given name first."""
    FAMILY_COMMA_GIVEN = "family_comma_given"
    """One column, divided at its first comma."""
    WHOLE = "whole"
    """One column that nobody divides."""


class AtLeast(Noun):
    """Passed: a number that is at least so much."""

    kind: Literal["at_least"] = "at_least"
    column: ColumnName
    threshold: Decimal
    above: bool = False
    """True: more than the threshold, not as much."""
    percent_of: Annotated[Decimal, Field(gt=0)] | None = None
    """The threshold is a percentage of this number; None: it is in what the column counts in."""

    def holds(self, value: Decimal) -> bool:
        """Whether a mark is enough; exact, without a floating point."""
        scaled, least = value, self.threshold
        if self.percent_of is not None:
            scaled, least = value * 100, self.threshold * self.percent_of
        return scaled > least if self.above else scaled >= least

    def __str__(self) -> str:
        """In words."""
        sign = "more than" if self.above else "at least"
        unit = "" if self.percent_of is None else f" % of {self.percent_of}"
        return f"“{self.column}” is {sign} {self.threshold}{unit}"


class Worded(Noun):
    """Passed: every one of these columns holds a word that counts."""

    kind: Literal["worded"] = "worded"
    columns: Annotated[tuple[ColumnName, ...], Field(min_length=1, max_length=100)]
    passed: Annotated[Words, Field(min_length=1)]
    not_passed: Words = ()
    undecided: Words = ()
    """Words that leave it open; one that ends in ``*`` stands for all that begin so."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        both = {w.casefold() for w in self.passed} & {w.casefold() for w in self.not_passed}
        if both:
            msg = f"{min(both)!r} cannot count as passed and as not passed"
            raise ValueError(msg)
        return self

    def __str__(self) -> str:
        """In words."""
        columns = " and ".join(f"“{column}”" for column in self.columns)
        against = f" (not passed: {' or '.join(self.not_passed)})" if self.not_passed else ""
        return f"{columns} says {' or '.join(self.passed)}{against}"


class Filled(Noun):
    """Passed: a column holds a date; empty means not yet."""

    kind: Literal["filled"] = "filled"
    column: ColumnName

    def __str__(self) -> str:
        """In words."""
        return f"“{self.column}” holds a date"


Rule = Annotated[AtLeast | Worded | Filled, Field(discriminator="kind")]
"""What counts as passed."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as fault:
        msg = f"{name[:60]!r} is no time zone such as Europe/Vienna"
        raise ValueError(msg) from fault
    return name


TimeZone = Annotated[str, StringConstraints(max_length=60), AfterValidator(_known_zone)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$")]
"""Name of a mapping: lower-case letters, digits and hyphens."""


class Mapping(Noun):
    """How a file of results is read; what is not known yet is left out."""

    platform: Platform
    key: ColumnName | None = None
    """What identifies the learner: student number or e-mail, as the organisation has set."""
    names: Annotated[tuple[ColumnName, ...], Field(max_length=2)] = ()
    order: NameOrder = NameOrder.GIVEN_FAMILY
    email: ColumnName | None = None
    dates: Annotated[tuple[ColumnName, ...], Field(max_length=100)] = ()
    """Columns that say when it was achieved; the latest one counts."""
    date: dt.date | None = None
    """The date for all rows, where no column says it."""
    time_zone: TimeZone | None = None
    """Where the clock stood by which the file says its times; None: at the organisation."""
    passed: Rule | None = None
    decimal: Literal[".", ","] | None = None
    """The decimal sign; None: as the columns show."""
    maximum: Annotated[Decimal, Field(gt=0)] | None = None
    """Most points, for a threshold in per cent where the file does not name them."""
    grade: ColumnName | None = None
    grade_scheme: Line | None = None

    @model_validator(mode="after")
    def _names_are_one_or_two(self) -> Self:
        wanted = 2 if self.order is NameOrder.GIVEN_FAMILY else 1
        if self.names and len(self.names) != wanted:
            msg = f"a name of the order {self.order} needs {wanted} columns"
            raise ValueError(msg)
        return self

    def columns(self) -> tuple[str, ...]:
        """Every column that is named, each once."""
        rule = self.passed
        decided: tuple[str, ...] = ()
        if rule is not None:
            decided = rule.columns if isinstance(rule, Worded) else (rule.column,)
        single = [one for one in (self.key, self.email, self.grade) if one]
        return tuple(dict.fromkeys([*single, *self.names, *self.dates, *decided]))

    def in_words(self) -> tuple[tuple[str, str], ...]:
        """What it says, line by line: what is meant, and where it is found."""
        name = ", ".join(f"“{column}”" for column in self.names)
        when = self.date.isoformat() if self.date else ""
        if self.dates:
            zone = f" ({self.time_zone})" if self.time_zone else ""
            when = f"the latest of {', '.join(f'“{c}”' for c in self.dates)}{zone}"
        grade = (
            f"“{self.grade}”, {self.grade_scheme or 'scheme not said'}" if self.grade else "none"
        )
        return (
            ("file of", str(self.platform)),
            ("learner", f"“{self.key}”" if self.key else _OPEN),
            ("name", f"{name} ({self.order})" if name else _OPEN),
            ("e-mail", f"“{self.email}”" if self.email else "none"),
            ("date", when or _OPEN),
            ("passed, if", str(self.passed) if self.passed else _OPEN),
            ("grade", grade),
        )


_OPEN = "not said yet"
