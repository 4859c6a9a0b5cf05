"""X.509 certificates as values: whose they are, for what, and from when until when.

RFC 5280 §4 (https://www.rfc-editor.org/rfc/rfc5280); ETSI EN 319 412-1 §5.1.4 (organisation
identifier); RFC 5035 §5 (IssuerSerial). Whether anybody believes one is asked in
`keys.certificates.chain`.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from asn1crypto import tsp
from asn1crypto import x509 as der_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    ExtensionOID,
    NameOID,
)

from keys.algorithms import Algorithm, MalformedKey, VaultError
from keys.algorithms import UnsupportedAlgorithm as NoSuchKey
from keys.certificates.qualification import QC_STATEMENTS, QcStatements
from keys.public import PublicKey

_MOST_BYTES = 16_384
_E = TypeVar("_E", bound=x509.ExtensionType)
_ORGANISATION_IDENTIFIER = x509.ObjectIdentifier("2.5.4.97")
# RFC 5280 §4.2.1.12: whoever states purposes is for no other. A key that answers web browsers,
# time-stamps or speaks about revocation is not for documents, whatever else stands beside it.
_OTHER_PURPOSES = frozenset(
    {
        ExtendedKeyUsageOID.SERVER_AUTH,
        ExtendedKeyUsageOID.TIME_STAMPING,
        ExtendedKeyUsageOID.OCSP_SIGNING,
    }
)
_PROGRAMS = frozenset({ExtendedKeyUsageOID.CODE_SIGNING})
# RFC 5280 §4.2: what is critical and not understood refuses the certificate. Name constraints and
# policy constraints are not understood here.
_UNDERSTOOD = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
        QC_STATEMENTS,
    }
)


# §4.2.1.10: an authority that may speak for some names only. Not understood, and refused even where
# an authority forgot to say that it is critical.
_BINDING = frozenset({ExtensionOID.NAME_CONSTRAINTS})


class CertificateInvalid(VaultError):
    """These bytes are no certificate that can be used."""

    code = "keys.certificate"


@dataclass(frozen=True)
class Certificate:
    """An X.509 certificate; equal where the bytes are. Made by `parse_certificate`."""

    der: bytes

    def __reduce__(self) -> tuple[type["Certificate"], tuple[bytes]]:
        """Its bytes alone go to another process: what was read from them cannot be sent."""
        return Certificate, (self.der,)

    @cached_property
    def _x509(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(self.der)

    @cached_property
    def fingerprint(self) -> bytes:
        """SHA-256 of the DER form, 32 bytes."""
        return hashlib.sha256(self.der).digest()

    @cached_property
    def public_key(self) -> PublicKey:
        """Its key; raises `keys.algorithms.UnsupportedAlgorithm` for one that is not read."""
        try:
            return self._key()
        except (ValueError, UnsupportedAlgorithm, MalformedKey) as fault:
            msg = "the certificate's key is damaged, too weak or of a kind that is not read here"
            raise NoSuchKey(msg) from fault

    def _key(self) -> PublicKey:
        key = self._x509.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            return PublicKey(Algorithm.RSA, spki)
        if isinstance(key, ed25519.Ed25519PublicKey):
            return PublicKey(Algorithm.ED25519, key.public_bytes_raw())
        kinds = {"secp256r1": Algorithm.P256, "secp384r1": Algorithm.P384}
        if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in kinds:
            point = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
            return PublicKey(kinds[key.curve.name], point)
        msg = "the certificate's key is of a kind that is not read here"
        raise NoSuchKey(msg)

    @cached_property
    def subject_name(self) -> str:
        """The subject, as RFC 4514 writes it."""
        return self._x509.subject.rfc4514_string()

    @cached_property
    def issuer_name(self) -> str:
        """The issuer, as RFC 4514 writes it."""
        return self._x509.issuer.rfc4514_string()

    @cached_property
    def subject_organisation(self) -> str | None:
        """O of the subject; None also where it says several, here and below."""
        return self._said(NameOID.ORGANIZATION_NAME)

    @cached_property
    def common_name(self) -> str | None:
        """CN of the subject."""
        return self._said(NameOID.COMMON_NAME)

    @cached_property
    def country(self) -> str | None:
        """C of the subject, two letters."""
        return self._said(NameOID.COUNTRY_NAME)

    @cached_property
    def organisation_identifier(self) -> str | None:
        """2.5.4.97 of the subject, such as ``VATAT-U12345678``."""
        return self._said(_ORGANISATION_IDENTIFIER)

    def _said(self, oid: x509.ObjectIdentifier) -> str | None:
        # Of two names a reader would see one, and a checker compare the other.
        found = {str(a.value) for a in self._x509.subject.get_attributes_for_oid(oid)}
        return found.pop() if len(found) == 1 else None

    @property
    def serial(self) -> int:
        """Serial number."""
        return self._x509.serial_number

    @property
    def not_before(self) -> dt.datetime:
        """From when on it is valid, UTC."""
        return self._x509.not_valid_before_utc

    @property
    def not_after(self) -> dt.datetime:
        """Until when it is valid, UTC."""
        return self._x509.not_valid_after_utc

    @cached_property
    def is_ca(self) -> bool:
        """Whether it may issue certificates (RFC 5280 §4.2.1.9, §4.2.1.3)."""
        usage = _extension(self._x509, x509.KeyUsage)
        return self.says_authority and (usage is None or usage.key_cert_sign)

    @cached_property
    def says_authority(self) -> bool:
        """Whether it calls itself an authority, whatever its key may be used for (§4.2.1.9)."""
        basic = _extension(self._x509, x509.BasicConstraints)
        return basic is not None and basic.ca

    @cached_property
    def may_list_revoked(self) -> bool:
        """Whether its key may sign lists of revoked certificates (§4.2.1.3)."""
        usage = _extension(self._x509, x509.KeyUsage)
        return usage is None or usage.crl_sign

    @cached_property
    def path_length(self) -> int | None:
        """How many certificates of authorities may stand below it; None: any number."""
        basic = _extension(self._x509, x509.BasicConstraints)
        return basic.path_length if basic else None

    @property
    def is_self_issued(self) -> bool:
        """Whether issuer and subject are one name."""
        return self._x509.subject == self._x509.issuer

    @cached_property
    def may_sign(self) -> bool:
        """Whether its key may sign documents: it says so, or nothing (RFC 5280 §4.2.1.3, .12)."""
        usage = _extension(self._x509, x509.KeyUsage)
        if not (usage is None or usage.digital_signature or usage.content_commitment):
            return False
        purposes = frozenset(_extension(self._x509, x509.ExtendedKeyUsage) or ())
        return not purposes & _OTHER_PURPOSES and purposes != _PROGRAMS

    @cached_property
    def may_timestamp(self) -> bool:
        """Whether it is for time-stamps and nothing else, critically (RFC 3161 §2.3)."""
        try:
            found = self._x509.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        except x509.ExtensionNotFound:
            return False
        return found.critical and list(found.value) == [ExtendedKeyUsageOID.TIME_STAMPING]

    @cached_property
    def may_answer_ocsp(self) -> bool:
        """Whether it may speak for its issuer about revocation (RFC 6960 §4.2.2.2)."""
        usage = _extension(self._x509, x509.ExtendedKeyUsage)
        return usage is not None and ExtendedKeyUsageOID.OCSP_SIGNING in usage

    @cached_property
    def names_revocation(self) -> bool:
        """Whether it names a place where its revocation would be published."""
        access = _extension(self._x509, x509.AuthorityInformationAccess) or ()
        ocsp = any(a.access_method == AuthorityInformationAccessOID.OCSP for a in access)
        return ocsp or _extension(self._x509, x509.CRLDistributionPoints) is not None

    @cached_property
    def not_understood(self) -> tuple[str, ...]:
        """Extensions that bind it and are not understood here, as dotted numbers."""
        return tuple(
            e.oid.dotted_string
            for e in self._x509.extensions
            if e.oid in _BINDING or (e.critical and e.oid not in _UNDERSTOOD)
        )

    @cached_property
    def qualified(self) -> QcStatements:
        """What it says of its qualification; who believes it asks the anchor."""
        try:
            found = self._x509.extensions.get_extension_for_oid(QC_STATEMENTS)
        except x509.ExtensionNotFound:
            return QcStatements()
        value = found.value
        data = value.value if isinstance(value, x509.UnrecognizedExtension) else b""
        return QcStatements.decode(data)


def parse_certificate(der: bytes) -> Certificate:
    """Read a certificate; raises CertificateInvalid for what cannot be used."""
    if len(der) > _MOST_BYTES:
        msg = "a certificate of more than 16 KiB"
        raise CertificateInvalid(msg)
    found = Certificate(der)
    try:
        # Whatever is read later is read once here, so that nothing raises afterwards.
        for name in _READ:
            getattr(found, name)
    except _UNREADABLE as fault:
        msg = "this is no X.509 certificate that can be read"
        raise CertificateInvalid(msg) from fault
    # RFC 5280 §4.1.2.2: positive. Other readers take such a number for another one.
    if found.serial <= 0:
        msg = "its serial number is not positive"
        raise CertificateInvalid(msg)
    return found


_UNREADABLE = (
    ValueError,
    TypeError,
    NotImplementedError,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    # What the library will refuse one day it warns of today; a filter may make that an error.
    CryptographyDeprecationWarning,
)
_READ = (
    "subject_name",
    "issuer_name",
    "subject_organisation",
    "common_name",
    "country",
    "organisation_identifier",
    "not_before",
    "not_after",
    "is_ca",
    "says_authority",
    "may_list_revoked",
    "path_length",
    "may_sign",
    "may_timestamp",
    "may_answer_ocsp",
    "names_revocation",
    "not_understood",
    "qualified",
)


def issuer_serial(certificate: Certificate) -> bytes:
    """DER IssuerSerial (RFC 5035 §5): the issuer's name and the serial number."""
    issuer = der_x509.Certificate.load(certificate.der).issuer
    names = [der_x509.GeneralName("directory_name", issuer)]
    value = tsp.IssuerSerial({"issuer": names, "serial_number": certificate.serial})
    return bytes(value.dump())


def _extension(certificate: x509.Certificate, kind: type[_E]) -> _E | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
