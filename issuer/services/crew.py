"""The crew: whoever composes what takes long of a chunk, in this process or in several others.

`issuer.bootstrap` makes one of processes; it holds no key that is secret and opens no door. This
module starts none.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Crew(Protocol):
    """Does one thing to many values, in their order."""

    @property
    def size(self) -> int:
        """How many values are worked on at once."""
        ...

    def run(self, work: Callable[[A], B], values: Sequence[A]) -> list[B]:
        """``work`` of each value; it is a function of a module, and values can be pickled."""
        ...


class Alone:
    """A crew of one: this very process."""

    size = 1

    def run(self, work: Callable[[A], B], values: Sequence[A]) -> list[B]:
        """``work`` of each value, one after the other."""
        return [work(value) for value in values]


def parts(values: Sequence[A], *, crew: Crew) -> list[Sequence[A]]:
    """Even parts, one for each of the crew; fewer where there are fewer values."""
    size = max(1, -(-len(values) // crew.size))
    return [values[start : start + size] for start in range(0, len(values), size)]
