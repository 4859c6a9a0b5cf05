"""The one door by which an award changes its state, and what follows for what is built from it.

State, bit and audit line stand in one transaction, together with everything that follows: a part
that falls suspends each whole that names it, one that comes back reinstates what it alone held, and
one that is gone for good leaves the whole suspended until a named person decides; so does one that
is recognised no longer. Bitstring Status List 1.0 §2.1: revocation is final, only suspension is
undone. Nothing is signed here.
"""

import datetime as dt
from dataclasses import dataclass, replace

from issuer.errors import Held
from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.award import Award, AwardState
from issuer.registry import (
    achievements,
    audit,
    awards,
    documents,
    holds,
    notices,
    organisations,
    recognitions,
    slots,
    stack_parts,
)
from issuer.registry.database import Transaction
from issuer.registry.holds import Hold, HoldKind
from issuer.registry.notices import Notice, NoticeKind
from issuer.registry.slots import Bits
from issuer.registry.stack_parts import StackPart

FINAL = frozenset({AwardState.REVOKED, AwardState.REPLACED})
GONE = frozenset({HoldKind.REVOKED, HoldKind.WITHDRAWN})
"""Holds that a named person alone can end."""
_MOST_TITLE = 200
_BITS = {
    AwardState.SUSPENDED: Bits(suspended=True),
    AwardState.ACTIVE: Bits(suspended=False),
}
_VERBS = {
    AwardState.REVOKED: "revoke",
    AwardState.REPLACED: "replace",
    AwardState.SUSPENDED: "suspend",
    AwardState.ACTIVE: "reinstate",
}
_KINDS = {
    AwardState.REVOKED: (HoldKind.REVOKED, NoticeKind.PART_REVOKED, "was revoked"),
    AwardState.REPLACED: (HoldKind.REVOKED, NoticeKind.PART_REPLACED, "was replaced"),
    AwardState.SUSPENDED: (HoldKind.SUSPENDED, NoticeKind.PART_SUSPENDED, "was suspended"),
}


@dataclass(frozen=True)
class Cause:
    """Why something changes, who says so, and when."""

    reason: str
    """One line that everybody reads who checks the credential."""
    actor: str
    at: dt.datetime
    part: str | None = None
    """The part because of which it changes; None: a person wants it."""


def change(tx: Transaction, award: Award, *, to: AwardState, cause: Cause) -> Award:
    """Move an award to ``to``, with everything that follows, and return it.

    Raises IllegalTransition, and Held where a part still keeps it out of force.
    """
    # The organisation before the award, as everywhere: no two writers wait for each other.
    organisations.lock(tx, award.organisation)
    is_by_hand = cause.part is None
    if is_by_hand and to is AwardState.ACTIVE:
        _require_not_held(tx, award)
    if is_by_hand and to is AwardState.SUSPENDED and _is_held_by_parts_alone(tx, award):
        changed = awards.set_reason(tx, award, reason=cause.reason)
    else:
        changed = awards.step(tx, award, to, reason=cause.reason, at=cause.at)
        _set_bits(tx, changed)
    detail = {} if is_by_hand else {"part": cause.part}
    # The reason is public and might hold a name: it stands in the award, not in the audit line.
    entry = audit.Entry(
        award.organisation, cause.at, cause.actor, _VERBS[to], award.id, None, detail
    )
    audit.append(tx, entry)
    _keep_own_hold(tx, changed, cause)
    _follow(tx, changed, cause)
    return changed


def bring_into_force(tx: Transaction, award: Award, *, at: dt.datetime) -> Award:
    """Put an approved award into force; a whole of which a part fell meanwhile is suspended."""
    organisations.lock(tx, award.organisation)
    active = awards.step(tx, award, AwardState.ACTIVE, reason=None, at=at)
    held = holds.of_whole(tx, award.id)
    if not held or not is_suspendable(tx, award):
        return active
    cause = Cause(_said(tx, held[0]), award.approved_by, at, blamed(tx, held[0])[0])
    return change(tx, active, to=AwardState.SUSPENDED, cause=cause)


def end_unissued(tx: Transaction, award: Award, *, reason: str, at: dt.datetime) -> Award:
    """End an approved award of which nothing was ever sealed; its place is burnt by the caller."""
    ended = awards.step(tx, award, AwardState.REVOKED, reason=reason, at=at)
    for hold in holds.of_whole(tx, award.id):
        holds.end(tx, hold, by=award.approved_by, at=at)
    return ended


