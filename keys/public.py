"""Public keys as values: Multikey, JWK and did:key in and out, and verification that raises.

Controlled Identifiers 1.0 §2.2.2 (Multikey, https://www.w3.org/TR/cid-1.0/), RFC 7517/7518/8037
(JWK), RFC 7638 (thumbprint), the did:key method. Verification never returns a boolean.
This module knows no secret.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from keys.algorithms import Algorithm, BadSignature, MalformedKey, UnsupportedAlgorithm

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = tuple(first + second for first in _BASE58 for second in _BASE58)
_TEN_LETTERS = 58**10
_FOUR_LETTERS = 58**4
_TWO_LETTERS = 58**2
# Of each byte the value of its letter; what is no letter has one that no letter has.
_NO_LETTER = 255
_LETTERS = bytes(_BASE58.find(chr(code)) % 256 for code in range(256))
_CURVES: dict[Algorithm, ec.EllipticCurve] = {
    Algorithm.P256: ec.SECP256R1(),
    Algorithm.P384: ec.SECP384R1(),
}
_HASHES: dict[Algorithm, hashes.HashAlgorithm] = {
    Algorithm.P256: hashes.SHA256(),
    Algorithm.P384: hashes.SHA384(),
}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_LEAST_RSA_BITS = 2048
_MOST_RSA_BITS = 8192
_MOST_RSA_EXPONENT_BITS = 64
# Of so many keys a process keeps what was validated: loading one costs half as much as verifying.
_MOST_LOADED = 256
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
# The eight points of small order (RFC 7748 §7, Ed25519): every message "verifies" under them.
_SMALL_ORDER_Y = frozenset(
    {
        0,
        1,
        2**255 - 20,
        2**255 - 19,
        2**255 - 18,
        2707385501144840649318225287225658788936804267575313519463743609750303402022,
        55188659117513257062467267217118295137698188065244968500265048394206261417927,
    }
)


@dataclass(frozen=True)
class PublicKey:
    """A validated public key.

    ``raw`` is 32 bytes for Ed25519, the compressed point for P-256 and P-384 (33 and 49 bytes),
    DER SubjectPublicKeyInfo for RSA.
    """

    algorithm: Algorithm
    raw: bytes

    def __post_init__(self) -> None:
        """Refuse what is not a usable point or modulus; raises MalformedKey."""
        self._loaded()

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return nothing if ``signature`` fits ``data``; raise BadSignature otherwise.

        ECDSA signatures are r and s, each of the curve's length (IEEE P1363, RFC 7518 §3.4).
        """
        length = self.algorithm.signature_bytes
        if length is not None and len(signature) != length:
            msg = f"a {self.algorithm} signature has {length} bytes, not {len(signature)}"
            raise BadSignature(msg)
        try:
            self._verify(signature, data)
        except InvalidSignature as fault:
            msg = "the signature does not fit the data and the key"
            raise BadSignature(msg) from fault

    def _verify(self, signature: bytes, data: bytes) -> None:
        key = self._loaded()
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            half = len(signature) // 2
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(_HASHES[self.algorithm]))
        else:
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())

    def _loaded(self) -> ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
        try:
            if self.algorithm is Algorithm.ED25519:
                return _load_ed25519(self.raw)
            if self.algorithm in _CURVES:
                return _load_point(self.algorithm, self.raw)
            return _load_rsa(self.raw)
        except ValueError as fault:
            msg = f"this is not a {self.algorithm} public key"
            raise MalformedKey(msg) from fault

    def multibase(self) -> str:
        """``publicKeyMultibase`` of a Multikey, base58-btc (``z…``)."""
        prefix = self.algorithm.multicodec
        if prefix is None:
            msg = f"{self.algorithm} has no Multikey form"
            raise UnsupportedAlgorithm(msg)
        return "z" + _encoded(prefix + self.raw)

    @classmethod
    def from_multibase(cls, text: str) -> Self:
        """Read a Multikey; raises MalformedKey or UnsupportedAlgorithm."""
        if not text.startswith("z"):
            msg = "publicKeyMultibase must begin with z (base58-btc)"
            raise MalformedKey(msg)
        data = base58_decode(text[1:])
        for algorithm in Algorithm:
            prefix = algorithm.multicodec
            if prefix is not None and data.startswith(prefix):
                return cls(algorithm, data[len(prefix) :])
        msg = "publicKeyMultibase is of a kind that is not supported (Ed25519, P-256, P-384 are)"
        raise UnsupportedAlgorithm(msg)

    def did_key(self) -> str:
        """The did:key of this key."""
        return f"did:key:{self.multibase()}"

    @classmethod
    def from_did_key(cls, did: str) -> Self:
        """Read a did:key without fragment; raises MalformedKey or UnsupportedAlgorithm."""
        if not did.startswith("did:key:"):
            msg = "not a did:key"
            raise MalformedKey(msg)
        return cls.from_multibase(did.removeprefix("did:key:"))

    def jwk(self) -> dict[str, str]:
        """The public JWK, without ``kid`` and ``alg``."""
        key = self._loaded()
        if isinstance(key, ed25519.Ed25519PublicKey):
            return {"kty": "OKP", "crv": "Ed25519", "x": b64url(self.raw)}
        if isinstance(key, ec.EllipticCurvePublicKey):
            numbers, size = key.public_numbers(), (key.curve.key_size + 7) // 8
            return {
                "kty": "EC",
                "crv": str(self.algorithm),
                "x": b64url(numbers.x.to_bytes(size, "big")),
                "y": b64url(numbers.y.to_bytes(size, "big")),
            }
        rsa_numbers = key.public_numbers()
        return {"kty": "RSA", "n": _uint(rsa_numbers.n), "e": _uint(rsa_numbers.e)}

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> Self:
        """Read a public JWK; a private member is refused. Raises MalformedKey."""
        if _PRIVATE_MEMBERS & set(jwk):
            msg = "a public key must be a JWK without private members"
            raise MalformedKey(msg)
        try:
            key = cls(*_from_members(jwk))
        except ValueError as fault:
            msg = "this JWK is not a public key"
            raise MalformedKey(msg) from fault
        # RFC 7517 §4.2–4.4: what the key says it is for; a hostile value may be of any type.
        names = [None, key.algorithm.jose_alg]
        if key.algorithm is Algorithm.ED25519:
            names.append("Ed25519")  # RFC 9864 §2.2: the fully-specified name.
        operations = jwk.get("key_ops", ["verify"])
        verifies = isinstance(operations, list) and "verify" in operations
        signs = jwk.get("alg") in names and jwk.get("use") in [None, "sig"]
        if not (signs and verifies):
            msg = "the JWK says that its key is for something else"
            raise MalformedKey(msg)
        return key

    def thumbprint(self) -> str:
        """JWK thumbprint, SHA-256, base64url (RFC 7638)."""
        members = ",".join(f'"{k}":"{v}"' for k, v in sorted(self.jwk().items()))
        return b64url(hashlib.sha256(f"{{{members}}}".encode()).digest())


