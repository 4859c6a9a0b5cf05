"""What a picture may carry: one credential, as JSON or as a compact JWT.

Open Badges 3.0 §5.3 (https://www.imsglobal.org/spec/ob/v3p0/#baked-badge), RFC 7515 §3.1 (compact
form). Only form and size are looked at; whether the JSON is sound is for `issuer.proofs.jcs`.
"""

import re
from typing import Final

from issuer.errors import DocumentTooLarge, ForbiddenCharacter, MalformedDocument

MOST_BYTES: Final = 1 << 20
"""Bytes of the largest credential (1 MiB)."""
MOST_PICTURE_BYTES: Final = 10 << 20
"""Bytes of the largest picture (10 MiB)."""

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+")
# XML 1.0 §2.2 has no way to write these, escaped or not; JSON allows none of them unescaped but
# the last two, which are no characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def is_compact(text: str) -> bool:
    """Whether ``text`` has the form of a compact JWT (three parts of base64url)."""
    return _COMPACT.fullmatch(text) is not None


def checked_text(credential: bytes | str) -> str:
    """Return the credential as text if a picture may carry it.

    Raises DocumentTooLarge over 1 MiB, ForbiddenCharacter for control characters and lone
    surrogates, MalformedDocument for bytes that are not UTF-8 and for what is neither a JSON
    object nor a compact JWT.
    """
    try:
        data = credential.encode() if isinstance(credential, str) else credential
        text = data.decode()
    except UnicodeEncodeError as fault:
        msg = "The credential holds a lone surrogate, which is no character."
        raise ForbiddenCharacter(msg) from fault
    except UnicodeDecodeError as fault:
        raise MalformedDocument(
            "The credential is not UTF-8. It must be as it was issued."
        ) from fault
    if len(data) > MOST_BYTES:
        raise DocumentTooLarge("The credential is larger than 1 MiB, which no picture may carry.")
    found = _FORBIDDEN.search(text)
    if found:
        msg = f"The credential holds the control character U+{ord(found.group()):04X} in clear."
        raise ForbiddenCharacter(msg)
    if not text.lstrip(" \t\r\n").startswith("{") and not is_compact(text):
        msg = "What is to be carried is neither a JSON object nor a compact JWT."
        raise MalformedDocument(msg)
    return text


def check_picture_size(picture: bytes) -> None:
    """Raise DocumentTooLarge if the picture has more than 10 MiB."""
    if len(picture) > MOST_PICTURE_BYTES:
        msg = "The picture is larger than 10 MiB. Use a smaller one; a badge needs 100 KiB."
        raise DocumentTooLarge(msg)
