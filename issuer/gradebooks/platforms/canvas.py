"""Canvas's gradebook: Final Score and Final Grade, rows that are no people, and no e-mail.

Instructure canvas-lms lib/gradebook_exporter.rb: separator, decimal sign and BOM each follow
settings of their own; ``EX`` is excused, ``N/A`` not assigned. Current and Unposted scores leave
out what was not handed in or hold what is hidden, so nothing is issued from them.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from issuer.gradebooks import cells
from issuer.gradebooks.columns import Header, compared
from issuer.gradebooks.layout import Layout, words_of
from issuer.gradebooks.table import Row, Table
from issuer.gradebooks.wishes import told_by_words
from issuer.model.mapping import Mapping, NameOrder, Platform, Worded

_POINTS = "points possible"
_MANUAL = "manual posting"
_TEST_LOGIN = re.compile(r"[0-9a-f]{40}")
_WRAPPED = re.compile(r'="(.*)"', re.DOTALL)
_NOT_FINAL = re.compile(r"\b(current|unposted)\b.*\b(score|grade)$")
_WHY = "Canvas's current and unposted marks are not final"
_SCORE = "score"
_HEAD_ROWS = 3


def cleaned(text: str) -> str:
    """A cell without blanks at its ends; a name that Canvas wrote as ``="…"`` as it is."""
    found = _WRAPPED.fullmatch(text.strip())
    return cells.clean(found[1] if found else text)


def lay_out(table: Table, key: str) -> Layout | None:
    """The layout; None: it is another file."""
    header = Header(table.header)
    one = header.first("Student")
    two = (header.first("FirstName"), header.first("LastName"))
    if not (header.has("ID") and header.has("Section") and (one or all(two))):
        return None
    names = {"names": (one,), "order": NameOrder.FAMILY_COMMA_GIVEN} if one else {"names": two}
    maxima = _maxima(table)
    layout = Layout(
        Platform.CANVAS,
        table,
        header,
        Mapping(platform=Platform.CANVAS, **names),
        skips=_skips(header),
        cleaned=cleaned,
        maxima=maxima,
        # Its scores are in per cent, without the sign.
        in_percent=frozenset(
            at
            for at, name in enumerate(header.names)
            if compared(name).endswith(_SCORE) and at not in maxima
        ),
        not_final={
            at: _WHY for at, name in enumerate(header.names) if _NOT_FINAL.search(compared(name))
        },
    )
    return _guessed(layout, key)


def _skips(header: Header) -> "_Skips":
    login = header.find("SIS Login ID") if header.has("SIS Login ID") else None
    return _Skips(login)


class _Skips:
    """Why a row is no person: it is told by its content, wherever it stands."""

    def __init__(self, login: int | None) -> None:
        self._login = login

    def __call__(self, row: Sequence[str]) -> str | None:
        """Why, in a few words."""
        if compared(row[0]) == _POINTS:
            return "Points Possible"
        if not row[0].strip() and any(compared(cell) == _MANUAL for cell in row):
            return "Manual Posting"
        login = row[self._login] if self._login is not None and self._login < len(row) else ""
        if _TEST_LOGIN.fullmatch(login.strip()) and "test" in row[0].casefold():
            return "the test student"
        return None


def _maxima(table: Table) -> dict[int, Decimal]:
    heads = [row for _, row in zip(range(_HEAD_ROWS), table.rows, strict=False)]
    found: dict[int, Decimal] = {}
    for row in heads:
        if isinstance(row, Row) and compared(row.cells[0]) == _POINTS:
            for at, text in enumerate(row.cells):
                sign = cells.sign_of(text)
                if sign and (most := cells.number(text, sign=sign)):
                    found[at] = most
    return found


def _guessed(layout: Layout, key: str) -> Layout:
    header, people = layout.header, layout.sample()
    login = header.first("SIS Login ID")
    mails = login is not None and _are_mails(people, header.find(login))
    fields = {
        "key": login if key == "email" and mails else header.first("SIS User ID"),
        "email": login if mails else None,
        "passed": _final_grade(layout, people),
    }
    if key == "email" and not mails:
        fields["key"] = None
    guess = layout.guess.model_copy(update=fields)
    return replace(layout, guess=guess)


def _are_mails(people: Sequence[Row], at: int) -> bool:
    logins = [row.cells[at] for row in people if row.cells[at].strip()]
    return bool(logins) and all("@" in login for login in logins)


def _final_grade(layout: Layout, people: Sequence[Row]) -> Worded | None:
    """Final Grade, where it says passed or failed and nobody has overridden it."""
    header = layout.header
    column = header.first("Final Grade")
    overridden = header.first("Override Grade") or header.first("Override Score")
    if overridden and words_of(people, header.find(overridden)):
        return None
    return told_by_words(layout, [column]) if column else None
