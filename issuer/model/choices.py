"""Every combination of parts by which a rule may come to be fulfilled.

What `issuer.model.rule.chosen` may answer, whatever is earned first. Used where a pathway is
checked, before anybody holds anything; where there are too many combinations it says so.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from issuer.model.rule import AllOf, Capstone, CreditsOf, Held, Rule, TierOf

_Sets = frozenset[frozenset[str]]
_MOST_WORK = 20
_NOTHING: _Sets = frozenset({frozenset()})


class TooMany(ValueError):
    """There are more combinations than anybody wants to look through."""


def choices(rule: Rule, held: Mapping[str, Held], *, most: int = 2_000) -> _Sets:
    """The combinations of ``held`` that may be chosen; none where the rule cannot be fulfilled.

    Raises TooMany where there are more than ``most``.
    """
    match rule:
        case str() | Capstone():
            name = rule if isinstance(rule, str) else rule.capstone
            return frozenset({frozenset({name})}) if name in held else frozenset()
        case TierOf():
            high = (h.name for h in held.values() if h.tier.number >= rule.tier.number)
            return frozenset(frozenset({name}) for name in high)
        case CreditsOf():
            return _credited(rule, held, most)
        case AllOf():
            return _each([choices(one, held, most=most) for one in rule.all_of], most)
        case _:
            return _some([choices(one, held, most=most) for one in rule.of], rule.n, most)


def _each(found: Iterable[_Sets], most: int) -> _Sets:
    together = _NOTHING
    for sets in found:
        together = _joined(together, sets, most)
    return together


def _some(found: Iterable[_Sets], need: int, most: int) -> _Sets:
    # By how many of those so far were taken.
    taken = [_NOTHING, *[frozenset[frozenset[str]]()] * need]
    for sets in found:
        for count in range(need, 0, -1):
            more = taken[count] | _joined(taken[count - 1], sets, most)
            taken[count] = _bounded(more, most)
    return taken[need]


def _credited(rule: CreditsOf, held: Mapping[str, Held], most: int) -> _Sets:
    """Every set whose last part, whichever that is, brought the sum up to what is asked."""
    worth = {name: held[name].ects or Decimal(0) for name in rule.of if name in held}
    enough: set[frozenset[str]] = set()
    short = set(_NOTHING)
    while short:
        longer = {one | {name} for one in short for name in worth if name not in one}
        enough |= {one for one in longer if _sum(one, worth) >= rule.credits}
        short = longer - enough
        _bounded(enough | short, most)
    return frozenset(enough)


def _sum(names: frozenset[str], worth: Mapping[str, Decimal]) -> Decimal:
    return sum((worth[name] for name in names), Decimal(0))


def _joined(some: _Sets, others: _Sets, most: int) -> _Sets:
    # A product that is mostly the same is not worth going through.
    if len(some) * len(others) > _MOST_WORK * most:
        raise TooMany
    return _bounded(frozenset(one | other for one in some for other in others), most)


def _bounded(sets: frozenset[frozenset[str]] | set[frozenset[str]], most: int) -> _Sets:
    if len(sets) > most:
        raise TooMany
    return frozenset(sets)
