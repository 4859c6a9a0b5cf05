"""A key that is published for logging in, or for nothing, signs a credential."""

import pytest

from issuer.verify import Verdict
from tests.town.university import Bench, University, with_proofs


@pytest.mark.parametrize("relationships", [{}, {"authentication": ["did:web:uni.example#award-1"]}])
def test_a_key_that_is_published_for_something_else(
    uni: University, bench: Bench, relationships: dict[str, list[str]]
) -> None:
    document = uni.did_document()
    document["assertionMethod"] = [f"{uni.did}#status-1"]
    material = bench.material(documents={uni.did: {**document, **relationships}})
    for seal in (uni.seal, uni.token):
        report = bench.verify(seal(uni.badge()), material=material)
        assert report.check("proof").verdict is Verdict.PASSED
        assert report.check("issuer_key").sub == "issuer.purpose"
        assert report.verdict is Verdict.FAILED


def test_a_list_by_such_a_key_is_no_answer(uni: University, bench: Bench) -> None:
    document = uni.did_document()
    document["assertionMethod"] = [f"{uni.did}#award-1"]
    material = bench.material(documents={uni.did: document})
    report = bench.verify(uni.seal(uni.badge()), material=material)
    assert report.check("issuer_key").verdict is Verdict.PASSED
    assert report.check("revocation").sub == "status.list_issuer_key"
    assert report.verdict is Verdict.INDETERMINATE


def test_a_key_that_somebody_else_controls(
    uni: University, mallory: University, bench: Bench
) -> None:
    document = uni.did_document()
    document["verificationMethod"][0]["controller"] = mallory.did
    material = bench.material(documents={uni.did: document})
    report = bench.verify(uni.seal(uni.badge()), material=material)
    assert report.check("issuer_key").verdict is Verdict.FAILED


def test_a_good_proof_beside_it_lends_nothing(uni: University, bench: Bench) -> None:
    document = uni.did_document(
        uni.record("award-1"), uni.record("status-1"), uni.record("award-2")
    )
    document["assertionMethod"].remove(f"{uni.did}#award-2")
    data = with_proofs(uni.seal(uni.badge()), uni.seal(uni.badge(), kid="award-2"))
    report = bench.verify(data, material=bench.material(documents={uni.did: document}))
    assert report.check("issuer_key").sub == "issuer.purpose"
    assert report.verdict is Verdict.FAILED
