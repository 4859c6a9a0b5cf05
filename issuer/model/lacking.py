"""What a rule still needs: the next steps of somebody who holds some of the parts.

The counterpart of `issuer.model.rule.chosen`: empty where that finds an answer. Where there is a
choice all that may be chosen is named. Nothing is ranked or advised.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from issuer.model.achievement import Tier
from issuer.model.rule import AllOf, Capstone, CreditsOf, Held, Rule, SomeOf, TierOf, chosen


@dataclass(frozen=True)
class Lacking:
    """One thing that is still needed."""

    names: tuple[str, ...]
    """Parts of which it may be had, in the order of the rule; empty: any part of ``tier``."""
    n: int = 1
    """How many of them."""
    credits: Decimal | None = None
    """So many ECTS from them, instead of a number of parts."""
    tier: Tier | None = None


def lacking(rule: Rule, held: Mapping[str, Held]) -> tuple[Lacking, ...]:
    """Everything that is needed before ``rule`` is fulfilled, in its order."""
    if chosen(rule, held) is not None:
        return ()
    match rule:
        case str():
            return (Lacking((rule,)),)
        case Capstone():
            return (Lacking((rule.capstone,)),)
        case TierOf():
            return (Lacking((), tier=rule.tier),)
        case CreditsOf():
            there = sum((held[name].ects or 0 for name in rule.of if name in held), Decimal(0))
            left = tuple(name for name in rule.of if name not in held)
            return (Lacking(left, len(left), credits=rule.credits - there),)
        case AllOf():
            found = (one for of in rule.all_of for one in lacking(of, held))
            return tuple(dict.fromkeys(found))
        case _:
            return _some(rule, held)


def _some(rule: SomeOf, held: Mapping[str, Held]) -> tuple[Lacking, ...]:
    open_ = [found for of in rule.of if (found := lacking(of, held))]
    need = rule.n - (len(rule.of) - len(open_))
    if need == len(open_):
        # There is no choice left.
        return tuple(dict.fromkeys(one for found in open_ for one in found))
    names = dict.fromkeys(name for found in open_ for one in found for name in one.names)
    return (Lacking(tuple(names), need),)
