"""The JSON-LD processor, loaded without a way to the network.

pyld 3.3 makes itself a document loader when it is imported: with ``requests``, else with
``aiohttp``, which is here for pyHanko alone. We hand in a loader of our own, so neither is loaded
for it. Nothing is expanded here.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

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
ContextResolver = _resolver.ContextResolver
