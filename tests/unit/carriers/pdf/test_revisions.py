"""Only seals, time-stamps and their material may have come after; whatever else did is seen."""

import re

import pytest

from issuer.carriers.pdf import only_sealed_since
from issuer.errors import DocumentTooLarge, MalformedDocument
from issuer.proofs import pades
from tests.town import papers
from tests.town.increments import increment, object_of, size_of, small, stream, with_members

PAGES = small(b"/Metadata 10 0 R", {10: stream(b"<x/>", b"/Type/Metadata")})
SEALED = papers.sealed(PAGES)
LASTING = papers.lasting(PAGES)
NEW = size_of(SEALED)
FORM, FIELD = (
    int(re.findall(rb"%b \[? ?(\d+) 0 R" % key, SEALED)[-1]) for key in (b"/AcroForm", b"/Fields")
)
NOWHERE = b"<</FT/Sig/T(New)/Type/Annot/Subtype/Widget/F 132/Rect[0 0 0 0]/P 3 0 R%b>>"


def field(more: bytes = b"", *, also: bytes = b"", form: bytes = b"") -> bytes:
    """The sealed file with one more signature field."""
    annotations = b"[%d 0 R %d 0 R %b]" % (FIELD, NEW, also)
    page = re.sub(rb"/Annots \[.*?\]", b"/Annots " + annotations, object_of(SEALED, 3))
    fields = b"<</Fields[%d 0 R %d 0 R]/SigFlags 3%b>>" % (FIELD, NEW, form)
    return increment(SEALED, {3: page, FORM: fields, NEW: NOWHERE % more})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PAGES, PAGES),
        (PAGES, SEALED),
        (PAGES, LASTING),
        (SEALED, papers.sealed(SEALED, name="Second")),
        (LASTING, papers.sealed(LASTING, name="Second")),
        (
            LASTING,
            pades.with_evidence(LASTING, certificates=[b"c"], crls=[], ocsps=[b"o"]),
        ),
        (SEALED, field()),
    ],
    ids=["nothing", "B-B", "B-LTA", "two seals", "seal after B-LTA", "more kept", "by hand"],
)
def test_seals_and_what_is_kept_for_them_change_nothing(old: bytes, new: bytes) -> None:
    assert only_sealed_since(old, new)


def passes(file: bytes) -> bool:
    try:
        return only_sealed_since(SEALED, file)
    except MalformedDocument:
        return False


def test_another_file_is_not_a_later_one() -> None:
    assert not only_sealed_since(SEALED, PAGES)
    assert not only_sealed_since(PAGES, small())


@pytest.mark.parametrize("behind", [b"\n", b"junk"])
def test_nothing_stands_behind_the_end(behind: bytes) -> None:
    assert not only_sealed_since(SEALED, SEALED + behind)


@pytest.mark.parametrize("behind", [b"%%EOF", b"\n% a comment\n%%EOF\n", b"\n"])
def test_an_end_without_a_table_is_none(behind: bytes) -> None:
    assert not only_sealed_since(SEALED, SEALED + behind)


XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='%b'>%b</rdf:RDF></x:xmpmeta>"
RDF = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = b"http://purl.org/dc/elements/1.1/"


def xmp(title: bytes, more: bytes = b"") -> bytes:
    """Metadata with a title."""
    first = b"<rdf:Alt><rdf:li xml:lang='x-default'>%b</rdf:li></rdf:Alt>" % title
    said = b"<d:title xmlns:d='%b'>%b</d:title>%b" % (DC, first, more)
    about = b"<rdf:Description rdf:about=''>%b</rdf:Description>" % said
    return stream(XMP % (RDF, about), b"/Type/Metadata/Subtype/XML")


def test_metadata_may_be_written_anew_but_for_the_title() -> None:
    file = small(b"/Metadata 10 0 R", {10: xmp(b"Diploma")})
    dated = b"<xmp:ModifyDate xmlns:xmp='http://ns.adobe.com/xap/1.0/'>2026</xmp:ModifyDate>"
    assert only_sealed_since(file, increment(file, {10: xmp(b"Diploma", dated)}))
    kind = b"/Type/Metadata/Subtype/XML"
    others = [stream(data, kind) for data in (XMP % (RDF, b""), b"no XMP", b"")]
    for other in (xmp(b"Doctorate"), *others, stream(b"")):
        assert not only_sealed_since(file, increment(file, {10: other}))
    two = xmp(b"Diploma</rdf:li><rdf:li xml:lang='de'>Doktorat")
    assert not only_sealed_since(file, increment(file, {10: two}))


