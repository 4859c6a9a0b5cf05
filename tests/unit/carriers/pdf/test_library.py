"""A PDF is read strictly and within bounds, and every fault is told in one sentence."""

import zlib

import pytest

from issuer.carriers.pdf.library import MOST_BYTES, members_of, reading, value_of
from issuer.errors import DocumentTooLarge, MalformedDocument
from tests.town.increments import small, stream, written


def test_what_a_reference_leads_to_is_given() -> None:
    with reading(small(b"/A[4 0 R 7]/B 10 0 R", {10: b"(said)"})) as reader:
        assert value_of(reader.root, "/B") == "said"
        assert value_of(reader.root, "/C", otherwise=1) == 1
        stream_there, number = members_of(reader.root, "/A")
        assert (stream_there.data, number) == (b"q Q", 7)
        assert members_of(reader.root, "/C") == []


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-", b"no PDF", small()[:-20], small().replace(b"xref\n", b"yref\n", 1)]
)
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedDocument, match="damaged"), reading(data) as reader:
        value_of(reader.root, "/Pages")


def test_what_is_too_large_is_not_looked_at() -> None:
    with pytest.raises(DocumentTooLarge, match="8 MiB"), reading(b"%" * (MOST_BYTES + 1)):
        pass


def test_what_is_encrypted_is_refused() -> None:
    key = b"/Filter/Standard/V 2/R 3/Length 128/P -4/O<%b>/U<%b>" % (b"0" * 64, b"0" * 64)
    file = written(
        {1: b"<</Type/Catalog>>", 2: b"<<%b>>" % key}, trailer=b"/ID[<00><00>]/Encrypt 2 0 R"
    )
    with pytest.raises(MalformedDocument, match="encrypted"), reading(file):
        pass


def test_a_stream_is_unpacked_within_bounds() -> None:
    packed = zlib.compress(b"\0" * (17 << 20))
    file = small(b"/A 10 0 R", {10: stream(packed, b"/Filter/FlateDecode")})
    with pytest.raises(MalformedDocument, match="damaged"), reading(file) as reader:
        assert reader.root["/A"].data


@pytest.mark.parametrize("odd", [b"5..5", b"+-.", b"<</A 1/A 2>>", b"(\\9)", b"1" * 5000])
def test_what_the_library_cannot_make_anything_of_is_refused(odd: bytes) -> None:
    with pytest.raises(MalformedDocument, match="damaged"), reading(small(b"/A " + odd)) as reader:
        value_of(reader.root, "/A")
