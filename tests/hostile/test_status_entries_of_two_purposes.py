"""Two entries, their purposes crossed, doubled or hidden: each list is asked its own question."""

import pytest

from issuer.verify import Verdict
from tests.town.university import INDEX, Bench, Document, University


@pytest.fixture
def lists(uni: University) -> dict[str, bytes]:
    """Revoked, and not suspended."""
    return {
        uni.list_url("revocation"): uni.status_list("revocation", revoked=[INDEX]),
        uni.list_url("suspension"): uni.status_list("suspension"),
    }


def test_crossed_purposes(uni: University, bench: Bench, lists: dict[str, bytes]) -> None:
    entries = [
        uni.entry("revocation", statusListCredential=uni.list_url("suspension")),
        uni.entry("suspension", statusListCredential=uni.list_url("revocation")),
    ]
    data = uni.seal(uni.badge(credentialStatus=entries))
    report = bench.verify(data, material=bench.material(lists=lists))
    for check_id in ("revocation", "suspension"):
        assert report.check(check_id).sub == "status.list_invalid"
    assert report.verdict is Verdict.INDETERMINATE


def test_a_clean_second_entry_of_one_purpose_hides_nothing(
    uni: University, bench: Bench, lists: dict[str, bytes]
) -> None:
    url = uni.list_url("revocation")
    clean = uni.entry("revocation", id=f"{url}#5", statusListIndex="5")
    for entries in ([clean, uni.entry("revocation")], [uni.entry("revocation"), clean]):
        data = uni.seal(uni.badge(credentialStatus=entries))
        report = bench.verify(data, material=bench.material(lists=lists))
        assert report.check("revocation").verdict is Verdict.FAILED
        assert report.verdict is Verdict.FAILED


def test_an_unknown_entry_beside_a_clean_one_leaves_it_open(uni: University, bench: Bench) -> None:
    odd: Document = {"id": "https://uni.example/odd", "type": "BitstringStatusListEntry"}
    odd |= {"statusPurpose": "revocation"}
    data = uni.seal(uni.badge(credentialStatus=[uni.entry("revocation"), odd]))
    report = bench.verify(data)
    assert report.check("revocation").sub == "status.entry_malformed"
    assert report.verdict is Verdict.INDETERMINATE


def test_both_lists_are_asked(uni: University, bench: Bench) -> None:
    entries = [uni.entry("revocation"), uni.entry("suspension")]
    data = uni.seal(uni.badge(credentialStatus=entries))
    assert bench.verify(data).verdict is Verdict.PASSED
    lists = uni.lists()
    lists[uni.list_url("suspension")] = uni.status_list("suspension", revoked=[INDEX])
    report = bench.verify(data, material=bench.material(lists=lists))
    assert report.check("revocation").verdict is Verdict.PASSED
    assert report.check("suspension").verdict is Verdict.FAILED
    assert report.verdict is Verdict.FAILED
