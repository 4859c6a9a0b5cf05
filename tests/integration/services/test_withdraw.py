"""A recognition is taken back: once, by the role, with what follows for what is built from it."""

import datetime as dt
from decimal import Decimal

import pytest

from issuer.errors import Conflict, FieldsInvalid, Held, NotFound
from issuer.model.achievement import DocumentFormat, Tier
from issuer.model.award import Award, AwardState
from issuer.model.stack import Part, PartDocument
from issuer.model.texts import LangText
from issuer.registry import audit, holds, learners, notices, recognitions
from issuer.registry.completions import CompletionState
from issuer.registry.holds import HoldKind
from issuer.registry.notices import NoticeKind
from issuer.registry.recognitions import Decision
from issuer.services import fallen, keyring, pathways, reseal, stack, stack_decisions, standing
from issuer.services.withdraw import Withdrawn, listing, withdraw
from issuer.verify import Verdict
from keys.algorithms import Algorithm
from keys.lifecycle import KeyPurpose
from tests.town import paths
from tests.town.standings import do
from tests.town.workshop import Workshop

BOARD, BY = "examination board", "Prof. Mira Example"
WHY = "The college withdrew Alex's certificate."
FROM = {
    "part": "sources",
    "issuer": "did:web:college.example",
    "issuer_name": "Example College",
    "decided_by": BOARD,
}
SAID = "Part of it is recognised no longer: Sources."


def _theirs(name: str = "sources", digest: str = "A") -> Part:
    document = PartDocument(
        format=DocumentFormat.OB3,
        id=f"https://college.example/c/{name}",
        digest="uEi" + digest * 44,
    )
    return Part(
        name=name,
        title=LangText.of(en="Archives"),
        achievement="https://college.example/archives",
        tier=Tier.BASIC,
        ects=Decimal(2),
        hours=Decimal(54),
        earned=dt.date(2026, 5, 2),
        issuer="Example College",
        documents=(document,),
    )


def _recognised(workshop: Workshop, number: int = 1, **changes: str) -> int:
    """Let somebody else's credential stand for a part of this learner."""
    decision = Decision(BOARD, BY, workshop.clock())
    with workshop.bench.begin() as tx:
        learner = learners.find_or_add(tx, workshop.result(number).learner, at=workshop.clock())
        part = _theirs(**changes)
        accepted = (part, b"{}")
        return recognitions.add(
            tx, workshop.slug, learner, pathway="data", accepted=accepted, decision=decision
        )


def _consider(workshop: Workshop, number: int = 1) -> None:
    with workshop.bench.read() as tx:
        learner = learners.lookup(tx, workshop.slug, f"S{number}")
    stack.consider(workshop.bench, workshop.slug, learner)


def _withdraw(workshop: Workshop, number: int, role: str = BOARD, reason: str = WHY) -> Withdrawn:
    decision = Decision(role, BY, workshop.clock())
    with workshop.bench.begin() as tx:
        return withdraw(tx, workshop.slug, number, decision=decision, reason=reason)


def _whole(workshop: Workshop, achievement: str = "data-basic") -> Award:
    own = [a for a in workshop.awards() if a.achievement == achievement]
    (found,) = [a for a in own if a.state is not AwardState.REPLACED]
    return found


@pytest.fixture
def pathway(workshop: Workshop) -> Workshop:
    """A workshop whose pathway lists another university."""
    return paths.found(workshop, paths.pathway(workshop.slug, recognised=[FROM]))


@pytest.fixture
def number(pathway: Workshop) -> int:
    """A recognition on which a whole is built."""
    found = _recognised(pathway)
    paths.earn(pathway, 1, ["tables"])
    _consider(pathway)
    assert _whole(pathway).state is AwardState.ACTIVE
    return found


def test_what_is_built_from_it_is_suspended_until_somebody_decides(
    workshop: Workshop, number: int
) -> None:
    whole = _whole(workshop)
    done = _withdraw(workshop, number)
    assert (done.part, done.wholes, done.is_new) == ("sources", (whole.id,), True)
    fell = workshop.award(whole)
    assert (fell.state, fell.reason) == (AwardState.SUSPENDED, SAID)
    workshop.publish()
    slot = workshop.slot(whole)
    assert slot is not None
    assert slot.index in workshop.bits(purpose="suspension")
    report = workshop.check(workshop.sealed(whole))
    assert report.verdict is not Verdict.PASSED
    with workshop.bench.read() as tx:
        (one,) = fallen.waiting(tx, workshop.slug)
    assert (one.whole.id, one.parts) == (whole.id, (f"recognition {number}",))
    with pytest.raises(Held, match=f"recognition {number}"):
        do(workshop, "reinstate", whole)
    with pytest.raises(Conflict, match="do not complete data-basic"):
        fallen.renew(workshop.bench, workshop.slug, whole.id, reason="So be it", by=BY)
    with workshop.bench.begin() as tx:
        fallen.give_up(tx, workshop.slug, whole.id, reason="So be it", by=BY, at=workshop.clock())
        assert fallen.waiting(tx, workshop.slug) == ()
    assert workshop.award(whole).state is AwardState.REVOKED


