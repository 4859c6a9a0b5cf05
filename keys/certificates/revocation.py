"""What an authority says of one of its certificates: CRLs and OCSP answers as values.

RFC 5280 §5 and §6.3 (https://www.rfc-editor.org/rfc/rfc5280), RFC 6960 §3.2 and §4.2. An answer
counts only where it is signed by the issuer of the certificate, or by somebody to whom that issuer
gave the right. Delta and indirect CRLs are not used, nor is an answer by which a certificate that
had expired is still good: lists forget them. Nobody asks whether an OCSP responder's own
certificate was revoked. Nothing is fetched.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from keys.algorithms import VaultError
from keys.certificates.access import question
from keys.certificates.certificate import Certificate, parse_certificate
from keys.certificates.issuance import require_issued, require_strong

_MOST_ANSWERS = 16
_MOST_BYTES = 8 * 1024 * 1024
_MOST_RESPONDERS = 32
_FRESH = dt.timedelta(days=7)
"""How long an answer without an end of its own is relied on."""
_ENTRY = frozenset({x509.CRLReason.oid, x509.InvalidityDate.oid})
# Whatever these say, it is not that the certificate is good.
_Unusable = (
    ValueError,
    TypeError,
    NotImplementedError,
    InvalidSignature,
    UnsupportedAlgorithm,
    VaultError,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


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


@dataclass(frozen=True)
class Evidence:
    """What proves later that a certificate was good: those above it, and what was said of them."""

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[bytes, ...] = ()
    """Each in DER, here and below."""
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
    whenever it was said, and of several the earliest. That it is not revoked counts only from an
    answer that was given before the certificate ended, and was in force at ``at`` or given later.
    """
    responders = tuple(islice(candidates, _MOST_RESPONDERS))
    said = [_crl(der, certificate, issuer) for der in answers.crls[:_MOST_ANSWERS]]
    said += [_ocsp(der, certificate, issuer, responders) for der in answers.ocsps[:_MOST_ANSWERS]]
    known = [s for s in said if s is not None]
    revoked = [(s.revoked_at, s) for s in known if s.revoked_at is not None]
    if revoked:
        # On one day the word that was said last counts: it may be that of a theft.
        first = min(moment for moment, _ in revoked)
        best = max((s for moment, s in revoked if moment == first), key=lambda s: s.said_at)
        return Standing(first, best.reason, best.said_at)
    good = [s.said_at for s in known if s.until >= at and s.said_at <= certificate.not_after]
    return Standing(None, None, max(good)) if good else None


@dataclass(frozen=True)
class _Said(Standing):
    until: dt.datetime


def _crl(der: bytes, certificate: Certificate, issuer: Certificate) -> _Said | None:
    try:
        listed = x509.load_der_x509_crl(der if len(der) <= _MOST_BYTES else b"")
        _require_list_of(issuer, listed)
        if not _covers(listed, certificate):
            return None
        entry = listed.get_revoked_certificate_by_serial_number(certificate.serial)
        # §5.3: an entry with a rule that is not understood makes the list useless for it.
        if entry is not None and any(e.critical and e.oid not in _ENTRY for e in entry.extensions):
            return None
        return _Said(
            revoked_at=entry.revocation_date_utc if entry else None,
            reason=_reason(entry) if entry else None,
            said_at=listed.last_update_utc,
            until=listed.next_update_utc or listed.last_update_utc + _FRESH,
        )
    except _Unusable:
        return None


def _require_list_of(issuer: Certificate, listed: x509.CertificateRevocationList) -> None:
    """Raise InvalidSignature, or VaultError, unless the list is this issuer's."""
    authority = x509.load_der_x509_certificate(issuer.der)
    # RFC 5280 §6.3.3 f–g: of this issuer, whose key may do it, and signed by it.
    require_strong(authority, listed.signature_hash_algorithm)
    known = listed.issuer == authority.subject and issuer.may_list_revoked
    if not (known and listed.is_signature_valid(authority.public_key())):  # type: ignore[arg-type] # Another kind of key is a TypeError, caught by whoever asks.
        raise InvalidSignature


