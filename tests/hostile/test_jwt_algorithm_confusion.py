"""The header of a token says which algorithm; the key decides. Never the other way round."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable

import pytest

from issuer.errors import ProofInvalid, ProofUnsupported
from issuer.proofs import jose
from keys.signer import Signer


def _part(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def _with_header(token: bytes, **changes: object) -> bytes:
    head, payload, _ = token.split(b".")
    header = {**json.loads(base64.urlsafe_b64decode(head + b"==")), **changes}
    return _part(json.dumps(header).encode()) + b"." + payload


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE"])
@pytest.mark.parametrize("signature", [b"", b"AAAA"])
def test_none(token: bytes, alg: str, signature: bytes) -> None:
    with pytest.raises(ProofInvalid, match="proves nothing"):
        jose.read(_with_header(token, alg=alg) + b"." + signature)


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512", "hs256"])
def test_the_public_key_as_a_shared_secret(
    token: bytes, university_signer: Signer, alg: str
) -> None:
    body = _with_header(token, alg=alg)
    mac = hmac.new(university_signer.public_key.raw, body, hashlib.sha256).digest()
    with pytest.raises(ProofInvalid, match="proves nothing"):
        jose.read(body + b"." + _part(mac))


@pytest.mark.parametrize("alg", ["ES256", "ES384", "RS256"])
def test_the_algorithm_of_another_key(
    token: bytes, university_signer: Signer, open_token: Callable[[bytes], None], alg: str
) -> None:
    body = _with_header(token, alg=alg)
    with pytest.raises(ProofInvalid, match="its key is a Ed25519 key"):
        open_token(body + b"." + _part(university_signer.sign(body)))


@pytest.mark.parametrize("alg", ["ES256K", "PS256", "RS512", "EdDSA ", "eddsa", ""])
def test_an_algorithm_that_is_not_implemented(token: bytes, alg: str) -> None:
    with pytest.raises(ProofUnsupported):
        jose.read(_with_header(token, alg=alg) + b".AAAA")


@pytest.mark.parametrize("alg", ["EdDSA", "Ed25519"])
def test_both_names_of_the_right_one(
    token: bytes, university_signer: Signer, open_token: Callable[[bytes], None], alg: str
) -> None:
    body = _with_header(token, alg=alg)
    open_token(body + b"." + _part(university_signer.sign(body)))


@pytest.mark.parametrize("changes", [{"crit": ["exp"]}, {"crit": []}, {"b64": False}])
def test_an_extension_that_must_be_understood(token: bytes, changes: dict[str, object]) -> None:
    with pytest.raises(ProofInvalid, match="extension"):
        jose.read(_with_header(token, **changes) + b".AAAA")


@pytest.mark.parametrize("typ", ["vp+jwt", "dc+sd-jwt", "statuslist+jwt", "at+jwt", 7])
def test_a_token_made_for_something_else(token: bytes, typ: object) -> None:
    with pytest.raises(ProofUnsupported, match="not credentials"):
        jose.read(_with_header(token, typ=typ) + b".AAAA")
