"""What follows for a whole when a part falls, comes back, or is gone for good."""

import pytest

from issuer.errors import Held, IllegalTransition
from issuer.model.award import AwardState
from issuer.registry import audit
from issuer.services import issue, offer
from issuer.verify import Verdict
from tests.town import standings
from tests.town.standings import do, held_by, told
from tests.town.workshop import Workshop

SUSPENDED, ACTIVE, REVOKED = AwardState.SUSPENDED, AwardState.ACTIVE, AwardState.REVOKED


@pytest.fixture
def workshop(workshop: Workshop) -> Workshop:
    """Courses of which parts can be suspended too."""
    suspendable = {
        slug: course.model_copy(update={"suspendable": True})
        for slug, course in workshop.courses.items()
    }
    with workshop.bench.begin() as tx:
        for course in suspendable.values():
            offer.put_achievement(tx, course, at=workshop.clock(), actor="operator")
    return workshop


def test_a_suspended_part_suspends_its_whole_and_reinstating_undoes_that(
    workshop: Workshop,
) -> None:
    parts = standings.parts(workshop)
    whole = standings.whole_of(workshop, parts)
    other = standings.whole_of(workshop, standings.parts(workshop, 2))
    data = workshop.sealed(whole)
    do(workshop, "suspend", parts[1])
    fallen = workshop.award(whole)
    assert fallen.state is SUSPENDED
    assert fallen.reason == "Part of it was suspended: Data Stewardship in Practice."
    assert held_by(workshop, whole) == {parts[1].id: "suspended"}
    assert workshop.award(other).state is ACTIVE
    workshop.publish()
    assert workshop.check(data).check("suspension").verdict is Verdict.FAILED
    do(workshop, "reinstate", parts[1])
    assert workshop.award(whole).state is ACTIVE
    assert held_by(workshop, whole) == {}
    workshop.publish()
    assert workshop.check(data).verdict is Verdict.PASSED
    assert told(workshop) == [
        ("part-suspended", whole.id, parts[1].id),
        ("part-reinstated", whole.id, parts[1].id),
    ]


def test_the_trail_says_because_of_which_part(workshop: Workshop) -> None:
    parts = standings.parts(workshop)
    whole = standings.whole_of(workshop, parts)
    do(workshop, "suspend", parts[0])
    with workshop.bench.read() as tx:
        *_, first, second = audit.lines(tx, workshop.slug)
    assert (first.entry.verb, first.entry.award_id, first.entry.detail) == (
        "suspend",
        parts[0].id,
        {},
    )
    assert (second.entry.verb, second.entry.award_id) == ("suspend", whole.id)
    assert second.entry.detail == {"part": parts[0].id}
    assert second.entry.actor == "registrar"


def test_several_parts_are_down_at_once(workshop: Workshop) -> None:
    parts = standings.parts(workshop)
    whole = standings.whole_of(workshop, parts)
    do(workshop, "suspend", parts[0])
    do(workshop, "suspend", parts[2])
    do(workshop, "reinstate", parts[0])
    held = workshop.award(whole)
    assert held.state is SUSPENDED
    assert held.reason == "Part of it was suspended: Research Data and the Law."
    do(workshop, "reinstate", parts[2])
    assert workshop.award(whole).state is ACTIVE


def test_a_revoked_part_leaves_the_whole_to_a_person(workshop: Workshop) -> None:
    parts = standings.parts(workshop)
    whole = standings.whole_of(workshop, parts)
    do(workshop, "suspend", parts[0])
    do(workshop, "suspend", parts[1])
    do(workshop, "revoke", parts[0])
    assert held_by(workshop, whole) == {parts[0].id: "revoked", parts[1].id: "suspended"}
    assert workshop.award(whole).reason == ("Part of it was revoked: Data Stewardship Foundations.")
    do(workshop, "reinstate", parts[1])
    assert workshop.award(whole).state is SUSPENDED
    with pytest.raises(Held, match=parts[0].id) as refused:
        do(workshop, "reinstate", whole)
    assert refused.value.code == "state.held"
    do(workshop, "revoke", whole)
    assert workshop.award(whole).state is REVOKED
    assert held_by(workshop, whole) == {}


