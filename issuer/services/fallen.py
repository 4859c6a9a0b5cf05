"""What a person decides of a whole whose part is gone for good: it is revoked, or awarded anew.

A part is gone where it was revoked or replaced, and where it is recognised no longer. Until then
the whole stays suspended (`issuer.services.consequences`). Both decisions name who decided and why;
the reason is public, as that of every change. What is awarded anew rests on other parts.
"""

import datetime as dt
from dataclasses import dataclass

from issuer.errors import Conflict
from issuer.model.award import Award
from issuer.registry import audit, awards, holds, notices, organisations
from issuer.registry.database import Transaction
from issuer.registry.holds import Hold
from issuer.registry.notices import Notice, NoticeKind
from issuer.services import consequences, revoke, stack_decisions
from issuer.services.workbench import Workbench


@dataclass(frozen=True)
class Fallen:
    """A whole that waits for a decision."""

    whole: Award
    parts: tuple[str, ...]
    """Ids of the parts that are gone for good, and numbers of recognitions, oldest first."""
    since: dt.datetime


def waiting(tx: Transaction, organisation: str) -> tuple[Fallen, ...]:
    """The wholes that wait for a decision, the longest first."""
    held: dict[str, list[Hold]] = {}
    for hold in holds.listing(tx, organisation):
        if hold.kind in consequences.GONE:
            held.setdefault(hold.award_id, []).append(hold)
    return tuple(
        Fallen(
            awards.get(tx, organisation, whole),
            tuple(name for hold in found for name in consequences.blamed(tx, hold)),
            found[0].since,
        )
        for whole, found in held.items()
    )


def give_up(
    tx: Transaction, organisation: str, whole: str, *, reason: str, by: str, at: dt.datetime
) -> Award:
    """Revoke a whole whose part is gone; raises NotFound, Conflict (nothing is to be decided)."""
    organisations.lock(tx, organisation)
    gone = _gone(tx, organisation, whole)
    done = revoke.revoke(tx, organisation, whole, reason=reason, actor=by, at=at)
    told = Notice(
        organisation, done.learner_id, whole, gone[0].part_award_id, NoticeKind.REVOKED, at
    )
    notices.add(tx, told)
    _note(tx, done, decision="revoke", by=by, at=at)
    return done


def renew(bench: Workbench, organisation: str, whole: str, *, reason: str, by: str) -> Award:
    """Award it anew on the parts in force, and return the new award.

    Raises NotFound, Conflict (nothing is to be decided, or the parts in force do not complete it)
    and what `issue` raises.
    """
    why = revoke.said(reason)
    with bench.read() as tx:
        _gone(tx, organisation, whole)
    done = stack_decisions.renew(bench, organisation, whole, actor=by)
    with bench.begin() as tx:
        organisations.lock(tx, organisation)
        old = awards.set_reason(tx, awards.get(tx, organisation, whole), reason=why)
        _note(tx, old, decision="renew", by=by, at=bench.moment)
        return awards.get(tx, organisation, str(done.award_id))


def told(tx: Transaction, organisation: str) -> tuple[Notice, ...]:
    """What staff have not marked as seen, newest first."""
    return notices.unseen(tx, organisation)


def see(tx: Transaction, organisation: str, *, at: dt.datetime) -> int:
    """Mark all of it as seen; return how many there were."""
    found = notices.unseen(tx, organisation)
    for notice in found:
        notices.see(tx, notice, at=at)
    return len(found)


def _gone(tx: Transaction, organisation: str, whole: str) -> tuple[Hold, ...]:
    awards.get(tx, organisation, whole)
    gone = tuple(h for h in holds.of_whole(tx, whole) if h.kind in consequences.GONE)
    if not gone:
        msg = (
            f"No part of {whole} is gone for good, so there is nothing to decide. "
            "`testamur stack waiting` names what waits."
        )
        raise Conflict(msg, award_id=whole)
    return gone


def _note(tx: Transaction, whole: Award, *, decision: str, by: str, at: dt.datetime) -> None:
    detail = {"decision": decision}
    entry = audit.Entry(whole.organisation, at, by, "stack.decide", whole.id, None, detail)
    audit.append(tx, entry)
