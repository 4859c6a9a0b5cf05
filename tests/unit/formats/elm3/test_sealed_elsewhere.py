"""What a sealing service may write into a document, and what it may not."""

import json
from typing import Any

import pytest

from issuer.formats import elm3
from tests.town.european import WHOLE

LATER = "2026-06-14T10:00:00+02:00"
COUNTRY = {
    "id": "http://publications.europa.eu/resource/authority/country/ESP",
    "type": "Concept",
    "inScheme": {
        "id": "http://publications.europa.eu/resource/authority/country",
        "type": "ConceptScheme",
    },
    "prefLabel": {"en": "Spain"},
}
CERTIFICATE = {
    "id": "urn:certificateLocation:1",
    "type": "Location",
    "address": {"id": "urn:certificateAddress:1", "type": "Address", "countryCode": COUNTRY},
}


def whole() -> dict[str, Any]:
    """A copy in which no two members are one object."""
    copied: dict[str, Any] = json.loads(json.dumps(WHOLE))
    return copied


def changed(**issuer: Any) -> dict[str, Any]:
    """The document as it comes back with another issuer."""
    document = whole()
    document["issuer"] |= issuer
    return document


def verdicts(theirs: dict[str, Any]) -> dict[str, tuple[bool, bool]]:
    found = elm3.differences(WHOLE, theirs)
    return {one.path: (one.allowed, one.identity) for one in found}


def test_the_same_in_another_order_is_the_same() -> None:
    assert elm3.differences(WHOLE, dict(reversed(WHOLE.items()))) == ()


def test_the_moments_of_the_seal() -> None:
    theirs = WHOLE | {"issued": LATER, "issuanceDate": LATER}
    assert verdicts(theirs) == {"issued": (True, False), "issuanceDate": (True, False)}
    first = next(d for d in elm3.differences(WHOLE, theirs) if d.path == "issued")
    assert (first.ours, first.theirs) == (WHOLE["issued"], LATER)


@pytest.mark.parametrize("moment", ["1990-01-01T00:00:00Z", "yesterday", 1, None])
def test_a_moment_before_it_was_written_down_or_none_at_all(moment: Any) -> None:
    assert verdicts(WHOLE | {"issued": moment}) == {"issued": (False, False)}


def test_what_the_certificate_says_of_the_issuer() -> None:
    theirs = changed(
        legalName={"en": "University of the Certificate"},
        altLabel={"en": "Its common name"},
        eIDASIdentifier=WHOLE["issuer"]["eIDASIdentifier"] | {"notation": "VATES-A1"},
    )
    found = verdicts(theirs)
    assert all(allowed for allowed, _ in found.values())
    assert {path for path, (_, who) in found.items() if who} == {
        path for path in found if not path.startswith("issuer.altLabel")
    }
    assert "issuer.eIDASIdentifier.notation" in found


def test_its_country_in_place_or_in_a_location_of_its_own() -> None:
    theirs = whole()
    theirs["issuer"]["location"]["address"]["countryCode"] = COUNTRY
    assert set(verdicts(theirs).values()) == {(True, False)}
    ours = WHOLE["issuer"]["location"]
    added = changed(location=[ours, CERTIFICATE])
    assert verdicts(added) == {"issuer.location.+": (True, False)}
    assert elm3.differences(WHOLE, added)[0].theirs == CERTIFICATE
    # Of two that were there before, both stay.
    two = changed(location=[ours, ours])
    more = changed(location=[ours, ours, CERTIFICATE])
    assert [d.path for d in elm3.differences(two, more)] == ["issuer.location.+"]


@pytest.mark.parametrize(
    "location",
    [
        [CERTIFICATE],
        [CERTIFICATE, WHOLE["issuer"]["location"]],
        [WHOLE["issuer"]["location"], "somewhere"],
        [WHOLE["issuer"]["location"], CERTIFICATE | {"description": {"en": "A branch"}}],
        [WHOLE["issuer"]["location"], CERTIFICATE | {"address": "nowhere"}],
        [
            WHOLE["issuer"]["location"],
            CERTIFICATE | {"address": CERTIFICATE["address"] | {"fullAddress": "A street"}},  # type: ignore[operator] # A container of JSON is changed in place here.
        ],
        "nowhere",
    ],
)
def test_no_other_location(location: Any) -> None:
    found = verdicts(changed(location=location))
    assert found
    assert not any(allowed for allowed, _ in found.values())


