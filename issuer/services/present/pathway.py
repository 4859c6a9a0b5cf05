"""The page of a pathway: its tiers as blocks that hold each other, its rules in words, who decides.

The words are those of experience.md. It says what the university says; that a part is recognised
anywhere else is promised by nobody.
"""

from collections.abc import Iterator, Mapping

from issuer.model.achievement import Achievement, Tier
from issuer.model.meanings import TIER_MEANS
from issuer.model.organisation import Organisation
from issuer.model.pathway import Approval, PathPart, Pathway, Step, Target
from issuer.model.rule import AllOf, CreditsOf, Rule, SomeOf, names
from issuer.services.present import words
from issuer.services.present.catalogue import Catalogue
from issuer.services.present.path_views import (
    Block,
    PathwayLink,
    PathwayView,
    Rung,
    StepSaid,
    TargetSaid,
    Version,
)


def pathway(
    path: Pathway,
    organisation: Organisation,
    *,
    offers: Mapping[str, Achievement],
    versions: tuple[int, ...],
) -> PathwayView:
    """One version; ``offers`` are the latest versions of its parts and steps, by slug."""
    language = path.title.languages[0]
    shelf = Catalogue(offers, language)
    home = f"/pathways/{path.slug}"
    newest = max(versions, default=path.version)
    return PathwayView(
        title=path.title.get(language),
        language=language,
        direction=words.direction(path.title.get(language)),
        description=path.description.get(language),
        issuer=organisation.legal_name.get("en"),
        version=str(path.version),
        newest_href=f"{home}/v/{newest}" if newest > path.version else "",
        versions=tuple(
            Version(f"version {n}", f"{home}/v/{n}", n == path.version)
            for n in sorted(versions, reverse=True)
        ),
        rungs=tuple(rung for tier in reversed(Tier) if (rung := _rung(path, tier, shelf)).blocks),
        steps=tuple(_said(path, step, shelf) for step in _lowest_first(path)),
        recognised=tuple(_recognised(path, shelf)),
        target=_target(path.target, language) if path.target else None,
        address=f"{home}/v/{path.version}",
    )


def link(path: Pathway) -> PathwayLink:
    """A pathway in the list on the front page."""
    language = path.title.languages[0]
    return PathwayLink(
        path.title.get(language),
        language,
        f"/pathways/{path.slug}",
        path.description.get(language),
    )


def _lowest_first(path: Pathway) -> list[Step]:
    return sorted(path.steps, key=lambda step: step.tier.number)


def _rung(path: Pathway, tier: Tier, shelf: Catalogue) -> Rung:
    steps = (_step(path, one, shelf) for one in path.steps if one.tier is tier)
    parts = (_part(path, one, shelf) for one in path.parts if one.tier is tier)
    return Rung(tier.number, (*steps, *parts), TIER_MEANS[tier])


def _step(path: Pathway, step: Step, shelf: Catalogue) -> Block:
    certified = path.is_certified(step)
    what = "certificate" if certified else "recorded, no certificate yet"
    return shelf.block(
        step.achievement,
        kind="done" if certified else "later",
        state=f"Tier {step.tier.number}, {step.tier} · {what}",
        text=shelf.can_do(step.achievement),
    )


def _part(path: Pathway, part: PathPart, shelf: Catalogue) -> Block:
    name = part.achievement
    state = "Final project or exam" if part.capstone else "Course"
    if any(name in choice for choice in _choices(path)):
        state = f"{state} · one of a choice"
    said = []
    if part.needs is not None:
        said.append(f"It counts once you also hold {shelf.in_words(part.needs)}.")
    if part.substitutes:
        others = words.listed(tuple(map(shelf.title, part.substitutes)))
        said.append(f"Counts in its place: {others}.")
    return shelf.block(name, kind="now", state=state, text=" ".join(said), with_fee=True)


def _choices(path: Pathway) -> Iterator[frozenset[str]]:
    """Sets of parts of which not all are needed."""
    for step in path.steps:
        yield from _choices_in(step.rule)


def _choices_in(rule: Rule) -> Iterator[frozenset[str]]:
    if isinstance(rule, AllOf):
        for one in rule.all_of:
            yield from _choices_in(one)
    elif isinstance(rule, CreditsOf):
        yield frozenset(rule.of)
    elif isinstance(rule, SomeOf) and rule.n < len(rule.of):
        yield frozenset(names(rule))
    elif isinstance(rule, SomeOf):
        for one in rule.of:
            yield from _choices_in(one)


# --- In words --------------------------------------------------------------------------------


def _said(path: Pathway, step: Step, shelf: Catalogue) -> StepSaid:
    needs = words.opened(shelf.in_words(step.rule))
    more = []
    if step.max_age_months is not None:
        more.append(
            f"No part may be older than {step.max_age_months} months on the day on which the last "
            "one is earned."
        )
    if step.approval is Approval.PERSON:
        more.append("Somebody at the university has to agree.")
    if not path.is_certified(step):
        more.append(
            "It is recorded and shown to the learner; the certificate comes with a higher step."
        )
    if step.fee_note is not None:
        more.append(step.fee_note.get(shelf.language))
    return StepSaid(shelf.title(step.achievement), f"{needs}.", tuple(more), step.tier.number)


def _recognised(path: Pathway, shelf: Catalogue) -> Iterator[str]:
    for one in path.recognised:
        most = f", up to {words.plain(one.credits_up_to)} ECTS" if one.credits_up_to else ""
        title = shelf.title(one.part)
        yield (
            f"A credential of {one.issuer_name} may stand for {title}{most}. Each is decided by: "
            f"{one.decided_by}."
        )


def _target(target: Target, language: str) -> TargetSaid:
    levels = [f"EQF level {target.eqf}" if target.eqf else "", target.national_level or ""]
    credit = words.plain(target.credits_up_to) if target.credits_up_to else ""
    return TargetSaid(
        title=target.title.get(language),
        body=target.awarding_body,
        levels=", ".join(filter(None, levels)),
        credits=f"up to {credit} ECTS" if credit else "",
        until=words.day(target.valid_until) if target.valid_until else "",
        regulation=target.regulation or "",
        homepage=target.homepage or "",
        decides=words.opened(target.decided_by),
    )
