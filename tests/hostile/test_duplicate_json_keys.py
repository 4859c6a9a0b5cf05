"""Two members with one name: one reader takes the first, another the last. None may."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import MalformedDocument
from issuer.proofs import jcs, jose
from keys.signer import Signer

Document = dict[str, Any]


def test_at_the_root(credential: Document) -> None:
    data = jcs.encode_document(credential)
    twice = data.replace(b'"name": "Ethics of AI"', b'"name": "Law",\n "name": "Ethics of AI"', 1)
    assert jcs.decode(data) == credential
    with pytest.raises(MalformedDocument, match="'name' twice"):
        jcs.decode(twice)


def test_deep_inside_and_written_with_an_escape() -> None:
    with pytest.raises(MalformedDocument, match="'id' twice"):
        jcs.decode(rb'{"a": [{"id": "urn:x:1", "\u0069d": "urn:x:2"}]}')


def test_in_a_token(token: bytes, university_signer: Signer) -> None:
    _, payload, _ = token.split(b".")
    text = base64.urlsafe_b64decode(payload + b"==")
    forged = text.replace(b'{"@context"', b'{"name":"Law","name":"Ethics","@context"', 1)
    assert forged != text
    header = base64.urlsafe_b64encode(b'{"alg":"EdDSA"}').rstrip(b"=")
    body = header + b"." + base64.urlsafe_b64encode(forged).rstrip(b"=")
    signature = base64.urlsafe_b64encode(university_signer.sign(body)).rstrip(b"=")
    with pytest.raises(MalformedDocument, match="'name' twice"):
        jose.read(body + b"." + signature)


def test_thousands_of_members_are_told_quickly(sign: Callable[[Document], Document]) -> None:
    members = ",".join(f'"m{i}":0' for i in range(60_000))
    with pytest.raises(MalformedDocument, match="'m59999' twice"):
        jcs.decode(f'{{{members},"m59999":1}}'.encode())
