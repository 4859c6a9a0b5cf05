"""A seal in a PKCS#12 file: the key with its certificate and what stands above it.

RFC 7292 (https://www.rfc-editor.org/rfc/rfc7292). Opened with the installation's passphrase, or
with the first line of a file of its own. ECDSA, and whoever makes an RSA key, draw their own chance
inside the library. A test seal is made here; a real one comes from a trust service. No secret is
ever shown or exported.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID

from keys.algorithms import Algorithm, CustodyError, UnsupportedAlgorithm, VaultError
from keys.certificates import QC_STATEMENTS, Certificate, QcStatements, parse_certificate
from keys.custody import p256
from keys.custody.places import write_new
from keys.public import PublicKey

Chance = Callable[[int], bytes]
_MOST_BYTES = 262_144
_ROUNDS = 600_000
_RSA_BITS, _EXPONENT = 3072, 65_537
_EcKey = ec.EllipticCurvePrivateKey
_RsaKey = rsa.RSAPrivateKey
_ORGANISATION_IDENTIFIER = x509.ObjectIdentifier("2.5.4.97")


class Pkcs12Seal:
    """A `keys.signer.SealSigner` whose key was read from a PKCS#12 file."""

    __slots__ = ("__key", "_chain")

    def __init__(self, key: "_EcKey | _RsaKey", chain: tuple[Certificate, ...]) -> None:
        self.__key = key
        self._chain = chain

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies."""
        return self._chain[0].public_key

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """Its certificate first, then those above it."""
        return self._chain

    def sign(self, data: bytes) -> bytes:
        """Sign ``data``: PKCS#1 v1.5 with SHA-256, or r and s of 32 bytes each."""
        if isinstance(self.__key, _RsaKey):
            return self.__key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return p256.sign(self.__key, data)

    def __repr__(self) -> str:
        return f"<seal {self._chain[0].subject_name}>"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied; raises TypeError."""
        msg = "a seal is neither pickled nor copied"
        raise TypeError(msg)


def open_seal(path: str, *, passphrase: bytes) -> Pkcs12Seal:
    """Open a PKCS#12 file; raises CustodyError (missing, damaged, wrong passphrase, no seal).

    The library takes as the certificate of the key only one that holds that key.
    """
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(_MOST_BYTES)
        key, leaf, above = pkcs12.load_key_and_certificates(data, passphrase)
    except OSError as fault:
        msg = f"{path} cannot be read: {fault.strerror}"
        raise CustodyError(msg) from fault
    except ValueError as fault:
        msg = f"{path} is no PKCS#12 file, or its passphrase is another one"
        raise CustodyError(msg) from fault
    if not isinstance(key, _EcKey | _RsaKey) or leaf is None:
        msg = f"{path} holds no RSA or P-256 key with its certificate"
        raise CustodyError(msg)
    try:
        chain = ordered(*(parse_certificate(c.public_bytes(Encoding.DER)) for c in (leaf, *above)))
        require_seal(chain[0])
    except VaultError as fault:
        msg = f"{path} holds no seal that can be used: {fault.message}"
        raise CustodyError(msg) from fault
    return Pkcs12Seal(key, chain)


def require_seal(certificate: Certificate) -> None:
    """Refuse a certificate that cannot seal; raises UnsupportedAlgorithm."""
    if certificate.public_key.algorithm.jose_alg not in {"RS256", "ES256"}:
        msg = "a seal is an RSA key of at least 2048 bits or a P-256 key"
        raise UnsupportedAlgorithm(msg)
    if not certificate.may_sign or certificate.is_ca:
        msg = "its certificate is not for signing documents"
        raise UnsupportedAlgorithm(msg)


def ordered(leaf: Certificate, *others: Certificate) -> tuple[Certificate, ...]:
    """The leaf, then each time the one that issued the last; what does not belong is left out."""
    chain, left = [leaf], list(others)
    while not chain[-1].is_self_issued:
        above = next((c for c in left if c.subject_name == chain[-1].issuer_name), None)
        if above is None:
            break
        left.remove(above)
        chain.append(above)
    return tuple(chain)


@dataclass(frozen=True)
class SealSubject:
    """For whom a test seal is made."""

    legal_name: str
    country: str
    """Two letters."""
    organisation_identifier: str
    """ETSI EN 319 412-1 §5.1.4, such as ``VATAT-U12345678``."""


def create_test_seal(
    path: str,
    *,
    subject: SealSubject,
    passphrase: bytes,
    random: Chance,
    at: dt.datetime,
    algorithm: Algorithm = Algorithm.P256,
) -> bytes:
    """Make a test authority and a test seal under it; return the authority's certificate, PEM.

    The authority's key is P-256 and forgotten at once; the seal's is P-256 or RSA of 3 072 bits.
    Each certificate says that it is a test, and none that it is qualified. Never overwrites; raises
    CustodyError.
    """
    root_key, key = p256.key_of(p256.draw(random)), _key(algorithm, random)
    root_name = _name(f"TEST authority of {subject.legal_name}", subject)
    name = _name(f"TEST SEAL {subject.legal_name}", subject)
    root = _certificate(root_key, (root_name, root_name), root_key, serial=random(16), at=at)
    leaf = _certificate(key, (name, root_name), root_key, serial=random(16), at=at)
    encryption = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(passphrase)
    )
    data = pkcs12.serialize_key_and_certificates(b"test seal", key, leaf, [root], encryption)
    write_new(Path(path), data)
    return root.public_bytes(Encoding.PEM)


def _key(algorithm: Algorithm, random: Chance) -> "_EcKey | _RsaKey":
    if algorithm is Algorithm.RSA:
        return rsa.generate_private_key(_EXPONENT, _RSA_BITS)
    if algorithm is Algorithm.P256:
        return p256.key_of(p256.draw(random))
    msg = f"a seal is an RSA key or a P-256 key, not {algorithm}"
    raise CustodyError(msg)


def _name(common_name: str, subject: SealSubject) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, subject.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, subject.legal_name[:64]),
            x509.NameAttribute(_ORGANISATION_IDENTIFIER, subject.organisation_identifier),
            # X.520 allows 64 characters.
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )


def _certificate(
    key: "_EcKey | _RsaKey",
    names: tuple[x509.Name, x509.Name],
    issuer_key: _EcKey,
    *,
    serial: bytes,
    at: dt.datetime,
) -> x509.Certificate:
    subject, issuer = names
    authority = subject == issuer
    years = 10 if authority else 5
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(serial, "big") >> 1 | 1)
        .not_valid_before(at - dt.timedelta(days=1))
        .not_valid_after(at + dt.timedelta(days=365 * years))
    )
    for extension, critical in _extensions(key, issuer_key, authority=authority):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _extensions(
    key: "_EcKey | _RsaKey", issuer_key: _EcKey, *, authority: bool
) -> Iterable[tuple[x509.ExtensionType, bool]]:
    yield x509.BasicConstraints(ca=authority, path_length=0 if authority else None), True
    yield (
        x509.KeyUsage(
            digital_signature=not authority,
            content_commitment=not authority,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=authority,
            crl_sign=authority,
            encipher_only=False,
            decipher_only=False,
        ),
        True,
    )
    yield x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False
    yield x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False
    if not authority:
        # ETSI EN 319 412-5 §4.2.3: for seals. That it were qualified (§4.2.1) it does not say.
        yield x509.UnrecognizedExtension(QC_STATEMENTS, QcStatements(eseal=True).encode()), False
