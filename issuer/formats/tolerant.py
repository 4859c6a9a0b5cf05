"""Values out of JSON that may be anything: what is not of the expected kind is not there.

VCDM 2.0 §11.1 (texts: a string, a value object, or an array of them), JSON-LD 1.1 §4.3 (one value
or a set). Nothing here raises, whatever comes in; nothing is verified, escaped or shortened.
"""

import base64
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from issuer.model.texts import https_url

_MOST_NUMBER_LENGTH = 40
_MOST_LISTED = 1_000
_SHA256_BYTES = 32
_MOST_URL = 2_000
_LEAST, _MOST = Decimal("0.000001"), Decimal("1e15")


def mapping(value: object) -> Mapping[str, Any]:
    """The object itself, the first of several, or an empty one."""
    # What was decoded is a dict, which is quicker to see than a Mapping.
    if type(value) is dict:
        return value
    for item in listed(value):
        if isinstance(item, Mapping):
            return item
    return {}


def mappings(value: object) -> tuple[Mapping[str, Any], ...]:
    """All objects among one or several values."""
    if type(value) is dict:
        return (value,)
    return tuple([i for i in listed(value) if type(i) is dict or isinstance(i, Mapping)])


def listed(value: object) -> list[Any]:
    """Several values, or one in a list; the first thousand of them."""
    if type(value) is list:
        return value[:_MOST_LISTED]
    if value is None:
        return []
    return list(value[:_MOST_LISTED]) if isinstance(value, list | tuple) else [value]


def text(value: object) -> str | None:
    """The first text that is not blank: plain, or of a value object."""
    if type(value) is str:
        return value if value.strip() else None
    for item in listed(value):
        found = item.get("@value") if isinstance(item, Mapping) else item
        if isinstance(found, str) and found.strip():
            return found
    return None


def texts(value: object) -> tuple[str, ...]:
    """All texts that are not blank."""
    if value is None:
        return ()
    found = [text(item) for item in listed(value)]
    return tuple([t for t in found if t is not None])


def number(value: object) -> str | None:
    """A number greater than 0, as a decimal without exponent; numbers and texts are read."""
    if value is None or isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        written = str(value)
        read = Decimal(written) if len(written) <= _MOST_NUMBER_LENGTH else Decimal(0)
    except (InvalidOperation, ValueError):
        return None
    if not read.is_finite() or not _LEAST <= read <= _MOST:
        return None
    plain = format(read, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def link(value: object) -> str | None:
    """An address that a person may click: https and nothing else."""
    if not isinstance(value, str) or len(value) > _MOST_URL or not value.startswith("https://"):
        return None
    try:
        return https_url(value)
    except ValueError:
        return None


def identifier(value: object) -> str | None:
    """An absolute http or https identifier; to be compared, not to be clicked."""
    found = text(value)
    return found if found and found.startswith(("https://", "http://")) else None


def moment(value: object) -> dt.datetime | None:
    """A date and time with a zone."""
    try:
        found = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def day(value: object) -> dt.date | None:
    """A date: written alone, or at the head of a date and time."""
    try:
        return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def sha256_hex(sri: object) -> str | None:
    """The SHA-256 in a ``digestSRI`` (Subresource Integrity §3.5), hexadecimal."""
    head, _, body = sri.partition("-") if isinstance(sri, str) else ("", "", "")
    try:
        digest = base64.b64decode(body, validate=True)
    except ValueError:
        return None
    return digest.hex() if head == "sha256" and len(digest) == _SHA256_BYTES else None
