"""What a number means is said once, and for every value that it may have."""

import pytest

from issuer.model import meanings
from issuer.model.achievement import Cycle, Tier


def test_every_level_tier_and_cycle_has_words() -> None:
    assert list(meanings.AS_DEMANDING_AS) == list(range(1, meanings.LEVELS + 1))
    assert [tier.number for tier in meanings.TIER_MEANS] == list(range(1, meanings.TIERS + 1))
    assert set(meanings.CYCLES) == set(Cycle)


def test_a_level_says_how_hard_and_not_how_long() -> None:
    assert meanings.how_demanding(6) == (
        "As demanding as the work for a bachelor’s degree. It says how hard, not how long"
    )


@pytest.mark.parametrize("eqf", [0, 9])
def test_a_level_that_is_none_has_no_words(eqf: int) -> None:
    with pytest.raises(KeyError):
        meanings.how_demanding(eqf)


def test_a_tier_is_named_with_its_place() -> None:
    assert meanings.tier_in_words(Tier.PROFESSIONAL) == "tier 3 of 3, professional"


def test_credits_are_said_to_count_work() -> None:
    assert meanings.CREDITS_COUNT_WORK == (
        "European credits count work: one is 25 to 30 hours, a full year of study is 60."
    )
