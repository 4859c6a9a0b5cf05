"""Automatic stacking: once, whatever the order, however often, whoever asks."""

import datetime as dt
import functools
import itertools
import threading

import pytest

from issuer.errors import Conflict, FieldsInvalid, IllegalTransition, NotFound
from issuer.model.award import Award, AwardState
from issuer.registry import awards, journeys, learners, stack_parts
from issuer.registry.completions import CompletionState
from issuer.services import (
    issue,
    keyring,
    offer,
    pathways,
    recover,
    reseal,
    revoke,
    stack,
    standing,
)
from issuer.services import stack_decisions as decisions
from issuer.services.stacked import Stacked
from issuer.services.standing import Standing
from issuer.services.submit import submit
from issuer.verify import Verdict
from keys.algorithms import Algorithm, CustodyError
from keys.lifecycle import KeyPurpose
from keys.signer import Signer
from tests.town import paths
from tests.town.workshop import Workshop

BASIC = ("tables", "sources")
ALL = (*BASIC, "sharing", "project")


def learner_of(workshop: Workshop, number: int = 1) -> int:
    with workshop.bench.read() as tx:
        return learners.lookup(tx, workshop.slug, f"S{number}")


def consider(workshop: Workshop, number: int = 1) -> tuple[Stacked, ...]:
    return stack.consider(workshop.bench, workshop.slug, learner_of(workshop, number))


def stands(workshop: Workshop, number: int = 1) -> Standing:
    with workshop.bench.read() as tx:
        learner = learner_of(workshop, number)
        (found,) = standing.of_learner(tx, workshop.slug, learner, bench=workshop.bench)
        return found


def wholes(workshop: Workshop) -> dict[str, list[Award]]:
    """Awards of each step, in force."""
    found = workshop.awards(AwardState.ACTIVE)
    return {
        step: own
        for step in paths.STEPS
        if (own := [award for award in found if award.achievement == step])
    }


def test_the_last_part_completes_a_step_and_the_whole_names_its_parts(workshop: Workshop) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, ["tables"])
    assert consider(workshop) == ()
    paths.earn(workshop, 1, ["sources"])
    (done,) = consider(workshop)
    assert (done.pathway, done.step, done.state) == ("data", "data-basic", CompletionState.AWARDED)
    assert consider(workshop) == ()
    (whole,) = wholes(workshop)["data-basic"]
    workshop.publish(force=True)
    report = workshop.check(workshop.sealed(whole))
    assert report.verdict is Verdict.PASSED, report
    with workshop.bench.read() as tx:
        parts = stack_parts.of_whole(tx, whole.id)
    assert [one.part for one in parts] == ["sources", "tables"]
    found = stands(workshop)
    assert found.steps["data-basic"].award_id == whole.id
    assert (found.version_kept, found.newest) == (1, 1)
    assert {name: award.achievement for name, award in found.awards.items()} == {
        "tables": "tables",
        "sources": "sources",
    }
    assert "data-professional" in found.offers


def test_every_order_ends_alike(workshop: Workshop) -> None:
    paths.found(workshop)
    orders = list(itertools.permutations(ALL))[::6]
    for number, order in enumerate(orders, 1):
        for slug in order:
            paths.earn(workshop, number, [slug])
            consider(workshop, number)
            consider(workshop, number)
    counts = {step: len(own) for step, own in wholes(workshop).items()}
    assert counts == dict.fromkeys(paths.STEPS, len(orders))


def test_two_last_parts_at_the_same_instant_make_one_award(workshop: Workshop) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, BASIC)
    together, done = threading.Barrier(4), []

    def ask() -> None:
        together.wait()
        done.append(consider(workshop))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 4
    (whole,) = wholes(workshop)["data-basic"]
    assert {one.award_id for each in done for one in each} == {whole.id}
    assert len([award for award in workshop.awards() if award.achievement == "data-basic"]) == 1


def test_what_was_decided_and_not_issued_is_issued_by_whoever_asks_next(workshop: Workshop) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, BASIC)

    def no_signer(_uri: str) -> Signer:
        raise CustodyError("The key is locked.")

    locked = workshop.with_bench(signer=no_signer)
    with pytest.raises(CustodyError):
        consider(locked)
    (approved,) = workshop.awards(AwardState.APPROVED)
    (done,) = consider(workshop)
    assert done.award_id == approved.id
    assert workshop.award(approved).state is AwardState.ACTIVE


