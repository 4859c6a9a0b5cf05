"""What the learners of a cohort complete, decided a slice of its rows at a time.

Whether anybody of a slice is on a pathway at all is one question; for whom it concerns
`issuer.services.stack` decides as after a single award. A slice is forgotten when it is done, so
that one over which a worker died is done again: what was decided is found again. What is awarded
is issued at once after a few results, and lined up as a batch after more.
"""

from collections.abc import Collection
from dataclasses import dataclass

from issuer.registry import audit, batches, organisations, pathways, undecided
from issuer.registry.batches import Batch
from issuer.registry.database import Transaction
from issuer.services import lined_up
from issuer.services.stack import ACTOR, after_cohort
from issuer.services.workbench import Workbench

_A_FEW = 20


def stack(bench: Workbench, batch_id: str, *, number: int) -> bool:
    """Decide for the learners of a slice; whether it was the last one of the batch."""
    with bench.read() as tx:
        batch = batches.find(tx, batch_id)
        there = pathways.listing(tx, batch.organisation)
        roles = {name for pathway in there for name in pathway.role_of}
        learners = undecided.concerned(tx, batch_id, number, achievements=roles)
        is_small = batches.last_row(tx, batch_id) <= _A_FEW
    queue = None if is_small else _Queue(bench, batch)
    after_cohort(bench, batch.organisation, learners, line_up=queue)
    with bench.begin() as tx:
        organisations.lock(tx, batch.organisation)
        if batches.find(tx, batch_id).ended_at != batch.ended_at:
            # Rows of it were tried again since: the slice is decided anew when they are issued.
            return False
        return _removed(tx, bench, batch, number=number) and not undecided.left(tx, batch_id)


def pass_over(tx: Transaction, bench: Workbench, batch_id: str, *, number: int, code: str) -> None:
    """Leave a slice that cannot be decided; `testamur stack run` decides it when that is mended."""
    batch = batches.find(tx, batch_id)
    organisations.lock(tx, batch.organisation)
    if _removed(tx, bench, batch, number=number):
        detail = {"code": code, "batch": batch_id, "slice": number}
        at = bench.moment
        entry = audit.Entry(batch.organisation, at, ACTOR, "stack.hindered", detail=detail)
        audit.append(tx, entry)


@dataclass(frozen=True)
class _Queue:
    """Lines awards up behind a batch."""

    bench: Workbench
    batch: Batch

    def __call__(self, tx: Transaction, award_ids: Collection[str]) -> None:
        lined_up.line_up(tx, self.bench, self.batch, award_ids=award_ids, actor=ACTOR)


def _removed(tx: Transaction, bench: Workbench, batch: Batch, *, number: int) -> bool:
    """Forget a slice; behind the last one what was lined up is issued."""
    if not undecided.remove(tx, batch.id, number):
        return False
    batches.touch(tx, batch.id)
    if not undecided.left(tx, batch.id):
        lined_up.release(tx, bench, batch)
    return True
