"""DID documents composed for our keys and read from anybody, and where did:web points."""

import copy
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.algorithms import MalformedKey, UnsupportedAlgorithm, VaultError
from keys.documents import (
    compose_did_document,
    compose_jwks,
    did_key_document,
    did_of,
    did_web_url,
    parse_did_document,
)
from keys.lifecycle import KeyPurpose, KeyRecord, KeyState
from keys.public import PublicKey

DID = "did:web:uni.example"
ED = PublicKey.from_multibase("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")
EC = PublicKey.from_multibase("zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP")
P256_JWK = EC.jwk()


def record(kid: str, key: PublicKey, state: KeyState, moment: dt.datetime) -> KeyRecord:
    made = KeyRecord(kid, key, KeyPurpose.AWARD, KeyState.PLANNED, created=moment)
    steps = {
        KeyState.PLANNED: lambda: made,
        KeyState.ACTIVE: lambda: made.activate(moment),
        KeyState.RETIRED: lambda: made.activate(moment).retire(moment),
        KeyState.COMPROMISED: lambda: made.activate(moment).compromise(since=moment, at=moment),
    }
    return steps[state]()


@pytest.fixture
def records(moment: dt.datetime) -> list[KeyRecord]:
    return [
        record("planned", EC, KeyState.PLANNED, moment),
        record("active", ED, KeyState.ACTIVE, moment),
        record("retired", EC, KeyState.RETIRED, moment),
        record("stolen", ED, KeyState.COMPROMISED, moment),
        # It was given up before it signed anything: nobody is told of it.
        record("unused", EC, KeyState.PLANNED, moment).retire(moment),
    ]


# --- Composed -------------------------------------------------------------------------------


def test_the_document_lists_every_key_that_ever_signed(records: list[KeyRecord]) -> None:
    document = compose_did_document(DID, records)
    assert document["id"] == DID
    assert document["assertionMethod"] == [f"{DID}#active", f"{DID}#retired", f"{DID}#stolen"]
    assert document["verificationMethod"][0] == {
        "id": f"{DID}#active",
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": ED.multibase(),
    }


def test_a_retired_key_stays_as_it_was_and_a_stolen_one_is_revoked(
    records: list[KeyRecord],
) -> None:
    _, retired, stolen = compose_did_document(DID, records)["verificationMethod"]
    assert not {"expires", "revoked"} & set(retired)
    assert stolen["revoked"] == "2026-06-12T09:30:00Z"
    assert "expires" not in stolen


def test_the_moment_of_a_theft_is_written_in_utc(moment: dt.datetime) -> None:
    local = moment.astimezone(dt.timezone(dt.timedelta(hours=2)))
    stolen = record("k", ED, KeyState.ACTIVE, moment).compromise(since=local, at=local)
    [method] = compose_did_document(DID, [stolen])["verificationMethod"]
    assert method["revoked"] == "2026-06-12T09:30:00Z"


def test_what_is_composed_is_read_back(records: list[KeyRecord], moment: dt.datetime) -> None:
    parsed = parse_did_document(compose_did_document(DID, records), did=DID)
    assert [m.id for m in parsed.methods] == [f"{DID}#active", f"{DID}#retired", f"{DID}#stolen"]
    stolen = parsed.method(f"{DID}#stolen")
    assert stolen is not None
    assert stolen.revoked == moment
    assert stolen.public_key == ED
    assert stolen.relationships == {"assertionMethod"}
    assert parsed.method(f"{DID}#planned") is None


def test_the_key_set_holds_keys_that_may_be_trusted(records: list[KeyRecord]) -> None:
    keys = compose_jwks(DID, records)["keys"]
    assert [k["kid"] for k in keys] == [f"{DID}#active", f"{DID}#retired"]
    assert [(k["alg"], k["use"]) for k in keys] == [("EdDSA", "sig"), ("ES256", "sig")]
    assert not any("d" in k for k in keys)
    assert PublicKey.from_jwk(keys[1]) == EC


# --- did:key --------------------------------------------------------------------------------


def test_a_did_key_is_its_own_document() -> None:
    document = did_key_document(ED.did_key())
    [method] = document.methods
    assert method.id == f"{ED.did_key()}#{ED.multibase()}"
    assert method.public_key == ED
    assert method.relationships == {"assertionMethod", "authentication"}


def test_what_is_no_did_key_has_no_document() -> None:
    with pytest.raises(MalformedKey):
        did_key_document("did:web:uni.example")
    with pytest.raises(UnsupportedAlgorithm):
        did_key_document("did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc")


