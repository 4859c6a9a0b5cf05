"""A hash or a key that can be forged: nobody is believed for it, however good its name."""

import hashlib

import pytest
from asn1crypto import algos, core
from asn1crypto import x509 as der_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from keys.certificates import Anchor, Answers, Certificate, ChainBroken, build_chain, standing
from tests.town.authority import (
    NOW,
    Holder,
    Paper,
    below,
    crl,
    ocsp_answer,
    root,
    rsa_key,
    signed_with_sha1,
)

MIDDLE = Paper("Town Middle", "Town", None, authority=True, usage="certify")


def why(holder: Holder, top: Holder, leaf: Certificate | None = None) -> str:
    with pytest.raises(ChainBroken) as caught:
        build_chain(
            leaf or holder.certificate,
            candidates=holder.chain[1:],
            anchors=[Anchor(top.certificate, "Town", "the town says so")],
            at=NOW,
        )
    return caught.value.why


def test_sha1_under_a_curve() -> None:
    top = root()
    assert isinstance(top.key, ec.EllipticCurvePrivateKey)
    leaf = below(top)
    assert why(leaf, top, Certificate(signed_with_sha1(leaf.certificate.der, top.key))) == "weak"


@pytest.mark.parametrize("name", ["sha1", "md5"])
def test_an_old_hash_under_rsa(name: str) -> None:
    key = rsa_key("old")
    top = root(key=key)
    leaf = below(top)
    inside = der_x509.Certificate.load(leaf.certificate.der)["tbs_certificate"]
    algorithm = algos.SignedDigestAlgorithm({"algorithm": f"{name}_rsa"})
    inside["signature"] = algorithm
    tbs = inside.dump(force=True)
    signature = pkcs1(key, name, tbs)
    body = tbs + algorithm.dump() + core.OctetBitString(signature).dump()
    old = Certificate(bytes(core.Sequence(contents=body).dump()))
    assert why(leaf, top, old) == "weak"


def pkcs1(key: rsa.RSAPrivateKey, name: str, data: bytes) -> bytes:
    if name == "sha1":
        return key.sign(data, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 # That is the point.
    # The library no longer signs with MD5, so the padding is made by hand (RFC 8017 §9.2).
    info = bytes.fromhex("3020300c06082a864886f70d020505000410")
    digest = info + hashlib.md5(data).digest()  # noqa: S324 # That is the point.
    size = key.key_size // 8
    padded = b"\0\1" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest
    numbers = key.private_numbers()
    signed = pow(int.from_bytes(padded, "big"), numbers.d, numbers.public_numbers.n)
    return signed.to_bytes(size, "big")


def test_a_short_key_above() -> None:
    short = rsa.generate_private_key(65_537, 1024)  # noqa: S505 # That is the point.
    top = root()
    assert why(below(below(top, MIDDLE, key=short)), top) == "weak"
    believed = root(key=short)
    assert why(below(believed), believed) == "weak"


def test_a_short_curve_above() -> None:
    top = root(key=ec.derive_private_key(7, ec.SECP192R1()))
    assert why(below(top), top) == "weak"


def test_nothing_is_believed_about_revocation_either() -> None:
    short = root(key=rsa.generate_private_key(65_537, 1024))  # noqa: S505 # That is the point.
    leaf = below(short)
    answers = Answers((crl(short),), (ocsp_answer(leaf.certificate, issuer=short),))
    assert (
        standing(leaf.certificate, issuer=short.certificate, answers=answers, candidates=(), at=NOW)
        is None
    )
