"""Values in a seal: base64, and the containers in which certificates, answers and tokens stand.

ETSI TS 119 182-1 v1.2.1 §5.4.2 (pkiOb) and §5.4.3.3 (tstContainer), RFC 4648 §4. What the values
are about is asked elsewhere.
"""

import base64
from typing import Any

from issuer.errors import MalformedDocument

_MOST_TOKENS = 8


def encode(data: bytes) -> str:
    """Base64 with its padding, as it stands in a seal."""
    return base64.b64encode(data).decode("ascii")


def decode(text: object) -> bytes:
    """Read base64; raises ValueError for anything else."""
    if not isinstance(text, str):
        msg = "no text"
        raise ValueError(msg)  # noqa: TRY004 # To whoever reads, it is a value that is wrong.
    return base64.b64decode(text, validate=True)


def stated(data: bytes) -> dict[str, Any]:
    """The object that holds a value."""
    return {"val": encode(data)}


def held(value: object, *, what: str) -> bytes:
    """Read the value that an object holds; ``what`` it is. Raises MalformedDocument."""
    try:
        return decode(value.get("val") if isinstance(value, dict) else None)
    except ValueError as fault:
        raise MalformedDocument(f"A {what} the seal is not base64.") from fault


def with_token(der: bytes) -> dict[str, Any]:
    """The ``tstContainer`` of one time-stamp token (DER)."""
    return {"tstTokens": [stated(der)]}


def tokens_of(container: object) -> tuple[bytes, ...]:
    """The time-stamp tokens (DER) of a ``tstContainer``; raises MalformedDocument."""
    listed = container.get("tstTokens") if isinstance(container, dict) else None
    if not isinstance(listed, list) or len(listed) > _MOST_TOKENS:
        raise MalformedDocument("The time-stamps of the seal cannot be read.")
    return tuple(held(token, what="time-stamp of") for token in listed)
