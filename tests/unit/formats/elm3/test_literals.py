"""What is a date, a duration, a text in a language, and what only looks like one."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.formats.elm3.literals import hours, instant, is_literal

KINDS = ("texts", "text", "uri", "moment", "duration", "whole", "decimal", "truth")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("texts", {"en": "Title", "zh-Hant": ["一", "二"]}),
        ("texts", {}),
        ("text", "3"),
        ("text", 3),
        ("uri", "mailto:info@uni.example"),
        ("moment", "2026-06-12T09:30:00Z"),
        ("moment", "2026-06-12T09:30:00.123456789+02:00"),
        ("duration", "PT75H"),
        ("duration", "P1Y2M3DT4H5M6.7S"),
        ("whole", 1),
        ("whole", "1"),
        ("decimal", 0.5),
        ("decimal", "-0.5"),
        ("truth", True),
        ("truth", "false"),
    ],
)
def test_what_the_model_wants_is_taken(kind: str, value: object) -> None:
    assert is_literal(value, kind)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("texts", "Title"),
        ("texts", {"@none": "Title"}),
        ("texts", {"en": 1}),
        ("texts", {"en": ["Title", None]}),
        ("text", True),
        ("text", {"@value": "3"}),
        ("uri", "/relative"),
        ("uri", "https://uni.example/<script>"),
        ("uri", 5),
        ("moment", "2026-06-12"),
        ("moment", "2026-06-12T09:30:00"),
        ("moment", "2026-02-30T09:30:00Z"),
        ("moment", 1_781_256_600),
        ("duration", "60"),
        ("duration", "P"),
        ("duration", "PT"),
        ("duration", "P1H"),
        ("duration", 60),
        ("whole", True),
        ("whole", 1.5),
        ("whole", -1),
        ("decimal", False),
        ("decimal", "1e5"),
        ("truth", "yes"),
        ("truth", 2),
    ],
)
def test_what_only_looks_like_it_is_not(kind: str, value: object) -> None:
    assert not is_literal(value, kind)


@given(JSON, st.sampled_from(KINDS))
def test_nothing_raises(value: object, kind: str) -> None:
    assert is_literal(value, kind) in (True, False)
    assert instant(value) is None or isinstance(instant(value), dt.datetime)
    assert hours(value) is None or isinstance(hours(value), Decimal)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("PT75H", "75"),
        ("PT90M", "1.5"),
        ("PT36S", "0.01"),
        ("P60M", None),
        ("P2D", None),
        (5, None),
    ],
)
def test_only_hours_minutes_and_seconds_have_a_length_in_hours(
    written: object, meant: str | None
) -> None:
    assert hours(written) == (None if meant is None else Decimal(meant))
