"""``digestMultibase`` of a sealed credential, by which a stacked one names its parts.

VCDM 2.0 §5.3 (https://www.w3.org/TR/2025/REC-vc-data-model-2.0-20250515/#integrity-of-related-resources),
Controlled Identifiers 1.0 §2.4 and §2.5 (Multibase, Multihash). Over the RFC 8785 form of the
sealed JSON, because wallets write JSON anew; over the text itself of a compact JWT.
"""

import base64
import hashlib

from issuer.proofs import jades, jcs

# Multihash: sha2-256, 32 bytes.
_SHA256 = b"\x12\x20"


def digest_multibase(sealed: bytes) -> str:
    """The digest of a sealed credential (JSON, JAdES or compact JWT), ``u`` and base64url.

    Raises MalformedDocument or DocumentTooLarge for what is neither.
    """
    text = sealed.strip()
    # A European Digital Credential carries pictures, so it is as large as any may be.
    is_json = text.startswith(b"{")
    return of_bytes(jcs.encode(jcs.decode(text, most_bytes=jades.MOST_BYTES)) if is_json else text)


def of_bytes(data: bytes) -> str:
    """The digest of bytes as they are."""
    hashed = _SHA256 + hashlib.sha256(data).digest()
    return "u" + base64.urlsafe_b64encode(hashed).rstrip(b"=").decode("ascii")
