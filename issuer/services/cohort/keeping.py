"""Step 10 for a chunk: the sealed bytes as they are, the awards in force, one audit line.

An award that was revoked while it was being sealed is voided instead: nothing of it was released.
One that is sealed elsewhere alone is at its end here and in force when its document is back
(`issuer.services.import_sealed`).
"""

from collections.abc import Iterable

from issuer.errors import IllegalTransition
from issuer.model.award import AwardState
from issuer.model.batch import RowState
from issuer.registry import awards, batches, chunks, documents, holds
from issuer.registry.batches import Batch
from issuer.registry.chunks import Stand
from issuer.registry.database import Transaction
from issuer.services import consequences
from issuer.services.cohort.giving_up import give_up
from issuer.services.cohort.sealing import SealedChunk
from issuer.services.cohort.under_way import GOING_ON, locked, note
from issuer.services.composing_many import Failed
from issuer.services.workbench import Workbench

_REVOKED = Failed("state.transition", "The award was revoked before it was issued.")


def keep(
    tx: Transaction, bench: Workbench, batch_id: str, *, chunk: int, sealed: SealedChunk
) -> int:
    """Keep what was sealed and put its awards into force; return how many documents.

    Raises IllegalTransition where somebody else did it meanwhile, or the batch goes on no more.
    """
    batch = locked(tx, batch_id, states=GOING_ON)
    there = chunks.standing(tx, batch_id, chunk=chunk)
    written = {n: one for n, one in there.items() if one.state == RowState.WRITTEN}
    here = {number for number, _ in sealed.kept}
    away = [one for number, one in written.items() if number not in here]
    held = _held(tx, batch, [one for number, one in written.items() if number in here])
    but = [*held, *(one.award_id for one in away)]
    ended = chunks.activate(tx, batch_id, chunk=chunk, but=but, at=bench.moment)
    ended |= held | _waiting(tx, away)
    for award_id in sorted(held):
        award = awards.get(tx, batch.organisation, award_id)
        consequences.bring_into_force(tx, award, at=bench.moment)
    standing = {number for number, one in written.items() if one.award_id in ended}
    if len(standing) < len(written):
        for row in batches.rows_of_chunk(tx, batch_id, chunk, states={RowState.WRITTEN}):
            if row.number not in standing:
                give_up(tx, bench, batch, row=row, why=_REVOKED)
    kept = [one for row, one in sealed.kept if row in standing]
    commitments = chunks.keep(tx, kept, at=bench.moment)
    batches.move_chunk(
        tx, batch_id, chunk, count=len(standing), to=RowState.KEPT, now=RowState.WRITTEN
    )
    batches.touch(tx, batch_id)
    note(tx, batch, verb="batch.keep", chunk=chunk, commitments=commitments, bench=bench)
    return len(kept)


def _held(tx: Transaction, batch: Batch, here: Iterable[Stand]) -> frozenset[str]:
    """The awards of which a part has fallen meanwhile: in force they are suspended at once."""
    wholes = {hold.award_id for hold in holds.listing(tx, batch.organisation)}
    return frozenset(one.award_id for one in here if one.award_id in wholes and _stands(one))


def _stands(one: Stand) -> bool:
    return one.award == AwardState.APPROVED and one.is_kept


def _waiting(tx: Transaction, away: Iterable[Stand]) -> frozenset[str]:
    """The awards of which nothing was sealed here, because somebody else seals it.

    Raises IllegalTransition where nothing was sealed for another reason.
    """
    standing = {one.award_id for one in away if _stands(one)}
    if standing - documents.wait_elsewhere(tx, standing):
        msg = "Something in this chunk stands written down and was not sealed: it is begun again."
        raise IllegalTransition(msg)
    return frozenset(standing)
