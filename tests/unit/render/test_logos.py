"""A logo is drawn only if it is a whole, small PNG; nothing else that it carries is passed on."""

import base64
import re
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.render.logo import MOST_BYTES, MOST_SIDE, drawable_logo

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Chunk = tuple[bytes, bytes]


def header(
    width: int = 2, height: int = 2, depth: int = 8, colour: int = 2, methods: bytes = b"\0\0\0"
) -> Chunk:
    sides = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"IHDR", sides + bytes([depth, colour]) + methods


def pixels(rows: bytes = b"\0\xff\0\0\0\xff\0" * 2) -> Chunk:
    return b"IDAT", zlib.compress(rows)


END: Chunk = (b"IEND", b"")
WHOLE = (header(), pixels(), END)


def png(*chunks: Chunk) -> bytes:
    return SIGNATURE + b"".join(
        len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        for kind, body in chunks
    )


def drawn(written: bytes) -> bytes:
    """The PNG inside the SVG."""
    found = drawable_logo(written)
    assert found is not None
    inside = re.search(r"base64,([^\"]*)", found[0])
    assert inside
    return base64.b64decode(inside[1])


def test_a_whole_picture_is_drawn_as_it_is() -> None:
    assert drawn(png(*WHOLE)) == png(*WHOLE)
    found = drawable_logo(png(*WHOLE))
    assert found is not None
    assert found[0].startswith("<svg ")
    assert found[1] == 1.0


def test_a_wide_picture_is_shown_four_heights_wide() -> None:
    wide = png(header(20, 1), pixels(b"\0" + b"\xff\0\0" * 20), END)
    assert (drawable_logo(wide) or ("", 0.0))[1] == 4.0


@pytest.mark.parametrize(
    ("colour", "depth", "row", "palette"),
    [
        (0, 1, b"\0\x80", None),
        (0, 16, b"\0" + b"\1\2" * 2, None),
        (2, 16, b"\0" + b"\1\2" * 6, None),
        (3, 2, b"\0\x40", b"\1\2\3\4\5\6"),
        (4, 8, b"\0" + b"\1\2" * 2, None),
        (6, 8, b"\0" + b"\1\2\3\4" * 2, None),
    ],
)
def test_every_colour_type_is_drawn(
    colour: int, depth: int, row: bytes, palette: bytes | None
) -> None:
    chunks = [header(depth=depth, colour=colour), pixels(row * 2), END]
    if palette:
        chunks.insert(1, (b"PLTE", palette))
    assert drawn(png(*chunks)) == png(*chunks)


def test_what_a_picture_does_not_need_is_left_out() -> None:
    more = (
        header(),
        (b"tEXt", b"Comment\0a secret"),
        (b"iTXt", b"openbadgecredential\0\0\0\0\0{}"),
        (b"PLTE", b"\1\2\3"),
        (b"eXIf", b"where it was taken"),
        pixels(),
        END,
    )
    assert drawn(png(*more)) == png(*WHOLE)
    assert drawn(png(*WHOLE) + b"a program") == png(*WHOLE)


def test_the_data_may_come_in_parts() -> None:
    whole = pixels()[1]
    parts = (header(), (b"IDAT", whole[:4]), (b"IDAT", whole[4:]), END)
    assert drawn(png(*parts)) == png(*WHOLE)


@pytest.mark.parametrize(
    ("colour", "row", "length", "is_kept"),
    [
        (0, b"\0\1\2", 2, True),
        (0, b"\0\1\2", 3, False),
        (2, b"\0\1\2\3\4\5\6", 6, True),
        (2, b"\0\1\2\3\4\5\6", 2, False),
        (3, b"\0\1\0", 2, True),
        (3, b"\0\1\0", 3, False),
        (6, b"\0" + b"\1\2\3\4" * 2, 2, False),
    ],
)
def test_transparency_is_kept_where_it_has_its_length(
    colour: int, row: bytes, length: int, is_kept: bool
) -> None:
    palette = [(b"PLTE", b"\1\2\3\4\5\6")] if colour == 3 else []
    chunks = [header(colour=colour), *palette, (b"tRNS", bytes(length)), pixels(row * 2), END]
    assert (b"tRNS" in drawn(png(*chunks))) is is_kept


REFUSED = {
    "nothing": b"",
    "only a signature": SIGNATURE,
    "no picture": b"GIF89a",
    "no end": png(header(), pixels()),
    "no header": png(pixels(), END),
    "an end that says something": png(header(), pixels(), (b"IEND", b"x")),
    "an end that is damaged": png(*WHOLE)[:-1],
    "a header that is short": png((b"IHDR", b"\0" * 12), pixels(), END),
    "a wrong checksum": png(*WHOLE).replace(b"IDAT", b"IDAU"),
    "no width": png(header(0), pixels(), END),
    "too wide": png(header(MOST_SIDE + 1), pixels(), END),
    "too high": png(header(height=MOST_SIDE + 1), pixels(), END),
    "another method": png(header(methods=b"\1\0\0"), pixels(), END),
    "another filter method": png(header(methods=b"\0\1\0"), pixels(), END),
    "interlaced": png(header(methods=b"\0\0\1"), pixels(), END),
    "no such colour type": png(header(colour=5), pixels(), END),
    "no such depth": png(header(depth=4), pixels(), END),
    "a palette that is missing": png(header(colour=3), pixels(b"\0\0\0" * 2), END),
    "a palette of one and a half": png(
        header(colour=3), (b"PLTE", b"\1\2\3\4"), pixels(b"\0\0\0" * 2), END
    ),
    "a palette larger than its depth": png(
        header(depth=1, colour=3), (b"PLTE", b"\1\2\3" * 3), pixels(b"\0\0" * 2), END
    ),
    "no data": png(header(), END),
    "data that is none": png(header(), (b"IDAT", b"not deflated"), END),
    "too little data": png(header(), pixels(b"\0\xff\0\0\0\xff\0"), END),
    "too much data": png(header(), pixels(b"\0" * 99), END),
    "data that does not end": png(header(), (b"IDAT", pixels()[1][:-2]), END),
    "an unknown filter": png(header(), pixels(b"\5\xff\0\0\0\xff\0" * 2), END),
    "a bomb": png(header(), pixels(b"\0" * 10_000_000), END),
    "too many chunks": png(header(), *[(b"tEXt", b"a\0b")] * 300, pixels(), END),
    "too large": png(header(), (b"tEXt", b"x" * MOST_BYTES), pixels(), END),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_small_picture_is_not_drawn(name: str) -> None:
    assert drawable_logo(REFUSED[name]) is None


def test_no_logo_is_none() -> None:
    assert drawable_logo(None) is None


@given(at=st.integers(0, len(png(*WHOLE)) - 1), value=st.integers(0, 255))
def test_one_changed_byte_is_not_drawn(at: int, value: int) -> None:
    written = png(*WHOLE)
    changed = written[:at] + bytes([value]) + written[at + 1 :]
    assert (drawable_logo(changed) is None) is (changed != written)


@settings(max_examples=200)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    assert drawable_logo(data) is None
    assert drawable_logo(SIGNATURE + data) is None
