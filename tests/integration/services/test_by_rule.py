"""A result of the step of a pathway: refused alike wherever results are decided or foreseen."""

import pytest

from issuer.errors import AwardedByRule
from issuer.model.batch import RowState
from issuer.model.pathway import Pathway
from issuer.registry import learners
from issuer.registry.completions import CompletionState
from issuer.services import offer, pathways, stack
from issuer.services.decide import Decided, foresee
from issuer.services.foresee_many import Foresight
from issuer.services.results_file import ReadRow
from issuer.services.submit import submit
from tests.town import paths
from tests.town.cohorts import Driver, read
from tests.town.workshop import Workshop

STEP = "data-basic"


def _kept(workshop: Workshop, path: Pathway) -> None:
    with workshop.bench.begin() as tx:
        pathways.put(tx, path, at=workshop.clock(), actor="registrar")


def _other(workshop: Workshop, *, capstone: bool) -> None:
    """Another pathway, on which the step of the first one is a part."""
    stacking = {"mode": "stackable", "tier": "basic"}
    sums = {"ects": 4, "workload_hours": 108}
    like = workshop.courses["python-basics"]
    course = paths.course(like, "data-plus", stacking=stacking, **sums)
    with workshop.bench.begin() as tx:
        offer.put_achievement(tx, course, at=workshop.clock(), actor="registrar")
    rule = {"capstone": STEP} if capstone else {"all_of": [STEP]}
    part = {"achievement": STEP, "tier": "basic", "capstone": capstone}
    step = {"achievement": "data-plus", "tier": "basic", "rule": rule}
    _kept(workshop, paths.pathway(workshop.slug, slug="other", parts=[part], steps=[step]))


def test_a_single_result_of_a_step_is_refused_and_leaves_no_trace(workshop: Workshop) -> None:
    paths.found(workshop)
    result = workshop.result(achievement=STEP)
    with workshop.bench.read() as tx, pytest.raises(AwardedByRule):
        foresee(tx, result)
    with pytest.raises(AwardedByRule) as caught:
        workshop.decide(result)
    assert "step of the pathway data" in caught.value.message
    assert "Send the results of its parts" in caught.value.message
    assert caught.value.details == {"pathway": "data", "step": STEP}
    assert workshop.awards() == ()


def test_the_api_refuses_it_and_the_key_may_be_used_again(workshop: Workshop) -> None:
    paths.found(workshop)
    token = workshop.token()
    learner = {"key": "S1", "display_name": "Alex Example"}
    value = {"achievement": STEP, "date": "2026-05-29", "passed": True, "learner": learner}
    with pytest.raises(AwardedByRule):
        submit(workshop.bench, value, token=token, body=b"1", idempotency_key="k")
    assert workshop.awards() == ()
    value |= {"achievement": "tables"}
    done = submit(workshop.bench, value, token=token, body=b"2", idempotency_key="k")
    assert done.status == 201


def test_a_dry_run_says_what_issuing_would(workshop: Workshop) -> None:
    paths.found(workshop)
    rows = [
        ReadRow(2, workshop.result(achievement="tables")),
        ReadRow(3, workshop.result(achievement=STEP)),
    ]
    with workshop.bench.read() as tx:
        part, step = Foresight(tx, workshop.slug).of(rows)
    assert part.outcome is Decided.APPROVED
    assert step.outcome is None
    assert step.fault is not None
    assert (step.fault.line, step.fault.column) == (3, "course")
    assert step.fault.fault.endswith("awarded by its rule and not from a result")
    assert step.fault.cure.startswith("Send the results of its parts")


def test_in_a_cohort_the_row_is_refused_and_the_others_are_issued(workshop: Workshop) -> None:
    paths.found(workshop)
    driver = Driver(workshop)
    rows = [workshop.result(1, achievement="tables"), workshop.result(1, achievement=STEP)]
    batch = driver.run(driver.open(read(rows)))
    good, bad = driver.rows(batch)
    assert (good.state, bad.state) == (RowState.KEPT, RowState.FAILED)
    assert bad.code == AwardedByRule.code
    assert [award.achievement for award in workshop.awards()] == ["tables"]


def test_what_its_parts_complete_is_awarded_all_the_same(workshop: Workshop) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, ["tables", "sources"])
    with workshop.bench.read() as tx:
        learner = learners.lookup(tx, workshop.slug, "S1")
    (done,) = stack.consider(workshop.bench, workshop.slug, learner)
    assert (done.step, done.state) == (STEP, CompletionState.AWARDED)


def test_a_step_that_the_newest_version_records_only_is_a_course_as_any_other(
    workshop: Workshop,
) -> None:
    paths.found(workshop)
    _kept(workshop, paths.pathway(workshop.slug, certify_from="intermediate"))
    assert workshop.issued(achievement=STEP).achievement == STEP
    with pytest.raises(AwardedByRule):
        workshop.decide(workshop.result(achievement="data-steward"))


def test_a_step_that_the_newest_version_does_not_have_is_one_too(workshop: Workshop) -> None:
    paths.found(workshop)
    rule = {"all_of": ["tables", "sources", {"n": 1, "of": ["sharing", "statistics"]}]}
    steward = {"achievement": "data-steward", "tier": "intermediate", "rule": rule}
    _kept(workshop, paths.pathway(workshop.slug, steps=[steward]))
    assert workshop.issued(achievement=STEP).achievement == STEP


@pytest.mark.parametrize("capstone", [True, False])
def test_the_capstone_of_another_pathway_is_assessed_as_itself(
    workshop: Workshop, *, capstone: bool
) -> None:
    paths.found(workshop)
    _other(workshop, capstone=capstone)
    if capstone:
        assert workshop.issued(achievement=STEP).achievement == STEP
    else:
        with pytest.raises(AwardedByRule):
            workshop.decide(workshop.result(achievement=STEP))
