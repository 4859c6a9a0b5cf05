"""ILIAS's results of a test: one row an attempt, of which one is scored.

ILIAS Test/ExportImport/ResultsExportExcel.php (8 to 10). The column called ``Pass`` (German
``Durchlauf``) is the number of the attempt. With all attempts ``Scored Pass`` is the header of two
columns: one with an ``x``, and one with a number. Nothing says passed but the name of a mark. Dates
are texts in the form of the person who exports. Older files have empty person cells: they are
faults.
"""

from collections.abc import Sequence
from decimal import Decimal

from issuer.gradebooks import cells
from issuer.gradebooks.columns import Header
from issuer.gradebooks.layout import Layout, everybody
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
    attempts, scored = header.places(*_ATTEMPT), header.places(*_SCORED)
    return Layout(
        Platform.ILIAS,
        table,
        header,
        guess,
        # The column with the x stands first, the one with the number behind it.
        skips=_Scored(attempts[0], scored[-1]) if attempts and scored else everybody,
        not_final=dict.fromkeys((*attempts, *scored), _WHY),
        maxima=_maxima(table, header, header.find(points)),
    )


class _Scored:
    """Which attempt counts: the one whose number is the scored one."""

    def __init__(self, attempt: int, scored: int) -> None:
        self._attempt = attempt
        self._scored = scored

    def __call__(self, row: Sequence[str]) -> str | None:
        """Why, in a few words."""
        if len(row) <= max(self._attempt, self._scored):
            return None
        attempt, scored = row[self._attempt].strip(), row[self._scored].strip()
        return "an attempt that does not count" if scored and scored != attempt else None


def _maxima(table: Table, header: Header, points: int) -> dict[int, Decimal]:
    column = header.first(*_MOST)
    if column is None:
        return {}
    at = header.find(column)
    texts = {row.cells[at] for row in table.rows if isinstance(row, Row) and len(row.cells) > at}
    if len(texts) != 1:
        return {}
    (text,) = texts
    try:
        most = cells.number(text, sign=cells.sign_of(text))
    except cells.Damaged:
        # It is needed for a threshold in per cent alone, and then it is asked for.
        return {}
    return {points: most} if most else {}
