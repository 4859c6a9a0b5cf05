"""How far a learner is on a pathway: a pure function of what is held, whatever came first.

Each holding has one role. A part counts once what it needs is held too, in whatever order they were
earned. More holdings never complete less. Nothing is awarded here.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from issuer.model.pathway import Pathway, Step
from issuer.model.rule import Held, Rule, TierOf, chosen, inside, names
from issuer.model.stack import Part

_DECEMBER = 12


@dataclass(frozen=True)
class Completed:
    """A step whose rule is fulfilled, by which parts, and since when."""

    step: Step
    parts: tuple[Part, ...]
    on: date
    """The day on which the last of the parts was earned."""


@dataclass(frozen=True)
class Progress:
    """Where a learner stands."""

    counted: Mapping[str, tuple[Part, ...]]
    """What counts, by part: usually one, earliest first."""
    waiting: tuple[str, ...]
    """Parts that are held and do not count yet, because something they need is missing."""
    completed: tuple[Completed, ...]


def progress(pathway: Pathway, parts: Iterable[Part]) -> Progress:
    """Where somebody who holds ``parts`` (in force, by their role) stands on ``pathway``."""
    held: dict[str, list[Part]] = {}
    for part in sorted(parts, key=_earlier):
        if part.name in pathway.part_by_name:
            held.setdefault(part.name, []).append(part)
    counted = _counted(pathway, held)
    completed = (_completed(pathway, step, counted) for step in pathway.steps)
    return Progress(
        {name: tuple(found) for name, found in counted.items()},
        tuple(name for name in held if name not in counted),
        tuple(one for one in completed if one is not None),
    )


def _earlier(part: Part) -> tuple[date, str, str]:
    return part.earned, part.name, part.documents[0].id


def _counted(pathway: Pathway, held: Mapping[str, list[Part]]) -> dict[str, list[Part]]:
    """What counts, once everything that it needs counts."""
    counted: dict[str, list[Part]] = {}
    waiting = dict(held)
    while True:
        seen = {name: _best(found).held for name, found in counted.items()}
        ready = [n for n in waiting if _has_what_it_needs(pathway, n, seen)]
        if not ready:
            return counted
        for name in ready:
            counted[name] = waiting.pop(name)


def _has_what_it_needs(pathway: Pathway, name: str, seen: Mapping[str, Held]) -> bool:
    needs = pathway.part_by_name[name].needs
    return needs is None or chosen(needs, seen) is not None


def _completed(pathway: Pathway, step: Step, counted: Mapping[str, list[Part]]) -> Completed | None:
    rule = pathway.unfolded[step.achievement]
    counted = _that_matter(rule, counted)
    days = sorted({part.earned for found in counted.values() for part in found})

    def fulfils(window: Mapping[str, Part]) -> frozenset[str] | None:
        return chosen(rule, {name: part.held for name, part in window.items()})

    # At whatever age, more days never fulfil less: so the first that can is found by halving.
    first = bisect_left(days, 1, key=lambda day: int(fulfils(_window(counted, day)) is not None))
    for day in days[first:]:
        window = _window(counted, day, months=step.max_age_months)
        found = fulfils(window)
        if found is not None:
            parts = tuple(sorted((window[name] for name in found), key=_earlier))
            return Completed(step, parts, max(part.earned for part in parts))
    return None


def _that_matter(rule: Rule, counted: Mapping[str, list[Part]]) -> Mapping[str, list[Part]]:
    """What a rule can ask of: parts that it names, or any where it asks for a tier."""
    if any(isinstance(one, TierOf) for one in inside(rule)):
        return counted
    return {name: counted[name] for name in dict.fromkeys(names(rule)) if name in counted}


def _window(
    counted: Mapping[str, list[Part]], day: date, *, months: int | None = None
) -> dict[str, Part]:
    """What was held on ``day``, and was no older than so many ``months``."""
    oldest = date.min if months is None else months_before(day, months=months)
    there = (
        (name, [part for part in found if oldest <= part.earned <= day])
        for name, found in counted.items()
    )
    return {name: _best(found) for name, found in there if found}


def _best(found: list[Part]) -> Part:
    # The most credits, so that one more award of the same part never makes less of it.
    if len(found) == 1:
        return found[0]
    return min(found, key=lambda part: (-(part.ects or 0), *_earlier(part)))


def months_before(day: date, *, months: int) -> date:
    """The same day so many months earlier, or the last there is in that month."""
    years, month = divmod(day.month - 1 - months, _DECEMBER)
    year, month = day.year + years, month + 1
    first_of_next = date(year + month // _DECEMBER, month % _DECEMBER + 1, 1)
    return date(year, month, min(day.day, (first_of_next - date.resolution).day))
