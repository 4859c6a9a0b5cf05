"""What every step of a chunk asks first: is this batch still to be worked on, and by whom else.

The organisation is locked before anything is read, as everywhere: no two writers wait for each
other, and what was read stays so until the transaction ends.
"""

from collections.abc import Collection, Sequence

from issuer.errors import IllegalTransition
from issuer.model.award import AwardState
from issuer.model.batch import BatchState, RowState
from issuer.registry import audit, batches, organisations
from issuer.registry.batches import Batch, BatchRow
from issuer.registry.database import Transaction
from issuer.services.cohort.opening import root_of
from issuer.services.workbench import Workbench

GOING_ON = frozenset({BatchState.RUNNING, BatchState.PAUSED})
"""A chunk that was begun is finished, also while its batch is paused."""


def locked(tx: Transaction, batch_id: str, *, states: Collection[BatchState]) -> Batch:
    """The batch, held until the transaction ends; IllegalTransition where it is elsewhere."""
    organisations.lock(tx, batches.find(tx, batch_id).organisation)
    batch = batches.find(tx, batch_id)
    if batch.state not in states:
        msg = f"The batch {batch_id} is {batch.state}: this chunk is left alone."
        raise IllegalTransition(msg, now=str(batch.state))
    return batch


def settle(tx: Transaction, batch_id: str, row: BatchRow, *, state: AwardState | None) -> None:
    """Note what became of a row whose award is not approved any more, by other hands."""
    if state in {AwardState.ACTIVE, AwardState.SUSPENDED}:
        # What this batch has written down, and somebody else sealed, it has issued.
        to = RowState.KEPT if row.state is RowState.WRITTEN else RowState.ALREADY
        batches.settle_row(tx, batch_id, row, to=to)
        return
    fault = "The award was revoked or given up before it was issued. Send the result again."
    batches.fail_row(tx, batch_id, row, code="state.transition", fault=fault)


def note(
    tx: Transaction,
    batch: Batch,
    *,
    verb: str,
    chunk: int,
    commitments: Sequence[str],
    bench: Workbench,
) -> None:
    """One audit line for all that a chunk did in this transaction."""
    detail = {"batch": batch.id, "chunk": chunk, "documents": len(commitments)}
    root = root_of(commitments)
    at, by = bench.moment, batch.approved_by
    audit.append(tx, audit.Entry(batch.organisation, at, by, verb, commitment=root, detail=detail))