@pytest.mark.parametrize("tail", ["", "#key", "/path", "?query", "/path?query#key", "#a#b"])
def test_the_did_of_a_did_url(tail: str) -> None:
    assert did_of(DID + tail) == DID


# --- Read -----------------------------------------------------------------------------------


def method(**changes: Any) -> dict[str, Any]:
    return {
        "id": f"{DID}#k",
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": ED.multibase(),
    } | changes


def document(*methods: Any, **changes: Any) -> dict[str, Any]:
    ids = [m.get("id") for m in methods if isinstance(m, dict)]
    return {"id": DID, "verificationMethod": list(methods), "assertionMethod": ids} | changes


@pytest.mark.parametrize(
    "one",
    [
        method(),
        method(id="#k"),
        method(type="Ed25519VerificationKey2020"),
        method(type="JsonWebKey", publicKeyJwk=ED.jwk()),
        method(type="JsonWebKey2020", publicKeyJwk=ED.jwk()),
    ],
    ids=["multikey", "relative", "2020", "jwk", "jwk2020"],
)
def test_the_forms_of_a_method_that_are_understood(one: dict[str, Any]) -> None:
    [found] = parse_did_document(document(one), did=DID).methods
    assert found.id == f"{DID}#k"
    assert found.public_key == ED
    assert found.relationships == {"assertionMethod"}


ODD: list[Any] = [None, 7, True, "x", "", [], {}, ["x"], {"a": 1}]


@pytest.mark.parametrize(
    "one",
    [
        *(method(id=value) for value in ODD),
        *(method(type=value) for value in ODD),
        *(method(publicKeyMultibase=value) for value in ODD),
        *(method(type="JsonWebKey", publicKeyJwk=value) for value in ODD),
        *(method(controller=value) for value in ODD),
        method(id="did:web:evil.example#k"),
        method(id=f"{DID}.evil.example#k"),
        method(controller="did:web:evil.example"),
        method(type="Ed25519VerificationKey2020", publicKeyMultibase=EC.multibase()),
        method(type="EcdsaSecp256k1VerificationKey2019"),
        method(type="JsonWebKey", publicKeyJwk=ED.jwk() | {"d": "AA"}),
        method(type="JsonWebKey", publicKeyJwk=ED.jwk() | {"kty": ["OKP"]}),
        method(expires="soon"),
        method(expires="2026-06-12"),
        method(expires="2026-06-12T09:30:00"),
        method(revoked=7),
        method(revoked=[]),
    ],
    ids=str,
)
def test_a_method_that_cannot_be_understood_is_left_out(one: dict[str, Any]) -> None:
    good = method(id=f"{DID}#good")
    found = parse_did_document(document(one, good), did=DID).methods
    assert [m.id for m in found] == [f"{DID}#good"]


def test_moments_of_a_method_are_read() -> None:
    one = method(expires="2030-01-01T00:00:00Z", revoked="2026-06-12T11:30:00+02:00")
    [found] = parse_did_document(document(one), did=DID).methods
    assert found.expires == dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    assert found.revoked == dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)


def test_a_method_says_for_what_it_may_be_used() -> None:
    embedded = method(id="#e")
    one = document(method(), assertionMethod=["#k", 7, None], authentication=[embedded, f"{DID}#k"])
    listed, inside = parse_did_document(one, did=DID).methods
    assert listed.relationships == {"assertionMethod", "authentication"}
    assert inside.id == f"{DID}#e"
    assert inside.relationships == {"authentication"}


def test_a_method_that_no_relationship_names_is_for_nothing() -> None:
    [found] = parse_did_document(document(method(), assertionMethod=[]), did=DID).methods
    assert found.relationships == frozenset()


@pytest.mark.parametrize(
    "other",
    [
        document(method(), method()),
        document(method(), method(id="#k")),
        document(method(), authentication=[method(publicKeyMultibase=EC.multibase())]),
    ],
    ids=["twice", "relative", "embedded"],
)
def test_two_methods_with_one_id_make_a_document_unusable(other: dict[str, Any]) -> None:
    with pytest.raises(MalformedKey, match="have one id"):
        parse_did_document(other, did=DID)


@pytest.mark.parametrize("value", [None, [], "x", 7, {}, {"id": "did:web:evil.example"}])
def test_a_document_about_somebody_else_is_refused(value: object) -> None:
    with pytest.raises(MalformedKey, match="is not about"):
        parse_did_document(value, did=DID)


