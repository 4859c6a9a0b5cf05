"""Awards that a cohort completed, lined up as a batch of their own: issued as any cohort is.

Each is put into it by the transaction that approved it, so that none is approved and forgotten, and
none is there twice. The batch is queued when nothing is left to be decided. Issues nothing.
"""

from collections.abc import Collection

from issuer.model.batch import BatchState, RowState, batch_id
from issuer.registry import awards, batches, documents
from issuer.registry.batches import Batch, BatchRow
from issuer.registry.database import Transaction
from issuer.services.workbench import Workbench


def line_up(
    tx: Transaction, bench: Workbench, batch: Batch, *, award_ids: Collection[str], actor: str
) -> None:
    """Put awards that learners of a batch completed behind those that are there already.

    Not what waits for a seal from elsewhere: of that nothing is left to be done here.
    """
    there = batches.awards_in_any(tx, award_ids) | documents.wait_elsewhere(tx, award_ids)
    fresh = [one for one in award_ids if one not in there]
    if not fresh:
        return
    own = batches.add(tx, _new(tx, batch, bench=bench, actor=actor))
    first = batches.last_row(tx, own.id) + 1
    rows = [
        BatchRow(
            number=number,
            line=number,
            chunk=(number - 1) // own.chunk_size + 1,
            state=RowState.WAITING,
            staged_id=awards.staged_of(tx, award_id),
            award_id=award_id,
        )
        for number, award_id in enumerate(fresh, start=first)
    ]
    batches.add_rows(tx, own.id, rows)
    batches.touch(tx, own.id)


def release(tx: Transaction, bench: Workbench, batch: Batch) -> None:
    """Let it be issued, if there is anything: nothing more is put into it."""
    own = living(tx, batch)
    if own is not None and own.state is BatchState.STAGING:
        batches.step(tx, own, BatchState.QUEUED, reason=None, at=bench.moment)


def queued(tx: Transaction, organisation: str, *, actor: str) -> tuple[str, ...]:
    """Ids of those of an organisation that are there to be issued, oldest first."""
    return tuple(
        batch.id
        for batch in batches.unended(tx)
        if (batch.organisation, batch.approved_by) == (organisation, actor)
        and batch.state in {BatchState.QUEUED, BatchState.RUNNING}
    )


def living(tx: Transaction, batch: Batch) -> Batch | None:
    """The batch of what the learners of a batch completed, while it has not ended."""
    return batches.living(tx, batch.organisation, fingerprint=_fingerprint(tx, batch))


def _fingerprint(tx: Transaction, batch: Batch) -> str:
    return tx.cipher.blind_index(f"completed {batch.organisation}", batch.id)


def _new(tx: Transaction, batch: Batch, *, bench: Workbench, actor: str) -> Batch:
    return Batch(
        id=batch_id(bench.chance(10)),
        organisation=batch.organisation,
        fingerprint=_fingerprint(tx, batch),
        # The file from which all this follows.
        input_sha256=batch.input_sha256,
        source=f"what {batch.id} completed",
        formats=(),
        state=BatchState.STAGING,
        reason=None,
        approved_by=actor,
        chunk_size=bench.limits.chunk_size,
        refused=0,
        version=1,
        created_at=bench.moment,
        started_at=None,
        ended_at=None,
    )
