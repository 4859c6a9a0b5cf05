"""After a cohort: what its learners complete is decided a slice at a time, each step once."""

import functools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.model.award import AwardState
from issuer.model.pathway import Approval
from issuer.registry import completions, journeys, learners, pathways, undecided
from issuer.registry.batches import Batch
from issuer.registry.completions import CompletionState
from issuer.registry.database import Transaction
from issuer.services import cohort, follow, offer, stack
from issuer.services import pathways as offered
from keys.algorithms import CustodyError
from tests.town import paths
from tests.town.cohorts import Driver, read
from tests.town.killed import Killed, Point, die_here, mortal
from tests.town.workshop import Workshop
from tests.town.writers import at_once

BASIC = ("sources", "tables")


@pytest.fixture
def workshop(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """The demo university with a pathway, and slices of three rows."""
    monkeypatch.setattr("issuer.registry.undecided.SLICE", 3)
    return paths.found(workshop)


def run(workshop: Workshop, slug: str, count: int, *, first: int = 1) -> Batch:
    """A cohort of results for one part, issued and ended."""
    driver = Driver(workshop)
    found = (workshop.result(n, achievement=slug) for n in range(first, first + count))
    return driver.run(driver.open(read(found), sha256=slug.encode().hex().ljust(64, "0")))


def left(workshop: Workshop, batch: Batch) -> tuple[int, ...]:
    with workshop.bench.read() as tx:
        return undecided.slices(tx, batch.id, after=0, most=100)


def decide(workshop: Workshop, batch: Batch) -> list[bool]:
    """Every slice that is left; of each whether it was the last."""
    numbers = left(workshop, batch)
    return [cohort.stack(workshop.bench, batch.id, number=number) for number in numbers]


def counted(workshop: Workshop, state: AwardState = AwardState.ACTIVE) -> Counter[str]:
    return Counter(award.achievement for award in workshop.awards(state))


def of_learner(workshop: Workshop, number: int) -> tuple[completions.Completion, ...]:
    with workshop.bench.read() as tx:
        learner = learners.lookup(tx, workshop.slug, f"S{number}")
        return completions.of_learner(tx, workshop.slug, learner)


class Counting:
    """Counts the transactions that may write."""

    def __init__(self, workshop: Workshop) -> None:
        self.count, self._begin = 0, workshop.bench.begin
        self.workshop = workshop.with_bench(begin=self.begin)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        self.count += 1
        with self._begin() as tx:
            yield tx


def test_a_cohort_that_completes_a_step_is_awarded_it_once_each(workshop: Workshop) -> None:
    decide(workshop, run(workshop, "sources", 7))
    assert counted(workshop)["data-basic"] == 0
    batch = run(workshop, "tables", 7)
    assert left(workshop, batch) == (1, 2, 3)
    assert decide(workshop, batch) == [False, False, True]
    assert left(workshop, batch) == ()
    assert counted(workshop) == {"sources": 7, "tables": 7, "data-basic": 7}
    # The same slices again find what was decided.
    with workshop.bench.begin() as tx:
        undecided.add(tx, batch.id)
    decide(workshop, batch)
    assert counted(workshop)["data-basic"] == 7


def test_a_slice_that_is_done_already_is_not_the_last(workshop: Workshop) -> None:
    batch = run(workshop, "tables", 2)
    assert cohort.stack(workshop.bench, batch.id, number=1)
    assert not cohort.stack(workshop.bench, batch.id, number=1)


def test_without_a_pathway_nothing_is_noted(
    open_workshop: Callable[..., Workshop],
) -> None:
    batch = run(open_workshop().found(), "python-basics", 4)
    assert left(open_workshop(), batch) == ()


def test_those_whom_no_pathway_concerns_cost_one_question(workshop: Workshop) -> None:
    batch = run(workshop, "python-basics", 3)
    counting = Counting(workshop)
    assert decide(counting.workshop, batch) == [True]
    # That the slice is done.
    assert counting.count == 1


def test_a_few_are_decided_in_one_transaction(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuer.services.stack._TOGETHER", 2)
    batch = run(workshop, "tables", 3)
    counting = Counting(workshop)
    decide(counting.workshop, batch)
    assert counting.count == 3


def test_a_learner_comes_along_from_wherever_the_pathway_was_entered(workshop: Workshop) -> None:
    # The cohort's course is on no pathway; what its learners hold from before is.
    paths.earn(workshop, 1, BASIC)
    decide(workshop, run(workshop, "python-basics", 2))
    assert counted(workshop)["data-basic"] == 1


@pytest.mark.parametrize("kind", ["before", "inside", "after", "sign", "signed"])
def test_killed_within_a_slice_it_is_done_again_and_nobody_has_two(
    workshop: Workshop, kind: str
) -> None:
    decide(workshop, run(workshop, "sources", 3))
    batch = run(workshop, "tables", 3)
    for number in (1, 2, 4, 7):
        point = Point(kind, number, die_here)
        killed = workshop.with_bench(**mortal(workshop.bench, point))
        try:
            decide(killed, batch)
        except Killed:
            assert left(workshop, batch) in {(1,), ()}
    decide(workshop, batch)
    assert counted(workshop) == {"sources": 3, "tables": 3, "data-basic": 3}
    with workshop.bench.read() as tx:
        query = "SELECT count(*) FROM awards WHERE achievement = 'data-basic'"
        assert tx.connection.scalar(sa.text(query)) == 3


def test_many_who_decide_one_slice_at_once_make_one_award_each(workshop: Workshop) -> None:
    decide(workshop, run(workshop, "sources", 3))
    batch = run(workshop, "tables", 3)
    at_once(lambda _: cohort.stack(workshop.bench, batch.id, number=1), count=4)
    assert counted(workshop)["data-basic"] == 3
    assert len([one for one in workshop.awards() if one.achievement == "data-basic"]) == 3


def test_slices_at_once_end_with_one_last(workshop: Workshop) -> None:
    batch = run(workshop, "tables", 12)
    ends = at_once(lambda n: cohort.stack(workshop.bench, batch.id, number=n + 1), count=4)
    assert sorted(ends) == [False, False, False, True]


def test_those_on_the_way_keep_their_version(workshop: Workshop) -> None:
    decide(workshop, run(workshop, "sources", 3))
    changed = paths.with_step(
        paths.pathway(workshop.slug), "data-basic", rule={"all_of": ["tables", "statistics"]}
    )
    with workshop.bench.begin() as tx:
        pathways.put(tx, changed, at=workshop.clock())
    decide(workshop, run(workshop, "tables", 5))
    # Two began under the new version.
    assert counted(workshop)["data-basic"] == 3
    with workshop.bench.read() as tx:
        versions = Counter(
            journey.version
            for number in range(1, 6)
            for journey in journeys.of_learner(
                tx, workshop.slug, learners.lookup(tx, workshop.slug, f"S{number}")
            )
        )
    assert versions == {1: 3, 2: 2}


def test_a_part_that_only_the_version_that_is_followed_names_still_counts(
    workshop: Workshop,
) -> None:
    decide(workshop, run(workshop, "tables", 2))
    old = paths.pathway(workshop.slug)
    steward = {**old.steps[1].model_dump(), "rule": {"all_of": ["sharing", "statistics"]}}
    newer = paths.pathway(workshop.slug, parts=old.parts[2:], steps=[steward])
    with workshop.bench.begin() as tx:
        pathways.put(tx, newer, at=workshop.clock())
        first = learners.lookup(tx, workshop.slug, "S1")
    paths.earn(workshop, 1, ["sources"])
    assert len(stack.consider(workshop.bench, workshop.slug, first)) == 1
    decide(workshop, run(workshop, "sources", 1, first=2))
    assert counted(workshop)["data-basic"] == 2


def test_what_a_person_decides_is_proposed(workshop: Workshop) -> None:
    by_person = paths.with_step(
        paths.pathway(workshop.slug), "data-basic", approval=Approval.PERSON
    )
    with workshop.bench.begin() as tx:
        offered.put(tx, by_person, at=workshop.clock(), actor="registrar")
    decide(workshop, run(workshop, "sources", 2))
    decide(workshop, run(workshop, "tables", 2))
    (proposed,) = of_learner(workshop, 1)
    assert (proposed.state, counted(workshop)["data-basic"]) == (CompletionState.PROPOSED, 0)


# --- What hinders -----------------------------------------------------------------------------


def hinder(monkeypatch: pytest.MonkeyPatch, whom: int) -> None:
    """Whatever is awarded to one learner fails."""

    def hindered(tx: Transaction, organisation: str, learner_id: int) -> Any:
        if learner_id == whom:
            raise CustodyError("Something about this one.")
        return found(tx, organisation, learner_id)

    found = learners.get
    monkeypatch.setattr(learners, "get", hindered)


def test_whom_something_hinders_hinders_nobody_else(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(workshop, run(workshop, "sources", 3))
    batch = run(workshop, "tables", 3)
    with workshop.bench.read() as tx:
        second = learners.lookup(tx, workshop.slug, "S2")

    hinder(monkeypatch, second)
    assert decide(workshop, batch) == [True]
    assert counted(workshop)["data-basic"] == 2
    assert workshop.lines().count("stack.hindered") == 1
    monkeypatch.undo()
    assert len(list(stack.consider_all(workshop.bench, workshop.slug))) == 1
    assert counted(workshop)["data-basic"] == 3


def test_what_was_decided_and_cannot_be_issued_waits_for_whoever_asks_next(
    workshop: Workshop,
) -> None:
    decide(workshop, run(workshop, "sources", 2))
    batch = run(workshop, "tables", 2)

    def no_signer(_uri: str) -> Any:
        raise CustodyError("The key is locked.")

    assert decide(workshop.with_bench(signer=no_signer), batch) == [True]
    assert counted(workshop, AwardState.APPROVED) == {"data-basic": 2}
    assert workshop.lines().count("stack.hindered") == 2
    assert len(list(stack.consider_all(workshop.bench, workshop.slug))) == 2
    assert counted(workshop)["data-basic"] == 2


def test_a_learner_who_was_erased_meanwhile_is_left_out(workshop: Workshop) -> None:
    decide(workshop, run(workshop, "sources", 3))
    batch = run(workshop, "tables", 3)
    with workshop.bench.read() as tx:
        every = [learners.lookup(tx, workshop.slug, f"S{number}") for number in (1, 2, 3)]
    with workshop.bench.begin() as tx:
        learners.erase(tx, workshop.slug, every[0], at=workshop.clock())
    # As where it happens between the question of whom it concerns and the decision.
    assert stack.after_cohort(workshop.bench, workshop.slug, every) == 2
    decide(workshop, batch)
    assert counted(workshop)["data-basic"] == 2
    with workshop.bench.read() as tx:
        assert journeys.of_learner(tx, workshop.slug, every[0]) == ()


def test_who_decides_for_everybody_leaves_no_slice(workshop: Workshop) -> None:
    decide(workshop, run(workshop, "sources", 4))
    batch = run(workshop, "tables", 4)
    found = stack.consider_all(workshop.bench, workshop.slug)
    assert len([next(found) for _ in range(4)]) == 4
    assert left(workshop, batch) == (1, 2)
    assert list(found) == []
    assert left(workshop, batch) == ()
    # A worker that had one in hand meanwhile is not the last.
    assert not cohort.stack(workshop.bench, batch.id, number=2)
    assert counted(workshop)["data-basic"] == 4


def test_what_hinders_who_decides_for_everybody_is_raised(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(workshop, run(workshop, "sources", 3))
    batch = run(workshop, "tables", 3)
    with workshop.bench.read() as tx:
        third = learners.lookup(tx, workshop.slug, "S3")
    hinder(monkeypatch, third)
    found = stack.consider_all(workshop.bench, workshop.slug)
    assert len([next(found) for _ in range(2)]) == 2
    with pytest.raises(CustodyError):
        next(found)
    assert left(workshop, batch) == (1,)


def test_a_slice_that_is_passed_over_is_noted_without_a_person(workshop: Workshop) -> None:
    batch = run(workshop, "tables", 4)
    for _ in range(2):
        with workshop.bench.begin() as tx:
            cohort.pass_over(tx, workshop.bench, batch.id, number=1, code="python.KeyError")
    assert left(workshop, batch) == (2,)
    with workshop.bench.read() as tx:
        query = "SELECT detail FROM audit WHERE verb = 'stack.hindered'"
        (detail,) = tx.connection.scalars(sa.text(query))
    assert all(part in str(detail) for part in ("python.KeyError", batch.id, "slice"))


# --- Batches that do not end as usual ---------------------------------------------------------


def test_what_was_sealed_of_a_cancelled_batch_counts_too(workshop: Workshop) -> None:
    limits = replace(workshop.bench.limits, chunk_size=2)
    workshop = workshop.with_bench(limits=limits)
    paths.earn(workshop, 1, ["sources"])
    driver = Driver(workshop)
    batch = driver.open(read(workshop.result(n, achievement="tables") for n in (1, 2, 3, 4)))
    driver.start(batch)
    driver.chunk(batch, 1)
    with workshop.bench.begin() as tx:
        cohort.cancel(tx, workshop.bench, batch.id, actor="registrar")
    more = True
    while more:
        with workshop.bench.begin() as tx:
            more = cohort.void_rest(tx, workshop.bench, batch.id)
    assert left(workshop, batch) == (1, 2)
    decide(workshop, batch)
    assert counted(workshop) == {"sources": 1, "tables": 2, "data-basic": 1}


def test_how_far_it_is_can_be_followed(workshop: Workshop) -> None:
    batch = run(workshop, "tables", 4)
    look = functools.partial(follow.progress, organisation=workshop.slug, batch_id=batch.id)
    seen = []
    for number in (0, 1, 2):
        if number:
            cohort.stack(workshop.bench, batch.id, number=number)
        with workshop.bench.read() as tx:
            seen.append(look(tx))
    assert [(one.undecided, one.is_over) for one in seen] == [(4, False), (3, False), (0, True)]
    assert seen[0].as_json()["undecided"] == 4
    assert len({one.tag for one in seen}) == 3


def test_courses_may_be_offered_anew_between_two_slices(workshop: Workshop) -> None:
    decide(workshop, run(workshop, "sources", 4))
    batch = run(workshop, "tables", 4)
    cohort.stack(workshop.bench, batch.id, number=1)
    newer = paths.course(workshop.courses["python-basics"], "tables", title={"en": "Tables anew"})
    with workshop.bench.begin() as tx:
        offer.put_achievement(tx, newer, at=workshop.clock(), actor="registrar")
    cohort.stack(workshop.bench, batch.id, number=2)
    assert counted(workshop)["data-basic"] == 4
