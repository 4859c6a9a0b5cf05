"""Another issuer written over a genuine credential, or genuine fame over another issuer's."""

import pytest

from issuer.proofs import jcs
from issuer.verify import Verdict
from tests.town.university import Bench, University


def test_the_issuer_exchanged_in_a_signed_document(
    uni: University, mallory: University, bench: Bench
) -> None:
    documents = {uni.did: uni.did_document(), mallory.did: mallory.did_document()}
    document = jcs.decode(mallory.seal(mallory.badge()))
    document["issuer"]["id"] = uni.did
    report = bench.verify(
        jcs.encode_document(document), material=bench.material(documents=documents)
    )
    assert report.check("proof").sub == "proof.invalid"
    assert report.check("issuer_key").sub == "issuer.other_key"
    assert report.verdict is Verdict.FAILED


def test_a_genuine_proof_moved_onto_mallorys_document(
    uni: University, mallory: University, bench: Bench
) -> None:
    document = mallory.badge()
    document["proof"] = jcs.decode(uni.seal(uni.badge()))["proof"]
    report = bench.verify(jcs.encode_document(document))
    assert report.check("proof").sub == "proof.invalid"
    assert report.verdict is Verdict.FAILED


def test_mallory_calls_himself_as_the_university_is_called(
    uni: University, mallory: University, bench: Bench
) -> None:
    assert mallory.name == uni.name
    documents = {mallory.did: mallory.did_document()}
    material = bench.material(documents=documents, lists=mallory.lists())
    report = bench.verify(mallory.seal(mallory.badge()), material=material)
    assert report.check("issuer_key").verdict is Verdict.PASSED
    # All that is known is who holds the domain; the name is a claim and is not repeated.
    assert report.check("issuer_established").detail == (
        "Signed by whoever controls evil.example. We have not established who that is."
    )
    assert report.verdict is Verdict.INDETERMINATE
    assert not any("University of Example" in check.detail for check in report.checks)


@pytest.mark.parametrize("issuer", ["https://uni.example/", "urn:uuid:1", "mailto:a@uni.example"])
def test_an_issuer_that_publishes_no_keys(mallory: University, bench: Bench, issuer: str) -> None:
    documents = {mallory.did: mallory.did_document()}
    report = bench.verify(
        mallory.seal(mallory.badge(issuer=issuer, credentialStatus=None)),
        material=bench.material(documents=documents),
    )
    assert report.check("proof").verdict is Verdict.PASSED
    assert report.check("issuer_key").sub == "issuer.not_a_did"
    assert report.verdict is Verdict.INDETERMINATE


def test_a_token_whose_iss_is_not_its_issuer(
    uni: University, mallory: University, bench: Bench
) -> None:
    data = mallory.token({**mallory.badge(), "iss": uni.did})
    report = bench.verify(data)
    assert report.check("proof").sub == "proof.invalid"
    assert report.verdict is Verdict.FAILED
