import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.errors import (
    DroppedTerm,
    MalformedDocument,
    ProofInvalid,
    ProofUnsupported,
    TestamurError,
)
from issuer.jsonld import rdfc10
from issuer.model.drafts import Draft, Linted, Prepared
from issuer.proofs import data_integrity, jcs
from issuer.proofs.data_integrity import SUITES, Expectation
from keys.public import base58_decode, base58_encode
from keys.signer import Signer

Document = dict[str, Any]
Signers = Mapping[str, Signer]

CREATED = dt.datetime(2026, 6, 12, 11, 30, 59, 999, tzinfo=dt.timezone(dt.timedelta(hours=2)))
METHOD = "did:web:uni.example#award-1"
ISSUED = {
    "eddsa-rdfc-2022": "Ed25519",
    "eddsa-jcs-2022": "Ed25519",
    "ecdsa-rdfc-2019": "P-256",
    "ecdsa-jcs-2019": "P-256",
}


def _prepare(document: Mapping[str, Any], suite: str, signer: Signer) -> Prepared:
    return data_integrity.prepare(
        Linted(Draft(document)),
        key=signer.public_key,
        verification_method=METHOD,
        created=CREATED,
        suite=suite,
        canonicalise=rdfc10.canonicalise,
    )


def _sealed(document: Mapping[str, Any], suite: str, signer: Signer) -> Document:
    prepared = _prepare(document, suite, signer)
    return jcs.decode(data_integrity.seal(prepared, signer=signer).data)


def _open(document: Mapping[str, Any], signer: Signer, **expected: Any) -> None:
    for proof in data_integrity.proofs_of(document):
        data_integrity.open_proof(
            document,
            proof,
            key=signer.public_key,
            canonicalise=rdfc10.canonicalise,
            expected=Expectation(**expected),
        )


@pytest.mark.parametrize(("suite", "kind"), ISSUED.items())
def test_what_is_sealed_opens(suite: str, kind: str, document: Document, signers: Signers) -> None:
    prepared = _prepare(document, suite, signers[kind])
    assert prepared.digest == hashlib.sha256(prepared.to_be_signed).digest()
    assert (prepared.algorithm, prepared.suite, prepared.verification_method) == (
        kind,
        suite,
        METHOD,
    )
    sealed = data_integrity.seal(prepared, signer=signers[kind])
    assert (sealed.media_type, sealed.digest) == ("application/vc", prepared.digest)
    signed = jcs.decode(sealed.data)
    assert list(signed) == [*document, "proof"]
    assert {k: v for k, v in signed.items() if k != "proof"} == document
    assert signed["proof"]["created"] == "2026-06-12T09:30:59Z"
    assert ("@context" in signed["proof"]) == ("jcs" in suite)
    _open(signed, signers[kind])
    with pytest.raises(ProofInvalid):
        _open(signed, signers["P-384"])


