import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from issuer.services.present import words

VIENNA = ZoneInfo("Europe/Vienna")


def test_a_day_is_written_as_people_write_it() -> None:
    assert words.day(dt.date(2026, 6, 12)) == "12 June 2026"
    assert words.when_day(dt.date(2026, 1, 2)).iso == "2026-01-02"
    late = dt.datetime(2026, 6, 12, 23, 30, tzinfo=VIENNA)
    assert words.when_day(late).iso == "2026-06-12"


def test_a_moment_is_told_on_the_organisations_clocks() -> None:
    at = dt.datetime(2026, 6, 12, 22, 30, 7, tzinfo=dt.UTC)
    told = words.when(at, VIENNA)
    assert (told.iso, told.text) == ("2026-06-13T00:30:07+02:00", "13 June 2026 at 00:30:07")
    assert words.clock(at, VIENNA) == "13 June 2026, 00:30:07"
    assert words.local_day(at, VIENNA).text == "13 June 2026"


def test_the_last_day_of_the_calendar_is_told_too() -> None:
    end = dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.UTC)
    assert words.local_day(end, VIENNA).text == "31 December 9999"


@pytest.mark.parametrize(
    ("key", "name"),
    [("Europe/Vienna", "Vienna time"), ("America/New_York", "New York time"), ("UTC", "UTC")],
)
def test_a_zone_is_named_by_its_city(key: str, name: str) -> None:
    assert words.zone_name(ZoneInfo(key)) == name


@pytest.mark.parametrize(("number", "word"), [(0, "no"), (1, "one"), (12, "twelve"), (13, "13")])
def test_small_numbers_are_words(number: int, word: str) -> None:
    assert words.count(number) == word


@pytest.mark.parametrize("stated", [None, "", "many", "NaN", "Infinity", "-3", "0"])
def test_what_is_no_number_is_not_stated(stated: str | None) -> None:
    assert words.decimal(stated) is None


@pytest.mark.parametrize(("value", "text"), [("2.50", "2.5"), ("100", "100"), ("1E+2", "100")])
def test_a_number_has_no_exponent_and_no_idle_zeros(value: str, text: str) -> None:
    assert words.plain(Decimal(value)) == text


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        ("1", "one working day"),
        ("16", "two working days"),
        ("40", "one working week"),
        ("60", "one and a half working weeks"),
        ("135", "three and a half working weeks"),
        ("1600", "40 working weeks"),
    ],
)
def test_hours_are_pictured_as_days_and_weeks(hours: str, text: str) -> None:
    assert words.duration(Decimal(hours)) == text


def test_languages_have_names() -> None:
    assert words.language("de-AT") == "German"
    assert words.language("tlh") == "tlh"


@pytest.mark.parametrize(
    ("stated", "tag"),
    [("de", "de"), ("zh-Hant-TW", "zh-Hant-TW"), (None, ""), ('en" onclick="x', ""), ("e", "")],
)
def test_only_a_language_tag_may_become_an_attribute(stated: str | None, tag: str) -> None:
    assert words.language_tag(stated) == tag


def test_places_are_not_said_twice() -> None:
    assert words.place(locality="Vienna", region="Vienna", stated="AT") == "Vienna, Austria"
    assert words.country("Atlantis") == "Atlantis"
    assert words.country(None) == ""


def test_lists_read_as_sentences() -> None:
    assert words.listed(()) == ""
    assert words.listed(("a",)) == "a"
    assert words.listed(("a", "b", "c")) == "a, b and c"
    assert words.opened("") == ""
    assert words.opened("überall") == "Überall"
