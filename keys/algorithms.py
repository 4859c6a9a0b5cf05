"""Which kinds of keys there are, and what each is called where.

Multicodec names (https://www.w3.org/TR/cid-1.0/#Multikey), JOSE names (RFC 7518, RFC 8037) and
signature lengths. This module holds no key and computes nothing.
"""

from enum import StrEnum


class VaultError(Exception):
    """Root of the vault's errors; ``code`` is stable, the message tells what to do."""

    code = "keys.fault"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadSignature(VaultError):
    """The signature does not fit the data and the key."""

    code = "keys.bad_signature"


class MalformedKey(VaultError):
    """A key, key identifier or DID document is not of its specification's form."""

    code = "keys.malformed"


class UnsupportedAlgorithm(VaultError):
    """A key of a kind that is not implemented here."""

    code = "keys.unsupported"


class LifecycleError(VaultError):
    """The life cycle of a key does not allow this step."""

    code = "keys.lifecycle"


class CustodyError(VaultError):
    """A secret cannot be opened, made or destroyed."""

    code = "keys.custody"


class NameTaken(CustodyError):
    """A secret of this name is there already; it is never overwritten."""

    code = "keys.name_taken"


class Algorithm(StrEnum):
    """A kind of key with the one signature scheme that is used with it."""

    ED25519 = "Ed25519"
    P256 = "P-256"
    P384 = "P-384"
    RSA = "RSA"

    @property
    def jose_alg(self) -> str:
        """JWS ``alg`` (RFC 7518 §3.1, RFC 8037 §3.1)."""
        return {"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384", "RSA": "RS256"}[self]

    @property
    def multicodec(self) -> bytes | None:
        """Prefix of the public key in a Multikey; None where there is no Multikey form."""
        return {
            "Ed25519": b"\xed\x01",
            "P-256": b"\x80\x24",
            "P-384": b"\x81\x24",
        }.get(self)

    @property
    def signature_bytes(self) -> int | None:
        """Length of a signature in bytes; None where it depends on the key (RSA)."""
        return {"Ed25519": 64, "P-256": 64, "P-384": 96}.get(self)
