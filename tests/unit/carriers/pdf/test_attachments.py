"""The files in a PDF: as they were put in, or refused in a sentence."""

from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils import generic as typed
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PdfFileWriter as TypedWriter

from issuer.carriers import pdf
from issuer.carriers.pdf import library
from issuer.errors import DocumentTooLarge, MalformedDocument
from issuer.render.diploma import stamp
from tests.town import papers

# The library annotates a part of itself only.
generic: Any = typed
PdfFileWriter: Any = TypedWriter

ATTACHED = (papers.attachment(b'{"a": "\xc3\xa9"}', "b.json"), papers.attachment(b"a,b", "a.csv"))
PAGES = papers.pages(*ATTACHED, of=papers.badge())
name = generic.pdf_name
Dictionary = generic.DictionaryObject


def empty(names: Any = None, **info: Any) -> bytes:
    """A PDF of no pages with a name tree of its own."""
    writer = PdfFileWriter()
    if names is not None:
        writer.root[name("/Names")] = Dictionary({name("/EmbeddedFiles"): names(writer)})
    for key, said in info.items():
        writer.set_info(Dictionary({name(f"/{key}"): said}))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def spec(writer: Any, data: bytes = b"{}") -> Any:
    stream = writer.add_object(generic.StreamObject(stream_data=data))
    return Dictionary({name("/EF"): Dictionary({name("/F"): stream})})


def listed(writer: Any, *names: str) -> Any:
    found = generic.ArrayObject()
    for one in names:
        found += [generic.pdf_string(one), spec(writer)]
    return Dictionary({name("/Names"): found})


def test_what_was_put_in_is_taken_out() -> None:
    found = pdf.extract(PAGES)
    assert [(a.name, a.media_type, a.description, a.data) for a in found.attached] == [
        (a.name, a.media_type, a.description, a.data) for a in reversed(ATTACHED)
    ]
    assert found.keywords == ", ".join(stamp(papers.COLOUR))


def test_a_pdf_without_anything_is_empty() -> None:
    assert pdf.extract(empty()) == pdf.Contents((), "")


def test_a_file_that_says_nothing_of_itself_has_the_name_of_the_tree() -> None:
    found = pdf.extract(empty(lambda w: listed(w, "x.json")))
    assert found.attached == (pdf.Attached("x.json", "", "", b"{}"),)


def test_branches_of_the_tree_are_followed() -> None:
    def tree(writer: Any) -> Any:
        kids = [writer.add_object(listed(writer, f"{n}.json")) for n in range(3)]
        return Dictionary({name("/Kids"): generic.ArrayObject(kids)})

    assert [a.name for a in pdf.extract(empty(tree)).attached] == ["0.json", "1.json", "2.json"]


def test_a_tree_that_leads_to_itself_is_refused() -> None:
    def tree(writer: Any) -> Any:
        kids = generic.ArrayObject()
        own = writer.add_object(Dictionary({name("/Kids"): kids}))
        kids.append(own)
        return own

    with pytest.raises(MalformedDocument, match="too deep"):
        pdf.extract(empty(tree))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([f"{n}.json" for n in range(17)], "more than sixteen"),
        (["a.json", "a.json"], "two files of one name"),
    ],
)
def test_too_many_and_two_of_one_name_are_refused(names: list[str], said: str) -> None:
    with pytest.raises(MalformedDocument, match=said):
        pdf.extract(empty(lambda w: listed(w, *names)))


def test_keywords_that_are_none_of_ours_are_left_out() -> None:
    with_keywords = IncrementalPdfFileWriter(BytesIO(PAGES))
    info: Any = with_keywords.trailer["/Info"]
    for said in (generic.pdf_string("x" * 201), generic.NumberObject(1)):
        info[name("/Keywords")] = said
        with_keywords.update_container(info)
        out: Any = BytesIO()
        writer: Any = with_keywords
        writer.write(out)
        assert pdf.extract(out.getvalue()).keywords == ""


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF\n", PAGES[:500], PAGES[200:]])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedDocument, match="damaged"):
        pdf.extract(data)


def test_a_large_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(DocumentTooLarge, match="8 MiB"):
        pdf.extract(b"%PDF-" + b"0" * pdf.MOST_BYTES)


def test_an_encrypted_file_is_refused() -> None:
    writer = PdfFileWriter()
    writer.encrypt("owner", "user")
    out = BytesIO()
    writer.write(out)
    with pytest.raises(MalformedDocument, match="encrypted"):
        pdf.extract(out.getvalue())


def test_what_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MOST_UNPACKED", 30_000)

    def bomb(writer: Any) -> Any:
        stream = generic.StreamObject(stream_data=b"0" * 100_000)
        stream.compress()
        file = Dictionary({name("/F"): writer.add_object(stream)})
        entry = Dictionary({name("/EF"): file})
        return Dictionary({name("/Names"): generic.ArrayObject([generic.pdf_string("a"), entry])})

    with pytest.raises(MalformedDocument, match="damaged"):
        pdf.extract(empty(bomb))


def test_a_pdf_is_no_baked_picture() -> None:
    from issuer import carriers  # noqa: PLC0415 # Beside the one carrier that this file is about.

    assert carriers.recognise(PAGES) == "pdf"
    with pytest.raises(MalformedDocument, match="neither a PNG nor an SVG"):
        carriers.extract(PAGES)