@lru_cache(_MOST_LOADED)
def _load_ed25519(raw: bytes) -> ed25519.Ed25519PublicKey:
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y in _SMALL_ORDER_Y or y >= 2**255 - 19:
        msg = "a point of small order or not canonical"
        raise ValueError(msg)
    return ed25519.Ed25519PublicKey.from_public_bytes(raw)


@lru_cache(_MOST_LOADED)
def _load_point(algorithm: Algorithm, raw: bytes) -> ec.EllipticCurvePublicKey:
    curve = _CURVES[algorithm]
    if len(raw) != 1 + (curve.key_size + 7) // 8:
        msg = "not a compressed point"
        raise ValueError(msg)
    return ec.EllipticCurvePublicKey.from_encoded_point(curve, raw)


def _load_rsa(raw: bytes) -> rsa.RSAPublicKey:
    key = load_der_public_key(raw)
    if not isinstance(key, rsa.RSAPublicKey):
        msg = "not an RSA key"
        raise ValueError(msg)  # noqa: TRY004 # One error for every malformed key.
    if not _LEAST_RSA_BITS <= key.key_size <= _MOST_RSA_BITS:
        msg = "an RSA key of 2048 to 8192 bits is needed"
        raise ValueError(msg)
    # A long exponent makes every verification slow (FIPS 186-5 §A.1.1: less than 2^256).
    if key.public_numbers().e.bit_length() > _MOST_RSA_EXPONENT_BITS:
        msg = "an RSA exponent of at most 64 bits is needed"
        raise ValueError(msg)
    return key


