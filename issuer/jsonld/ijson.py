"""Which JSON values every library reads alike; all others are refused at the door.

I-JSON, RFC 7493 §2.1–2.2 (https://www.rfc-editor.org/rfc/rfc7493), RFC 8785 §3.2.2.3, RDFC-1.0
§5.2 (escaping of literals). This module parses nothing and serialises nothing.
"""

import math
import re
from typing import Any

from issuer.errors import DocumentTooLarge, ForbiddenCharacter, MalformedDocument

MOST_NESTING = 64
LARGEST_INTEGER = 2**53 - 1
# jsonld.js writes 1e-7 as "0", others write 1.0E-7.
SMALLEST_FRACTION = 1e-6

# Lone surrogates, C0 controls but tab, newline and return, DEL, and all 66 non-characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(p * 0x10000 + 0xFFFE)}{chr(p * 0x10000 + 0xFFFF)}" for p in range(17))
    + "]"
)


def require_interoperable(value: Any, *, depth: int = 1) -> None:
    """Return nothing if every library reads ``value`` alike.

    Raises ForbiddenCharacter, MalformedDocument (a number) or DocumentTooLarge (nesting > 64).
    """
    if isinstance(value, str):
        _require_text(value)
    elif isinstance(value, dict | list):
        if depth > MOST_NESTING:
            raise DocumentTooLarge(
                f"The document is nested deeper than {MOST_NESTING} levels: flatten it."
            )
        if isinstance(value, dict):
            for key in value:
                _require_text(key)
        for item in value.values() if isinstance(value, dict) else value:
            require_interoperable(item, depth=depth + 1)
    else:
        _require_number(value)


def has_forbidden(text: str) -> bool:
    """Whether ``text`` holds a character that some library would write differently."""
    return _FORBIDDEN.search(text) is not None


def _require_text(text: str) -> None:
    if found := _FORBIDDEN.search(text):
        raise ForbiddenCharacter(
            f"A text holds U+{ord(found.group()):04X} at position {found.start() + 1}; "
            "libraries write it differently, so that signatures break: remove it."
        )


def _require_number(value: Any) -> None:
    if value is None or isinstance(value, bool):
        return
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise MalformedDocument("The document holds something that is not a JSON value.")
    if abs(value) > LARGEST_INTEGER:
        raise MalformedDocument(
            "A number is beyond 2^53, where libraries round differently: write it as a text."
        )
    # A negative zero is 0 to some and -0 to others.
    if (value == 0 and math.copysign(1, value) < 0) or 0 < abs(value) < SMALLEST_FRACTION:
        raise MalformedDocument(
            "A number is so close to zero that libraries write it differently: write it as a text."
        )
