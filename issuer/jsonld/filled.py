"""A template: the canonical N-Quads of a shape, to be filled with the values of one document.

RDF Dataset Canonicalization 1.0 §4.4.3 and §4.6 (https://www.w3.org/TR/rdf-canon/). Where the
first-degree hashes of all blank nodes differ, their order alone gives the labels, and nothing else
of the algorithm can matter; where they do not, `Template.fill` declines. Nothing is expanded here.
"""

import hashlib
from collections.abc import Sequence

from issuer.jsonld.gaps import Form, Gaps, Terms, Unsound, quads_of
from issuer.jsonld.ijson import has_forbidden

# RDFC-1.0 §5.2; documents with other control characters are refused (`issuer.jsonld.ijson`).
_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class Template:
    """Canonical N-Quads with gaps, made from those of a document of sentinels.

    Raises Unsound where a sentinel is not exactly one whole term wherever it stands: it was
    changed, or dropped and so would not be signed.
    """

    def __init__(
        self, canonical: bytes, *, texts: Sequence[str], iris: Sequence[str], hash_name: str
    ) -> None:
        gaps = Gaps(texts, iris, quads_of(canonical.decode()))
        gaps.require_whole(canonical.decode())
        self._sizes = len(texts), len(iris)
        self._addresses = gaps.addresses()
        self._body = gaps.body()
        self._new_hash = getattr(hashlib, hash_name)
        self._names = tuple(b"_:c14n%d" % number for number in range(len(gaps.nodes)))
        forms = [gaps.first_degree(node) for node in gaps.nodes]
        # The hash of a blank node that touches no gap is the same in every document.
        self._fixed = [(self._hash(f, ()), p) for p, f in enumerate(forms) if not f.has_gaps]
        self._touched = [(form, place) for place, form in enumerate(forms) if form.has_gaps]
        if not _are_different(self._fixed):
            msg = "two blank nodes are alike in every document of this shape"
            raise Unsound(msg)

    def fill(self, texts: Sequence[str], iris: Sequence[str]) -> bytes | None:
        """The canonical N-Quads with these values; None where only the full way is sure."""
        # Two nodes would become one, or one that the document also means elsewhere.
        if len(set(iris)) != len(iris) or not self._addresses.isdisjoint(iris):
            return None
        written = _escaped(texts)
        if written is None or (len(texts), len(iris)) != self._sizes:
            return None
        terms = [value.encode() for value in (*written, *iris)]
        labels = self._labels(terms)
        if labels is None:
            return None
        groups = self._body.groups(terms + labels)
        # RDF is a set: a line that is there twice is there once, and its nodes hash otherwise.
        single = groups[self._body.settled :]
        if len(set(single)) != len(single):
            return None
        # No subject is the beginning of another, so that groups sort as their lines do.
        groups += self._body.constant
        groups.sort()
        return b"".join(groups)

    def _labels(self, terms: Terms) -> list[bytes] | None:
        """The name of each blank node, in the order of `Gaps.nodes`; None: hashes do not tell."""
        # RDFC-1.0 §4.4.3 steps 3 and 4: canonical identifiers in the order of unique hashes.
        hashes = [(self._hash(form, terms), place) for form, place in self._touched]
        hashes += self._fixed
        if not _are_different(hashes):
            return None
        hashes.sort()
        labels = [b""] * len(hashes)
        for name, (_, place) in zip(self._names, hashes, strict=True):
            labels[place] = name
        return labels

    def _hash(self, form: Form, terms: Terms) -> bytes:
        digest: bytes = self._new_hash(
            b"".join(sorted(form.groups(terms) + form.constant))
        ).digest()
        return digest


def _are_different(hashes: Sequence[tuple[bytes, int]]) -> bool:
    return len({found for found, _ in hashes}) == len(hashes)


def _escaped(texts: Sequence[str]) -> Sequence[str] | None:
    together = "".join(texts)
    # What can be printed is no control character, no surrogate and no non-character.
    if not together.isprintable():
        if has_forbidden(together):
            return None
    elif '"' not in together and "\\" not in together:
        return texts
    return [text.translate(_ESCAPES) for text in texts]