@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_p_384_is_verified_and_not_issued(
    suite: str, document: Document, signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = signers["P-384"]
    with pytest.raises(ProofUnsupported, match="not issued with P-384"):
        _prepare(document, suite, signer)
    issuing = replace(SUITES[suite], issues=SUITES[suite].verifies)
    monkeypatch.setitem(SUITES, suite, issuing)
    signed = _sealed(document, suite, signer)
    _open(signed, signer)
    with pytest.raises(ProofInvalid, match="does not fit"):
        _open({**signed, "name": "Law"}, signer)


def test_suites_that_cannot_be_used(document: Document, signers: Signers) -> None:
    with pytest.raises(ProofUnsupported, match="bbs-2023"):
        _prepare(document, "bbs-2023", signers["Ed25519"])
    with pytest.raises(ProofUnsupported, match="not issued with P-256"):
        _prepare(document, "eddsa-rdfc-2022", signers["P-256"])
    signed = _sealed(document, "eddsa-rdfc-2022", signers["Ed25519"])
    with pytest.raises(ProofInvalid, match="does not verify with RSA"):
        _open(signed, signers["RSA"])
    signed["proof"]["cryptosuite"] = "bbs-2023"
    with pytest.raises(ProofUnsupported, match="bbs-2023"):
        _open(signed, signers["Ed25519"])


@pytest.mark.parametrize("value", ["", "u" + "A" * 86, "z0OIl", "z" + "1" * 64, "z" + "2" * 1_001])
def test_values_that_are_no_signature(value: str, document: Document, signers: Signers) -> None:
    signed = _sealed(document, "eddsa-rdfc-2022", signers["Ed25519"])
    signed["proof"]["proofValue"] = value
    with pytest.raises(ProofInvalid):
        _open(signed, signers["Ed25519"])


def test_a_proof_chain_is_opened_with_what_it_builds_on(
    document: Document, signers: Signers
) -> None:
    signer, suite = signers["Ed25519"], SUITES["eddsa-jcs-2022"]
    first = {**_sealed(document, suite.name, signer)["proof"], "id": "urn:x:1"}
    second = {**_prepare(document, suite.name, signer).proof, "previousProof": "urn:x:1"}
    body, config = suite.signed_parts({**document, "proof": [first]}, second)
    hashes = (hashlib.sha256(jcs.encode(part)).digest() for part in (config, body))
    value = "z" + base58_encode(signer.sign(b"".join(hashes)))
    chained = {**document, "proof": [first, {**second, "proofValue": value}]}
    last = data_integrity.proofs_of(chained)[1]

    def opened(proof: Mapping[str, Any]) -> None:
        data_integrity.open_proof(
            chained, proof, key=signer.public_key, canonicalise=rdfc10.canonicalise
        )

    opened(last)
    # The id was added to the first proof after it had been made.
    with pytest.raises(ProofInvalid, match="does not fit"):
        opened(chained["proof"][0])
    chained["proof"][0]["created"] = "2026-06-12T09:31:00Z"
    with pytest.raises(ProofInvalid, match="does not fit"):
        opened(last)


def test_a_proof_of_other_contexts(document: Document, signers: Signers) -> None:
    signed = _sealed(document, "eddsa-rdfc-2022", signers["Ed25519"])
    allowed: list[Any] = [document["@context"], document["@context"][0], []]
    for contexts in allowed:
        _open({**signed, "proof": {**signed["proof"], "@context": contexts}}, signers["Ed25519"])
    signed["proof"]["@context"] = document["@context"][1]
    with pytest.raises(ProofInvalid, match="another @context"):
        _open(signed, signers["Ed25519"])


def test_what_would_be_dropped_is_not_prepared(document: Document, signers: Signers) -> None:
    with pytest.raises(DroppedTerm, match="honours"):
        _prepare({**document, "honours": "x"}, "eddsa-rdfc-2022", signers["Ed25519"])
    with pytest.raises(MalformedDocument, match="proof already"):
        _prepare({**document, "proof": {}}, "eddsa-rdfc-2022", signers["Ed25519"])


def test_a_signer_that_is_not_the_announced_one_is_found_out(
    document: Document, signers: Signers
) -> None:
    prepared = _prepare(document, "eddsa-rdfc-2022", signers["Ed25519"])
    with pytest.raises(ProofInvalid, match="announced"):
        data_integrity.seal(prepared, signer=signers["P-256"])

    class Broken:
        public_key = signers["Ed25519"].public_key

        def sign(self, _data: bytes) -> bytes:
            return bytes(64)

    with pytest.raises(ProofInvalid, match="does not fit"):
        data_integrity.seal(prepared, signer=Broken())


@pytest.mark.parametrize(
    "contexts",
    [
        ["https://www.w3.org/2018/credentials/v1"],
        ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2"],
    ],
)
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_vc_1_1_gets_the_context_of_its_proof(
    contexts: list[str], suite: str, signers: Signers
) -> None:
    old = {
        "@context": contexts,
        "id": "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544",
        "type": ["VerifiableCredential"],
        "issuer": "did:web:uni.example",
        "issuanceDate": "2026-06-12T09:30:00Z",
        "credentialSubject": {"id": "did:example:learner"},
    }
    signed = _sealed(old, suite, signers["Ed25519"])
    assert signed["@context"] == [contexts[0], "https://w3id.org/security/data-integrity/v2"]
    assert old["@context"] is contexts
    _open(signed, signers["Ed25519"])
    with pytest.raises(ProofInvalid, match="does not fit"):
        _open({**signed, "issuanceDate": "2026-06-12T09:30:01Z"}, signers["Ed25519"])


def test_a_jcs_suite_signs_what_has_no_context(signers: Signers) -> None:
    suite, signer = SUITES["eddsa-jcs-2022"], signers["Ed25519"]
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite.name,
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
    }
    body, config = suite.signed_parts({"a": 1}, proof)
    assert (body, config) == ({"a": 1}, proof)
    hashes = (hashlib.sha256(jcs.encode(part)).digest() for part in (config, body))
    value = "z" + base58_encode(signer.sign(b"".join(hashes)))
    _open({"a": 1, "proof": {**proof, "proofValue": value}}, signer)
    # The same proof under an RDFC suite: there is nothing in it that could be signed.
    assert SUITES["eddsa-rdfc-2022"].signed_parts({"a": 1}, proof) == ({"a": 1}, proof)


# --- What a verifier expects beside the signature -------------------------------------------


