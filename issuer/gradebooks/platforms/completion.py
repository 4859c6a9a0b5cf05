"""Moodle's completion reports: the files that say both that somebody passed and when.

Moodle report/completion and report/progress: dates as ``2026-06-20 09:05:00`` by the clock of the
person who downloads, without a zone; the column ``ID`` is Moodle's own number of the user, not the
student's. An override by hand (``Completed (set by …)``) hides whether it was passed.
"""

from issuer.gradebooks.columns import Header, compared
from issuer.gradebooks.layout import Layout
from issuer.gradebooks.platforms import person
from issuer.gradebooks.platforms.moodle import cleaned
from issuer.gradebooks.table import Row, Table
from issuer.model.mapping import Filled, Mapping, NameOrder, Platform

COMPLETE = ("Course complete", "Kurs abgeschlossen", "Curso finalizado", "Cours achevé")
STATES = ("completed", "abgeschlossen", "not completed", "nicht abgeschlossen")
"""How the state of an activity begins, compared."""
_DATED = " - completion date"
_STUDENT = ("ID number", "ID-Nummer", "Número de ID", "Numéro d'identification", "Matriculation")


def lay_out_course(table: Table, key: str) -> Layout | None:
    """The layout of a course completion report; None: it is another file."""
    header = Header(table.header)
    complete = header.first(*COMPLETE)
    dated = any(compared(name).endswith(_DATED) for name in header.names)
    name = header.first(*person.WHOLE)
    if name is None or not header.has("ID") or not (complete or dated):
        return None
    people = person.columns(header, key, student=_STUDENT)
    people |= {"names": (name,), "order": NameOrder.WHOLE}
    if complete:
        people |= {"dates": (complete,), "passed": Filled(column=complete)}
    guess = Mapping(platform=Platform.MOODLE_COURSE, **people)
    return Layout(Platform.MOODLE_COURSE, table, header, guess, cleaned=cleaned, sign=".")


def lay_out_activities(table: Table, key: str) -> Layout | None:
    """The layout of an activity completion report; None: it is another file."""
    if table.header[0].strip():
        return None
    rows = [row for _, row in zip(range(200), table.rows, strict=False) if isinstance(row, Row)]
    rows = [row for row in rows if len(row.cells) == len(table.header)]
    names = ["Name", *table.header[1:]]
    found: list[str] = []
    for at in range(1, len(names) - 1):
        words = {compared(row.cells[at]) for row in rows} - {""}
        if words and all(word.startswith(STATES) for word in words):
            found.append(names[at])
            # The second header of a pair is empty, or the day on which it is expected.
            names[at + 1] = f"{names[at]} - Completion date"
    if not found:
        return None
    header = Header(names)
    people = person.columns(header, key, student=_STUDENT)
    people |= {"names": ("Name",), "order": NameOrder.WHOLE}
    guess = Mapping(platform=Platform.MOODLE_ACTIVITIES, **people)
    return Layout(Platform.MOODLE_ACTIVITIES, table, header, guess, cleaned=cleaned, sign=".")
