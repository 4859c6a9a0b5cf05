"""Whether a pathway makes sense: what can never be reached, what contradicts, what was mistyped.

Asked before a version is kept, because no version is ever changed. Each problem names its place and
its cure. An error stops it; a warning is for the university to judge. Knows no learner and no time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from issuer.model import rule as rules
from issuer.model.achievement import Achievement, Tier
from issuer.model.choices import TooMany, choices
from issuer.model.pathway import Pathway, Step
from issuer.model.rule import Capstone, CreditsOf, Held, Rule, SomeOf, TierOf

_MOST_NAMES = 2_000
_DAY = date(2000, 1, 1)
_FOLLOWS = frozenset({"never-complete", "never-counts"})
"""What follows from another fault of the same rule, and is then not said too."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or that is unusual and allowed."""

    code: str
    place: str
    """Where in the file: ``steps.data-steward.rule``."""
    sentence: str
    is_error: bool = True


def problems(pathway: Pathway, offers: Mapping[str, Achievement]) -> tuple[Problem, ...]:
    """Everything that is wrong with a pathway, errors first; ``offers`` are achievements by slug.

    Council Recommendation 2022/C 243/02, Annex I O4: what is said of stackability has to be true.
    """
    case = _Case(pathway, offers)
    found = [*_names(case), *_rules(case), *_parts(case), *_tiers(case), *_recognised(case)]
    if not any(one.code == "circle" and one.place.startswith("steps") for one in found):
        found += [one for step in pathway.steps for one in _step(case, step)]
    explained = {one.place for one in found if one.code not in _FOLLOWS}
    said = (one for one in found if one.code not in _FOLLOWS or one.place not in explained)
    return tuple(sorted(said, key=lambda one: not one.is_error))


@dataclass(frozen=True)
class _Case:
    pathway: Pathway
    offers: Mapping[str, Achievement]

    @cached_property
    def everything(self) -> Mapping[str, Held]:
        """Every part, as somebody holds it who completed all of them."""
        return {
            part.achievement: Held(part.achievement, part.tier, self.ects(part.achievement), _DAY)
            for part in self.pathway.parts
        }

    @cached_property
    def counting(self) -> Mapping[str, Held]:
        """The parts that can come to count, because what they need can be held."""
        needs = {part.achievement: part.needs for part in self.pathway.parts}
        counted: dict[str, Held] = {}
        while True:
            more = {
                name: held
                for name, held in self.everything.items()
                if name not in counted and _fulfilled(needs[name], counted)
            }
            if not more:
                return counted
            counted |= more

    def ects(self, name: str) -> Decimal | None:
        """The credits that an achievement states."""
        offer = self.offers.get(name)
        return offer.ects if offer else None

    def hours(self, name: str) -> Decimal | None:
        """The hours that an achievement states."""
        offer = self.offers.get(name)
        return offer.workload_hours if offer else None

    @property
    def placed(self) -> Iterator[tuple[str, Rule, frozenset[str]]]:
        """Every rule with its place and the names that it may use."""
        parts = frozenset(self.pathway.part_by_name)
        for part in self.pathway.parts:
            if part.needs is not None:
                yield f"parts.{part.achievement}.needs", part.needs, parts
        for step in self.pathway.steps:
            # What a combination counts has to be parts: a step is worth what its parts are worth.
            yield f"steps.{step.achievement}.rule", step.rule, parts | {*self.pathway.step_by_name}


def _fulfilled(rule: Rule | None, held: Mapping[str, Held]) -> bool:
    return rule is None or rules.chosen(rule, held) is not None


# --- What is named ---------------------------------------------------------------------------


def _names(case: _Case) -> Iterator[Problem]:
    for place, name in _achievements(case.pathway):
        if name not in case.offers:
            sentence = f"There is no achievement {name}: add it first, or correct the name."
            yield Problem("unknown-achievement", place, sentence)
    for place, rule, known in case.placed:
        for name in dict.fromkeys(rules.names(rule)):
            if name not in known:
                yield Problem("unknown-name", place, _unknown(case.pathway, name))


def _achievements(pathway: Pathway) -> Iterator[tuple[str, str]]:
    for part in pathway.parts:
        yield f"parts.{part.achievement}", part.achievement
        for name in part.substitutes:
            yield f"parts.{part.achievement}.substitutes", name
    for step in pathway.steps:
        yield f"steps.{step.achievement}", step.achievement


def _unknown(pathway: Pathway, name: str) -> str:
    if name in pathway.step_by_name:
        return f"{name} is a step, and here parts alone can be named: name the parts of that step."
    if name in pathway.role_of:
        return f"{name} stands for {pathway.role_of[name]}: name that; the substitute counts too."
    return f"{name} is no part and no step of this pathway: list it, or correct the name."


