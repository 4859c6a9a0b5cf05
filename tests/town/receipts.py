"""Receipts of a university of the town, made by hand: what they say, signed by whoever likes."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from issuer.proofs import merkle
from keys.signer import Signer
from tests.town.university import NOW, University

LEAVES = [hashlib.sha256(f"commitment {n}".encode()).digest() for n in range(5)]
BATCH = "batch-7q4m2kxd9rvt5hzc"
Claims = dict[str, Any]


def claims(uni: University, **changes: Any) -> Claims:
    """What a receipt of the university says: five issued, two not."""
    moment = "2026-06-12T09:30:00Z"
    said = {
        "iss": uni.did,
        "iat": int(NOW.timestamp()),
        "form": "https://w3id.org/testamur/batch-receipt/v1",
        "batch": BATCH,
        "counts": {
            "rows": 7, "issued": 5, "already": 0, "not_passed": 1, "unknown": 0, "failed": 1,
            "refused": 0, "voided": 0,
        },
        "input_sha256": "5e" * 32,
        "tree": {"leaves": len(LEAVES), "root": merkle.root(LEAVES).hex()},
        "approved_by": "registrar",
        "created_at": moment,
        "started_at": moment,
        "ended_at": moment,
        "software": "testamur 0.1.0",
    }  # fmt: skip
    return {name: value for name, value in {**said, **changes}.items() if value is not ...}


def header(uni: University, **changes: Any) -> Claims:
    said = {"alg": "EdDSA", "kid": f"{uni.did}#award-1", "typ": "testamur-batch-receipt+jwt"}
    return {name: value for name, value in {**said, **changes}.items() if value is not ...}


def token(head: Mapping[str, Any], body: Mapping[str, Any], *, signer: Signer) -> bytes:
    """A compact JWS of whatever it is told."""
    data = b".".join(_part(json.dumps(part).encode()) for part in (head, body))
    return data + b"." + _part(signer.sign(data))


def receipt(uni: University, **changes: Any) -> bytes:
    """A receipt by the key of the university's awards."""
    return token(header(uni), claims(uni, **changes), signer=uni.key("award-1"))


def inclusion(place: int = 2, **changes: Any) -> bytes:
    """A proof that the commitment with this index is counted in it."""
    way = merkle.inclusion(LEAVES, index=place)
    said = {
        "form": "https://w3id.org/testamur/batch-inclusion/v1",
        "batch": BATCH,
        "award": "UNI-7Q4M-2KXD-9RVT-5HZC",
        "format": "ob3",
        "document_sha256": "ab" * 32,
        "leaf": LEAVES[place].hex(),
        "index": way.index,
        "leaves": way.size,
        "path": [one.hex() for one in way.path],
        "root": merkle.root(LEAVES).hex(),
    }
    return json.dumps({**said, **changes}).encode()


def _part(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