def test_it_is_withdrawn_once(workshop: Workshop, number: int) -> None:
    _withdraw(workshop, number)
    lines = workshop.lines()
    again = _withdraw(workshop, number, reason="Another reason")
    assert (again.is_new, again.wholes) == (False, ())
    assert workshop.lines() == lines
    with workshop.bench.read() as tx:
        kept = recognitions.get(tx, workshop.slug, number)
        (one,) = listing(tx, workshop.slug)
    assert kept.withdrawal is not None
    assert (kept.withdrawal.reason, kept.withdrawal.decision.role) == (WHY, BOARD)
    assert (one.id, one.part, one.withdrawn_at) == (number, "sources", workshop.clock())


def test_the_trail_names_role_and_person_and_not_the_reason(
    workshop: Workshop, number: int
) -> None:
    _withdraw(workshop, number)
    with workshop.bench.read() as tx:
        entries = [line.entry for line in audit.lines(tx, workshop.slug)]
    own = next(entry for entry in entries if entry.verb == "recognise.withdraw")
    assert own.actor == BY
    assert own.detail == {
        "pathway": "data", "part": "sources", "recognition": number, "role": BOARD,
    }  # fmt: skip
    suspended = next(entry for entry in entries if entry.verb == "suspend")
    assert suspended.detail == {"part": f"recognition {number}"}
    assert "Alex" not in str([entry.detail for entry in entries])


def test_the_learner_reads_that_it_fell_and_why(workshop: Workshop, number: int) -> None:
    _withdraw(workshop, number)
    with workshop.bench.read() as tx:
        learner = learners.lookup(tx, workshop.slug, "S1")
        (told,) = standing.notices(tx, workshop.slug, learner)
        (stands,) = standing.of_learner(tx, workshop.slug, learner, bench=workshop.bench)
    assert (told.kind, told.whole) == (NoticeKind.PART_WITHDRAWN, "data-basic")
    (gone,) = stands.unrecognised
    assert (gone.part, gone.issuer, gone.role) == ("sources", "Example College", BOARD)
    assert (gone.reason, gone.on) == (WHY, workshop.clock().date())
    assert "sources" not in stands.progress.counted


def test_another_role_does_not_take_it_back(workshop: Workshop, number: int) -> None:
    with pytest.raises(Conflict, match="decided by: examination board"):
        _withdraw(workshop, number, role="registrar")
    with pytest.raises(FieldsInvalid, match="reason"):
        _withdraw(workshop, number, reason="")
    with pytest.raises(NotFound):
        _withdraw(workshop, number + 1)
    assert _whole(workshop).state is AwardState.ACTIVE


def test_the_role_that_the_newest_version_names_may(workshop: Workshop, number: int) -> None:
    renamed = paths.pathway(workshop.slug, recognised=[FROM | {"decided_by": "study office"}])
    with workshop.bench.begin() as tx:
        pathways.put(tx, renamed, at=workshop.clock(), actor="registrar")
    assert _withdraw(workshop, number, role="study office").is_new


def test_what_other_parts_complete_is_awarded_anew(workshop: Workshop, number: int) -> None:
    whole = _whole(workshop)
    _withdraw(workshop, number)
    paths.earn(workshop, 1, ["sources"])
    _consider(workshop)
    assert workshop.award(whole).state is AwardState.SUSPENDED, "a person decides"
    new = fallen.renew(workshop.bench, workshop.slug, whole.id, reason="Passed here", by=BY)
    assert new.state is AwardState.ACTIVE
    assert workshop.award(whole).state is AwardState.REPLACED
    with workshop.bench.read() as tx:
        assert holds.listing(tx, workshop.slug) == ()