@pytest.mark.parametrize("name", ["verificationMethod", "assertionMethod", "authentication"])
@pytest.mark.parametrize("value", [None, "x", {}, 7, ["#k"] * 1_001])
def test_a_list_that_is_none_or_has_no_end_is_refused(name: str, value: object) -> None:
    with pytest.raises(MalformedKey, match="lists of at most 1 000"):
        parse_did_document(document(method()) | {name: value}, did=DID)


def test_a_document_without_methods_is_empty() -> None:
    assert parse_did_document({"id": DID}, did=DID).methods == ()
    assert parse_did_document({"id": DID, "verificationMethod": [7, "x"]}, did=DID).methods == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    place=st.sampled_from(["id", "type", "controller", "publicKeyMultibase", "expires"]),
    value=JSON,
    listed=JSON,
)
def test_no_document_makes_the_reader_stumble(place: str, value: object, listed: object) -> None:
    hostile = copy.deepcopy(document(method(**{place: value}), authentication=listed))
    try:
        parse_did_document(hostile, did=DID)
    except VaultError as fault:
        assert fault.code == "keys.malformed"  # noqa: PT017 # Either outcome is right, no other is.


# --- did:web --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:uni.example", "https://uni.example/.well-known/did.json"),
        ("did:web:uni.example:a:b-1", "https://uni.example/a/b-1/did.json"),
        ("did:web:uni.example%3A8443", "https://uni.example:8443/.well-known/did.json"),
        ("did:web:uni.example%3A8443:x", "https://uni.example:8443/x/did.json"),
        ("did:web:xn--ni-xka.example", "https://xn--ni-xka.example/.well-known/did.json"),
        ("did:web:localhost", "https://localhost/.well-known/did.json"),
        ("did:web:localhost%3A8000", "https://localhost:8000/.well-known/did.json"),
        ("did:web:uni.example:~a", "https://uni.example/~a/did.json"),
    ],
)
def test_where_a_did_web_points(did: str, url: str) -> None:
    assert did_web_url(did) == url


def test_http_is_for_localhost_where_it_is_allowed_alone() -> None:
    allowed = frozenset({"localhost:8000", "uni.example"})
    assert did_web_url("did:web:localhost%3A8000", http_hosts=allowed).startswith("http://local")
    for did in ("did:web:localhost%3A8001", "did:web:localhost", "did:web:uni.example"):
        assert did_web_url(did, http_hosts=allowed).startswith("https://")


@pytest.mark.parametrize(
    "did",
    [
        "", "did:web:", "did:key:z6Mk", "web:uni.example", "xdid:web:uni.example",
        "did:web:Uni.example", "did:web:uni.example.",
        "did:web:.uni.example", "did:web:uni..example", "did:web:-uni.example",
        "did:web:uni-.example", "did:web:uni_x.example", "did:web:üni.example",
        "did:web:" + "a" * 64 + ".example", "did:web:" + "a." * 127 + "example",
        "did:web:127.0.0.1", "did:web:127.1", "did:web:2130706433", "did:web:0x7f.1",
        "did:web:0x7f000001", "did:web:uni.0x1", "did:web:169.254.169.254", "did:web:1",
        "did:web:[::1]", "did:web:%5B::1%5D", "did:web:uni.example:8443:x%2f",
        "did:web:uni.example%3A", "did:web:uni.example%3A0", "did:web:uni.example%3A65536",
        "did:web:uni.example%3A08443", "did:web:uni.example%3A999999", "did:web:uni.example%3a80",
        "did:web:uni.example%3A80%3A81", "did:web:uni.example%2Fevil", "did:web:uni.example/evil",
        "did:web:uni.example@evil.example", "did:web:uni.example%40evil.example",
        "did:web:uni.example#k", "did:web:uni.example?x", "did:web:uni.example\n",
        "did:web:uni.example:..", "did:web:uni.example:.", "did:web:uni.example:a:..:b",
        "did:web:uni.example:", "did:web:uni.example::a", "did:web:uni.example:%2e%2e",
        "did:web:uni.example:a/b", "did:web:uni.example:a b", "did:web:uni.example:a?b",
    ],
)  # fmt: skip
def test_a_did_web_that_could_point_elsewhere_is_refused(did: str) -> None:
    with pytest.raises(MalformedKey, match=r"did:web|does not name a host|not plain"):
        did_web_url(did)