@pytest.fixture(scope="module")
def sign_with(signers: Signers, document: Document) -> Callable[..., Document]:
    """Sign the document with further members in the proof."""

    def signed(**members: object) -> Document:
        signer, suite = signers["Ed25519"], SUITES["eddsa-rdfc-2022"]
        proof = {**_prepare(document, suite.name, signer).proof, **members}
        body, config = suite.signed_parts(document, proof)
        hashes = (
            hashlib.sha256(suite.form(part, "sha256", rdfc10.canonicalise)).digest()
            for part in (config, body)
        )
        value = "z" + base58_encode(signer.sign(b"".join(hashes)))
        return {**deepcopy(dict(document)), "proof": {**proof, "proofValue": value}}

    return signed


def test_an_expired_proof(sign_with: Callable[..., Document], signers: Signers) -> None:
    signed, key = sign_with(expires="2026-07-01T00:00:00Z"), signers["Ed25519"]
    last = dt.datetime(2026, 6, 30, 23, 59, 59, tzinfo=dt.UTC)
    _open(signed, key)
    _open(signed, key, at=last)
    with pytest.raises(ProofInvalid, match="expired"):
        _open(signed, key, at=last + dt.timedelta(seconds=1))
    del signed["proof"]["expires"]
    with pytest.raises(ProofInvalid, match="does not fit"):
        _open(signed, key, at=last)


def test_purpose_challenge_and_domain(sign_with: Callable[..., Document], signers: Signers) -> None:
    members = {"proofPurpose": "authentication", "challenge": "c", "domain": ["a", "b"]}
    signed, key = sign_with(**members), signers["Ed25519"]
    _open(signed, key, purpose="authentication", challenge="c", domain="b")
    for wrong in (
        {"challenge": "c", "domain": "b"},
        {"purpose": "authentication", "challenge": "d"},
        {"purpose": "authentication", "domain": "c"},
    ):
        with pytest.raises(ProofInvalid):
            _open(signed, key, **wrong)


def test_a_member_that_nobody_knows_is_signed_or_refused(
    sign_with: Callable[..., Document], signers: Signers
) -> None:
    signed = sign_with(nonce="n")
    _open(signed, signers["Ed25519"])
    signed["proof"]["nonce"] = "m"
    with pytest.raises(ProofInvalid, match="does not fit"):
        _open(signed, signers["Ed25519"])
    with pytest.raises(DroppedTerm, match="odd"):
        sign_with(odd=1)


# --- Laws: no changed value opens ------------------------------------------------------------


@pytest.fixture(scope="module")
def signed_by(document: Document, signers: Signers) -> Callable[[str], Document]:
    """The document as signed under a suite; a function, so that failures print shortly."""
    signed = {suite: _sealed(document, suite, signers[kind]) for suite, kind in ISSUED.items()}
    return lambda suite: deepcopy(signed[suite])


@pytest.fixture(scope="module")
def open_by(signers: Signers) -> Callable[[str, Document], None]:
    """Open a document with the key that signs under a suite."""
    return lambda suite, signed: _open(signed, signers[ISSUED[suite]])


Path = tuple[str | int, ...]


def _paths(value: Any, path: Path = ()) -> list[Path]:
    found: list[Path] = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            if key != "@context":
                found += _paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += _paths(item, (*path, index))
    return found


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


_FULL = {"@id": "id", "@type": "type", "https://schema.org/name": "name"}


def _exact(value: Any) -> str:
    # To Python, 0 and False are equal.
    return json.dumps(value, sort_keys=True)


def _same_meaning(value: Any, name: str = "") -> Any:
    """A form in which two documents are equal only if RDF cannot tell them apart.

    Documented equivalences: the order of sets and repetitions in them, one value or a set of
    one, a reference or an object with nothing but an id, a text or a bare value object, a typed
    text or the number that it stands for, and below the root a name or the full address that it
    stands for (readers of the JSON miss the member and refuse what they need).
    """
    if isinstance(value, dict):
        if set(value) == {"id"}:
            return _same_meaning(value["id"])
        if set(value) == {"@value"}:
            return _same_meaning(value["@value"])
        return frozenset((_FULL.get(k, k), _same_meaning(v, k)) for k, v in value.items())
    if isinstance(value, list):
        if name == "learningOutcome":
            return tuple(_same_meaning(v) for v in value)
        members = frozenset(_same_meaning(v) for v in value)
        return next(iter(members)) if len(members) == 1 else members
    if name == "learningOutcome":
        return (_same_meaning(value),)
    return str(value).lower() if isinstance(value, bool) else str(value)


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 99)
    | st.sampled_from(["", "x", "2.5", "50", "https://uni.example/x", "did:web:uni.example", "z1"])
    | st.sampled_from(["2031-06-12T09:30:00Z", "Achievement", "eddsa-jcs-2022", 2.5, 50])
)
_NEW = (
    _SCALARS
    | st.lists(_SCALARS, max_size=2)
    | st.dictionaries(st.sampled_from(["id", "type", "name", "@value"]), _SCALARS, max_size=2)
)
_NAMES = st.sampled_from(
    [
        "id",
        "type",
        "name",
        "description",
        "validUntil",
        "evidence",
        "tag",
        "honours",
        "expires",
        "domain",
        "nonce",
        "@index",
        "@id",
        "https://schema.org/name",
        "narrative",
        "hashed",
    ]
)