def test_higher_steps_and_a_second_recognition_are_held_alike(pathway: Workshop) -> None:
    workshop = pathway
    first = _recognised(workshop)
    second = _recognised(workshop, name="statistics", digest="B")
    paths.earn(workshop, 1, ["tables"])
    _consider(workshop)
    lower, higher = _whole(workshop), _whole(workshop, "data-steward")
    assert _withdraw(workshop, second).wholes == (higher.id,)
    assert workshop.award(lower).state is AwardState.ACTIVE
    assert set(_withdraw(workshop, first).wholes) == {lower.id, higher.id}
    assert workshop.award(higher).reason == (
        "Part of it is recognised no longer: Sources, Statistics."
    )
    with workshop.bench.read() as tx:
        told = notices.unseen(tx, workshop.slug)
        waiting = {one.whole.id: one.parts for one in fallen.waiting(tx, workshop.slug)}
    assert [one.award_id for one in told].count(higher.id) == 2
    assert waiting[higher.id] == (f"recognition {first}", f"recognition {second}")


def test_what_a_person_suspended_stays_so_for_that_reason(workshop: Workshop, number: int) -> None:
    whole = do(workshop, "suspend", _whole(workshop))
    _withdraw(workshop, number)
    now = workshop.award(whole)
    assert (now.state, now.reason) == (AwardState.SUSPENDED, whole.reason)
    with workshop.bench.read() as tx:
        kinds = {hold.kind for hold in holds.of_whole(tx, whole.id)}
    assert kinds == {HoldKind.SUSPENDED, HoldKind.WITHDRAWN}


def test_what_has_ended_stays_as_it_is(workshop: Workshop, number: int) -> None:
    whole = do(workshop, "revoke", _whole(workshop))
    assert _withdraw(workshop, number).wholes == ()
    assert workshop.award(whole) == whole


def test_one_that_was_decided_and_not_issued_is_suspended_once_it_is(pathway: Workshop) -> None:
    workshop, number = pathway, _recognised(pathway)
    paths.earn(workshop, 1, ["tables"])
    with workshop.bench.begin() as tx:
        learner = learners.lookup(tx, workshop.slug, "S1")
        them = (learner,)
        decided = stack._decided(tx, workshop.bench, workshop.slug, them, actor="registrar")
        (_,) = decided[learner]
    (approved,) = workshop.awards(AwardState.APPROVED)
    _withdraw(workshop, number)
    assert workshop.award(approved).state is AwardState.APPROVED
    issued = workshop.issue(approved)
    assert (issued.state, issued.reason) == (AwardState.SUSPENDED, SAID)


def test_what_was_proposed_on_it_is_proposed_no_longer(workshop: Workshop) -> None:
    path = paths.pathway(workshop.slug, recognised=[FROM])
    paths.found(workshop, paths.with_step(path, "data-basic", approval="person"))
    number = _recognised(workshop)
    paths.earn(workshop, 1, ["tables"])
    _consider(workshop)
    with workshop.bench.read() as tx:
        (pending,) = stack_decisions.pending(tx, workshop.slug)
    assert pending.state is CompletionState.PROPOSED
    _withdraw(workshop, number)
    _consider(workshop)
    with workshop.bench.read() as tx:
        assert stack_decisions.pending(tx, workshop.slug) == ()


def test_after_a_theft_it_is_held_all_the_same(workshop: Workshop, number: int) -> None:
    _withdraw(workshop, number)
    old = _whole(workshop)
    workshop.clock.pass_by(hours=1)
    home = (workshop.bench, workshop.vault, workshop.slug)
    keyring.compromise(*home, kid="award-1", since=workshop.clock() - dt.timedelta(days=1))
    keyring.rotate(*home, purpose=KeyPurpose.AWARD, algorithm=Algorithm.ED25519)
    reseal.reseal(workshop.bench, workshop.slug, actor="operator")
    new = _whole(workshop)
    assert (new.replaces, new.state) == (old.id, AwardState.SUSPENDED)
    with workshop.bench.read() as tx:
        (one,) = fallen.waiting(tx, workshop.slug)
    assert one.whole.id == new.id
    assert f"recognition {number}" in one.parts


def test_of_who_was_erased_no_number_is_left(workshop: Workshop, number: int) -> None:
    whole = _whole(workshop)
    _withdraw(workshop, number)
    with workshop.bench.begin() as tx:
        learner = learners.lookup(tx, workshop.slug, "S1")
        learners.erase(tx, workshop.slug, learner, at=workshop.clock())
        (one,) = fallen.waiting(tx, workshop.slug)
        assert listing(tx, workshop.slug) == ()
    assert (one.whole.id, one.parts) == (whole.id, ("a recognition",))
    with pytest.raises(NotFound):
        _withdraw(workshop, number)