def _covers(listed: x509.CertificateRevocationList, certificate: Certificate) -> bool:
    for extension in listed.extensions:
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            if not _is_for(extension.value, certificate):
                return False
        # A delta tells changes only; what is critical and not understood binds (§5.2).
        elif extension.critical or isinstance(extension.value, x509.DeltaCRLIndicator):
            return False
    return True


def _is_for(point: x509.IssuingDistributionPoint, certificate: Certificate) -> bool:
    """Whether a list that is for some certificates only is for this one (RFC 5280 §6.3.3 b)."""
    # 1. A list of some reasons, or of somebody else's certificates, says nothing about the rest.
    if point.only_some_reasons or point.indirect_crl or point.only_contains_attribute_certs:
        return False
    # 2. A list of authorities does not name a seal, and the other way round.
    if certificate.says_authority and point.only_contains_user_certs:
        return False
    if not certificate.says_authority and point.only_contains_ca_certs:
        return False
    # 3. One of several lists names those only that are told to look there.
    if point.relative_name is not None:
        return False
    return point.full_name is None or not set(point.full_name).isdisjoint(_places(certificate))


def _places(certificate: Certificate) -> Iterator[x509.GeneralName]:
    found = x509.load_der_x509_certificate(certificate.der).extensions
    try:
        points = found.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return
    for point in points:
        yield from point.full_name or ()


def _reason(entry: x509.RevokedCertificate) -> str | None:
    try:
        return str(entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value)
    except x509.ExtensionNotFound:
        return None


def _ocsp(
    der: bytes, certificate: Certificate, issuer: Certificate, responders: tuple[Certificate, ...]
) -> _Said | None:
    try:
        answer = ocsp.load_der_ocsp_response(der if len(der) <= _MOST_BYTES else b"")
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        # RFC 6960 §4.2.1: an answer may be about several; the first about this one is read.
        about = islice(answer.responses, _MOST_ANSWERS)
        one = next((s for s in about if _is_about(s, certificate, issuer)), None)
        if one is None or one.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            return None
        # §4.4: an extension that is critical and not understood binds.
        if any(e.critical for e in answer.extensions):
            return None
        _require_authority(answer, one, issuer, responders)
        reason = one.revocation_reason
        return _Said(
            revoked_at=one.revocation_time_utc,
            reason=reason.value if reason else None,
            said_at=one.this_update_utc,
            until=one.next_update_utc or one.this_update_utc + _FRESH,
        )
    except _Unusable:
        return None


def _is_about(one: ocsp.OCSPSingleResponse, certificate: Certificate, issuer: Certificate) -> bool:
    # RFC 6960 §4.1.1: the certificate is named by digests of its issuer and by its number.
    asked = question(certificate, issuer=issuer, digest=one.hash_algorithm)
    return (
        asked.serial_number == one.serial_number
        and asked.issuer_key_hash == one.issuer_key_hash
        and asked.issuer_name_hash == one.issuer_name_hash
    )


def _require_authority(
    answer: ocsp.OCSPResponse,
    one: ocsp.OCSPSingleResponse,
    issuer: Certificate,
    responders: tuple[Certificate, ...],
) -> None:
    """Raise InvalidSignature unless the issuer, or its responder, signed the answer."""
    if _signed(answer, issuer):
        return
    carried = answer.certificates[:_MOST_RESPONDERS]
    known = [parse_certificate(c.public_bytes(Encoding.DER)) for c in carried]
    for responder in (*known, *responders):
        # §4.2.2.2: a delegate has the right in its certificate, from this very issuer.
        right = responder.may_answer_ocsp and not responder.not_understood
        in_time = responder.not_before <= one.this_update_utc <= responder.not_after
        if right and in_time and _signed(answer, responder):
            require_issued(responder, by=issuer)
            return
    raise InvalidSignature


def _signed(answer: ocsp.OCSPResponse, by: Certificate) -> bool:
    authority, digest = x509.load_der_x509_certificate(by.der), answer.signature_hash_algorithm
    data, signature = answer.tbs_response_bytes, answer.signature
    try:
        require_strong(authority, digest)
        key = authority.public_key()
        if isinstance(key, rsa.RSAPublicKey) and digest is not None:
            key.verify(signature, data, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and digest is not None:
            key.verify(signature, data, ec.ECDSA(digest))
        else:
            return False
    except _Unusable:
        return False
    return True
