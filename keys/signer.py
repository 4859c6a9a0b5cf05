"""What may sign: a public key and a deed, never a secret.

The interface has no export, so that a file, a hardware module or a cloud service can stand
behind it alike (securesystemslib's Signer is the pattern).
"""

from typing import Protocol

from keys.certificates import Certificate
from keys.public import PublicKey


class Signer(Protocol):
    """Signs bytes with the secret that belongs to ``public_key``."""

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Sign ``data``: 64 bytes for Ed25519, r and s for ECDSA. Raises `CustodyError`."""
        ...


class SealSigner(Signer, Protocol):
    """A signer whose key a certificate names: an electronic seal (eIDAS Art. 35)."""

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """Its certificate first, then those that stand above it, as far as they are at hand."""
        ...