def _recognised(case: _Case) -> Iterator[Problem]:
    for number, one in enumerate(case.pathway.recognised, start=1):
        place = f"recognised.{number}"
        if one.part not in case.pathway.part_by_name:
            sentence = f"{one.part} is no part of this pathway: list it, or correct the name."
            yield Problem("unknown-name", f"{place}.part", sentence)
        elif one.credits_up_to and one.credits_up_to < (case.ects(one.part) or 0):
            who = f"What is recognised from {one.issuer_name}"
            yield _stands_for_less(f"{place}.credits_up_to", who, one.part)


def _stands_for_less(place: str, who: str, part: str) -> Problem:
    sentence = (
        f"{who} brings fewer credits than {part}, so a step that counts it is built from less than "
        "it states. Is that meant?"
    )
    return Problem("stands-for-less", place, sentence, is_error=False)


# --- Rules by themselves ---------------------------------------------------------------------


def _rules(case: _Case) -> Iterator[Problem]:
    for place, whole, _ in case.placed:
        for rule in rules.inside(whole):
            match rule:
                case SomeOf():
                    yield from _counted(place, rule)
                case CreditsOf():
                    yield from _credited(case, place, rule)
                case Capstone():
                    yield from _final(case, place, rule)
                case _:
                    pass
    steps = {step.achievement: {*rules.names(step.rule)} for step in case.pathway.steps}
    for name in _circular(steps):
        sentence = f"{name} needs itself, by way of other steps: nobody could ever begin with it."
        yield Problem("circle", f"steps.{name}.rule", sentence)


def _counted(place: str, rule: SomeOf) -> Iterator[Problem]:
    if rule.n > len(rule.of):
        sentence = f"{rule.n} of {len(rule.of)} can never be had: lower n, or list more."
        yield Problem("too-many-asked", place, sentence)
    if any(one in rule.of[:i] for i, one in enumerate(rule.of)):
        sentence = "The same stands twice in a choice and would count twice: name each once."
        yield Problem("named-twice", place, sentence)


def _credited(case: _Case, place: str, rule: CreditsOf) -> Iterator[Problem]:
    there = sum((case.ects(name) or 0 for name in rule.of), Decimal(0))
    if there < rule.credits:
        sentence = (
            f"{rule.credits} credits are asked of a set that has {there}: ask for fewer, or list "
            "more parts that state their credits."
        )
        yield Problem("too-many-asked", place, sentence)
    for name in rule.of:
        if name in case.pathway.step_by_name:
            sentence = f"{name} is a step; credits are counted of parts alone: name its parts."
            yield Problem("unknown-name", place, sentence)


def _final(case: _Case, place: str, rule: Capstone) -> Iterator[Problem]:
    part = case.pathway.part_by_name.get(rule.capstone)
    if part is None or not part.capstone:
        sentence = (
            f"{rule.capstone} is no part with capstone: true. Say so there, or name it alone."
        )
        yield Problem("no-capstone", place, sentence)


def _circular(edges: Mapping[str, set[str]]) -> Iterator[str]:
    """The names from which one comes back to where one began."""
    for name in edges:
        seen: set[str] = set()
        ahead = [name]
        while ahead:
            more = (edges.get(ahead.pop(), set()) & edges.keys()) - seen
            seen |= more
            ahead += more
        if name in seen:
            yield name


# --- Parts -----------------------------------------------------------------------------------


def _parts(case: _Case) -> Iterator[Problem]:
    stuck = case.everything.keys() - case.counting.keys()
    needs = {
        part.achievement: stuck & {*rules.names(part.needs)}
        for part in case.pathway.parts
        if part.needs is not None and part.achievement in stuck
    }
    circular = {*_circular(needs)}
    used = {*_used(case)}
    for part in case.pathway.parts:
        place = f"parts.{part.achievement}"
        if part.achievement in circular:
            sentence = f"{part.achievement} needs itself, by way of others: it never counts."
            yield Problem("circle", f"{place}.needs", sentence)
        elif part.achievement in stuck:
            sentence = f"What {part.achievement} needs can never be held, so it never counts."
            yield Problem("never-counts", f"{place}.needs", sentence)
        if part.achievement not in used:
            sentence = f"No rule uses {part.achievement}: it leads nowhere on this pathway."
            yield Problem("unused-part", place, sentence, is_error=False)
        for name in part.substitutes:
            if (case.ects(name) or 0) < (case.ects(part.achievement) or 0):
                yield _stands_for_less(f"{place}.substitutes", name, part.achievement)


def _used(case: _Case) -> Iterator[str]:
    for _, whole, _ in case.placed:
        yield from rules.names(whole)
        for rule in rules.inside(whole):
            if isinstance(rule, TierOf):
                yield from (
                    part.achievement
                    for part in case.pathway.parts
                    if part.tier.number >= rule.tier.number
                )


# --- Tiers -----------------------------------------------------------------------------------