@pytest.mark.parametrize("member", ["legalName", "altLabel", "eIDASIdentifier"])
def test_what_it_writes_it_does_not_take_away(member: str) -> None:
    theirs = whole()
    del theirs["issuer"][member]
    assert verdicts(theirs)[f"issuer.{member}"][0] is False
    label = whole()
    del label["issuer"]["eIDASIdentifier"]["spatial"]["prefLabel"]["en"]
    assert verdicts(label) == {"issuer.eIDASIdentifier.spatial.prefLabel.en": (True, True)}


@pytest.mark.parametrize(
    ("ours", "theirs", "path"),
    [
        ({"a": 1}, {"a": True}, "a"),
        ({"a": 1}, {"a": 1.0}, "a"),
        ({"a": 1}, {"a": 1, "b": None}, "b"),
        ({"a": {"b": [1, {"c": "x"}]}}, {"a": {"b": [1, {"c": "y"}]}}, "a.b.1.c"),
        ({"a": [1]}, {"a": [1, 2]}, "a"),
        ({"a": [1]}, {"a": 1}, "a"),
        ({"legalName": "x"}, {"legalName": "y"}, "legalName"),
        ({"issuer": {"legalNames": 1}}, {"issuer": {"legalNames": 2}}, "issuer.legalNames"),
    ],
)
def test_anything_else_is_a_change(ours: Any, theirs: Any, path: str) -> None:
    found = elm3.differences(ours, theirs)
    assert [(one.path, one.allowed) for one in found] == [(path, False)]


def test_the_upload_form() -> None:
    form = elm3.upload_form(WHOLE, email="alex@learner.example")
    assert list(form) == ["credential", "deliveryDetails"]
    assert form["deliveryDetails"] == {"deliveryAddress": ["alex@learner.example"]}
    left = set(WHOLE) - set(form["credential"])
    assert left == {"@context", "issuer", "issued", "issuanceDate"}
    assert form["credential"]["credentialSubject"] == WHOLE["credentialSubject"]


def test_nobody_is_mailed_whose_address_is_not_known() -> None:
    assert elm3.upload_form(WHOLE, email=None)["deliveryDetails"] == {"deliveryAddress": []}


SMUGGLED = {"type": "LearningAchievement", "title": {"en": "Doctor of everything"}}


@pytest.mark.parametrize(
    "issuer",
    [
        {"eIDASIdentifier": WHOLE["issuer"]["eIDASIdentifier"] | {"hasClaim": SMUGGLED}},
        {"eIDASIdentifier": WHOLE["issuer"]["eIDASIdentifier"] | {"notation": SMUGGLED}},
        {"eIDASIdentifier": WHOLE["issuer"]["eIDASIdentifier"] | {"notation": {}}},
        {"eIDASIdentifier": WHOLE["issuer"]["eIDASIdentifier"] | {"type": "Person"}},
        {"legalName": {"en": SMUGGLED}},
        {"legalName": {"en": ["A", "B"]}},
        {"legalName": {"https://data.example/title": "x"}},
        {"altLabel": SMUGGLED},
        {"location": [WHOLE["issuer"]["location"], CERTIFICATE | {"type": "Person"}]},
        {"location": [WHOLE["issuer"]["location"], CERTIFICATE | {"id": SMUGGLED}]},
    ],
)
def test_nothing_is_carried_in_below_an_allowed_name(issuer: dict[str, Any]) -> None:
    found = verdicts(changed(**issuer))
    assert any(not allowed for allowed, _ in found.values())


def test_nothing_is_carried_in_below_a_country() -> None:
    theirs = whole()
    theirs["issuer"]["location"]["address"]["countryCode"] |= {"hasClaim": SMUGGLED}
    assert verdicts(theirs) == {"issuer.location.address.countryCode.hasClaim": (False, False)}
