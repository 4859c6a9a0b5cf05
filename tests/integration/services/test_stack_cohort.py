"""After a cohort: what its learners complete is decided a slice at a time, each step once."""

import functools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.model.achievement import DocumentFormat
from issuer.model.award import AwardState
from issuer.model.batch import BatchState, RowState
from issuer.model.pathway import Approval
from issuer.registry import (
    achievements,
    batches,
    completions,
    journeys,
    learners,
    pathways,
    undecided,
)
from issuer.registry.batches import Batch
from issuer.registry.completions import CompletionState
from issuer.registry.database import Transaction
from issuer.services import cohort, follow, lined_up, offer, receipt, recover, stack
from issuer.services import pathways as offered
from issuer.verify import Verdict
from keys.algorithms import CustodyError
from tests.town import paths
from tests.town.cohorts import Driver, read
from tests.town.killed import Killed, Point, die_here, mortal
from tests.town.standings import do, held_by
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
        with suppress(Killed):
            decide(killed, batch)
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


# --- Lined up ---------------------------------------------------------------------------------


@pytest.fixture
def lining(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Every batch counts as a large one; a chunk is two awards, and sources are there already."""
    monkeypatch.setattr("issuer.services.cohort.stacking._A_FEW", 0)
    limits = replace(workshop.bench.limits, chunk_size=2, check_every=2)
    workshop = workshop.with_bench(limits=limits)
    run(workshop, "sources", 5)
    return workshop


def line(workshop: Workshop, batch: Batch) -> Batch | None:
    with workshop.bench.read() as tx:
        return lined_up.living(tx, batch)


def require_line(workshop: Workshop, batch: Batch) -> Batch:
    found = line(workshop, batch)
    assert found is not None
    return found


def issue_line(workshop: Workshop, batch: Batch) -> Counter[RowState]:
    """Issue what is lined up behind a batch; what became of its rows."""
    driver, found = Driver(workshop, formats=()), require_line(workshop, batch)
    driver.run(found)
    assert line(workshop, batch) is None
    return Counter(driver.counts(found))


def test_what_many_complete_is_a_batch_of_its_own_that_verifies(lining: Workshop) -> None:
    batch = run(lining, "tables", 5)
    decide(lining, batch)
    found = require_line(lining, batch)
    assert (found.state, found.source) == (BatchState.QUEUED, f"what {batch.id} completed")
    assert (found.input_sha256, found.approved_by) == (batch.input_sha256, stack.ACTOR)
    assert Driver(lining).chunks(found) == (1, 2, 3)
    assert counted(lining, AwardState.APPROVED) == {"data-basic": 5}
    assert issue_line(lining, batch) == {RowState.KEPT: 5}
    lining.publish(force=True)
    for award in lining.awards(AwardState.ACTIVE):
        assert lining.check(lining.sealed(award)).verdict is Verdict.PASSED
    kept = receipt.write_receipt(lining.bench, found.id)
    assert kept.content.counts.issued == 5
    # It completes nothing more.
    decide(lining, found)
    assert line(lining, found) is None
    assert counted(lining) == {"sources": 5, "tables": 5, "data-basic": 5}


def test_it_is_issued_in_every_format_of_its_course(lining: Workshop) -> None:
    with lining.bench.begin() as tx:
        like = achievements.get(tx, lining.slug, "data-basic")
        both = like.model_copy(update={"formats": (DocumentFormat.OB3, DocumentFormat.OB3_JWT)})
        offer.put_achievement(tx, both, at=lining.clock(), actor="registrar")
    batch = run(lining, "tables", 3)
    decide(lining, batch)
    assert issue_line(lining, batch) == {RowState.KEPT: 3}
    lining.publish(force=True)
    wholes = [a for a in lining.awards(AwardState.ACTIVE) if a.achievement == "data-basic"]
    for award in wholes:
        for tongue in both.formats:
            assert lining.check(lining.sealed(award, tongue)).verdict is Verdict.PASSED
    assert len(wholes) == 3


def test_a_part_that_fell_before_it_was_issued_suspends_it_at_once(lining: Workshop) -> None:
    decide(lining, batch := run(lining, "tables", 3))
    part, *_ = (
        award for award in lining.awards(AwardState.ACTIVE) if award.achievement == "tables"
    )
    do(lining, "suspend", part)
    assert issue_line(lining, batch) == {RowState.KEPT: 3}
    assert counted(lining)["data-basic"] == 2
    [whole] = (a for a in lining.awards(AwardState.SUSPENDED) if a.achievement == "data-basic")
    assert held_by(lining, whole) == {part.id: "suspended"}
    lining.publish()
    assert lining.check(lining.sealed(whole)).check("suspension").verdict is Verdict.FAILED
    do(lining, "reinstate", part)
    assert counted(lining)["data-basic"] == 3


def test_rows_that_were_tried_again_are_decided_before_their_slice_is_forgotten(
    lining: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = run(lining, "tables", 2)

    def meanwhile(*_: object, **__: object) -> None:
        """Rows of the batch are tried again, and it ends a second time."""
        lining.clock.pass_by(minutes=1)
        with lining.bench.begin() as tx:
            again = batches.find(tx, batch.id)
            for state in (BatchState.QUEUED, BatchState.RUNNING):
                again = batches.step(tx, again, state, reason=None, at=lining.clock())
            cohort.finish(tx, lining.bench, batch.id)

    with monkeypatch.context() as other:
        other.setattr("issuer.services.cohort.stacking.after_cohort", meanwhile)
        assert not cohort.stack(lining.bench, batch.id, number=1)
    assert left(lining, batch) == (1,)
    assert decide(lining, batch) == [True]


def test_it_is_queued_only_when_all_is_decided(lining: Workshop) -> None:
    batch = run(lining, "tables", 5)
    cohort.stack(lining.bench, batch.id, number=1)
    assert require_line(lining, batch).state is BatchState.STAGING
    cohort.stack(lining.bench, batch.id, number=2)
    assert require_line(lining, batch).state is BatchState.QUEUED


def test_where_nothing_is_awarded_there_is_no_line(lining: Workshop) -> None:
    batch = run(lining, "statistics", 5)
    decide(lining, batch)
    assert line(lining, batch) is None


@pytest.mark.parametrize("kind", ["before", "inside", "after"])
def test_killed_while_they_are_lined_up_each_is_there_once(lining: Workshop, kind: str) -> None:
    batch = run(lining, "tables", 5)
    for number in (1, 2, 3):
        point = Point(kind, number, die_here)
        killed = lining.with_bench(**mortal(lining.bench, point))
        with suppress(Killed):
            decide(killed, batch)
    decide(lining, batch)
    assert issue_line(lining, batch) == {RowState.KEPT: 5}
    assert counted(lining)["data-basic"] == 5


def test_many_who_line_up_at_once_line_each_up_once(lining: Workshop) -> None:
    batch = run(lining, "tables", 5)
    at_once(lambda n: cohort.stack(lining.bench, batch.id, number=n // 2 + 1), count=4)
    assert issue_line(lining, batch) == {RowState.KEPT: 5}
    assert len([one for one in lining.awards() if one.achievement == "data-basic"]) == 5


def test_whoever_is_quicker_than_the_line_issues_it_once(lining: Workshop) -> None:
    batch = run(lining, "tables", 5)
    decide(lining, batch)
    with lining.bench.read() as tx:
        second = learners.lookup(tx, lining.slug, "S2")
    assert len(stack.consider(lining.bench, lining.slug, second)) == 1
    assert issue_line(lining, batch) == {RowState.KEPT: 4, RowState.ALREADY: 1}
    assert counted(lining)["data-basic"] == 5


def test_who_looks_after_what_a_crash_left_leaves_the_line_alone(lining: Workshop) -> None:
    batch = run(lining, "tables", 5)
    cohort.stack(lining.bench, batch.id, number=1)
    done = recover.recover(lining.bench, lining.slug, actor="operator")
    assert done.finished == ()
    decide(lining, batch)
    assert issue_line(lining, batch) == {RowState.KEPT: 5}


def test_a_line_that_is_cancelled_is_decided_anew_when_asked(lining: Workshop) -> None:
    batch = run(lining, "tables", 5)
    decide(lining, batch)
    found = require_line(lining, batch)
    with lining.bench.begin() as tx:
        cohort.cancel(tx, lining.bench, found.id, actor="registrar")
    more = True
    while more:
        with lining.bench.begin() as tx:
            more = cohort.void_rest(tx, lining.bench, found.id)
    assert counted(lining)["data-basic"] == 0
    assert len(list(stack.consider_all(lining.bench, lining.slug))) == 5
    assert counted(lining)["data-basic"] == 5


@pytest.mark.parametrize("how", ["passed over", "decided for everybody"])
def test_a_line_is_released_however_the_last_slice_ends(lining: Workshop, how: str) -> None:
    batch = run(lining, "tables", 5)
    cohort.stack(lining.bench, batch.id, number=1)
    if how == "passed over":
        with lining.bench.begin() as tx:
            cohort.pass_over(tx, lining.bench, batch.id, number=2, code="python.KeyError")
        expected = {RowState.KEPT: 3}
    else:
        # Each is issued at once, also those that were in the line.
        assert len(list(stack.consider_all(lining.bench, lining.slug))) == 5
        expected = {RowState.ALREADY: 3}
    assert issue_line(lining, batch) == expected


def test_a_batch_that_is_tried_again_adds_to_its_line(lining: Workshop) -> None:
    batch = run(lining, "tables", 3)
    decide(lining, batch)
    paths.earn(lining, 4, ["tables"])
    with lining.bench.begin() as tx:
        fresh = stack._decided(
            tx, lining.bench, lining.slug, (learners.lookup(tx, lining.slug, "S4"),), actor="dean"
        )
        ((done,),) = fresh.values()
        assert done.award_id is not None
        for _ in range(2):
            lined_up.line_up(tx, lining.bench, batch, award_ids=[done.award_id], actor="dean")
    assert Driver(lining).chunks(require_line(lining, batch)) == (1, 2)
    assert issue_line(lining, batch) == {RowState.KEPT: 4}


# --- How it is asked --------------------------------------------------------------------------


# The other kind knows how many rows there are, and goes through all of them where they are few.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_is_asked_of_a_few_learners_that_goes_through_all(workshop: Workshop) -> None:
    decide(workshop, run(workshop, "sources", 3))
    batch, asked = run(workshop, "tables", 3), []

    def hear(_c: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        if sql.lstrip().startswith("SELECT"):
            asked.append((sql, values))

    engine = workshop.database.engine
    sa.event.listen(engine, "before_cursor_execute", hear)
    decide(workshop, batch)
    sa.event.remove(engine, "before_cursor_execute", hear)
    of_learners = [(sql, values) for sql, values in asked if "learner_id IN" in sql]
    assert len(of_learners) >= 4
    with workshop.bench.read() as tx:
        for sql, values in of_learners:
            plan = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
            steps = [str(row.detail) for row in plan]
            assert not [one for one in steps if "SCAN" in one or "(organisation=?" in one], sql
