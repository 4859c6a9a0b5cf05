"""A thief signs with a stolen key and writes a date before the theft: only proven time counts."""

import dataclasses
import datetime as dt
import hashlib

import pytest

from issuer.verify import Material, Verdict
from keys.lifecycle import KeyState
from tests.town.university import LATER, NOW, Bench, University

STOLEN = NOW - dt.timedelta(days=3)
BEFORE = STOLEN - dt.timedelta(days=30)


@pytest.fixture
def material(uni: University, bench: Bench) -> Material:
    key = uni.record("award-1", state=KeyState.COMPROMISED, compromised_since=STOLEN)
    document = uni.did_document(key, uni.record("status-1"), uni.record("award-2"))
    return bench.material(documents={uni.did: document})


@pytest.mark.parametrize("form", ["json", "jwt"])
def test_a_backdated_document_is_not_believed(
    uni: University, bench: Bench, material: Material, form: str
) -> None:
    forged = uni.badge(validFrom="2026-05-01T00:00:00Z", name="Forged")
    data = (uni.seal if form == "json" else uni.token)(forged, created=BEFORE)
    report = bench.verify(data, material=material)
    # Signature, key and dates are in order: that is what a stolen key is good for.
    assert report.check("proof").verdict is Verdict.PASSED
    assert report.check("issuer_key").verdict is Verdict.PASSED
    assert report.check("validity").verdict is Verdict.PASSED
    assert report.check("key_status").sub == "key.stolen_unproven"
    assert report.verdict is Verdict.INDETERMINATE


def test_a_document_of_the_day_of_the_theft_is_failed(
    uni: University, bench: Bench, material: Material
) -> None:
    for created in (STOLEN, NOW):
        report = bench.verify(uni.seal(uni.badge(), created=created), material=material)
        assert report.check("key_status").sub == "key.stolen"
        assert report.verdict is Verdict.FAILED


def test_what_is_proven_to_be_older_stays_good(
    uni: University, bench: Bench, material: Material
) -> None:
    data = uni.seal(uni.badge(validFrom="2026-05-01T00:00:00Z"), created=BEFORE)
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    known = dataclasses.replace(material, proven_times={digest: BEFORE})
    assert bench.verify(data, material=known).verdict is Verdict.PASSED


def test_the_proof_of_another_document_lends_nothing(
    uni: University, bench: Bench, material: Material
) -> None:
    genuine = uni.seal(uni.badge(), created=BEFORE)
    digest = f"sha256:{hashlib.sha256(genuine).hexdigest()}"
    known = dataclasses.replace(material, proven_times={digest: BEFORE})
    forged = uni.seal(uni.badge(name="Forged"), created=BEFORE)
    assert bench.verify(forged, material=known).check("key_status").sub == "key.stolen_unproven"


def test_a_proof_without_a_date_is_not_believed(
    uni: University, bench: Bench, material: Material
) -> None:
    text = uni.token(uni.badge(), created=BEFORE)
    report = bench.verify(text, material=material, at=LATER)
    assert report.verdict is Verdict.INDETERMINATE


def test_issued_again_under_the_new_key_it_is_good(
    uni: University, bench: Bench, material: Material
) -> None:
    assert bench.verify(uni.seal(uni.badge(), kid="award-2"), material=material).verdict is (
        Verdict.PASSED
    )
