"""An entry whose list says that it is another one: one of the two is not what it seems."""

from issuer.proofs import jcs
from issuer.verify import Need, Verdict
from tests.town.university import INDEX, Bench, University

OTHER = "https://uni.example/status/uni/revocation/2"


def test_the_second_list_replayed_at_the_address_of_the_first(
    uni: University, bench: Bench
) -> None:
    second = uni.status_list("revocation", id=OTHER)
    material = bench.material(lists={uni.list_url("revocation"): second})
    report = bench.verify(uni.seal(uni.badge()), material=material)
    assert report.check("revocation").sub == "status.other_list"
    assert report.verdict is Verdict.INDETERMINATE


def test_an_entry_moved_to_a_list_in_which_nothing_is_set(uni: University, bench: Bench) -> None:
    lists = {
        uni.list_url("revocation"): uni.status_list("revocation", revoked=[INDEX]),
        OTHER: uni.status_list("revocation", id=OTHER),
    }
    document = jcs.decode(uni.seal(uni.badge()))
    document["credentialStatus"]["statusListCredential"] = OTHER
    report = bench.verify(jcs.encode_document(document), material=bench.material(lists=lists))
    # The list answers; that the entry was moved is what the signature says.
    assert report.check("proof").sub == "proof.invalid"
    assert report.verdict is Verdict.FAILED


def test_a_status_that_was_taken_out(uni: University, bench: Bench) -> None:
    document = jcs.decode(uni.seal(uni.badge()))
    del document["credentialStatus"]
    report = bench.verify(jcs.encode_document(document))
    assert report.check("revocation").verdict is Verdict.PASSED
    assert report.check("proof").sub == "proof.invalid"
    assert report.verdict is Verdict.FAILED


def test_the_list_that_is_needed_is_the_one_that_is_named(uni: University, bench: Bench) -> None:
    # The id of an entry is a name; only statusListCredential says where the list is.
    entry = uni.entry("revocation", id=f"{OTHER}#{INDEX}")
    data = uni.seal(uni.badge(credentialStatus=entry))
    report = bench.verify(
        data, material=bench.material(lists={OTHER: uni.status_list("revocation")})
    )
    assert report.needs == (Need("status", uni.list_url("revocation")),)
    assert report.verdict is Verdict.INDETERMINATE


def test_a_list_without_an_id(uni: University, bench: Bench) -> None:
    url = uni.list_url("revocation")
    material = bench.material(lists={url: uni.status_list("revocation", id=None)})
    report = bench.verify(uni.seal(uni.badge()), material=material)
    assert report.check("revocation").sub == "status.other_list"
