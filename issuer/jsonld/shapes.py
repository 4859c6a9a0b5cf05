"""The shape of a document: everything in it but the values that differ from one to the next.

Which positions may differ, whoever knows the format says (`issuer.formats.ob3_shape`). Everything
else is part of the shape: every member, number and boolean, the length of every list, the contexts,
and of an address the scheme, by which a context may expand it. This module expands nothing.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from pydantic_core import PydanticSerializationError, to_json

from issuer.jsonld.canonical import Json
from issuer.jsonld.parts import Part, Parts

Kind = Literal["text", "iri", "part"]
"""How linked data takes a value: as a literal as it stands, or as the address of a node. A ``part``
is no variable: an object, or a list of contexts, that many documents share (`issuer.jsonld.parts`).
Its place in the key is taken by its digest."""
Variables = Mapping[tuple[str, ...], Kind]
"""Names of members from the root inwards -> kind; lists on the way are looked into."""

_Plan: TypeAlias = "tuple[tuple[str, Kind | _Plan], ...]"
# What no context shortens, no processor changes and every library takes for an address: plain
# ASCII, lower-case scheme, whole percent-encodings. `_:x`, `prefix:x` and relative ones are not.
_REST = r"[A-Za-z0-9._~!$&'()*+,;=:@/?-]*(?:%[0-9A-Fa-f]{2}[A-Za-z0-9._~!$&'()*+,;=:@/?-]*)*"
_WEB = rf"(https?://)[A-Za-z0-9.-]+(?::[0-9]{{1,5}})?(?:[/?]{_REST})?"
_NAMED = rf"(did:[a-z0-9]+:|urn:[a-z0-9]+:)(?=[A-Za-z0-9]){_REST}"
_PLAIN = re.compile(rf"(?:{_WEB}|{_NAMED})(?:#{_REST})?")
# Linked data is read relative to these, so what stands in them is never only a value.
_STRUCTURAL = frozenset({"@context", "@type", "type", "@language", "@direction", "@index"})


_MARK = "\x00"


class Shape(NamedTuple):
    """A document taken apart: ``key`` is what it shares with others, the rest its own values."""

    key: bytes
    texts: tuple[str, ...]
    iris: tuple[str, ...]


TakeApart = Callable[[Json], Shape | None]
"""As `Shapes.of`."""


class Shapes:
    """Takes documents apart at the positions ``variables``.

    Raises ValueError for a position that decides what others mean.
    """

    def __init__(self, variables: Variables) -> None:
        names = [path for path, kind in variables.items() if kind != "part" or not path]
        if bad := [path for path in names if not path or _STRUCTURAL & set(path)]:
            msg = f"{bad[0]} is no value that may differ within a shape."
            raise ValueError(msg)
        self._plan = _planned(variables)
        self._digests = Parts(_digest)

    def of(self, document: Json) -> Shape | None:
        """The shape of a document, None where a value is not plain.

        ``document`` must consist of JSON values; their keys stay in their order.
        """
        taken = _Taken([], [], self._digests)
        try:
            key = to_json(_blanked(document, self._plan, taken))
        except (PydanticSerializationError, RecursionError, ValueError):
            return None
        return Shape(key, tuple(taken.texts), tuple(taken.iris))

    def filled(self, document: Json, *, texts: Iterator[str], iris: Iterator[str]) -> Json:
        """``document`` with other values at its variable positions, in the order of `of`."""
        return _replaced(document, self._plan, {"text": texts, "iri": iris})


class LatelyShapes(Shapes):
    """As `Shapes`, for whoever asks several things of a document before the next one.

    The very same document, which nobody changes meanwhile, is taken apart once.
    """

    def __init__(self, variables: Variables) -> None:
        super().__init__(variables)
        # It is kept, so that no other gets its address.
        self._last: tuple[Json, Shape | None] = ({}, None)

    def of(self, document: Json) -> Shape | None:
        """As `Shapes.of`."""
        last = self._last
        if last[0] is not document:
            last = self._last = (document, super().of(document))
        return last[1]


def scheme_of(iri: str) -> str:
    """What an address begins with, as far as its expansion may depend on it.

    Raises ValueError for one that is not plain.
    """
    found = _PLAIN.fullmatch(iri)
    if found is None:
        msg = f"{iri!r} is not an address that is read alike everywhere"
        raise ValueError(msg)
    return found[1] or found[2]


def sentinels(shape: Shape) -> Shape:
    """A value for each position that no document of this shape holds: it would hold its own hash.

    None is the beginning of another, and none can be read as a number.
    """
    mark = hashlib.sha256(shape.key).hexdigest()[:32]
    return Shape(
        shape.key,
        tuple(f"text {mark}.{place:04d}." for place in range(len(shape.texts))),
        tuple(f"{scheme_of(iri)}{mark}.{place:04d}.x" for place, iri in enumerate(shape.iris)),
    )


def _planned(variables: Variables) -> _Plan:
    inner: dict[str, dict[tuple[str, ...], Kind]] = {}
    plan: dict[str, Kind | _Plan] = {}
    for (name, *rest), kind in variables.items():
        if rest:
            inner.setdefault(name, {})[tuple(rest)] = kind
        else:
            plan[name] = kind
    return (*plan.items(), *((name, _planned(below)) for name, below in inner.items()))


class _Taken(NamedTuple):
    """What is taken out of a document, and what is known of shared parts."""

    texts: list[str]
    iris: list[str]
    digests: Parts[str]


def _blanked(node: Json, plan: _Plan, taken: _Taken) -> Json:
    blank = dict(node)
    for name, what in plan:
        value = blank.get(name)
        if not isinstance(value, str):
            if value is not None:
                blank[name] = _inside(value, what, taken)
        elif what == "text":
            # Every text at this position is blanked, so that nothing else looks like a blank.
            taken.texts.append(value)
            blank[name] = ""
        elif what == "iri":
            taken.iris.append(value)
            blank[name] = scheme_of(value)
        elif what == "part":
            blank[name] = _digested(value, taken.digests)
    return blank


def _inside(value: Any, what: "Kind | _Plan", taken: _Taken) -> Any:
    if what == "part":
        return _digested(value, taken.digests)
    if isinstance(what, tuple):
        if isinstance(value, dict):
            return _blanked(value, what, taken)
        if isinstance(value, list):
            return [_blanked(v, what, taken) if isinstance(v, dict) else v for v in value]
    return value


def _digested(value: Any, digests: Parts[str]) -> Any:
    """A value in which each shared part is its digest; nothing else can look like one."""
    if isinstance(value, dict):
        return digests.of(value)
    if isinstance(value, list):
        return [_digested(item, digests) for item in value]
    if isinstance(value, str) and value.startswith(_MARK):
        msg = "a text looks like the digest of a part"
        raise ValueError(msg)
    return value


def _digest(part: Part) -> str:
    return _MARK + hashlib.sha256(to_json(part)).hexdigest()


def _replaced(node: Json, plan: _Plan, values: Mapping[Kind, Iterator[str]]) -> Json:
    other = dict(node)
    for name, what in plan:
        value = other.get(name)
        if isinstance(what, str):
            if isinstance(value, str) and what != "part":
                other[name] = next(values[what])
        elif isinstance(value, dict):
            other[name] = _replaced(value, what, values)
        elif isinstance(value, list):
            other[name] = [_replaced(v, what, values) if isinstance(v, dict) else v for v in value]
    return other
