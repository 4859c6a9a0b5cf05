"""Reseal: what a stolen key signed is issued again under the new key, as a new award.

The old award is replaced and its bit set: a thief's copy and the true one look alike, so both are
out of force. The new one rests on the same result, is shared or suspended as the old one was, and
the learner gets a new link.
"""

from contextlib import suppress

from issuer.errors import Conflict
from issuer.model.award import Award, AwardState, award_id
from issuer.registry import audit, awards, holds, organisations, results, stack_parts
from issuer.registry.database import Transaction
from issuer.services import consequences, issue, keyring, revoke, stack, stack_decisions
from issuer.services.workbench import Workbench

REASON = "The key that signed it was stolen; it was issued again under a new key."


def reseal(bench: Workbench, organisation: str, *, actor: str) -> tuple[tuple[str, str], ...]:
    """Issue again every award that a stolen key sealed; return pairs of old and new id.

    Run again after a crash it goes on where it stopped. One whose learner was erased cannot be
    issued again and is left out: its key is known as stolen. Raises NotReady without an active key.
    """
    with bench.read() as tx:
        kept = set(results.unfinished(tx, organisation))
        hurt = [
            award
            for award in keyring.affected(tx, organisation)
            if awards.staged_of(tx, award.id) in kept
        ]
        wholes = [award for award in hurt if stack_parts.of_whole(tx, award.id)]
    plain = (award for award in hurt if award not in wholes)
    done = [(old.id, _again(bench, old, actor=actor)) for old in plain]
    # What is built from others names them as they are now.
    done += [(old.id, _whole_again(bench, old, actor=actor)) for old in wholes]
    for _, new in done:
        stack.after_issue(bench, organisation, new)
    return tuple(done)


def _again(bench: Workbench, old: Award, *, actor: str) -> str:
    with bench.begin() as tx:
        new = _replacement(tx, old, actor=actor, bench=bench)
    issue.issue(bench, old.organisation, new.id, actor=actor)
    with bench.begin() as tx:
        now = awards.get(tx, old.organisation, old.id)
        _replace(tx, now, new=new, actor=actor, bench=bench)
    return new.id


def _whole_again(bench: Workbench, old: Award, *, actor: str) -> str:
    with bench.read() as tx:
        is_by_hand = any(map(consequences.is_by_hand, holds.of_whole(tx, old.id)))
    if not is_by_hand:
        with suppress(Conflict):
            return str(stack_decisions.renew(bench, old.organisation, old.id, actor=actor).award_id)
    # It stays as it was, and suspended: the parts in force do not make it up, or a person said so.
    return _again(bench, old, actor=actor)


def _replacement(tx: Transaction, old: Award, *, actor: str, bench: Workbench) -> Award:
    organisations.lock(tx, old.organisation)
    staged = awards.staged_of(tx, old.id)
    newest = awards.by_staged(tx, staged) if staged is not None else None
    if newest is not None and newest.replaces == old.id and newest.state is not AwardState.REVOKED:
        return newest
    organisation = organisations.get(tx, old.organisation)
    at = bench.moment
    new = Award(
        id=award_id(organisation.code, bench.chance(10)),
        organisation=old.organisation,
        achievement=old.achievement,
        achievement_version=old.achievement_version,
        learner_id=old.learner_id,
        approved_by=actor,
        approved_at=at,
        awarded_on=old.awarded_on,
        valid_until=old.valid_until,
        replaces=old.id,
        shared=old.shared,
    )
    awards.add(tx, new, staged_id=staged)
    stack.take_over(tx, old, new=new)
    detail = {"replaces": old.id}
    audit.append(tx, audit.Entry(new.organisation, at, actor, "reseal", new.id, None, detail))
    return new


def _replace(tx: Transaction, old: Award, *, new: Award, actor: str, bench: Workbench) -> None:
    at = bench.moment
    organisations.lock(tx, old.organisation)
    if old.state is AwardState.SUSPENDED:
        # A theft is no pardon.
        reason = old.reason or REASON
        revoke.suspend(tx, new.organisation, new.id, reason=reason, actor=actor, at=at)
    revoke.replace(tx, old, reason=REASON, actor=actor, at=at)
