"""P-256 keys whose secret is at hand: made from chance that is handed in, and signing.

FIPS 186-5 A.2.1 (https://doi.org/10.6028/NIST.FIPS.186-5), SEC 2 §2.4.2; signatures as JWA wants
them (RFC 7518 §3.4). The library draws the number of each signature itself.
"""

from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

_ORDER = int("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)


def draw(random: Callable[[int], bytes]) -> int:
    """A secret number between 1 and the order of the curve."""
    # 384 random bits reduced: the bias is below 2^-128 (FIPS 186-5 A.2.1).
    return int.from_bytes(random(48), "big") % (_ORDER - 1) + 1


def key_of(number: int) -> ec.EllipticCurvePrivateKey:
    """The key of a secret number."""
    return ec.derive_private_key(number, ec.SECP256R1())


def sign(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """Sign SHA-256 of ``data``: r and s of 32 bytes each (IEEE P1363)."""
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
