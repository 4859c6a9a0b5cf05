"""Texts and addresses at the door: what signatures disagree about never comes in."""

import base64
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from issuer.model import texts
from issuer.model.texts import (
    HttpsUrl,
    Iri,
    LangText,
    LanguageTag,
    Line,
    Noun,
    Picture,
    Prose,
    Slug,
    absolute_iri,
    clean,
    distinct,
    from_right_to_left,
    https_url,
    language_tag,
    png_in_base64,
    without_bidi,
)

FORBIDDEN = [
    "\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\x9f", "\ud800", "\udfff",
    "\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff",
]  # fmt: skip


def accepts(kind: Any, value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("letter", FORBIDDEN, ids=[f"U+{ord(c):04X}" for c in FORBIDDEN])
def test_a_character_that_libraries_escape_differently_is_named(letter: str) -> None:
    with pytest.raises(ValueError, match=rf"U\+{ord(letter):04X} at position 3"):
        clean(f"ab{letter}")


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Z", "M"]), min_size=1))
def test_clean_text_stays_what_it_is_and_is_clean_for_good(text: str) -> None:
    try:
        once = clean(text)
    except ValueError:
        assert not any(unicodedata.category(c)[0] in "LNPS" for c in text)
    else:
        assert unicodedata.is_normalized("NFC", once)
        assert clean(once) == once


def test_text_is_composed_and_its_line_ends_are_plain() -> None:
    assert clean("Zoe\u0308\r\nb\rc\td") == "Zoë\nb\nc\td"


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b", "\u202e\u202c", "\u2028", "\u0301"])
def test_a_text_that_shows_nothing_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="nothing that can be read"):
        clean(text)


@pytest.mark.parametrize("letter", ["\n", "\r", "\t", "\u2028", "\u2029"])
def test_a_line_is_one_line(letter: str) -> None:
    assert not accepts(Line, f"a{letter}b")


@pytest.mark.parametrize(
    ("text", "good"),
    [("a", True), ("a" * 300, True), ("a" * 301, False), ("", False), (7, False)],
)
def test_a_line_is_bounded_text(text: object, good: bool) -> None:
    assert accepts(Line, text) is good


def test_prose_is_bounded_and_may_have_lines() -> None:
    assert accepts(Prose, "a\n\nb")
    assert not accepts(Prose, "a" * 10_001)


def test_directional_controls_are_taken_out_where_a_place_cannot_isolate_them() -> None:
    assert without_bidi("a\u202egpj\u202c.exe\u2066\u2069\u200f\u061c") == "agpj.exe"


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("Data", False),
        ("", False),
        ("2026 – 1", False),
        ("أمين البيانات", True),
        ("«נתונים» for all", True),
        ("3. Data, بيانات", False),
    ],
)
def test_the_first_strong_letter_says_from_where_a_text_is_read(text: str, is_so: bool) -> None:
    assert from_right_to_left(text) is is_so


@pytest.mark.parametrize("tag", ["en", "de-AT", "zh-Hant", "zh-Hant-TW", "es-419", "gsw"])
def test_a_language_tag(tag: str) -> None:
    assert language_tag(tag) == tag
    assert accepts(LanguageTag, tag)


@pytest.mark.parametrize(
    "tag", ["", "e", "EN", "en_GB", "en-gb", "english", "en\n", " en", "en-", "x-private", "@none"]
)
def test_what_is_no_language_tag(tag: str) -> None:
    with pytest.raises(ValueError, match="is not a BCP 47"):
        language_tag(tag)


@pytest.mark.parametrize(
    "url",
    [
        "https://uni.example/",
        "https://uni.example:8443/a/b;c?d=e&f=%C3%A9#g",
        "http://localhost:8000/x",
        "http://127.0.0.1/x",
        "https://uni.example/~alex/(1)",
    ],
)
def test_an_https_address(url: str) -> None:
    assert https_url(url) == url
    assert accepts(HttpsUrl, url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "uni.example",
        "//uni.example/",
        "http://uni.example/",
        "ftp://uni.example/",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "javascript://uni.example/%0aalert(1)",
        "data:text/html,x",
        "https:///path",
        "https://",
        "https:uni.example",
        "https://alex:secret@uni.example/",
        "https://uni.example@evil.example/",
        "http://localhost@evil.example/",
        "http://localhost.evil.example/",
        "https://uni.example/a b",
        "https://uni.example/\n",
        "https://uni.example/\x00",
        'https://uni.example/"onclick=',
        "https://uni.example/<script>",
        "https://uni.example/ü",
        "https://üni.example/",
        "https://uni.example/\\evil.example",
        "https://uni.example/%zz",
        "https://uni.example/%",
        "https://uni.example/[x]",
        "https://[::1]/",
        "https://[::1",
        "https://uni.example/a#b#c",
        "https://uni.example/{x}",
        "https://uni.example/^`|",
        " https://uni.example/",
    ],
)
def test_what_is_no_https_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        https_url(url)
    assert not accepts(HttpsUrl, url)


