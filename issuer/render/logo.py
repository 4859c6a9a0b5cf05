"""A logo as it may be drawn: a small PNG that is whole, without whatever else it carries.

Portable Network Graphics, Third Edition, §5, §11 (https://www.w3.org/TR/png-3/). The picture may be
a stranger's: its size is bounded before a pixel is inflated, only the chunks that a picture needs
are kept, and what is damaged is left out rather than drawn half. Nothing is decoded to colours.
"""

import base64
import zlib
from collections.abc import Iterator
from typing import Final

MOST_BYTES: Final = 64 * 1024
"""Of the file."""
MOST_SIDE: Final = 1_000
"""Pixels."""

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_FRAME: Final = 12  # length, type and CRC, four bytes each
_MOST_CHUNKS: Final = 200
_HEADER: Final = 13
# §11.2.1, table 12: colour type to its channels and the bit depths that it allows.
_COLOURS: Final = {
    0: (1, frozenset({1, 2, 4, 8, 16})),
    2: (3, frozenset({8, 16})),
    3: (1, frozenset({1, 2, 4, 8})),
    4: (2, frozenset({8, 16})),
    6: (4, frozenset({8, 16})),
}
_PALETTE: Final = 3
_FILTERS: Final = frozenset(range(5))
_KEPT: Final = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


def drawable_logo(png: bytes | None) -> tuple[str, float] | None:
    """Return the logo as an SVG around its PNG, and its width in heights, four at most.

    None for what is no whole, small PNG (`MOST_BYTES`, `MOST_SIDE`) without interlacing.
    """
    if png is None or len(png) > MOST_BYTES or not png.startswith(_SIGNATURE):
        return None
    chunks = list(_chunks(png))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1] != (b"IEND", b""):
        return None
    header = chunks[0][1]
    pixels = b"".join(body for kind, body in chunks if kind == b"IDAT")
    palette = next((body for kind, body in chunks if kind == b"PLTE"), b"")
    if not _is_sound(header, palette) or not _is_whole(header, pixels):
        return None
    written = _SIGNATURE + b"".join(
        _chunk(kind, body) for kind, body in _picked(chunks, pixels=pixels)
    )
    return _svg(written, width=_number(header, 0), height=_number(header, 4))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks up to the first that is damaged, so that a damaged file has no end."""
    at = len(_SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        length = _number(png, at)
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if _chunk(kind, body) != png[at : at + length + _FRAME]:
            return
        yield kind, body
        if kind == b"IEND":
            return
        at += length + _FRAME


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def _chunk(kind: bytes, body: bytes) -> bytes:
    checked = kind + body
    return len(body).to_bytes(4, "big") + checked + zlib.crc32(checked).to_bytes(4, "big")


def _is_sound(header: bytes, palette: bytes) -> bool:
    if len(header) != _HEADER:
        return False
    sides = (_number(header, 0), _number(header, 4))
    depth, colour, *methods = header[8:]
    # §11.2.1: the only methods of compression, filtering and of no interlacing are 0.
    if not all(0 < side <= MOST_SIDE for side in sides) or any(methods):
        return False
    if colour not in _COLOURS or depth not in _COLOURS[colour][1]:
        return False
    return colour != _PALETTE or _is_palette(palette, depth)


def _is_palette(body: bytes, depth: int) -> bool:
    # §11.2.2: triples of bytes, at least one and at most as many as the depth can name.
    entries, odd = divmod(len(body), 3)
    return not odd and 0 < entries <= 2**depth


def _is_whole(header: bytes, pixels: bytes) -> bool:
    """Whether the pixels inflate to exactly as many bytes as the header says, rows in order."""
    width, height, depth, colour = _number(header, 0), _number(header, 4), header[8], header[9]
    row = 1 + (width * depth * _COLOURS[colour][0] + 7) // 8
    inflater = zlib.decompressobj()
    try:
        rows = inflater.decompress(pixels, row * height + 1)
    except zlib.error:
        return False
    return inflater.eof and len(rows) == row * height and _FILTERS.issuperset(rows[::row])


def _picked(chunks: list[tuple[bytes, bytes]], *, pixels: bytes) -> Iterator[tuple[bytes, bytes]]:
    """One chunk of each kind that the picture needs, in their order."""
    first = dict(reversed(chunks)) | {b"IDAT": pixels}
    colour = chunks[0][1][9]
    palette = first.pop(b"PLTE", b"")
    if colour == _PALETTE:
        first[b"PLTE"] = palette
    # §11.3.1.1: how long the chunk of transparency is; one of another length says nothing.
    fits = {0: {2}, 2: {6}, _PALETTE: range(1, len(palette) // 3 + 1)}.get(colour, ())
    if len(first.get(b"tRNS", b"")) not in fits:
        first.pop(b"tRNS", None)
    return ((kind, first[kind]) for kind in _KEPT if kind in first)


def _svg(png: bytes, *, width: int, height: int) -> tuple[str, float]:
    data = base64.b64encode(png).decode("ascii")
    # At most four times as wide as high, so that the name of the institution has its place.
    shown = min(width, 4 * height)
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {shown} {height}" width="{shown}" height="{height}">'
        f'<image width="{shown}" height="{height}" xlink:href="data:image/png;base64,{data}"/>'
        "</svg>"
    )
    return picture, shown / height
