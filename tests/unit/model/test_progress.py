"""How far somebody is: a pure function of what is held, and its laws."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.model.pathway import Pathway
from issuer.model.progress import Progress, progress
from issuer.model.stack import Part
from tests.town import rules as town
from tests.town.rules import DAY, part, pathway


def _steps(done: Progress) -> set[str]:
    return {one.step.achievement for one in done.completed}


def _aged(months: int, **days: Iterable[dt.date]) -> list[dt.date]:
    """The days on which the parts of a completed step were earned; none where it is not."""
    way = pathway(
        parts=[{"achievement": name, "tier": "basic"} for name in ("a", "b")],
        steps=[
            {
                "achievement": "step",
                "tier": "basic",
                "rule": {"all_of": ["a", "b"]},
                "max_age_months": months,
            }
        ],
    )
    held = [
        part(name, number, earned=day)
        for name, found in days.items()
        for number, day in enumerate(found)
    ]
    done = progress(way, held).completed
    return [one.earned for one in done[0].parts] if done else []


def test_what_has_no_part_on_the_path_is_left_out() -> None:
    done = progress(pathway(), [part("a"), part("b")])
    assert done.counted.keys() == {"a"}
    assert done.waiting == ()
    assert _steps(done) == {"step"}
    assert done.completed[0].on == DAY


def test_a_part_counts_once_what_it_needs_is_held_in_whatever_order() -> None:
    way = pathway(
        parts=[
            {"achievement": "a", "tier": "basic"},
            {"achievement": "b", "tier": "basic", "needs": "a"},
            {"achievement": "c", "tier": "basic", "needs": {"all_of": ["a", "b"]}},
        ],
        steps=[{"achievement": "step", "tier": "basic", "rule": "c"}],
    )
    early = DAY - dt.timedelta(days=400)
    done = progress(way, [part("c", earned=early), part("b")])
    assert (done.counted, done.waiting, done.completed) == ({}, ("c", "b"), ())
    done = progress(way, [part("c", earned=early), part("b"), part("a")])
    assert done.waiting == ()
    assert done.completed[0].on == early


def test_the_one_with_the_most_credits_counts() -> None:
    later = DAY + dt.timedelta(days=3)
    low, high = part("a", 1, ects=1), part("a", 2, ects=3, earned=later)
    done = progress(pathway(), [low, high])
    assert done.counted["a"] == (low, high)
    # Complete it was before.
    assert done.completed[0].parts == (low,)
    rule = {"credits": 3, "of": ["a"]}
    way = pathway(steps=[{"achievement": "step", "tier": "basic", "rule": rule}])
    assert progress(way, [low, high]).completed[0].parts == (high,)


@pytest.mark.parametrize(
    ("months", "old", "new", "is_complete"),
    [
        (12, dt.date(2025, 3, 15), dt.date(2026, 3, 15), True),
        (12, dt.date(2025, 3, 14), dt.date(2026, 3, 15), False),
        # The last day that there is in a shorter month.
        (1, dt.date(2026, 2, 28), dt.date(2026, 3, 31), True),
        (1, dt.date(2026, 2, 27), dt.date(2026, 3, 31), False),
        (12, dt.date(2023, 2, 28), dt.date(2024, 2, 29), True),
        (48, dt.date(2020, 2, 29), dt.date(2024, 2, 29), True),
        (3, dt.date(2025, 12, 31), dt.date(2026, 3, 31), True),
        (14, dt.date(2024, 12, 1), dt.date(2026, 2, 1), True),
    ],
)
def test_a_part_may_be_too_old(
    months: int, old: dt.date, new: dt.date, *, is_complete: bool
) -> None:
    assert bool(_aged(months, a=[old], b=[new])) is is_complete


def test_a_part_that_was_earned_again_is_young_again() -> None:
    old, again, last = dt.date(2020, 1, 1), dt.date(2025, 6, 1), dt.date(2026, 1, 1)
    assert _aged(12, a=[old], b=[last]) == []
    assert _aged(12, a=[old, again], b=[last]) == [again, last]


def test_once_complete_it_stays_complete_however_much_later() -> None:
    first, much_later = dt.date(2020, 1, 1), dt.date(2030, 1, 1)
    assert _aged(12, a=[first, much_later], b=[first]) == [first, first]


@given(town.pathways(), town.holdings(), st.randoms())
def test_no_order_of_holdings_changes_the_outcome(
    way: Pathway, held: list[Part], random: Any
) -> None:
    shuffled = list(held)
    random.shuffle(shuffled)
    one, other = progress(way, held), progress(way, shuffled)
    assert one.completed == other.completed
    assert one.counted == other.counted
    assert set(one.waiting) == set(other.waiting)


@given(town.pathways(), town.holdings())
def test_one_holding_less_never_completes_more(way: Pathway, held: list[Part]) -> None:
    whole = progress(way, held)
    for number in range(len(held)):
        less = progress(way, held[:number] + held[number + 1 :])
        assert _steps(less) <= _steps(whole)
        assert less.counted.keys() <= whole.counted.keys()


@given(town.pathways(), town.holdings())
def test_every_part_of_a_completed_step_counts_and_counts_once(
    way: Pathway, held: list[Part]
) -> None:
    done = progress(way, held)
    for one in done.completed:
        names = [found.name for found in one.parts]
        assert len(names) == len(set(names))
        assert all(found in done.counted[found.name] for found in one.parts)
        total = sum((found.ects for found in one.parts if found.ects), Decimal(0))
        assert total <= sum((found.ects for found in held if found.ects), Decimal(0))
