"""The signatures in a PDF: each covers everything before it but its own place, or is refused."""

import datetime as dt
import re
from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils import generic as typed
from pyhanko.pdf_utils.writer import PdfFileWriter as TypedWriter

from issuer.carriers import pdf
from issuer.carriers.pdf import signed as module
from issuer.errors import MalformedDocument
from issuer.proofs import pades
from tests.town import papers
from tests.town.authority import NOW
from tests.town.european import SEAL, TOP

# The library annotates a part of itself only.
generic: Any = typed
PdfFileWriter: Any = TypedWriter

PAGES = papers.pages(papers.attachment(papers.badge()))
SEALED = papers.sealed(PAGES)
LASTING = papers.lasting(PAGES)
RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\] *")


def ranged(*numbers: int) -> bytes:
    """The sealed file with another byte range, of the same length as the one that it had."""
    found = RANGE.search(SEALED)
    assert found
    said = b"/ByteRange [%s]" % b" ".join(b"%d" % n for n in numbers)
    return SEALED[: found.start()] + said.ljust(len(found[0])) + SEALED[found.end() :]


def places() -> tuple[int, int, int]:
    found = RANGE.search(SEALED)
    assert found
    first, second, length = (int(number) for number in found.groups())
    return first, second, length


def test_a_file_that_nobody_signed_has_none() -> None:
    assert pdf.signatures(PAGES) == pdf.SignedFile()


def test_a_seal_covers_everything_but_its_place() -> None:
    (found,) = pdf.signatures(SEALED).signatures
    first, second, _ = places()
    assert (found.kind, found.end, found.claimed) == ("seal", len(SEALED), NOW)
    assert found.covered == SEALED[:first] + SEALED[second:]
    assert pades.open_seal(found.cms, covered=found.covered).certificate == SEAL.certificate


def test_seal_and_time_stamp_come_in_their_order_with_what_is_kept() -> None:
    found = pdf.signatures(LASTING)
    assert [one.kind for one in found.signatures] == ["seal", "time-stamp"]
    assert found.signatures[1].end == len(LASTING)
    assert found.signatures[1].claimed is None
    assert found.certificates == (TOP.certificate.der,)
    assert (len(found.crls), len(found.ocsps)) == (1, 0)


@pytest.mark.parametrize(
    "numbers",
    [
        lambda a, b, c: (1, a - 1, b, c),
        lambda a, b, c: (0, a - 1, b, c),
        lambda a, b, c: (0, a, b + 1, c - 1),
        lambda a, b, c: (0, a, b, c - 9),
        lambda a, b, c: (0, a, b, c + 9),
        lambda a, b, c: (0, b, a, c),
        lambda a, b, c: (0, a, b, -c),
        lambda _a, b, c: (0, 0, b, c),
        lambda a, b, c: (0, a - 20, b, c),
    ],
)
def test_a_range_that_leaves_something_out_is_refused(numbers: Any) -> None:
    with pytest.raises(MalformedDocument, match="leaves out"):
        pdf.signatures(ranged(*numbers(*places())))


@pytest.mark.parametrize("numbers", [(), (0, 1, 2), (0, 1, 2, 3, 4)])
def test_a_range_of_other_numbers_than_four_is_refused(numbers: tuple[int, ...]) -> None:
    with pytest.raises(MalformedDocument):
        pdf.signatures(ranged(*numbers))


def test_a_place_with_something_else_in_it_is_refused() -> None:
    # The file has a second text in angle brackets, and its range leaves that out instead.
    _, second, length = places()
    other = SEALED.rindex(b"<")
    with pytest.raises(MalformedDocument, match=r"leaves out|elsewhere"):
        pdf.signatures(ranged(0, other, SEALED.index(b">", other) + 1, length))
    assert second < other


def test_a_signature_that_stands_elsewhere_is_refused() -> None:
    # A decoy of the same size stands in the gap; the signature itself is said to be another one.
    first, second, length = places()
    hole = SEALED[first:second]
    decoy = b"<" + b"ab" * ((len(hole) - 2) // 2) + b">"
    whole = SEALED[:first] + decoy + SEALED[second:]
    moved = whole.replace(b"/Contents " + decoy, b"/Contents " + decoy[:-4] + b"ba" + b"> ")
    assert len(moved) == len(SEALED)
    with pytest.raises(MalformedDocument, match=r"leaves out|elsewhere"):
        pdf.signatures(moved)
    assert length


def test_another_writing_of_the_same_signature_is_refused() -> None:
    first, second, _ = places()
    hole = SEALED[first:second]
    # Some programs write capitals throughout; one letter alone was changed by somebody.
    shouted = pdf.signatures(SEALED[:first] + hole.upper() + SEALED[second:])
    assert shouted == pdf.signatures(SEALED)
    at = next(i for i, c in enumerate(hole) if chr(c) in "abcdef")
    one = hole[:at] + hole[at : at + 1].upper() + hole[at + 1 :]
    with pytest.raises(MalformedDocument, match="elsewhere"):
        pdf.signatures(SEALED[:first] + one + SEALED[second:])


def test_bytes_behind_the_structure_are_refused() -> None:
    _, second, _ = places()
    hidden = SEALED[: second - 3] + b"1" + SEALED[second - 2 :]
    with pytest.raises(MalformedDocument, match="hidden behind"):
        pdf.signatures(hidden)


def test_a_signature_in_another_form_is_refused() -> None:
    with pytest.raises(MalformedDocument, match="in a way that is not checked"):
        pdf.signatures(SEALED.replace(b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1 "))


def test_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_SIGNATURES", 1)
    with pytest.raises(MalformedDocument, match="more than sixteen signatures"):
        pdf.signatures(LASTING)
    monkeypatch.undo()
    monkeypatch.setattr(module, "_MOST_KEPT", 0)
    with pytest.raises(MalformedDocument, match="keeps more than 64"):
        pdf.signatures(LASTING)


def form(fields: Any) -> bytes:
    """A PDF with a form of these fields and nothing else."""
    dictionary = generic.DictionaryObject
    writer = PdfFileWriter()
    entries = {generic.pdf_name("/Fields"): generic.ArrayObject(fields(writer))}
    writer.root[generic.pdf_name("/AcroForm")] = dictionary(entries)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_fields_that_are_no_signatures_are_passed_over_and_loops_refused() -> None:
    dictionary = generic.DictionaryObject
    name = generic.pdf_name
    empty = {name("/FT"): name("/Sig")}
    text = {name("/FT"): name("/Tx"), name("/V"): generic.pdf_string("x")}
    assert pdf.signatures(form(lambda _: [dictionary(empty), dictionary(text)])).signatures == ()

    def loop(writer: Any) -> list[Any]:
        kids = generic.ArrayObject()
        own = writer.add_object(dictionary({name("/Kids"): kids}))
        kids.append(own)
        return [own]

    with pytest.raises(MalformedDocument, match="too deep"):
        pdf.signatures(form(loop))


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("D:20260612093000Z", NOW),
        ("D:20260612113000+02'00'", NOW),
        ("D:20260612113000+02'00", NOW),
        ("D:2026", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_moment_that_is_claimed(said: str, moment: dt.datetime | None) -> None:
    assert module._moment(said) == moment
