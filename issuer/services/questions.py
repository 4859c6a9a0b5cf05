"""What a file and its mapping leave open, each with the way to say it.

No learning platform's file says who, when and passed all three; nothing is issued before somebody
has.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from issuer.gradebooks.layout import Layout
from issuer.model.mapping import Mapping, Platform

_MOST_COLUMNS = 12


@dataclass(frozen=True)
class Question:
    """What is open, and how to answer."""

    code: Literal["learner", "name", "passed", "date", "grade_scheme"]
    sentence: str
    cure: str


def questions(mapping: Mapping, *, layout: Layout, learner_key: str) -> tuple[Question, ...]:
    """What has to be said before anything can be issued by this mapping."""
    found: list[Question] = []
    if mapping.key is None:
        found.append(_learner(layout, learner_key))
    if not mapping.names:
        found.append(_name(layout))
    if mapping.passed is None:
        listed = ", ".join(f"“{name}”" for name in layout.header.names[:_MOST_COLUMNS] if name)
        cure = f"Say it with --pass-if 'COLUMN >= 60'; the columns are {listed}"
        found.append(Question("passed", "What counts as passed? The file does not say", cure))
    if not mapping.dates and mapping.date is None:
        found.append(_date(layout))
    if mapping.grade is not None and mapping.grade_scheme is None:
        cure = "Say it with --map 'grade_scheme=1.0 is best, 4.0 the lowest pass'"
        found.append(Question("grade_scheme", "What does the grade mean?", cure))
    return tuple(found)


def _learner(layout: Layout, learner_key: str) -> Question:
    known = "e-mail address" if learner_key == "email" else "student number"
    cure = f"Say which column holds it with --map key=COLUMN, or export it with the {known}"
    sentence = f"Who is who? Learners are known here by their {known}, which no column is called"
    if layout.platform is Platform.MOODLE_COURSE:
        cure += "; an administrator of Moodle shows it in reports as an identity field"
    return Question("learner", sentence, cure)


def _name(layout: Layout) -> Question:
    cure = "Say which column holds it with --map name=COLUMN"
    if layout.platform is Platform.OPENEDX:
        cure = "Add a column with the names from the profile report, then --map name=COLUMN"
    if layout.platform is Platform.MOODLE_XML:
        cure = "Export CSV instead: Moodle's XML holds no names"
    return Question("name", "Whose name stands on the credential? No column holds it", cure)


def _date(layout: Layout) -> Question:
    cure = "Say it with --passed-on 2026-07-03, or --map date=COLUMN"
    if layout.exported_at is not None:
        at = dt.datetime.fromtimestamp(layout.exported_at, dt.UTC)
        cure += f"; the file was exported on {at:%Y-%m-%d}, which is not when it was achieved"
    return Question("date", "When was it achieved? The file does not say", cure)
