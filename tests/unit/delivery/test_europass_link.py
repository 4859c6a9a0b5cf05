"""A share link of Europass has one form; whatever else is pasted is refused and not repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.delivery import europass_link
from issuer.errors import FieldsInvalid

HASH = "aB3dE5gH7jK9mN1p"
VIEWER = "https://europa.eu/europass/digital-credentials/viewer"
LINK = f"{VIEWER}/#/shareview/{HASH}"


@pytest.mark.parametrize(
    "viewer",
    [
        VIEWER,
        "https://europass.europa.eu/digital-credentials/viewer",
        "https://europass.europa.eu/viewer",
        "https://webgate.acceptance.europass.europa.eu/europass/edci-viewer/viewer",
    ],
)
def test_viewers_of_europass_are_taken_with_and_without_a_slash(viewer: str) -> None:
    for slash in ("", "/"):
        assert europass_link.read(f"{viewer}{slash}#/shareview/{HASH}") == (
            f"{viewer}/#/shareview/{HASH}"
        )


@pytest.mark.parametrize("around", [" {} ", "{}\n", "\t{}\r\n", "\u00a0{}"])
def test_space_around_it_does_not_count(around: str) -> None:
    assert europass_link.read(around.format(LINK)) == LINK


def test_a_fault_names_place_and_cure_and_repeats_nothing() -> None:
    with pytest.raises(FieldsInvalid) as caught:
        europass_link.read("https://uni.example/l/EUAS-1.secret")
    assert "secret" not in caught.value.message
    assert "16 letters and digits" in caught.value.message
    assert caught.value.details["fields"] == [
        {
            "place": "link",
            "fault": "is not a share link of Europass",
            "cure": europass_link._CURE,
        }
    ]


@given(st.text(max_size=400))
def test_nothing_else_is_one(text: str) -> None:
    with pytest.raises(FieldsInvalid):
        europass_link.read(text)


@given(st.from_regex(r"[A-Za-z0-9]{16}", fullmatch=True))
def test_every_secret_of_sixteen_letters_and_digits_is(secret: str) -> None:
    link = f"{VIEWER}/#/shareview/{secret}"
    assert europass_link.read(link) == link
    assert europass_link.read(europass_link.read(link)) == link


@given(st.integers(0, len(LINK) - 1), st.characters())
def test_one_other_character_makes_it_another_link_or_none(place: int, other: str) -> None:
    bent = LINK[:place] + other + LINK[place + 1 :]
    try:
        read = europass_link.read(bent)
    except FieldsInvalid:
        return
    # What passes is repeated as it is, and stays with Europass.
    assert read == bent.strip()
    assert read.startswith("https://europa.eu/europass/")
