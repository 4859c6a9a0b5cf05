"""Step 12, revoke: state, bit and audit line in one transaction; the next publication shows it.

Bitstring Status List 1.0 §2.1: revocation is final, only suspension is undone. A credential without
a suspension entry cannot be suspended. Nothing is signed here: see `issuer.services.publish`.
"""

import datetime as dt

from issuer.errors import FieldsInvalid, NotReady, NotSuspendable
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award, AwardState
from issuer.model.texts import clean
from issuer.registry import achievements, audit, awards, documents, organisations, results, slots
from issuer.registry.database import Transaction
from issuer.registry.slots import Bits

_MOST_REASON = 300


def revoke(
    tx: Transaction, organisation: str, award_id: str, *, reason: str, actor: str, at: dt.datetime
) -> Award:
    """Revoke for good; raises NotFound, IllegalTransition, FieldsInvalid (reason)."""
    award = awards.get(tx, organisation, award_id)
    changed = _change(tx, award, to=AwardState.REVOKED, reason=reason, actor=actor, at=at)
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
    if not _suspendable(tx, award):
        msg = (
            f"{award_id} carries no suspension entry, so nobody could see that it is suspended. "
            f"Revoke it, or set suspendable = true for {award.achievement} before you issue."
        )
        raise NotSuspendable(msg, award_id=award_id)
    return _change(tx, award, to=AwardState.SUSPENDED, reason=reason, actor=actor, at=at)


def reinstate(
    tx: Transaction, organisation: str, award_id: str, *, reason: str, actor: str, at: dt.datetime
) -> Award:
    """Undo a suspension; raises NotFound, IllegalTransition."""
    award = awards.get(tx, organisation, award_id)
    if award.state is AwardState.APPROVED:
        msg = f"{award_id} was not issued yet; run `testamur recover` to finish it."
        raise NotReady(msg, award_id=award_id)
    return _change(tx, award, to=AwardState.ACTIVE, reason=reason, actor=actor, at=at)


def replace(tx: Transaction, old: Award, *, reason: str, actor: str, at: dt.datetime) -> None:
    """Take an award out of force because another one stands in its place; IllegalTransition."""
    organisations.lock(tx, old.organisation)
    awards.step(tx, old, AwardState.REPLACED, reason=reason, at=at)
    void_waiting(tx, old, actor=actor, at=at)
    place = awards.slot_of(tx, old.id)
    if place is not None:
        number, bits = place.list_number, out_of_force(tx, old)
        slots.set_bits(tx, old.organisation, list_number=number, index=place.index, bits=bits)
    audit.append(tx, audit.Entry(old.organisation, at, actor, "replace", old.id))


def out_of_force(tx: Transaction, award: Award) -> Bits:
    """The bits of an award that is revoked or replaced.

    ELM 3.2 knows one status entry: a European Digital Credential that can be suspended names the
    suspension list alone, and what is revoked has to be seen there too.
    """
    tongues = {record.format for record in documents.of_award(tx, award.id)}
    both = DocumentFormat.EDC in tongues and _suspendable(tx, award)
    return Bits(revoked=True, suspended=True) if both else Bits(revoked=True)


def void_waiting(tx: Transaction, award: Award, *, actor: str, at: dt.datetime) -> None:
    """Give up what waits for a seal from elsewhere: nothing comes back for an ended award."""
    for record in documents.of_award(tx, award.id):
        if record.waits_elsewhere:
            documents.void(tx, award.id, record.format, at=at)
            detail = {"format": str(record.format), "reason": "the award has ended"}
            entry = audit.Entry(award.organisation, at, actor, "issue.void", award.id, None, detail)
            audit.append(tx, entry)


def _suspendable(tx: Transaction, award: Award) -> bool:
    version = award.achievement_version
    return achievements.get(tx, award.organisation, award.achievement, version=version).suspendable


_BITS = {
    AwardState.SUSPENDED: Bits(suspended=True),
    AwardState.ACTIVE: Bits(suspended=False),
}
_VERBS = {
    AwardState.REVOKED: "revoke",
    AwardState.SUSPENDED: "suspend",
    AwardState.ACTIVE: "reinstate",
}


def _change(  # Who changes what to what, why and when.
    tx: Transaction, award: Award, *, to: AwardState, reason: str, actor: str, at: dt.datetime
) -> Award:
    line = said(reason)
    # The organisation before the award, as everywhere: no two writers wait for each other.
    organisations.lock(tx, award.organisation)
    changed = awards.step(tx, award, to, reason=line, at=at)
    place = awards.slot_of(tx, award.id)
    if place is not None:
        slots.set_bits(
            tx,
            award.organisation,
            list_number=place.list_number,
            index=place.index,
            bits=_BITS[to] if to in _BITS else out_of_force(tx, award),
        )
    # The reason is public and might hold a name: it stands in the award, not in the audit line.
    audit.append(tx, audit.Entry(award.organisation, at, actor, _VERBS[to], award.id))
    return changed


def said(reason: str) -> str:
    """A reason as it is kept: one line of clean text; raises FieldsInvalid for anything else."""
    try:
        line = clean(reason).strip()
    except ValueError as fault:
        raise _wrong(str(fault)) from fault
    if not line or len(line) > _MOST_REASON or "\n" in line:
        raise _wrong(f"give one line of 1 to {_MOST_REASON} characters")
    return line


def _wrong(fault: str) -> FieldsInvalid:
    msg = f"reason: {fault}. It is shown to everybody who checks the credential."
    return FieldsInvalid(msg, fields=[{"field": "reason", "fault": fault}])
