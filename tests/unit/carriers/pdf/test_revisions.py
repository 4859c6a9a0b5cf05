"""What may come after the pages, or after a seal: nothing that is seen, done or hidden."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils import generic as typed
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from issuer.carriers.pdf import only_sealed_since, revisions
from issuer.errors import MalformedDocument
from issuer.proofs.pades import increments
from tests.town import papers
from tests.town.european import SEAL

# The library annotates a part of itself only.
generic: Any = typed

PAGES = papers.pages(papers.attachment(papers.badge()))
SEALED = papers.sealed(PAGES)
LASTING = papers.lasting(PAGES)
name = generic.pdf_name
Dictionary = generic.DictionaryObject
Change = Callable[[Any], None]


def changed(pdf: bytes, change: Change, *, quiet: bool = True) -> bytes:
    """The file with a later change; ``quiet``: without the library's own new date."""
    kind: Any = increments._increment() if quiet else IncrementalPdfFileWriter
    writer = kind(BytesIO(pdf))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def page(writer: Any) -> Any:
    return writer.root["/Pages"]["/Kids"][0]


def set_in(dictionary: Any, key: str, value: Any, writer: Any) -> None:
    dictionary[name(key)] = value
    writer.update_container(dictionary)


def field(**entries: Any) -> Any:
    nowhere = generic.ArrayObject([generic.NumberObject(0)] * 4)
    said = {"FT": name("/Sig"), "T": generic.pdf_string("X"), "Rect": nowhere} | entries
    return Dictionary({name(f"/{key}"): value for key, value in said.items()})


def in_form(writer: Any, *fields: Any, **entries: Any) -> None:
    refs = generic.ArrayObject([writer.add_object(one) for one in fields])
    said = {"Fields": refs} | entries
    form = Dictionary({name(f"/{key}"): value for key, value in said.items()})
    writer.root[name("/AcroForm")] = writer.add_object(form)
    writer.update_root()


def test_the_same_file_and_one_that_begins_otherwise() -> None:
    assert only_sealed_since(PAGES, PAGES)
    assert not only_sealed_since(PAGES, b"x" + PAGES)
    assert not only_sealed_since(SEALED, PAGES)


@pytest.mark.parametrize("file", [SEALED, LASTING, papers.sealed(SEALED, name="Seal2")])
def test_seals_time_stamps_and_their_store_may_come(file: bytes) -> None:
    assert only_sealed_since(PAGES, file)


@pytest.mark.parametrize("before", [PAGES, SEALED])
def test_they_may_come_after_each_other(before: bytes) -> None:
    lasting = papers.lasting(before) if before is PAGES else papers.sealed(before, name="Seal2")
    twice = increments.with_store(lasting, certificates=[b"a"], crls=[], ocsps=[])
    again = increments.with_store(twice, certificates=[b"a", b"b"], crls=[], ocsps=[])
    assert only_sealed_since(before, again)
    assert only_sealed_since(twice, again), "the store has grown"


def test_another_program_may_write_when_and_with_what_it_signed() -> None:
    stated = changed(PAGES, lambda w: in_form(w, field()), quiet=False)
    assert b"/Producer (pyHanko" in stated
    assert only_sealed_since(PAGES, stated)


def otherwise(writer: Any) -> None:
    set_in(writer.trailer["/Info"], "/Title", generic.pdf_string("Another title"), writer)


def repaint(writer: Any) -> None:
    set_in(
        page(writer),
        "/Contents",
        writer.add_object(generic.StreamObject(stream_data=b"q Q")),
        writer,
    )


def remark(writer: Any) -> None:
    note = Dictionary({name("/Subtype"): name("/FreeText")})
    annotations = generic.ArrayObject([*page(writer).get("/Annots", []), writer.add_object(note)])
    set_in(page(writer), "/Annots", annotations, writer)


def unlink(writer: Any) -> None:
    set_in(page(writer), "/Annots", generic.ArrayObject(), writer)


def overwrite(writer: Any) -> None:
    stream = page(writer)["/Contents"]
    stream._data, stream._encoded_data = b"q Q", None
    writer.update_container(stream)


def catalogue(key: str) -> Change:
    def change(writer: Any) -> None:
        writer.root[name(key)] = Dictionary()
        writer.update_root()

    return change


def another_root(writer: Any) -> None:
    copy = Dictionary(writer.root)
    writer.trailer[name("/Root")] = writer.add_object(copy)
    writer._root = writer.trailer.raw_get("/Root")


@pytest.mark.parametrize(
    "change",
    [
        otherwise,
        repaint,
        remark,
        unlink,
        overwrite,
        catalogue("/OpenAction"),
        catalogue("/AA"),
        catalogue("/Names"),
        catalogue("/OCProperties"),
        catalogue("/AF"),
        lambda w: in_form(w, field(), XFA=generic.ArrayObject()),
        lambda w: in_form(w, field(), NeedAppearances=generic.BooleanObject(True)),
        lambda w: in_form(w, field(FT=name("/Tx"))),
        lambda w: in_form(w, field(AP=Dictionary())),
        lambda w: in_form(w, field(AA=Dictionary())),
        lambda w: in_form(
            w, field(Rect=generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 90, 90)))
        ),
    ],
)
@pytest.mark.parametrize("quiet", [True, False])
def test_whatever_is_seen_or_done_may_not(
    change: Change, quiet: bool
) -> None:  # A parameter of a test.
    assert not only_sealed_since(PAGES, changed(PAGES, change, quiet=quiet))
    behind = changed(SEALED, change, quiet=quiet)
    assert not only_sealed_since(SEALED, behind)
    # A seal over the change makes it no smaller.
    assert not only_sealed_since(PAGES, papers.sealed(behind, by=SEAL, name="Seal2"))


def test_a_signature_may_not_be_taken_out_of_the_form() -> None:
    def without(writer: Any) -> None:
        form = writer.root["/AcroForm"]
        set_in(form, "/Fields", generic.ArrayObject(), writer)

    assert not only_sealed_since(SEALED, changed(SEALED, without))


def test_an_object_that_is_in_no_table_may_not_come() -> None:
    place = SEALED.rindex(b"\nxref\n")
    hidden = SEALED[:place] + b"\n1 0 obj\n<<>>\nendobj" + SEALED[place:]
    added = hidden.replace(
        b"startxref\n%d" % (place + 1), b"startxref\n%d" % (hidden.rindex(b"\nxref\n") + 1)
    )
    assert added.startswith(PAGES)
    assert not only_sealed_since(PAGES, added)


def test_too_many_objects_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "_MOST_OBJECTS", 10)
    assert not only_sealed_since(PAGES, SEALED)


@pytest.mark.parametrize("end", [b"x", b"\n%%EOF", b"0" * 2000])
def test_what_cannot_be_followed_is_refused_or_not_passed(end: bytes) -> None:
    try:
        passed = only_sealed_since(SEALED, SEALED + end)
    except MalformedDocument:
        passed = False
    assert not passed
