"""Pictures to bake into."""

import struct
import zlib
from collections.abc import Callable

import pytest

MakeChunk = Callable[[bytes, bytes], bytes]

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.fixture(scope="session")
def chunk() -> MakeChunk:
    return _chunk


@pytest.fixture(scope="session")
def png() -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    comment = _chunk(b"iTXt", b"Comment\0\0\0\0\0openbadgecredential")
    pixels = _chunk(b"IDAT", zlib.compress(b"\0\0"))
    return SIGNATURE + header + comment + pixels + _chunk(b"IEND", b"")


@pytest.fixture(scope="session")
def svg() -> bytes:
    return (
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- <svg> -->\n'
        b'<svg xmlns="http://www.w3.org/2000/svg" aria-label="a > b" viewBox=\'0 0 8 8\' >\n'
        b"  <title>Kurs &amp; \xc3\x9cbung</title><rect width='8' height='8'/>\n</svg>\n"
    )
