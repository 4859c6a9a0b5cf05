"""A receipt is handed in as a credential, a credential as a receipt: neither is ever believed."""

import json
from typing import Any

import pytest

from issuer.errors import ProofUnsupported
from issuer.proofs import jose
from issuer.verify import Policy, Verdict
from issuer.verify.receipt import verify_receipt
from tests.town.receipts import claims, header, receipt, token
from tests.town.university import LATER, Bench, University


def refused(data: bytes, bench: Bench) -> str | None:
    report = verify_receipt(data, material=bench.material(), at=LATER)
    assert report.verdict is Verdict.FAILED
    assert report.receipt is None
    return report.check("format").sub


@pytest.mark.parametrize(
    "policy", [Policy(), Policy(proof_only=True), Policy(issuer_established=False)]
)
def test_a_receipt_as_a_credential(uni: University, bench: Bench, policy: Policy) -> None:
    with pytest.raises(ProofUnsupported, match="not credentials"):
        jose.read(receipt(uni))
    for data in (
        receipt(uni),
        json.dumps(
            {
                "@context": ["https://www.w3.org/ns/credentials/v2"],
                "type": "EnvelopedVerifiableCredential",
                "id": f"data:application/vc+jwt,{receipt(uni).decode()}",
            }
        ).encode(),
    ):
        report = bench.verify(data, policy=policy)
        assert report.verdict is not Verdict.PASSED
        assert report.check("proof").verdict is not Verdict.PASSED


def test_a_credential_inside_the_type_of_a_receipt(uni: University, bench: Bench) -> None:
    # Whoever could have one signed as a receipt must not get a credential by it, nor a receipt.
    data = token(header(uni), {**uni.badge(), "iat": 1}, signer=uni.key("award-1"))
    assert bench.verify(data).verdict is not Verdict.PASSED
    refused(data, bench)


def test_a_receipt_with_the_members_of_a_credential(uni: University, bench: Bench) -> None:
    refused(receipt(uni, **uni.badge()), bench)


@pytest.mark.parametrize(
    "typ", ["vc+jwt", "vc+ld+jwt", "JWT", "jwt", "dc+sd-jwt", "at+jwt", "", None, 7, ["x"], ...]
)
def test_another_type_or_none(uni: University, bench: Bench, typ: Any) -> None:
    data = token(header(uni, typ=typ), claims(uni), signer=uni.key("award-1"))
    assert refused(data, bench) == "format.refused"


def test_a_credential_as_a_receipt(uni: University, bench: Bench) -> None:
    assert refused(uni.token(uni.badge()), bench) == "format.refused"
    assert refused(uni.seal(uni.badge()), bench) == "format.unreadable"


def test_a_typ_in_another_case_is_the_same_type(uni: University, bench: Bench) -> None:
    # RFC 7515 §4.1.9: media types are compared without regard to case, application/ may be said.
    typ = "application/Testamur-Batch-Receipt+JWT"
    data = token(header(uni, typ=typ), claims(uni), signer=uni.key("award-1"))
    report = verify_receipt(data, material=bench.material(), at=LATER)
    assert report.verdict is Verdict.PASSED
    assert bench.verify(data).verdict is not Verdict.PASSED