def test_what_was_given_up_unissued_is_decided_anew(workshop: Workshop) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, BASIC)
    learner = learner_of(workshop)
    with workshop.bench.begin() as tx:
        bench, slug = workshop.bench, workshop.slug
        stack_only = stack._decided(tx, bench, slug, (learner,), actor="registrar")[learner]
    assert [one.step for one in stack_only] == ["data-basic"]
    given_up = stack_only[0].award_id
    assert given_up is not None
    with workshop.bench.begin() as tx:
        award = awards.find(tx, given_up)
        issue.give_up(tx, award, reason="the key was lost", at=workshop.clock())
    (done,) = consider(workshop)
    assert done.award_id not in {None, given_up}
    assert len(wholes(workshop)["data-basic"]) == 1


def test_an_award_that_a_person_revoked_is_not_made_again(workshop: Workshop) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, BASIC)
    consider(workshop)
    (whole,) = wholes(workshop)["data-basic"]
    with workshop.bench.begin() as tx:
        revoke.revoke(
            tx, workshop.slug, whole.id, reason="A mistake.", actor="dean", at=workshop.clock()
        )
    assert consider(workshop) == ()
    assert wholes(workshop) == {}
    with pytest.raises(IllegalTransition, match="final"):
        decisions.renew(workshop.bench, workshop.slug, whole.id, actor="dean")


def test_a_learner_keeps_the_version_until_somebody_moves_it(workshop: Workshop) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, ["tables"])
    consider(workshop)
    harder = paths.with_step(
        paths.pathway(workshop.slug),
        "data-basic",
        tier="intermediate",
        rule={"all_of": ["tables", "sources", "sharing"]},
    )
    offered = {"ects": 6, "workload_hours": 162}
    with workshop.bench.begin() as tx:
        like = workshop.courses["python-basics"]
        fresh = paths.course(
            like, "data-basic", stacking={"mode": "stackable", "tier": "intermediate"}, **offered
        )
        offer.put_achievement(tx, fresh, at=workshop.clock(), actor="registrar")
        kept = pathways.put(tx, harder, at=workshop.clock(), actor="registrar")
    assert kept.version == 2
    paths.earn(workshop, 2, ["tables"])
    consider(workshop, 2)
    assert (stands(workshop).version_kept, stands(workshop, 2).version_kept) == (1, 2)
    paths.earn(workshop, 1, ["sources"])
    paths.earn(workshop, 2, ["sources"])
    assert [one.step for one in consider(workshop)] == ["data-basic"]
    assert consider(workshop, 2) == ()
    learner = learner_of(workshop, 2)
    move = functools.partial(
        stack.move, workshop.bench, workshop.slug, learner, pathway="data", actor="dean"
    )
    with pytest.raises(NotFound):
        move(version=3)
    (done,) = move(version=1)
    assert done.step == "data-basic"
    with workshop.bench.read() as tx:
        journey = journeys.get(tx, workshop.slug, learner, pathway="data")
    assert (journey.version, journey.moved_by) == (1, "dean")
    # Moved on, nothing that was awarded is awarded again.
    assert move(version=2) == ()
    assert len(wholes(workshop)["data-basic"]) == 2
    assert "stack.move" in workshop.lines()


def test_below_the_first_certified_tier_progress_is_recorded(workshop: Workshop) -> None:
    path = paths.pathway(workshop.slug, certify_from="intermediate")
    paths.found(workshop, path)
    paths.earn(workshop, 1, BASIC)
    (done,) = consider(workshop)
    assert (done.state, done.award_id) == (CompletionState.RECORDED, None)
    assert consider(workshop) == ()
    assert wholes(workshop) == {}
    paths.earn(workshop, 1, ["statistics"])
    (higher,) = consider(workshop)
    assert (higher.step, higher.state) == ("data-steward", CompletionState.AWARDED)
    with workshop.bench.read() as tx:
        parts = stack_parts.of_whole(tx, str(higher.award_id))
    assert [one.part for one in parts] == ["sources", "statistics", "tables"]
    assert stands(workshop).steps["data-basic"].state is CompletionState.RECORDED


def test_what_is_recorded_becomes_a_certificate_where_the_learner_is_moved(
    workshop: Workshop,
) -> None:
    paths.found(workshop, paths.pathway(workshop.slug, certify_from="intermediate"))
    paths.earn(workshop, 1, BASIC)
    consider(workshop)
    with workshop.bench.begin() as tx:
        path = paths.pathway(workshop.slug)
        pathways.put(tx, path, at=workshop.clock(), actor="registrar")
    assert consider(workshop) == ()
    (done,) = stack.move(
        workshop.bench, workshop.slug, learner_of(workshop), pathway="data", version=2, actor="dean"
    )
    assert done.state is CompletionState.AWARDED


