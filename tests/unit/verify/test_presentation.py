"""A holder hands over credentials: the proof answers the challenge, and each is checked."""

import datetime as dt
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import PoisonGraph
from issuer.jsonld import rdfc10
from issuer.proofs import data_integrity, jcs
from issuer.verify import Need, Policy, PresentationReport, Verdict, verify_presentation
from keys.public import base58_encode
from tests.town.university import LATER, NOW, Bench, Ed25519Key, University

HOLDER = Ed25519Key("the holder")
DID = HOLDER.public_key.did_key()
METHOD = f"{DID}#{DID.removeprefix('did:key:')}"
POLICY = Policy(challenge="c-4711", domain="https://employer.example")


def present(*credentials: bytes, holder: Any = DID, method: str = METHOD, **proof: Any) -> bytes:
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": [
            jcs.decode(one)
            if one.startswith(b"{")
            else {
                "@context": "https://www.w3.org/ns/credentials/v2",
                "id": f"data:application/vc+jwt,{one.decode()}",
                "type": "EnvelopedVerifiableCredential",
            }
            for one in credentials
        ],
    }
    config = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-06-12T09:30:00Z",
        "verificationMethod": method,
        "proofPurpose": "authentication",
        "challenge": "c-4711",
        "domain": "https://employer.example",
    } | proof
    suite = data_integrity.SUITES["eddsa-rdfc-2022"]
    body, options = suite.signed_parts(document, config)
    data = b"".join(hashlib.sha256(rdfc10.canonicalise(part)).digest() for part in (options, body))
    value = "z" + base58_encode(HOLDER.sign(data))
    return jcs.encode_document({**document, "proof": {**config, "proofValue": value}})


def check(bench: Bench, data: bytes, **changes: Any) -> PresentationReport:
    given: dict[str, Any] = {
        "material": bench.material(),
        "policy": POLICY,
        "at": LATER,
        "canonicalise": rdfc10.canonicalise,
    }
    return verify_presentation(data, **{**given, **changes})


def test_a_presentation_with_two_credentials_is_passed(bench: Bench, sealed: bytes) -> None:
    uni = bench.university
    report = check(bench, present(sealed, uni.token(uni.badge())))
    assert report.verdict is Verdict.PASSED
    assert [one.verdict for one in report.credentials] == [Verdict.PASSED] * 2
    assert json.dumps(report.as_json())
    assert report.as_json()["verdict"] == "PASSED"
    assert [c["id"] for c in report.as_json()["checks"]] == [
        "format",
        "contexts",
        "proof",
        "holder_key",
        "key_status",
    ]
    with pytest.raises(TypeError, match="no boolean"):
        bool(report)


def test_a_holder_may_be_an_object_or_not_named(bench: Bench, sealed: bytes) -> None:
    assert check(bench, present(sealed, holder={"id": DID})).verdict is Verdict.PASSED
    document = jcs.decode(present(sealed))
    assert document.pop("holder") == DID
    assert check(bench, jcs.encode_document(document)).findings["proof"].sub == "proof.invalid"


@pytest.mark.parametrize(
    "policy", [Policy(challenge="c-0815"), Policy(domain="https://other.example")]
)
def test_a_proof_for_somebody_else_is_failed(bench: Bench, sealed: bytes, policy: Policy) -> None:
    report = check(bench, present(sealed), policy=policy)
    assert report.findings["proof"].sub == "proof.invalid"
    assert report.verdict is Verdict.FAILED


def test_a_proof_for_another_purpose_is_failed(bench: Bench, sealed: bytes) -> None:
    report = check(bench, present(sealed, proofPurpose="assertionMethod"))
    assert report.findings["proof"].sub == "proof.invalid"


def test_somebody_elses_presentation_is_failed(bench: Bench, sealed: bytes) -> None:
    other = Ed25519Key("somebody else").public_key.did_key()
    report = check(bench, present(sealed, holder=other))
    assert report.findings["holder_key"].sub == "holder.other_key"
    assert report.verdict is Verdict.FAILED


