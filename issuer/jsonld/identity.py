"""Two objects with one id: in RDF they are one node, to a reader of the JSON they are two.

RDF 1.1 Concepts §3.2; VC Data Integrity 1.0 §4.6, §5 (https://www.w3.org/TR/vc-data-integrity/).
Whoever holds a signed document could move a member (``validUntil``, ``credentialStatus``) from
one of the two into the other and the signature would still fit. So a node is described in full
where it stands nearest to the root; objects deeper down may repeat parts of that. Nothing is
expanded here.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from issuer.errors import MalformedDocument

Node = dict[str, Any]


@dataclass(frozen=True)
class _Place:
    """Where an object stands: in which graph, how many objects below the root."""

    graph: str
    depth: int


def require_one_description(expanded: list[Node]) -> None:
    """Return nothing if no two objects with one id say different things; MalformedDocument.

    An object without members but its id is a reference and may stand anywhere.
    """
    described: defaultdict[tuple[str, str], list[tuple[int, frozenset[str]]]] = defaultdict(list)
    for place, node in _nodes(expanded, _Place("", 0)):
        if "@id" in node and len(node) > 1:
            described[place.graph, node["@id"]].append((place.depth, _statements(node)))
    for (_, node_id), found in described.items():
        everything = frozenset().union(*(statements for _, statements in found))
        nearest = min(depth for depth, _ in found)
        if any(statements != everything for depth, statements in found if depth == nearest):
            raise MalformedDocument(
                f"Two objects have the id {node_id[:200]!r} and say different things; signed, "
                "they would be one: say everything in one place, or give them ids of their own.",
                id=node_id[:200],
            )


def _nodes(value: Any, place: _Place) -> Iterator[tuple[_Place, Node]]:
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, place)
    elif isinstance(value, dict) and "@value" not in value:
        if "@list" not in value and "@graph" not in value:
            yield place, value
        for name, member in value.items():
            yield from _nodes(member, _inside(place, value, name))


def _inside(place: _Place, node: Node, name: str) -> _Place:
    # Each credential in a presentation, each proof in a document is a graph of its own.
    if name == "@graph":
        return _Place(f"{place.graph}/{node.get('@id', id(node))}", 0)
    return _Place(place.graph, place.depth + ("@list" not in node))


def _statements(node: Node) -> frozenset[str]:
    return frozenset(
        f"{name} {_shape(item)}"
        for name, items in node.items()
        if name != "@id"
        for item in (items if isinstance(items, list) else [items])
    )


def _shape(value: Any) -> str:
    if isinstance(value, dict) and "@id" in value and "@graph" not in value:
        return f"<{value['@id']}>"
    if isinstance(value, dict):
        return f"{{{sorted((k, _shape(v)) for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{[_shape(v) for v in value]}]"
    return repr(value)
