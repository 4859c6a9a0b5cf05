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


def test_another_file_is_not_a_later_one() -> None:
    assert not only_sealed_since(SEALED, PAGES)
    assert not only_sealed_since(PAGES, small())


@pytest.mark.parametrize("behind", [b"\n", b"junk"])
def test_nothing_stands_behind_the_end(behind: bytes) -> None:
    assert not only_sealed_since(SEALED, SEALED + behind)


@pytest.mark.parametrize("behind", [b"%%EOF", b"\n% a comment\n%%EOF\n"])
def test_an_end_without_a_table_is_damage(behind: bytes) -> None:
    with pytest.raises(MalformedDocument):
        only_sealed_since(SEALED, SEALED + behind)


def test_what_is_not_drawn_may_be_written_anew() -> None:
    dated = object_of(SEALED, 5).replace(b"(B)", b"(C)")
    more = with_members(dated, b"/Producer(Somebody)")
    assert only_sealed_since(SEALED, increment(SEALED, {5: more}))
    assert only_sealed_since(SEALED, increment(SEALED, {10: stream(b"<y/>")}))


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, FORM, FIELD])
def test_no_object_may_say_something_else(number: int) -> None:
    was = object_of(SEALED, number)
    other = stream(b"Q q") if number == 4 else with_members(was, b"/Author(X)/Rotate 90")
    assert not only_sealed_since(SEALED, increment(SEALED, {number: other}))


def test_no_object_may_be_gone() -> None:
    assert not only_sealed_since(SEALED, increment(SEALED, {4: b"null"}))
    with pytest.raises(MalformedDocument):
        only_sealed_since(SEALED, increment(SEALED, {1: b"null"}))


def test_an_object_that_is_something_else_as_well_may_not_change() -> None:
    metadata = {10: stream(b"q Q")}
    file = small(b"/Metadata 10 0 R/Page 10 0 R", metadata)
    assert not only_sealed_since(file, increment(file, {10: stream(b"Q q")}))


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


@pytest.mark.parametrize("form", [b"/NeedAppearances true", b"/XFA(x)", b"/DA(x)"])
def test_the_form_has_nothing_but_fields(form: bytes) -> None:
    assert not only_sealed_since(SEALED, field(form=form))


def test_too_many_objects_are_not_compared() -> None:
    file = increment(SEALED, {NEW + n: b"1" for n in range(5000)})
    assert not only_sealed_since(SEALED, file)


def test_files_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(MalformedDocument):
        only_sealed_since(b"%PDF-", b"%PDF-1.7%%EOF")
    with pytest.raises(DocumentTooLarge):
        only_sealed_since(SEALED, SEALED + b" " * (8 << 20) + b"%%EOF")
