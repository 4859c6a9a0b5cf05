import base64
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc import jws as other_library
from joserfc.jwk import ECKey, OKPKey

from issuer.errors import (
    DocumentTooLarge,
    MalformedDocument,
    ProofInvalid,
    ProofUnsupported,
    TestamurError,
)
from issuer.model.drafts import Draft, Linted, Prepared
from issuer.proofs import jose
from keys.signer import Signer

Document = Mapping[str, Any]
Signers = Mapping[str, Signer]

CREATED = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)
METHOD = "did:web:uni.example#award-1"


def _prepare(document: Document, signer: Signer) -> Prepared:
    return jose.prepare(
        Linted(Draft(document)),
        key=signer.public_key,
        verification_method=METHOD,
        created=CREATED,
    )


def _part(value: object) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


def _token(header: object, payload: object, signer: Signer) -> bytes:
    body = _part(header) + b"." + _part(payload)
    return body + b"." + base64.urlsafe_b64encode(signer.sign(body)).rstrip(b"=")


@pytest.mark.parametrize(("kind", "alg"), [("Ed25519", "EdDSA"), ("P-256", "ES256")])
def test_what_is_sealed_opens(kind: str, alg: str, document: Document, signers: Signers) -> None:
    signer = signers[kind]
    prepared = _prepare(document, signer)
    assert (prepared.suite, prepared.algorithm) == ("jose", kind)
    assert prepared.digest == hashlib.sha256(prepared.to_be_signed).digest()
    sealed = jose.seal(prepared, signer=signer)
    assert (sealed.media_type, sealed.digest) == ("application/vc+jwt", prepared.digest)
    jws = jose.read(sealed.data)
    assert jws.payload == document
    assert jws.header == {
        "alg": alg,
        "cty": "vc",
        "kid": METHOD,
        "typ": "vc+jwt",
    }
    assert (jws.kid, jws.alg, jws.issued_at, jws.expires) == (METHOD, alg, CREATED, None)
    jose.open_jws(jws, key=signer.public_key)


@pytest.mark.parametrize("kind", ["Ed25519", "P-256"])
def test_another_library_reads_it(kind: str, document: Document, signers: Signers) -> None:
    signer = signers[kind]
    token = jose.seal(_prepare(document, signer), signer=signer).data.decode()
    made = OKPKey if kind == "Ed25519" else ECKey
    read = other_library.deserialize_compact(
        token, made.import_key(dict(signer.public_key.jwk())), algorithms=["EdDSA", "ES256"]
    )
    assert json.loads(read.payload) == {**document, "iat": 1781256600}


@pytest.mark.parametrize(
    ("alg", "kind"),
    [
        ("EdDSA", "Ed25519"),
        ("Ed25519", "Ed25519"),
        ("ES256", "P-256"),
        ("ES384", "P-384"),
        ("RS256", "RSA"),
    ],
)
def test_algorithms_that_are_verified(
    alg: str, kind: str, document: Document, signers: Signers
) -> None:
    jws = jose.read(_token({"alg": alg}, document, signers[kind]))
    jose.open_jws(jws, key=signers[kind].public_key)
    for other, signer in signers.items():
        if other != kind:
            with pytest.raises(ProofInvalid):
                jose.open_jws(jws, key=signer.public_key)


@pytest.mark.parametrize("kind", ["P-384", "RSA"])
def test_keys_that_are_not_issued_with(kind: str, document: Document, signers: Signers) -> None:
    with pytest.raises(ProofUnsupported, match=kind):
        _prepare(document, signers[kind])


def test_a_signer_that_is_not_the_announced_one_is_found_out(
    document: Document, signers: Signers
) -> None:
    with pytest.raises(ProofInvalid, match="announced"):
        jose.seal(_prepare(document, signers["Ed25519"]), signer=signers["P-256"])
    with pytest.raises(MalformedDocument, match="proof already"):
        _prepare({**document, "proof": {}}, signers["Ed25519"])


