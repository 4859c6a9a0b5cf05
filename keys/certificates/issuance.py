"""Did this authority make that certificate? One name and one signature.

RFC 5280 §6.1.3 a 1 and a 4 (https://www.rfc-editor.org/rfc/rfc5280#section-6.1.3); which keys and
hashes can be forged follows ETSI TS 119 312. Whether the authority may make certificates, and
whether anybody believes it, is asked elsewhere.
"""

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from keys.algorithms import BadSignature
from keys.certificates.certificate import Certificate, CertificateInvalid

_LEAST_RSA_BITS, _MOST_RSA_BITS = 2048, 8192
_LEAST_CURVE_BITS = 256
_LEAST_DIGEST_BYTES = 32
_BY_OTHERS = "it was made by somebody else"


class Weak(CertificateInvalid):
    """It is signed with a key or a hash that can be forged today."""

    code = "keys.weak"


def require_issued(lower: Certificate, *, by: Certificate) -> None:
    """Return nothing if ``by`` made ``lower``; raise BadSignature, or Weak, otherwise."""
    below, above = (x509.load_der_x509_certificate(c.der) for c in (lower, by))
    try:
        # 1. A signature that anybody could have made is not looked at.
        require_strong(above, below.signature_hash_algorithm)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise BadSignature(_BY_OTHERS) from fault
    # 2. The names are one, byte for byte, and the signature fits.
    require_made(lower, by=by)


def require_made(lower: Certificate, *, by: Certificate) -> None:
    """Return nothing if ``by`` signed ``lower``, strongly or not; raise BadSignature otherwise."""
    below, above = (x509.load_der_x509_certificate(c.der) for c in (lower, by))
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm) as fault:
        raise BadSignature(_BY_OTHERS) from fault


def require_strong(authority: x509.Certificate, digest: hashes.HashAlgorithm | None) -> None:
    """Refuse an authority's key, or a hash that it signed, that can be forged; raises Weak.

    Raises ValueError or `cryptography.exceptions.UnsupportedAlgorithm` for a key that is damaged.
    """
    key = authority.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        strong = _LEAST_RSA_BITS <= key.key_size <= _MOST_RSA_BITS
    elif isinstance(key, ec.EllipticCurvePublicKey):
        strong = key.curve.key_size >= _LEAST_CURVE_BITS
    else:
        strong = isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey)
    # An Edwards key brings its own hash, and none is named.
    if not strong or (digest is not None and digest.digest_size < _LEAST_DIGEST_BYTES):
        msg = "it is signed with a key or a hash that can be forged"
        raise Weak(msg)
