"""A moment is a moment in UTC, however it was given."""

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from issuer.registry.columns import Moment

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))
FIRST, LAST = (dt.datetime.fromisoformat(f"{year}-01-02") for year in (1900, 2200))
MOMENTS = st.datetimes(FIRST, LAST, timezones=ZONES)
DIALECTS: tuple[sa.engine.Dialect, ...] = (
    sqlite.dialect(),
    postgresql.dialect(),  # type: ignore[no-untyped-call]  # SQLAlchemy has no type here.
)


@given(MOMENTS, st.sampled_from(DIALECTS))
def test_a_moment_comes_back_as_the_same_one_in_utc(
    moment: dt.datetime, dialect: sa.engine.Dialect
) -> None:
    stored = Moment().process_bind_param(moment, dialect)
    read = Moment().process_result_value(stored, dialect)
    assert read == moment
    assert read is not None
    assert read.tzinfo is dt.UTC


def test_no_moment_is_none() -> None:
    assert Moment().process_bind_param(None, DIALECTS[0]) is None
    assert Moment().process_result_value(None, DIALECTS[0]) is None


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        Moment().process_bind_param(dt.datetime(2026, 6, 12), DIALECTS[0])  # noqa: DTZ001  # That it has none is the point.
