"""Step 1, accept: wire data becomes `AssessmentResult`, row by row, and nothing is lost.

Our own CSV: comma, semicolon or tab, UTF-8 (with or without BOM), UTF-16 with BOM or
Windows-1252 (then with a doubt that somebody has to answer); each bad row is named with line,
column, value and cure, good rows stay good. Files of learning platforms need a mapping and are read
in `issuer.services.mapped`.
This module decides nothing and writes nothing: see `issuer.services.decide`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from issuer.errors import DocumentTooLarge, FieldsInvalid, MalformedDocument
from issuer.gradebooks import text
from issuer.gradebooks.table import Reading, RowFault, Table
from issuer.model.assessment import AssessmentResult
from issuer.services import fields, own_csv
from issuer.services.results_file import ReadResults, ReadRow, Seen, Source, unless_twice

MAX_BYTES = text.MOST_BYTES
"""Largest results file, 256 MiB."""
MAX_ROWS = 1_000_000

__all__ = ["ReadResults", "ReadRow", "RowFault", "Source", "read_csv", "result_from_json"]


def read_csv(data: bytes, *, source: Source, reading: Reading = Reading()) -> ReadResults:  # noqa: B008 # It is frozen.
    """Read a results file of our own as a whole; see `rows` for one after the other.

    Raises DocumentTooLarge beyond 256 MiB or a million rows and MalformedDocument when it is no
    text, has no header or lacks a required column; faults of single rows are returned, not raised.
    """
    if len(data) > MAX_BYTES:
        msg = f"The file has {len(data)} bytes; at most {MAX_BYTES}. Split it by course."
        raise DocumentTooLarge(msg)
    table = text.read(data, reading=reading)
    good: list[ReadRow] = []
    faults: list[RowFault] = []
    for found in rows(table, source=source):
        if isinstance(found, ReadRow):
            good.append(found)
        else:
            faults.extend(found)
    return ReadResults(tuple(good), tuple(faults), table.separator, table.encoding)


def rows(table: Table, *, source: Source) -> Iterator[ReadRow | tuple[RowFault, ...]]:
    """Each row of our own CSV, one after the other; raises as `read_csv`."""
    header = own_csv.header_of(table.header, source)
    seen = Seen()
    for count, row in enumerate(table.rows, 1):
        require_not_too_many(count)
        if isinstance(row, RowFault):
            msg = f"Line {row.line} is not well-formed CSV: {row.fault}. {row.cure}."
            raise MalformedDocument(msg)
        yield _unless_twice(own_csv.read_row(row, header=header, source=source), seen)


def require_not_too_many(count: int) -> None:
    """Raise DocumentTooLarge at the row that is one too many."""
    if count > MAX_ROWS:
        msg = f"The file has {count} rows or more; at most {MAX_ROWS}. Split it by course."
        raise DocumentTooLarge(msg)


def result_from_json(value: Mapping[str, Any], *, organisation: str) -> AssessmentResult:
    """Read one result of ``organisation`` from JSON values; raises FieldsInvalid.

    The members are those of `AssessmentResult`; the organisation is the caller's in any case.
    """
    learner = value.get("learner")
    if not isinstance(learner, Mapping):
        msg = "A result needs a learner: an object with key, given_name and family_name."
        raise FieldsInvalid(msg, fields=[{"field": "learner", "fault": "must be an object"}])
    if "stack" in value:
        msg = "stack is not taken in: a stacked award is made here, by the rules of its pathway."
        raise FieldsInvalid(msg, fields=[{"field": "stack", "fault": "must not be sent"}])
    owned = {**value, "organisation": organisation}
    owned["learner"] = {**learner, "organisation": organisation}
    return fields.read(AssessmentResult, owned)


def _unless_twice(
    found: ReadRow | tuple[RowFault, ...], seen: Seen
) -> ReadRow | tuple[RowFault, ...]:
    return unless_twice(found, seen) if isinstance(found, ReadRow) else found