@pytest.mark.parametrize(
    "iri", ["http://data.europa.eu/esco/skill/x", "https://a.example/#b", "urn:uuid:5", "urn:x1:y"]
)
def test_an_identifier(iri: str) -> None:
    assert absolute_iri(iri) == iri
    assert accepts(Iri, iri)


@pytest.mark.parametrize(
    "iri",
    [
        "", "relative", "did:web:x", "mailto:a@b.example", "javascript:x", "http:///x", "urn:x",
        "urn:-:x", "urn:uuid:", "https://a.example/%g0",
        "https://a.example/\x01", "https://a.example/é", "http://a.example/ ",
        "https://a.example/a\n", "_:b0", "https://a.example/[1]",
    ],
)  # fmt: skip
def test_what_is_no_identifier(iri: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        absolute_iri(iri)


@pytest.mark.parametrize("slug", ["a", "0", "data-stewardship", "a" * 64])
def test_a_slug(slug: str) -> None:
    assert accepts(Slug, slug)


@pytest.mark.parametrize(
    "slug", ["", "-a", "a-", "A", "a_b", "a/b", "..", "a.b", "a" * 65, "ü", "a\n", "a b"]
)
def test_what_is_no_slug(slug: str) -> None:
    assert not accepts(Slug, slug)


def test_values_that_are_distinct_and_one_that_stands_there_twice() -> None:
    assert distinct(("a", "b")) == ("a", "b")
    with pytest.raises(ValueError, match="b stands there twice"):
        distinct(("a", "b", "b"))


# --- Pictures -------------------------------------------------------------------------------


def png(width: int = 1, height: int = 1, *, head: bytes = b"\x89PNG\r\n\x1a\n") -> str:
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return base64.b64encode(head + b"\x00\x00\x00\x0dIHDR" + size + b"\x08\x06\0\0\0").decode()


def test_a_picture_is_a_png_of_a_bounded_size() -> None:
    assert png_in_base64(png(4096, 4096)) == png(4096, 4096)
    assert accepts(Picture, png())


@pytest.mark.parametrize("size", [(0, 1), (1, 0), (4097, 1), (1, 4097), (2**31, 2**31)])
def test_a_picture_without_an_end_is_refused_by_its_head(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="pixels"):
        png_in_base64(png(*size))


@pytest.mark.parametrize(
    "text",
    ["", "https://uni.example/logo.png", "!!!!", png(head=b"GIF89a\0\0"), png()[:12], "QUJD",
     base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIDAT" + bytes(9)).decode(), png() + "\n"],
)  # fmt: skip
def test_what_is_no_picture(text: str) -> None:
    with pytest.raises(ValueError, match="must be a PNG in base64"):
        png_in_base64(text)


def test_a_picture_of_too_many_characters_is_no_picture() -> None:
    assert not accepts(Picture, png() + "A" * 400_000)


# --- Texts in languages ---------------------------------------------------------------------


def test_the_first_language_leads_and_the_base_language_helps() -> None:
    title = LangText.of(de="Titel", en="Title")
    assert title.languages == ("de", "en")
    assert list(title) == [("de", "Titel"), ("en", "Title")]
    assert title.get("en") == "Title"
    assert title.get("en-GB") == "Title"
    assert title.get("fr", "en") == "Title"
    assert title.get("fr") == "Titel"
    assert title.get() == "Titel"
    assert LangText({"de-AT": "Matura"}).get("de") == "Matura"


def test_the_order_of_languages_is_part_of_the_text() -> None:
    one, other = LangText.of(de="a", en="b"), LangText.of(en="b", de="a")
    assert one != other
    assert one == LangText.of(de="a", en="b")
    assert hash(one) == hash(LangText.of(de="a", en="b"))
    assert one != {"de": "a", "en": "b"}


@pytest.mark.parametrize(
    "value",
    [{}, {"en": ""}, {"en": " "}, {"EN": "x"}, {"en": 7}, "text", None,
     {f"x{chr(97 + i // 26)}{chr(97 + i % 26)}": "t" for i in range(41)}],
)  # fmt: skip
def test_what_is_no_text_in_languages(value: object) -> None:
    assert not accepts(LangText, value)


def test_a_text_is_stripped_of_spaces_around_it() -> None:
    assert list(LangText({"en\n": "  Title \n"})) == [("en", "Title")]


def test_a_noun_is_frozen_and_takes_no_field_it_does_not_know() -> None:
    class Word(Noun):
        text: texts.Line

    word = Word(text=" a ")
    assert word.text == "a"
    with pytest.raises(ValidationError, match="frozen"):
        word.text = "b"
    with pytest.raises(ValidationError, match="Extra inputs"):
        Word.model_validate({"text": "a", "txet": "b"})
