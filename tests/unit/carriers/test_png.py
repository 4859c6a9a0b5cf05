import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.carriers import png as carrier
from issuer.errors import DocumentTooLarge, MalformedDocument

MakeChunk = Callable[[bytes, bytes], bytes]

KEY = b"openbadgecredential\0"
ANY_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from("\t\r\n"))
LAW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@LAW
@given(ANY_TEXT)
def test_what_is_embedded_is_extracted(png: bytes, text: str) -> None:
    credential = ("{" + text).encode()
    baked = carrier.embed(png, credential)
    assert carrier.extract(baked) == credential
    assert carrier.extract(carrier.embed(carrier.embed(png, "{}"), credential)) == credential


@LAW
@given(st.binary(min_size=1, max_size=4), st.data())
def test_no_changed_byte_goes_unseen(png: bytes, other: bytes, data: st.DataObject) -> None:
    baked = carrier.embed(png, "e30.e30.AA")
    at = data.draw(st.integers(0, len(baked) - 1))
    changed = baked[:at] + other + baked[at + len(other) :]
    if changed == baked:
        return
    with pytest.raises(MalformedDocument):
        carrier.extract(changed)


def test_the_chunk_is_as_open_badges_says_and_the_picture_untouched(
    png: bytes, chunk: MakeChunk
) -> None:
    baked = carrier.embed(png, "e30.e30.AA")
    carried = chunk(b"iTXt", KEY + b"\0\0\0\0e30.e30.AA")
    before, _, after = baked.partition(carried)
    assert before + after == png
    assert after[4:8] == b"IDAT"


def test_a_picture_without_pixels_takes_it_before_its_end(chunk: MakeChunk) -> None:
    bare = carrier.SIGNATURE + chunk(b"IHDR", b"\0" * 13) + chunk(b"IEND", b"")
    assert carrier.extract(carrier.embed(bare, "{}")) == b"{}"


def _with(png: bytes, *chunks: bytes) -> bytes:
    return png[:-12] + b"".join(chunks) + png[-12:]


def test_a_compressed_chunk_and_language_tags_are_read(png: bytes, chunk: MakeChunk) -> None:
    packed = chunk(b"iTXt", KEY + b"\1\0en\0Nachweis\0" + zlib.compress(b"{}"))
    assert carrier.extract(_with(png, packed)) == b"{}"


def test_two_credentials_are_refused(png: bytes, chunk: MakeChunk) -> None:
    one = chunk(b"iTXt", KEY + b"\0\0\0\0{}")
    with pytest.raises(MalformedDocument, match="two credentials"):
        carrier.extract(_with(png, one, one))


def test_a_picture_without_a_credential_says_so(png: bytes, chunk: MakeChunk) -> None:
    other = chunk(b"tEXt", KEY + b"{}")
    with pytest.raises(MalformedDocument, match="carries no Open Badges"):
        carrier.extract(_with(png, other))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0",
        b"\0\0",
        b"\0\0en",
        b"\0\0en\0",
        b"\2\0\0\0{}",
        b"\0\1\0\0{}",
        b"\1\0\0\0{}",
        b"\1\0\0\0" + zlib.compress(b"{}")[:-1],
        b"\1\0\0\0" + zlib.compress(b"{}") + b"x",
        b"\0\0\0\0[]",
    ],
)
def test_a_malformed_chunk_is_refused(png: bytes, chunk: MakeChunk, body: bytes) -> None:
    with pytest.raises(MalformedDocument):
        carrier.extract(_with(png, chunk(b"iTXt", KEY + body)))


def test_damage_names_the_byte(png: bytes) -> None:
    with pytest.raises(MalformedDocument, match="damaged at byte 8"):
        carrier.extract(png[:29] + b"\0\0\0\0" + png[33:])
    with pytest.raises(MalformedDocument, match="damaged at byte"):
        carrier.extract(png[:-1])
    with pytest.raises(MalformedDocument, match="not a PNG"):
        carrier.extract(b"\x89PNG\r\n\x1a\n")


def test_nothing_may_follow_the_end_or_never_end(png: bytes, chunk: MakeChunk) -> None:
    with pytest.raises(MalformedDocument, match="follows its end"):
        carrier.extract(carrier.embed(png, "{}") + b"\n")
    with pytest.raises(MalformedDocument, match="10 000 chunks"):
        carrier.extract(_with(png, chunk(b"tIME", b"") * 10_001))


def test_too_large_is_refused(png: bytes, chunk: MakeChunk) -> None:
    with pytest.raises(DocumentTooLarge, match="10 MiB"):
        carrier.embed(_with(png, chunk(b"tEXt", b"\0" * (10 << 20))), "{}")
    long = b"{" + b" " * (1 << 20)
    with pytest.raises(DocumentTooLarge, match="1 MiB"):
        carrier.extract(_with(png, chunk(b"iTXt", KEY + b"\0\0\0\0" + long)))
