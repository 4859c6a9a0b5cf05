"""A document against a pinned JSON Schema.

JSON Schema 2019-09, https://json-schema.org/draft/2019-09; the schemas are 1EdTech's, pinned in
`schemas`. A schema that is not pinned is never fetched: `schemas.UnknownDocument` is raised.
This module judges form only; what cannot be said in JSON Schema is in `issuer.formats.lint`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft201909Validator
from jsonschema.protocols import Validator

import schemas
from issuer.jsonld.kept import MOST_SHAPES, Kept
from issuer.jsonld.shapes import Shapes, TakeApart

_MOST = 5
_PROOF = Shapes({("created",): "text", ("proofValue",): "text"})


@cache
def _validator(url: str) -> Validator:
    return Draft201909Validator(schemas.json_schema(url))


def schema_problems(document: Mapping[str, Any], *, url: str) -> tuple[str, ...]:
    """Where and how ``document`` breaks the schema at ``url``; empty if it does not.

    At most five problems, each ``place: fault``. Raises `schemas.UnknownDocument` for a schema
    that is not pinned.
    """
    problems = []
    for error in _validator(url).iter_errors(document):
        place = "/".join(str(part) for part in error.absolute_path) or "document"
        problems.append(f"{place}: {error.message[:200]}")
        if len(problems) == _MOST:
            break
    return tuple(problems)


class ByShape:
    """Applies one schema once to all documents that differ only where it sees no difference.

    ``variables`` are positions at which a text is blanked. It is sound where the schema asks of
    texts there, and of the two of a proof, no more than that they are texts: neither pattern,
    length, enum or const, nor, of what they stand in, whether items are alike. (``format`` is not
    asserted.) Everything else of a document, each number, member and list, is part of what is
    compared.
    """

    def __init__(self, url: str, *, variables: Iterable[tuple[str, ...]]) -> None:
        self._url = url
        self._shapes = Shapes(dict.fromkeys(variables, "text"))
        self._kept = Kept[bool](most=MOST_SHAPES, most_bytes=hashlib.sha256().digest_size)

    def problems(self, document: Mapping[str, Any]) -> tuple[str, ...]:
        """As `schema_problems`; only that a document has none is remembered."""
        shape = self._shapes.of(document)
        return self._problems(document, shape.key if shape else b"")

    def problems_of_sealed(
        self, document: Mapping[str, Any], *, apart: TakeApart
    ) -> tuple[str, ...]:
        """As `problems`, quicker where ``apart`` took it apart without its proof before.

        At its variables the schema must see no difference either.
        """
        proof = document.get("proof")
        body = apart({name: value for name, value in document.items() if name != "proof"})
        sealed = _PROOF.of(proof) if isinstance(proof, dict) else None
        if body is None or sealed is None:
            return self.problems(document)
        # Nothing that was written as JSON holds a zero byte.
        return self._problems(document, sealed.key + b"\0" + body.key)

    def _problems(self, document: Mapping[str, Any], key: bytes) -> tuple[str, ...]:
        # A digest, so that nothing of a stranger's document stays here.
        digest = hashlib.sha256(key).digest() if key else b""
        if self._kept.get(digest):
            return ()
        found = schema_problems(document, url=self._url)
        if digest and not found:
            self._kept.put(digest, True)  # noqa: FBT003 # It was kept to.
        return found
