"""Organisations and courses: kept in versions, and what was issued stays as it was."""

from decimal import Decimal

import pytest

from issuer.errors import Conflict, NotFound
from issuer.model.achievement import Achievement
from issuer.services import offer
from issuer.verify import Verdict
from tests.town.workshop import Workshop


def _put(workshop: Workshop, course: Achievement) -> Achievement:
    with workshop.bench.begin() as tx:
        return offer.put_achievement(tx, course, at=workshop.clock(), actor="operator")


def test_a_changed_course_is_a_new_version_and_the_same_one_is_not(workshop: Workshop) -> None:
    course = workshop.courses["python-basics"]
    lines = workshop.lines()
    assert _put(workshop, course).version == 1
    assert workshop.lines() == lines
    old = workshop.issued(1)
    changed = course.model_copy(update={"workload_hours": Decimal(55)})
    assert _put(workshop, changed).version == 2
    assert workshop.lines()[-1] == "achievement.put"
    new = workshop.issued(2)
    assert (old.achievement_version, new.achievement_version) == (1, 2)
    with workshop.bench.read() as tx:
        assert offer.versions(tx, workshop.slug, course.slug) == (1, 2)
        first = offer.get(tx, workshop.slug, course.slug, version=1)
        latest = offer.find(tx, course.slug)
        assert offer.find(tx, course.slug, version=1) == first
        assert latest in offer.listing(tx, workshop.slug)
        with pytest.raises(NotFound):
            offer.get(tx, workshop.slug, course.slug, version=3)
        with pytest.raises(NotFound):
            offer.find(tx, "alchemy")
    assert (first.workload_hours, latest.workload_hours) == (Decimal(54), Decimal(55))
    for award in (old, new):
        assert workshop.check(workshop.sealed(award)).verdict is Verdict.PASSED


def test_an_award_that_was_approved_keeps_its_version(workshop: Workshop) -> None:
    award = workshop.approve()
    course = workshop.courses["python-basics"]
    _put(workshop, course.model_copy(update={"workload_hours": Decimal(55)}))
    assert workshop.issue(award).achievement_version == 1


def test_an_organisation_may_change_its_name_and_not_its_did(workshop: Workshop) -> None:
    award = workshop.issued()
    moved = workshop.organisation.model_copy(update={"did": "did:web:elsewhere.example"})
    with workshop.bench.begin() as tx, pytest.raises(Conflict, match="never changed"):
        offer.put_organisation(tx, moved, at=workshop.clock(), actor="operator")
    renamed = workshop.organisation.model_copy(update={"locality": "Graz"})
    with workshop.bench.begin() as tx:
        kept = offer.put_organisation(tx, renamed, at=workshop.clock(), actor="operator")
    assert kept == renamed
    # What was issued says what it said.
    assert workshop.check(workshop.sealed(award)).verdict is Verdict.PASSED
