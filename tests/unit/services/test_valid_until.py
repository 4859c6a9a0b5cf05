"""How long an award is valid: months of the calendar, there where it was awarded."""

import datetime as dt
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.model.achievement import Achievement
from issuer.model.organisation import Organisation
from issuer.services.decide import valid_until


def _until(
    course: Achievement, home: Organisation, months: int | None, on: str, zone: str = "UTC"
) -> str | None:
    found = valid_until(
        course.model_copy(update={"valid_months": months}),
        home.model_copy(update={"time_zone": zone}),
        awarded_on=dt.date.fromisoformat(on),
    )
    return found.isoformat() if found else None


@pytest.fixture
def course(achievements: Mapping[str, Achievement]) -> Achievement:
    return achievements["python-basics"]


@pytest.mark.parametrize(
    ("months", "on", "until"),
    [
        (1, "2026-01-31", "2026-02-28T23:59:59+00:00"),
        (1, "2028-01-31", "2028-02-29T23:59:59+00:00"),
        (12, "2028-02-29", "2029-02-28T23:59:59+00:00"),
        (48, "2028-02-29", "2032-02-29T23:59:59+00:00"),
        (1, "2026-12-31", "2027-01-31T23:59:59+00:00"),
        (11, "2026-12-15", "2027-11-15T23:59:59+00:00"),
        (12, "2026-12-31", "2027-12-31T23:59:59+00:00"),
        (1, "2026-03-31", "2026-04-30T23:59:59+00:00"),
        (1, "2099-11-30", "2099-12-30T23:59:59+00:00"),
        (24, "2098-02-28", "2100-02-28T23:59:59+00:00"),
    ],
)
def test_months_end_where_months_end(
    course: Achievement, organisation: Organisation, months: int, on: str, until: str
) -> None:
    assert _until(course, organisation, months, on) == until


@pytest.mark.parametrize(
    ("zone", "on", "until"),
    [
        # In Vienna summer time ends between: an hour more of that day in UTC.
        ("Europe/Vienna", "2026-05-29", "2026-11-29T22:59:59+00:00"),
        ("Europe/Vienna", "2026-01-29", "2026-07-29T21:59:59+00:00"),
        ("Pacific/Kiritimati", "2026-01-01", "2026-07-01T09:59:59+00:00"),
        ("America/Los_Angeles", "2026-06-30", "2026-12-31T07:59:59+00:00"),
    ],
)
def test_the_day_ends_where_it_was_awarded(
    course: Achievement, organisation: Organisation, zone: str, on: str, until: str
) -> None:
    assert _until(course, organisation, 6, on, zone) == until


def test_without_months_it_is_valid_for_ever(
    course: Achievement, organisation: Organisation
) -> None:
    assert _until(course, organisation, None, "2026-06-12") is None


@given(on=st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), months=st.integers(1, 600))
def test_it_never_ends_before_that_month_or_after_it(
    organisation: Organisation, achievements: Mapping[str, Achievement], on: dt.date, months: int
) -> None:
    course = achievements["python-basics"]
    found = _until(course, organisation, months, on.isoformat())
    assert found is not None
    end = dt.datetime.fromisoformat(found)
    whole = (end.year - on.year) * 12 + end.month - on.month
    assert whole == months
    assert end.day <= on.day
    # Only where the month is shorter is the day another one.
    assert end.day == on.day or (end + dt.timedelta(days=1)).day == 1
