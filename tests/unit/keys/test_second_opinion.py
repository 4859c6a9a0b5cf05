"""Another implementation says the same of a signature, and is no more lenient."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from keys import second_opinion
from keys.algorithms import Algorithm, BadSignature
from keys.public import PublicKey

ORDER = 2**252 + 27742317777372353535851937790883648493
# RFC 8032 §7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
            "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
]


def pair(seed: bytes) -> tuple[ed25519.Ed25519PrivateKey, PublicKey]:
    secret = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    return secret, PublicKey(Algorithm.ED25519, secret.public_key().public_bytes_raw())


def unchecked(raw: bytes) -> PublicKey:
    """A key that `PublicKey` would not let in."""
    key = object.__new__(PublicKey)
    object.__setattr__(key, "algorithm", Algorithm.ED25519)
    object.__setattr__(key, "raw", raw)
    return key


def says(key: PublicKey, signature: bytes, data: bytes, *, second: bool) -> bool:
    try:
        if second:
            second_opinion.verify(key, signature, data)
        else:
            key.verify(signature, data)
    except BadSignature:
        return False
    return True


@pytest.mark.parametrize(("raw", "data", "signature"), VECTORS)
def test_the_signatures_of_rfc_8032_fit_and_nothing_else_does(
    raw: str, data: str, signature: str
) -> None:
    key = PublicKey(Algorithm.ED25519, bytes.fromhex(raw))
    good, signed = bytes.fromhex(signature), bytes.fromhex(data)
    second_opinion.verify(key, good, signed)
    with pytest.raises(BadSignature, match="another implementation"):
        second_opinion.verify(key, good, signed + b"!")
    for place in range(len(good)):
        changed = bytearray(good)
        changed[place] ^= 1
        with pytest.raises(BadSignature):
            second_opinion.verify(key, bytes(changed), signed)


@pytest.mark.parametrize("length", [0, 1, 63, 65, 128])
def test_a_signature_of_another_length_fits_nothing(length: int) -> None:
    secret, key = pair(bytes(range(32)))
    signature = (secret.sign(b"data") * 2)[:length]
    with pytest.raises(BadSignature):
        second_opinion.verify(key, signature, b"data")


def test_a_part_of_the_signature_is_not_taken_for_data() -> None:
    # libsodium takes signature and data as one piece: where the one ends must not be open.
    secret, key = pair(bytes(range(32)))
    signature = secret.sign(b"data")
    with pytest.raises(BadSignature):
        second_opinion.verify(key, signature + b"da", b"ta")
    with pytest.raises(BadSignature):
        second_opinion.verify(key, signature[:-2], signature[-2:] + b"data")


def test_a_scalar_beyond_the_order_is_refused() -> None:
    # RFC 8032 §5.1.7: S + L would verify too if nobody looked.
    secret, key = pair(bytes(range(32)))
    signature = secret.sign(b"data")
    beyond = int.from_bytes(signature[32:], "little") + ORDER
    with pytest.raises(BadSignature):
        second_opinion.verify(key, signature[:32] + beyond.to_bytes(32, "little"), b"data")


@pytest.mark.parametrize("y", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18])
def test_a_key_of_small_order_is_refused(y: int) -> None:
    # Under the neutral point R = [S]B fits every message.
    key = unchecked(y.to_bytes(32, "little"))
    neutral = (1).to_bytes(32, "little")
    for signature in (neutral + bytes(32), key.raw + bytes(32)):
        with pytest.raises(BadSignature):
            second_opinion.verify(key, signature, b"anything")


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 63))
def test_both_implementations_say_the_same(seed: bytes, data: bytes, place: int) -> None:
    secret, key = pair(seed)
    signature = secret.sign(data)
    changed = bytearray(signature)
    changed[place] ^= 0x10
    for one in (signature, bytes(changed)):
        assert says(key, one, data, second=True) is says(key, one, data, second=False)
    assert says(key, signature, data, second=True)


def test_what_libsodium_does_not_know_is_verified_as_before() -> None:
    secret = ec.derive_private_key(0xC0FFEE, ec.SECP256R1())
    raw = secret.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    key = PublicKey(Algorithm.P256, raw)
    r, s = decode_dss_signature(secret.sign(b"data", ec.ECDSA(SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    second_opinion.verify(key, signature, b"data")
    with pytest.raises(BadSignature):
        second_opinion.verify(key, signature, b"other")
