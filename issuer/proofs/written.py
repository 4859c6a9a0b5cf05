"""Documents as JSON by shape: what is the same in a thousand of them is written once.

The bytes are those of `issuer.proofs.jcs.encode_document`, in pieces. A document of an unknown
shape is written the full way, and so is one with sentinels in place of its values; where they
stand, the values of the next one are written. Whatever is not plain goes the full way.
"""

from collections.abc import Sequence
from typing import Self

from pydantic_core import PydanticSerializationError, to_json

from issuer.jsonld.canonical import Json
from issuer.jsonld.kept import MOST_BYTES, MOST_SHAPES, Kept
from issuer.jsonld.shapes import Shape, Shapes, sentinels
from issuer.proofs import jcs


class Written:
    """Writes documents as `issuer.proofs.jcs.encode_document` does, faster where a shape is known.

    What ``shapes`` takes for a part is written once as well, and must be told by the shape's key.
    """

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._kept = Kept[_Gapped](most=MOST_SHAPES, most_bytes=MOST_BYTES)

    def __len__(self) -> int:
        return len(self._kept)

    def unclosed(self, document: Json) -> tuple[bytes, ...]:
        """As `jcs.unclosed`, and joined the same; raises MalformedDocument.

        Pieces that documents of one shape have in common are the same objects.
        """
        shape = self._shapes.of(document)
        if shape is None:
            return jcs.unclosed(document)
        known = self._kept.get(shape.key)
        if known is None:
            return self._learnt(document, shape)
        return known.filled(shape) or jcs.unclosed(document)

    def _learnt(self, document: Json, shape: Shape) -> tuple[bytes, ...]:
        said = jcs.unclosed(document)
        marks = sentinels(shape)
        other = self._shapes.filled(document, texts=iter(marks.texts), iris=iter(marks.iris))
        gapped = _Gapped.of(b"".join(jcs.unclosed(other)), (*marks.texts, *marks.iris))
        # What was written of this very document is the first test.
        if gapped is not None and b"".join(gapped.filled(shape) or ()) == b"".join(said):
            self._kept.put(shape.key, gapped)
        return said


class _Gapped:
    """The bytes of a document with gaps, numbered as texts and then addresses."""

    def __init__(self, parts: list[bytes], numbers: Sequence[int]) -> None:
        self._parts = parts
        self._numbers = numbers

    @classmethod
    def of(cls, data: bytes, marks: Sequence[str]) -> Self | None:
        """``data`` without ``marks``, each of which must stand there once; else None."""
        found = [(data.find(mark.encode()), number) for number, mark in enumerate(marks)]
        if any(data.count(mark.encode()) != 1 for mark in marks):
            return None
        parts, end = [], 0
        for place, number in sorted(found):
            parts += [data[end:place], b""]
            end = place + len(marks[number].encode())
        return cls([*parts, data[end:]], [number for _, number in sorted(found)])

    def filled(self, shape: Shape) -> tuple[bytes, ...] | None:
        """The pieces with these values; None where a text has no JSON form."""
        # What can be printed needs no escape but these two.
        together = "".join(shape.texts)
        if together.isprintable() and '"' not in together and "\\" not in together:
            texts = [text.encode() for text in shape.texts]
        else:
            try:
                texts = [to_json(text)[1:-1] for text in shape.texts]
            except PydanticSerializationError:
                return None
        terms = [*texts, *(iri.encode() for iri in shape.iris)]
        parts = self._parts.copy()
        parts[1::2] = [terms[number] for number in self._numbers]
        return tuple(parts)
