import pytest

from issuer.carriers import cargo, extract, recognise
from issuer.carriers.png import embed as embed_png
from issuer.carriers.svg import embed as embed_svg
from issuer.errors import DocumentTooLarge, ForbiddenCharacter, MalformedDocument


def test_json_and_compact_jwt_may_be_carried() -> None:
    assert cargo.checked_text(b' {"a": 1}\r\n') == ' {"a": 1}\r\n'
    assert cargo.checked_text("e30.e30.AA") == "e30.e30.AA"
    assert cargo.is_compact("e30..AA")
    assert not cargo.is_compact("e30.e30.AA\n")


@pytest.mark.parametrize("text", ["", "[]", "a.b", "a.b.c.d", " e30.e30.AA", '"{"'])
def test_anything_else_may_not(text: str) -> None:
    with pytest.raises(MalformedDocument, match="neither a JSON object nor a compact JWT"):
        cargo.checked_text(text)


@pytest.mark.parametrize("text", ['{"a":"\0"}', '{"a":"\x1b"}', '{"a":"\uffff"}', '{"\ud800":1}'])
def test_characters_that_xml_cannot_write_are_refused(text: str) -> None:
    with pytest.raises(ForbiddenCharacter):
        cargo.checked_text(text)


def test_bytes_must_be_utf8() -> None:
    with pytest.raises(MalformedDocument, match="UTF-8"):
        cargo.checked_text(b'{"a":"\xff"}')


def test_one_mebibyte_is_the_most() -> None:
    fits = '{"a":"' + "x" * (cargo.MOST_BYTES - 8) + '"}'
    assert len(fits) == cargo.MOST_BYTES
    assert cargo.checked_text(fits) == fits
    with pytest.raises(DocumentTooLarge, match="1 MiB"):
        cargo.checked_text(fits + " ")
    with pytest.raises(DocumentTooLarge, match="10 MiB"):
        cargo.check_picture_size(b"\0" * (cargo.MOST_PICTURE_BYTES + 1))


def test_a_carrier_is_known_by_its_first_bytes_and_asked(png: bytes, svg: bytes) -> None:
    assert (recognise(png), recognise(svg), recognise(b'{"a":1}')) == ("png", "svg", None)
    with pytest.raises(MalformedDocument, match="neither a PNG nor an SVG"):
        extract(b"GIF89a")


def test_both_carriers_give_back_what_was_put_in(png: bytes, svg: bytes) -> None:
    assert extract(embed_png(png, "{}")) == b"{}"
    assert extract(embed_svg(svg, "{}")) == b"{}"
