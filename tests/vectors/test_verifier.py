"""Published signed documents through the whole verifier: the proof alone is asked."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from issuer.jsonld import Canonicalise
from issuer.proofs import jcs
from issuer.verify import Material, Policy, Verdict, verify

AT = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)
PROOF_ALONE = Policy(issuer_established=False, proof_only=True)
SIGNED = [
    "eddsa-rdfc-2022/signedDataInt.json",
    "eddsa-rdfc-2022/employ/signedDataInt.json",
    "eddsa-jcs-2022/signedJCS.json",
    "ecdsa-rdfc-2019-p256/signedECDSAP256.json",
    "ecdsa-rdfc-2019-p384/signedECDSAP384.json",
    "ecdsa-jcs-2019-p256/signedJCSECDSAP256.json",
    "ecdsa-jcs-2019-p384/signedJCSECDSAP384.json",
    "proof-set-chain/signedProofSet2.json",
    "proof-set-chain/signedProofChain2.json",
]


@pytest.mark.vectors
@pytest.mark.parametrize("name", SIGNED)
def test_a_published_document_is_passed_and_a_changed_one_is_not(
    vector: Callable[[str], Path], canonicalise_examples: Canonicalise, name: str
) -> None:
    data = vector(name).read_bytes()
    report = verify(
        data, material=Material(), policy=PROOF_ALONE, at=AT, canonicalise=canonicalise_examples
    )
    assert report.check("proof").verdict is Verdict.PASSED
    assert report.verdict is Verdict.PASSED
    # Their issuers are addresses, or others than the did:keys that signed.
    assert report.check("issuer_key").verdict is not Verdict.PASSED
    changed = {**jcs.decode(data), "validFrom": "2023-01-02T00:00:00Z"}
    again = verify(
        jcs.encode_document(changed),
        material=Material(),
        policy=PROOF_ALONE,
        at=AT,
        canonicalise=canonicalise_examples,
    )
    assert again.check("proof").verdict is Verdict.FAILED
    assert again.verdict is Verdict.FAILED
