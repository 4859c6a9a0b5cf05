"""A clean list of somebody else, at the address of the university's: not an answer."""

from issuer.proofs import jcs
from issuer.verify import Verdict
from tests.town.university import INDEX, Bench, University


def test_a_list_that_mallory_issued(uni: University, mallory: University, bench: Bench) -> None:
    url = uni.list_url("revocation")
    forged = mallory.status_list("revocation", id=url)
    documents = {uni.did: uni.did_document(), mallory.did: mallory.did_document()}
    material = bench.material(documents=documents, lists={url: forged})
    report = bench.verify(uni.seal(uni.badge()), material=material)
    assert report.check("revocation").sub == "status.other_issuer"
    assert report.verdict is Verdict.INDETERMINATE
    # And nobody is sent to fetch Mallory's keys for it.
    without = bench.material(lists={url: forged})
    assert bench.verify(uni.seal(uni.badge()), material=without).needs == ()


def test_a_list_in_the_universitys_name_that_mallory_signed(
    uni: University, mallory: University, bench: Bench
) -> None:
    url = uni.list_url("revocation")
    documents = {uni.did: uni.did_document(), mallory.did: mallory.did_document()}
    unsigned = uni.unsigned_list("revocation")
    for forged, sub in (
        (mallory.seal(unsigned, kid="status-1"), "status.list_issuer_key"),
        (
            mallory.seal(unsigned, kid="status-1", method=f"{uni.did}#status-1"),
            "status.list_proof",
        ),
        (mallory.token(unsigned, kid="status-1"), "status.list_issuer_key"),
    ):
        material = bench.material(documents=documents, lists={url: forged})
        report = bench.verify(uni.seal(uni.badge()), material=material)
        assert report.check("revocation").sub == sub
        assert report.verdict is Verdict.INDETERMINATE


def test_the_universitys_list_with_its_bit_cleared(uni: University, bench: Bench) -> None:
    url = uni.list_url("revocation")
    revoked = uni.status_list("revocation", revoked=[INDEX])
    clean = uni.unsigned_list("revocation")["credentialSubject"]["encodedList"]
    dirty = uni.unsigned_list("revocation", revoked=[INDEX])["credentialSubject"]["encodedList"]
    forged = revoked.replace(dirty.encode(), clean.encode())
    assert forged != revoked
    data = uni.seal(uni.badge())
    assert bench.verify(data, material=bench.material(lists={url: revoked})).verdict is (
        Verdict.FAILED
    )
    report = bench.verify(data, material=bench.material(lists={url: forged}))
    assert report.check("revocation").sub == "status.list_proof"
    assert report.verdict is Verdict.INDETERMINATE


def test_a_list_that_nobody_signed(uni: University, bench: Bench) -> None:
    url = uni.list_url("revocation")
    material = bench.material(lists={url: jcs.encode_document(uni.unsigned_list("revocation"))})
    report = bench.verify(uni.seal(uni.badge()), material=material)
    assert report.check("revocation").sub == "status.list_proof"
    assert report.verdict is Verdict.INDETERMINATE
