"""What is still needed, and that it is nothing exactly where a rule is fulfilled."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.model.achievement import Tier
from issuer.model.lacking import Lacking, lacking
from issuer.model.rule import Held, chosen, decode

DAY = dt.date(2026, 6, 12)
CREDITS = '{"credits":"8","of":["a","b","c"]}'
CHOICE = '{"n":1,"of":["b","c"]}'


def held(*names: str, tier: Tier = Tier.BASIC) -> dict[str, Held]:
    return {name: Held(name, tier, Decimal(3), DAY) for name in names}


@pytest.mark.parametrize(
    ("rule", "there", "needed"),
    [
        ('"a"', (), (Lacking(("a",)),)),
        ('"a"', ("a",), ()),
        ('{"capstone":"z"}', ("a",), (Lacking(("z",)),)),
        ('{"tier":"professional"}', ("a",), (Lacking((), tier=Tier.PROFESSIONAL),)),
        (CREDITS, ("a",), (Lacking(("b", "c"), 2, credits=Decimal(5)),)),
        (CHOICE, ("a",), (Lacking(("b", "c"), 1),)),
        (CHOICE, ("c",), ()),
        ('{"n":2,"of":["a","b","c"]}', ("a",), (Lacking(("b", "c"), 1),)),
        ('{"n":2,"of":["a","b"]}', ("a",), (Lacking(("b",)),)),
        ('{"all_of":["a",' + CHOICE + ',"a"]}', (), (Lacking(("a",)), Lacking(("b", "c"), 1))),
    ],
)
def test_what_is_needed_is_named(
    rule: str, there: tuple[str, ...], needed: tuple[Lacking, ...]
) -> None:
    assert lacking(decode(rule), held(*there)) == needed


@given(st.sets(st.sampled_from("abcz")))
def test_nothing_is_lacking_exactly_where_the_rule_is_fulfilled(names: set[str]) -> None:
    rule = decode(
        '{"all_of":["a",' + CHOICE + "," + CREDITS + ',{"capstone":"z"},{"tier":"basic"}]}'
    )
    there = held(*names)
    assert (lacking(rule, there) == ()) is (chosen(rule, there) is not None)
