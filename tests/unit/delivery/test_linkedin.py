"""Each mistake that peers make with LinkedIn has a test here."""

import datetime as dt
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.delivery.linkedin import (
    ProfileEntry,
    add_to_profile_url,
    cut,
    preview,
    share_url,
)
from issuer.errors import FieldsInvalid

VIENNA = ZoneInfo("Europe/Vienna")
ENTRY = ProfileEntry(
    title="Data Stewardship in Practice",
    organisation_name="Example University of Applied Sciences",
    organisation_id=None,
    issued=dt.date(2026, 5, 31),
    expires=None,
    time_zone=VIENNA,
    url="https://credentials.uni.example/c/EUAS-7Q4M-2KXD-9RVT-5HZC",
    award_id="EUAS-7Q4M-2KXD-9RVT-5HZC",
)


def _values(entry: ProfileEntry) -> dict[str, str]:
    parts = urlsplit(add_to_profile_url(entry))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "www.linkedin.com", "/profile/add")
    return {k: v[0] for k, v in parse_qs(parts.query, strict_parsing=True).items()}


def test_the_form_gets_every_field_once() -> None:
    assert _values(ENTRY) == {
        "startTask": "CERTIFICATION_NAME",
        "name": "Data Stewardship in Practice",
        "organizationName": "Example University of Applied Sciences",
        "issueYear": "2026",
        "issueMonth": "5",
        "certUrl": "https://credentials.uni.example/c/EUAS-7Q4M-2KXD-9RVT-5HZC",
        "certId": "EUAS-7Q4M-2KXD-9RVT-5HZC",
    }


@pytest.mark.parametrize("month", range(1, 13))
def test_mistake_months_counted_from_zero(month: int) -> None:
    entry = replace(ENTRY, issued=dt.date(2026, month, 1), expires=dt.date(2029, month, 1))
    values = _values(entry)
    assert (values["issueMonth"], values["expirationMonth"]) == (str(month), str(month))


@pytest.mark.parametrize(
    ("zone", "year", "month"),
    [("Europe/Vienna", "2027", "1"), ("UTC", "2026", "12"), ("Pacific/Auckland", "2027", "1")],
)
def test_mistake_the_servers_time_zone(zone: str, year: str, month: str) -> None:
    late = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
    values = _values(replace(ENTRY, issued=late, expires=late, time_zone=ZoneInfo(zone)))
    assert (values["issueYear"], values["issueMonth"]) == (year, month)
    assert (values["expirationYear"], values["expirationMonth"]) == (year, month)


def test_a_date_is_the_issuers_own_in_every_zone() -> None:
    entry = replace(ENTRY, issued=dt.date(2026, 12, 31), time_zone=ZoneInfo("Pacific/Auckland"))
    assert _values(entry)["issueMonth"] == "12"


def test_mistake_a_moment_without_a_zone() -> None:
    with pytest.raises(FieldsInvalid, match="without a zone"):
        add_to_profile_url(replace(ENTRY, issued=dt.datetime(2026, 5, 31)))  # noqa: DTZ001 # Meant.


@pytest.mark.parametrize("title", ["R&D: C# basics", "100 % + more = ?", "Ελληνικά / 数据", "a;b"])
def test_mistake_no_percent_encoding(title: str) -> None:
    assert _values(replace(ENTRY, title=title))["name"] == title
    url = add_to_profile_url(replace(ENTRY, title=title))
    assert not set(" +#;'\"<>") & set(url)
    assert url.isascii()


def test_mistake_no_expiry_or_an_empty_one() -> None:
    values = _values(replace(ENTRY, expires=dt.date(2029, 5, 31)))
    assert (values["expirationYear"], values["expirationMonth"]) == ("2029", "5")
    assert "expiration" not in add_to_profile_url(ENTRY)


