"""Everybody at once: what one does never undoes, doubles or shares what another does."""

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from issuer.errors import (
    Busy,
    Conflict,
    IllegalTransition,
    NotFound,
    NotReady,
    SelfCheckFailed,
    StillRunning,
)
from issuer.model.award import Award, AwardState
from issuer.services import erase, keyring, offer, recover, revoke
from issuer.services.decide import Decided
from issuer.services.submit import Submitted, submit
from issuer.services.tokens import Role, Token, Wanted, create
from issuer.verify import Verdict
from keys.lifecycle import KeyPurpose
from tests.town.killed import Killed, Point, die_here, mortal
from tests.town.workshop import Workshop
from tests.town.writers import at_once


def _void(workshop: Workshop) -> Award:
    """An award that is given up, because the university was renamed while it was signed."""
    award = workshop.approve()
    killed = workshop.with_bench(**mortal(workshop.bench, Point("signed", 1, die_here)))
    with pytest.raises(Killed):
        killed.issue(award)
    renamed = workshop.organisation.model_copy(update={"locality": "Graz", "region": "Styria"})
    with workshop.bench.begin() as tx:
        offer.put_organisation(tx, renamed, at=workshop.clock(), actor="operator")
    place = workshop.slot(award)
    assert place is not None
    with pytest.raises(SelfCheckFailed):
        workshop.issue(award)
    # What was signed and released to nobody is out of force, and so is what was not begun.
    assert set(workshop.states(award).values()) == {"void"}
    assert workshop.award(award).state is AwardState.REVOKED
    done = recover.recover(workshop.bench, workshop.slug, actor="operator")
    assert (done.finished, done.voided, done.published) == ((), (), 1)
    assert workshop.bits() == {place.index}
    return award


def test_what_was_voided_and_issued_again_in_one_second_is_found_again(workshop: Workshop) -> None:
    voided = _void(workshop)
    # The last of all ids: by its id alone the one that was given up would come first.
    fresh = workshop.with_bench(chance=lambda count: b"\xff" * count).approve()
    assert fresh.id > voided.id
    assert fresh.approved_at == voided.approved_at
    again = workshop.decide(workshop.result())
    assert again.outcome is Decided.ALREADY
    assert again.award is not None
    assert again.award.id == fresh.id


def test_of_many_who_decide_anew_one_does(workshop: Workshop) -> None:
    voided = _void(workshop)
    workshop.clock.pass_by(seconds=1)
    decisions = at_once(lambda _: workshop.decide(workshop.result()), count=6)
    assert [d.outcome for d in decisions].count(Decided.APPROVED) == 1
    assert [d.outcome for d in decisions].count(Decided.ALREADY) == 5
    assert len({d.award.id for d in decisions if d.award}) == 1
    assert len(workshop.awards()) == 2
    assert workshop.award(voided).state is AwardState.REVOKED


def _token(workshop: Workshop) -> Token:
    with workshop.bench.begin() as tx:
        wanted = Wanted(workshop.slug, "student system", Role.ISSUER)
        return create(
            tx, wanted, at=workshop.clock(), chance=workshop.bench.chance, actor="operator"
        )[1]


VALUE = {
    "achievement": "python-basics",
    "date": "2026-05-29",
    "passed": True,
    "learner": {"key": "S1", "display_name": "Alex Example"},
}


def test_one_result_that_many_send_is_one_credential(workshop: Workshop) -> None:
    token = _token(workshop)

    def send(number: int) -> Submitted | None:
        try:
            # With a key of its own each, and without one.
            key = f"K{number}" if number % 2 else None
            return submit(workshop.bench, VALUE, token=token, body=b"x", idempotency_key=key)
        except (StillRunning, Busy):
            return None

    said = [answer for answer in at_once(send, count=6) if answer]
    assert said
    (award,) = workshop.awards()
    assert award.state is AwardState.ACTIVE
    assert {answer.body["id"] for answer in said} == {award.id}
    assert workshop.lines().count("issue.keep") == 2
    # Whoever came too early asks again and is told.
    later = [send(number) for number in range(6)]
    assert {answer.body["id"] for answer in later if answer} == {award.id}
    assert None not in later


def _overtaken(workshop: Workshop, token: Token, by: Callable[[], None]) -> Submitted:
    """Send a result and let ``by`` come in between, before anything is written down."""
    slow = workshop.with_bench(**mortal(workshop.bench, Point("canonicalise", 1, by)))
    return submit(slow.bench, VALUE, token=token, body=b"x")


def test_who_comes_while_another_issues_is_told_to_ask_again(workshop: Workshop) -> None:
    token = _token(workshop)

    def half() -> None:
        quick = workshop.with_bench(**mortal(workshop.bench, Point("sign", 1, die_here)))
        with pytest.raises(Killed):
            submit(quick.bench, VALUE, token=token, body=b"x")

    with pytest.raises(StillRunning, match="Ask again") as caught:
        _overtaken(workshop, token, half)
    assert caught.value.retry_after_s > 0
    # Where the other died of it, asking again finishes what it began.
    done = submit(workshop.bench, VALUE, token=token, body=b"x")
    assert (done.status, done.body["state"]) == (201, "active")


