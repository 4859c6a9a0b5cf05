"""The composition root: the only place that knows all rooms, the real clock and real chance.

``docs/explanation/house.md``. `house` opens a whole installation, `checking` only what a
verification needs. What stands here is loaded when it is asked for: who only verifies pays for no
database.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from issuer.bootstrap.clock import chance, now

if TYPE_CHECKING:
    from issuer.bootstrap.checking import checker, fetcher, trusted
    from issuer.bootstrap.house import FileVault, House, create_test_seal, init, open_house
    from issuer.bootstrap.working import foreman, work_on, worked_on

__all__ = [
    "FileVault",
    "House",
    "chance",
    "checker",
    "create_test_seal",
    "fetcher",
    "foreman",
    "init",
    "now",
    "open_house",
    "trusted",
    "work_on",
    "worked_on",
]
_CHECKING = frozenset({"checker", "fetcher", "trusted"})
_WORKING = frozenset({"foreman", "work_on", "worked_on"})


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(name)
    room = "checking" if name in _CHECKING else "working" if name in _WORKING else "house"
    return getattr(import_module(f"issuer.bootstrap.{room}"), name)
