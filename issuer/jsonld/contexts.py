"""The document loader: contexts come from the pinned catalogue and from nowhere else.

JSON-LD 1.1 API §9.4 LoadDocumentCallback (https://www.w3.org/TR/json-ld11-api/). Nothing is ever
fetched; a context that is not pinned is a finding, not a download.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import schemas
from issuer.errors import MalformedDocument, UnknownContext
from schemas.library import UnknownDocument

LoadContext = Callable[[str], Mapping[str, Any]]
"""Address of a context -> the context document; raises `schemas.library.UnknownDocument`."""

# `@import` merges a published context with foreign terms, and pyld does so in its shared cache;
# `@base` and the others give ids or members a meaning that no reader of the JSON sees.
_FOREIGN = frozenset({"@import", "@base"})
_ALIASED = frozenset({"@graph", "@included", "@nest", "@index", "@reverse"})


def loader(load: LoadContext = schemas.context) -> Callable[[str, object], dict[str, Any]]:
    """Make the loader that pyld asks; it raises UnknownContext for what ``load`` does not have."""

    def answer(url: str, _options: object) -> dict[str, Any]:
        try:
            document = load(url)
        except UnknownDocument as fault:
            raise UnknownContext(
                f"The context {url[:200]!r} is not in the pinned catalogue and is never fetched: "
                "use a context listed on the page about contexts.",
                context=url[:200],
            ) from fault
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            # A copy: pyld writes into what it is given.
            "document": deepcopy(dict(document)),
            "tag": "static",
        }

    return answer


def require_plain(context: Any) -> None:
    """Return nothing if inline contexts use only what every reader understands.

    Refused: ``@import``, ``@base`` and other names for ``@graph``, ``@included``, ``@nest``,
    ``@index`` and ``@reverse``. Raises MalformedDocument, or UnknownContext for a relative address.
    """
    if isinstance(context, str) and ":" not in context:
        raise UnknownContext(f"The context {context[:200]!r} is not an absolute address.")
    if isinstance(context, list):
        for item in context:
            require_plain(item)
    if not isinstance(context, dict):
        return
    if foreign := sorted(_FOREIGN & set(context)):
        raise MalformedDocument(f"A context inside the document uses {foreign[0]}: remove it.")
    for name, definition in context.items():
        _require_plain_term(name, definition)
        if name == "@context":
            require_plain(definition)


def _require_plain_term(name: str, definition: Any) -> None:
    parts = definition if isinstance(definition, dict) else {"@id": definition}
    meaning = "@reverse" if "@reverse" in parts else parts.get("@id")
    if isinstance(meaning, str) and meaning in _ALIASED:
        raise MalformedDocument(
            f"A context inside the document makes {name[:80]!r} another name for {meaning}: "
            "remove it."
        )
    require_plain(parts.get("@context"))
