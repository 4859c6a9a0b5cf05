"""A pathway of the town: two basic courses, two advanced ones of which one is chosen, a capstone.

Its courses are one of the examples under other names, so that each is complete and can be issued.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from issuer.model.achievement import Achievement, Tier
from issuer.model.assessment import AssessmentResult
from issuer.model.pathway import Pathway
from issuer.services import offer, pathways
from tests.town.workshop import Workshop

PARTS = ("tables", "sources", "sharing", "statistics", "project", "tables-online")
STEPS = ("data-basic", "data-steward", "data-professional")
SLUG = "data"
TIERS = {
    "tables": Tier.BASIC,
    "tables-online": Tier.BASIC,
    "sources": Tier.BASIC,
    "sharing": Tier.INTERMEDIATE,
    "statistics": Tier.INTERMEDIATE,
    "project": Tier.PROFESSIONAL,
}


def course(like: Achievement, slug: str, **changes: Any) -> Achievement:
    """An achievement like another one, under its own name."""
    values = {"slug": slug, "title": {"en": slug.title()}, "formats": ["ob3"], "suspendable": True}
    values |= {"valid_months": None, "ects": 2, "workload_hours": 54}
    dumped = like.model_dump(mode="json", exclude_none=True)
    return Achievement.model_validate({**dumped, **values, **changes})


def pathway(organisation: str, **changes: Any) -> Pathway:
    """The pathway, in the first version unless it is changed."""
    choice = {"n": 1, "of": ["sharing", "statistics"]}
    value = {
        "slug": SLUG,
        "organisation": organisation,
        "title": {"en": "From tables to stewardship"},
        "description": {"en": "Three steps for people who look after data."},
        "parts": [
            {"achievement": "tables", "tier": "basic", "substitutes": ["tables-online"]},
            {"achievement": "sources", "tier": "basic"},
            {"achievement": "sharing", "tier": "intermediate"},
            {"achievement": "statistics", "tier": "intermediate"},
            {"achievement": "project", "tier": "professional", "capstone": True},
        ],
        "steps": [
            {
                "achievement": "data-basic",
                "tier": "basic",
                "rule": {"all_of": ["tables", "sources"]},
            },
            {
                "achievement": "data-steward",
                "tier": "intermediate",
                "rule": {"all_of": ["data-basic", choice]},
            },
            {
                "achievement": "data-professional",
                "tier": "professional",
                "rule": {"all_of": ["data-steward", {"capstone": "project"}]},
            },
        ],
    }
    return Pathway.model_validate(value | changes)


def with_step(path: Pathway, slug: str, **changes: Any) -> Pathway:
    """The pathway with one of its steps changed."""
    dumped = path.model_dump(mode="json")
    dumped["steps"] = [
        one | changes if one["achievement"] == slug else one for one in dumped["steps"]
    ]
    return Pathway.model_validate(dumped)


def courses(like: Achievement) -> Iterator[Achievement]:
    """Everything that the pathway names, each complete as ``like`` is."""
    for slug in PARTS:
        yield course(like, slug, stacking=_tier(TIERS[slug]))
    for tier, slug in zip(Tier, STEPS, strict=True):
        # Two parts, three, four, of 2 ECTS and 54 hours each.
        count = tier.number + 1
        sums = {"ects": 2 * count, "workload_hours": 54 * count}
        yield course(like, slug, stacking=_tier(tier), **sums)


def found(workshop: Workshop, *paths: Pathway) -> Workshop:
    """The workshop with the courses of the pathway, and the pathway itself unless others are."""
    at = workshop.clock()
    with workshop.bench.begin() as tx:
        for noun in courses(workshop.courses["python-basics"]):
            offer.put_achievement(tx, noun, at=at, actor="registrar")
        for path in paths or (pathway(workshop.slug),):
            pathways.put(tx, path, at=at, actor="registrar")
    return workshop


def result(organisation: str, key: str, slug: str) -> AssessmentResult:
    """A result of somebody with this key that was passed."""
    learner = {"organisation": organisation, "key": key, "display_name": "Ada Example"}
    value = {"organisation": organisation, "achievement": slug, "learner": learner}
    return AssessmentResult.model_validate({**value, "date": "2026-06-12", "passed": True})


def _tier(tier: Tier) -> dict[str, str]:
    return {"mode": "stackable", "tier": tier}


def earn(workshop: Workshop, number: int, slugs: Iterable[str], **changes: Any) -> None:
    """Let a learner earn these parts."""
    for slug in slugs:
        workshop.issued(number, achievement=slug, **changes)
