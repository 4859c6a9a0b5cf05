"""Canonical N-Quads of a JSON-LD document, in this process.

RDF Dataset Canonicalization 1.0 (https://www.w3.org/TR/rdf-canon/) by pyoxigraph, after
expansion and conversion by pyld. A cheap cap refuses graphs with many ambiguous blank nodes;
what it lets pass may still take for ever: documents of strangers go through `issuer.jsonld.pool`.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
)

import schemas
from issuer.errors import MalformedDocument, PoisonGraph
from issuer.jsonld.canonical import Json
from issuer.jsonld.contexts import LoadContext
from issuer.jsonld.expansion import expand, to_rdf

_ALGORITHMS = {
    "sha256": CanonicalizationAlgorithm.RDFC_1_0_SHA_256,
    "sha384": CanonicalizationAlgorithm.RDFC_1_0_SHA_384,
}
# The W3C tests need up to this many blank nodes that first-degree hashes do not tell apart.
MOST_AMBIGUOUS = 24
_LANGUAGE_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

Resource = NamedNode | BlankNode


def canonicalise(
    document: Json, hash_name: str = "sha256", *, load: LoadContext = schemas.context
) -> bytes:
    """Return the canonical N-Quads of ``document``, UTF-8, each line ended by a newline.

    ``hash_name`` is ``sha256`` or ``sha384`` (RDFC-1.0 §4.2; ecdsa-rdfc-2019 with P-384 needs the
    latter). Raises DroppedTerm, UnknownContext, PoisonGraph, MalformedDocument.
    """
    expanded = expand(document, load=load)
    try:
        quads = _quads(expanded)
    except (ValueError, TypeError) as fault:
        raise MalformedDocument(f"The document cannot be written as RDF: {fault}.") from fault
    return canonical_nquads(quads, hash_name)


def canonical_nquads(quads: Iterable[Quad], hash_name: str = "sha256") -> bytes:
    """Return the canonical form of a dataset (RDFC-1.0 §4.4); raises PoisonGraph."""
    dataset = Dataset(quads)
    _require_tame(dataset)
    dataset.canonicalize(_ALGORITHMS[hash_name])
    # RDFC-1.0 §5: the lines in code point order, which is the order of their UTF-8 bytes.
    return b"".join(sorted(f"{quad} .\n".encode() for quad in dataset))


def _quads(expanded: list[dict[str, Any]]) -> list[Quad]:
    return [
        Quad(
            _resource(triple["subject"]),
            NamedNode(triple["predicate"]["value"]),
            _term(triple["object"]),
            DefaultGraph() if name == "@default" else _graph(name),
        )
        for name, triples in to_rdf(expanded).items()
        for triple in triples
    ]


def _graph(name: str) -> Resource:
    return BlankNode(name[2:]) if name.startswith("_:") else NamedNode(name)


def _resource(term: dict[str, Any]) -> Resource:
    if term["type"] == "blank node":
        return BlankNode(term["value"][2:])
    return NamedNode(term["value"])


def _term(term: dict[str, Any]) -> Resource | Literal:
    if term["type"] != "literal":
        return _resource(term)
    if term["datatype"] == _LANGUAGE_STRING:
        return Literal(term["value"], language=term["language"])
    return Literal(term["value"], datatype=NamedNode(term["datatype"]))


def _require_tame(dataset: Dataset) -> None:
    mentions: defaultdict[str, list[str]] = defaultdict(list)
    for quad in dataset:
        terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        labels = [t.value if isinstance(t, BlankNode) else None for t in terms]
        for label in {name for name in labels if name is not None}:
            # RDFC-1.0 §4.6.3: itself is _:a, every other blank node _:z.
            shown = [
                str(t) if name is None else ("_:a" if name == label else "_:z")
                for t, name in zip(terms, labels, strict=True)
            ]
            mentions[label].append(" ".join(shown))
    hashes = Counter(
        hashlib.sha256("\n".join(sorted(lines)).encode()).digest() for lines in mentions.values()
    )
    ambiguous = sum(count for count in hashes.values() if count > 1)
    if ambiguous > MOST_AMBIGUOUS:
        raise PoisonGraph(
            f"{ambiguous} objects without an id look alike; only {MOST_AMBIGUOUS} may, since "
            "telling them apart can take for ever: give them ids."
        )
