import unicodedata

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from issuer.render import typesetting
from issuer.render.coverage import FONTS, _subtable, covered, drawable

UNCOVERED = "ꀀꀁ"  # Yi, for which no font is carried


def _typst_has_every_glyph(text: str) -> bool:
    """Ask typst itself: in PDF/A a missing glyph is an error (ISO 19005-2 §6.2.11.4)."""
    source = (
        b'#import "marks.typ": *\n#set document(title: "t")\n'
        b'#text(font: serif, weight: 600, lang: "en", sys.inputs.said)'
        b" #text(font: sans, weight: 600, sys.inputs.said)"
    )
    try:
        typesetting._compiler().compile(
            source,
            format="pdf",
            pdf_standards="a-2b",
            sys_inputs={"said": text, "facts": 'colour = "#000000"'},
            timestamp=0,
        )
    except typst.TypstError:
        return False
    return True


def test_every_script_of_the_fonts_is_drawn(script: str) -> None:
    assert drawable(script) == script
    assert _typst_has_every_glyph(script)


def test_typst_agrees_about_what_is_missing() -> None:
    assert drawable(UNCOVERED) is None
    assert not _typst_has_every_glyph(UNCOVERED)


def test_typst_has_a_glyph_for_every_letter_that_is_covered() -> None:
    letters = [chr(p) for p in sorted(covered()) if unicodedata.category(chr(p))[0] in "LN"]
    assert len(letters) > 14_000
    assert _typst_has_every_glyph(" ".join(letters))


def test_a_name_with_one_letter_missing_is_another_name() -> None:
    assert drawable(f"Alex {UNCOVERED[0]} Example") is None
    assert drawable("x\u0489\U000e0100") is None


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Data 🚀 Stewardship 👩‍🎓", "Data Stewardship"),
        ("a\u202eb\u2066c\u2069\u200f", "abc"),
        (" a\n\t b\u00a0c ", "a b c"),
        ("E\u0301", "É"),
        ("a\ud800b", "ab"),
        ("a\0\x1b[31mb", "a[31mb"),
        ("", None),
        ("🚀\u200d", None),
        ("\u200da", "a"),
        ("\u202e", None),
    ],
)
def test_symbols_and_controls_are_left_out(text: str, drawn: str | None) -> None:
    assert drawable(text) == drawn


@given(st.text(alphabet=st.characters()))
def test_whatever_is_drawn_has_its_glyphs(text: str) -> None:
    said = drawable(text)
    if said is not None:
        assert {ord(c) for c in said} <= covered() | {0x200C, 0x200D}
        assert drawable(said) == said


def test_subtables_of_other_formats_are_passed_over() -> None:
    assert list(_subtable(b"\0\x0e" + b"\0" * 20)) == []


def test_every_font_comes_with_its_licence() -> None:
    notice = (FONTS / "NOTICE.txt").read_text(encoding="utf-8")
    for name in ("LICENSE-serif.txt", "LICENSE-sans.txt", "LICENSE-noto.txt"):
        assert name in notice
        assert "SIL OPEN FONT LICENSE" in (FONTS / name).read_text(encoding="utf-8")
    families = {font.name.split("-")[0] for font in FONTS.glob("*.ttf")}
    assert all(family.startswith(("Testamur", "Noto")) for family in families)


def test_only_the_fonts_of_this_room_are_in_reach() -> None:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    named = set(fonts.families())
    source = (FONTS.parent / "marks.typ").read_text(encoding="utf-8")
    assert {"Testamur Serif", "Testamur Sans", "Noto Naskh Arabic"} <= named
    assert all(name.startswith(("Testamur ", "Noto ")) for name in named)
    for name in named:
        part = name.removeprefix("Noto Serif ").removeprefix("Noto Sans ")
        assert f'"{part}"' in source
