"""The achievement: what is offered, learned and assessed, in one frozen version.

Sources: Council Recommendation 2022/C 243/02 Annex I; Open Badges 3.0 Achievement; ELM 3.2
Qualification; ECTS Users' Guide 2015 (25–30 h per credit); EQF; QF-EHEA cycles.
A credential names the version under which it was issued. This module knows no learner.
"""

import hashlib
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from issuer.model.organisation import Accreditation, in_code_list
from issuer.model.texts import (
    HttpsUrl,
    Iri,
    LangText,
    LanguageTag,
    Line,
    Noun,
    Picture,
    Slug,
    distinct,
)

Hours = Annotated[Decimal, Field(gt=0, le=10_000, max_digits=7, decimal_places=2)]
"""Hours of work of an average learner, 0.01–10 000."""
Credits = Annotated[Decimal, Field(gt=0, le=300, max_digits=5, decimal_places=2)]
"""ECTS credits, 0.01–300."""


class OutcomeKind(StrEnum):
    """What a learning outcome is (ESCO skill-type)."""

    KNOWLEDGE = "knowledge"
    SKILL = "skill"


class Cycle(StrEnum):
    """Bologna cycle (QF-EHEA)."""

    SHORT = "short"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"


class Schedule(StrEnum):
    """Whether learners meet at the same time."""

    SYNCHRONOUS = "synchronous"
    ASYNCHRONOUS = "asynchronous"
    MIXED = "mixed"


class StackingMode(StrEnum):
    """Annex I O4: integration and stackability."""

    STANDALONE = "standalone"
    STACKABLE = "stackable"
    INTEGRATED = "integrated"


class Tier(StrEnum):
    """The university's own three steps; not the EQF level, not the cycle."""

    BASIC = "basic"
    INTERMEDIATE = "intermediate"
    PROFESSIONAL = "professional"

    @property
    def number(self) -> int:
        """1, 2 or 3."""
        return list(Tier).index(self) + 1


class DocumentFormat(StrEnum):
    """A tongue in which an award is sealed."""

    OB3 = "ob3"
    """Open Badges 3.0 with an embedded Data Integrity proof."""
    OB3_JWT = "ob3-jwt"
    """Open Badges 3.0 as VC-JOSE (``vc+jwt``)."""
    EDC = "edc"
    """European Digital Credential: ELM 3.2 sealed with JAdES. Needs the organisation's seal."""

    @property
    def ending(self) -> str:
        """How its file's name ends, without the dot."""
        return {"ob3": "json", "ob3-jwt": "jwt", "edc": "jsonld"}[self.value]


class SyllabusUnit(Noun):
    """One unit of the syllabus."""

    title: LangText
    text: LangText | None = None
    hours: Hours | None = None


class Syllabus(Noun):
    """What is taught, unit by unit; frozen as a version with a digest."""

    version: Line
    """The university's own name of the version, such as ``2026-1``."""
    units: Annotated[tuple[SyllabusUnit, ...], Field(min_length=1, max_length=100)]

    @property
    def digest(self) -> str:
        """``sha256:<hex>`` over the JSON form of version and units."""
        return "sha256:" + hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class SkillLink(Noun):
    """A skill in a published framework, such as ESCO."""

    iri: Iri
    label: Line
    framework: Line = "ESCO"


class LearningOutcome(Noun):
    """What the learner knows or can do afterwards (Annex I M6)."""

    text: LangText
    kind: OutcomeKind = OutcomeKind.SKILL
    skills: Annotated[tuple[SkillLink, ...], Field(max_length=20)] = ()


class Level(Noun):
    """How demanding (Annex I M8): EQF, national level, cycle, or said not to apply."""

    eqf: Annotated[int, Field(ge=1, le=8)] | None = None
    national: Line | None = None
    """Level in the national framework, such as ``NQR 6``."""
    cycle: Cycle | None = None
    not_applicable: bool = False
    """True: the level does not apply to this offering, and the document says so."""

    @model_validator(mode="after")
    def _said(self) -> Self:
        stated = self.eqf or self.national or self.cycle
        if bool(stated) == self.not_applicable:
            msg = "state eqf, national or cycle, or say not_applicable = true, and not both"
            raise ValueError(msg)
        return self


