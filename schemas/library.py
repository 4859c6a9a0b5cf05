"""The one loader: published documents by address, code lists and our vocabulary by name.

Every document stands in ``manifest.json`` with its SHA-256, origin, version, date and licence; a
file that does not have its digest is never handed out. Nothing is fetched, ever.
"""

import hashlib
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

VOCABULARY = "https://w3id.org/testamur/vocab#"
"""Namespace of our own vocabulary."""
STACKING = "https://w3id.org/testamur/vocab/stacking"
"""Address of the part of it that only stacked credentials use."""
_HERE = Path(__file__).parent


class LibraryError(LookupError):
    """Root of the library's errors; ``code`` is stable."""

    code = "schemas.fault"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnknownDocument(LibraryError):
    """A context, schema, list or concept that is not pinned here; it is never fetched."""

    code = "schemas.unknown_document"


class DigestMismatch(LibraryError):
    """A pinned file was changed on disk."""

    code = "schemas.digest_mismatch"


@dataclass(frozen=True)
class Concept:
    """One concept of an EU list."""

    key: str
    """Our short key, such as ``written_examination``."""
    iri: str
    """The published identifier."""
    labels: Mapping[str, str]
    """BCP 47 tag to label; ``en`` is always there."""

    def label(self, language: str = "en") -> str:
        """The label in ``language``, else in English."""
        return self.labels.get(language, self.labels["en"])


@dataclass(frozen=True)
class CodeList:
    """A closed list of concepts."""

    name: str
    scheme: str
    concepts: tuple[Concept, ...]

    def by_key(self, key: str) -> Concept:
        """The concept with our ``key``; raises UnknownDocument."""
        return self._only(key, self._by_key)

    def by_iri(self, iri: str) -> Concept:
        """The concept with this IRI; raises UnknownDocument."""
        return self._only(iri, self.iris)

    @cached_property
    def _by_key(self) -> Mapping[str, Concept]:
        return {concept.key: concept for concept in self.concepts}

    @cached_property
    def iris(self) -> Mapping[str, Concept]:
        """Each IRI to its concept."""
        return MappingProxyType({concept.iri: concept for concept in self.concepts})

    def _only(self, wanted: str, index: Mapping[str, Concept]) -> Concept:
        if wanted not in index:
            msg = f"{wanted!r} is not in the list {self.name}"
            raise UnknownDocument(msg)
        return index[wanted]


@dataclass(frozen=True)
class Term:
    """One term of our vocabulary, for people."""

    name: str
    iri: str
    label: str
    comment: str
    exact_match: str | None


@cache
def _manifest() -> Mapping[str, Mapping[str, Any]]:
    documents = json.loads((_HERE / "manifest.json").read_bytes())["documents"]
    return {entry["url"]: entry for entry in documents}


@cache
def read(url: str) -> bytes:
    """The pinned bytes published at ``url``; raises UnknownDocument or DigestMismatch."""
    entry = _manifest().get(url)
    if entry is None:
        msg = f"{url!r} is not in the pinned catalogue"
        raise UnknownDocument(msg)
    data: bytes = (_HERE / entry["file"]).read_bytes()
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        msg = f"schemas/{entry['file']} was changed: restore it from the release"
        raise DigestMismatch(msg)
    return data


@cache
def _parsed(url: str, kind: str) -> Mapping[str, Any]:
    data = read(url)
    if _manifest()[url]["kind"] != kind:
        msg = f"{url!r} is not a {kind}"
        raise UnknownDocument(msg)
    return MappingProxyType(json.loads(data))


def context(url: str) -> Mapping[str, Any]:
    """The JSON-LD context document published at ``url``; raises UnknownDocument."""
    return _parsed(url, "context")


def context_urls() -> frozenset[str]:
    """The addresses of all pinned contexts."""
    return _urls("context")


def json_schema(url: str) -> Mapping[str, Any]:
    """The JSON Schema published at ``url``; raises UnknownDocument."""
    return _parsed(url, "json-schema")


def json_schema_urls() -> frozenset[str]:
    """The addresses of all pinned JSON Schemas."""
    return _urls("json-schema")


def _urls(kind: str) -> frozenset[str]:
    return frozenset(url for url, entry in _manifest().items() if entry["kind"] == kind)


@cache
def code_list(name: str) -> CodeList:
    """The EU list ``name`` (``assessment``, ``participation`` …); raises UnknownDocument."""
    scheme = next(
        (
            url
            for url, entry in _manifest().items()
            if entry["kind"] == "code-list" and entry["name"] == name
        ),
        None,
    )
    if scheme is None:
        msg = f"there is no code list {name!r}"
        raise UnknownDocument(msg)
    concepts = (
        Concept(c["key"], c["iri"], MappingProxyType(c["labels"]))
        for c in _parsed(scheme, "code-list")["concepts"]
    )
    return CodeList(name, scheme, tuple(concepts))


def _vocabulary() -> Mapping[str, Any]:
    return _parsed(VOCABULARY, "vocabulary")


def vocabulary_context() -> dict[str, Any]:
    """Our context as it stands inline in every credential, byte-identical everywhere.

    A fresh copy each time: it becomes part of documents.
    """
    copied: dict[str, Any] = deepcopy(_vocabulary()["context"])
    return copied


def stacking_context() -> dict[str, Any]:
    """Our context of what only stacked credentials state, inline in these; a fresh copy."""
    copied: dict[str, Any] = deepcopy(_parsed(STACKING, "vocabulary")["context"])
    return copied


def is_vocabulary_context(value: object) -> bool:
    """Whether ``value`` is our context as it stands inline in every credential."""
    return bool(value == _vocabulary()["context"])


def is_stacking_context(value: object) -> bool:
    """Whether ``value`` is our context as it stands inline in stacked credentials."""
    return bool(value == _parsed(STACKING, "vocabulary")["context"])


def vocabulary_terms() -> tuple[Term, ...]:
    """Our terms with label, comment and the ELM property that means the same."""
    return tuple(
        Term(t["name"], t["iri"], t["label"], t["comment"], t.get("exactMatch"))
        for listed in (_vocabulary(), _parsed(STACKING, "vocabulary"))
        for t in listed["terms"]
    )
