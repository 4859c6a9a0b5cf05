import datetime as dt

import pytest
from asn1crypto import core
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from keys.certificates import Answers, Certificate, Standing, standing
from tests.town.authority import (
    DAY,
    NOW,
    Holder,
    Paper,
    below,
    crl,
    ocsp_answer,
    p256,
    root,
    rsa_key,
    signed_with_sha1,
)

RESPONDER = Paper("Town OCSP", "Town", None, extended=(ExtendedKeyUsageOID.OCSP_SIGNING,))
REVOKED = ocsp.OCSPCertStatus.REVOKED


@pytest.fixture(scope="module")
def top() -> Holder:
    return root()


@pytest.fixture(scope="module")
def leaf(top: Holder) -> Holder:
    return below(top)


def asked(
    leaf: Holder,
    top: Holder,
    *,
    crls: tuple[bytes, ...] = (),
    ocsps: tuple[bytes, ...] = (),
    at: dt.datetime = NOW,
    candidates: tuple[Certificate, ...] = (),
) -> Standing | None:
    return standing(
        leaf.certificate,
        issuer=top.certificate,
        answers=Answers(crls, ocsps),
        candidates=candidates,
        at=at,
    )


def test_nothing_is_at_hand(top: Holder, leaf: Holder) -> None:
    assert asked(leaf, top) is None


def test_a_list_that_does_not_name_it(top: Holder, leaf: Holder) -> None:
    found = asked(leaf, top, crls=(crl(top),))
    assert found == Standing(None, None, NOW)


def test_a_list_that_names_it(top: Holder, leaf: Holder) -> None:
    stolen = x509.ReasonFlags.key_compromise
    named = crl(top, revoked={leaf.certificate.serial: (NOW - DAY, stolen)})
    found = asked(leaf, top, crls=(crl(top), named))
    assert found == Standing(NOW - DAY, "keyCompromise", NOW)
    plain = crl(top, revoked={leaf.certificate.serial: (NOW - DAY, None)})
    assert asked(leaf, top, crls=(plain,)) == Standing(NOW - DAY, None, NOW)


def test_a_list_is_good_until_its_end(top: Holder, leaf: Holder) -> None:
    listed = crl(top)
    assert asked(leaf, top, crls=(listed,), at=NOW + 8 * DAY) is None
    assert asked(leaf, top, crls=(listed,), at=NOW - DAY) is not None
    # That it was revoked stays true, however old the list.
    named = crl(top, revoked={leaf.certificate.serial: (NOW, None)})
    assert asked(leaf, top, crls=(named,), at=NOW + 900 * DAY) is not None


@pytest.mark.parametrize(
    "bad",
    [
        lambda _: crl(root(key=p256("mallory"))),
        lambda top: crl(below(top, Paper("Other", "Town", None))),
        lambda top: crl(top, more=((x509.DeltaCRLIndicator(1), True),)),
        lambda top: crl(top)[:-20],
        lambda _: b"x",
    ],
)
def test_a_list_that_does_not_count(top: Holder, leaf: Holder, bad: object) -> None:
    assert asked(leaf, top, crls=(bad(top),)) is None  # type: ignore[operator] # A function of the list above.


def test_an_answer_of_the_authority_itself(top: Holder, leaf: Holder) -> None:
    good = ocsp_answer(leaf.certificate, issuer=top)
    assert asked(leaf, top, ocsps=(good,)) == Standing(None, None, NOW)
    # It states no end, so it is relied on for a week.
    assert asked(leaf, top, ocsps=(good,), at=NOW + 8 * DAY) is None
    longer = ocsp_answer(leaf.certificate, issuer=top, until=NOW + 30 * DAY)
    assert asked(leaf, top, ocsps=(longer,), at=NOW + 8 * DAY) is not None


def test_an_answer_that_it_is_revoked(top: Holder, leaf: Holder) -> None:
    why = x509.ReasonFlags.superseded
    said = ocsp_answer(leaf.certificate, issuer=top, status=REVOKED, since=NOW - DAY, reason=why)
    good = ocsp_answer(leaf.certificate, issuer=top, at=NOW + DAY)
    assert asked(leaf, top, ocsps=(good, said)) == Standing(NOW - DAY, "superseded", NOW)


def test_an_answer_of_somebody_who_was_given_the_right(top: Holder, leaf: Holder) -> None:
    responder = below(top, RESPONDER)
    said = ocsp_answer(leaf.certificate, issuer=top, by=responder)
    assert asked(leaf, top, ocsps=(said,)) is not None
    bare = ocsp_answer(leaf.certificate, issuer=top, by=responder, carries=False)
    assert asked(leaf, top, ocsps=(bare,)) is None
    assert asked(leaf, top, ocsps=(bare,), candidates=(responder.certificate,)) is not None


def test_keys_of_the_kinds_that_answer() -> None:
    top = root(key=rsa_key("root"))
    leaf = below(top)
    assert asked(leaf, top, ocsps=(ocsp_answer(leaf.certificate, issuer=top),)) is not None
    assert asked(leaf, top, crls=(crl(top),)) is not None


def test_an_answer_that_does_not_count(top: Holder, leaf: Holder) -> None:
    other = below(top, Paper("Other"))
    mallory = below(root(key=p256("mallory")), RESPONDER)
    unknown = ocsp.OCSPCertStatus.UNKNOWN
    expired = below(
        top, Paper("Town OCSP", "Town", None, end=NOW - DAY, extended=RESPONDER.extended)
    )
    answers = (
        ocsp_answer(other.certificate, issuer=top),
        ocsp_answer(leaf.certificate, issuer=top, by=below(top, Paper("No right", "Town", None))),
        ocsp_answer(leaf.certificate, issuer=top, by=mallory),
        ocsp_answer(leaf.certificate, issuer=top, by=expired),
        ocsp_answer(leaf.certificate, issuer=top, status=unknown),
        b"x",
        b"\x30\x03\x0a\x01\x03",
    )
    for said in answers:
        assert asked(leaf, top, ocsps=(said,)) is None


def test_an_edwards_key_answers_nothing_here() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    strange = root(Paper("Strange", "Town", None, authority=True, usage="certify"), key=key)
    leaf = below(strange)
    assert asked(leaf, strange, ocsps=(ocsp_answer(leaf.certificate, issuer=strange),)) is None
    assert asked(leaf, strange, crls=(crl(strange),)) is not None


def test_an_answer_with_a_hash_that_can_be_forged(top: Holder, leaf: Holder) -> None:
    assert isinstance(top.key, ec.EllipticCurvePrivateKey)
    weak = signed_with_sha1(crl(top), top.key)
    assert asked(leaf, top, crls=(weak,)) is None
    answer = asn1_ocsp.OCSPResponse.load(ocsp_answer(leaf.certificate, issuer=top))
    basic = answer["response_bytes"]["response"].parsed
    basic["signature_algorithm"] = {"algorithm": "sha1_ecdsa"}
    tbs = basic["tbs_response_data"].dump()
    basic["signature"] = top.key.sign(tbs, ec.ECDSA(hashes.SHA1()))  # noqa: S303 # That is the point.
    answer["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
    assert asked(leaf, top, ocsps=(answer.dump(force=True),)) is None