class StackTarget(Noun):
    """A larger award towards which this one is stackable, according to the issuer."""

    title: LangText
    awarding_body: Line | None = None
    link: HttpsUrl | None = None


class Stacking(Noun):
    """How it builds into something larger (Annex I O4), and on which of the three steps it is."""

    mode: StackingMode = StackingMode.STANDALONE
    tier: Tier = Tier.BASIC
    towards: Annotated[tuple[StackTarget, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.mode is StackingMode.STANDALONE and self.towards:
            msg = "a stand-alone offering is stackable towards nothing: set mode to stackable"
            raise ValueError(msg)
        return self


class Fee(Noun):
    """What the university states; nothing is collected here."""

    amount: Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "EUR"


class Achievement(Noun):
    """One version of an offering; elements of Annex I may be missing until it is used to issue."""

    slug: Slug
    version: Annotated[int, Field(ge=1)] = 1
    """Set by the registry: 1, 2, 3 …"""
    organisation: Slug
    title: LangText
    description: LangText
    can_do: LangText | None = None
    """One sentence for an employer: what a holder can do."""
    syllabus: Syllabus | None = None
    learning_outcomes: Annotated[tuple[LearningOutcome, ...], Field(max_length=60)] = ()
    workload_hours: Hours | None = None
    ects: Credits | None = None
    level: Level | None = None
    assessment_types: Annotated[
        tuple[Annotated[str, in_code_list("assessment")], ...], AfterValidator(distinct)
    ] = ()
    assessment_note: LangText | None = None
    supervision: Annotated[str, in_code_list("supervision")] | None = None
    """Supervision and identity verification during assessment (Annex I O2)."""
    participation: Annotated[
        tuple[Annotated[str, in_code_list("participation")], ...], AfterValidator(distinct)
    ] = ()
    schedule: Schedule | None = None
    schedule_note: LangText | None = None
    quality_assurance: Annotated[tuple[Accreditation, ...], Field(max_length=20)] = ()
    """Of this offering; where empty, the organisation's accreditations stand."""
    prerequisites: LangText | None = None
    stacking: Stacking | None = None
    languages: Annotated[tuple[LanguageTag, ...], AfterValidator(distinct)] = ()
    """Languages of instruction."""
    isced_f: Annotated[
        tuple[Annotated[str, in_code_list("isced_f")], ...], AfterValidator(distinct)
    ] = ()
    """Fields of education, ISCED-F 2013 codes of two to four digits."""
    homepage: HttpsUrl | None = None
    picture: Picture | None = None
    """Drawn into badge and pages; a small one is in the credential too."""
    fee: Fee | None = None
    further_information: LangText | None = None
    formats: Annotated[
        tuple[DocumentFormat, ...], Field(min_length=1), AfterValidator(distinct)
    ] = (DocumentFormat.OB3,)
    """Sealed at issue."""
    suspendable: bool = False
    """True: the credential carries a suspension entry beside the revocation entry."""
    valid_months: Annotated[int, Field(ge=1, le=600)] | None = None
    """Months of validity from the award; None: no end."""

    @property
    def hours_per_credit(self) -> Decimal | None:
        """Hours for one ECTS credit; 25–30 is the rule (ECTS Users' Guide 2015)."""
        if self.workload_hours is None or self.ects is None:
            return None
        return self.workload_hours / self.ects

    @property
    def language(self) -> str:
        """First language of the title: the language of the sealed document."""
        return self.title.languages[0]

    def warnings(self) -> tuple[str, ...]:
        """What is unusual but allowed, in sentences for the registrar."""
        per_credit = self.hours_per_credit
        low, high = 25, 30
        if per_credit is not None and not low <= per_credit <= high:
            sentence = (
                f"{self.workload_hours} hours for {self.ects} ECTS is {per_credit:.1f} hours a "
                "credit; the ECTS Users' Guide says 25 to 30. Check both numbers."
            )
            return (sentence,)
        return ()
