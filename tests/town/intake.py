"""A file of results taken row by row, as the API takes one result: decided, then issued singly.

The product issues files as batches; tests of single steps need one award after the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from issuer.errors import DuplicateResult, Incomplete, NotFound, TestamurError
from issuer.gradebooks.table import RowFault
from issuer.model.award import AwardState
from issuer.registry import achievements, organisations
from issuer.services import accept, issue
from issuer.services.decide import Decided, Decision, decide
from issuer.services.foresee_many import Foresight
from issuer.services.results_file import ReadResults, ReadRow, Source
from issuer.services.workbench import Workbench


@dataclass(frozen=True)
class RowOutcome:
    """What became, or would become, of one row."""

    line: int
    outcome: Decided | None
    """None: it cannot be issued, and ``fault`` says why."""
    award_id: str | None = None
    fault: RowFault | None = None


def read(bench: Workbench, organisation: str, data: bytes) -> ReadResults:
    """Step 1: read a results file of our own for an organisation and the courses it has.

    Raises NotFound, MalformedDocument, DocumentTooLarge; faults of rows are returned.
    """
    with bench.read() as tx:
        noun = organisations.get(tx, organisation)
        courses = [a.slug for a in achievements.listing(tx, organisation)]
    return accept.read_csv(data, source=Source(organisation, noun.learner_key, courses))


def rehearse(bench: Workbench, rows: Iterable[ReadRow]) -> tuple[RowOutcome, ...]:
    """Say what `take` would do with each row; nothing is kept."""
    listed = tuple(rows)
    if not listed:
        return ()
    with bench.read() as tx:
        foresight = Foresight(tx, listed[0].result.organisation)
        return tuple(
            RowOutcome(found.row.line, found.outcome, found.award_id, found.fault)
            for found in foresight.of(listed)
        )


def take(
    bench: Workbench, row: ReadRow, *, actor: str, formats: issue.Formats | None = None
) -> RowOutcome:
    """Steps 2 to 10 for one row; what is wrong with it is returned, faults of ours are raised.

    ``formats`` are those of the course unless others are asked for.
    """
    try:
        with bench.begin() as tx:
            decision = decide(tx, row.result, actor=actor, bench=bench)
    except (DuplicateResult, Incomplete, NotFound) as fault:
        return _faulty(row, fault)
    if decision.award is not None and decision.award.state is AwardState.APPROVED:
        slug, award_id = row.result.organisation, decision.award.id
        issue.issue(bench, slug, award_id, actor=actor, formats=formats)
    return _outcome(row, decision)


def _outcome(row: ReadRow, decision: Decision) -> RowOutcome:
    award_id = decision.award.id if decision.award else None
    return RowOutcome(row.line, decision.outcome, award_id)


_COLUMNS = {"state.duplicate_result": "result_id", "issue.incomplete": "course"}


def _faulty(row: ReadRow, fault: TestamurError) -> RowOutcome:
    column = _COLUMNS.get(fault.code, "course")
    said, _, cure = fault.message.partition(". ")
    return RowOutcome(row.line, None, fault=RowFault(row.line, column, "", said, cure))
