"""Public keys in every form, and what pretends to be one."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from keys.algorithms import Algorithm, BadSignature, MalformedKey, UnsupportedAlgorithm
from keys.public import (
    PublicKey,
    b64url,
    b64url_decode,
    base58_decode,
    base58_encode,
)

DATA = b"what was signed"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
# RFC 8037 Appendix A.1–A.4.
RFC8037 = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
RFC8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
# RFC 7515 Appendix A.3: an ES256 signature.
RFC7515 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
RFC7515_INPUT = (
    b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
    b"cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
)
RFC7515_SIGNATURE = (
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
# W3C vc-di-eddsa, B.1: the key of the published vectors.
MULTIKEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


def ed_pair() -> tuple[ed25519.Ed25519PrivateKey, PublicKey]:
    secret = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    return secret, PublicKey(Algorithm.ED25519, secret.public_key().public_bytes_raw())


def ec_pair(algorithm: Algorithm) -> tuple[ec.EllipticCurvePrivateKey, PublicKey]:
    curve = {Algorithm.P256: ec.SECP256R1(), Algorithm.P384: ec.SECP384R1()}[algorithm]
    secret = ec.derive_private_key(0xC0FFEE, curve)
    raw = secret.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return secret, PublicKey(algorithm, raw)


def rsa_public(key: rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def signed(algorithm: Algorithm) -> tuple[PublicKey, bytes]:
    if algorithm is Algorithm.ED25519:
        secret, key = ed_pair()
        return key, secret.sign(DATA)
    if algorithm is Algorithm.RSA:
        signature = RSA.sign(DATA, padding.PKCS1v15(), hashes.SHA256())
        return PublicKey(algorithm, rsa_public(RSA.public_key())), signature
    digest, half = {
        Algorithm.P256: (hashes.SHA256(), 32),
        Algorithm.P384: (hashes.SHA384(), 48),
    }[algorithm]
    ec_secret, key = ec_pair(algorithm)
    r, s = decode_dss_signature(ec_secret.sign(DATA, ec.ECDSA(digest)))
    return key, r.to_bytes(half, "big") + s.to_bytes(half, "big")


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_signature_fits_its_data_and_no_other(algorithm: Algorithm) -> None:
    key, signature = signed(algorithm)
    key.verify(signature, DATA)
    with pytest.raises(BadSignature):
        key.verify(signature, DATA + b"!")
    for place in (0, len(signature) // 2, len(signature) - 1):
        flipped = bytearray(signature)
        flipped[place] ^= 1
        with pytest.raises(BadSignature):
            key.verify(bytes(flipped), DATA)


@pytest.mark.parametrize("algorithm", Algorithm)
@pytest.mark.parametrize("wrong", [b"", b"\0", bytes(63), bytes(64), bytes(65), bytes(96)])
def test_a_signature_of_another_length_or_of_zeros_fits_nothing(
    algorithm: Algorithm, wrong: bytes
) -> None:
    key, _ = signed(algorithm)
    with pytest.raises(BadSignature):
        key.verify(wrong, DATA)


def test_a_der_signature_is_not_one_of_jose() -> None:
    secret, key = ec_pair(Algorithm.P256)
    with pytest.raises(BadSignature, match="has 64 bytes"):
        key.verify(secret.sign(DATA, ec.ECDSA(hashes.SHA256())), DATA)


def test_an_ed25519_scalar_beyond_the_order_is_refused() -> None:
    # RFC 8032 §5.1.7: S + L would verify too if nobody looked.
    key, signature = signed(Algorithm.ED25519)
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(signature[32:], "little") + order
    with pytest.raises(BadSignature):
        key.verify(signature[:32] + scalar.to_bytes(32, "little"), DATA)


def test_the_signature_of_rfc_7515_verifies() -> None:
    key = PublicKey.from_jwk(RFC7515)
    key.verify(b64url_decode(RFC7515_SIGNATURE), RFC7515_INPUT)
    assert key.jwk() == RFC7515


def test_the_thumbprint_of_rfc_8037() -> None:
    assert PublicKey.from_jwk(RFC8037).thumbprint() == RFC8037_THUMBPRINT


def test_the_multikey_of_the_published_vectors() -> None:
    key = PublicKey.from_multibase(MULTIKEY)
    assert key.algorithm is Algorithm.ED25519
    assert key.multibase() == MULTIKEY
    assert key.did_key() == f"did:key:{MULTIKEY}"
    assert PublicKey.from_did_key(f"did:key:{MULTIKEY}") == key


@pytest.mark.parametrize("algorithm", Algorithm)
def test_every_form_gives_the_same_key_back(algorithm: Algorithm) -> None:
    key, _ = signed(algorithm)
    assert PublicKey.from_jwk(key.jwk()) == key
    assert PublicKey.from_jwk(json.loads(json.dumps(key.jwk()))).thumbprint() == key.thumbprint()
    named = key.jwk() | {"alg": algorithm.jose_alg, "use": "sig", "kid": "x"}
    assert PublicKey.from_jwk(named) == key
    if algorithm is Algorithm.RSA:
        with pytest.raises(UnsupportedAlgorithm, match="no Multikey form"):
            key.multibase()
    else:
        assert PublicKey.from_multibase(key.multibase()) == key
        assert PublicKey.from_did_key(key.did_key()) == key


SMALL_ORDER = [
    bytes(32),
    b"\x01" + bytes(31),
    (2**255 - 20).to_bytes(32, "little"),
    (2**255 - 19).to_bytes(32, "little"),
    (2**255 - 18).to_bytes(32, "little"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
]


@pytest.mark.parametrize("point", SMALL_ORDER, ids=lambda p: p.hex()[:8])
@pytest.mark.parametrize("sign", [0, 0x80])
def test_a_point_under_which_every_message_verifies_is_no_key(point: bytes, sign: int) -> None:
    raw = point[:31] + bytes([point[31] | sign])
    with pytest.raises(MalformedKey, match="not a Ed25519 public key"):
        PublicKey(Algorithm.ED25519, raw)


@pytest.mark.parametrize(
    ("algorithm", "raw"),
    [
        (Algorithm.ED25519, b""),
        (Algorithm.ED25519, bytes(range(31))),
        (Algorithm.ED25519, bytes(range(33))),
        (Algorithm.ED25519, b"\xff" * 32),
        (Algorithm.P256, b""),
        (Algorithm.P256, b"\x02" + b"\xff" * 32),
        (Algorithm.P256, b"\x05" + bytes(32)),
        (Algorithm.P256, b"\x00"),
        (Algorithm.P256, b"\x02" + bytes(48)),
        (Algorithm.P384, b"\x02" + bytes(32)),
        (Algorithm.RSA, b"not DER"),
        (Algorithm.RSA, bytes(300)),
    ],
)
def test_what_is_no_key(algorithm: Algorithm, raw: bytes) -> None:
    with pytest.raises(MalformedKey, match=f"not a {algorithm} public key"):
        PublicKey(algorithm, raw)


def test_an_uncompressed_point_is_not_the_form_of_a_multikey() -> None:
    secret, _ = ec_pair(Algorithm.P256)
    raw = secret.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    with pytest.raises(MalformedKey):
        PublicKey(Algorithm.P256, raw)


def test_der_of_another_kind_is_no_rsa_key() -> None:
    secret, _ = ec_pair(Algorithm.P256)
    der = secret.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(MalformedKey):
        PublicKey(Algorithm.RSA, der)


# --- Multibase and did:key ------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "z", "m6Mk", "u7QGk", "Z" + MULTIKEY[1:], MULTIKEY[:-1] + "0", MULTIKEY[:-1] + "l",
     MULTIKEY[:-1], MULTIKEY + "1", " " + MULTIKEY, MULTIKEY + "\n", "z" + "1" * 1001],
)  # fmt: skip
def test_what_is_no_multikey(text: str) -> None:
    with pytest.raises((MalformedKey, UnsupportedAlgorithm)):
        PublicKey.from_multibase(text)


def test_a_multikey_of_a_kind_that_is_not_implemented_says_so() -> None:
    x25519 = "z" + base58_encode(b"\xec\x01" + bytes(range(32)))
    with pytest.raises(UnsupportedAlgorithm, match="not supported"):
        PublicKey.from_multibase(x25519)


@pytest.mark.parametrize(
    "did", ["", MULTIKEY, f"did:web:{MULTIKEY}", f"did:key:{MULTIKEY}#{MULTIKEY}", "did:key:"]
)
def test_what_is_no_did_key(did: str) -> None:
    with pytest.raises(MalformedKey):
        PublicKey.from_did_key(did)


# --- JWK ------------------------------------------------------------------------------------

ED_JWK = RFC8037
EC_JWK = RFC7515
ODD: list[Any] = [None, 7, True, [], {}, ["Ed25519"], {"a": 1}, "", "x" * 100, 1.5]


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_a_private_member_makes_a_jwk_no_public_key(member: str) -> None:
    with pytest.raises(MalformedKey, match="private"):
        PublicKey.from_jwk(ED_JWK | {member: "AA"})


@pytest.mark.parametrize(
    ("base", "name"),
    [(base, name) for base in (ED_JWK, EC_JWK) for name in base],
    ids=lambda v: v if isinstance(v, str) else v["kty"],
)
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_an_odd_member_is_refused_whatever_its_type(
    base: dict[str, str], name: str, value: object
) -> None:
    with pytest.raises(MalformedKey):
        PublicKey.from_jwk(base | {name: value})


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "none"},
        {"alg": "ES256"},
        {"alg": "HS256"},
        {"alg": ["EdDSA"]},
        {"alg": {}},
        {"use": "enc"},
        {"use": []},
        {"key_ops": ["sign"]},
        {"key_ops": []},
        {"key_ops": "verify"},
        {"key_ops": None},
        {"key_ops": {"verify": 1}},
    ],
)
def test_a_key_that_says_it_is_for_something_else_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedKey, match="for something else"):
        PublicKey.from_jwk(ED_JWK | change)


@pytest.mark.parametrize(
    "change",
    [{"alg": "EdDSA"}, {"alg": "Ed25519"}, {"use": "sig"}, {"key_ops": ["verify", "sign"]}],
)
def test_a_key_that_says_it_verifies_is_taken(change: dict[str, Any]) -> None:
    assert PublicKey.from_jwk(ED_JWK | change).jwk() == ED_JWK


def test_a_name_of_ours_is_not_a_name_of_jose() -> None:
    with pytest.raises(MalformedKey):
        PublicKey.from_jwk(EC_JWK | {"alg": "P-256"})


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        EC_JWK | {"crv": "P-384"},
        EC_JWK | {"crv": "secp256k1"},
        EC_JWK | {"y": EC_JWK["x"]},
        EC_JWK | {"x": b64url(b"\0" + b64url_decode(EC_JWK["x"]))},
        EC_JWK | {"x": EC_JWK["x"] + "="},
        ED_JWK | {"crv": "X25519"},
        ED_JWK | {"x": ED_JWK["x"][:-1] + "p"},
        ED_JWK | {"x": b64url(bytes(32))},
        {"kty": "oct", "x": "AA"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "crv": "P-256", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "n": None, "e": "AQAB"},
        {"kty": "RSA"},
    ],
    ids=str,
)
def test_what_is_no_jwk(jwk: dict[str, Any]) -> None:
    with pytest.raises(MalformedKey):
        PublicKey.from_jwk(jwk)


def rsa_jwk(modulus: int, exponent: int) -> dict[str, str]:
    def uint(number: int) -> str:
        return b64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))

    return {"kty": "RSA", "n": uint(modulus), "e": uint(exponent)}


def test_an_rsa_key_is_neither_short_nor_long_and_its_exponent_is_small() -> None:
    modulus = RSA.public_key().public_numbers().n
    assert PublicKey.from_jwk(rsa_jwk(modulus, 65537)).algorithm is Algorithm.RSA
    for n, e in (
        (modulus >> 1025 | 1, 65537),
        (modulus << 6145 | 1, 65537),
        (modulus << 100_000 | 1, 65537),
        (modulus, 2**64 + 1),
        (modulus, 1),
        (modulus, 4),
        (modulus, 0),
    ):
        with pytest.raises(MalformedKey):
            PublicKey.from_jwk(rsa_jwk(n, e))


# --- Encodings ------------------------------------------------------------------------------


@given(st.binary(max_size=80))
def test_what_is_encoded_comes_back(data: bytes) -> None:
    assert base58_decode(base58_encode(data)) == data
    assert b64url_decode(b64url(data)) == data
    assert "=" not in b64url(data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
        (b"", ""),
        (b"\0", "1"),
    ],
)
def test_base58_is_that_of_the_drafts_examples(data: bytes, text: str) -> None:
    assert base58_encode(data) == text
    assert base58_decode(text) == data


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "a b", "é", "1" * 1001])
def test_what_is_not_base58(text: str) -> None:
    with pytest.raises(MalformedKey, match="not base58-btc"):
        base58_decode(text)


@pytest.mark.parametrize(
    "text", ["A", "AB==", "A+", "A/", "AAA=", "AB", "A A", "AA\n", None, 7, b"A"]
)
def test_what_is_not_base64url(text: object) -> None:
    with pytest.raises(ValueError, match=r"base64|length|padding|characters"):
        b64url_decode(text)


def test_the_names_of_each_algorithm() -> None:
    assert {a: (a.jose_alg, a.multicodec, a.signature_bytes) for a in Algorithm} == {
        Algorithm.ED25519: ("EdDSA", b"\xed\x01", 64),
        Algorithm.P256: ("ES256", b"\x80\x24", 64),
        Algorithm.P384: ("ES384", b"\x81\x24", 96),
        Algorithm.RSA: ("RS256", None, None),
    }


def test_a_key_is_a_value() -> None:
    one, other = PublicKey.from_jwk(ED_JWK), PublicKey.from_jwk(dict(ED_JWK))
    assert one == other
    assert len({one, other}) == 1
    assert base64.b64encode(one.raw)
