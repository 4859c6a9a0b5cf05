"""Whether a PDF that was added to still shows the same: only seals and time-stamps came after.

ISO 32000-2 §7.5.6 (incremental updates), §12.8.2.2.2 (what a signature may be followed by), and
stricter. Every object of the earlier file must be what it was, but for the few places where a
signature has to be entered. Nothing is drawn, no signature is verified.
"""

import re
from io import BytesIO
from typing import Any, Final

from issuer.carriers.pdf.library import END, members_of, reading, value_of

_MOST_OBJECTS: Final = 20_000
# What the catalogue may gain: the form with its signatures, what is kept for them, extensions.
_GAINED: Final = frozenset({"/AcroForm", "/DSS", "/Extensions"})
_FORM: Final = frozenset({"/Fields", "/SigFlags"})
# A signature that is nowhere on the page, draws nothing and does nothing.
_FIELD: Final = frozenset({"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"})
_UNDRAWN: Final = frozenset({"/ModDate", "/Producer"})
_OBJECT: Final = re.compile(rb"(?<![0-9])[0-9]{1,10} [0-9]{1,5} obj\b")


def only_sealed_since(old: bytes, new: bytes) -> bool:
    """Whether ``new`` is ``old`` with nothing behind it but seals, time-stamps and their material.

    Raises MalformedDocument or DocumentTooLarge where one of them cannot be read.
    """
    # 1. The earlier file is there byte for byte, and what came after it ends as a revision does.
    if not new.startswith(old) or not END.search(new):
        return False
    if new == old:
        return True
    with reading(old) as before, reading(new) as after:
        changes = _Changes(before, after)
        return (
            # 2. What was added is in the table of the file, so that all readers see the same.
            changes.are_listed(new[len(old) :])
            # 3. The form has nothing but signatures, and none of them is to be seen.
            and changes.form_is_unseen()
            # 4. Every object is what it was, or a place where a signature has to be entered.
            and all(changes.is_same(reference) for reference in changes.references)
        )


class _Changes:
    """An earlier and a later state of one file, as the library reads them."""

    def __init__(self, before: Any, after: Any) -> None:
        self._before, self._after = before, after
        self.references = [r for at in range(before.total_revisions) for r in _listed(before, at)]

    def are_listed(self, added: bytes) -> bool:
        first, last = self._before.total_revisions, self._after.total_revisions
        listed = sum(len(_listed(self._after, at)) for at in range(first, last))
        few = len(self.references) + listed <= _MOST_OBJECTS
        return few and len(_OBJECT.findall(added)) == listed

    def form_is_unseen(self) -> bool:
        form = value_of(self._after.root, "/AcroForm", otherwise={})
        self._fields = [_written(one) for one in _raw(form, "/Fields")]
        return set(form) <= _FORM and all(map(_is_unseen, members_of(form, "/Fields")))

    def is_same(self, reference: Any) -> bool:
        old, new = (reader.get_object(reference) for reader in (self._before, self._after))
        if _written(old) == _written(new):
            return True
        root = self._before.root
        if reference == self._before.root_ref:
            return self._after.root_ref == reference and _but(old, _GAINED) == _but(new, _GAINED)
        if reference == _reference(root, "/AcroForm"):
            # It keeps the signatures that it had; the rest was asked of the whole form.
            kept = [_written(one) for one in _raw(old, "/Fields")]
            return self._fields[: len(kept)] == kept
        if reference == _reference(self._before.trailer_view, "/Info"):
            return _but(old, _UNDRAWN) == _but(new, _UNDRAWN)
        if reference in {_reference(root, "/DSS"), _reference(root, "/Metadata")}:
            return True
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
