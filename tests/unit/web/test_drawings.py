from decimal import Decimal

import pytest

from issuer.model.achievement import Tier
from issuer.services.present import numbers
from issuer.services.present.views import Number
from issuer.web.pages.drawings import gauge


def _filled(number: Number) -> list[float]:
    return [bar.width for bar in gauge(number) if bar.filled]


def test_hours_are_boxes_of_a_week_each_the_last_filled_in_part() -> None:
    assert _filled(numbers.work(Decimal(135))) == [32, 32, 32, 12]
    assert len(gauge(numbers.work(Decimal(135)))) == 8


@pytest.mark.parametrize("hours", ["0.01", "40", "999", "10000", "999999999999999"])
def test_however_many_hours_the_picture_stays_in_its_frame(hours: str) -> None:
    bars = gauge(numbers.work(Decimal(hours)))
    assert 2 <= len(bars) <= 40
    assert all(bar.x >= 0 and bar.x + bar.width <= 161 for bar in bars)


def test_credits_are_a_share_of_a_year_and_never_more() -> None:
    assert _filled(numbers.credit(Decimal(5))) == [13.3]
    assert _filled(numbers.credit(Decimal(600))) == [160]
    assert _filled(numbers.credit(Decimal("0.01"))) == [2]


def test_one_step_of_eight_and_one_of_three_is_filled() -> None:
    level = numbers.level(6, national=None, cycle=None, not_applicable=False)
    assert [bar.filled for bar in gauge(level)].index(True) == 5
    step = numbers.tier(Tier.PROFESSIONAL)
    assert step is not None
    assert [bar.filled for bar in gauge(step)] == [False, False, True]


def test_nothing_stated_is_nothing_drawn() -> None:
    assert gauge(numbers.work(None)) == ()
