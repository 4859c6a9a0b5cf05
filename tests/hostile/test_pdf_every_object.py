"""An attack: any one object of a diploma is changed by an ordinary program, in a later revision.

A law: whichever it is, and whatever is changed about it, the file is not the one that it was.
"""

from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from issuer.carriers.pdf import only_sealed_since
from issuer.errors import MalformedDocument
from issuer.proofs.pades import increments
from tests.town import papers

SEALED = papers.sealed(papers.pages(papers.attachment(papers.badge())))
_READER: Any = PdfFileReader(BytesIO(SEALED))
NUMBERS = sorted({r.idnum for at in (0, 1) for r in _READER.xrefs.explicit_refs_in_revision(at)})
name = generic.pdf_name
Dictionary: Any = generic.DictionaryObject


def gained(old: Any) -> Any:
    """The object with something more."""
    if isinstance(old, dict):
        old[name("/Mallory")] = generic.NullObject()
        return old
    return generic.ArrayObject([*getattr(old, "iterate", list)(), generic.NullObject()])


def emptied(old: Any) -> Any:
    """Nothing in place of the object."""
    if hasattr(old, "encoded_data"):
        return generic.StreamObject(stream_data=b"")
    return Dictionary() if isinstance(old, dict) else generic.ArrayObject()


def changed(number: int, change: Any) -> bytes:
    kind: Any = increments._increment()
    writer: Any = kind(BytesIO(SEALED))
    old = writer.prev.get_object(generic.Reference(number, 0, writer))
    writer.objects[(0, number)] = change(old)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("change", [gained, emptied])
def test_it_is_not_the_file_that_it_was(change: Any) -> None:
    passed = [n for n in NUMBERS[:: 1 + len(NUMBERS) // 60] if _passes(changed(n, change))]
    assert passed == []


def test_the_last_objects_are_those_of_the_seal_and_are_no_exception() -> None:
    passed = [
        n for n in NUMBERS[-6:] for change in (gained, emptied) if _passes(changed(n, change))
    ]
    assert passed == []


def test_the_program_alone_changes_nothing_that_is_seen() -> None:
    writer: Any = IncrementalPdfFileWriter(BytesIO(SEALED))
    writer.add_object(generic.NullObject())
    out = BytesIO()
    writer.write(out)
    assert out.getvalue() != SEALED
    assert _passes(out.getvalue())


def _passes(file: bytes) -> bool:
    assert file.startswith(SEALED)
    try:
        return only_sealed_since(SEALED, file)
    except MalformedDocument:
        return False
