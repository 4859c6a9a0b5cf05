"""The JSON-LD processor, loaded without a way to the network.

pyld 3.3 makes itself a document loader when it is imported: with ``requests``, else with
``aiohttp``, which is here for pyHanko alone. We hand in a loader of our own, so neither is loaded
for it. Nothing is expanded here.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from pydantic_core import to_json

_CLIENTS = ("requests", "aiohttp")


def _alone(*names: str) -> list[Any]:
    """Import modules as if there were no HTTP client; one that is loaded already stays loaded."""
    modules: dict[str, ModuleType | None] = dict(sys.modules)
    hidden = {name: modules.get(name) for name in _CLIENTS}
    # None in its place makes an import of it fail (Python reference, §5.3.1).
    modules_now: dict[str, Any] = sys.modules
    modules_now.update(dict.fromkeys(_CLIENTS))
    try:
        return [import_module(name) for name in names]
    finally:
        for name, module in hidden.items():
            del modules_now[name]
            if module is not None:
                modules_now[name] = module


jsonld, _resolver = _alone("pyld.jsonld", "pyld.context_resolver")


class Converter(jsonld.JsonLdProcessor):  # type: ignore[name-defined,misc] # `pyld` comes without types.
    """pyld's conversion to RDF of what is expanded already.

    Its `to_rdf` begins with `expand`, which changes nothing of an expanded document and takes as
    long as all the rest.
    """

    def expand(self, input_: Any, options: Any) -> Any:
        """``input_``, which is expanded."""
        del options
        return input_


class ContextResolver(_resolver.ContextResolver):  # type: ignore[name-defined,misc] # `pyld` comes without types.
    """pyld's resolver, which sees at once that it has met a context in a document before.

    pyld writes each in canonical JSON, in Python, to look for it in its cache, also the many small
    ones inside of published contexts. Here it is looked for by quicker JSON: the same context in
    another order is only processed once more.
    """

    def resolve(self, active_ctx: Any, context: Any, *rest: Any) -> Any:
        """As pyld's."""
        inner = context.get("@context", context) if isinstance(context, Mapping) else context
        if not isinstance(inner, dict) or "@context" in inner:
            return super().resolve(active_ctx, context, *rest)
        try:
            key = f"quick {to_json(inner).decode()}"
        except ValueError:
            return super().resolve(active_ctx, context, *rest)
        found = self.shared_cache.get(key)
        if found is None:
            found = self.shared_cache[key] = super().resolve(active_ctx, context, *rest)
        return found
