"""People, read from a table by a mapping: who it is, whether it was passed, and when.

`Reader` looks up every column once and then reads row after row. A cell that is damaged is a fault
of its row; what nobody has said yet is None and never "failed". Nothing here knows awards.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from issuer.errors import UnusableInput
from issuer.gradebooks import cells
from issuer.gradebooks.cells import Damaged, Sign
from issuer.gradebooks.layout import HUNDRED, Layout
from issuer.gradebooks.table import Row, RowFault
from issuer.model.mapping import AtLeast, Filled, Mapping, NameOrder, Worded

_MOST_SHOWN = 80
_SIGN_ROWS = 1_000
_DASHES = ("-", "–", "—")

Texts = Sequence[str]


class Person(NamedTuple):
    """One person's result as the file states it."""

    line: int
    key: str
    given: str
    family: str
    whole: str
    """The name where nobody divides it; else empty."""
    email: str
    date: dt.date | None
    passed: bool | None
    grade: str


@dataclass(frozen=True)
class Where:
    """Where the organisation is, and by what it knows learners."""

    time_zone: str
    key: str
    """student_number or email."""


class Reader:
    """Reads people from one file by one mapping.

    Raises UnusableInput where the mapping names a column that is not there, or there twice, or one
    from which nothing may be issued.
    """

    def __init__(self, layout: Layout, mapping: Mapping, where: Where) -> None:
        self.layout = layout
        self.mapping = mapping
        self._where = where
        self._zone = mapping.time_zone or where.time_zone
        self._places = {name: self._place(name) for name in mapping.columns()}
        self._decide = self._decider()

    def __iter__(self) -> Iterator[Person | tuple[RowFault, ...]]:
        """Every person, or the faults of the row."""
        for row in self.layout.people():
            yield (row,) if isinstance(row, RowFault) else self.read(row)

    def read(self, row: Row) -> Person | tuple[RowFault, ...]:
        """One row."""
        faults: list[RowFault] = []

        def part(column: str | None, read: Callable[[str], object], otherwise: object) -> object:
            if column is None:
                return otherwise
            text = self._text(row.cells, column)
            try:
                return read(text)
            except Damaged as damaged:
                faults.append(self._fault(row, column, text, damaged))
                return otherwise

        mapping = self.mapping
        key = part(mapping.key, self._key, "")
        names = [part(column, self._name, "") for column in mapping.names]
        dates = [part(column, self._date, None) for column in mapping.dates]
        email = part(mapping.email, _email, "")
        passed = self._passed(row, faults)
        if passed and not key and mapping.key and not faults:
            faults.append(self._fault(row, mapping.key, "", _NO_KEY))
        if faults:
            return tuple(faults)
        given, family, whole = self._named([str(name) for name in names])
        found = [date for date in dates if isinstance(date, dt.date)]
        date = max(found, default=None) if mapping.dates else mapping.date
        grade = str(part(mapping.grade, _grade, ""))
        return Person(row.line, str(key), given, family, whole, str(email), date, passed, grade)

    def _place(self, name: str) -> int:
        at = self.layout.header.find(name)
        if why := self.layout.not_final.get(at):
            msg = f"Nothing can be issued from “{name}”: {why}. Choose another column."
            raise UnusableInput(msg)
        return at

    def _text(self, row: Texts, column: str) -> str:
        return self.layout.cleaned(row[self._places[column]])

    def _fault(self, row: Row, column: str, text: str, damaged: Damaged) -> RowFault:
        # A place alone says little: the header stands beside it.
        shown = self.layout.header.names[self._places[column]] or column
        return RowFault(row.line, shown, text[:_MOST_SHOWN], damaged.fault, damaged.cure)

    # --- Who -----------------------------------------------------------------------------------

    def _key(self, text: str) -> str:
        bare = cells.clean(self.layout.cleaned_id(text))
        if cells.is_missing(bare):
            return ""
        if self._where.key == "email":
            name, _, domain = bare.rpartition("@")
            return f"{name}@{domain.lower()}" if name else bare
        return cells.student_id(bare)

    def _name(self, text: str) -> str:
        found = cells.name(text)
        return _without_dash(found) if self.mapping.order is NameOrder.WHOLE else found

    def _named(self, names: Sequence[str]) -> tuple[str, str, str]:
        if not names:
            return "", "", ""
        if self.mapping.order is NameOrder.GIVEN_FAMILY:
            return names[0], names[1], ""
        if self.mapping.order is NameOrder.WHOLE:
            return "", "", names[0]
        family, _, given = names[0].partition(",")
        return cells.name(cells.clean(given)), cells.clean(family), ""

    # --- When ----------------------------------------------------------------------------------

    def _date(self, text: str) -> dt.date | None:
        if cells.is_missing(text):
            return None
        return cells.local_date(text, zone=self._zone, home=self._where.time_zone)

    # --- Whether -------------------------------------------------------------------------------

    def _passed(self, row: Row, faults: list[RowFault]) -> bool | None:
        said: list[bool | None] = []
        for column, decide in self._decide:
            text = self._text(row.cells, column)
            try:
                said.append(decide(text))
            except Damaged as damaged:
                faults.append(self._fault(row, column, text, damaged))
                return None
        # One that was failed decides; otherwise one that is open leaves it open.
        if False in said:
            return False
        return None if None in said or not said else True

    def _decider(self) -> list[tuple[str, Callable[[str], bool | None]]]:
        rule = self.mapping.passed
        if rule is None:
            return []
        if isinstance(rule, AtLeast):
            return [(rule.column, self._at_least(rule))]
        if isinstance(rule, Filled):
            return [(rule.column, self._is_filled)]
        return [(column, _worded(rule)) for column in rule.columns]

    def _is_filled(self, text: str) -> bool | None:
        return None if self._date(text) is None else True

    def _at_least(self, rule: AtLeast) -> Callable[[str], bool | None]:
        sign = self.mapping.decimal or self.layout.sign or self.sign(rule.column)
        takes_percent = self._takes_percent(rule)

        def decide(text: str) -> bool | None:
            if not takes_percent and text.endswith("%"):
                raise _PERCENT_AMONG_POINTS
            value = cells.number(text, sign=sign)
            return None if value is None else rule.holds(value)

        return decide

    def _takes_percent(self, rule: AtLeast) -> bool:
        """Whether ``35%`` counts as the rule does: never where it counts points of a column."""
        at = self._places[rule.column]
        if rule.percent_of is not None:
            return rule.percent_of == HUNDRED
        if self.layout.is_percent(at):
            return True
        return at not in self.layout.maxima and self.layout.shows_percent(at)

    def sign(self, column: str) -> Sign | None:
        """The decimal sign of a column, else of the file; None: nothing shows it.

        Where a column shows both, the one of its first number counts, and the others are faults.
        """
        at = self._places[column]
        elsewhere: Sign | None = None
        for number, row in enumerate(self.layout.people()):
            if isinstance(row, RowFault):
                continue
            if found := cells.sign_of(self.layout.cleaned(row.cells[at])):
                return found
            if elsewhere is None and number < _SIGN_ROWS:
                elsewhere = self._sign_beside(row.cells)
        return elsewhere

    def _sign_beside(self, row: Texts) -> Sign | None:
        signs = (cells.sign_of(self.layout.cleaned(text)) for text in row)
        return next((sign for sign in signs if sign), None)


