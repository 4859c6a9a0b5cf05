"""Every combination that may be chosen, and no other."""

import datetime as dt
import itertools
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from issuer.model.achievement import Tier
from issuer.model.choices import TooMany, choices
from issuer.model.rule import AllOf, Capstone, CreditsOf, Held, Rule, SomeOf, TierOf, chosen
from tests.town import rules as town

HELD = {name: Held(name, town.TIERS[name], Decimal(2), town.DAY) for name in (*"abcde", "z")}
MANY = {f"p{n}": Held(f"p{n}", Tier.BASIC, Decimal(1), town.DAY) for n in range(40)}


def _said(rule: Rule) -> set[str]:
    return {"".join(sorted(one)) for one in choices(rule, HELD)}


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("a", {"a"}),
        ("x", set()),
        (Capstone(capstone="z"), {"z"}),
        (TierOf(tier=Tier.PROFESSIONAL), {"c", "z"}),
        (AllOf(all_of=("a", SomeOf(n=1, of=("b", "c")))), {"ab", "ac"}),
        (AllOf(all_of=("a", "x")), set()),
        (SomeOf(n=2, of=("a", "b", "c")), {"ab", "ac", "bc"}),
        (SomeOf(n=3, of=("a", "b")), set()),
        (CreditsOf(credits=Decimal(3), of=("a", "b", "c")), {"ab", "ac", "bc"}),
        (CreditsOf(credits=Decimal(7), of=("a", "b", "c")), set()),
    ],
)
def test_the_combinations(rule: Rule, found: set[str]) -> None:
    assert _said(rule) == found


@pytest.mark.parametrize(
    "rule",
    [
        SomeOf(n=20, of=tuple(MANY)),
        CreditsOf(credits=Decimal(20), of=tuple(MANY)),
        AllOf(all_of=(SomeOf(n=2, of=tuple(MANY)),) * 3),
    ],
)
def test_too_many_are_told(rule: Rule) -> None:
    with pytest.raises(TooMany):
        choices(rule, MANY)


def test_a_product_that_is_too_large_is_not_begun() -> None:
    rule = AllOf(all_of=(SomeOf(n=1, of=tuple(MANY)), SomeOf(n=1, of=tuple(MANY))))
    with pytest.raises(TooMany):
        choices(rule, MANY, most=39)


@given(town.rules)
def test_whatever_is_earned_first_what_is_chosen_is_among_them(rule: Rule) -> None:
    found = choices(rule, HELD)
    assert (chosen(rule, HELD) is None) == (not found)
    for order in itertools.islice(itertools.permutations(HELD), 0, 720, 60):
        held = {
            name: replace(HELD[name], earned=town.DAY + dt.timedelta(days=number))
            for number, name in enumerate(order)
        }
        one = chosen(rule, held)
        assert one is None or one in found
