"""What a stacked award is built from: the rule, the parts, and what follows if one is revoked.

Council Recommendation 2022/C 243/02, Annex I O4; W3C VCDM 2.0 §5.3 (``digestMultibase``). It is
stated in the document and signed, so that anybody can check the rule against the parts that are
named. Parts are always the smallest ones, so nothing is counted twice. Decides nothing.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from issuer.model.achievement import Credits, DocumentFormat, Hours, Tier
from issuer.model.rule import Held, Rule, chosen
from issuer.model.texts import Iri, LangText, Line, Noun, Slug, distinct

MOST_PARTS = 200
Multibase = Annotated[str, StringConstraints(pattern=r"^uEi[A-Za-z0-9_-]{44}$")]
"""Multihash of a SHA-256 in base64url without padding (Controlled Identifiers 1.0 §2.4, §2.5)."""


class IfRevoked(StrEnum):
    """What a verifier says of the whole where the issuer revoked one of its parts."""

    FAILED = "failed"
    INDETERMINATE = "indeterminate"


class PartDocument(Noun):
    """One sealed form of a part."""

    format: DocumentFormat
    id: Iri
    """Its ``id``: where it may be had."""
    digest: Multibase
    """Over the RFC 8785 form of the sealed JSON document; of a compact JWT over its text."""


class Part(Noun):
    """One part as the whole names it."""

    name: Slug
    """What the rule calls it."""
    title: LangText
    achievement: Iri
    """Address of the version that was awarded; of somebody else's credential its achievement."""
    tier: Tier
    ects: Credits | None = None
    hours: Hours | None = None
    earned: date
    issuer: Line | None = None
    """Name of the issuer, where it is somebody else's credential that was recognised."""
    substitute: bool = False
    """Whether another achievement stands here for the one that the rule names."""
    documents: Annotated[tuple[PartDocument, ...], Field(min_length=1, max_length=4)]

    @property
    def held(self) -> Held:
        """The part as a rule sees it."""
        own = self.issuer is None and not self.substitute
        return Held(self.name, self.tier, self.ects, self.earned, own)

    def document(self, *formats: DocumentFormat) -> PartDocument:
        """Its form in the first of ``formats`` that there is, else the first there is."""
        by_format = {one.format: one for one in reversed(self.documents)}
        return next((by_format[f] for f in formats if f in by_format), self.documents[0])


class Stack(Noun):
    """The combination that completed a step of a pathway."""

    pathway: Slug
    pathway_version: Annotated[int, Field(ge=1)]
    pathway_title: LangText
    step: Slug
    """The achievement that was completed."""
    rule: Rule
    """Unfolded: it names parts alone, no other steps."""
    max_age_months: Annotated[int, Field(ge=1, le=600)] | None = None
    """How old a part may be on the day on which the last one was earned."""
    if_revoked: IfRevoked = IfRevoked.FAILED
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=MOST_PARTS)]

    @model_validator(mode="after")
    def _carried(self) -> Self:
        distinct(tuple(part.name for part in self.parts))
        distinct(tuple(one.digest for part in self.parts for one in part.documents))
        if chosen(self.rule, {part.name: part.held for part in self.parts}) is None:
            msg = "the parts do not fulfil the rule"
            raise ValueError(msg)
        return self

    @property
    def ects(self) -> Decimal:
        """Credits of all parts together, each counted once; 0 where none states any."""
        return sum((part.ects for part in self.parts if part.ects), Decimal(0))

    @property
    def hours(self) -> Decimal:
        """Hours of all parts together."""
        return sum((part.hours for part in self.parts if part.hours), Decimal(0))

    @property
    def completed(self) -> date:
        """The day on which the last part was earned."""
        return max(part.earned for part in self.parts)
