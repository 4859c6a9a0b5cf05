"""Automatic stacking: once, whatever the order, however often, whoever asks."""

import itertools
import threading
from dataclasses import replace

import pytest

from issuer.errors import Conflict, IllegalTransition, NotFound, NotSuspendable
from issuer.model.award import Award, AwardState
from issuer.registry import audit, awards, completions, journeys, learners, stack_parts
from issuer.registry.completions import CompletionState
from issuer.services import pathways, reseal, revoke, stack, standing
from issuer.services.stack import Stacked
from issuer.services.standing import Standing
from issuer.verify import Verdict
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
        (found,) = standing.of_learner(tx, workshop.bench, workshop.slug, learner)
        return found


def stacked(workshop: Workshop) -> dict[str, list[Award]]:
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
    (whole,) = stacked(workshop)["data-basic"]
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
    counts = {step: len(own) for step, own in stacked(workshop).items()}
    assert counts == dict.fromkeys(paths.STEPS, len(orders))
