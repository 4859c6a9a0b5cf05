"""A list from before the revocation, replayed: a list that has run out says nothing."""

import datetime as dt

import pytest

from issuer.verify import Verdict
from tests.town.university import INDEX, NOW, Bench, University

WEEK = dt.timedelta(days=7)


@pytest.mark.parametrize("set_bit", [False, True])
def test_an_expired_list_is_no_answer(uni: University, bench: Bench, set_bit: bool) -> None:
    url = uni.list_url("revocation")
    old = uni.status_list("revocation", revoked=[INDEX] if set_bit else [])
    material = bench.material(lists={url: old})
    data = uni.seal(uni.badge())
    in_time = bench.verify(data, material=material, at=NOW + WEEK - dt.timedelta(seconds=1))
    assert in_time.verdict is (Verdict.FAILED if set_bit else Verdict.PASSED)
    report = bench.verify(data, material=material, at=NOW + WEEK)
    assert report.check("revocation").sub == "status.list_validity"
    assert "may have been revoked" in report.check("revocation").detail
    assert report.verdict is Verdict.INDETERMINATE


def test_a_list_whose_end_was_moved(uni: University, bench: Bench) -> None:
    url = uni.list_url("revocation")
    moved = uni.status_list("revocation").replace(b"2026-06-19T", b"2036-06-19T")
    material = bench.material(lists={url: moved})
    report = bench.verify(uni.seal(uni.badge()), material=material, at=NOW + 2 * WEEK)
    assert report.check("revocation").sub == "status.list_proof"
    assert report.verdict is Verdict.INDETERMINATE


def test_a_list_that_is_not_valid_yet(uni: University, bench: Bench) -> None:
    url = uni.list_url("revocation")
    early = uni.status_list("revocation", validFrom="2026-06-13T00:00:00Z")
    report = bench.verify(uni.seal(uni.badge()), material=bench.material(lists={url: early}))
    assert report.check("revocation").sub == "status.list_validity"


def test_a_list_without_an_end_is_good_for_a_day(uni: University, bench: Bench) -> None:
    url = uni.list_url("revocation")
    endless = uni.status_list("revocation", validUntil=None)
    material, data = bench.material(lists={url: endless}), uni.seal(uni.badge())
    day = dt.timedelta(days=1)
    assert bench.verify(data, material=material, at=NOW + day).verdict is Verdict.PASSED
    report = bench.verify(data, material=material, at=NOW + 2 * day)
    assert report.check("revocation").sub == "status.stale"
    assert report.verdict is Verdict.INDETERMINATE
