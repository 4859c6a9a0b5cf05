"""Rules: what fulfils them, by which parts, and the laws that hold for all of them."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from issuer.model import rule as rules
from issuer.model.achievement import Tier
from issuer.model.rule import (
    AllOf,
    Capstone,
    CreditsOf,
    Held,
    Rule,
    SomeOf,
    TierOf,
    chosen,
    decode,
    encode,
    inside,
    unfolded,
)
from tests.town import rules as town

DAY = town.DAY


def _held(*names: str, ects: int | None = 2) -> dict[str, Held]:
    worth = None if ects is None else Decimal(ects)
    return {
        name: Held(name, town.TIERS[name], worth, DAY + dt.timedelta(days=number))
        for number, name in enumerate(names)
    }


@pytest.mark.parametrize(
    ("rule", "names", "answer"),
    [
        ("a", "a", "a"),
        ("a", "b", None),
        (AllOf(all_of=("a", "b")), "abc", "ab"),
        (AllOf(all_of=("a", "b")), "ac", None),
        (SomeOf(n=2, of=("a", "b", "c")), "bca", "bc"),
        (SomeOf(n=2, of=("a", "b", "c")), "c", None),
        (SomeOf(n=1, of=(AllOf(all_of=("a", "b")), "c")), "acb", "c"),
        (CreditsOf(credits=Decimal(3), of=("a", "b", "c")), "cab", "ca"),
        (CreditsOf(credits=Decimal(7), of=("a", "b", "c")), "abc", None),
        (TierOf(tier=Tier.INTERMEDIATE), "acb", "c"),
        (TierOf(tier=Tier.PROFESSIONAL), "ab", None),
        (Capstone(capstone="z"), "az", "z"),
        (Capstone(capstone="z"), "a", None),
    ],
)
def test_what_fulfils_a_rule(rule: Rule, names: str, answer: str | None) -> None:
    assert chosen(rule, _held(*names)) == (None if answer is None else frozenset(answer))


def test_a_capstone_is_neither_substituted_nor_recognised() -> None:
    other = {"z": Held("z", Tier.PROFESSIONAL, None, DAY, own=False)}
    assert chosen(Capstone(capstone="z"), other) is None
    assert chosen("z", other) == frozenset({"z"})


def test_what_states_no_credits_counts_for_none() -> None:
    rule = CreditsOf(credits=Decimal(1), of=("a", "b"))
    assert chosen(rule, _held("a", "b", ects=None)) is None


@given(town.rules, town.helds, st.randoms())
def test_no_order_changes_what_is_chosen(rule: Rule, held: list[Held], random: object) -> None:
    shuffled = list(held)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # Hypothesis's own kind of chance.
    first = chosen(rule, {one.name: one for one in held})
    assert chosen(rule, {one.name: one for one in shuffled}) == first


@given(town.rules, town.helds)
def test_what_is_chosen_is_held_and_enough(rule: Rule, held: list[Held]) -> None:
    there = {one.name: one for one in held}
    found = chosen(rule, there)
    if found is not None:
        assert found <= there.keys()
        assert chosen(rule, {name: there[name] for name in found}) is not None


@given(town.rules, town.helds)
def test_one_part_less_never_fulfils_more(rule: Rule, held: list[Held]) -> None:
    there = {one.name: one for one in held}
    if chosen(rule, there) is None:
        for name in there:
            assert chosen(rule, {n: h for n, h in there.items() if n != name}) is None


@given(town.rules)
def test_what_is_encoded_is_read_back(rule: Rule) -> None:
    assert decode(encode(rule)) == rule
    assert encode(decode(encode(rule))) == encode(rule)


@given(town.rules, town.rules, town.helds)
def test_unfolding_keeps_the_meaning(inner: Rule, outer: Rule, held: list[Held]) -> None:
    there = {one.name: one for one in held}
    whole = AllOf(all_of=("lower", SomeOf(n=1, of=("lower", outer)), outer))
    flat = unfolded(whole, {"lower": inner})
    assert "lower" not in rules.names(flat)
    done = chosen(inner, there), chosen(outer, there)
    assert (chosen(flat, there) is not None) == (None not in done)


def test_names_and_inside_go_through_all_of_it() -> None:
    rule = AllOf(
        all_of=(
            "a",
            SomeOf(n=1, of=("b", Capstone(capstone="z"))),
            CreditsOf(credits=Decimal(1), of=("c", "a")),
            TierOf(tier=Tier.BASIC),
        )
    )
    assert list(rules.names(rule)) == ["a", "b", "z", "c", "a"]
    assert len(list(inside(rule))) == 7


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "7",
        "null",
        "{}",
        '{"all_of":[]}',
        '{"all_of":["a"],"n":1}',
        '{"n":0,"of":["a"]}',
        '{"n":1,"of":[]}',
        '{"credits":0,"of":["a"]}',
        '{"credits":"NaN","of":["a"]}',
        '{"credits":1,"of":["a","a"]}',
        '{"tier":"highest"}',
        '{"capstone":"A"}',
        '"not a slug"',
        '{"all_of":' * 3_000,
        '"' + "a" * 60_000 + '"',
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"rule|JSON|validation"):
        decode(text)


def test_a_fault_is_told_of_the_form_that_was_meant() -> None:
    with pytest.raises(ValidationError) as told:
        decode('{"n":"many","of":["a"]}')
    assert [error["loc"] for error in told.value.errors()] == [("n", "n")]
    with pytest.raises(ValidationError, match="a rule is a name, all_of"):
        decode('{"any_of":["a"]}')