@pytest.mark.parametrize("kind", ["Ed25519", "P-256"])
def test_every_byte_counts(kind: str, document: Document, signers: Signers) -> None:
    token = jose.seal(_prepare(document, signers[kind]), signer=signers[kind]).data
    for place, byte in enumerate(token):
        others = (
            {byte ^ 1} if place % 16 else {byte ^ 0x20, byte ^ 0x80, ord("A"), ord(".")} - {byte}
        )
        for other in others:
            changed = token[:place] + bytes([other]) + token[place + 1 :]
            with pytest.raises(TestamurError):
                jose.open_jws(jose.read(changed), key=signers[kind].public_key)
    for longer in (
        token + b"A",
        token + b"\n",
        token + b"=",
        b" " + token,
        token + b".",
        token[:-1],
    ):
        with pytest.raises(TestamurError):
            jose.open_jws(jose.read(longer), key=signers[kind].public_key)


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"alg": None},
        {"alg": 5},
        {"alg": "EdDSA", "kid": 5},
        {"alg": "EdDSA", "alg2": float("nan")},
        [],
    ],
)
def test_headers_out_of_form(header: object, document: Document, signers: Signers) -> None:
    with pytest.raises(MalformedDocument):
        jose.read(_token(header, document, signers["Ed25519"]))


@pytest.mark.parametrize("typ", ["vc+jwt", "VC+JWT", "application/vc+jwt", "JWT", "vc+ld+jwt"])
def test_types_of_credentials(typ: str, document: Document, signers: Signers) -> None:
    assert jose.read(_token({"alg": "EdDSA", "typ": typ}, document, signers["Ed25519"])).kid is None


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ({"alg": "none"}, ProofInvalid),
        ({"alg": "HS256"}, ProofInvalid),
        ({"alg": "EdDSA", "jwk": {}}, ProofInvalid),
        ({"alg": "EdDSA", "crit": ["b64"]}, ProofInvalid),
        ({"alg": "ES256K"}, ProofUnsupported),
        ({"alg": "EdDSA", "typ": "vp+jwt"}, ProofUnsupported),
    ],
)
def test_headers_that_are_refused(
    header: dict[str, Any], fault: type[TestamurError], document: Document, signers: Signers
) -> None:
    with pytest.raises(fault):
        jose.read(_token(header, document, signers["Ed25519"]))


def test_tokens_that_are_none() -> None:
    for token in (
        b"",
        b".",
        b"..",
        b"a.b.c",
        b"e30.e30",
        b"e30.e30.e30.e30",
        b"e30=.e30.",
        b"\xff..",
    ):
        with pytest.raises(MalformedDocument):
            jose.read(token)
    with pytest.raises(DocumentTooLarge):
        jose.read(b"A" * (1024 * 1024 + 1))


def test_claims_beside_the_credential(document: Document, signers: Signers) -> None:
    claims = {
        "iss": "did:web:uni.example",
        "jti": document["id"],
        "sub": "did:example:learner",
        "iat": 1781256600.5,
        "nbf": 1781256600,
        "exp": 1939023000,
    }
    jws = jose.read(_token({"alg": "EdDSA"}, {**document, **claims}, signers["Ed25519"]))
    assert jws.payload == document
    assert jws.issued_at == CREATED + dt.timedelta(seconds=0.5)
    assert (jws.not_before, jws.expires) == (
        CREATED,
        dt.datetime(2031, 6, 12, 9, 30, tzinfo=dt.UTC),
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "did:web:mallory.example"},
        {"jti": "https://uni.example/c/2"},
        {"iss": None},
        {"issuer": "did:web:uni.example", "iss": "did:web:uni.example#award-1"},
        {"credentialSubject": {"id": "did:example:learner"}, "sub": "did:example:mallory"},
    ],
)
def test_claims_that_contradict_it(
    claims: dict[str, Any], document: Document, signers: Signers
) -> None:
    with pytest.raises(ProofInvalid, match="contradicts"):
        jose.read(_token({"alg": "EdDSA"}, {**document, **claims}, signers["Ed25519"]))


@pytest.mark.parametrize("value", ["now", True, 1e15, -1e15, [], {}])
@pytest.mark.parametrize("name", ["iat", "nbf", "exp"])
def test_moments_that_are_none(
    name: str, value: object, document: Document, signers: Signers
) -> None:
    with pytest.raises(MalformedDocument, match=name):
        jose.read(_token({"alg": "EdDSA"}, {**document, name: value}, signers["Ed25519"]))


def test_tokens_that_are_not_read_here(document: Document, signers: Signers) -> None:
    for old in (
        {"iss": "did:web:uni.example", "vc": {"@context": [], "type": []}},
        {**document, "vc": {}},
        {**document, "vp": {}},
    ):
        with pytest.raises(ProofUnsupported, match=r"VC 1\.1"):
            jose.read(_token({"alg": "EdDSA"}, old, signers["Ed25519"]))
    with pytest.raises(ProofUnsupported, match="embedded proof"):
        jose.read(_token({"alg": "EdDSA"}, {**document, "proof": {}}, signers["Ed25519"]))
