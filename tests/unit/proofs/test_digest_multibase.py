"""The digest by which a stacked credential names a part: of what it says, however it is spaced."""

import base64
import hashlib

import pytest

from issuer.errors import MalformedDocument
from issuer.proofs.digest_multibase import digest_multibase


def test_json_written_anew_has_the_same_digest() -> None:
    one, other = b'{"b": 1.0, "a": "x"}\n', b'{"a":"x","b":1}'
    hashed = hashlib.sha256(other).digest()
    expected = "u" + base64.urlsafe_b64encode(b"\x12\x20" + hashed).decode().rstrip("=")
    assert digest_multibase(one) == digest_multibase(other) == expected
    assert digest_multibase(b'{"a":"y","b":1}') != expected


def test_a_compact_jwt_is_taken_as_it_is() -> None:
    hashed = base64.urlsafe_b64encode(b"\x12\x20" + hashlib.sha256(b"a.b.c").digest())
    assert digest_multibase(b"a.b.c\n") == "u" + hashed.decode().rstrip("=")


def test_what_is_not_json_has_none() -> None:
    with pytest.raises(MalformedDocument):
        digest_multibase(b"{")
