"""An attack: what a reader of a sealed PDF sees is changed in a later revision (§7.5.6).

Incremental saving attacks: each leaves every byte that was sealed as it is.
"""

import re

import pytest

from issuer.carriers.pdf import only_sealed_since
from issuer.errors import MalformedDocument
from issuer.verify.paper import FileSeal, file_seals
from tests.town import papers
from tests.town.increments import increment, object_of, size_of, small, stream, with_members

TREE = b"/Names<</EmbeddedFiles<</Names[(a.json)<</EF<</F 10 0 R>>>>]>>>>"
PAGES = small(TREE, {10: stream(b"{}"), 11: b"(free)"})
SEALED = papers.sealed(PAGES)
NEW = size_of(SEALED)
CATALOGUE, PAGE = object_of(SEALED, 1), object_of(SEALED, 3)
FORM, FIELD = (
    int(re.findall(rb"%b \[? ?(\d+) 0 R" % key, SEALED)[-1]) for key in (b"/AcroForm", b"/Fields")
)
SEEN = b"<</FT/Sig/T(New)/Type/Annot/Subtype/Widget/Rect[0 0 9 9]/AP<</N 4 0 R>>>>"


def annotated(annotation: bytes) -> bytes:
    """The sealed file with something laid over its page."""
    more = b"/Annots [ %d 0 R %d 0 R ]" % (FIELD, NEW)
    page = re.sub(rb"/Annots \[.*?\]", more, PAGE)
    assert page != PAGE
    return increment(SEALED, {3: page, NEW: annotation})


def catalogue(more: bytes, number: int = 1) -> bytes:
    return increment(SEALED, {number: with_members(CATALOGUE, more)}, root=number)


LAST = int(re.findall(rb"startxref\n(\d+)", SEALED)[-1])
ATTACKS = {
    "other content": increment(SEALED, {4: stream(b"Q q")}),
    "other content by reference": increment(
        SEALED, {3: PAGE.replace(b"/Contents 4 0 R", b"/Contents %d 0 R" % NEW), NEW: stream(b"")}
    ),
    "another page": increment(SEALED, {2: b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>"}),
    "another attachment": increment(SEALED, {10: stream(b"[]")}),
    "another name tree": increment(
        SEALED, {1: CATALOGUE.replace(b"/F 10 0 R", b"/F %d 0 R" % NEW), NEW: stream(b"[]")}
    ),
    "a note": annotated(b"<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]/Contents(Mallory)>>"),
    "a widget that is drawn": annotated(SEEN),
    "a signature that is drawn": increment(
        SEALED, {FORM: b"<</Fields[%d 0 R %d 0 R]/SigFlags 3>>" % (FIELD, NEW), NEW: SEEN}
    ),
    "the seal drawn": increment(
        SEALED, {FIELD: with_members(object_of(SEALED, FIELD), b"/AP<</N 4 0 R>>")}
    ),
    "the seal taken out": increment(SEALED, {FORM: b"<</Fields[]/SigFlags 3>>"}),
    "another form": increment(
        SEALED,
        {
            1: re.sub(rb"/AcroForm \d+ 0 R", b"/AcroForm %d 0 R" % NEW, CATALOGUE),
            NEW: b"<</Fields[]>>",
        },
    ),
    "a form that is drawn anew": increment(
        SEALED, {FORM: with_members(object_of(SEALED, FORM), b"/NeedAppearances true")}
    ),
    "another catalogue": catalogue(b"/Lang(xx)", NEW),
    "another catalogue alike": catalogue(b"", NEW),
    "another information": increment(SEALED, {NEW: b"<</Keywords(x)>>"}).replace(
        b"/Info 5 0 R/Prev %d" % LAST, b"/Info %d 0 R/Prev %d" % (NEW, LAST)
    ),
    "other keywords": increment(SEALED, {5: with_members(object_of(SEALED, 5), b"/Keywords(x)")}),
} | {
    key: catalogue(b"/%b" % key.encode())
    for key in (
        "OpenAction<</S/JavaScript/JS(x)>>",
        "AA<<>>",
        "OCProperties<<>>",
        "Perms<<>>",
        "Dests<<>>",
        "Collection<<>>",
        "Requirements[]",
        "Version/2.0",
    )
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_is_seen_that_something_was_added(attack: str) -> None:
    changed = ATTACKS[attack]
    assert changed.startswith(SEALED)
    assert changed != SEALED
    assert not only_sealed_since(SEALED, changed)
    found = file_seals(changed)
    assert not any(isinstance(one, FileSeal) and one.untouched for one in found)


@pytest.mark.parametrize("key", [b"XFA(x)", b"DA(x)", b"CO[]", b"DR<<>>"])
def test_a_form_gains_nothing(key: bytes) -> None:
    form = with_members(object_of(SEALED, FORM), b"/" + key)
    assert not only_sealed_since(SEALED, increment(SEALED, {FORM: form}))


@pytest.mark.parametrize("key", [b"/Pages 2 0 R", b"/Names<<>>"])
def test_a_catalogue_says_nothing_twice(key: bytes) -> None:
    with pytest.raises(MalformedDocument):
        only_sealed_since(SEALED, catalogue(key))


def test_the_pages_are_still_those_of_the_data_only_where_nothing_else_was_added() -> None:
    assert only_sealed_since(PAGES, SEALED)
    for changed in ATTACKS.values():
        assert not only_sealed_since(PAGES, changed) or file_seals(changed) == ()


def test_every_attack_is_what_it_says() -> None:
    assert b"/F %d 0 R" % NEW in ATTACKS["another name tree"]
    assert b"/Contents %d 0 R" % NEW in ATTACKS["other content by reference"]
    assert b"/Info %d 0 R" % NEW in ATTACKS["another information"]
    assert b"/AcroForm %d 0 R" % NEW in ATTACKS["another form"]
