"""A pathway: one name each, one role each, and steps in terms of parts."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from issuer.model.achievement import Tier
from issuer.model.pathway import Recognised
from issuer.model.rule import AllOf
from tests.town.rules import NOTHING, pathway


def _part(name: str, **changes: Any) -> dict[str, Any]:
    return {"achievement": name, "tier": "basic"} | changes


def _step(name: str, rule: Any, **changes: Any) -> dict[str, Any]:
    return {"achievement": name, "tier": "basic", "rule": rule} | changes


def test_every_achievement_has_one_role() -> None:
    way = pathway(parts=[_part("a", substitutes=["b", "c"])])
    assert way.role_of == {"a": "a", "b": "a", "c": "a"}
    assert way.part_by_name["a"].substitutes == ("b", "c")
    for parts in (
        [_part("a"), _part("a")],
        [_part("a"), _part("b", substitutes=["a"])],
        [_part("a", substitutes=["c"]), _part("b", substitutes=["c"])],
        [_part("a"), _part("step")],
    ):
        with pytest.raises(ValidationError, match="stands there twice"):
            pathway(parts=parts)


def test_nothing_stands_for_a_capstone() -> None:
    final = _part("a", capstone=True)
    assert pathway(parts=[final]).part_by_name["a"].capstone
    with pytest.raises(ValidationError, match="nothing may stand for it"):
        pathway(parts=[final | {"substitutes": ["b"]}])
    listed = {
        "part": "a",
        "issuer": "did:web:x.example",
        "issuer_name": "X",
        "decided_by": "the board",
    }
    with pytest.raises(ValidationError, match="nothing may stand for it"):
        pathway(parts=[final], recognised=[listed])


def test_who_is_recognised_is_named_in_one_way() -> None:
    value = {"part": "a", "issuer": None, "issuer_name": "X", "decided_by": "the board"}
    one = Recognised.model_validate(value | {"seal_of": "VATAT-1", "credits_up_to": "1.5"})
    assert one.credits_up_to == Decimal("1.5")
    for both in ({}, {"issuer": "did:web:x.example", "seal_of": "VATAT-1"}):
        with pytest.raises(ValidationError, match="by its DID"):
            Recognised.model_validate(value | both)


def test_steps_are_unfolded_into_parts_whatever_their_order() -> None:
    way = pathway(
        parts=[_part("a"), _part("b")],
        steps=[_step("top", {"all_of": ["low", "b"]}), _step("low", "a")],
    )
    assert way.unfolded == {"low": "a", "top": AllOf(all_of=("a", "b"))}
    assert way.step_by_name["low"].rule == "a"


def test_steps_in_a_circle_cannot_be_unfolded() -> None:
    way = pathway(steps=[_step("x", "y"), _step("y", "x")])
    with pytest.raises(ValueError, match="need each other: x, y"):
        _ = way.unfolded


def test_lower_steps_may_be_recorded_only() -> None:
    steps = [_step("low", "a"), _step("top", "a", tier="professional")]
    way = pathway(steps=steps, certify_from="intermediate")
    assert [way.is_certified(step) for step in way.steps] == [False, True]
    assert way.certify_from is Tier.INTERMEDIATE


def test_a_target_says_who_decides() -> None:
    target = {
        "title": NOTHING,
        "awarding_body": "University",
        "decided_by": "its board",
        "credits_up_to": 15,
        "regulation": "https://uni.example/regulation",
    }
    found = pathway(target=target).target
    assert found is not None
    assert found.credits_up_to == Decimal(15)