def _tiers(case: _Case) -> Iterator[Problem]:
    placed = [("parts", part.achievement, part.tier) for part in case.pathway.parts]
    placed += [("steps", step.achievement, step.tier) for step in case.pathway.steps]
    for kind, name, tier in placed:
        offer = case.offers.get(name)
        if offer and offer.stacking and offer.stacking.tier is not tier:
            sentence = (
                f"{name} is {tier} here and {offer.stacking.tier} in its achievement, and both are "
                "signed: make them agree."
            )
            yield Problem("tier-differs", f"{kind}.{name}.tier", sentence)
    if not any(map(case.pathway.is_certified, case.pathway.steps)):
        sentence = (
            f"No step is {case.pathway.certify_from} or above, so nothing is ever certified and "
            "all of it stays recorded progress. Is that meant?"
        )
        yield Problem("never-certified", "certify_from", sentence, is_error=False)


# --- Steps -----------------------------------------------------------------------------------


def _step(case: _Case, step: Step) -> Iterator[Problem]:
    offer = case.offers.get(step.achievement)
    if offer and case.pathway.is_certified(step) and not offer.suspendable:
        sentence = (
            f"{step.achievement} cannot be suspended, and it has to be when a part falls: set "
            "suspendable = true in its achievement."
        )
        yield Problem("not-suspendable", f"steps.{step.achievement}", sentence)
    place = f"steps.{step.achievement}.rule"
    if not _is_writable(case.pathway, step):
        sentence = (
            "With the rules of the steps that it names put in, it is too long or nested too deep "
            "for a document: name fewer parts, or group them in fewer steps."
        )
        yield Problem("rule-too-large", place, sentence)
        return
    rule = case.pathway.unfolded[step.achievement]
    if not _fulfilled(rule, case.counting):
        sentence = f"Whoever holds every part still does not complete {step.achievement}."
        yield Problem("never-complete", place, sentence)
        return
    yield from _heights(case, step, rule)
    yield from _totals(case, step, rule)


def _is_writable(pathway: Pathway, step: Step) -> bool:
    """Whether the unfolded rule can be stated in a document and read again.

    Steps that name each other twice double at each step, so the names are counted first.
    """
    if _size(pathway, step.achievement, {}) > _MOST_NAMES:
        return False
    rule = pathway.unfolded[step.achievement]
    try:
        return rules.decode(rules.encode(rule)) == rule
    except ValueError:
        return False


def _size(pathway: Pathway, name: str, known: dict[str, int]) -> int:
    if name not in known:
        step = pathway.step_by_name.get(name)
        inner = rules.names(step.rule) if step else ()
        known[name] = 1 + sum(_size(pathway, one, known) for one in inner)
    return known[name]


def _heights(case: _Case, step: Step, rule: Rule) -> Iterator[Problem]:
    place = f"steps.{step.achievement}.tier"
    low = {n: h for n, h in case.counting.items() if h.tier.number <= step.tier.number}
    if not _fulfilled(rule, low):
        sentence = (
            f"{step.achievement} is {step.tier} and cannot be completed without parts of a higher "
            "tier: raise its tier."
        )
        yield Problem("step-below-parts", place, sentence)
    outer = {n: h for n, h in case.counting.items() if h.tier is not Tier.INTERMEDIATE}
    if step.tier is Tier.PROFESSIONAL and _fulfilled(rule, outer):
        sentence = (
            f"{step.achievement} is professional and can be completed without anything "
            "intermediate. Is that meant?"
        )
        yield Problem("tier-skipped", place, sentence, is_error=False)


def _totals(case: _Case, step: Step, rule: Rule) -> Iterator[Problem]:
    try:
        found = choices(rule, case.counting)
    except TooMany:
        sentence = (
            "It can be completed in so many ways that their credits and hours were not compared "
            "with what its achievement states."
        )
        place = f"steps.{step.achievement}.rule"
        yield Problem("not-compared", place, sentence, is_error=False)
        return
    for what, worth in (("credits", case.ects), ("hours", case.hours)):
        stated = worth(step.achievement)
        if stated is not None:
            sums = {sum((worth(n) or Decimal(0) for n in names), Decimal(0)) for names in found}
            yield from _compared(step, what, stated, sums)


def _compared(step: Step, what: str, stated: Decimal, sums: Iterable[Decimal]) -> Iterator[Problem]:
    given = sorted(sums)
    if given == [stated]:
        return
    said = str(given[0]) if len(given) == 1 else f"{given[0]} to {given[-1]}"
    possible = stated in given
    sentence = (
        f"Its achievement states {stated} {what}; its parts together have {said}. "
        + ("Some ways of completing it give another sum. " if possible else "")
        + "Make them agree, or say less in the achievement."
    )
    yield Problem(f"{what}-differ", f"steps.{step.achievement}", sentence, is_error=not possible)
