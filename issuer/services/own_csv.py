"""Our own CSV: a row becomes an `AssessmentResult`, or its faults with line, column and cure.

Its columns are told in `COLUMNS`; the header may stand in any order. This module reads no file and
finds no duplicates: see `issuer.services.accept`.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import ValidationError

from issuer.errors import MalformedDocument
from issuer.gradebooks.cells import Damaged
from issuer.gradebooks.cells import name as sound_name
from issuer.gradebooks.layout import wrong_width
from issuer.gradebooks.table import Row, RowFault
from issuer.model.assessment import AssessmentResult
from issuer.services.results_file import ReadRow, Source, fault_text

COLUMNS: Mapping[str, str] = {
    "course": "slug of the achievement (required)",
    "date": "date of the decision, 2026-06-12 or 12.06.2026 (required)",
    "passed": "yes or no; empty means unknown and never issues (required)",
    "student_number": "student number (required where the organisation identifies learners by it)",
    "email": "e-mail for delivery (required where the organisation identifies learners by it)",
    "given_name": "given name",
    "family_name": "family name",
    "display_name": "name on the credential; default: given and family name",
    "birth_date": "date of birth, optional",
    "did": "the learner's DID, optional",
    "grade": "grade, optional",
    "grade_scheme": "what the grade means; required with a grade",
    "evidence_title": "title of the assessed work, optional",
    "evidence_url": "its https address",
    "evidence_sha256": "its SHA-256 in hexadecimal",
    "assessor": "who assessed, optional",
    "identity_check": "how identity was checked, a key of the EU list, optional",
    "result_id": "id of the result in the source system, optional",
}
_REQUIRED = ("course", "date", "passed")
_YES = frozenset({"yes", "true", "1", "passed", "pass", "y", "ja", "oui", "sí", "si", "bestanden"})
_NO = frozenset({"no", "false", "0", "failed", "fail", "n", "nein", "non", "nicht bestanden"})
_COLUMN_OF = {
    "learner.key": "student_number or email",
    "learner.display_name": "display_name",
    "learner.birth_date": "birth_date",
    "learner.email": "email",
    "learner.did": "did",
    "grade.scheme": "grade_scheme",
    "grade.value": "grade",
    "source_id": "result_id",
    "achievement": "course",
}
_OF_LEARNER = ("given_name", "family_name", "display_name", "email", "did")
_NAMES = ("given_name", "family_name", "display_name")
_OF_RESULT = {"assessor": "assessor", "identity_check": "identity_check", "result_id": "source_id"}
_DECEMBER = 12
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})([./])(\d{1,2})\5(\d{4})", re.ASCII)


class Header(NamedTuple):
    """The columns of a file, in its order."""

    names: tuple[str, ...]
    of_learner: tuple[str, ...]
    """Those that say something of the learner as it stands there, and may be empty."""
    of_result: tuple[tuple[str, str], ...]
    """The same of the result: the column and the field of `AssessmentResult`."""


def header_of(cells: Sequence[str], source: Source) -> Header:
    """The columns of a file; raises MalformedDocument where one is missing or there twice."""
    header = tuple(cell.strip().lower().replace(" ", "_") for cell in cells)
    missing = [c for c in (*_REQUIRED, source.learner_key) if c not in header]
    twice = sorted({c for c in header if c and header.count(c) > 1})
    if missing:
        msg = (
            f"The header lacks {', '.join(missing)}. It has: {', '.join(header)[:300]}. "
            f"Add the column; known columns are {', '.join(COLUMNS)}."
        )
        raise MalformedDocument(msg, missing=missing)
    if twice:
        msg = f"The header names {', '.join(twice)} twice. Remove or rename one."
        raise MalformedDocument(msg, twice=twice)
    of_learner = tuple(name for name in _OF_LEARNER if name in header)
    of_result = tuple((name, field) for name, field in _OF_RESULT.items() if name in header)
    return Header(header, of_learner, of_result)


def read_row(row: Row, *, header: Header, source: Source) -> ReadRow | tuple[RowFault, ...]:
    """One row: its result, or its faults."""
    line, record = row
    if len(record) != len(header.names):
        return (wrong_width(line, len(record), len(header.names)),)
    cells = dict(zip(header.names, map(str.strip, record), strict=True))
    faults = _cell_faults(line, cells, source)
    if faults:
        return tuple(faults)
    try:
        return ReadRow(line, _result(cells, header, source))
    except ValidationError as fault:
        return tuple(_fault_of(line, e["loc"], e["msg"], cells) for e in fault.errors())


def _cell_faults(line: int, cells: Mapping[str, str], source: Source) -> list[RowFault]:
    faults = []
    if cells["course"] not in source.courses:
        known = ", ".join(sorted(source.courses)[:20]) or "none yet"
        faults.append(
            RowFault(line, "course", cells["course"], "no such course", f"Known courses: {known}")
        )
    if _date(cells["date"]) is None:
        faults.append(_no_date(line, "date", cells["date"], "Write it as 2026-06-12 or 12.06.2026"))
    if cells.get("birth_date") and _date(cells["birth_date"]) is None:
        cure = "Write it as 1999-12-31, or leave it empty"
        faults.append(_no_date(line, "birth_date", cells["birth_date"], cure))
    word = cells["passed"].lower()
    if word and word not in _YES and word not in _NO:
        cure = "Write yes or no, or leave it empty where it is not known yet"
        faults.append(RowFault(line, "passed", cells["passed"], "neither yes nor no", cure))
    if not cells[source.learner_key]:
        cure = "Fill it in: it tells this learner from others of the same name"
        faults.append(RowFault(line, source.learner_key, "", "empty", cure))
    return faults + _name_faults(line, cells)


def _name_faults(line: int, cells: Mapping[str, str]) -> list[RowFault]:
    """Names whose letters were lost, as in files of platforms."""
    faults = []
    for column in _NAMES:
        text = cells.get(column, "")
        try:
            sound_name(text)
        except Damaged as damaged:
            faults.append(RowFault(line, column, text[:80], damaged.fault, damaged.cure))
    return faults


def _no_date(line: int, column: str, text: str, cure: str) -> RowFault:
    if _is_either(_DATE.fullmatch(text)):
        cure = "Write the date as 2026-06-12: year, month, day"
        return RowFault(line, column, text, "day and month cannot be told apart", cure)
    return RowFault(line, column, text, "not a date", cure)


@lru_cache(maxsize=4_096)
def _date(text: str) -> dt.date | None:
    # A date has no zone: it is the organisation's local date.
    found = _DATE.fullmatch(text)
    if found is None or _is_either(found):
        return None
    year, month, day = found.group(1, 2, 3) if found[1] else found.group(7, 6, 4)
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _is_either(found: re.Match[str] | None) -> bool:
    """Whether it may be day/month or month/day."""
    # An American spreadsheet turns 2026-06-12 into 6/12/2026.
    if found is None or found[5] != "/":
        return False
    day, month = int(found[4]), int(found[6])
    return day <= _DECEMBER and month <= _DECEMBER and day != month


def _result(cells: Mapping[str, str], header: Header, source: Source) -> AssessmentResult:
    # What is empty is left out: it need not be told from what is not there.
    learner: dict[str, Any] = {name: cells[name] for name in header.of_learner if cells[name]}
    learner["organisation"] = source.organisation
    learner["key"] = cells[source.learner_key]
    if cells.get("birth_date"):
        learner["birth_date"] = _date(cells["birth_date"])
    word = cells["passed"].lower()
    fields: dict[str, Any] = {name: cells[said] for said, name in header.of_result if cells[said]}
    fields["organisation"] = source.organisation
    fields["achievement"] = cells["course"]
    fields["date"] = _date(cells["date"])
    fields["passed"] = word in _YES if word else None
    fields["learner"] = learner
    if cells.get("grade"):
        fields["grade"] = {"value": cells["grade"], "scheme": cells.get("grade_scheme") or None}
    if cells.get("evidence_url"):
        fields["evidence"] = (_evidence(cells),)
    return AssessmentResult.model_validate(fields)


def _evidence(cells: Mapping[str, str]) -> dict[str, str | None]:
    return {
        "title": cells.get("evidence_title") or cells["evidence_url"],
        "url": cells["evidence_url"],
        "sha256": cells.get("evidence_sha256", "").lower() or None,
    }


def _fault_of(
    line: int, place: tuple[int | str, ...], message: str, cells: Mapping[str, str]
) -> RowFault:
    dotted = ".".join(str(p) for p in place)
    if dotted.startswith("evidence"):
        column = f"evidence_{place[-1]}"
    else:
        column = _COLUMN_OF.get(dotted, str(place[-1]) if place else "all")
    value = cells.get(column, "")
    return RowFault(
        line, column, value[:80], fault_text(message), COLUMNS.get(column, "Correct this row")
    )
