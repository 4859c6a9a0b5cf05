"""What is wrong with a pathway is said with its place and its cure, before it is kept."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from issuer.model.achievement import Achievement
from issuer.model.pathway_checks import Problem, problems
from issuer.services import pathway_file
from tests.town.rules import NOTHING, pathway

EXAMPLES = Path(__file__).parents[3] / "examples"


def _offer(slug: str, tier: str | None = "basic", **changes: Any) -> Achievement:
    value: dict[str, Any] = {
        "slug": slug,
        "organisation": "uni",
        "title": NOTHING,
        "description": NOTHING,
        "ects": 2,
        "workload_hours": 50,
        "suspendable": True,
        "stacking": {"mode": "stackable", "tier": tier} if tier else None,
    }
    return Achievement.model_validate(value | changes)


def _offers(**changes: Mapping[str, Any]) -> dict[str, Achievement]:
    """Parts a to e of 2 ECTS and 50 hours, and a step of one of them."""
    own = {**{name: {} for name in ("a", "b", "c", "d", "e", "step")}, **changes}
    return {slug: _offer(slug, **change) for slug, change in own.items()}


def _part(name: str, tier: str = "basic", **changes: Any) -> dict[str, Any]:
    return {"achievement": name, "tier": tier} | changes


def _step(rule: Any, name: str = "step", tier: str = "basic", **changes: Any) -> dict[str, Any]:
    return {"achievement": name, "tier": tier, "rule": rule} | changes


def _found(offers: Mapping[str, Achievement] | None = None, **changes: Any) -> tuple[Problem, ...]:
    return problems(pathway(**changes), _offers() if offers is None else offers)


def _said(found: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(one.code, one.place) for one in found]


def test_the_example_is_well() -> None:
    offers = {}
    for path in (EXAMPLES / "achievements").glob("*.toml"):
        stated = tomllib.loads(path.read_text("utf-8"))
        one = Achievement.model_validate({**stated, "organisation": "euas"})
        offers[one.slug] = one
    for path in (EXAMPLES / "pathways").glob("*.yaml"):
        way = pathway_file.read(path.read_bytes(), organisation="euas")
        assert problems(way, offers) == ()
        assert [way.unfolded.keys()] != []


def test_the_smallest_is_well() -> None:
    assert _found() == ()


def test_names_that_nothing_has() -> None:
    found = _found(
        parts=[_part("a", substitutes=["s"]), _part("x")],
        steps=[_step({"all_of": ["a", "x", "y", "s"]})],
    )
    assert _said(found)[:4] == [
        ("unknown-achievement", "parts.a.substitutes"),
        ("unknown-achievement", "parts.x"),
        ("unknown-name", "steps.step.rule"),
        ("unknown-name", "steps.step.rule"),
    ]
    assert "no part and no step" in found[2].sentence
    assert "stands for a" in found[3].sentence
    # What follows from that is not said too.
    assert not any(one.code == "never-complete" for one in found)


def test_a_part_needs_parts_alone() -> None:
    (found,) = _found(parts=[_part("a"), _part("b", needs="step")], steps=[_step(["a", "b"][0])])[
        :1
    ]
    assert (found.code, found.place) == ("unknown-name", "parts.b.needs")
    assert "is a step" in found.sentence


def test_parts_that_need_themselves() -> None:
    found = _found(
        parts=[_part("a", needs="b"), _part("b", needs="a"), _part("c", needs="a")],
        steps=[_step({"n": 1, "of": ["a", "b", "c"]})],
    )
    assert _said(found)[:4] == [
        ("circle", "parts.a.needs"),
        ("circle", "parts.b.needs"),
        ("never-counts", "parts.c.needs"),
        ("never-complete", "steps.step.rule"),
    ]
    (own,) = _found(parts=[_part("a", needs="a"), _part("b")], steps=[_step("b")])[:1]
    assert own.code == "circle"


def test_needs_with_a_way_out_are_no_circle() -> None:
    way_out = {"n": 1, "of": ["b", "c"]}
    assert not _found(
        parts=[_part("a", needs=way_out), _part("b", needs="a"), _part("c")],
        steps=[_step({"n": 1, "of": ["a", "b"]})],
    )


def test_steps_that_need_themselves() -> None:
    found = _found(
        _offers(top={}),
        steps=[_step("top"), _step("step", "top")],
    )
    assert [one for one in _said(found) if one[0] == "circle"] == [
        ("circle", "steps.step.rule"),
        ("circle", "steps.top.rule"),
    ]


def test_rules_that_nothing_fulfils() -> None:
    found = _found(steps=[_step({"n": 3, "of": ["a", "b"]})], parts=[_part("a"), _part("b")])
    assert _said(found) == [("too-many-asked", "steps.step.rule")]
    found = _found(steps=[_step({"n": 2, "of": ["a", "a"]})])
    assert ("named-twice", "steps.step.rule") in _said(found)
    found = _found(steps=[_step({"credits": 5, "of": ["a", "b"]})], parts=[_part("a"), _part("b")])
    assert _said(found) == [("too-many-asked", "steps.step.rule")]
    assert "5 credits are asked of a set that has 4" in found[0].sentence
    found = _found(steps=[_step({"tier": "professional"})])
    assert ("never-complete", "steps.step.rule") in _said(found)


def test_credits_are_counted_of_parts_alone() -> None:
    found = _found(
        _offers(top={}),
        parts=[_part("a")],
        steps=[_step("a"), _step({"credits": 1, "of": ["step"]}, "top")],
    )
    assert ("unknown-name", "steps.top.rule") in _said(found)


def test_a_capstone_is_said_to_be_one() -> None:
    for name in ("a", "x"):
        found = _found(steps=[_step({"capstone": name})])
        assert ("no-capstone", "steps.step.rule") in _said(found)
    assert not _found(parts=[_part("a", capstone=True)], steps=[_step({"capstone": "a"})])


def test_a_part_that_no_rule_uses() -> None:
    parts = [_part("a"), _part("b", "intermediate")]
    offers = _offers(b={"tier": "intermediate"})
    (found,) = _found(offers, parts=parts)
    assert (found.code, found.place, found.is_error) == ("unused-part", "parts.b", False)
    by_tier = [_step({"all_of": ["a", {"tier": "intermediate"}]}, tier="intermediate")]
    offers = _offers(
        b={"tier": "intermediate"},
        step={"tier": "intermediate", "ects": 4, "workload_hours": 100},
    )
    assert not _found(offers, parts=parts, steps=by_tier)


def test_tiers_that_contradict() -> None:
    found = _found(_offers(a={"tier": "professional"}, step={"tier": None}))
    assert _said(found) == [("tier-differs", "parts.a.tier")]
    found = _found(_offers(a={"tier": "intermediate"}), parts=[_part("a", "intermediate")])
    assert _said(found) == [("step-below-parts", "steps.step.tier")]


def test_a_tier_that_is_skipped_is_asked_about() -> None:
    top = [_step("a", tier="professional")]
    (found,) = _found(_offers(step={"tier": "professional"}), steps=top)
    assert (found.code, found.is_error) == ("tier-skipped", False)
    assert not _found(
        _offers(step={"tier": "professional"}, a={"tier": "intermediate"}),
        steps=top,
        parts=[_part("a", "intermediate")],
    )


def test_a_pathway_that_certifies_nothing_is_asked_about() -> None:
    (found,) = _found(_offers(step={"suspendable": False}), certify_from="professional")
    assert (found.code, found.is_error) == ("never-certified", False)


def test_what_is_certified_can_be_suspended() -> None:
    found = _found(_offers(step={"suspendable": False}))
    assert _said(found) == [("not-suspendable", "steps.step")]


def test_what_a_step_states_has_to_be_what_its_parts_have() -> None:
    found = _found(_offers(step={"ects": 3}))
    assert _said(found) == [("credits-differ", "steps.step")]
    assert "states 3 credits; its parts together have 2." in found[0].sentence
    assert found[0].is_error
    found = _found(_offers(step={"workload_hours": 60}))
    assert _said(found) == [("hours-differ", "steps.step")]
    assert not _found(_offers(step={"workload_hours": None, "ects": None}))
    either = {
        "parts": [_part("a"), _part("b")],
        "steps": [_step({"n": 1, "of": ["a", "b"]})],
    }
    (found_,) = _found(_offers(b={"ects": 4}), **either)
    assert (found_.code, found_.is_error) == ("credits-differ", False)
    assert "2 to 4. Some ways of completing it give another sum." in found_.sentence
    assert not _found(_offers(), **either)


def test_more_combinations_than_anybody_compares() -> None:
    names = [f"p{number}" for number in range(30)]
    offers = _offers(**{name: {} for name in names})
    (found,) = _found(
        offers,
        parts=[_part(name) for name in names],
        steps=[_step({"n": 15, "of": names})],
    )
    assert (found.code, found.is_error) == ("not-compared", False)


def test_steps_that_double_at_each_step_are_refused() -> None:
    steps = [_step("a", "s0")]
    steps += [_step({"all_of": [f"s{n}", {"all_of": [f"s{n}"]}]}, f"s{n + 1}") for n in range(40)]
    offers = _offers(**{step["achievement"]: {} for step in steps})
    found = _found(offers, steps=steps)
    assert {one.code for one in found} == {"rule-too-large"}
    assert found[-1].place == "steps.s40.rule"


def test_a_rule_that_is_nested_too_deep_for_a_document_is_refused() -> None:
    steps = [_step("a", "s0")]
    for number in range(59):
        inner: Any = f"s{number}"
        for _ in range(4):
            inner = {"all_of": [inner]}
        steps.append(_step(inner, f"s{number + 1}"))
    offers = _offers(**{step["achievement"]: {} for step in steps})
    assert {one.code for one in _found(offers, steps=steps)} == {"rule-too-large"}


def test_what_is_recognised_is_a_part_of_the_pathway() -> None:
    listed = {"issuer": "did:web:x.example", "issuer_name": "X", "decided_by": "the board"}
    found = _found(
        recognised=[
            listed | {"part": "x"},
            listed | {"part": "a", "credits_up_to": 1},
            listed | {"part": "a", "credits_up_to": 2},
            listed | {"part": "a"},
        ]
    )
    assert _said(found) == [
        ("unknown-name", "recognised.1.part"),
        ("stands-for-less", "recognised.2.credits_up_to"),
    ]
    assert [one.is_error for one in found] == [True, False]


def test_a_substitute_with_fewer_credits_is_asked_about() -> None:
    offers = _offers(s={"ects": 1})
    (found,) = _found(offers, parts=[_part("a", substitutes=["s", "b"])])
    assert (found.code, found.place) == ("stands-for-less", "parts.a.substitutes")
    assert not found.is_error


@pytest.mark.parametrize("rule", ["a", {"all_of": ["a"]}, {"n": 1, "of": ["a"]}])
def test_every_form_of_the_same_is_well(rule: Any) -> None:
    assert _found(steps=[_step(rule)]) == ()