_DEEDS = ["replace", "remove", "add", "repeat", "swap", "list", "value", "ordered", "id", "rename"]
_Change = tuple[int, str, str, Any]
_CHANGES = st.tuples(st.integers(0, 999), st.sampled_from(_DEEDS), _NAMES, _NEW)


def _changed(signed: Document, change: _Change) -> Document:
    number, deed, name, new = change
    changed = deepcopy(signed)
    paths = _paths(changed)
    path = paths[number % len(paths)]
    place, last, old = _at(changed, path[:-1]), path[-1], _at(changed, path)
    wrapped = {
        "list": [old],
        "value": {"@value": old},
        "ordered": {"@list": [old]},
        "id": {"id": old},
    }
    if deed == "remove":
        del place[last]
    elif deed == "add" and isinstance(old, dict):
        old[name] = new
    elif deed == "repeat" and isinstance(place, list):
        place.append(old)
    elif deed == "swap" and isinstance(old, list):
        old.reverse()
    elif deed == "rename" and isinstance(place, dict):
        place[name] = place.pop(last)
    else:
        place[last] = wrapped.get(deed, new)
    return changed


def _opens(open_it: Callable[[Document], None], changed: Document, *, signed: Document) -> bool:
    """Whether it opens; what is refused differs indeed."""
    try:
        open_it(changed)
    except TestamurError:
        assert _exact(changed) != _exact(signed)
        return False
    return True


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(change=_CHANGES, suite=st.sampled_from(["eddsa-rdfc-2022", "ecdsa-rdfc-2019"]))
def test_an_rdfc_proof_opens_only_what_means_the_same(
    change: _Change,
    suite: str,
    signed_by: Callable[[str], Document],
    open_by: Callable[[str, Document], None],
) -> None:
    signed = signed_by(suite)
    changed = _changed(signed, change)
    if _opens(partial(open_by, suite), changed, signed=signed):
        assert _same_meaning(changed) == _same_meaning(signed)


@settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(change=_CHANGES, suite=st.sampled_from(["eddsa-jcs-2022", "ecdsa-jcs-2019"]))
def test_a_jcs_proof_opens_only_what_is_written_the_same(
    change: _Change,
    suite: str,
    signed_by: Callable[[str], Document],
    open_by: Callable[[str, Document], None],
) -> None:
    signed = signed_by(suite)
    changed = _changed(signed, change)
    if _opens(partial(open_by, suite), changed, signed=signed):
        # One proof, or a list of one.
        proof = changed["proof"]
        assert {**changed, "proof": proof[0] if isinstance(proof, list) else proof} == signed


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(bit=st.integers(0, 511), suite=st.sampled_from(sorted(ISSUED)))
def test_every_bit_of_a_signature_counts(
    bit: int,
    suite: str,
    signed_by: Callable[[str], Document],
    open_by: Callable[[str, Document], None],
) -> None:
    signed = signed_by(suite)
    value = bytearray(base58_decode(signed["proof"]["proofValue"][1:]))
    value[bit // 8] ^= 1 << bit % 8
    proof = {**signed["proof"], "proofValue": "z" + base58_encode(bytes(value))}
    with pytest.raises(ProofInvalid, match="does not fit"):
        open_by(suite, {**signed, "proof": proof})


def test_the_order_of_a_set_is_the_documented_equivalence(
    signed_by: Callable[[str], Document], open_by: Callable[[str, Document], None]
) -> None:
    changed = signed_by("eddsa-rdfc-2022")
    achievement = changed["credentialSubject"]["achievement"]
    for name in ("tag", "assessmentType"):
        achievement[name].reverse()
    changed["credentialSubject"]["result"].reverse()
    open_by("eddsa-rdfc-2022", changed)
    achievement["learningOutcome"].reverse()  # A list: its order is signed.
    with pytest.raises(ProofInvalid, match="does not fit"):
        open_by("eddsa-rdfc-2022", changed)
