"""Which characters the fonts of this room can draw, so that no picture ever shows an empty box.

OpenType 1.9.1, table ``cmap`` formats 4 and 12
(https://learn.microsoft.com/typography/opentype/spec/cmap); Unicode 16 general categories. Nothing
is drawn here, and fonts of the system are not asked: a picture is the same on every machine.
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).parent / "fonts"
"""The folder with the fonts and their licences."""

_JOINERS: Final = "\u200c\u200d"
_UNKNOWN: Final = frozenset({"Cn", "Co"})


@cache
def covered() -> frozenset[int]:
    """The code points for which a font has a glyph."""
    return frozenset(
        point
        for font in sorted(FONTS.glob("*.ttf"))
        for first, last in _ranges(font.read_bytes())
        for point in range(first, last + 1)
    )


def drawable(text: str) -> str | None:
    """Return ``text`` as it can be drawn, in one line; None if that would not be the same text.

    A symbol without a glyph (an emoji) is left out, and so are control and formatting characters,
    bidi controls among them. A letter, mark or digit without a glyph makes the text undrawable: a
    name with a letter missing is another name. So does a character that nobody has assigned, or
    that everybody assigns for themselves: it may be a letter.
    """
    said = " ".join(unicodedata.normalize("NFC", text).split())
    if said.isascii() and said.isprintable():
        # Most texts: every font has these.
        return said or None
    kept = ""
    for character in said:
        category = unicodedata.category(character)
        kind = category[0]
        if character in _JOINERS:
            # Persian and Indic scripts need them, between letters alone.
            kept += character if kept and unicodedata.category(kept[-1])[0] in "LM" else ""
        elif kind != "C" and ord(character) in covered():
            kept += character
        elif kind in "LMN" or category in _UNKNOWN:
            return None
    return " ".join(kept.split()) or None


def _ranges(font: bytes) -> Iterator[tuple[int, int]]:
    (tables,) = struct.unpack(">H", font[4:6])
    records = (struct.unpack(">4sIII", font[12 + 16 * i : 28 + 16 * i]) for i in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (encodings,) = struct.unpack(">H", font[start + 2 : start + 4])
    for i in range(encodings):
        (offset,) = struct.unpack(">I", font[start + 8 + 8 * i : start + 12 + 8 * i])
        yield from _subtable(font[start + offset :])


def _subtable(table: bytes) -> Iterator[tuple[int, int]]:
    (kind,) = struct.unpack(">H", table[:2])
    if kind == 4:  # noqa: PLR2004 # The format's own number.
        (twice,) = struct.unpack(">H", table[6:8])
        half = f">{twice // 2}H"
        ends = struct.unpack(half, table[14 : 14 + twice])
        starts = struct.unpack(half, table[16 + twice : 16 + 2 * twice])
        # The last segment is U+FFFF, which is no character.
        yield from list(zip(starts, ends, strict=True))[:-1]
    elif kind == 12:  # noqa: PLR2004 # As above.
        (groups,) = struct.unpack(">I", table[12:16])
        for i in range(groups):
            first, last, _ = struct.unpack(">III", table[16 + 12 * i : 28 + 12 * i])
            yield first, last
