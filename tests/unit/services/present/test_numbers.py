from decimal import Decimal

import pytest

from issuer.model.achievement import Cycle, Tier
from issuer.services.present import numbers


def test_hours_come_with_a_picture_of_the_time() -> None:
    shown = numbers.work(Decimal("135.0"))
    assert shown.big == "135 hours"
    assert shown.sentence.startswith("About three and a half working weeks")
    assert numbers.work(Decimal(1)).big == "1 hour"


def test_credits_are_explained() -> None:
    assert numbers.credit(Decimal("2.5")).big == "2.5 ECTS"
    assert "25 to 30 hours" in numbers.credit(Decimal(5)).sentence


@pytest.mark.parametrize("eqf", range(1, 9))
def test_each_european_level_has_a_sentence_and_is_no_degree(eqf: int) -> None:
    shown = numbers.level(eqf, national=None, cycle=None, not_applicable=False)
    assert shown.big == f"EQF {eqf}"
    assert "it is not a degree" in shown.sentence


def test_the_national_level_stands_beside_the_european_one() -> None:
    shown = numbers.level(6, national="NQR 6", cycle=Cycle.FIRST, not_applicable=False)
    assert shown.sentence.endswith("In its own country it is NQR 6.")


@pytest.mark.parametrize(
    ("national", "cycle", "not_applicable", "big"),
    [
        ("NQR 6", None, False, "NQR 6"),
        (None, Cycle.SECOND, False, "Second cycle"),
        (None, None, True, "No level"),
        (None, None, False, "Not stated"),
    ],
)
def test_without_a_european_level_nothing_is_drawn(
    national: str | None, cycle: Cycle | None, not_applicable: bool, big: str
) -> None:
    shown = numbers.level(None, national=national, cycle=cycle, not_applicable=not_applicable)
    assert (shown.big, shown.filled) == (big, 0)


def test_what_is_not_stated_says_so() -> None:
    assert numbers.work(None).big == "Not stated"
    assert numbers.credit(None).big == "Not stated"
    assert numbers.tier(None) is None
    assert numbers.tier_words(None) == ""


def test_the_tier_is_the_universitys_own() -> None:
    shown = numbers.tier(Tier.BASIC)
    assert shown is not None
    assert (shown.big, shown.small) == ("Tier 1", "of 3")
    assert "university’s own" in shown.sentence
    assert numbers.tier_words(Tier.PROFESSIONAL) == "tier 3 of 3, professional"


def test_the_line_holds_what_is_stated() -> None:
    assert numbers.line(stated=Tier.BASIC, hours=Decimal(1), ects=None, eqf=5) == (
        "Tier 1 of 3",
        "1 hour",
        "EQF 5",
    )
    assert numbers.line(stated=None, hours=None, ects=None, eqf=None) == ()
