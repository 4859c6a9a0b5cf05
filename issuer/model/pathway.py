"""A pathway: achievements on three tiers, and the rules by which small ones become a larger one.

Council Recommendation 2022/C 243/02, Annex I O4; the tiers are the university's own (`Tier`). A
version never changes: learners keep the one under which they began. Whether a pathway makes sense
is asked in `issuer.model.pathway_checks`; who has completed what in `issuer.model.progress`.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from issuer.model.achievement import Credits, Tier
from issuer.model.rule import Rule, names, unfolded
from issuer.model.stack import IfRevoked
from issuer.model.texts import HttpsUrl, LangText, Line, Noun, Slug, distinct


class Approval(StrEnum):
    """Whether a person has to agree before a step is awarded."""

    AUTOMATIC = "automatic"
    PERSON = "person"


class PathPart(Noun):
    """A course, project or exam on the path: an achievement that is assessed."""

    achievement: Slug
    """Its slug; also its name in rules."""
    tier: Tier
    needs: Rule | None = None
    """What has to be held as well for it to count; None: one may enter here."""
    capstone: bool = False
    """The final project or exam."""
    substitutes: Annotated[tuple[Slug, ...], Field(max_length=20), AfterValidator(distinct)] = ()
    """Achievements that stand for it."""


class Step(Noun):
    """A larger credential that is awarded when its rule is fulfilled."""

    achievement: Slug
    """Slug of what is awarded; also its name in the rules of higher steps."""
    tier: Tier
    rule: Rule
    max_age_months: Annotated[int, Field(ge=1, le=600)] | None = None
    approval: Approval = Approval.AUTOMATIC
    if_revoked: IfRevoked = IfRevoked.FAILED
    fee_note: LangText | None = None


class Recognised(Noun):
    """Somebody else's credential that may stand for a part; each acceptance is decided by a person.

    An Open Badge or European Digital Credential that our verifier passes.
    """

    part: Slug
    issuer: Annotated[str, StringConstraints(pattern=r"^did:[a-z0-9]+:\S+$", max_length=500)] | None
    """DID of the issuer; None: it is sealed by ``seal_of``."""
    seal_of: Line | None = None
    """eIDAS identifier of the issuer of a European Digital Credential."""
    issuer_name: Line
    achievement: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    """Id of the achievement that is accepted; None: any of this issuer, as the person decides."""
    credits_up_to: Credits | None = None
    decided_by: Line
    """The role that signs an acceptance off, such as ``examination board``."""

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.issuer is None) == (self.seal_of is None):
            msg = "name the issuer by its DID (issuer) or by its eIDAS identifier (seal_of)"
            raise ValueError(msg)
        return self


class Target(Noun):
    """The qualification to which a pathway may lead; the body that awards it decides."""

    title: LangText
    awarding_body: Line
    decided_by: Line
    """Who decides on recognition, such as ``the examination board of that programme``."""
    eqf: Annotated[int, Field(ge=1, le=8)] | None = None
    national_level: Line | None = None
    credits_up_to: Credits | None = None
    valid_until: date | None = None
    regulation: HttpsUrl | None = None
    homepage: HttpsUrl | None = None


class Pathway(Noun):
    """One version of a path."""

    slug: Slug
    version: Annotated[int, Field(ge=1)] = 1
    """Set by the registry: 1, 2, 3 …"""
    organisation: Slug
    title: LangText
    description: LangText
    parts: Annotated[tuple[PathPart, ...], Field(min_length=1, max_length=200)]
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=60)]
    certify_from: Tier = Tier.BASIC
    """Steps below are recorded progress: the learner sees them, and no credential is issued."""
    recognised: Annotated[tuple[Recognised, ...], Field(max_length=200)] = ()
    target: Target | None = None

    @model_validator(mode="after")
    def _one_name_each(self) -> Self:
        own = [part.achievement for part in self.parts]
        own += [step.achievement for step in self.steps]
        distinct((*own, *(name for part in self.parts for name in part.substitutes)))
        replaced = {one.part for one in self.recognised}
        for part in self.parts:
            if part.capstone and (part.substitutes or part.achievement in replaced):
                msg = f"{part.achievement} is a capstone: nothing may stand for it"
                raise ValueError(msg)
        return self

    @cached_property
    def part_by_name(self) -> Mapping[str, PathPart]:
        """Each part by its slug."""
        return {part.achievement: part for part in self.parts}

    @cached_property
    def step_by_name(self) -> Mapping[str, Step]:
        """Each step by its slug."""
        return {step.achievement: step for step in self.steps}

    @cached_property
    def role_of(self) -> Mapping[str, str]:
        """The part for which each achievement stands: itself, or the one it substitutes.

        An achievement has one role, so nothing is counted twice.
        """
        roles = {part.achievement: part.achievement for part in self.parts}
        return roles | {other: p.achievement for p in self.parts for other in p.substitutes}

    @cached_property
    def unfolded(self) -> Mapping[str, Rule]:
        """The rule of each step in terms of parts alone.

        Raises ValueError where steps name each other in a circle.
        """
        found: dict[str, Rule] = {}
        left = list(self.steps)
        while left:
            ready = [s for s in left if not _others(s, left)]
            if not ready:
                msg = f"these steps need each other: {', '.join(s.achievement for s in left)}"
                raise ValueError(msg)
            for step in ready:
                found[step.achievement] = unfolded(step.rule, found)
                left.remove(step)
        return found

    def is_certified(self, step: Step) -> bool:
        """Whether a credential is issued for this step; else it is recorded progress."""
        return step.tier.number >= self.certify_from.number


def _others(step: Step, left: list[Step]) -> bool:
    waiting = {other.achievement for other in left}
    return any(name in waiting for name in names(step.rule))
