import datetime as dt
from typing import Any

import pytest
from asn1crypto import core
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

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
    numbered = crl(top, more=((x509.CRLNumber(7), False),))
    for listed in (crl(top), numbered):
        assert asked(leaf, top, crls=(listed,)) == Standing(None, None, NOW)


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


PLACE = x509.UniformResourceIdentifier("http://town.example/1.crl")
OTHER = x509.UniformResourceIdentifier("http://town.example/2.crl")


def point(**said: object) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    """What a list says that it is for (RFC 5280 §5.2.5)."""
    whole = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return ((x509.IssuingDistributionPoint(**whole | said), True),)  # type: ignore[arg-type] # Its own names.


def told_to_look(*places: x509.GeneralName) -> Paper:
    points = x509.CRLDistributionPoints(
        [
            x509.DistributionPoint(None, None, None, [x509.DirectoryName(root_name())]),
            *(x509.DistributionPoint([p], None, None, None) for p in places),
        ]
    )
    return Paper(more=((points, False),))


def root_name() -> x509.Name:
    return x509.load_der_x509_certificate(root().certificate.der).subject


def test_a_list_for_some_certificates(top: Holder, leaf: Holder) -> None:
    authority = below(top, Paper("Middle", "Town", None, authority=True, usage="certify"))
    users, authorities = point(only_contains_user_certs=True), point(only_contains_ca_certs=True)
    assert asked(leaf, top, crls=(crl(top, more=users),)) is not None
    assert asked(leaf, top, crls=(crl(top, more=authorities),)) is None
    assert asked(authority, top, crls=(crl(top, more=users),)) is None
    assert asked(authority, top, crls=(crl(top, more=authorities),)) is not None


def test_one_of_several_lists_is_for_those_that_are_told_to_look_there(top: Holder) -> None:
    here = crl(top, more=point(full_name=[PLACE]))
    assert asked(below(top, told_to_look(OTHER, PLACE)), top, crls=(here,)) is not None
    assert asked(below(top, told_to_look(OTHER)), top, crls=(here,)) is None
    assert asked(below(top), top, crls=(here,)) is None


@pytest.mark.parametrize(
    "said",
    [
        {"only_some_reasons": frozenset({x509.ReasonFlags.superseded})},
        {"indirect_crl": True},
        {"only_contains_attribute_certs": True},
        {
            "relative_name": x509.RelativeDistinguishedName(
                [x509.NameAttribute(NameOID.COMMON_NAME, "1")]
            )
        },
    ],
)
def test_a_list_of_a_part_says_nothing_of_the_rest(
    top: Holder, leaf: Holder, said: dict[str, object]
) -> None:
    assert asked(leaf, top, crls=(crl(top, more=point(**said)),)) is None


def test_a_key_that_may_not_list(leaf: Holder) -> None:
    silent = root(Paper("Town Root", "Town", None, authority=True, usage="sign"))
    assert asked(below(silent), silent, crls=(crl(silent),)) is None
    assert asked(leaf, root(), crls=(crl(root()),)) is not None


def test_an_entry_with_a_rule_that_is_not_understood(top: Holder, leaf: Holder) -> None:
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(leaf.certificate.serial)
        .revocation_date(NOW)
        .add_extension(x509.CertificateIssuer([x509.DirectoryName(root_name())]), critical=True)
        .build()
    )
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root_name())
        .last_update(NOW)
        .next_update(NOW + DAY)
        .add_revoked_certificate(entry)
        .sign(top.key, hashes.SHA256())
    )
    assert asked(leaf, top, crls=(made.public_bytes(Encoding.DER),)) is None


def test_of_several_the_earliest_revocation_counts(top: Holder, leaf: Holder) -> None:
    serial, stolen = leaf.certificate.serial, x509.ReasonFlags.key_compromise
    first = crl(top, revoked={serial: (NOW - 3 * DAY, None)}, at=NOW - 2 * DAY)
    later = crl(top, revoked={serial: (NOW - DAY, None)}, at=NOW)
    assert asked(leaf, top, crls=(later, first)) == Standing(NOW - 3 * DAY, None, NOW - 2 * DAY)
    # Of two that name one moment, the later knows why.
    knows = crl(top, revoked={serial: (NOW - 3 * DAY, stolen)}, at=NOW)
    found = asked(leaf, top, crls=(first, knows))
    assert found == Standing(NOW - 3 * DAY, "keyCompromise", NOW)


def test_lists_forget_what_has_expired(top: Holder, leaf: Holder) -> None:
    end = leaf.certificate.not_after
    late = crl(top, at=end + DAY, until=end + 8 * DAY)
    answer = ocsp_answer(leaf.certificate, issuer=top, at=end + DAY)
    assert asked(leaf, top, crls=(late,), ocsps=(answer,)) is None
    named = crl(top, revoked={leaf.certificate.serial: (NOW, None)}, at=end + DAY)
    assert asked(leaf, top, crls=(named,)) is not None


def test_an_answer_about_several(top: Holder, leaf: Holder) -> None:
    other = below(top, Paper("Other"))
    answers = [
        asn1_ocsp.OCSPResponse.load(ocsp_answer(holder.certificate, issuer=top))
        for holder in (other, leaf)
    ]
    whole, second = (a["response_bytes"]["response"].parsed for a in answers)
    data = whole["tbs_response_data"]
    data["responses"].append(second["tbs_response_data"]["responses"][0])
    assert asked(leaf, top, ocsps=(signed_again(answers[0], whole, top),)) is not None


def test_an_answer_with_a_rule_that_is_not_understood(top: Holder, leaf: Holder) -> None:
    answer = asn1_ocsp.OCSPResponse.load(ocsp_answer(leaf.certificate, issuer=top))
    basic = answer["response_bytes"]["response"].parsed
    nonce = {"extn_id": "nonce", "critical": True, "extn_value": core.OctetString(b"1").dump()}
    basic["tbs_response_data"]["response_extensions"] = [nonce]
    assert asked(leaf, top, ocsps=(signed_again(answer, basic, top),)) is None


def signed_again(answer: asn1_ocsp.OCSPResponse, basic: Any, by: Holder) -> bytes:
    basic["signature"] = by.sign_der(basic["tbs_response_data"].dump(force=True))
    answer["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
    return bytes(answer.dump(force=True))


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
