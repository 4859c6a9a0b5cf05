"""What is remembered of shapes: a bounded store by long keys, for many threads.

Comparing two keys is faster than hashing one, so they are looked for by length and last bytes.
Nothing is computed here.
"""

from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import Generic, TypeVar

_V = TypeVar("_V")
MOST_SHAPES = 128
"""So many shapes a process remembers; the one that was not used for longest is forgotten."""
MOST_BYTES = 131_072
"""What documents of a shape have in common is not remembered where it is larger."""


@dataclass(slots=True)
class _Entry(Generic[_V]):
    key: bytes
    value: _V
    used: int


class Kept(Generic[_V]):
    """At most ``most`` values by key; the one that was not used for longest is forgotten.

    A key of more than ``most_bytes`` is never kept.
    """

    def __init__(self, *, most: int, most_bytes: int) -> None:
        self._most = most
        self.most_bytes = most_bytes
        self._by_place: dict[tuple[int, bytes], tuple[_Entry[_V], ...]] = {}
        self._uses = count()
        self._turn = Lock()

    def __len__(self) -> int:
        return sum(map(len, self._by_place.values()))

    def get(self, key: bytes) -> _V | None:
        """The value for a key, None if there is none."""
        for entry in self._by_place.get(_place(key), ()):
            if entry.key == key:
                entry.used = next(self._uses)
                return entry.value
        return None

    def put(self, key: bytes, value: _V) -> None:
        """Keep a value, in place of the one before."""
        if len(key) > self.most_bytes:
            return
        with self._turn:
            self._drop(key)
            if len(self) >= self._most:
                self._drop(min(self._entries(), key=lambda entry: entry.used).key)
            entry = _Entry(key, value, next(self._uses))
            # A tuple, so that whoever reads just now sees all of the old or all of the new.
            self._by_place[_place(key)] = (*self._by_place.get(_place(key), ()), entry)

    def clear(self) -> None:
        """Forget everything."""
        with self._turn:
            self._by_place.clear()

    def _entries(self) -> list[_Entry[_V]]:
        return [entry for found in self._by_place.values() for entry in found]

    def _drop(self, key: bytes) -> None:
        rest = tuple(e for e in self._by_place.get(_place(key), ()) if e.key != key)
        if rest:
            self._by_place[_place(key)] = rest
        else:
            self._by_place.pop(_place(key), None)


def _place(key: bytes) -> tuple[int, bytes]:
    return len(key), key[-8:]
