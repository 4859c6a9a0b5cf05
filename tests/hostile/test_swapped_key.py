"""A key of somebody else under the honest university's name: somebody else signed."""

from issuer.proofs import jcs
from issuer.verify import Verdict
from tests.town.university import Bench, University


def test_mallorys_signature_under_the_universitys_key_id(
    uni: University, mallory: University, bench: Bench
) -> None:
    for seal in (mallory.seal, mallory.token):
        report = bench.verify(seal(uni.badge(), method=f"{uni.did}#award-1"))
        assert report.check("proof").sub == "proof.invalid"
        assert report.verdict is Verdict.FAILED


def test_mallorys_signature_under_his_own_key_id(
    uni: University, mallory: University, bench: Bench
) -> None:
    documents = {uni.did: uni.did_document(), mallory.did: mallory.did_document()}
    material = bench.material(documents=documents)
    for seal in (mallory.seal, mallory.token):
        report = bench.verify(seal(uni.badge()), material=material)
        # The signature fits; it is not the university's.
        assert report.check("proof").verdict is Verdict.PASSED
        assert report.check("issuer_key").sub == "issuer.other_key"
        assert report.check("issuer_key").detail == (
            "The key is not one that uni.example publishes: somebody else signed."
        )
        assert report.check("issuer_established").verdict is Verdict.INDETERMINATE
        assert report.verdict is Verdict.FAILED


def test_a_did_key_of_mallorys(uni: University, mallory: University, bench: Bench) -> None:
    did = mallory.key("award-1").public_key.did_key()
    data = mallory.seal(uni.badge(), method=f"{did}#{did.removeprefix('did:key:')}")
    report = bench.verify(data)
    assert report.check("issuer_key").sub == "issuer.other_key"
    assert report.verdict is Verdict.FAILED


def test_the_key_id_exchanged_after_signing(uni: University, bench: Bench) -> None:
    document = jcs.decode(uni.seal(uni.badge()))
    document["proof"]["verificationMethod"] = f"{uni.did}#status-1"
    report = bench.verify(jcs.encode_document(document))
    assert report.check("proof").sub == "proof.invalid"
    assert report.verdict is Verdict.FAILED


def test_mallorys_key_slipped_into_his_did_document_under_the_universitys_id(
    uni: University, mallory: University, bench: Bench
) -> None:
    forged = mallory.did_document()
    forged["verificationMethod"][0] |= {"id": f"{uni.did}#award-1", "controller": uni.did}
    forged["assertionMethod"][0] = f"{uni.did}#award-1"
    documents = {uni.did: uni.did_document(), mallory.did: forged}
    data = mallory.seal(uni.badge(), method=f"{uni.did}#award-1")
    report = bench.verify(data, material=bench.material(documents=documents))
    assert report.check("proof").sub == "proof.invalid"


def test_a_did_document_of_mallorys_served_for_the_university(
    uni: University, mallory: University, bench: Bench
) -> None:
    data = mallory.seal(uni.badge(), method=f"{uni.did}#award-1")
    material = bench.material(documents={uni.did: mallory.did_document()})
    report = bench.verify(data, material=material)
    assert report.check("proof").sub == "key.unusable"
    assert report.verdict is Verdict.INDETERMINATE
