"""A proof of tomorrow: nobody has such a clock."""

import datetime as dt

import pytest

from issuer.verify import Verdict
from tests.town.university import LATER, Bench, University


@pytest.mark.parametrize("ahead", [dt.timedelta(minutes=6), dt.timedelta(days=400)])
def test_a_proof_made_in_the_future_is_failed(
    uni: University, bench: Bench, ahead: dt.timedelta
) -> None:
    for seal in (uni.seal, uni.token):
        report = bench.verify(seal(uni.badge(), created=LATER + ahead))
        assert report.check("proof").sub == "proof.future"
        assert "in the future" in report.check("proof").detail
        assert report.verdict is Verdict.FAILED


def test_a_clock_that_is_a_minute_ahead_is_forgiven(uni: University, bench: Bench) -> None:
    data = uni.seal(uni.badge(), created=LATER + dt.timedelta(minutes=1))
    assert bench.verify(data).verdict is Verdict.PASSED


def test_a_credential_that_begins_in_the_future_is_not_valid_yet(
    uni: University, bench: Bench
) -> None:
    report = bench.verify(uni.seal(uni.badge(validFrom="2026-06-13T09:30:00Z")))
    assert report.check("validity").sub == "validity.not_yet"
    assert report.verdict is Verdict.FAILED
