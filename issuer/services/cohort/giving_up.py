"""Give up what cannot be issued: its documents are void, its place is burnt, and the row says why.

A row that somebody else finished meanwhile is not given up. Nothing is signed here.
"""

from issuer.model.award import UNFINISHED, AwardState
from issuer.model.batch import RowState
from issuer.registry import awards, batches, documents
from issuer.registry.batches import Batch, BatchRow
from issuer.registry.database import Transaction
from issuer.services import issue
from issuer.services.cohort.under_way import settle
from issuer.services.composing_many import Failed
from issuer.services.workbench import Workbench

_GONE = Failed("state.not_found", "What it rests on is no longer kept: it was erased or revoked.")


def give_up(
    tx: Transaction, bench: Workbench, batch: Batch, *, row: BatchRow, why: Failed | None
) -> None:
    """Void what was begun for a row and note why; None: it cannot be composed any more."""
    if row.award_id is None:
        return
    award = awards.get(tx, batch.organisation, row.award_id)
    if award.state in {AwardState.ACTIVE, AwardState.SUSPENDED}:
        settle(tx, batch.id, row, state=award.state)
        return
    fault = why or _GONE
    void_award(tx, bench, batch, award_id=row.award_id, reason=fault.code)
    batches.fail_row(tx, batch.id, row, code=fault.code, fault=fault.message)


def leave_out(
    tx: Transaction,
    bench: Workbench,
    batch: Batch,
    *,
    row: BatchRow,
    award: AwardState,
    why: Failed | None,
) -> None:
    """As `give_up`; of a row that still waits it is said what became of its ``award`` meanwhile."""
    if row.state is RowState.WAITING and award is not AwardState.APPROVED:
        settle(tx, batch.id, row, state=award)
    else:
        give_up(tx, bench, batch, row=row, why=why)


def void_award(
    tx: Transaction, bench: Workbench, batch: Batch, *, award_id: str, reason: str
) -> None:
    """Void every document of an award that is not sealed; without a sealed one the award ends."""
    award = awards.get(tx, batch.organisation, award_id)
    records = documents.of_award(tx, award_id)
    for record in records:
        if record.state in UNFINISHED:
            issue.void(
                tx, award, record=record, actor=batch.approved_by, reason=reason, bench=bench
            )
    if not records:
        # Nothing was reserved for it yet, and there is no place to burn.
        issue.give_up(tx, award, reason=reason, at=bench.moment)


def void_row(tx: Transaction, bench: Workbench, batch: Batch, *, row: BatchRow) -> None:
    """Void a row of a batch that was cancelled."""
    if row.award_id is not None:
        award = awards.get(tx, batch.organisation, row.award_id)
        if award.state in {AwardState.ACTIVE, AwardState.SUSPENDED}:
            settle(tx, batch.id, row, state=award.state)
            return
        void_award(tx, bench, batch, award_id=row.award_id, reason="the batch was cancelled")
    batches.settle_row(tx, batch.id, row, to=RowState.VOIDED)
