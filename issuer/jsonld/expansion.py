"""Expansion that refuses whatever it would drop: what is not expanded would not be signed.

JSON-LD 1.1 Processing Algorithms §5.1 (https://www.w3.org/TR/json-ld11-api/#expansion-algorithm).
pyld expands, without a base (a relative IRI stays relative and is refused). With an ``@vocab``
every term counts as defined: this check does not replace structural ones. Nothing is fetched.
"""

import threading
from typing import Any

import schemas
from issuer.errors import DroppedTerm, MalformedDocument, TestamurError
from issuer.jsonld import contexts
from issuer.jsonld.canonical import Json
from issuer.jsonld.expanded import require_nothing_lost
from issuer.jsonld.identity import require_one_description
from issuer.jsonld.ijson import require_interoperable
from issuer.jsonld.names import require_names, require_types
from issuer.jsonld.processor import ContextResolver, Converter, jsonld

_BODY_KEYWORDS = frozenset(
    {"@context", "@id", "@type", "@value", "@language", "@list", "@set", "@none"}
)
# pyld's caches are not thread-safe: one expansion at a time in one process.
_LOCK = threading.Lock()
_MOST_CACHED = 400


class _Cache(dict[str, Any]):
    """Processed contexts; emptied when full, since strangers may send new ones for ever."""

    def __setitem__(self, key: str, value: Any) -> None:
        if len(self) >= _MOST_CACHED:
            self.clear()
        super().__setitem__(key, value)


_cache = _Cache()
_converter = Converter()


def expand(document: Json, *, load: contexts.LoadContext = schemas.context) -> list[dict[str, Any]]:
    """Return the expanded form of ``document``: every property, type and id of it, absolute.

    Raises DroppedTerm, UnknownContext, MalformedDocument, ForbiddenCharacter, DocumentTooLarge.
    """
    body = dict(document)
    require_interoperable(body)
    _require_plain_body(body)
    dropped: list[object] = []
    with _LOCK:
        expanded = _expand(body, load, dropped)
    if dropped:
        raise DroppedTerm(
            f"No context defines {_first(dropped)!r}, so it would not be signed: "
            "remove it, or add a context that defines it.",
            terms=[str(d)[:80] for d in dropped[:20]],
        )
    require_nothing_lost(expanded, body=body)
    require_one_description(expanded)
    require_names(expanded[0], body=body)
    require_types(expanded, body=body)
    return expanded


def to_rdf(expanded: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return pyld's RDF dataset of an expanded document: graph name to triples.

    Raises MalformedDocument.
    """
    with _LOCK:
        try:
            dataset: dict[str, list[dict[str, Any]]] = _converter.to_rdf(
                expanded, _options(schemas.context)
            )
        except (jsonld.JsonLdError, ValueError, TypeError, AttributeError, KeyError) as fault:
            raise _told(fault) from fault
    return dataset


def _options(load: contexts.LoadContext) -> dict[str, Any]:
    """Options of every pyld call: our loader, our cache, no base."""
    ask = contexts.loader(load)
    cache = _cache if load is schemas.context else _Cache()
    return {
        # None, not absent: pyld would resolve relative IRIs against a base of its own making.
        "base": None,
        "documentLoader": ask,
        "contextResolver": ContextResolver(cache, ask),
        "processingMode": "json-ld-1.1",
    }


def _expand(
    body: dict[str, Any], load: contexts.LoadContext, dropped: list[object]
) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = jsonld.expand(
            body, _options(load), on_property_dropped=dropped.append
        )
    except (jsonld.JsonLdError, ValueError, TypeError, AttributeError, KeyError) as fault:
        raise _told(fault) from fault
    except RecursionError as fault:
        raise MalformedDocument("The document's contexts refer to each other endlessly.") from fault
    return found


def _told(fault: BaseException) -> TestamurError:
    # pyld wraps what the loader raised; the innermost of ours is the reason.
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, TestamurError):
            return cause
        last, cause = cause, cause.__cause__
    reason = getattr(last, "code", None) or getattr(last, "type", None) or type(last).__name__
    return MalformedDocument(f"The document is not JSON-LD 1.1: {reason}.")


def _first(dropped: list[object]) -> str:
    return next((str(d)[:80] for d in dropped if d is not None), "a term that a context nullifies")


def _require_plain_body(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _require_plain_body(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "@context":
                contexts.require_plain(item)
            elif key.startswith("@") and key not in _BODY_KEYWORDS:
                raise DroppedTerm(
                    f"{key[:80]!r} is not signed, or not where readers look for it: remove it."
                )
            else:
                _require_plain_body(item)
