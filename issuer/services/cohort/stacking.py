"""What the learners of a cohort complete, decided a slice of its rows at a time.

Whether anybody of a slice is on a pathway at all is one question; for whom it concerns
`issuer.services.stack` decides as after a single award. A slice is forgotten when it is done, so
that one over which a worker died is done again: what was decided is found again.
"""

from issuer.registry import audit, batches, organisations, pathways, undecided
from issuer.registry.database import Transaction
from issuer.services.stack import ACTOR, after_cohort
from issuer.services.workbench import Workbench


def stack(bench: Workbench, batch_id: str, *, number: int) -> bool:
    """Decide for the learners of a slice; whether it was the last one of the batch."""
    with bench.read() as tx:
        organisation = batches.find(tx, batch_id).organisation
        there = pathways.listing(tx, organisation)
        roles = {name for pathway in there for name in pathway.role_of}
        learners = undecided.concerned(tx, batch_id, number, achievements=roles)
    after_cohort(bench, organisation, learners)
    with bench.begin() as tx:
        # Of two who end at once, one sees that it was the last.
        organisations.lock(tx, organisation)
        batches.touch(tx, batch_id)
        return undecided.remove(tx, batch_id, number) and not undecided.left(tx, batch_id)


def pass_over(tx: Transaction, bench: Workbench, batch_id: str, *, number: int, code: str) -> None:
    """Leave a slice that cannot be decided; `testamur stack run` decides it when that is mended."""
    organisation = batches.find(tx, batch_id).organisation
    organisations.lock(tx, organisation)
    if undecided.remove(tx, batch_id, number):
        detail = {"code": code, "batch": batch_id, "slice": number}
        entry = audit.Entry(organisation, bench.moment, ACTOR, "stack.hindered", detail=detail)
        audit.append(tx, entry)