def by_person(workshop: Workshop) -> Workshop:
    path = paths.with_step(paths.pathway(workshop.slug), "data-basic", approval="person")
    return paths.found(workshop, path)


def test_a_step_that_needs_a_person_waits_for_one(workshop: Workshop) -> None:
    by_person(workshop)
    paths.earn(workshop, 1, BASIC)
    (done,) = consider(workshop)
    assert (done.state, done.award_id) == (CompletionState.PROPOSED, None)
    assert consider(workshop) == ()
    with workshop.bench.read() as tx:
        (waiting,) = decisions.pending(tx, workshop.slug)
    place = (waiting.pathway, waiting.step)
    learner = waiting.learner_id
    awarded = decisions.approve(workshop.bench, workshop.slug, learner, place=place, actor="dean")
    (whole,) = wholes(workshop)["data-basic"]
    assert (awarded.award_id, whole.approved_by) == (whole.id, "dean")
    with pytest.raises(Conflict, match="nothing waits"):
        decisions.approve(workshop.bench, workshop.slug, learner, place=place, actor="dean")
    assert consider(workshop) == ()


def test_a_step_that_was_declined_is_not_proposed_again(workshop: Workshop) -> None:
    by_person(workshop)
    paths.earn(workshop, 1, BASIC)
    consider(workshop)
    who = (workshop.bench, workshop.slug, learner_of(workshop))
    decline = functools.partial(decisions.decline, *who, place=("data", "data-basic"), actor="dean")
    with pytest.raises(FieldsInvalid):
        decline(reason=" ")
    decline(reason="The exam is open.")
    with pytest.raises(Conflict):
        decline(reason="Again.")
    assert consider(workshop) == ()
    step = stands(workshop).steps["data-basic"]
    assert (step.state, step.reason) == (CompletionState.DECLINED, "The exam is open.")


def test_what_is_not_complete_any_more_is_not_approved(workshop: Workshop) -> None:
    by_person(workshop)
    paths.earn(workshop, 1, BASIC)
    consider(workshop)
    part = stands(workshop).awards["tables"]
    with workshop.bench.begin() as tx:
        revoke.revoke(
            tx, workshop.slug, part.id, reason="Wrong.", actor="dean", at=workshop.clock()
        )
    place = ("data", "data-basic")
    learner = learner_of(workshop)
    with pytest.raises(Conflict, match="any more"):
        decisions.approve(workshop.bench, workshop.slug, learner, place=place, actor="dean")
    assert consider(workshop) == ()
    with workshop.bench.read() as tx:
        assert decisions.pending(tx, workshop.slug) == ()


def steal(workshop: Workshop) -> None:
    """Somebody has the key; another one takes its place."""
    home = (workshop.bench, workshop.vault, workshop.slug)
    keyring.compromise(*home, kid="award-1", since=workshop.clock() - dt.timedelta(days=1))
    keyring.rotate(*home, purpose=KeyPurpose.AWARD, algorithm=Algorithm.ED25519)


def test_a_part_that_was_issued_anew_renews_the_whole_and_never_are_two_in_force(
    workshop: Workshop,
) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, BASIC)
    consider(workshop)
    (old,) = wholes(workshop)["data-basic"]
    workshop.clock.pass_by(hours=1)
    steal(workshop)
    done = reseal.reseal(workshop.bench, workshop.slug, actor="operator")
    assert len(done) == 3
    (new,) = wholes(workshop)["data-basic"]
    assert workshop.award(old).state is AwardState.REPLACED
    assert new.replaces == old.id
    assert consider(workshop) == ()
    workshop.publish(force=True)
    assert workshop.check(workshop.sealed(new)).verdict is Verdict.PASSED
    with workshop.bench.read() as tx:
        named = {one.part_award_id for one in stack_parts.of_whole(tx, new.id)}
    assert all(awards_state(workshop, one) is AwardState.ACTIVE for one in named)


def awards_state(workshop: Workshop, award_id: str | None) -> AwardState:
    with workshop.bench.read() as tx:
        return awards.find(tx, str(award_id)).state


