"""Text of strangers is one plain line; domains and dates read as people write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.verify.wording import count, day, domain, shown


@pytest.mark.parametrize(
    ("did", "said"),
    [
        ("did:web:uni.example", "uni.example"),
        ("did:web:localhost%3A8000", "localhost:8000"),
        ("did:web:uni.example:faculty:law", "uni.example/faculty/law"),
        ("did:web:uni.example%2F@evil.example", "did:web:uni.example%2F@evil.example"),
        ("did:web:uni.ex\u202eample", "did:web:uni.example"),
        ("did:key:z6Mk", "did:key:z6Mk"),
        ("https://uni.example/", "https://uni.example/"),
    ],
)
def test_a_did_reads_as_its_domain(did: str, said: str) -> None:
    assert domain(did) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Alex\u202e Example", "Alex Example"),
        ("Alex\u200b\u2066Example", "AlexExample"),
        ("one\ntwo\u2028three\x85four", "one two three four"),
        ("lone \ud800 half", "lone half"),
        ("x" * 300, "x" * 200 + "…"),
        (7, "7"),
    ],
)
def test_text_of_strangers_is_one_plain_line(text: object, said: str) -> None:
    assert shown(text) == said


@given(st.text())
def test_whatever_it_is_it_can_be_written(text: str) -> None:
    said = shown(text)
    assert said.encode().decode() == said
    assert len(said) <= 201
    assert said.isprintable()


def test_a_day_is_a_day_in_utc() -> None:
    at = dt.datetime(2026, 6, 12, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert day(at) == "11 June 2026"


def test_the_ends_of_the_calendar_are_days_too() -> None:
    hours = dt.timezone(dt.timedelta(hours=5))
    assert day(dt.datetime(1, 1, 1, tzinfo=hours)) == "1 January 1"
    assert day(dt.datetime(9999, 12, 31, 23, tzinfo=dt.timezone(-dt.timedelta(hours=5)))) == (
        "31 December 9999"
    )


def test_small_numbers_are_written_out() -> None:
    assert [count(number) for number in (0, 1, 12, 13)] == ["no", "one", "twelve", "13"]
