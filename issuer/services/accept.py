"""Step 1, accept: wire data becomes `AssessmentResult`, row by row, and nothing is lost.

Reads our own CSV: any of comma, semicolon or tab, UTF-8 (with or without BOM), UTF-16 with BOM or
Windows-1252; the header may stand in any order. Each bad row is named with line, column, value
and cure; good rows stay good. Source: RFC 4180 for quoting.
This module decides nothing and writes nothing: see `issuer.services.decide`.
"""

import csv
import datetime as dt
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from issuer.errors import DocumentTooLarge, FieldsInvalid, MalformedDocument
from issuer.model.assessment import AssessmentResult
from issuer.services import fields

MAX_BYTES = 20 * 1024 * 1024
"""Largest results file, 20 MiB."""
MAX_ROWS = 100_000

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


@dataclass(frozen=True)
class RowFault:
    """One fault in one row: where it is, what is wrong, and the cure."""

    line: int
    """Line in the file, the header being line 1."""
    column: str
    value: str
    fault: str
    cure: str

    def __str__(self) -> str:
        """One sentence for a terminal."""
        shown = f" ({self.value!r})" if self.value else ""
        return f"line {self.line}, column {self.column}{shown}: {self.fault}. {self.cure}"


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


def read_csv(data: bytes, *, source: Source) -> ReadResults:
    """Read a results file.

    Raises DocumentTooLarge beyond 20 MiB and MalformedDocument when it is no text, has no header
    or lacks a required column; faults of single rows are returned, not raised.
    """
    if len(data) > MAX_BYTES:
        msg = f"The file has {len(data)} bytes; at most {MAX_BYTES}. Split it by course."
        raise DocumentTooLarge(msg)
    text, encoding = _decode(data)
    separator = _separator(text)
    header, records = _records(text, separator)
    _require_columns(header, source)
    rows: list[ReadRow] = []
    faults: list[RowFault] = []
    seen: dict[str, int] = {}
    for line, record in records:
        found = _read_row(line, record, header, source)
        if isinstance(found, ReadRow):
            found = _unless_duplicate(found, seen)
        if isinstance(found, ReadRow):
            rows.append(found)
        else:
            faults.extend(found)
    return ReadResults(tuple(rows), tuple(faults), separator, encoding)


def result_from_json(value: Mapping[str, Any], *, organisation: str) -> AssessmentResult:
    """Read one result of ``organisation`` from JSON values; raises FieldsInvalid.

    The members are those of `AssessmentResult`; the organisation is the caller's in any case.
    """
    learner = value.get("learner")
    if not isinstance(learner, Mapping):
        msg = "A result needs a learner: an object with key, given_name and family_name."
        raise FieldsInvalid(msg, fields=[{"field": "learner", "fault": "must be an object"}])
    owned = {**value, "organisation": organisation}
    owned["learner"] = {**learner, "organisation": organisation}
    return fields.read(AssessmentResult, owned)


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_as(data, "utf-16"), "UTF-16"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Spreadsheets on Windows still write this; its undefined bytes betray a wrong guess.
        return _decode_as(data, "cp1252"), "Windows-1252"
    if "\x00" in text:
        msg = "The file is not text. Export the results as CSV in UTF-8."
        raise MalformedDocument(msg)
    return text, "UTF-8"


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        msg = "The file is in no encoding that we can tell. Save it again as CSV in UTF-8."
        raise MalformedDocument(msg) from fault


