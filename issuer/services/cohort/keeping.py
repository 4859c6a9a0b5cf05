"""Step 10 for a chunk: the sealed bytes as they are, the awards in force, one audit line.

An award that was revoked while it was being sealed is voided instead: nothing of it was released.
"""

from issuer.model.batch import RowState
from issuer.registry import batches, chunks
from issuer.registry.database import Transaction
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
    in_force = chunks.activate(tx, batch_id, chunk=chunk, at=bench.moment)
    standing = {number for number, one in written.items() if one.award_id in in_force}
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
