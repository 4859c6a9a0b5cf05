"""A rule in words: which parts complete a step, as one would say it.

The words are those of experience.md; the rule is `issuer.model.rule`. A part is called by its
title, where that is known, else by its name in the pathway.
"""

from collections.abc import Iterable, Mapping

from issuer.model.rule import AllOf, Capstone, CreditsOf, Rule, SomeOf, TierOf
from issuer.services.present import words


def in_words(rule: Rule, titles: Mapping[str, str]) -> str:
    """The rule as part of a sentence, without a full stop."""
    match rule:
        case str():
            return title_of(rule, titles)
        case Capstone():
            return f"the final project or exam “{title_of(rule.capstone, titles)}”"
        case TierOf():
            return f"a part of tier {rule.tier.number} or higher"
        case CreditsOf():
            among = _listed([title_of(name, titles) for name in rule.of], "or")
            return f"at least {words.plain(rule.credits)} ECTS from {among}"
        case AllOf():
            return _several(rule.all_of, titles, "and")
    if rule.n >= len(rule.of):
        return _several(rule.of, titles, "and")
    return f"{words.count(rule.n)} of {_several(rule.of, titles, 'or')}"


def title_of(name: str, titles: Mapping[str, str]) -> str:
    """What a part is called; of one that nobody gives a title, its name as words."""
    return titles.get(name) or words.opened(name.replace("-", " "))


def _several(of: Iterable[Rule], titles: Mapping[str, str], joint: str) -> str:
    rules = tuple(of)
    said = [in_words(one, titles) for one in rules]
    # What is a list itself is set off by more than a comma.
    if len(said) > 1 and any(isinstance(one, AllOf | SomeOf | CreditsOf) for one in rules):
        return f"{'; '.join(said[:-1])}; {joint} {said[-1]}"
    return _listed(said, joint)


def _listed(said: list[str], joint: str) -> str:
    return f"{', '.join(said[:-1])} {joint} {said[-1]}" if len(said) > 1 else said[0]
