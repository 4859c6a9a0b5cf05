"""Which column is meant: by its header, by what a teacher calls it, or by its place.

Moodle writes ``Quiz: Final exam (Real)``, Canvas ``Final exam (90211)``, Blackboard ``Final exam
[Total Pts: 100 Score] |660463``, Brightspace ``Final exam Points Grade <Numeric MaxPoints:100 …>``;
a teacher says ``Final exam``. Nothing here looks at rows.
"""

import re
from collections.abc import Iterable
from functools import cached_property

from issuer.errors import UnusableInput
from issuer.gradebooks import cells

POINTS = frozenset({"real", "punkte", "brut", "score", "points"})
"""Words in brackets behind an item of Moodle's: points."""
PERCENT = frozenset({"percentage", "prozentsatz", "porcentaje", "pourcentage"})
"""The same: a percentage."""
LETTER = frozenset({"letter", "note als buchstabe", "letra", "lettre"})
"""The same: a letter."""

_PLACE = re.compile(r"#([1-9][0-9]{0,4})")
_TAIL = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]\s*(?:\|\d+)?|<[^<>]*>|\|\d+)$")
_KIND = re.compile(r"\s+(?:points grade|grade symbol|text grade|scheme symbol)$")
_MOST_NAMED = 12


def compared(name: str) -> str:
    """A header as it is compared: without case, and with one way to write a colon."""
    return re.sub(r"\s*:\s*", ": ", cells.compared(name)).strip()


def is_place(named: str) -> bool:
    """Whether this names a column by its place, such as ``#7``."""
    return _PLACE.fullmatch(named.strip()) is not None


def display(name: str) -> str:
    """What stands in brackets at the end of a header, compared; empty: nothing does."""
    found = re.search(r"\(([^()]*)\)$", compared(name))
    return found[1].strip() if found else ""


def aliases(name: str) -> tuple[str, ...]:
    """What a teacher may call the column: without its tail, and without the kind of item."""
    short = _KIND.sub("", _TAIL.sub("", compared(name)))
    return tuple(dict.fromkeys((short, short.partition(": ")[2] or short)))


class Header:
    """The names of the columns of one table."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(cells.clean(name) for name in names)

    @cached_property
    def _exact(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, name in enumerate(self.names):
            found.setdefault(compared(name), []).append(at)
        return found

    @cached_property
    def _short(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, name in enumerate(self.names):
            for alias in aliases(name):
                found.setdefault(alias, []).append(at)
        return found

    def first(self, *wanted: str) -> str | None:
        """The name of the first column that is called so, exactly; None: there is none."""
        for name in wanted:
            if places := self._exact.get(compared(name)):
                return self.said(places[0])
        return None

    def places(self, *wanted: str) -> tuple[int, ...]:
        """Where the columns stand that are called by one of these names, exactly."""
        return tuple(sorted(at for name in wanted for at in self._exact.get(compared(name), [])))

    def has(self, name: str) -> bool:
        """Whether there is a column of this name, exactly."""
        return compared(name) in self._exact

    def said(self, at: int) -> str:
        """How to name a column so that it is found again: its header, or its place."""
        name = self.names[at]
        alone = name and len(self._exact[compared(name)]) == 1 and not is_place(name)
        return name if alone else f"#{at + 1}"

    def find(self, named: str, *, liked: frozenset[str] = frozenset()) -> int:
        """The place of a column, the first being 0; raises UnusableInput with what there is.

        Of several columns of one item the one whose display is ``liked`` is meant.
        """
        places = self._exact.get(compared(named))
        if places is None and is_place(named):
            return self._at(int(named.strip().removeprefix("#")))
        if places is None:
            places = self._short.get(compared(named), [])
            shown = [at for at in places if display(self.names[at]) in liked]
            places = shown if len(shown) == 1 else places
        if len(places) == 1:
            return places[0]
        raise self._open(named, places)

    def _at(self, place: int) -> int:
        if place > len(self.names):
            msg = f"There is no column #{place}: the file has {len(self.names)}."
            raise UnusableInput(msg)
        return place - 1

    def _open(self, named: str, places: list[int]) -> UnusableInput:
        if places:
            listed = ", ".join(f"#{at + 1} “{self.names[at]}”" for at in places[:_MOST_NAMED])
            return UnusableInput(
                f"{len(places)} columns may be meant by “{named}”: {listed}. Name it in full, or "
                "where the names are the same by its place, such as #7."
            )
        listed = ", ".join(f"“{name}”" for name in self.names[:_MOST_NAMED] if name)
        more = f" and {len(self.names) - _MOST_NAMED} more" if len(self.names) > _MOST_NAMED else ""
        return UnusableInput(
            f"There is no column “{named}” in this file. There are: {listed}{more}."
        )