def test_what_a_person_suspended_no_part_reinstates(workshop: Workshop) -> None:
    parts = standings.parts(workshop)
    whole = standings.whole_of(workshop, parts)
    do(workshop, "suspend", whole, reason="Under appeal")
    do(workshop, "suspend", parts[0])
    assert workshop.award(whole).reason == "Under appeal"
    with pytest.raises(Held):
        do(workshop, "reinstate", whole)
    do(workshop, "reinstate", parts[0])
    assert workshop.award(whole).state is SUSPENDED
    assert do(workshop, "reinstate", whole).state is ACTIVE
    assert held_by(workshop, whole) == {}


def test_a_person_suspends_what_a_part_has_suspended_already(workshop: Workshop) -> None:
    parts = standings.parts(workshop)
    whole = standings.whole_of(workshop, parts)
    do(workshop, "suspend", parts[0])
    both = do(workshop, "suspend", whole, reason="Under appeal")
    assert (both.state, both.reason) == (SUSPENDED, "Under appeal")
    with pytest.raises(IllegalTransition):
        do(workshop, "suspend", whole)
    do(workshop, "reinstate", parts[0])
    assert workshop.award(whole).state is SUSPENDED
    assert workshop.award(whole).reason == "Under appeal"
    assert do(workshop, "reinstate", whole).state is ACTIVE


def test_within_one_moment_it_may_fall_twice(workshop: Workshop) -> None:
    parts = standings.parts(workshop)
    whole = standings.whole_of(workshop, parts)
    for verb in ("suspend", "reinstate", "suspend"):
        do(workshop, verb, parts[0])
    assert workshop.award(whole).state is SUSPENDED
    assert held_by(workshop, whole) == {parts[0].id: "suspended"}


def test_one_part_holds_every_whole_that_names_it(workshop: Workshop) -> None:
    parts = standings.parts(workshop)
    wholes = [
        standings.whole_of(workshop, parts),
        standings.whole_of(workshop, parts[:2], "professional-data-steward"),
    ]
    do(workshop, "suspend", parts[1])
    assert {workshop.award(whole).state for whole in wholes} == {SUSPENDED}
    do(workshop, "reinstate", parts[1])
    assert {workshop.award(whole).state for whole in wholes} == {ACTIVE}


def test_a_whole_that_is_part_of_another_passes_it_on(workshop: Workshop) -> None:
    parts = standings.parts(workshop)
    middle = standings.whole_of(workshop, parts)
    top = standings.whole_of(workshop, [middle], "professional-data-steward")
    do(workshop, "suspend", parts[0])
    assert workshop.award(top).state is SUSPENDED
    assert held_by(workshop, top) == {middle.id: "suspended"}
    do(workshop, "reinstate", parts[0])
    assert workshop.award(top).state is ACTIVE


def test_a_part_that_falls_while_its_whole_is_being_issued(workshop: Workshop) -> None:
    parts = standings.parts(workshop)
    whole = standings.approved_on(workshop, parts)
    do(workshop, "suspend", parts[0])
    assert workshop.award(whole).state is AwardState.APPROVED
    assert workshop.issue(whole).state is SUSPENDED
    do(workshop, "reinstate", parts[0])
    assert workshop.award(whole).state is ACTIVE


def test_a_whole_that_is_never_issued_is_held_no_more(workshop: Workshop) -> None:
    parts = standings.parts(workshop)
    whole = standings.approved_on(workshop, parts)
    do(workshop, "suspend", parts[0])
    with workshop.bench.begin() as tx:
        issue.give_up(tx, whole, reason="a test", at=workshop.clock())
    assert workshop.award(whole).state is REVOKED
    assert held_by(workshop, whole) == {}
    do(workshop, "reinstate", parts[0])
    assert workshop.award(whole).state is REVOKED


def test_a_whole_without_a_suspension_entry_is_told_of_and_stays(workshop: Workshop) -> None:
    parts = standings.parts(workshop)
    fixed = workshop.courses[standings.WHOLE].model_copy(update={"suspendable": False})
    with workshop.bench.begin() as tx:
        offer.put_achievement(tx, fixed, at=workshop.clock(), actor="operator")
    whole = standings.whole_of(workshop, parts)
    do(workshop, "revoke", parts[0])
    assert workshop.award(whole).state is ACTIVE
    assert told(workshop) == [("part-revoked", whole.id, parts[0].id)]
    assert held_by(workshop, whole) == {parts[0].id: "revoked"}


def test_a_whole_that_has_ended_is_left_alone(workshop: Workshop) -> None:
    parts = standings.parts(workshop)
    whole = standings.whole_of(workshop, parts)
    do(workshop, "revoke", whole)
    do(workshop, "revoke", parts[0])
    assert told(workshop) == []
    assert held_by(workshop, whole) == {}
