"""ILIAS's results of a test: one row an attempt, of which one is scored.

ILIAS Test/ExportImport/ResultsExportExcel.php (8 to 10). The column called ``Pass`` (German
``Durchlauf``) is the number of the attempt; nothing says passed but the name of a mark. Dates are
texts in the form of the person who exports. Older files have empty person cells: they are faults.
"""

from collections.abc import Sequence
from decimal import Decimal

from issuer.gradebooks import cells
from issuer.gradebooks.columns import Header
from issuer.gradebooks.layout import Layout
from issuer.gradebooks.platforms import person
from issuer.gradebooks.table import Row, Table
from issuer.model.mapping import Mapping, NameOrder, Platform

_POINTS = ("Testergebnis in Punkten", "Test Result in Points", "Test Results in Points")
_MOST = ("Maximal erreichbare Punktezahl", "Maximum Available Points", "Maximal Points")
_ATTEMPT = ("Durchlauf", "Pass")
_SCORED = ("Bewerteter Durchlauf", "Scored Pass")
_LAST = ("Letzter Zugriff", "Last Access", "Last Visit")
_LOGIN = ("Benutzername", "Login", "Username", "Anmeldename")
_WHY = "this column of ILIAS counts attempts"


def lay_out(table: Table, key: str) -> Layout | None:
    """The layout; None: it is another file."""
    header = Header(table.header)
    points, name = header.first(*_POINTS), header.first("Name")
    if not (points and name and header.first(*_LOGIN)):
        return None
    people = person.columns(header, key)
    last = header.first(*_LAST)
    guess = Mapping(
        platform=Platform.ILIAS,
        **{**people, "names": (name,), "order": NameOrder.FAMILY_COMMA_GIVEN},
        dates=(last,) if last else (),
    )
    attempt, scored = header.first(*_ATTEMPT), header.first(*_SCORED)
    numbered = {header.find(column): _WHY for column in (attempt, scored) if column}
    return Layout(
        Platform.ILIAS,
        table,
        header,
        guess,
        skips=_Scored(header, attempt, scored),
        not_final=numbered,
        maxima=_maxima(table, header, header.find(points)),
    )


class _Scored:
    """Which attempt counts: the one whose number is the scored one."""

    def __init__(self, header: Header, attempt: str | None, scored: str | None) -> None:
        self._attempt = header.find(attempt) if attempt else None
        self._scored = header.find(scored) if scored else None

    def __call__(self, row: Sequence[str]) -> str | None:
        """Why, in a few words."""
        if self._attempt is None or self._scored is None or len(row) <= self._attempt:
            return None
        scored = row[self._scored].strip()
        return "an attempt that does not count" if scored and scored != row[self._attempt] else None


def _maxima(table: Table, header: Header, points: int) -> dict[int, Decimal]:
    column = header.first(*_MOST)
    if column is None:
        return {}
    at = header.find(column)
    texts = {row.cells[at] for row in table.rows if isinstance(row, Row) and len(row.cells) > at}
    if len(texts) != 1:
        return {}
    (text,) = texts
    most = cells.number(text, sign=cells.sign_of(text)) if text.strip() else None
    return {points: most} if most else {}