def _from_members(jwk: Mapping[str, Any]) -> tuple[Algorithm, bytes]:
    # As text: a hostile value may be of any type, also of one that no set can be asked for.
    kind = (str(jwk.get("kty")), str(jwk.get("crv")))
    if kind == ("OKP", "Ed25519"):
        return Algorithm.ED25519, b64url_decode(jwk.get("x"))
    if kind in {("EC", "P-256"), ("EC", "P-384")}:
        algorithm = Algorithm(kind[1])
        curve = _CURVES[algorithm]
        x, y = (b64url_decode(jwk.get(name)) for name in ("x", "y"))
        size = (curve.key_size + 7) // 8
        if len(x) != size or len(y) != size:
            msg = "a coordinate of the wrong length"
            raise ValueError(msg)
        key = ec.EllipticCurvePublicKey.from_encoded_point(curve, b"\x04" + x + y)
        return algorithm, key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    if kind == ("RSA", "None"):
        if len(str(jwk.get("n"))) > _MOST_RSA_BITS // 6 + 1:
            msg = "a modulus of more than 8192 bits"
            raise ValueError(msg)
        n, e = (int.from_bytes(b64url_decode(jwk.get(name)), "big") for name in ("n", "e"))
        rsa_key = rsa.RSAPublicNumbers(e, n).public_key()
        return Algorithm.RSA, rsa_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    msg = "unknown kty or crv"
    raise ValueError(msg)


def _uint(number: int) -> str:
    return b64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def b64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def b64url_decode(text: object) -> bytes:
    """Decode canonical base64url without padding; raises ValueError on anything else."""
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text):
        msg = "not base64url"
        raise ValueError(msg)
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64url(data) != text:
        msg = "base64url with bits left over"
        raise ValueError(msg)
    return data


def base58_encode(data: bytes) -> str:
    """Base58-btc."""
    number, pairs = int.from_bytes(data, "big"), list[str]()
    while number:
        # Ten letters at once, then four: dividing a large number is what takes the time.
        number, ten = divmod(number, _TEN_LETTERS)
        six, last = divmod(ten, _FOUR_LETTERS)
        first, middle = divmod(six, _FOUR_LETTERS)
        pairs += (
            _PAIRS[last % _TWO_LETTERS],
            _PAIRS[last // _TWO_LETTERS],
            _PAIRS[middle % _TWO_LETTERS],
            _PAIRS[middle // _TWO_LETTERS],
            _PAIRS[first],
        )
    pairs.reverse()
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + "".join(pairs).lstrip("1")


# The few keys of an installation are compared again and again.
_encoded = lru_cache(_MOST_LOADED)(base58_encode)


def base58_decode(text: str) -> bytes:
    """Decode base58-btc of at most 1 000 characters; raises MalformedKey."""
    most = 1_000
    letters = text.encode("ascii", "replace").translate(_LETTERS)
    if len(text) > most or _NO_LETTER in letters:
        msg = "not base58-btc"
        raise MalformedKey(msg)
    # A leading 1 is a zero: it changes no value.
    padded = letters.rjust(-(-len(letters) // 10) * 10, b"\0")
    number = 0
    for start in range(0, len(padded), 10):
        # Ten letters at once: adding to a large number is what takes the time.
        part = 0
        for value in padded[start : start + 10]:
            part = part * 58 + value
        number = number * _TEN_LETTERS + part
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
