"""An attack: a small PDF that is endless, or grows beyond all bounds, when it is read."""

import re
import tracemalloc
import zlib

import pytest

from issuer.carriers.pdf import extract, only_sealed_since, signatures
from issuer.errors import DocumentTooLarge, MalformedDocument
from issuer.verify import Verdict
from tests.town import papers
from tests.town.european import ask
from tests.town.increments import increment, size_of, small, stream, written

PAGES = small()
FILES = b"/Names<</EmbeddedFiles %b>>"
FORM = b"/AcroForm<</Fields[%b]>>"
# Each of eight floors leads thirty times to the next one: 30 ** 8 ways.
FLOORS = {10 + n: b"<</Kids[%b]>>" % (b"%d 0 R " % (11 + n) * 30) for n in range(8)} | {18: b"<<>>"}


def refused(file: bytes) -> None:
    for read in (extract, signatures):
        with pytest.raises((MalformedDocument, DocumentTooLarge)):
            read(file)


def test_a_stream_that_unpacks_to_a_gigabyte_does_not_go_off() -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1024)) + packer.flush()
    spec = FILES % b"<</Names[(a.json)<</EF<</F 10 0 R>>>>]>>"
    file = small(spec, {10: stream(bomb, b"/Filter/FlateDecode")})
    tracemalloc.start()
    try:
        with pytest.raises(MalformedDocument):
            extract(file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 96 << 20


def test_sixteen_streams_have_one_bound_together() -> None:
    packed = zlib.compress(bytes(15 << 20), 9)
    names = b"".join(b"(%d)<</EF<</F %d 0 R>>>>" % (n, 10 + n) for n in range(16))
    streams = {10 + n: stream(packed, b"/Filter/FlateDecode") for n in range(16)}
    with pytest.raises(MalformedDocument):
        extract(small(FILES % (b"<</Names[%b]>>" % names), streams))


def test_filters_upon_filters() -> None:
    data = bytes(1 << 16)
    for _ in range(40):
        data = zlib.compress(data)
    filters = b"/Filter[%b]" % (b"/FlateDecode" * 40)
    spec = FILES % b"<</Names[(a.json)<</EF<</F 10 0 R>>>>]>>"
    try:
        found = extract(small(spec, {10: stream(data, filters)})).attached[0].data
    except MalformedDocument:
        found = bytes(1 << 16)
    assert found == bytes(1 << 16), "read within bounds, or refused"


@pytest.mark.parametrize("times", [1, 2, 60])
def test_a_tree_that_leads_back_to_itself(times: int) -> None:
    circle = {10: b"<</Kids[%b]>>" % (b"10 0 R " * times)}
    with pytest.raises(MalformedDocument, match="too deep"):
        extract(small(FILES % b"10 0 R", circle))
    with pytest.raises(MalformedDocument, match="too many fields"):
        signatures(small(FORM % b"10 0 R", circle))


def test_a_tree_of_too_many_ways() -> None:
    with pytest.raises(MalformedDocument, match="too deep"):
        extract(small(FILES % b"10 0 R", FLOORS))
    with pytest.raises(MalformedDocument, match="too many fields"):
        signatures(small(FORM % b"10 0 R", FLOORS))


@pytest.mark.parametrize("count", [17, 20_000])
def test_thousands_of_attachments_or_fields(count: int) -> None:
    names = b"".join(b"(%d)<<>>" % n for n in range(count))
    with pytest.raises(MalformedDocument, match="more than sixteen files"):
        extract(small(FILES % (b"<</Names[%b]>>" % names)))
    with pytest.raises(MalformedDocument, match=r"more than sixteen|too many fields"):
        signatures(small(FORM % (b"<</FT/Sig/V<<>>>>" * count)))


@pytest.mark.parametrize("inner", [b"[", b"<</A", b"[<</A"])
def test_nested_without_end(inner: bytes) -> None:
    refused(small(b"/A " + inner * 20_000))


def test_revisions_in_a_circle() -> None:
    last = re.findall(rb"startxref\n(\d+)", PAGES)[-1]
    refused(PAGES.replace(b"/Info 5 0 R", b"/Prev %b" % last.rjust(5)))


def test_thousands_of_revisions() -> None:
    start = int(re.findall(rb"startxref\n(\d+)", PAGES)[-1])
    file, before = [PAGES], start
    place = len(PAGES)
    for _ in range(3000):
        one = b"xref\n0 0\ntrailer\n<</Size 6/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        file.append(one % (before, place))
        before, place = place, place + len(file[-1])
    refused(b"".join(file))
    with pytest.raises(MalformedDocument, match="changed too often"):
        only_sealed_since(PAGES, b"".join(file))


@pytest.mark.parametrize("value", [b"10 0 R", b"11 0 R"])
def test_references_that_lead_to_themselves(value: bytes) -> None:
    objects = {10: value, 11: b"10 0 R"}
    for more in (FILES % b"10 0 R", FORM % b"10 0 R"):
        file = small(more, objects)
        try:
            found = (*extract(file).attached, *signatures(file).signatures)
        except MalformedDocument:
            found = ()
        assert found == (), "refused, or empty"


def test_a_length_that_leads_to_its_own_stream() -> None:
    own = b"<</Length 10 0 R>>\nstream\nx\nendstream"
    with pytest.raises(MalformedDocument):
        extract(small(FILES % b"<</Names[(a)<</EF<</F 10 0 R>>>>]>>", {10: own}))


def test_an_encrypted_file_is_refused_in_a_sentence_of_its_own() -> None:
    key = b"<</Filter/Standard/V 2/R 3/Length 128/P -4/O<%b>/U<%b>>>" % (b"0" * 64, b"0" * 64)
    file = written({1: b"<</Type/Catalog>>", 2: key}, trailer=b"/ID[<00><00>]/Encrypt 2 0 R")
    for read in (extract, signatures):
        with pytest.raises(MalformedDocument, match="is encrypted"):
            read(file)
    assert ask(file).verdict is not Verdict.PASSED


def test_a_sealed_file_that_is_encrypted_by_a_later_revision() -> None:
    sealed = papers.sealed(PAGES)
    number = size_of(sealed)
    key = b"<</Filter/Standard/V 2/R 3/Length 128/P -4/O<%b>/U<%b>>>" % (b"0" * 64, b"0" * 64)
    trailer = b"/ID[<00><00>]/Encrypt %d 0 R" % number
    with pytest.raises(MalformedDocument):
        only_sealed_since(sealed, increment(sealed, {number: key}, trailer=trailer))


def tabled(widths: bytes, index: bytes, data: bytes = b"", more: bytes = b"") -> bytes:
    """A file whose table is a stream, as a few bytes can say that it is endless."""
    head = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
    said = b"/Type/XRef/Root 1 0 R/Size 20/W[%b]/Index[%b]" % (widths, index)
    table = b"7 0 obj\n%b\nendobj\n" % stream(data, said + more)
    return head + table + b"startxref\n%d\n%%%%EOF\n" % len(head)


@pytest.mark.parametrize("widths", [b"0 0 0", b"-1 0 0", b"0.0 0 0"])
@pytest.mark.parametrize("index", [b"0 1000000000", b"0 1000000000 1000000000 -999999999"])
def test_a_thousand_million_objects_in_two_hundred_bytes(widths: bytes, index: bytes) -> None:
    file = tabled(widths, index)
    assert len(file) < 300
    refused(file)


def test_millions_of_entries_that_unpack_from_a_few_kilobytes() -> None:
    data = zlib.compress(bytes(15 << 20), 9)
    refused(tabled(b"1 0 0", b"0 %d" % (15 << 20), data, b"/Filter/FlateDecode"))


def test_tables_inside_tables() -> None:
    # Each table is the rest of the file, so that thirty of them are read thirty times.
    body, starts = bytearray(b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"), []
    said = (
        b"7 0 obj\n<</Type/XRef/Root 1 0 R/Size 1/W[1 0 0]/Index[0 %d]/Prev %d/Length %d>>stream\n"
    )
    size = 60_000
    for _ in range(30):
        starts.append(len(body))
        body += said % (size, starts[-2] if len(starts) > 1 else 0, size)
    body += b"x" * size
    refused(bytes(body) + b"startxref\n%d\n%%%%EOF\n" % starts[-1])


@pytest.mark.parametrize("tail", [b"10 0 obj %", b"10 0 obj [%", b"10 0 obj <</A %", b"10 0 obj ("])
def test_an_object_that_never_ends(tail: bytes) -> None:
    whole = small(FILES % b"10 0 R")
    place = len(whole) + 300
    file = increment(whole, {}, places={10: place}).ljust(place - 1, b"\n") + b"\n" + tail
    assert file[place:] == tail
    with pytest.raises((MalformedDocument, DocumentTooLarge)):
        extract(file)


@pytest.mark.parametrize("many", [b"1 ", b"9 0 R ", b"/A ", b"()", b"<>", b"[]", b"null "])
def test_millions_of_words(many: bytes) -> None:
    refused(small(b"/A[%b]" % (many * ((7 << 20) // len(many)))))


@pytest.mark.parametrize("long", [b"1", b".1", b"/", b" "])
def test_a_word_of_millions(long: bytes) -> None:
    refused(small(b"/A " + long + b"1" * (7 << 20)))


def test_hundreds_of_thousands_of_rows_in_a_table() -> None:
    rows = b"".join(b"%010d 00000 n \n" % n for n in range(350_000))
    start = int(re.findall(rb"startxref\n(\d+)", PAGES)[-1])
    refused(PAGES[:start] + PAGES[start:].replace(b"xref\n", b"xref\n20 350000\n" + rows, 1))
