"""Certificates that no honest authority would make: bent inside and signed again."""

from collections.abc import Callable
from typing import Any

from asn1crypto import algos, core
from asn1crypto import x509 as der_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.town.authority import Holder

STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")


def bent(der: bytes, by: Holder, bend: Callable[[Any], None]) -> bytes:
    """A certificate (DER) whose inside is bent, and signed again by a P-256 authority."""
    inside = der_x509.Certificate.load(der)["tbs_certificate"]
    bend(inside)
    return _signed(inside.dump(force=True), by)


def rewritten(der: bytes, by: Holder, old: bytes, new: bytes) -> bytes:
    """A certificate (DER) in which bytes stand for others of the same length, signed again."""
    assert len(old) == len(new)
    inside = der_x509.Certificate.load(der)["tbs_certificate"].dump()
    assert inside.count(old) == 1
    return _signed(inside.replace(old, new), by)


def _signed(inside: bytes, by: Holder) -> bytes:
    assert isinstance(by.key, ec.EllipticCurvePrivateKey)
    algorithm = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump()
    signature = core.OctetBitString(by.key.sign(inside, ec.ECDSA(hashes.SHA256()))).dump()
    return bytes(core.Sequence(contents=inside + algorithm + signature).dump())


def key_of(holder: Holder) -> bytes:
    """SubjectPublicKeyInfo (DER), as it stands in the certificate."""
    key = holder.key.public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def statements(data: bytes) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    """QcStatements of any bytes, for a `tests.town.authority.Paper`."""
    return ((x509.UnrecognizedExtension(STATEMENTS, data), False),)
