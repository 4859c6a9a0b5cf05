"""Signers in memory, one of each kind of key, and a document to be signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys.algorithms import Algorithm
from keys.public import PublicKey
from keys.signer import Signer
from tests.town.badge import badge

Secret = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class HeldKey:
    """A secret in memory, as a signer."""

    secret: Secret
    public_key: PublicKey

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.secret, ed25519.Ed25519PrivateKey):
            return self.secret.sign(data)
        if isinstance(self.secret, rsa.RSAPrivateKey):
            return self.secret.sign(data, padding.PKCS1v15(), hashes.SHA256())
        small = self.public_key.algorithm is Algorithm.P256
        chosen: hashes.HashAlgorithm = hashes.SHA256() if small else hashes.SHA384()
        numbers = decode_dss_signature(self.secret.sign(data, ec.ECDSA(chosen)))
        return b"".join(n.to_bytes(32 if small else 48, "big") for n in numbers)


def _on_curve(algorithm: Algorithm, curve: ec.EllipticCurve) -> HeldKey:
    secret = ec.derive_private_key(20260612, curve)
    point = secret.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return HeldKey(secret, PublicKey(algorithm, point))


@pytest.fixture(scope="session")
def signers() -> Mapping[str, Signer]:
    """Signers by `keys.algorithms.Algorithm` value, and ``other``: a second Ed25519 key."""
    ed, other = (
        ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(i, i + 32))) for i in (0, 1)
    )
    big = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    der = big.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "Ed25519": HeldKey(ed, PublicKey(Algorithm.ED25519, ed.public_key().public_bytes_raw())),
        "other": HeldKey(
            other, PublicKey(Algorithm.ED25519, other.public_key().public_bytes_raw())
        ),
        "P-256": _on_curve(Algorithm.P256, ec.SECP256R1()),
        "P-384": _on_curve(Algorithm.P384, ec.SECP384R1()),
        "RSA": HeldKey(big, PublicKey(Algorithm.RSA, der)),
    }


@pytest.fixture(scope="session")
def document() -> Mapping[str, Any]:
    """A credential with sets, a list, blank nodes, typed values and our vocabulary."""
    issuer = {
        "id": "did:web:uni.example",
        "type": ["Profile"],
        "name": "Universität Beispiel",
        "url": "https://uni.example/",
    }
    identity = {
        "type": "IdentityObject",
        "identityHash": "Ζωή Παπαδοπούλου",
        "identityType": "name",
        "hashed": False,
    }
    results = [{"type": ["Result"], "value": "1.3"}, {"type": ["Result"], "value": "A"}]
    achievement = {
        "creditsAvailable": 2.5,
        "tag": ["ethics", "law"],
        "assessmentType": ["https://uni.example/written", "https://uni.example/oral"],
        "learningOutcome": [
            {"type": "LearningOutcome", "outcomeText": "Names duties."},
            {"type": "LearningOutcome", "outcomeText": "Weighs harms."},
        ],
    }
    subject = {"identifier": [identity], "result": results}
    return badge(issuer, subject=subject, achievement=achievement)
