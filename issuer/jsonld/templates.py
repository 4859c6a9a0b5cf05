"""Canonicalisation by shape: what is the same in a thousand documents is expanded once.

RDF Dataset Canonicalization 1.0 (https://www.w3.org/TR/rdf-canon/), JSON-LD 1.1. A document of an
unknown shape goes the full way; then one with sentinels in place of its values does, and where
they stand in its N-Quads the values of the next one are written. Whatever is not plain goes the
full way. This module expands nothing itself, and so can hang on nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from issuer.errors import Busy, DeadlineExceeded, NotReady, UnusableInput
from issuer.jsonld.canonical import Canonicalise, Json
from issuer.jsonld.filled import Template
from issuer.jsonld.gaps import Unsound
from issuer.jsonld.kept import MOST_BYTES, MOST_SHAPES, Kept
from issuer.jsonld.shapes import Shape, Shapes, TakeApart, Variables, sentinels

_HASH_NAMES = ("sha256", "sha384")


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is known of a shape."""

    template: Template | None
    """None: none can be made."""


class Templates:
    """Canonicalises as ``full`` does, faster where a shape is known. Usable from many threads.

    ``variables`` are the positions whose values may differ, or ``shapes`` that know them; a wrong
    list costs speed alone.
    """

    def __init__(
        self, full: Canonicalise, *, variables: Variables | Shapes, most: int = MOST_SHAPES
    ) -> None:
        self._full = full
        self._shapes = variables if isinstance(variables, Shapes) else Shapes(variables)
        # One for each hash function: it decides the labels of blank nodes.
        self._kept = {name: Kept[_Answer](most=most, most_bytes=MOST_BYTES) for name in _HASH_NAMES}

    def canonicalise(self, document: Json, hash_name: str = "sha256") -> bytes:
        """As `issuer.jsonld.rdfc10.canonicalise`; raises what ``full`` raises."""
        shape = self._shapes.of(document)
        found = self._filled(shape, hash_name)
        return self._learnt(document, hash_name, shape=shape) if found is None else found

    def find(
        self, document: Json, hash_name: str = "sha256", *, apart: TakeApart | None = None
    ) -> bytes | None:
        """The canonical N-Quads of a document whose shape is known; None: ask the full way.

        ``apart`` takes it apart as the shapes of the constructor would.
        """
        return self._filled((apart or self._shapes.of)(document), hash_name)

    def forget(self) -> None:
        """Forget every shape."""
        for kept in self._kept.values():
            kept.clear()

    def __len__(self) -> int:
        return sum(map(len, self._kept.values()))

    def _filled(self, shape: Shape | None, hash_name: str) -> bytes | None:
        known = self._kept[hash_name].get(shape.key) if shape else None
        if shape is None or known is None or known.template is None:
            return None
        return known.template.fill(shape.texts, shape.iris)

    def _learnt(self, document: Json, hash_name: str, *, shape: Shape | None) -> bytes:
        answer = self._full(document, hash_name)
        kept = self._kept[hash_name]
        if shape is None or len(shape.key) > kept.most_bytes or kept.get(shape.key):
            return answer
        try:
            template = self._template(document, hash_name, shape=shape)
        except (Busy, DeadlineExceeded, NotReady):
            # This says nothing of the shape: the next document may be luckier.
            return answer
        except (Unsound, UnusableInput):
            template = None
        # What the full way said of this very document is the first test.
        if template is not None and template.fill(shape.texts, shape.iris) not in {answer, None}:
            template = None
        kept.put(shape.key, _Answer(template))
        return answer

    def _template(self, document: Json, hash_name: str, *, shape: Shape) -> Template:
        # A context could give an address another meaning: pyld looks for a term first.
        if any(":" in name for name in _names(document)):
            msg = "a member, or a term of a context, looks like an address"
            raise Unsound(msg)
        marks = sentinels(shape)
        other = self._shapes.filled(document, texts=iter(marks.texts), iris=iter(marks.iris))
        canonical = self._full(other, hash_name)
        return Template(canonical, texts=marks.texts, iris=marks.iris, hash_name=hash_name)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, dict | list):
            yield from _names(item)