def withdraw(
    tx: Transaction, organisation: str, recognition: int, *, cause: Cause
) -> tuple[Award, ...]:
    """Hold, and suspend, what is built from a recognition that was withdrawn; return those wholes.

    One that has ended stays as it is.
    """
    organisations.lock(tx, organisation)
    held = []
    for name in stack_parts.wholes_on(tx, organisation, recognition):
        whole = awards.get(tx, organisation, name)
        if whole.state in FINAL:
            continue
        # Nothing of ours holds it: the hold names the whole itself.
        hold = Hold(organisation, name, name, HoldKind.WITHDRAWN, cause.at)
        holds.begin(tx, hold)
        _tell(tx, whole, whole, NoticeKind.PART_WITHDRAWN, at=cause.at)
        _suspend(tx, whole, hold, cause)
        held.append(awards.get(tx, organisation, name))
    return tuple(held)


def blamed(tx: Transaction, hold: Hold) -> tuple[str, ...]:
    """What holds the whole: the id of an award, or recognitions by their numbers."""
    if hold.kind is not HoldKind.WITHDRAWN:
        return (hold.part_award_id,)
    found = [f"recognition {part.recognition_id}" for part in _withdrawn(tx, hold.award_id)]
    # Numbers are forgotten with the learner.
    return tuple(found) or ("a recognition",)


def out_of_force(tx: Transaction, award: Award) -> Bits:
    """The bits of an award that is revoked or replaced.

    ELM 3.2 knows one status entry: a European Digital Credential that can be suspended names the
    suspension list alone, and what is revoked has to be seen there too.
    """
    tongues = {record.format for record in documents.of_award(tx, award.id)}
    both = DocumentFormat.EDC in tongues and is_suspendable(tx, award)
    return Bits(revoked=True, suspended=True) if both else Bits(revoked=True)


def is_suspendable(tx: Transaction, award: Award) -> bool:
    """Whether the credential carries a suspension entry."""
    version = award.achievement_version
    return achievements.get(tx, award.organisation, award.achievement, version=version).suspendable


def is_by_hand(hold: Hold) -> bool:
    """Whether a person suspended the whole, whatever its parts are: it is then held by itself."""
    return hold.part_award_id == hold.award_id and hold.kind is HoldKind.SUSPENDED


# --- The award itself ------------------------------------------------------------------------


def _set_bits(tx: Transaction, award: Award) -> None:
    place = awards.slot_of(tx, award.id)
    if place is not None:
        bits = _BITS[award.state] if award.state in _BITS else out_of_force(tx, award)
        where = {"list_number": place.list_number, "index": place.index}
        slots.set_bits(tx, award.organisation, bits=bits, **where)


def _require_not_held(tx: Transaction, award: Award) -> None:
    by_parts = [hold for hold in holds.of_whole(tx, award.id) if not is_by_hand(hold)]
    if by_parts:
        parts = [name for hold in by_parts for name in blamed(tx, hold)]
        msg = (
            f"{award.id} is suspended because of its parts {', '.join(parts)}. Reinstate what is "
            "suspended; where a part is gone for good, decide with `testamur stack decide`."
        )
        raise Held(msg, award_id=award.id, parts=parts)


def _is_held_by_parts_alone(tx: Transaction, award: Award) -> bool:
    held = holds.of_whole(tx, award.id)
    return award.state is AwardState.SUSPENDED and bool(held) and not any(map(is_by_hand, held))


def _keep_own_hold(tx: Transaction, award: Award, cause: Cause) -> None:
    """A whole that a person suspended is held by itself, so that no part reinstates it."""
    if award.state is AwardState.SUSPENDED:
        if cause.part is None and stack_parts.of_whole(tx, award.id):
            own = (award.organisation, award.id, award.id)
            holds.begin(tx, Hold(*own, HoldKind.SUSPENDED, cause.at))
        return
    # In force again, or ended for good: nothing holds it any more.
    for hold in holds.of_whole(tx, award.id):
        holds.end(tx, hold, by=cause.actor, at=cause.at)


# --- What is built from it -------------------------------------------------------------------