def test_who_is_overtaken_by_another_is_told_of_its_credential(workshop: Workshop) -> None:
    token = _token(workshop)
    first: list[Submitted] = []
    late = _overtaken(
        workshop, token, lambda: first.append(submit(workshop.bench, VALUE, token=token, body=b"x"))
    )
    assert (first[0].status, first[0].body["outcome"]) == (201, "issued")
    assert (late.status, late.body["outcome"]) == (200, "already")
    assert late.body["id"] == first[0].body["id"]
    assert workshop.lines().count("issue.keep") == 2


def test_who_is_overtaken_by_a_revocation_is_told_that_it_is_final(workshop: Workshop) -> None:
    token = _token(workshop)

    def revoked() -> None:
        done = submit(workshop.bench, VALUE, token=token, body=b"x")
        with workshop.bench.begin() as tx:
            slug, at = workshop.slug, workshop.clock()
            revoke.revoke(tx, slug, done.body["id"], reason="A mistake", actor="x", at=at)

    with pytest.raises(IllegalTransition):
        _overtaken(workshop, token, revoked)


class _Town:
    """Those who work at once; whoever is in another's way tries again."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.doomed = [workshop.issued(900 + number) for number in range(2)]
        self.stop = threading.Event()
        self.turns: dict[str, int] = {}

    def works(self) -> list[Callable[[], object]]:
        desks = [partial(self.registrar, 10 * number) for number in range(1, 5)]
        return [*desks, self.revoker, self.keeper]

    def registrar(self, first: int) -> None:
        for number in range(first, first + 3):
            award = self.workshop.approve(number)
            # The recovery may be quicker, or finishes it later.
            with suppress(Conflict, Busy):
                self.workshop.issue(award)

    def revoker(self) -> None:
        for award in self.doomed:
            with self.workshop.bench.begin() as tx:
                slug, at = self.workshop.slug, self.workshop.clock()
                revoke.revoke(tx, slug, award.id, reason="A mistake", actor="x", at=at)
            self.workshop.publish()

    def keeper(self) -> None:
        home = (self.workshop.bench, self.workshop.vault, self.workshop.slug)
        for purpose in (KeyPurpose.STATUS, KeyPurpose.AWARD):
            kid = keyring.plan(*home, purpose=purpose).kid
            for _ in range(100):
                # Documents wait for the old key: it is not taken from them.
                with suppress(NotReady, Busy):
                    keyring.activate(*home, kid=kid)
                    break

    def recover(self) -> None:
        recover.recover(self.workshop.bench, self.workshop.slug, actor="operator")

    def again(self, name: str, work: Callable[[], object]) -> None:
        while not self.stop.is_set():
            with suppress(Conflict, Busy):
                work()
                self.turns[name] = self.turns.get(name, 0) + 1

    def work(self) -> None:
        others = [
            threading.Thread(target=self.again, args=("publish", self.workshop.publish)),
            threading.Thread(target=self.again, args=("recover", self.recover)),
        ]
        for other in others:
            other.start()
        works = self.works()
        try:
            at_once(lambda number: works[number](), count=len(works))
        finally:
            self.stop.set()
            for other in others:
                other.join(60)
        self.recover()


def test_everybody_works_at_once(workshop: Workshop) -> None:
    town = _Town(workshop)
    town.work()
    assert set(town.turns) == {"publish", "recover"}
    doomed = {award.id for award in town.doomed}
    issued = [award for award in workshop.awards() if award.id not in doomed]
    assert len(issued) == 12
    assert {award.state for award in issued} == {AwardState.ACTIVE}
    places = [workshop.slot(award) for award in workshop.awards()]
    assert len({(place.list_number, place.index) for place in places if place}) == 14
    for award in issued:
        for tongue in workshop.documents(award):
            assert workshop.check(workshop.sealed(award, tongue)).verdict is Verdict.PASSED
    assert workshop.bits() == {p.index for a in town.doomed if (p := workshop.slot(a))}
    lines = workshop.lines()
    assert lines.count("issue.keep") == 2 * 14
    assert "issue.void" not in lines


def test_a_learner_is_erased_while_results_come_in(workshop: Workshop) -> None:
    def work(number: int) -> None:
        for turn in range(4):
            if number % 2:
                result = workshop.result(1, source_id=f"R{number}-{turn}")
                # Whoever comes before the other is done first: nobody waits for ever.
                assert workshop.decide(result).outcome is Decided.APPROVED
                continue
            with suppress(NotFound), workshop.bench.begin() as tx:
                erase.erase(tx, workshop.slug, "S1", actor="operator", at=workshop.clock())

    workshop.approve(1)
    at_once(work, count=4)
    with workshop.bench.begin() as tx, suppress(NotFound):
        erase.erase(tx, workshop.slug, "S1", actor="operator", at=workshop.clock())
    # What was decided for somebody who is erased is given up, whoever was first.
    recover.recover(workshop.bench, workshop.slug, actor="operator")
    assert {award.state for award in workshop.awards()} == {AwardState.REVOKED}
    assert len(workshop.awards()) == 9
    lines = workshop.lines()
    assert lines.count("decide.approve") == 9
    assert 1 <= lines.count("erase") <= 9
