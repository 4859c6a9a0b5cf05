"""How much work a PDF may be: the same file is read, or refused, on every machine."""

import zlib

import pytest
from pyhanko.pdf_utils.generic import Reference

from issuer.carriers.pdf import bounds
from issuer.carriers.pdf.library import reading, value_of
from issuer.errors import DocumentTooLarge, MalformedDocument
from tests.town.increments import increment, size_of, small, stream

HEAD = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"


def tabled(widths: bytes, index: bytes, data: bytes = b"", more: bytes = b"") -> bytes:
    """A file whose table is a stream."""
    said = b"/Type/XRef/Root 1 0 R/Size 20/W[%b]/Index[%b]" % (widths, index)
    end = b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(HEAD)
    return HEAD + b"7 0 obj\n" + stream(data, said + more) + end


def packed(data: bytes, count: int, more: bytes = b"") -> bytes:
    """A file whose object 9 is the first one inside the stream 8."""
    inside = b"9 0 " + data
    body = HEAD + b"8 0 obj\n%b\nendobj\n" % stream(
        inside, b"/Type/ObjStm/N %d/First 4" % count + more
    )
    rows = b"".join(
        kind.to_bytes(1) + place.to_bytes(4)
        for kind, place in ((1, HEAD.index(b"1 0")), (1, len(HEAD)), (2, 8))
    )
    said = b"/Type/XRef/Root 1 0 R/Size 10/W[1 4 0]/Index[1 1 8 2]"
    end = b"7 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n"
    return body + end % (stream(rows, said), len(body))


def test_a_table_that_is_a_stream_is_read() -> None:
    row = b"\1" + HEAD.index(b"1 0").to_bytes(2)
    with reading(tabled(b"1 2 0", b"1 1", row)) as reader:
        assert value_of(reader.root, "/Type") == "/Catalog"


@pytest.mark.parametrize("widths", [b"0 0 0", b"-1 0 0", b"0.5 0 0", b"", b"1 -1 0", b"/A 1 1"])
def test_entries_without_a_size_are_refused(widths: bytes) -> None:
    with (
        pytest.raises(MalformedDocument, match="damaged"),
        reading(tabled(widths, b"0 1000000000")),
    ):
        pass


@pytest.mark.parametrize("index", [b"0 9 9 -9", b"-5 5", b"0 2.5"])
def test_a_count_that_is_none_is_refused(index: bytes) -> None:
    with pytest.raises(MalformedDocument, match="damaged"), reading(tabled(b"1 0 0", index)):
        pass


def test_too_many_entries_are_refused_before_they_are_read() -> None:
    data = zlib.compress(bytes(1 << 20), 9)
    file = tabled(b"1 0 0", b"0 1048576", data, b"/Filter/FlateDecode")
    with pytest.raises(DocumentTooLarge, match="too long to read"), reading(file):
        pass


def test_an_object_in_a_stream_is_read_and_counted() -> None:
    with reading(packed(b"(said)", 1)) as reader:
        before = reader.stream._left
        assert reader.get_object(Reference(9)) == "said"
        assert before - reader.stream._left > len(b"9 0 (said)")


@pytest.mark.parametrize("end", [b"%", b"[1 % 2]", b"% " + b"%" * 90])
def test_a_comment_without_end_is_not_looked_for(end: bytes) -> None:
    with pytest.raises(MalformedDocument), reading(packed(end, 1)) as reader:
        reader.get_object(Reference(9))
    with reading(packed(b"% said\n7", 1)) as reader:
        assert reader.get_object(Reference(9)) == 7


def test_a_large_stream_of_objects_is_not_gone_through() -> None:
    with (
        pytest.raises(DocumentTooLarge, match="too long to read"),
        reading(packed(b"(%b)" % (b"x" * 262_144), 1)) as reader,
    ):
        reader.get_object(Reference(9))


def test_so_many_revisions_and_no_more() -> None:
    file = small()
    for _ in range(63):
        file = increment(file, {size_of(file): b"1"})
    with reading(file) as reader:
        assert reader.total_revisions == 64
    with (
        pytest.raises(MalformedDocument, match="changed too often"),
        reading(increment(file, {size_of(file): b"1"})),
    ):
        pass


def test_a_part_is_read_so_often_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_MOST_STEPS", 10)
    file = bounds.Steps(b"%PDF-")
    for _ in range(10):
        file.seek(0)
        assert file.read(1) == b"%"
    with pytest.raises(DocumentTooLarge, match="too long to read"):
        file.read(1)


def test_a_long_number_costs_more_than_short_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_MOST_STEPS", 1000)
    short, long = bounds.Steps(bytes(4000)), bounds.Steps(bytes(4000))
    for _ in range(200):
        short.read(16)
        short.read(1)
    spent = [long.read(16) for _ in range(40)]
    assert len(spent) == 40
    with pytest.raises(DocumentTooLarge):
        [long.read(16) for _ in range(10)]
