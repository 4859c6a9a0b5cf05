"""Bytes are read as what they are, and nothing raises."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.carriers import png, svg
from issuer.errors import ProofInvalid, ProofUnsupported, UnusableInput
from issuer.verify import Verdict, reading
from issuer.verify.reading import read
from keys.public import b64url
from tests.town.university import Bench, Document, University

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>'


def token(header: dict[str, object], payload: object) -> bytes:
    parts = [b64url(json.dumps(part).encode()) for part in (header, payload)]
    return ".".join([*parts, b64url(b"signature")]).encode()


@pytest.mark.parametrize("carrier", ["png", "svg"])
@pytest.mark.parametrize("form", ["json", "jwt"])
def test_a_baked_badge_is_what_was_baked(
    bench: Bench, uni: University, badge: Document, carrier: str, form: str
) -> None:
    data = uni.seal(badge) if form == "json" else uni.token(badge)
    baked = png.embed(PICTURE, data) if carrier == "png" else svg.embed(DRAWING, data)
    report = bench.verify(baked)
    assert report.verdict is Verdict.PASSED
    assert (report.carrier, report.kind) == (carrier, form)
    if carrier == "png":
        assert report.digest == f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_a_token_may_stand_between_spaces(uni: University, badge: Document) -> None:
    data = uni.token(badge)
    found = read(b"\n " + data + b"\r\n")
    assert found.data == data
    assert found.digest == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert found.jws is not None


def test_an_enveloped_credential_is_its_token(
    bench: Bench, uni: University, badge: Document
) -> None:
    data = uni.token(badge)
    envelope = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": "data:application/vc+jwt," + data.decode(),
        "type": "EnvelopedVerifiableCredential",
    }
    report = bench.verify(json.dumps(envelope).encode())
    assert (report.kind, report.verdict) == ("jwt", Verdict.PASSED)
    for broken in ({"id": 7}, {"id": "data:text/plain,x"}, {"type": "Other"}):
        again = bench.verify(json.dumps({**envelope, **broken}).encode())
        assert (again.kind, again.verdict) == ("json", Verdict.FAILED)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ({"alg": "none", "kid": "did:web:uni.example#award-1"}, ProofInvalid),
        ({"alg": "HS256", "kid": "did:web:uni.example#award-1"}, ProofInvalid),
        ({"alg": "PS512", "kid": "did:web:uni.example#award-1"}, ProofUnsupported),
    ],
)
def test_a_token_that_must_not_be_opened_is_still_shown(
    bench: Bench, badge: Document, header: dict[str, object], kind: type[Exception]
) -> None:
    data = token(header, badge)
    assert isinstance(read(data).fault, kind)
    report = bench.verify(data)
    assert not report.unusable
    assert report.document == badge
    expected = Verdict.FAILED if kind is ProofInvalid else Verdict.INDETERMINATE
    assert report.check("format").verdict is Verdict.PASSED
    assert report.check("proof").verdict is expected
    assert report.verdict is expected
    for check_id in ("issuer_key", "key_status"):
        assert report.check(check_id).verdict is Verdict.INDETERMINATE


def test_a_token_with_no_credential_in_it_is_unusable(bench: Bench) -> None:
    parts = token({"alg": "none"}, {}).split(b".")
    report = bench.verify(b".".join([parts[0], b64url(b"[]").encode(), parts[2]]))
    assert report.unusable
    assert report.verdict is Verdict.FAILED


@pytest.mark.parametrize("token", [b"a", b"a.%%.c", b"a.W10.c"])
def test_a_token_without_a_readable_payload_shows_nothing(token: bytes) -> None:
    assert reading._payload(token) is None


def test_a_token_of_1_1_is_a_form_that_we_do_not_know(bench: Bench, badge: Document) -> None:
    data = token(
        {"alg": "EdDSA", "typ": "JWT", "kid": "did:web:uni.example#award-1"}, {"vc": badge}
    )
    report = bench.verify(data)
    assert report.verdict is Verdict.INDETERMINATE
    assert report.check("format").sub == "format.unknown"
    assert not report.check("proof").reached


@given(st.binary(max_size=200) | st.text('{}[].,:"a1 \n', max_size=60).map(str.encode))
def test_whatever_the_bytes_are_nothing_raises(data: bytes) -> None:
    found = read(data)
    assert (found.document is None) <= isinstance(found.fault, UnusableInput)
