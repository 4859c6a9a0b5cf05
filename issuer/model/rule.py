"""The rule of a step: which parts complete it, as plain data that reads like a sentence.

Council Recommendation 2022/C 243/02, Annex I (O4, stackability) says that there are combinations;
which ones is the university's to say, and this is how it says it. Every rule is monotone: more
parts never fulfil less. This module knows neither learners nor documents.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Union

from pydantic import AfterValidator, Discriminator, Field, Tag, TypeAdapter

from issuer.model.achievement import Credits, Tier
from issuer.model.texts import Noun, Slug, distinct

_MOST = 200
Names = Annotated[tuple[Slug, ...], Field(min_length=1, max_length=_MOST), AfterValidator(distinct)]


class AllOf(Noun):
    """Each of these."""

    all_of: Annotated[tuple["Rule", ...], Field(min_length=1, max_length=_MOST)]


class SomeOf(Noun):
    """So many of these."""

    n: Annotated[int, Field(ge=1, le=_MOST)]
    of: Annotated[tuple["Rule", ...], Field(min_length=1, max_length=_MOST)]


class CreditsOf(Noun):
    """At least so many ECTS credits from a set of parts."""

    credits: Credits
    of: Names


class TierOf(Noun):
    """At least one part of this tier or a higher one."""

    tier: Tier


class Capstone(Noun):
    """The final project or exam; it is neither substituted nor recognised from elsewhere."""

    capstone: Slug


_KINDS = ("all_of", "n", "credits", "tier", "capstone")


def _kind(value: object) -> str | None:
    """Which of them it is, so that a fault is told of that one alone."""
    if isinstance(value, str):
        return "name"
    stated = value if isinstance(value, Mapping) else getattr(type(value), "model_fields", ())
    return next((kind for kind in _KINDS if kind in stated), None)


Rule = Annotated[
    Union[  # noqa: UP007 # It names itself.
        Annotated[Slug, Tag("name")],
        Annotated[AllOf, Tag("all_of")],
        Annotated[SomeOf, Tag("n")],
        Annotated[CreditsOf, Tag("credits")],
        Annotated[TierOf, Tag("tier")],
        Annotated[Capstone, Tag("capstone")],
    ],
    Discriminator(
        _kind,
        custom_error_type="rule",
        custom_error_message="a rule is a name, all_of, n and of, credits and of, tier or capstone",
    ),
]
"""A part by its name, or a combination."""
_MOST_TEXT = 50_000
for _model in (AllOf, SomeOf):
    _model.model_rebuild()
_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)


@dataclass(frozen=True)
class Held:
    """A part that is there, as a rule sees it."""

    name: str
    """The part's name in the pathway."""
    tier: Tier
    ects: Decimal | None
    earned: date
    own: bool = True
    """Whether it is the part itself: neither a substitute nor somebody else's credential."""


def encode(rule: Rule) -> str:
    """The rule as JSON on one line, the same text for the same rule; `decode` reads it back."""
    return _RULE.dump_json(rule).decode()


def decode(text: str) -> Rule:
    """The rule that ``text`` states; raises ValueError for anything else."""
    if len(text) > _MOST_TEXT:
        msg = f"a rule has at most {_MOST_TEXT} characters"
        raise ValueError(msg)
    # What is nested deeper than a parser goes is no JSON to it.
    return _RULE.validate_json(text)


def chosen(rule: Rule, held: Mapping[str, Held]) -> frozenset[str] | None:
    """Names of the parts that fulfil the rule, the earliest first where there is a choice.

    None where it is not fulfilled. Depends on what is there alone, never on the order of ``held``.
    """
    match rule:
        case str():
            return frozenset({rule}) if rule in held else None
        case Capstone():
            found = held.get(rule.capstone)
            return frozenset({rule.capstone}) if found is not None and found.own else None
        case TierOf():
            there = [h for h in held.values() if h.tier.number >= rule.tier.number]
            return frozenset({min(there, key=_earlier).name}) if there else None
        case CreditsOf():
            return _credited(rule, held)
        case AllOf():
            return _together([chosen(one, held) for one in rule.all_of], need=len(rule.all_of))
        case _:
            found_ = [chosen(one, held) for one in rule.of]
            found_.sort(key=lambda names: _last(names, held))
            return _together(found_[: rule.n], need=rule.n)


def names(rule: Rule) -> Iterator[str]:
    """Every part that a rule names, in its order; some more than once."""
    match rule:
        case str():
            yield rule
        case Capstone():
            yield rule.capstone
        case CreditsOf():
            yield from rule.of
        case AllOf() | SomeOf():
            for one in rule.all_of if isinstance(rule, AllOf) else rule.of:
                yield from names(one)
        case _:
            return


def inside(rule: Rule) -> Iterator[Rule]:
    """The rule itself and every rule within it."""
    yield rule
    if isinstance(rule, AllOf | SomeOf):
        for one in rule.all_of if isinstance(rule, AllOf) else rule.of:
            yield from inside(one)


def unfolded(rule: Rule, steps: Mapping[str, Rule]) -> Rule:
    """The rule with each step that it names replaced by that step's own rule.

    ``steps`` are unfolded themselves, or name no further steps.
    """
    match rule:
        case str() if rule in steps:
            return steps[rule]
        case AllOf():
            return AllOf(all_of=tuple(unfolded(one, steps) for one in rule.all_of))
        case SomeOf():
            return SomeOf(n=rule.n, of=tuple(unfolded(one, steps) for one in rule.of))
        case _:
            return rule


def _credited(rule: CreditsOf, held: Mapping[str, Held]) -> frozenset[str] | None:
    found, total = set(), Decimal(0)
    for one in sorted((held[name] for name in rule.of if name in held), key=_earlier):
        found.add(one.name)
        total += one.ects or 0
        if total >= rule.credits:
            return frozenset(found)
    return None


def _together(found: list[frozenset[str] | None], *, need: int) -> frozenset[str] | None:
    there = [names for names in found if names is not None]
    return frozenset().union(*there) if len(there) == need else None


def _last(names: frozenset[str] | None, held: Mapping[str, Held]) -> tuple[bool, date, list[str]]:
    # What is fulfilled first comes first; what is not comes last.
    if names is None:
        return True, date.max, []
    return False, max(held[name].earned for name in names), sorted(names)


def _earlier(held: Held) -> tuple[date, str]:
    return held.earned, held.name
