"""A token that brings its own key, or says where to fetch one, proves nothing."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import ProofInvalid
from issuer.proofs import jose
from keys.signer import Signer


def _part(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def _signed_by(signer: Signer, token: bytes, header: dict[str, Any]) -> bytes:
    body = _part(json.dumps(header).encode()) + b"." + token.split(b".")[1]
    return body + b"." + _part(signer.sign(body))


def test_the_key_of_the_attacker_inside(
    token: bytes, mallory_signer: Signer, open_token: Callable[[bytes], None]
) -> None:
    jwk = mallory_signer.public_key.jwk()
    with pytest.raises(ProofInvalid, match="brings its own key"):
        open_token(_signed_by(mallory_signer, token, {"alg": "EdDSA", "jwk": jwk}))
    with pytest.raises(ProofInvalid, match="does not fit"):
        open_token(_signed_by(mallory_signer, token, {"alg": "EdDSA"}))


@pytest.mark.parametrize("name", ["jku", "x5u", "x5c", "jwk"])
@pytest.mark.parametrize("value", ["https://mallory.example/jwks.json", None, []])
def test_a_place_to_fetch_one(
    token: bytes, university_signer: Signer, name: str, value: object
) -> None:
    header = {"alg": "EdDSA", name: value}
    with pytest.raises(ProofInvalid, match=name):
        jose.read(_signed_by(university_signer, token, header))