def test_what_is_not_drawn_may_be_written_anew() -> None:
    dated = object_of(SEALED, 5).replace(b"(B)", b"(C)")
    more = with_members(dated, b"/Producer(Somebody)")
    assert only_sealed_since(SEALED, increment(SEALED, {5: more}))


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, FORM, FIELD])
def test_no_object_may_say_something_else(number: int) -> None:
    was = object_of(SEALED, number)
    other = stream(b"Q q") if number == 4 else with_members(was, b"/Author(X)/Rotate 90")
    assert not only_sealed_since(SEALED, increment(SEALED, {number: other}))


def test_what_was_freed_before_is_no_object() -> None:
    row = b"xref\n4 1\n0000000000 00001 f \n"
    freed = increment(SEALED, {NEW: b"1"}).replace(b"xref\n%d" % NEW, row + b"%d" % NEW)
    assert only_sealed_since(freed, increment(freed, {size_of(freed): b"1"}))


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_nothing_is_written_a_second_time(number: int) -> None:
    again = increment(SEALED, {number: object_of(SEALED, number)})
    assert only_sealed_since(SEALED, again) == (number in {1, 3}), "where a signature is entered"


def test_nothing_is_freed() -> None:
    row = b"xref\n4 1\n0000000000 00001 f \n"
    added = increment(SEALED, {NEW: b"1"})
    freed = added.replace(b"xref\n%d" % NEW, row + b"%d" % NEW)
    assert freed != added
    assert not passes(freed)


@pytest.mark.parametrize("written", [b"%b %%\n/A 1>>", b"%b>x", b"%b>> %%"])
def test_what_is_written_anew_is_written_plainly(written: bytes) -> None:
    page = object_of(SEALED, 3).removesuffix(b">>")
    for odd in (written % page, (written % page).replace(b"/A 1", b"/Annots[]")):
        assert not passes(increment(SEALED, {3: odd}))


def test_no_object_may_be_gone() -> None:
    assert not only_sealed_since(SEALED, increment(SEALED, {4: b"null"}))
    with pytest.raises(MalformedDocument):
        only_sealed_since(SEALED, increment(SEALED, {1: b"null"}))


def test_an_object_that_is_something_else_as_well_may_not_change() -> None:
    file = small(b"/Metadata 10 0 R/Page 10 0 R", {10: xmp(b"A")})
    assert not only_sealed_since(file, increment(file, {10: xmp(b"A", b" ")}))


def test_nothing_may_appear_where_something_was_missing() -> None:
    file = small(b"/Later 20 0 R")
    assert not only_sealed_since(file, increment(file, {20: b"<<>>"}))
    assert only_sealed_since(file, increment(file, {21: b"<<>>"}))


@pytest.mark.parametrize(
    "more",
    [b"/AP<</N 4 0 R>>", b"/A<</S/JavaScript/JS(x)>>", b"/AA<<>>", b"/Kids[]", b"/MK<<>>"],
)
def test_a_signature_field_draws_nothing_and_does_nothing(more: bytes) -> None:
    assert not only_sealed_since(SEALED, field(more))


@pytest.mark.parametrize("place", [b"[0 0 9 0]", b"[0 0 0 9]", b"[0 0 9 9]"])
def test_a_signature_field_is_nowhere(place: bytes) -> None:
    assert not only_sealed_since(SEALED, field().replace(b"/Rect[0 0 0 0]", b"/Rect" + place))


def test_a_field_of_another_kind_is_refused() -> None:
    assert not only_sealed_since(SEALED, field().replace(b"<</FT/Sig/T(New)", b"<</FT/Btn/T(New)"))


def test_an_annotation_that_is_no_signature_is_refused() -> None:
    assert not only_sealed_since(SEALED, field(also=b"4 0 R"))


@pytest.mark.parametrize("kind", [b"Text", b"FileAttachment", b"FreeText", b"Sound"])
def test_a_note_is_no_signature_field_however_small_it_is(kind: bytes) -> None:
    note = field().replace(b"/Subtype/Widget/F", b"/Subtype/%b/F" % kind)
    assert note != field()
    assert not passes(note)


@pytest.mark.parametrize("form", [b"/NeedAppearances true", b"/XFA(x)", b"/DA(x)"])
def test_the_form_has_nothing_but_fields(form: bytes) -> None:
    assert not only_sealed_since(SEALED, field(form=form))


def test_too_many_objects_are_not_compared() -> None:
    file = increment(SEALED, {NEW + n: b"1" for n in range(5000)})
    assert not only_sealed_since(SEALED, file)


def test_files_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(MalformedDocument):
        only_sealed_since(b"%PDF-", b"%PDF-1.7\nstartxref\n0\n%%EOF")
    with pytest.raises(DocumentTooLarge):
        only_sealed_since(SEALED, SEALED + b" " * (8 << 20) + b"startxref\n0\n%%EOF")
