"""A kilobyte of PNG that would inflate to a gigabyte is refused after the first mebibyte."""

import struct
import tracemalloc
import zlib

import pytest

from issuer.carriers import png
from issuer.errors import DocumentTooLarge, MalformedDocument


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _picture(packed: bytes) -> bytes:
    text = _chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + packed)
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = _chunk(b"IDAT", zlib.compress(b"\0\0"))
    return png.SIGNATURE + header + text + pixels + _chunk(b"IEND", b"")


def _bomb(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return (
        b"".join(packer.compress(b"{" + b" " * (1 << 20)) for _ in range(mebibytes))
        + packer.flush()
    )


def test_the_bomb_does_not_go_off() -> None:
    picture = _picture(_bomb(256))
    assert len(picture) < 1 << 20
    tracemalloc.start()
    try:
        with pytest.raises(DocumentTooLarge, match="inflates to more than 1 MiB"):
            png.extract(picture)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20


def test_a_length_that_lies_does_not_allocate() -> None:
    lie = png.SIGNATURE + _chunk(b"IHDR", b"\0" * 13) + b"\x7f\xff\xff\xffiTXtopenbadgecredential\0"
    with pytest.raises(MalformedDocument, match="cut short"):
        png.extract(lie)


def test_a_bomb_inside_a_bomb_is_only_text() -> None:
    with pytest.raises(MalformedDocument):
        png.extract(_picture(zlib.compress(_bomb(1))))