def test_mistake_one_organisation_for_everybody_or_both_fields() -> None:
    with_page = _values(replace(ENTRY, organisation_id=12345))
    assert with_page["organizationId"] == "12345"
    assert "organizationName" not in with_page
    other = _values(replace(ENTRY, organisation_id=777))
    assert other["organizationId"] == "777"
    assert "organizationId" not in _values(ENTRY)


@pytest.mark.parametrize(
    "number",
    ["urn:uuid:8a6f1a52-6c8b-4f3c-9f7a-2f4f0f3c9d11", "https://uni.example/c/1", "", "A" * 37],
)
def test_mistake_a_number_that_is_a_urn(number: str) -> None:
    with pytest.raises(FieldsInvalid, match="short credential number"):
        add_to_profile_url(replace(ENTRY, award_id=number))


def test_mistake_a_fragment_in_the_link() -> None:
    assert _values(replace(ENTRY, url=ENTRY.url + "#verdict"))["certUrl"] == ENTRY.url
    assert parse_qs(urlsplit(share_url(ENTRY.url + "#x")).query) == {"url": [ENTRY.url]}


@pytest.mark.parametrize(
    "url", ["/c/EUAS", "credentials.uni.example/c/1", "javascript:x", "https://"]
)
def test_mistake_a_link_that_is_not_absolute(url: str) -> None:
    with pytest.raises(FieldsInvalid, match="not absolute"):
        share_url(url)
    with pytest.raises(FieldsInvalid, match="not absolute"):
        add_to_profile_url(replace(ENTRY, url=url))


def test_sharing_sends_the_link_and_nothing_else() -> None:
    url = "https://uni.example/c/1?a=b&c=d"
    assert share_url(url) == (
        "https://www.linkedin.com/sharing/share-offsite/"
        "?url=https%3A%2F%2Funi.example%2Fc%2F1%3Fa%3Db%26c%3Dd"
    )


def test_mistake_no_preview_of_its_own() -> None:
    shown = preview(
        title="Data Stewardship in Practice – Alex Example",
        description="135 hours, 5 ECTS, EQF 6. Example University of Applied Sciences.",
        url=ENTRY.url + "#top",
        image=ENTRY.url + "/card.png",
        site_name="Example University of Applied Sciences",
    )
    assert dict(shown.tags()) == {
        "og:type": "website",
        "og:title": "Data Stewardship in Practice – Alex Example",
        "og:description": "135 hours, 5 ECTS, EQF 6. Example University of Applied Sciences.",
        "og:url": ENTRY.url,
        "og:site_name": "Example University of Applied Sciences",
        "og:image": ENTRY.url + "/card.png",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "627",
    }


def test_mistake_a_picture_by_relative_link() -> None:
    with pytest.raises(FieldsInvalid, match="not absolute"):
        preview(title="a", description="b", url=ENTRY.url, image="/card.png", site_name="c")


def test_mistake_texts_that_linkedin_cuts_anywhere() -> None:
    shown = preview(
        title="Responsible Stewardship, Curation and Long-Term Preservation of Sensitive Data",
        description="word " * 40,
        url=ENTRY.url,
        image=ENTRY.url,
        site_name="s",
    )
    assert shown.title == "Responsible Stewardship, Curation and Long-Term Preservation of…"
    assert shown.description == " ".join(["word"] * 20) + "…"
    assert len(_values(replace(ENTRY, title="long " * 60))["name"]) <= 100


def test_a_word_without_end_is_cut_but_no_accent_torn_off() -> None:
    assert cut("数" * 80, 70) == "数" * 69 + "…"
    assert cut("x" * 8 + "e\u0301" + "y" * 8, 10) == "x" * 8 + "…"
    assert cut(" a \n b ", 5) == "a b"


@given(st.text(), st.integers(3, 120))
def test_a_cut_text_is_never_longer(text: str, most: int) -> None:
    short = cut(text, most)
    assert len(short) <= most
    assert "\n" not in short
    assert cut(short, most) == short
