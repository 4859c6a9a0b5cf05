import datetime as dt
import hashlib

import pytest
from asn1crypto import cms as structures
from asn1crypto import tsp
from cryptography import x509
from rfc3161_client import (
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from issuer.errors import MalformedDocument, ProofInvalid, ProofUnsupported
from issuer.proofs import cms, timestamps
from tests.town.authority import (
    NOW,
    TSA,
    Bend,
    Holder,
    below,
    reply,
    root,
    rsa_key,
    signed,
    token,
)

DATA = b"what existed"
DIGEST = hashlib.sha256(DATA).digest()


@pytest.fixture(scope="module")
def authority() -> Holder:
    return below(root(), TSA)


def test_a_token_says_when(authority: Holder) -> None:
    found = timestamps.open_token(token(authority, DATA), data=DATA)
    assert (found.at, found.certificate) == (NOW, authority.certificate)
    assert set(found.certificates) == set(authority.chain)
    assert found.at.utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
def test_every_sound_hash(authority: Holder, name: str) -> None:
    der = token(authority, DATA, bend=Bend(imprint_hash=name))
    assert timestamps.open_token(der, data=DATA).at == NOW


def test_an_rsa_authority() -> None:
    authority = below(root(), TSA, key=rsa_key("tsa"))
    assert timestamps.open_token(token(authority, DATA), data=DATA).at == NOW


def test_a_token_over_other_bytes(authority: Holder) -> None:
    with pytest.raises(ProofInvalid, match="other bytes"):
        timestamps.open_token(token(authority, DATA), data=b"other")
    with pytest.raises(ProofUnsupported, match="may be forged"):
        timestamps.open_token(token(authority, DATA, bend=Bend(imprint_hash="sha1")), data=DATA)


def test_a_certificate_that_is_for_something_else() -> None:
    with pytest.raises(ProofInvalid, match="not for that"):
        timestamps.open_token(token(below(root()), DATA), data=DATA)


def test_what_is_signed_and_no_time_stamp(authority: Holder) -> None:
    with pytest.raises(MalformedDocument, match="no time-stamp"):
        timestamps.open_token(signed(authority, DATA, kind="data"), data=DATA)
    for content in (b"x", b"\x30\x00"):
        with pytest.raises(MalformedDocument, match="damaged"):
            timestamps._info(content)


def test_a_question_and_its_answer(authority: Holder) -> None:
    asked = tsp.TimeStampReq.load(timestamps.request(DIGEST, nonce=77), strict=True)
    assert asked["message_imprint"]["hashed_message"].native == DIGEST
    assert asked["nonce"].native == 77
    assert asked["cert_req"].native is True
    der = token(authority, DATA, bend=Bend(nonce=77))
    granted = timestamps.parse_response(reply(der), digest=DIGEST, nonce=77)
    assert granted.token == der
    assert granted.timestamp == timestamps.open_token(der, data=DATA)


def test_a_token_is_opened_by_the_digest_as_by_the_bytes(authority: Holder) -> None:
    der = token(authority, DATA)
    assert timestamps.open_token_of(der, digest=DIGEST) == timestamps.open_token(der, data=DATA)
    with pytest.raises(ProofInvalid, match="other bytes"):
        timestamps.open_token_of(der, digest=bytes(32))
    other = token(authority, DATA, bend=Bend(imprint_hash="sha384"))
    with pytest.raises(ProofInvalid, match="other bytes"):
        timestamps.open_token_of(other, digest=hashlib.sha384(DATA).digest())


def test_an_answer_is_opened_once(authority: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def count(der: bytes, **how: bytes) -> cms.Signed:
        opened.append(der)
        return open_signed(der, **how)

    open_signed = cms.open_signed
    monkeypatch.setattr(cms, "open_signed", count)
    der = token(authority, DATA, bend=Bend(nonce=77))
    timestamps.parse_response(reply(der), digest=DIGEST, nonce=77)
    assert opened == [der]


def test_an_answer_to_another_question(authority: Holder) -> None:
    der = token(authority, DATA, bend=Bend(nonce=1))
    with pytest.raises(ProofInvalid, match="another question"):
        timestamps.parse_response(reply(der), digest=DIGEST, nonce=77)
    with pytest.raises(ProofInvalid, match="other bytes"):
        timestamps.parse_response(reply(der), digest=bytes(32), nonce=1)


def test_an_answer_that_is_none() -> None:
    with pytest.raises(ProofInvalid, match="refused: rejection"):
        timestamps.parse_response(reply(None, status="rejection"), digest=DIGEST, nonce=1)
    for der in (b"", b"x", reply(None)):
        with pytest.raises(MalformedDocument):
            timestamps.parse_response(der, digest=DIGEST, nonce=1)


def test_another_library_reads_them_alike(authority: Holder) -> None:
    stamp = token(authority, DATA, bend=Bend(nonce=77))
    answer = decode_timestamp_response(reply(stamp))
    root_certificate = x509.load_der_x509_certificate(authority.chain[1].der)
    verifier = VerifierBuilder().add_root_certificate(root_certificate).build()
    assert verifier.verify_message(answer, DATA)
    assert answer.tst_info.gen_time == NOW
    with pytest.raises(VerificationError):
        verifier.verify_message(answer, b"other")


@pytest.mark.parametrize("said", [b"20260612093000", b"00000612093000Z"])
def test_a_moment_without_a_zone_or_of_the_year_0_is_none(authority: Holder, said: bytes) -> None:
    info = structures.ContentInfo.load(token(authority, DATA))["content"]["encap_content_info"]
    content = bytes(info["content"])
    bent = content.replace(b"\x18\x0f20260612093000Z", b"\x18" + bytes([len(said)]) + said)
    bent = bent[:1] + bytes([len(bent) - 2]) + bent[2:]
    der = signed(authority, bent, kind="tst_info")
    with pytest.raises(MalformedDocument, match="when in UTC"):
        timestamps.open_token(der, data=DATA)