def _separator(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max(",;\t", key=head.count)


def _records(text: str, separator: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[tuple[int, list[str]]] = []
    try:
        start = 1
        for record in reader:
            if any(cell.strip() for cell in record):
                records.append((start, record))
            start = reader.line_num + 1
    except csv.Error as fault:
        msg = f"Line {reader.line_num} is not well-formed CSV ({fault}). Check its quotation marks."
        raise MalformedDocument(msg) from fault
    if not records:
        msg = "The file is empty. It needs a header line and one line for each result."
        raise MalformedDocument(msg)
    if len(records) > MAX_ROWS + 1:
        msg = f"The file has {len(records) - 1} rows; at most {MAX_ROWS}. Split it by course."
        raise DocumentTooLarge(msg)
    header = [cell.strip().lower().replace(" ", "_") for cell in records[0][1]]
    return header, records[1:]


def _require_columns(header: list[str], source: Source) -> None:
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


def _read_row(
    line: int, record: list[str], header: list[str], source: Source
) -> ReadRow | list[RowFault]:
    if len(record) != len(header):
        return [
            RowFault(
                line,
                "all",
                "",
                f"{len(record)} cells where the header has {len(header)}",
                "Check separators and quotation marks in this line",
            )
        ]
    cells = {name: cell.strip() for name, cell in zip(header, record, strict=True)}
    faults = _cell_faults(line, cells, source)
    if faults:
        return faults
    try:
        return ReadRow(line, _result(cells, source))
    except ValidationError as fault:
        return [_fault_of(line, e["loc"], e["msg"], cells) for e in fault.errors()]


def _cell_faults(line: int, cells: Mapping[str, str], source: Source) -> list[RowFault]:
    faults = []
    if cells["course"] not in source.courses:
        known = ", ".join(sorted(source.courses)[:20]) or "none yet"
        faults.append(
            RowFault(line, "course", cells["course"], "no such course", f"Known courses: {known}")
        )
    if _date(cells["date"]) is None:
        cure = "Write it as 2026-06-12 or 12.06.2026"
        faults.append(RowFault(line, "date", cells["date"], "not a date", cure))
    if cells.get("birth_date") and _date(cells["birth_date"]) is None:
        cure = "Write it as 1999-12-31, or leave it empty"
        faults.append(RowFault(line, "birth_date", cells["birth_date"], "not a date", cure))
    word = cells["passed"].lower()
    if word and word not in _YES | _NO:
        cure = "Write yes or no, or leave it empty where it is not known yet"
        faults.append(RowFault(line, "passed", cells["passed"], "neither yes nor no", cure))
    if not cells[source.learner_key]:
        cure = "Fill it in: it tells this learner from others of the same name"
        faults.append(RowFault(line, source.learner_key, "", "empty", cure))
    return faults


def _date(text: str) -> dt.date | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            # A date has no zone: it is the organisation's local date.
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 # Only the date is kept.
        except ValueError:
            continue
    return None


def _result(cells: Mapping[str, str], source: Source) -> AssessmentResult:
    def get(name: str) -> str | None:
        return cells.get(name) or None

    evidence = {
        "title": get("evidence_title") or get("evidence_url"),
        "url": get("evidence_url"),
        "sha256": (get("evidence_sha256") or "").lower() or None,
    }
    word = cells["passed"].lower()
    return AssessmentResult.model_validate(
        {
            "organisation": source.organisation,
            "achievement": cells["course"],
            "date": _date(cells["date"]),
            "passed": word in _YES if word else None,
            "learner": {
                "organisation": source.organisation,
                "key": cells[source.learner_key],
                "given_name": get("given_name"),
                "family_name": get("family_name"),
                "display_name": get("display_name"),
                "birth_date": _date(cells.get("birth_date", "")),
                "email": get("email"),
                "did": get("did"),
            },
            "grade": {"value": get("grade"), "scheme": get("grade_scheme")}
            if get("grade")
            else None,
            "evidence": [evidence] if get("evidence_url") else [],
            "assessor": get("assessor"),
            "identity_check": get("identity_check"),
            "source_id": get("result_id"),
        }
    )


def _fault_of(
    line: int, place: tuple[int | str, ...], message: str, cells: Mapping[str, str]
) -> RowFault:
    dotted = ".".join(str(p) for p in place)
    if dotted.startswith("evidence"):
        column = f"evidence_{place[-1]}"
    else:
        column = _COLUMN_OF.get(dotted, str(place[-1]) if place else "all")
    value = cells.get(column, "")
    fault = message.removeprefix("Value error, ")
    return RowFault(line, column, value[:80], fault, COLUMNS.get(column, "Correct this row"))


def _unless_duplicate(row: ReadRow, seen: dict[str, int]) -> ReadRow | list[RowFault]:
    key = row.result.natural_key
    first = seen.setdefault(key, row.line)
    if first == row.line:
        return row
    cure = "Keep one of the two; if both are meant, give each its own result_id"
    fault = f"the same learner, course and date as line {first}"
    return [RowFault(row.line, "all", "", fault, cure)]
