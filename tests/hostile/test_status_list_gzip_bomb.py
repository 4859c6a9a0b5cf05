"""A list of a few kilobytes that inflates to gigabytes: it is cut off at a megabyte."""

import gzip
import tracemalloc

import pytest

from issuer.errors import StatusListInvalid
from issuer.status import bitstring
from issuer.verify import Verdict
from keys.public import b64url
from tests.town.university import Bench, University

BOMB = "u" + b64url(gzip.compress(bytes(200 * bitstring.MAXIMUM_BYTES), 9))


def test_it_is_refused_without_being_inflated() -> None:
    assert len(BOMB) < 300_000
    tracemalloc.start()
    with pytest.raises(StatusListInvalid, match="inflates to more than"):
        bitstring.decode(BOMB, purpose="revocation")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * bitstring.MAXIMUM_BYTES


def test_a_report_says_so(uni: University, bench: Bench) -> None:
    url = uni.list_url("revocation")
    listed = uni.unsigned_list("revocation")
    listed["credentialSubject"]["encodedList"] = BOMB
    data = uni.seal(listed, kid="status-1", suite="eddsa-jcs-2022")
    report = bench.verify(uni.seal(uni.badge()), material=bench.material(lists={url: data}))
    assert report.check("revocation").sub == "status.list_invalid"
    assert "inflates" in report.check("revocation").detail
    assert report.verdict is Verdict.INDETERMINATE
