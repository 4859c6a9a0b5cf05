"""Whether a PDF that was added to still shows the same: only seals and time-stamps came after.

ISO 32000-2 §7.5.6 (incremental updates), §12.8.2.2.2 (what a signature may be followed by), and
stricter. Every object of the earlier file must be what it was, but for the few places where a
signature has to be entered. Nothing is drawn, no signature is verified.
"""

import re
from collections import Counter
from io import BytesIO
from typing import Any, Final

from issuer.carriers.pdf.layout import is_plain, listed_in
from issuer.carriers.pdf.library import END, members_of, reading, value_of

_MOST_OBJECTS: Final = 5000
# What the catalogue may gain: the form with its signatures, what is kept for them, extensions.
_GAINED: Final = frozenset({"/AcroForm", "/DSS", "/Extensions"})
_FORM: Final = frozenset({"/Fields", "/SigFlags"})
# A signature that is nowhere on the page, draws nothing and does nothing.
_FIELD: Final = frozenset({"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"})
_UNDRAWN: Final = frozenset({"/ModDate", "/Producer"})
_PACKED: Final = frozenset({"/Length", "/Filter", "/DecodeParms"})
# How an object is mentioned, as the library writes it.
_MENTION: Final = re.compile(rb"(?<![0-9])([0-9]++) ([0-9]++) R\b")


def only_sealed_since(old: bytes, new: bytes) -> bool:
    """Whether ``new`` is ``old`` with nothing behind it but seals, time-stamps and their material.

    Raises MalformedDocument or DocumentTooLarge where one of them cannot be read.
    """
    if new == old:
        return True
    # 1. The earlier file is there byte for byte, and what came after it ends as a revision does.
    if not new.startswith(old) or not END.search(new):
        return False
    with reading(old) as before, reading(new) as after:
        changes = _Changes(before, after, new)
        return (
            # 2. What was added lies there so plainly that all readers see the same.
            is_plain(before, after, since=len(old), data=new)
            # 3. It is the same file that goes on: its catalogue, what it is called.
            and _stated(before) == _stated(after)
            # 4. The form has nothing but signatures, and none of them is to be seen.
            and changes.form_is_unseen()
            # 5. Nothing appears where something was missing.
            and changes.fill_no_gap()
            # 6. What is written anew is a place where a signature has to be entered.
            and all(changes.is_same(reference) for reference in changes.rewritten)
        )


class _Changes:
    """An earlier and a later state of one file, as the library reads them."""

    def __init__(self, before: Any, after: Any, data: bytes) -> None:
        self._before, self._after, self._data = before, after, data
        self._known = listed_in(before)
        later = listed_in(after, since=before.total_revisions)
        self.rewritten, self._added = later & self._known, later - self._known

    def form_is_unseen(self) -> bool:
        form = value_of(self._after.root, "/AcroForm", otherwise={})
        had = value_of(self._before.root, "/AcroForm", otherwise={})
        kept = [_written(one) for one in _raw(had, "/Fields")]
        self._fields = [_written(one) for one in _raw(form, "/Fields")]
        return (
            set(form) <= _FORM
            and self._fields[: len(kept)] == kept
            and all(map(_is_unseen, members_of(form, "/Fields")))
        )

    def fill_no_gap(self) -> bool:
        if len(self._known) + len(self._added) > _MOST_OBJECTS:
            return False
        # What was freed is no object any more.
        known = [one for one in self._known if self._before.xrefs[one] is not None]
        self._mentions = Counter(
            (int(number), int(generation))
            for one in known
            for number, generation in _MENTION.findall(_written(self._before.get_object(one)))
        )
        return not any(_number(one) in self._mentions for one in self._added)

    def is_same(self, reference: Any) -> bool:
        old, new = (reader.get_object(reference) for reader in (self._before, self._after))
        root = self._before.root
        # What was asked of the whole form, or is never drawn: unless it is something else as well.
        if reference in {_reference(root, key) for key in ("/AcroForm", "/DSS")}:
            return self._mentions[_number(reference)] == 1
        if reference == _reference(root, "/Metadata"):
            return self._mentions[_number(reference)] == 1 and _is_same_metadata(old, new)
        if not self._is_plain_dictionary(reference, old, new):
            return False
        if reference == self._before.root_ref:
            return _but(old, _GAINED) == _but(new, _GAINED)
        if reference == _reference(self._before.trailer_view, "/Info"):
            return _but(old, _UNDRAWN) == _but(new, _UNDRAWN)
        return self._is_page(old, new)

    def _is_plain_dictionary(self, reference: Any, *states: Any) -> bool:
        # Readers differ in where a comment ends, and some take one bracket for two.
        start = self._after.xrefs[reference]
        text = self._data[start : self._data.index(b"endobj", start)]
        is_plain = b"%" not in text and text.rstrip().endswith(b">>")
        return is_plain and not any(hasattr(state, "encoded_data") for state in states)

    def _is_page(self, old: Any, new: Any) -> bool:
        had, has = ([_written(a) for a in _raw(page, "/Annots")] for page in (old, new))
        gained = has[len(had) :]
        return (
            value_of(old, "/Type") == "/Page"
            and _but(old, {"/Annots"}) == _but(new, {"/Annots"})
            and has[: len(had)] == had
            and all(one in self._fields for one in gained)
        )


def _stated(reader: Any) -> list[bytes]:
    trailer = reader.trailer_view
    return [_written(trailer.raw_get(key)) for key in ("/Root", "/Info") if key in trailer]


def _number(reference: Any) -> tuple[int, int]:
    return reference.idnum, reference.generation


def _is_unseen(field: Any) -> bool:
    left, bottom, right, top = (float(side) for side in field["/Rect"])
    is_nowhere = left == right and bottom == top
    # Annotations of other kinds, such as a note, are drawn however small they are.
    is_widget = value_of(field, "/Subtype", otherwise="/Widget") == "/Widget"
    is_signature = value_of(field, "/FT") == "/Sig"
    return is_signature and is_widget and set(field) <= _FIELD and is_nowhere


def _is_same_metadata(old: Any, new: Any) -> bool:
    return _but(old, _PACKED) == _but(new, _PACKED) and _titles(old) == _titles(new)


def _titles(stream: Any) -> list[Any]:
    """The titles in the XMP metadata, in all languages: a reader shows one above the pages."""
    from pyhanko.pdf_utils.metadata.model import DC_TITLE  # noqa: PLC0415 # As in `library`.
    from pyhanko.pdf_utils.metadata.xmp_xml import parse_xmp  # noqa: PLC0415 # As in `library`.

    try:
        said = parse_xmp(BytesIO(stream.data))
    except ValueError:
        # Nobody knows what a reader makes of it.
        return [stream.data]
    return [value for structure in said for key, value in structure if key == DC_TITLE]


def _written(value: Any) -> bytes:
    """An object as it would be written: names, texts and numbers are not alike."""
    out = BytesIO()
    value.write_to_stream(out, None)
    return out.getvalue()


def _but(dictionary: Any, left_out: Any) -> dict[str, bytes]:
    return {
        key: _written(dictionary.raw_get(key)) for key in dictionary if str(key) not in left_out
    }


def _raw(dictionary: Any, key: str) -> list[Any]:
    """The members of an array as they stand there: references are not followed."""
    if key not in dictionary:
        return []
    array = dictionary[key]
    return [array.raw_get(at) for at in range(len(array))]


def _reference(dictionary: Any, key: str) -> Any:
    return getattr(dictionary.raw_get(key), "reference", None) if key in dictionary else None
