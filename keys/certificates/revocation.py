"""What an authority says of one of its certificates: CRLs and OCSP answers as values.

RFC 5280 §5 and §6.3 (https://www.rfc-editor.org/rfc/rfc5280), RFC 6960 §3.2 and §4.2. Delta and
indirect CRLs are not used. An answer counts only where it is signed by the issuer of the
certificate, or by somebody to whom that issuer gave the right. Nothing is fetched.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from keys.certificates.certificate import Certificate

_MOST_ANSWERS = 16
_MOST_BYTES = 8 * 1024 * 1024
_FRESH = dt.timedelta(days=7)
"""How long an answer without an end of its own is relied on."""
_BROKEN_HASHES = (hashes.MD5, hashes.SHA1)
_Errors = (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, NotImplementedError)


@dataclass(frozen=True)
class Standing:
    """What an authority said of a certificate."""

    revoked_at: dt.datetime | None
    """None: it is not revoked."""
    reason: str | None
    """As RFC 5280 §5.3.1 names it, such as ``keyCompromise``."""
    said_at: dt.datetime
    """When the authority said so."""


@dataclass(frozen=True)
class Answers:
    """What is at hand; each in DER."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


def standing(
    certificate: Certificate,
    *,
    issuer: Certificate,
    answers: Answers,
    candidates: Iterable[Certificate],
    at: dt.datetime,
) -> Standing | None:
    """What the issuer says of a certificate for the moment ``at``; None if nothing usable is there.

    ``candidates`` are certificates among which an OCSP responder's may be. A revocation counts
    whenever it was said; that it is not revoked counts only from an answer that was in force at
    ``at`` or was given after it.
    """
    said = [_crl(der, certificate, issuer) for der in answers.crls[:_MOST_ANSWERS]]
    others = tuple(candidates)
    said += [_ocsp(der, certificate, issuer, others) for der in answers.ocsps[:_MOST_ANSWERS]]
    usable = [s for s in said if s is not None and (s.revoked_at or s.covers(at))]
    revoked = [s for s in usable if s.revoked_at is not None]
    best = max(revoked or usable, key=lambda s: s.said_at, default=None)
    return Standing(best.revoked_at, best.reason, best.said_at) if best else None


@dataclass(frozen=True)
class _Said(Standing):
    until: dt.datetime

    def covers(self, at: dt.datetime) -> bool:
        return self.until >= at


def _crl(der: bytes, certificate: Certificate, issuer: Certificate) -> _Said | None:
    try:
        listed = x509.load_der_x509_crl(der if len(der) <= _MOST_BYTES else b"")
        authority = x509.load_der_x509_certificate(issuer.der)
        # RFC 5280 §6.3.3 f–g: of this issuer, and signed by it.
        same = listed.issuer == authority.subject
        key = authority.public_key()
        if not same or isinstance(listed.signature_hash_algorithm, _BROKEN_HASHES):
            return None
        if not listed.is_signature_valid(key):  # type: ignore[arg-type] # Another kind of key is a TypeError, caught here.
            return None
        entry = listed.get_revoked_certificate_by_serial_number(certificate.serial)
        until = listed.next_update_utc or listed.last_update_utc + _FRESH
        if _partial(listed):
            return None
        return _Said(
            revoked_at=entry.revocation_date_utc if entry else None,
            reason=_reason(entry) if entry else None,
            said_at=listed.last_update_utc,
            until=until,
        )
    except _Errors:
        return None


def _partial(listed: x509.CertificateRevocationList) -> bool:
    # A delta, an indirect list or one of some reasons alone says nothing about the rest.
    return any(e.critical for e in listed.extensions)


def _reason(entry: x509.RevokedCertificate) -> str | None:
    try:
        return str(entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value)
    except x509.ExtensionNotFound:
        return None


def _ocsp(
    der: bytes, certificate: Certificate, issuer: Certificate, candidates: tuple[Certificate, ...]
) -> _Said | None:
    try:
        answer = ocsp.load_der_ocsp_response(der if len(der) <= _MOST_BYTES else b"")
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        if not _about(answer, certificate, issuer):
            return None
        _require_authority(answer, issuer, candidates)
        good = answer.certificate_status is ocsp.OCSPCertStatus.GOOD
        revoked = answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
        if not (good or revoked):
            return None
        reason = answer.revocation_reason
        return _Said(
            revoked_at=answer.revocation_time_utc if revoked else None,
            reason=reason.value if reason else None,
            said_at=answer.this_update_utc,
            until=answer.next_update_utc or answer.this_update_utc + _FRESH,
        )
    except _Errors:
        return None


def _about(answer: ocsp.OCSPResponse, certificate: Certificate, issuer: Certificate) -> bool:
    # RFC 6960 §4.1.1: the certificate is named by digests of its issuer and by its number.
    request = ocsp.OCSPRequestBuilder().add_certificate(
        x509.load_der_x509_certificate(certificate.der),
        x509.load_der_x509_certificate(issuer.der),
        answer.hash_algorithm,
    )
    asked = request.build()
    return (
        asked.serial_number == answer.serial_number
        and asked.issuer_key_hash == answer.issuer_key_hash
        and asked.issuer_name_hash == answer.issuer_name_hash
    )


def _require_authority(
    answer: ocsp.OCSPResponse, issuer: Certificate, candidates: tuple[Certificate, ...]
) -> None:
    """Raise InvalidSignature unless the issuer, or its responder, signed the answer."""
    authority = x509.load_der_x509_certificate(issuer.der)
    carried = [Certificate(c.public_bytes(Encoding.DER)) for c in answer.certificates]
    for responder in (issuer, *carried, *candidates):
        found = x509.load_der_x509_certificate(responder.der)
        if responder != issuer:
            # §4.2.2.2: a delegate has the right in its certificate, from this very issuer.
            if not responder.may_answer_ocsp or not _issued(found, authority):
                continue
            if not responder.not_before <= answer.this_update_utc <= responder.not_after:
                continue
        if _signed(answer, found):
            return
    raise InvalidSignature


def _issued(lower: x509.Certificate, upper: x509.Certificate) -> bool:
    try:
        lower.verify_directly_issued_by(upper)
    except _Errors:
        return False
    return True


def _signed(answer: ocsp.OCSPResponse, by: x509.Certificate) -> bool:
    key, digest = by.public_key(), answer.signature_hash_algorithm
    data, signature = answer.tbs_response_bytes, answer.signature
    try:
        if digest is None or isinstance(digest, _BROKEN_HASHES):
            return False
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), digest)
            return True
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest))
            return True
    except InvalidSignature:
        pass
    return False
