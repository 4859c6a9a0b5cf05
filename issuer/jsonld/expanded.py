"""A walk of the expanded form: nothing may have been lost on the way.

JSON-LD 1.1 API §5.1 and §8 (https://www.w3.org/TR/json-ld11-api/): relative IRIs, nulls, empty
sets, ``@index``, ``@direction`` and lonely nodes of a graph vanish on the way to RDF and would
not be signed. This module expands nothing.
"""

import re
from collections.abc import Iterator
from typing import Any

from issuer.errors import DroppedTerm

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\s<>\"{}|\\^`]*")
_BLANK = re.compile(r"_:[A-Za-z0-9_.-]+")
_VALUE_MEMBERS = frozenset({"@value", "@type", "@language"})

Node = dict[str, Any]


def require_nothing_lost(expanded: list[Node], *, body: Node) -> None:
    """Return nothing if ``expanded`` says all that ``body`` says; raises DroppedTerm."""
    if len(expanded) != 1:
        raise DroppedTerm("The document says nothing that could be signed.")
    for node in _objects(expanded):
        if "@value" in node:
            _require_value(node)
        elif "@list" not in node:
            _require_node(node)
    # Null and an empty set vanish; inside a JSON literal, and as a list, they are kept. Counting
    # finds them beside other values of their property as well.
    kept = list(_objects(expanded))
    for void, told in ((None, "null"), ([], "empty")):
        if _count(body, void) != sum(_kept(node, void) for node in kept):
            raise DroppedTerm(f"A member is {told} and would not be signed: leave it out.")


def _objects(value: Any) -> Iterator[Node]:
    """Every node, list and value object, outermost first, not looking into JSON literals."""
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, dict):
        yield value
        if "@value" not in value:
            for member in value.values():
                yield from _objects(member)


def _count(value: Any, void: object) -> int:
    if isinstance(value, dict):
        return sum(_count(v, void) for k, v in value.items() if k != "@context")
    if isinstance(value, list) and value:
        return sum(_count(v, void) for v in value)
    return int(value == void)


def _kept(node: Node, void: object) -> int:
    if node.get("@type") == "@json":
        return _count(node["@value"], void)
    return "@list" in node and node["@list"] == void


def _require_value(node: Node) -> None:
    for member in sorted(set(node) - _VALUE_MEMBERS):
        raise DroppedTerm(f"{member} of a text is not signed: remove it.")
    kind = node.get("@type")
    if kind is not None and kind != "@json":
        _require_iri(kind, "a type of a value")


def _require_node(node: Node) -> None:
    if "@index" in node:
        raise DroppedTerm("A map by index loses its keys and would not be signed: use a list.")
    for place, iri in _iris(node):
        _require_iri(iri, place)
    # A node of a graph to which nothing points and which says nothing, and a text in a graph, leave
    # no trace.
    if any("@value" in m or not set(m) - {"@id"} for m in node.get("@graph", [])):
        raise DroppedTerm("An object in a graph says nothing and would not be signed.")
    _require_members(node)


def _require_members(node: Node) -> None:
    for name, values in node.items():
        if values == []:
            raise DroppedTerm(f"{name[:200]} is empty and would not be signed: leave it out.")
        if name.startswith("_:"):
            raise DroppedTerm(f"The property {name[:80]!r} is a blank node and not signed.")
        # pyld takes the second of two for the first where Python does, as in [0] == [False].
        if isinstance(values, list) and sum(map(_is_json, values)) > 1:
            raise DroppedTerm(f"{name[:200]} has several JSON literals: put them into one list.")


def _is_json(value: Any) -> bool:
    return isinstance(value, dict) and value.get("@type") == "@json"


def _iris(node: Node) -> Iterator[tuple[str, Any]]:
    if "@id" in node:
        yield "an id", _text(node["@id"])
    for kind in node.get("@type", []):
        yield "a type", _text(kind)
    for name in node:
        if not name.startswith(("@", "_:")):
            yield "a property", name


def _text(value: Any) -> str:
    # An id or type that looks like a keyword (``@foo``) is expanded to null.
    return value if isinstance(value, str) else ""


def _require_iri(iri: str, place: str) -> None:
    if not _ABSOLUTE.fullmatch(iri) and not _BLANK.fullmatch(iri):
        raise DroppedTerm(
            f"{iri[:80]!r}, {place}, is not an absolute address and would not be signed: "
            "write it in full, or add a context that defines it."
        )
