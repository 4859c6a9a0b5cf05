"""Step 12, revoke: what a person decides of one award; the next publication shows it.

Bitstring Status List 1.0 §2.1: revocation is final, only suspension is undone. A credential without
a suspension entry cannot be suspended. What follows for awards that are built from it is done in
the same transaction: see `issuer.services.consequences`. Nothing is signed here.
"""

import datetime as dt

from issuer.errors import FieldsInvalid, NotReady, NotSuspendable
from issuer.model.award import Award, AwardState
from issuer.model.texts import clean
from issuer.registry import audit, awards, documents, results
from issuer.registry.database import Transaction
from issuer.services import consequences
from issuer.services.consequences import Cause

_MOST_REASON = 300


def revoke(
    tx: Transaction, organisation: str, award_id: str, *, reason: str, actor: str, at: dt.datetime
) -> Award:
    """Revoke for good; raises NotFound, IllegalTransition, FieldsInvalid (reason)."""
    award = awards.get(tx, organisation, award_id)
    cause = Cause(said(reason), actor, at)
    changed = consequences.change(tx, award, to=AwardState.REVOKED, cause=cause)
    void_waiting(tx, award, actor=actor, at=at)
    # A result from which nothing is sealed any more is done: its content goes.
    staged = awards.staged_of(tx, award_id)
    if staged is not None:
        results.close(tx, staged)
    return changed


def suspend(
    tx: Transaction, organisation: str, award_id: str, *, reason: str, actor: str, at: dt.datetime
) -> Award:
    """Suspend until reinstated; raises NotSuspendable where the credential has no such entry."""
    award = awards.get(tx, organisation, award_id)
    if not consequences.is_suspendable(tx, award):
        msg = (
            f"{award_id} carries no suspension entry, so nobody could see that it is suspended. "
            f"Revoke it, or set suspendable = true for {award.achievement} before you issue."
        )
        raise NotSuspendable(msg, award_id=award_id)
    cause = Cause(said(reason), actor, at)
    return consequences.change(tx, award, to=AwardState.SUSPENDED, cause=cause)


def reinstate(
    tx: Transaction, organisation: str, award_id: str, *, reason: str, actor: str, at: dt.datetime
) -> Award:
    """Undo a suspension; raises NotFound, IllegalTransition, Held (a part is out of force)."""
    award = awards.get(tx, organisation, award_id)
    if award.state is AwardState.APPROVED:
        msg = f"{award_id} was not issued yet; run `testamur recover` to finish it."
        raise NotReady(msg, award_id=award_id)
    cause = Cause(said(reason), actor, at)
    return consequences.change(tx, award, to=AwardState.ACTIVE, cause=cause)


def replace(tx: Transaction, old: Award, *, reason: str, actor: str, at: dt.datetime) -> None:
    """Take an award out of force because another one stands in its place; IllegalTransition."""
    cause = Cause(said(reason), actor, at)
    consequences.change(tx, old, to=AwardState.REPLACED, cause=cause)
    void_waiting(tx, old, actor=actor, at=at)


def void_waiting(tx: Transaction, award: Award, *, actor: str, at: dt.datetime) -> None:
    """Give up what waits for a seal from elsewhere: nothing comes back for an ended award."""
    for record in documents.of_award(tx, award.id):
        if record.waits_elsewhere:
            documents.void(tx, award.id, record.format, at=at)
            detail = {"format": str(record.format), "reason": "the award has ended"}
            entry = audit.Entry(award.organisation, at, actor, "issue.void", award.id, None, detail)
            audit.append(tx, entry)


def said(reason: str) -> str:
    """The reason as it is kept; raises FieldsInvalid for one that is not one line of clean text."""
    try:
        kept = clean(reason).strip()
    except ValueError as fault:
        raise _wrong(str(fault)) from fault
    if not kept or len(kept) > _MOST_REASON or "\n" in kept:
        raise _wrong(f"give one line of 1 to {_MOST_REASON} characters")
    return kept


def _wrong(fault: str) -> FieldsInvalid:
    msg = f"reason: {fault}. It is shown to everybody who checks the credential."
    return FieldsInvalid(msg, fields=[{"field": "reason", "fault": fault}])