_PERCENT_AMONG_POINTS = Damaged(
    "it is in per cent, and the rule counts in points",
    "Say the threshold in per cent (--pass-if 'COLUMN >= 60%'), or write the mark in points",
)
_NO_KEY = Damaged("empty", "Fill it in: it tells this learner from others of the same name")


def _without_dash(name: str) -> str:
    """The name without a dash that stands alone before or behind it, for a part there is none of.

    Without a pattern: one that looks for blanks before the end is quadratic in them.
    """
    if name.startswith(_DASHES) and name[1:2].isspace():
        name = name[1:].lstrip()
    if name.endswith(_DASHES) and name[-2:-1].isspace():
        name = name[:-1].rstrip()
    return name


def _email(text: str) -> str:
    return "" if cells.is_missing(text) else text


def _grade(text: str) -> str:
    return "" if cells.is_missing(text) else text


def _worded(rule: Worded) -> Callable[[str], bool | None]:
    passed, against = _compared(rule.passed), _compared(rule.not_passed)
    undecided = _compared(w for w in rule.undecided if not w.endswith("*"))
    begins = tuple(cells.compared(w[:-1]) for w in rule.undecided if w.endswith("*"))

    def decide(text: str) -> bool | None:
        word = cells.compared(text)
        if word in passed or word in against:
            return word in passed
        if word in undecided or word in cells.MISSING or (begins and word.startswith(begins)):
            return None
        fault = "neither a word for passed nor one for not passed"
        raise Damaged(fault, f"Say what it means: --pass-if 'COLUMN is {rule.passed[0]} or …'")

    return decide


def _compared(words: "Sequence[str] | Iterator[str]") -> frozenset[str]:
    return frozenset(cells.compared(word) for word in words)
