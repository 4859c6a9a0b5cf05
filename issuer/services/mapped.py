"""Step 1 for files of learning platforms: a person, read by a mapping, becomes a result.

A result whose date was given by hand has an id of its own made of platform, course and learner, so
that the same file with another date finds it again instead of issuing a second time. What was not
passed, or is not known to be, becomes no result. A learner stands in a file once, whatever the row
says. Nothing is decided here.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import ValidationError

from issuer.gradebooks.people import Person, Reader
from issuer.gradebooks.table import RowFault
from issuer.model.assessment import AssessmentResult
from issuer.services.accept import require_not_too_many
from issuer.services.results_file import ReadRow, Seen, fault_text

_MOST_SHOWN = 80


class Open(NamedTuple):
    """A row from which no result is made: not passed, or nobody knows yet."""

    line: int
    passed: bool | None


@dataclass(frozen=True)
class Course:
    """For which course a file is read."""

    organisation: str
    achievement: str
    run: str | None = None
    """Which run of the course, where somebody says so: a result of another run is another one."""


Found = ReadRow | Open | tuple[RowFault, ...]


def rows(reader: Reader, *, course: Course) -> Iterator[Found]:
    """Each person of the file: the result, that there is none yet, or the faults of the row."""
    seen = Seen()
    for count, person in enumerate(reader, 1):
        require_not_too_many(count)
        if not isinstance(person, Person):
            yield person
        elif twice := _twice(person, reader, seen):
            yield (twice,)
        elif not person.passed:
            yield Open(person.line, person.passed)
        else:
            yield _result(person, reader, course)


def unknown_rows(reader: Reader, *, course: Course) -> Iterator[Found]:  # noqa: ARG001 # As `rows`.
    """Each person of a file whose mapping leaves something open: nobody is known to have passed."""
    for count, person in enumerate(reader, 1):
        require_not_too_many(count)
        yield Open(person.line, None) if isinstance(person, Person) else person


def _twice(person: Person, reader: Reader, seen: Seen) -> RowFault | None:
    """The fault of a learner who stood further up, passed or not: which row counts is not ours."""
    if not person.key or (first := seen.first_line(person.key, person.line)) == person.line:
        return None
    cure = (
        "Keep the row that counts; a result of another run goes into a file of its own, with --run"
    )
    column = reader.mapping.key or "all"
    shown = person.key[:_MOST_SHOWN]
    return RowFault(person.line, column, shown, f"the same learner as line {first}", cure)


def _result(person: Person, reader: Reader, course: Course) -> ReadRow | tuple[RowFault, ...]:
    if person.date is None:
        column = ", ".join(reader.mapping.dates)
        cure = "Fill it in, or give one date for all with --passed-on"
        return (RowFault(person.line, column, "", "passed, and no date says when", cure),)
    try:
        return ReadRow(person.line, _noun(person, reader, course))
    except ValidationError as fault:
        return tuple(_fault_of(person, reader, e["loc"], e["msg"]) for e in fault.errors())


def _noun(person: Person, reader: Reader, course: Course) -> AssessmentResult:
    mapping = reader.mapping
    grade = {"value": person.grade, "scheme": mapping.grade_scheme} if person.grade else None
    return AssessmentResult.model_validate(
        {
            "organisation": course.organisation,
            "achievement": course.achievement,
            "date": person.date,
            "passed": person.passed,
            "learner": {
                "organisation": course.organisation,
                "key": person.key,
                "given_name": person.given or None,
                "family_name": person.family or None,
                "display_name": person.whole or None,
                "email": person.email or None,
            },
            "grade": grade,
            "source_id": None if mapping.dates and not course.run else _id(person, reader, course),
        }
    )


def _id(person: Person, reader: Reader, course: Course) -> str:
    # The date is left out where it was given by hand: it may be another one the next time.
    date = person.date.isoformat() if reader.mapping.dates and person.date else ""
    parts = (reader.layout.platform, course.achievement, course.run or "", person.key, date)
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"{reader.layout.platform}:{course.achievement}:{digest[:32]}"


def _fault_of(
    person: Person, reader: Reader, place: tuple[int | str, ...], message: str
) -> RowFault:
    mapping = reader.mapping
    name = ", ".join(mapping.names)
    dotted = ".".join(str(part) for part in place)
    columns = {
        "learner.key": (mapping.key, person.key),
        "learner.email": (mapping.email, person.email),
        "learner.given_name": (name, person.given),
        "learner.family_name": (name, person.family),
        "learner.display_name": (name, person.whole),
        "grade.value": (mapping.grade, person.grade),
        "date": (", ".join(mapping.dates) or "date", str(person.date)),
    }
    column, value = columns.get(dotted, (dotted, ""))
    cure = "Correct it at the platform and export again"
    return RowFault(person.line, column or "all", value[:_MOST_SHOWN], fault_text(message), cure)
