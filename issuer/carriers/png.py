"""A credential in a PNG: one uncompressed iTXt chunk, the picture itself untouched.

Open Badges 3.0 §5.3.1 (https://www.imsglobal.org/spec/ob/v3p0/#png); PNG, Third Edition, §5 and
§11.3.3.4 (https://www.w3.org/TR/png-3/). Pixels are neither decoded nor checked here.
"""

import zlib
from collections.abc import Iterator
from typing import Final

from issuer.carriers.cargo import MOST_BYTES, check_picture_size, checked_text
from issuer.errors import DocumentTooLarge, MalformedDocument

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
"""The first eight bytes of every PNG (PNG §5.2)."""

_KEYWORD: Final = b"openbadgecredential"
_MOST_CHUNKS: Final = 10_000
_FRAME: Final = 12  # length, type and CRC, four bytes each


def embed(picture: bytes, credential: bytes | str) -> bytes:
    """Return the PNG with the credential in it; one that was already there is replaced.

    Raises MalformedDocument, ForbiddenCharacter or DocumentTooLarge (see `cargo.checked_text`).
    """
    text = checked_text(credential).encode()
    # OB 3.0 §5.3.1.1: keyword, compression flag 0 ("compression MUST NOT be used"), method 0, then
    # language tag and translated keyword, both empty.
    carried = _chunk(b"iTXt", _KEYWORD + b"\0\0\0\0\0" + text)
    parts = [SIGNATURE]
    for kind, body in _chunks(picture):
        if kind in {b"IDAT", b"IEND"} and carried:
            parts.append(carried)
            carried = b""
        if not _is_credential(kind, body):
            parts.append(_chunk(kind, body))
    return b"".join(parts)


def extract(data: bytes) -> bytes:
    """Return the credential that a PNG carries, UTF-8, byte for byte.

    Raises MalformedDocument (no PNG, damaged, no credential, or two of them) or DocumentTooLarge
    (picture over 10 MiB, credential over 1 MiB when inflated).
    """
    found = [body for kind, body in _chunks(data) if _is_credential(kind, body)]
    if not found:
        msg = "This PNG carries no Open Badges 3.0 credential. Hand in the file as it was issued."
        raise MalformedDocument(msg)
    # OB 3.0 §5.3.1: "never more than one iTXt chunk" with the keyword: which of two would count?
    if len(found) > 1:
        raise MalformedDocument("This PNG carries two credentials, so neither can be relied on.")
    return checked_text(_text(found[0])).encode()


def _is_credential(kind: bytes, body: bytes) -> bool:
    return kind == b"iTXt" and body.startswith(_KEYWORD + b"\0")


def _text(body: bytes) -> bytes:
    flags, rest = body[len(_KEYWORD) + 1 :][:2], body[len(_KEYWORD) + 3 :]
    _language, first, rest = rest.partition(b"\0")
    _translated, second, text = rest.partition(b"\0")
    if not (first and second) or flags not in {b"\0\0", b"\1\0"}:
        raise MalformedDocument("The credential's chunk in this PNG is not a well-formed iTXt.")
    # Readers are to cope with a compressed chunk (PNG §11.3.3.4), though nobody should write one.
    return text if flags == b"\0\0" else _inflate(text)


def _inflate(packed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(packed, MOST_BYTES + 1)
    except zlib.error as fault:
        raise MalformedDocument("The credential's chunk in this PNG does not inflate.") from fault
    if len(text) > MOST_BYTES:
        raise DocumentTooLarge("The credential in this PNG inflates to more than 1 MiB.")
    if not inflater.eof or inflater.unused_data:
        raise MalformedDocument("The credential's chunk in this PNG is cut short or padded.")
    return text


def _chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + kind + body + crc


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    # PNG §5.3: length, type, data, CRC over type and data; IHDR first, IEND last, nothing after.
    check_picture_size(data)
    if not data.startswith(SIGNATURE + b"\0\0\0\x0dIHDR"):
        raise MalformedDocument("This is not a PNG: its first bytes are others.")
    at, kind = len(SIGNATURE), b""
    for _ in range(_MOST_CHUNKS):
        size = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        frame = data[at : at + size + _FRAME]
        if len(frame) < size + _FRAME or frame != _chunk(kind, body):
            msg = f"This PNG is damaged at byte {at}: a chunk is cut short or its CRC is wrong."
            raise MalformedDocument(msg)
        yield kind, body
        at += len(frame)
        if kind == b"IEND":
            break
    if kind != b"IEND" or at != len(data):
        msg = "This PNG has more than 10 000 chunks, or something follows its end. Save it anew."
        raise MalformedDocument(msg)