def _follow(tx: Transaction, part: Award, cause: Cause) -> None:
    if part.state in _KINDS:
        for whole in stack_parts.wholes_with(tx, part.id):
            _hold(tx, awards.get(tx, part.organisation, whole), part=part, cause=cause)
    if part.state is not AwardState.SUSPENDED:
        for hold in holds.by_part(tx, part.id):
            if hold.kind is HoldKind.SUSPENDED:
                _release(tx, hold, part=part, cause=cause)


def _hold(tx: Transaction, whole: Award, *, part: Award, cause: Cause) -> None:
    kind, notice, _ = _KINDS[part.state]
    hold = Hold(whole.organisation, whole.id, part.id, kind, cause.at)
    if whole.state in FINAL or not holds.begin(tx, hold):
        return
    _tell(tx, whole, part, notice, at=cause.at)
    _suspend(tx, whole, hold, cause)


def _suspend(tx: Transaction, whole: Award, hold: Hold, cause: Cause) -> None:
    """Suspend a whole that is held, or say anew why it is."""
    # One that is not in force yet is suspended once it is: see `bring_into_force`. One that carries
    # no suspension entry stays as it is: whoever checks it looks at its parts.
    if whole.state is AwardState.ACTIVE and is_suspendable(tx, whole):
        because = replace(cause, reason=_said(tx, hold), part=blamed(tx, hold)[0])
        change(tx, whole, to=AwardState.SUSPENDED, cause=because)
    else:
        _say_why(tx, whole)


def _release(tx: Transaction, hold: Hold, *, part: Award, cause: Cause) -> None:
    holds.end(tx, hold, by=cause.actor, at=cause.at)
    whole = awards.get(tx, hold.organisation, hold.award_id)
    if part.state is AwardState.ACTIVE:
        _tell(tx, whole, part, NoticeKind.PART_REINSTATED, at=cause.at)
    if holds.of_whole(tx, whole.id):
        _say_why(tx, whole)
    elif whole.state is AwardState.SUSPENDED:
        reason = f"Part of it is in force again: {_title(tx, part)}."
        because = replace(cause, reason=reason, part=part.id)
        change(tx, whole, to=AwardState.ACTIVE, cause=because)


def _say_why(tx: Transaction, whole: Award) -> None:
    """State the reason that holds now; what a person said goes before what became of a part."""
    held = holds.of_whole(tx, whole.id)
    if whole.state is AwardState.SUSPENDED and held and not any(map(is_by_hand, held)):
        gravest = min(held, key=lambda hold: hold.kind not in GONE)
        awards.set_reason(tx, whole, reason=_said(tx, gravest))


def _said(tx: Transaction, hold: Hold) -> str:
    if hold.kind is HoldKind.WITHDRAWN:
        parts = _withdrawn(tx, hold.award_id)
        titles = [_latest_title(tx, hold.organisation, one.part) for one in parts]
        named = f": {', '.join(titles)}" if titles else ""
        return f"Part of it is recognised no longer{named}."
    part = awards.get(tx, hold.organisation, hold.part_award_id)
    # A part may be in force again under a hold that a person has to end: then it was suspended.
    _, _, became = _KINDS.get(part.state, _KINDS[AwardState.SUSPENDED])
    return f"Part of it {became}: {_title(tx, part)}."


def _withdrawn(tx: Transaction, whole: str) -> tuple[StackPart, ...]:
    """The parts of a whole that are recognised no longer."""
    parts = stack_parts.of_whole(tx, whole)
    numbers = {one.recognition_id for one in parts if one.recognition_id is not None}
    gone = recognitions.withdrawn(tx, numbers)
    return tuple(one for one in parts if one.recognition_id in gone)


def _title(tx: Transaction, award: Award) -> str:
    version = award.achievement_version
    return _line(achievements.get(tx, award.organisation, award.achievement, version=version))


def _latest_title(tx: Transaction, organisation: str, achievement: str) -> str:
    # Of what somebody else issued our own title stands here: theirs is the learner's.
    return _line(achievements.get(tx, organisation, achievement))


def _line(offer: Achievement) -> str:
    return " ".join(offer.title.get(offer.language).split())[:_MOST_TITLE]


def _tell(tx: Transaction, whole: Award, part: Award, kind: NoticeKind, *, at: dt.datetime) -> None:
    notices.add(tx, Notice(whole.organisation, whole.learner_id, whole.id, part.id, kind, at))
