import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.gradebooks import cells
from issuer.gradebooks.cells import Damaged, Sign


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("'-2.00", "-2.00"),
        ("'+4791234567", "+4791234567"),
        ("'=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("'@x", "@x"),
        ("' =x", " =x"),
        ("'-", "-"),
        ("'t Hooft", "'t Hooft"),
        ("''=x", "''=x"),
        ("=x", "=x"),
    ],
)
def test_one_apostrophe_before_a_sign_is_moodles(text: str, bare: str) -> None:
    assert cells.without_apostrophe(text) == bare


def test_one_hash_is_brightspaces() -> None:
    assert cells.without_hash("##007") == "#007"
    assert cells.without_hash("007") == "007"


def test_blanks_that_do_not_break_go_from_the_ends_alone() -> None:
    assert cells.clean("\u00a0 Le\u0301ve\u0302que\u00a0 ") == "Le\u0301ve\u0302que"
    assert cells.clean("a\u00a0b") == "a\u00a0b"
    assert cells.compared("Le\u0301ve\u0302que\u00a0A") == "lévêque a"


@pytest.mark.parametrize("word", ["", "-", "N/A", "EX", "k. A.", "Not Attempted", "In Progress"])
def test_nobody_has_said_yet(word: str) -> None:
    assert cells.is_missing(word)
    assert cells.number(word, sign=None) is None


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("91.50", "."), ("91,5", ","), ("0.915", "."), ("0.8300000000000001", "."), ("45", None),
        ("1.234", None), ("-1,234", None), ("12345.678", "."), ("x", None), ("82.67 %", "."),
    ],
)  # fmt: skip
def test_the_sign_that_a_number_surely_has(text: str, sign: Sign | None) -> None:
    assert cells.sign_of(text) == sign


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("91.50", ".", "91.50"),
        ("91,50", ",", "91.50"),
        ("-2", None, "-2"),
        ("+3", ".", "3"),
        ("91.00\u00a0%", ".", "91.00"),
        ("1.234", ".", "1.234"),
    ],
)
def test_numbers_are_exact(text: str, sign: Sign | None, value: str) -> None:
    assert cells.number(text, sign=sign) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "sign", "fault"),
    [
        ("91,50", ".", "decimal sign"),
        ("1.234", None, "may be a decimal number or one with thousands"),
        ("1.234,50", ",", "signs for thousands"),
        ("1 234", None, "signs for thousands"),
        ("05. Okt", ",", "into a date"),
        ("01. Jan", ",", "into a date"),
        ("Oct-05", None, "into a date"),
        ("5/10/2026", None, "into a date"),
        ("05.10.", None, "into a date"),
        ("2026-10-05 00:00:00", ".", "into a date"),
        ("10:30", None, "into a date"),
        ("good", None, "not a number"),
        ("٣", None, "not a number"),
        ("1e3", ".", "not a number"),
    ],
)
def test_what_is_no_number_is_refused(text: str, sign: Sign | None, fault: str) -> None:
    with pytest.raises(Damaged, match=fault):
        cells.number(text, sign=sign)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2), st.sampled_from([".", ","]))
def test_a_number_survives_in_either_way_of_writing(value: Decimal, sign: Sign) -> None:
    assert cells.number(f"{value:f}".replace(".", sign), sign=sign) == value


@pytest.mark.parametrize("damaged", ["1,78307E+09", "1.78307e+09", "123456.0", "12E+4"])
def test_an_id_that_became_a_number_is_refused(damaged: str) -> None:
    with pytest.raises(Damaged, match="into a number"):
        cells.student_id(damaged)


@pytest.mark.parametrize("sound", ["00123456", "+4791234567", "1E5", "S-12.5a", "ada"])
def test_an_id_is_left_as_it_is(sound: str) -> None:
    assert cells.student_id(sound) == sound


@pytest.mark.parametrize("lost", ["Zo?", "M\ufffdller", "??"])
def test_a_name_that_lost_letters_is_refused(lost: str) -> None:
    with pytest.raises(Damaged, match="letters of this name were lost"):
        cells.name(lost)


def test_a_lone_dash_is_no_name() -> None:
    assert (cells.name("-"), cells.name("–"), cells.name("A-B")) == ("", "", "A-B")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-06-20", 20),
        ("2026-06-20 09:05:00", 20),
        ("2026-06-20T23:30:00Z", 21),
        ("2026-06-20 23:30:00 +02:00", 20),
        ("20.06.2026", 20),
        ("20.6.2026 23:59", 20),
        ("20/06/2026, 10:12:01", 20),
        ("20. Jun 2026, 10:12", 20),
        ("20 juin 2026", 20),
        ("20-Jun-2026", 20),
    ],
)
def test_dates_are_days_where_the_organisation_is(text: str, day: int) -> None:
    found = cells.local_date(text, zone="Europe/Vienna", home="Europe/Vienna")
    assert found == dt.date(2026, 6, day)


def test_a_clock_elsewhere_may_show_another_day() -> None:
    found = cells.local_date("2026-06-20 22:00:00", zone="America/New_York", home="Europe/Vienna")
    assert found == dt.date(2026, 6, 21)


@pytest.mark.parametrize(
    "text", ["soon", "2026-13-01", "31.02.2026", "20. Foo 2026", "2026-06-20 25:00:00", ""]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Damaged, match="not a date"):
        cells.local_date(text, zone="UTC", home="UTC")


@pytest.mark.parametrize(
    ("text", "home"),
    [("9999-12-31T23:59:59Z", "Asia/Tokyo"), ("0001-01-01T00:00:00Z", "America/New_York")],
)
def test_a_day_beyond_the_calendar_is_no_date(text: str, home: str) -> None:
    with pytest.raises(Damaged, match="not a date"):
        cells.local_date(text, zone="UTC", home=home)


def test_day_and_month_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(Damaged, match="cannot be told apart"):
        cells.local_date("05/06/2026", zone="UTC", home="UTC")
    assert cells.local_date("05/05/2026", zone="UTC", home="UTC") == dt.date(2026, 5, 5)
