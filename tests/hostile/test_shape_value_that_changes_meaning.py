"""A value that, in its place, is no longer only a value: an address that means something else."""

from typing import Any

import pytest

from issuer.proofs import jcs
from issuer.verify import Verdict
from tests.town.alike import Alike

_ADDRESSES = [
    "_:b0",
    "_:c14n0",
    "name",
    "ob:thing",
    "xsd:string",
    "@id",
    "@type",
    "",
    "https://uni.example/\u00e9",
    "https://uni.example/a b",
    "https://uni.example/> <https://x.example/p> <https://x.example/o",
    "HTTPS://uni.example/",
    # Addresses that the badge uses for something else.
    "did:web:uni.example",
    "https://uni.example/achievements/ethics/v/1",
    "https://uni.example/c/7",
]
_PLACES: list[tuple[str | int, ...]] = [
    ("id",),
    ("evidence", 0, "id"),
    ("credentialStatus", "id"),
    ("credentialStatus", "statusListCredential"),
    ("credentialSubject", "id"),
]


@pytest.mark.parametrize("place", _PLACES, ids=str)
@pytest.mark.parametrize("address", _ADDRESSES)
def test_an_address_changed_afterwards(
    alike: Alike, place: tuple[str | int, ...], address: str
) -> None:
    if alike.badge().get("id") == address and place == ("id",):
        return
    assert alike.judged(alike.changed(place, address)).verdict is not Verdict.PASSED


@pytest.mark.parametrize(
    "value",
    [7, 7.5, True, None, [], {}, ["Alex 7"], {"@value": "Alex 7"}, {"@value": "x", "@type": "@id"}],
)
def test_another_kind_of_value(alike: Alike, value: Any) -> None:
    place = ("credentialSubject", "identifier", 0, "identityHash")
    alike.judged(alike.changed(place, value))


def test_a_context_that_gives_an_address_another_meaning(alike: Alike) -> None:
    badge = alike.badge(id="urn:uuid:5e0f7c1e-8c0b-4b3a-9d5e-1d3f1f0c0001")
    data = alike.university.seal(badge)
    assert alike.judged(data).verdict is Verdict.PASSED
    strange = [*badge["@context"], {"urn": "https://evil.example/"}]
    assert not alike.is_known({**badge, "@context": strange})
    document = {**jcs.decode(data), "@context": strange}
    assert alike.judged(jcs.encode_document(document)).verdict is Verdict.FAILED
