"""Whether a PDF that was added to still shows the same: only seals and time-stamps came after.

ISO 32000-2 §7.5.6 (incremental updates), §12.8.2.2.2 (what a signature may be followed by), and
stricter. Every object of the earlier file must be what it was, but for the few places where a
signature has to be entered. Nothing is drawn, no signature is verified.
"""

import re
from collections import Counter
from io import BytesIO
from typing import Any, Final

from issuer.carriers.pdf.library import END, members_of, reading, value_of

_MOST_OBJECTS: Final = 5000
# What the catalogue may gain: the form with its signatures, what is kept for them, extensions.
_GAINED: Final = frozenset({"/AcroForm", "/DSS", "/Extensions"})
_FORM: Final = frozenset({"/Fields", "/SigFlags"})
# A signature that is nowhere on the page, draws nothing and does nothing.
_FIELD: Final = frozenset({"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"})
_UNDRAWN: Final = frozenset({"/ModDate", "/Producer"})
# How an object begins, and how one is mentioned, with all that may stand between (§7.3.10).
_OBJECT: Final = re.compile(rb"(?<![0-9])[0-9]++[\0\t\n\f\r ]++[0-9]++[\0\t\n\f\r ]*+obj")
_COMMENT: Final = re.compile(rb"%[^\r\n]*+")
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
        changes = _Changes(before, after, start=len(old))
        return (
            # 2. It is the same file that goes on: its revisions, its catalogue, what it is called.
            changes.go_on()
            # 3. What was added is in the table of the file, so that all readers see the same.
            and changes.are_listed(new[len(old) :])
            # 4. The form has nothing but signatures, and none of them is to be seen.
            and changes.form_is_unseen()
            # 5. Nothing appears where something was missing.
            and changes.fill_no_gap()
            # 6. Every object is what it was, or a place where a signature has to be entered.
            and all(changes.is_same(reference) for reference in changes.references)
        )


class _Changes:
    """An earlier and a later state of one file, as the library reads them."""

    def __init__(self, before: Any, after: Any, *, start: int) -> None:
        self._before, self._after, self._start = before, after, start
        self._first, self._last = before.total_revisions, after.total_revisions
        self.references = {r for at in range(self._first) for r in _listed(before, at)}

    def go_on(self) -> bool:
        starts = [
            [reader.xrefs.get_startxref_for_revision(at) for at in range(self._first)]
            for reader in (self._before, self._after)
        ]
        # A table of two forms says different things to different readers.
        return (
            self._last > self._first
            and starts[0] == starts[1]
            and not self._after.xrefs.hybrid_xrefs_present
            and _stated(self._before) == _stated(self._after)
        )

    def are_listed(self, added: bytes) -> bool:
        revisions = range(self._first, self._last)
        self._added = [(one, at) for at in revisions for one in _listed(self._after, at)]
        if len(self.references) + len(self._added) > _MOST_OBJECTS:
            return False
        # The library reads each of them where the table says, and refuses another one there.
        for reference, _ in self._added:
            self._after.get_object(reference)
        found = [self._after.xrefs.get_historical_ref(*one) for one in self._added]
        places = {place for place in found if isinstance(place, int)}
        counts = {len(_OBJECT.findall(t)) for t in (added, _COMMENT.sub(b" ", added))}
        return (
            counts == {len(self._added)} == {len(places)}
            and all(place >= self._start for place in places)
            and added.count(b"startxref") == self._last - self._first
            and added.count(b"trailer") <= self._last - self._first
        )

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
        # Written once: the library leaves its marks in what it has written.
        self._had = {one: _written(self._before.get_object(one)) for one in self.references}
        self._mentions = Counter(
            (int(number), int(generation))
            for written in self._had.values()
            for number, generation in _MENTION.findall(written)
        )
        known = {_number(reference) for reference in self.references}
        return not any(
            _number(one) in self._mentions for one, _ in self._added if _number(one) not in known
        )

    def is_same(self, reference: Any) -> bool:
        old, new = (reader.get_object(reference) for reader in (self._before, self._after))
        if self._had[reference] == _written(new):
            return True
        root = self._before.root
        if reference == self._before.root_ref:
            return _but(old, _GAINED) == _but(new, _GAINED)
        if reference == _reference(self._before.trailer_view, "/Info"):
            return _but(old, _UNDRAWN) == _but(new, _UNDRAWN)
        # What was asked of the whole form, or is never drawn: unless it is something else as well.
        free = {_reference(root, key) for key in ("/AcroForm", "/DSS", "/Metadata")}
        if reference in free:
            return self._mentions[_number(reference)] == 1
        return self._is_page(old, new)

    def _is_page(self, old: Any, new: Any) -> bool:
        if not isinstance(old, dict) or value_of(old, "/Type") != "/Page":
            return False
        had, has = ([_written(a) for a in _raw(page, "/Annots")] for page in (old, new))
        gained = has[len(had) :]
        return (
            _but(old, {"/Annots"}) == _but(new, {"/Annots"})
            and has[: len(had)] == had
            and all(one in self._fields for one in gained)
        )


def _listed(reader: Any, revision: int) -> list[Any]:
    return list(reader.xrefs.explicit_refs_in_revision(revision))


def _stated(reader: Any) -> list[bytes]:
    trailer = reader.trailer_view
    return [_written(trailer.raw_get(key)) for key in ("/Root", "/Info") if key in trailer]


def _number(reference: Any) -> tuple[int, int]:
    return reference.idnum, reference.generation


def _is_unseen(field: Any) -> bool:
    left, bottom, right, top = (float(side) for side in field["/Rect"])
    is_nowhere = left == right and bottom == top
    return value_of(field, "/FT") == "/Sig" and set(field) <= _FIELD and is_nowhere


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
