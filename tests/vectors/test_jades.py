"""The Commission's sealed sample, and one that was sealed for the tests of this form."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from issuer.jsonld.rdfc10 import canonicalise
from issuer.proofs import jades, timestamps
from issuer.verify import Material, Policy, Report, Verdict, verify
from keys.certificates import Anchor
from keys.public import b64url_decode

pytestmark = pytest.mark.vectors
NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
SAMPLE = "elm/samples/Sample-MC-Annex1-signed.jsonld"
OURS = "elm/samples/full-annex1-elm32.TEST-sealed-jades-b.jsonld"
BELIEVED = ("root-ca", "ANF AC Qualified Certificates for eSeal")


@pytest.fixture
def sample(published: Callable[[str], Path]) -> bytes:
    return published(SAMPLE).read_bytes()


def anchors(file: bytes) -> tuple[Anchor, ...]:
    beside = jades.unsigned(jades.read(file).signatures[0])
    return tuple(
        Anchor(c, str(c.common_name), "for this test")
        for c in beside.certificates
        if c.common_name in BELIEVED
    )


def ask(file: bytes, *believed: Anchor) -> Report:
    return verify(
        file,
        material=Material(anchors=believed),
        policy=Policy(),
        at=NOW,
        canonicalise=canonicalise,
    )


def test_signature_and_time_stamps_of_the_commission(sample: bytes) -> None:
    document = jades.read(sample)
    (signature,) = document.signatures
    jades.open_signature(document, signature)
    assert jades.level_of(signature) == "LTA"
    found = {
        imprint.kind: timestamps.open_token(token, data=imprint.data).at
        for imprint in jades.imprints(document, signature)
        for token in imprint.tokens
    }
    day = dt.datetime(2023, 9, 27, 11, 54, tzinfo=dt.UTC)
    assert found == {
        "adoTst": day.replace(second=17),
        "sigTst": day.replace(second=20),
        "arcTst": day.replace(second=20),
    }


def test_it_is_judged_at_its_time_stamp_and_not_now(sample: bytes) -> None:
    report = ask(sample, *anchors(sample))
    assert report.verdict is Verdict.PASSED
    assert "as a time-stamp of 27 September 2023 proves" in report.check("certificate").detail
    # Its certificate has expired since, and its authorities are believed by the test alone.
    alone = ask(sample)
    assert alone.verdict is Verdict.INDETERMINATE
    assert alone.check("seal").verdict is Verdict.PASSED


def test_no_changed_byte_of_what_was_sealed_passes(sample: bytes) -> None:
    believed = anchors(sample)
    seal = json.loads(sample)["signatures"][0]
    begin = sample.index(b'"payload"')
    ends = sample.index(seal["signature"].encode()) + len(seal["signature"])
    places = [*range(begin, ends, (ends - begin) // 150), *range(ends - 300, ends, 29)]
    for place in places:
        changed = bytearray(sample)
        changed[place] ^= 1
        assert ask(bytes(changed), *believed).verdict is not Verdict.PASSED, place


@pytest.mark.parametrize("part", range(3))
def test_nor_one_of_what_stands_beside_it(sample: bytes, part: int) -> None:
    believed = anchors(sample)
    text = jades.read(sample).signatures[0].etsi_u[part].encode()
    begin = sample.index(text)
    for place in range(begin, begin + len(text), len(text) // 20):
        changed = bytearray(sample)
        changed[place] ^= 1
        assert ask(bytes(changed), *believed).verdict is not Verdict.PASSED, place


def test_the_one_with_a_certificate_of_its_own(published: Callable[[str], Path]) -> None:
    file = published(OURS).read_bytes()
    document = jades.read(file)
    jades.open_signature(document, document.signatures[0])
    report = ask(file)
    assert report.check("seal").verdict is Verdict.PASSED
    assert report.check("certificate").sub == "certificate.not_anchored"
    assert report.verdict is Verdict.INDETERMINATE
    assert len(b64url_decode(document.signatures[0].value)) == 256
