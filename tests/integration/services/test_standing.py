"""Revoked, suspended, reinstated: state, bit and line together; a checker sees it published."""

import datetime as dt

import pytest

from issuer.errors import FieldsInvalid, IllegalTransition, NotFound, NotReady, NotSuspendable
from issuer.model.award import Award, AwardState
from issuer.services import revoke
from issuer.services.revoke import reinstate, suspend
from issuer.verify import Verdict
from tests.town.workshop import Workshop
from tests.town.writers import at_once

REASON = "The project was not your own work"


def _do(workshop: Workshop, verb: str, award: Award, reason: str = REASON) -> Award:
    with workshop.bench.begin() as tx:
        change = getattr(revoke, verb)
        done: Award = change(
            tx, workshop.slug, award.id, reason=reason, actor="registrar", at=workshop.clock()
        )
        return done


def test_a_revoked_credential_fails_with_since_when_and_why(workshop: Workshop) -> None:
    award, other = workshop.issued(1), workshop.issued(2)
    data, place = workshop.sealed(award), workshop.slot(award)
    assert place is not None
    at = workshop.clock.pass_by(days=1)
    revoked = _do(workshop, "revoke", award)
    assert (revoked.state, revoked.reason, revoked.changed_at) == (AwardState.REVOKED, REASON, at)
    # Nothing is published by itself …
    assert workshop.bits() == set()
    assert workshop.check(data).verdict is Verdict.PASSED
    # … and only the list that changed is signed.
    assert workshop.publish() == 1
    assert workshop.bits() == {place.index}
    assert workshop.bits(purpose="suspension") == set()
    report = workshop.check(data)
    assert report.verdict is Verdict.FAILED
    step = report.check("revocation")
    assert step.verdict is Verdict.FAILED
    assert "13 June 2026" in step.detail
    assert REASON in step.detail
    assert workshop.check(workshop.sealed(other)).verdict is Verdict.PASSED
    assert workshop.lines()[-2:] == ["revoke", "publish"]


def test_revocation_is_final(workshop: Workshop) -> None:
    award = workshop.issued()
    _do(workshop, "revoke", award)
    for verb in ("revoke", "suspend", "reinstate"):
        with pytest.raises(IllegalTransition):
            _do(workshop, verb, award)
    place = workshop.slot(award)
    assert place is not None
    assert (place.revoked, place.suspended, place.burnt) == (True, False, False)


def test_a_suspended_credential_comes_back(workshop: Workshop) -> None:
    award = workshop.issued()
    data, place = workshop.sealed(award), workshop.slot(award)
    assert place is not None
    _do(workshop, "suspend", award, "The fee is disputed")
    assert workshop.publish() == 1
    assert workshop.bits(purpose="suspension") == {place.index}
    assert workshop.bits() == set()
    report = workshop.check(data)
    assert report.verdict is Verdict.FAILED
    assert "The fee is disputed" in report.check("suspension").detail
    assert report.check("revocation").verdict is Verdict.PASSED
    with pytest.raises(IllegalTransition):
        _do(workshop, "suspend", award)
    assert _do(workshop, "reinstate", award, "The fee was paid").state is AwardState.ACTIVE
    # A list with fewer suspended entries is no sign of an old backup.
    assert workshop.publish() == 1
    assert workshop.bits(purpose="suspension") == set()
    assert workshop.check(data).verdict is Verdict.PASSED


def test_a_suspended_one_can_be_revoked(workshop: Workshop) -> None:
    award = workshop.issued()
    _do(workshop, "suspend", award)
    assert _do(workshop, "revoke", award).state is AwardState.REVOKED
    workshop.publish()
    report = workshop.check(workshop.sealed(award))
    assert report.check("revocation").verdict is Verdict.FAILED


def test_what_carries_no_suspension_entry_cannot_be_suspended(workshop: Workshop) -> None:
    award = workshop.issued(achievement="data-stewardship")
    with pytest.raises(NotSuspendable, match="nobody could see") as caught:
        _do(workshop, "suspend", award)
    assert "suspendable = true for data-stewardship" in str(caught.value)
    assert workshop.award(award).state is AwardState.ACTIVE


