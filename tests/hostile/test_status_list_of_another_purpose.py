"""The suspension list shown for the revocation list: its bits answer another question."""

from issuer.verify import Verdict
from tests.town.university import INDEX, Bench, University


def test_the_suspension_list_at_the_address_of_the_revocation_list(
    uni: University, bench: Bench
) -> None:
    url = uni.list_url("revocation")
    for replayed, sub in (
        # As it is, it says itself that it is another list.
        (uni.status_list("suspension"), "status.other_list"),
        # Signed by the university under that address, it is still for another purpose.
        (uni.status_list("suspension", id=url), "status.list_invalid"),
    ):
        report = bench.verify(uni.seal(uni.badge()), material=bench.material(lists={url: replayed}))
        assert report.check("revocation").sub == sub
        assert report.verdict is Verdict.INDETERMINATE


def test_an_entry_that_names_the_list_of_the_other_purpose(uni: University, bench: Bench) -> None:
    entry = uni.entry("revocation", statusListCredential=uni.list_url("suspension"))
    report = bench.verify(uni.seal(uni.badge(credentialStatus=entry)))
    assert report.check("revocation").sub == "status.list_invalid"
    assert "for the purpose suspension" in report.check("revocation").detail
    assert report.verdict is Verdict.INDETERMINATE


def test_a_revoked_credential_is_not_merely_suspended(uni: University, bench: Bench) -> None:
    lists = {
        uni.list_url("revocation"): uni.status_list("revocation", revoked=[INDEX]),
        uni.list_url("suspension"): uni.status_list("suspension"),
    }
    entries = [uni.entry("suspension"), uni.entry("revocation")]
    data = uni.seal(uni.badge(credentialStatus=entries))
    report = bench.verify(data, material=bench.material(lists=lists))
    assert report.check("revocation").verdict is Verdict.FAILED
    assert report.check("suspension").verdict is Verdict.PASSED
    assert report.verdict is Verdict.FAILED
