"""Parts that many documents share as one and the same object: each is looked at once.

Whoever composes a cohort puts the same issuer, achievement and contexts into every document and, by
agreement, changes none of them (`issuer.model.drafts.Json`). Documents of strangers share nothing,
and are never taken apart by this. A part that is remembered is held, so that no other object can
get its address. Nothing is expanded here.
"""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Generic, TypeVar

_V = TypeVar("_V")
Part = Mapping[str, Any]


class Parts(Generic[_V]):
    """What ``make`` says of a part; of at most ``most`` of them it is remembered."""

    def __init__(self, make: Callable[[Part], _V], *, most: int = 64) -> None:
        self._make = make
        self._most = most
        self._kept: dict[int, tuple[Part, _V]] = {}
        self._turn = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, part: Part) -> _V:
        """What is said of a part; raises what ``make`` raises."""
        found = self._kept.get(id(part))
        if found is None:
            found = (part, self._make(part))
            with self._turn:
                if len(self._kept) >= self._most:
                    self._kept.clear()
                self._kept[id(part)] = found
        return found[1]
