"""What a person does with a batch: pause, resume, cancel, try again; and what stops it.

What is sealed stays, whatever is done; cancelling voids the rest, a chunk a transaction, and can be
done again where it was interrupted.
"""

from issuer.errors import IllegalTransition
from issuer.model.batch import UNFINISHED, BatchState, RowState
from issuer.registry import (
    agenda,
    audit,
    batches,
    leases,
    organisations,
    pathways,
    results,
    undecided,
)
from issuer.registry.batches import Batch
from issuer.registry.database import Transaction
from issuer.services.cohort.deciding import Approved, decide_many
from issuer.services.cohort.giving_up import void_row
from issuer.services.workbench import Workbench

_DECIDED_AT_ONCE = 1_000


def start(tx: Transaction, bench: Workbench, batch_id: str) -> Batch:
    """A worker takes it up; a batch that runs already is returned as it is."""
    batch = _held(tx, batch_id)
    if batch.state is BatchState.RUNNING:
        return batch
    return batches.step(tx, batch, BatchState.RUNNING, reason=None, at=bench.moment)


def pause(
    tx: Transaction, bench: Workbench, batch_id: str, *, actor: str, reason: str | None = None
) -> Batch:
    """Begin no further chunk; what was begun is finished. Raises IllegalTransition."""
    return _step(tx, bench, batch_id, to=BatchState.PAUSED, actor=actor, reason=reason)


def resume(tx: Transaction, bench: Workbench, batch_id: str, *, actor: str) -> Batch:
    """Go on with a batch that was paused or stopped; raises IllegalTransition."""
    state = _held(tx, batch_id).state
    if state is BatchState.DONE:
        msg = f"The batch {batch_id} is done. Rows that failed are tried again with `retry`."
        raise IllegalTransition(msg)
    if state is BatchState.STAGING:
        msg = (
            f"Not all rows of {batch_id} were taken in. Send the same file again, the same way: it "
            "goes on where it was. Or cancel it."
        )
        raise IllegalTransition(msg)
    return _step(tx, bench, batch_id, to=BatchState.QUEUED, actor=actor)


def stop(tx: Transaction, bench: Workbench, batch_id: str, *, reason: str) -> Batch:
    """Something is wrong that a person has to look at; raises IllegalTransition."""
    return _step(tx, bench, batch_id, to=BatchState.STOPPED, actor="worker", reason=reason)


def cancel(tx: Transaction, bench: Workbench, batch_id: str, *, actor: str) -> Batch:
    """Issue nothing more of it; then `void_rest`. Raises IllegalTransition."""
    return _step(tx, bench, batch_id, to=BatchState.CANCELLED, actor=actor)


def retry(tx: Transaction, bench: Workbench, batch_id: str, *, actor: str) -> Batch:
    """Queue again the rows that failed and whose award can still be issued; IllegalTransition.

    What failed was given up, so each result is decided anew, as a new award.
    """
    batch = _held(tx, batch_id)
    if not _decided_again(tx, bench, batch, actor=actor):
        msg = (
            f"No row of {batch_id} can be tried again as it is. Correct what the outcomes say and "
            "send those rows again."
        )
        raise IllegalTransition(msg)
    if batch.state is BatchState.RUNNING:
        batches.touch(tx, batch_id)
        _note(tx, bench, batch, verb="batch.retry", actor=actor)
        return batches.find(tx, batch_id)
    return _step(tx, bench, batch_id, to=BatchState.QUEUED, actor=actor)


def _decided_again(tx: Transaction, bench: Workbench, batch: Batch, *, actor: str) -> int:
    failed = batches.rows_in(tx, batch.id, states={RowState.FAILED})
    rows = [r for r in failed if r.staged_id is not None and results.is_open(tx, r.staged_id)]
    count = 0
    for start in range(0, len(rows), _DECIDED_AT_ONCE):
        part = rows[start : start + _DECIDED_AT_ONCE]
        found = [results.get(tx, row.staged_id) for row in part if row.staged_id is not None]
        decided = decide_many(tx, batch.organisation, found, actor=actor, bench=bench)
        for row, decision in zip(part, decided, strict=True):
            if isinstance(decision, Approved) and decision.is_to_be_issued:
                batches.requeue(tx, batch.id, row, award_id=decision.award_id)
                count += 1
    return count


def void_rest(tx: Transaction, bench: Workbench, batch_id: str) -> bool:
    """Void a chunk of what a cancelled batch has not sealed; say whether there may be more."""
    batch = _held(tx, batch_id)
    if batch.state is not BatchState.CANCELLED or batch.has_ended:
        return False
    for chunk in agenda.opened(tx, batch_id, after=0, most=1):
        for row in batches.rows_of_chunk(tx, batch_id, chunk, states=UNFINISHED):
            void_row(tx, bench, batch, row=row)
        batches.touch(tx, batch_id)
        return True
    _end(tx, bench, batch)
    return False


def finish(tx: Transaction, bench: Workbench, batch_id: str) -> Batch:
    """Say that nothing is left to do; raises IllegalTransition where something is."""
    batch = _held(tx, batch_id)
    if batch.state is BatchState.DONE:
        return batch
    left = sum(batches.counts(tx, batch_id)[state] for state in UNFINISHED)
    if left:
        msg = f"{left} rows of {batch_id} are not finished."
        raise IllegalTransition(msg)
    batches.step(tx, batch, BatchState.DONE, reason=None, at=bench.moment)
    _end(tx, bench, batch)
    _note(tx, bench, batch, verb="batch.done", actor=batch.approved_by)
    return batches.find(tx, batch_id)


def _end(tx: Transaction, bench: Workbench, batch: Batch) -> None:
    batches.end(tx, batch.id, at=bench.moment)
    leases.let_go(tx, batch.id)
    if pathways.newest(tx, batch.organisation):
        # In the same transaction: whoever comes next sees what is still to be decided.
        undecided.add(tx, batch.id)


def _held(tx: Transaction, batch_id: str) -> Batch:
    organisations.lock(tx, batches.find(tx, batch_id).organisation)
    return batches.find(tx, batch_id)


def _step(
    tx: Transaction,
    bench: Workbench,
    batch_id: str,
    *,
    to: BatchState,
    actor: str,
    reason: str | None = None,
) -> Batch:
    batch = _held(tx, batch_id)
    changed = batches.step(tx, batch, to, reason=reason, at=bench.moment)
    _note(tx, bench, batch, verb=f"batch.{to}", actor=actor)
    return changed


def _note(tx: Transaction, bench: Workbench, batch: Batch, *, verb: str, actor: str) -> None:
    counts = {str(state): count for state, count in batches.counts(tx, batch.id).items()}
    detail = {"batch": batch.id, "rows": counts}
    audit.append(tx, audit.Entry(batch.organisation, bench.moment, actor, verb, detail=detail))
