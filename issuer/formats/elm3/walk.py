"""A document as a list of its things: where each stands, and what it is called elsewhere.

JSON-LD 1.1 §4.3 (one value or several, lists in lists are one list), §3.3 (a thing may be referred
to by its id). Bounded; nothing raises, whatever comes in; nothing is judged here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from issuer.formats.elm3.terms import TEXTS

Json = Mapping[str, Any]
MOST_THINGS = 20_000
_REFERENCE = frozenset({"id", "type"})


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or unusual, with a document."""

    code: str
    """A stable short word, such as ``elm.duplicate_id``."""
    path: str
    """Where, as names with dots; empty for the whole."""
    sentence: str
    severity: Literal["error", "note"] = "error"


@dataclass(frozen=True)
class Place:
    """A thing of the document and where it stands."""

    node: Json
    path: str
    under: str
    """The property whose value it is; empty for the whole."""
    owner: tuple[str, ...]
    """The classes of the thing that has this property."""
    kinds: tuple[str, ...]
    """The classes of the thing itself."""


@dataclass(frozen=True)
class Walk:
    """All things of a document, in the order in which they stand there."""

    places: tuple[Place, ...]
    classes: Mapping[str, frozenset[str]]
    """Id to what it is called, wherever it is described."""
    described: frozenset[str]
    """Ids of which more is said than what they are."""
    cut: bool
    """Whether there are more things than were looked at."""

    def is_reference(self, node: Json) -> bool:
        """Whether it only names something that is described elsewhere."""
        name = node.get("id")
        return isinstance(name, str) and name in self.described and node.keys() <= _REFERENCE


def walk(document: Json) -> Walk:
    """Every thing of ``document``, at most 20 000 of them."""
    waiting = [Place(document, "", "", (), types(document))]
    places: list[Place] = []
    classes: dict[str, set[str]] = {}
    described: set[str] = set()
    seen: set[tuple[int, str, tuple[str, ...]]] = set()
    while waiting and len(places) < MOST_THINGS:
        place = waiting.pop()
        # What we compose holds one thing at several places: it is looked at once.
        if (here := (id(place.node), place.under, place.owner)) in seen:
            continue
        seen.add(here)
        places.append(place)
        name = place.node.get("id")
        if isinstance(name, str):
            classes.setdefault(name, set()).update(place.kinds)
            if not place.node.keys() <= _REFERENCE:
                described.add(name)
        waiting += reversed(_inside(place))
    frozen = {name: frozenset(kinds) for name, kinds in classes.items()}
    return Walk(tuple(places), frozen, frozenset(described), cut=bool(waiting))


def _inside(place: Place) -> list[Place]:
    found = []
    for name, value in place.node.items():
        if not isinstance(value, dict | list) or name in TEXTS or name in _OPAQUE:
            continue
        here = f"{place.path}.{name}" if place.path else str(name)
        inner = nodes(value)
        found += [
            Place(
                node,
                f"{here}[{number}]" if len(inner) > 1 else here,
                str(name),
                place.kinds,
                types(node),
            )
            for number, node in enumerate(inner)
        ]
    return found


_OPAQUE = frozenset({"@context", "proof"})
"""Members that are not of the model: their words mean something else."""


def listed(value: object) -> list[Any]:
    """Several values, or one in a list; lists in lists are one list, and null is nothing."""
    if not isinstance(value, list):
        return [] if value is None else [value]
    found: list[Any] = []
    waiting = [value]
    while waiting:
        for item in waiting.pop():
            if isinstance(item, list):
                waiting.append(item)
            elif item is not None:
                found.append(item)
    return found


def nodes(value: object) -> list[Json]:
    """The things among one or several values."""
    if isinstance(value, dict):
        return [value]
    return [item for item in listed(value) if isinstance(item, dict)]


def types(node: Json) -> tuple[str, ...]:
    """What a thing is called."""
    value = node.get("type")
    if isinstance(value, str):
        return (value,)
    return tuple(kind for kind in listed(value) if isinstance(kind, str))
