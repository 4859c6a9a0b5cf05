"""A revoked certificate with answers that are silent about it: none of them counts."""

import datetime as dt

from asn1crypto import core
from asn1crypto import ocsp as structures
from asn1crypto import x509 as der_x509
from cryptography import x509
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from keys.certificates import Answers, Standing, standing
from tests.town.authority import DAY, NOW, Paper, below, crl, ocsp_answer, p256, root
from tests.town.forger import bent

TOP = root()
LEAF = below(TOP)
REVOKED: dict[int, tuple[dt.datetime, x509.ReasonFlags | None]] = {
    LEAF.certificate.serial: (NOW - DAY, x509.ReasonFlags.key_compromise)
}
RESPONDER = Paper("Town OCSP", "Town", None, extended=(ExtendedKeyUsageOID.OCSP_SIGNING,))


def said(*, crls: tuple[bytes, ...] = (), ocsps: tuple[bytes, ...] = ()) -> Standing | None:
    return standing(
        LEAF.certificate,
        issuer=TOP.certificate,
        answers=Answers(crls, ocsps),
        candidates=LEAF.chain,
        at=NOW,
    )


def test_a_silent_answer_beside_one_that_tells() -> None:
    silent, telling = crl(TOP, at=NOW + DAY), crl(TOP, revoked=REVOKED)
    good = ocsp_answer(LEAF.certificate, issuer=TOP, at=NOW + DAY)
    for crls in ((silent, telling), (telling, silent)):
        found = said(crls=crls, ocsps=(good,))
        assert found is not None
        assert found.revoked_at == NOW - DAY


def test_the_list_of_an_impostor() -> None:
    assert said(crls=(crl(root(key=p256("impostor"))),)) is None


def test_the_list_from_before() -> None:
    old = crl(TOP, at=NOW - 30 * DAY, until=NOW - DAY)
    assert said(crls=(old,)) is None


def test_the_list_of_the_neighbours() -> None:
    """One of several lists of one authority, on which it would never stand."""
    point = x509.IssuingDistributionPoint(
        [x509.UniformResourceIdentifier("http://town.example/other.crl")],
        None,
        only_contains_user_certs=False,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )
    for critical in (True, False):
        assert said(crls=(crl(TOP, more=((point, critical),)),)) is None


def test_changes_alone() -> None:
    for critical in (True, False):
        delta = (x509.DeltaCRLIndicator(1), critical)
        assert said(crls=(crl(TOP, more=(delta,)),)) is None


def test_the_answer_about_somebody_else() -> None:
    other = below(TOP, Paper("Other"))
    assert said(ocsps=(ocsp_answer(other.certificate, issuer=TOP),)) is None
    namesake = below(root(Paper("Other Root", "Town", None, authority=True)))
    assert namesake.certificate.serial == LEAF.certificate.serial
    answer = ocsp_answer(namesake.certificate, issuer=namesake, by=TOP_RESPONDER)
    assert said(ocsps=(answer,)) is None


TOP_RESPONDER = below(TOP, RESPONDER)


def test_the_answer_of_the_holder_itself() -> None:
    # Under the same authority, and without the right to speak for it.
    assert said(ocsps=(ocsp_answer(LEAF.certificate, issuer=TOP, by=LEAF),)) is None


def test_the_answer_of_a_responder_of_another_authority() -> None:
    for top in (root(key=p256("impostor")), root(Paper("Other", "Other", None, authority=True))):
        answer = ocsp_answer(LEAF.certificate, issuer=TOP, by=below(top, RESPONDER))
        assert said(ocsps=(answer,)) is None


def test_the_answer_of_a_responder_that_demands_a_rule() -> None:
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    paper = Paper("Odd", "Town", None, extended=RESPONDER.extended, more=((odd, True),))
    answer = ocsp_answer(LEAF.certificate, issuer=TOP, by=below(TOP, paper))
    assert said(ocsps=(answer,)) is None


def test_a_responder_that_cannot_be_read() -> None:
    """What an answer carries is a stranger's, and no certificate may bring the reader down."""

    def twice(inside: object) -> None:
        inside["extensions"].append(inside["extensions"][0].copy())  # type: ignore[index] # A structure without types.

    holder = TOP_RESPONDER
    damaged = bent(holder.certificate.der, TOP, twice)
    answer = ocsp_answer(LEAF.certificate, issuer=TOP, by=holder)
    genuine = holder.certificate.der
    assert answer.count(genuine) == 1
    assert said(ocsps=(answer,)) is not None
    assert said(ocsps=(_grown(answer, genuine, damaged),)) is None


def _grown(answer: bytes, old: bytes, new: bytes) -> bytes:
    # The structures around it grow with it.
    whole = structures.OCSPResponse.load(answer)
    basic = whole["response_bytes"]["response"].parsed
    assert basic["certs"][0].dump() == old
    basic["certs"] = [der_x509.Certificate.load(new)]
    whole["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
    return bytes(whole.dump(force=True))


def test_an_unknown_certificate_is_not_a_good_one() -> None:
    unknown = ocsp.OCSPCertStatus.UNKNOWN
    assert said(ocsps=(ocsp_answer(LEAF.certificate, issuer=TOP, status=unknown),)) is None


def test_answers_with_every_byte_changed() -> None:
    telling = crl(TOP, revoked=REVOKED)
    answer = ocsp_answer(LEAF.certificate, issuer=TOP, by=TOP_RESPONDER)
    for whole, is_list in ((crl(TOP), True), (telling, True), (answer, False)):
        for position in range(len(whole)):
            changed = whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :]
            found = said(crls=(changed,)) if is_list else said(ocsps=(changed,))
            # A byte that no signature covers may change, and what is told stays the same.
            assert found is None or found.revoked_at == (NOW - DAY if whole is telling else None)