def test_a_whole_is_awarded_anew_on_a_corrected_part_when_somebody_says_so(
    workshop: Workshop,
) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, BASIC)
    consider(workshop)
    (old,) = wholes(workshop)["data-basic"]
    part = stands(workshop).awards["tables"]
    with workshop.bench.begin() as tx:
        revoke.revoke(
            tx, workshop.slug, part.id, reason="Wrong.", actor="dean", at=workshop.clock()
        )
    assert workshop.award(old).state is AwardState.SUSPENDED
    with pytest.raises(Conflict, match="any more"):
        decisions.renew(workshop.bench, workshop.slug, old.id, actor="dean")
    paths.earn(workshop, 1, ["tables"], source_id="corrected")
    assert consider(workshop) == ()
    decisions.renew(workshop.bench, workshop.slug, old.id, actor="dean")
    (new,) = wholes(workshop)["data-basic"]
    assert (new.replaces, workshop.award(old).state) == (old.id, AwardState.REPLACED)


def test_a_substitute_counts_for_its_part(workshop: Workshop) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, ["tables-online", "sources"])
    (done,) = consider(workshop)
    with workshop.bench.read() as tx:
        named = {p.part for p in stack_parts.of_whole(tx, str(done.award_id))}
    assert named == {"tables", "sources"}


def test_everybody_is_considered_a_page_at_a_time(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        workshop.issued(number)
    assert list(stack.consider_all(workshop.bench, workshop.slug)) == []
    paths.found(workshop)
    monkeypatch.setattr(stack, "_PAGE", 2)
    for number in (1, 3):
        paths.earn(workshop, number, BASIC)
    done = [learner for learner, _ in stack.consider_all(workshop.bench, workshop.slug)]
    assert done == [learner_of(workshop, 1), learner_of(workshop, 3)]
    assert list(stack.consider_all(workshop.bench, workshop.slug)) == []


def test_nothing_is_decided_for_a_learner_who_was_erased(workshop: Workshop) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, BASIC)
    learner = learner_of(workshop)
    with workshop.bench.begin() as tx:
        learners.erase(tx, workshop.slug, learner, at=workshop.clock())
    assert stack.consider(workshop.bench, workshop.slug, learner) == ()


def test_what_hinders_stacking_hinders_nobody_and_is_noted(workshop: Workshop) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, BASIC)
    with workshop.bench.begin() as tx:
        like = workshop.courses["python-basics"]
        poor = paths.course(like, "data-basic", level=None)
        offer.put_achievement(tx, poor, at=workshop.clock(), actor="registrar")
    award = workshop.awards()[0]
    stack.after_issue(workshop.bench, workshop.slug, award.id)
    assert "stack.hindered" in workshop.lines()
    assert wholes(workshop) == {}


def test_a_pathway_that_makes_no_sense_or_awards_anothers_step_is_not_kept(
    workshop: Workshop,
) -> None:
    paths.found(workshop)
    with workshop.bench.begin() as tx:
        with pytest.raises(Conflict, match="awarded by the pathway data"):
            pathways.put(
                tx,
                paths.pathway(workshop.slug, slug="other"),
                at=workshop.clock(),
                actor="registrar",
            )
        wrong = paths.with_step(paths.pathway(workshop.slug), "data-basic", rule="nobody")
        with pytest.raises(FieldsInvalid):
            pathways.put(tx, wrong, at=workshop.clock(), actor="registrar")
        same = paths.pathway(workshop.slug)
        assert pathways.put(tx, same, at=workshop.clock(), actor="registrar").version == 1
    assert workshop.lines().count("pathway.put") == 1


def test_a_result_that_comes_in_by_the_api_completes_a_step(workshop: Workshop) -> None:
    paths.found(workshop)
    token = workshop.token()
    for slug in BASIC:
        value = workshop.result(achievement=slug).model_dump(mode="json")
        submit(workshop.bench, value, token=token, body=slug.encode())
    issued = {award.achievement for award in workshop.awards(AwardState.ACTIVE)}
    assert issued == {*BASIC, "data-basic"}


def test_what_is_finished_after_a_crash_completes_a_step(workshop: Workshop) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, BASIC[:1])
    workshop.approve(1, achievement=BASIC[1])
    done = recover.recover(workshop.bench, workshop.slug, actor="operator")
    assert len(done.finished) == 1
    issued = {award.achievement for award in workshop.awards(AwardState.ACTIVE)}
    assert issued == {*BASIC, "data-basic"}