def test_a_key_that_is_not_for_presenting_is_failed(bench: Bench, sealed: bytes) -> None:
    uni = University("wallet.example")
    record = uni.record("award-1", public_key=HOLDER.public_key)
    material = bench.material(
        documents={
            uni.did: uni.did_document(record),
            bench.university.did: bench.university.did_document(),
        }
    )
    data = present(sealed, holder=uni.did, method=f"{uni.did}#award-1")
    report = check(bench, data, material=material)
    assert report.findings["proof"].verdict is Verdict.PASSED
    assert report.findings["holder_key"].sub == "holder.purpose"


def test_what_is_missing_is_named(bench: Bench, sealed: bytes) -> None:
    data = present(sealed, holder="did:web:w.example", method="did:web:w.example#k")
    report = check(bench, data, material=bench.material(lists={}))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.needs == (
        Need("did", "did:web:w.example"),
        Need("status", bench.university.list_url("revocation")),
    )


def test_a_bad_credential_makes_it_failed(bench: Bench, sealed: bytes) -> None:
    document = {**jcs.decode(sealed), "name": "Other"}
    report = check(bench, present(jcs.encode_document(document)))
    assert {f.verdict for f in report.findings.values()} == {Verdict.PASSED}
    assert report.verdict is Verdict.FAILED


def test_without_a_proof_nothing_is_shown_of_the_holder(bench: Bench, sealed: bytes) -> None:
    document = jcs.decode(present(sealed))
    del document["proof"]
    report = check(bench, jcs.encode_document(document))
    assert report.findings["proof"].sub == "proof.invalid"
    assert report.findings["holder_key"].sub == "holder.no_signature"
    assert report.verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "changes",
    [
        {"@context": []},
        {"@context": None},
        {"type": "VerifiableCredential"},
        {"holder": 7},
        {"holder": {}},
        {"verifiableCredential": [7]},
        {"verifiableCredential": "eyJ.eyJ.c2ln"},
        {"verifiableCredential": [{}]},
        {"verifiableCredential": [{"a": 1}] * 11},
    ],
)
def test_what_is_no_presentation_is_refused(
    bench: Bench, sealed: bytes, changes: dict[str, Any]
) -> None:
    report = check(bench, jcs.encode_document({**jcs.decode(present(sealed)), **changes}))
    assert report.findings["format"].sub == "format.structure"
    assert (report.credentials, report.verdict) == ((), Verdict.FAILED)


@pytest.mark.parametrize("data", [b"", b"[]", b"a.b.c"])
def test_what_cannot_be_read_is_refused(bench: Bench, data: bytes) -> None:
    report = check(bench, data)
    assert report.document is None
    assert report.findings["format"].sub == "format.unreadable"


def test_a_poisonous_presentation_ends_there(bench: Bench, sealed: bytes) -> None:
    def refuse(_document: object, _name: str) -> bytes:
        raise PoisonGraph("It explodes.")

    report = check(bench, present(sealed), canonicalise=refuse)
    assert list(report.findings) == ["format", "contexts"]
    assert report.verdict is Verdict.FAILED


@settings(max_examples=60)
@given(
    member=st.sampled_from(["@context", "type", "holder", "verifiableCredential", "proof", "id"]),
    value=st.recursive(
        st.none() | st.booleans() | st.integers(0, 9) | st.text("a:/", max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("a@:", max_size=3), inner)
        ),
        max_leaves=5,
    ),
)
def test_hostile_presentations_never_raise(member: str, value: Any) -> None:
    document = {**jcs.decode(_PRESENTED), member: value}
    data = json.dumps(document).encode()
    assert check(Bench(), data).verdict is not Verdict.PASSED


_PRESENTED = present(University().seal(University().badge(), created=NOW + dt.timedelta(seconds=1)))
