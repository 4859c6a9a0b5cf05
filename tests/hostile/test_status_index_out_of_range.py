"""An index beyond the list: an error, and never "not revoked"."""

import pytest

from issuer.proofs import jcs
from issuer.status.bitstring import MINIMUM, StatusList, encode
from issuer.verify import Verdict
from tests.town.university import Bench, University


@pytest.mark.parametrize("index", [str(MINIMUM), str(2**31), "9" * 18])
def test_an_index_beyond_the_list(uni: University, bench: Bench, index: str) -> None:
    entry = uni.entry("revocation", statusListIndex=index)
    report = bench.verify(uni.seal(uni.badge(credentialStatus=entry)))
    assert report.check("revocation").sub == "status.list_invalid"
    assert f"there is no entry {index}" in report.check("revocation").detail
    assert report.verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize(
    "index", ["-1", "1.5", "0x10", "1e3", " 7", "7\n", "", "９", "9" * 400, 7, None, ["7"], True]
)
def test_an_index_that_is_none(uni: University, bench: Bench, index: object) -> None:
    entry = {**uni.entry("revocation"), "statusListIndex": index}
    document = {**uni.badge(), "credentialStatus": entry}
    report = bench.verify(jcs.encode_document(document))
    assert report.check("revocation").sub == "status.entry_malformed"
    assert report.check("revocation").verdict is Verdict.INDETERMINATE


def test_the_last_index_is_in_the_list(uni: University, bench: Bench) -> None:
    last = MINIMUM - 1
    entry = uni.entry("revocation", statusListIndex=str(last))
    data = uni.seal(uni.badge(credentialStatus=entry))
    assert bench.verify(data).verdict is Verdict.PASSED
    url = uni.list_url("revocation")
    lists = {url: uni.status_list("revocation", revoked=[last])}
    assert bench.verify(data, material=bench.material(lists=lists)).verdict is Verdict.FAILED


def test_a_list_that_is_too_short_to_hide_in(uni: University, bench: Bench) -> None:
    url = uni.list_url("revocation")
    listed = uni.unsigned_list("revocation")
    listed["credentialSubject"]["encodedList"] = encode(StatusList.empty("revocation", length=8))
    entry = uni.entry("revocation", statusListIndex="3")
    material = bench.material(lists={url: uni.seal(listed, kid="status-1")})
    report = bench.verify(uni.seal(uni.badge(credentialStatus=entry)), material=material)
    assert report.check("revocation").sub == "status.list_invalid"
    assert report.verdict is Verdict.INDETERMINATE