@pytest.mark.parametrize(
    "reason", ["", "   ", "x" * 301, "two\nlines", "a \x00 byte", "a \ud800 half"]
)
def test_a_reason_is_one_line(workshop: Workshop, reason: str) -> None:
    award = workshop.approve()
    lines = workshop.lines()
    for verb in ("revoke", "suspend"):
        with pytest.raises(FieldsInvalid) as caught:
            _do(workshop, verb, award, reason)
        assert caught.value.message.startswith("reason: ")
    assert workshop.award(award).state is AwardState.APPROVED
    assert workshop.lines() == lines


def test_what_was_not_issued_yet(workshop: Workshop) -> None:
    award = workshop.approve()
    with pytest.raises(NotReady, match="was not issued yet"):
        _do(workshop, "reinstate", award)
    with pytest.raises(IllegalTransition):
        _do(workshop, "suspend", award)
    assert _do(workshop, "revoke", award).state is AwardState.REVOKED
    with pytest.raises((IllegalTransition, NotFound)):
        workshop.issue(award)
    assert workshop.documents(award) == {}
    assert workshop.slot(award) is None


def test_another_organisations_award_is_not_there(workshop: Workshop) -> None:
    award = workshop.issued()
    for verb in (revoke.revoke, suspend, reinstate):
        with workshop.bench.begin() as tx, pytest.raises(NotFound):
            verb(tx, "rival", award.id, reason=REASON, actor="x", at=workshop.clock())


def test_the_reason_is_in_no_audit_line(workshop: Workshop) -> None:
    from issuer.registry import audit  # noqa: PLC0415 # Only here.

    award = workshop.issued()
    _do(workshop, "revoke", award, "Alex Example cheated")
    with workshop.bench.read() as tx:
        assert "Alex" not in repr(audit.lines(tx, workshop.slug))


def test_of_several_who_revoke_at_once_one_does(workshop: Workshop) -> None:
    award = workshop.issued()

    def attempt(number: int) -> str | None:
        try:
            return _do(workshop, "revoke", award, f"Reason {number}").reason
        except IllegalTransition:
            return None

    done = [reason for reason in at_once(attempt, count=6) if reason]
    assert len(done) == 1
    assert workshop.award(award).reason == done[0]
    assert workshop.lines().count("revoke") == 1


def test_one_revokes_while_another_suspends(workshop: Workshop) -> None:
    many = [workshop.issued(number) for number in range(1, 4)]
    states = []

    def attempt(number: int) -> None:
        for award in many:
            try:
                _do(workshop, "revoke" if number % 2 else "suspend", award)
            except IllegalTransition:
                continue

    at_once(attempt, count=4)
    for award in many:
        place, now = workshop.slot(award), workshop.award(award)
        assert place is not None
        # The bit says what the state says, whoever came first.
        assert place.revoked is (now.state is AwardState.REVOKED)
        states.append(now.state)
    # Revoking wins in the end: nothing that was to be revoked is only suspended.
    assert set(states) <= {AwardState.REVOKED, AwardState.SUSPENDED}


def test_what_was_revoked_keeps_its_result_no_longer(workshop: Workshop) -> None:
    from issuer.registry import awards, results  # noqa: PLC0415 # Only here.

    award = workshop.issued()
    _do(workshop, "revoke", award)
    with workshop.bench.read() as tx:
        staged = awards.staged_of(tx, award.id)
        assert staged is not None
        with pytest.raises(NotFound):
            results.get(tx, staged)
    # The same result again finds the revoked award, and another content is still noticed.
    decision = workshop.decide(workshop.result())
    assert decision.award is not None
    assert decision.award.id == award.id
    with pytest.raises(Exception, match="other content"):
        workshop.decide(workshop.result(date=dt.date(2026, 5, 29), assessor="Somebody else"))
