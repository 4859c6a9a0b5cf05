"""What a document says, in one flat picture that no format shapes: values for pages and people.

Council Recommendation 2022/C 243/02, Annex I (which elements are stated). Texts are UNVERIFIED and
may hold anything; links are https or absent. Nothing is read here: see `issuer.formats.portrait`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from issuer.model.achievement import Cycle, StackingMode, Tier
from issuer.model.annex1 import MANDATORY


@dataclass(frozen=True)
class Said:
    """A concept: what a person reads, and its identifier (http or https, not for clicking)."""

    label: str
    iri: str | None


@dataclass(frozen=True)
class OutcomeSaid:
    """A learning outcome; ``kind`` is knowledge, skill or None."""

    text: str
    kind: str | None
    skills: tuple[Said, ...]


@dataclass(frozen=True)
class QualitySaid:
    """A statement about quality assurance; ``link`` is https or None."""

    type_label: str
    agency: str | None
    decision: str | None
    valid_from: dt.date | None
    valid_until: dt.date | None
    link: str | None


@dataclass(frozen=True)
class UnitSaid:
    """A unit of the syllabus; ``hours`` is a decimal."""

    title: str
    text: str | None
    hours: str | None


@dataclass(frozen=True)
class EvidenceSaid:
    """A piece of evidence; ``url`` is https or None, ``sha256`` hexadecimal."""

    title: str | None
    url: str | None
    sha256: str | None


class Elements(NamedTuple):
    """Which elements of Annex I a document states."""

    mandatory_present: tuple[str, ...]
    """M1 to M11."""
    mandatory_missing: tuple[tuple[str, str], ...]
    """Number and name."""
    optional_present: tuple[str, ...]
    """O1 to O5."""


@dataclass(frozen=True)
class Portrait:
    """Everything that a document says of itself, in the words of its issuer."""

    credential_id: str | None
    title: str | None
    description: str | None
    language: str | None
    learner_name: str | None
    issuer_id: str | None
    issuer_name: str | None
    issuer_url: str | None
    country: str | None
    region: str | None
    locality: str | None
    valid_from: dt.datetime | None
    valid_until: dt.datetime | None
    awarded_on: dt.date | None
    can_do: str | None
    workload_hours: str | None
    ects: str | None
    eqf: int | None
    national_level: str | None
    cycle: Cycle | None
    level_not_applicable: bool
    tier: Tier | None
    stacking: StackingMode | None
    stackable_towards: tuple[str, ...]
    outcomes: tuple[OutcomeSaid, ...]
    assessment_types: tuple[Said, ...]
    participation: tuple[Said, ...]
    isced: tuple[Said, ...]
    supervision: Said | None
    identity_verified: Said | None
    schedule: Said | None
    schedule_note: str | None
    assessment_note: str | None
    prerequisites: str | None
    quality: tuple[QualitySaid, ...]
    syllabus: tuple[UnitSaid, ...]
    syllabus_version: str | None
    grade: str | None
    grading_scheme: str | None
    assessor: str | None
    evidence: tuple[EvidenceSaid, ...]
    achievement_url: str | None
    achievement_version: str | None
    instruction_languages: tuple[str, ...]
    further_information: str | None
    course_url: str | None
    fee: str | None
    narrative: str | None
    is_microcredential: bool
    mandatory_present: tuple[str, ...] = ()
    """Elements M1 to M11 of Annex I that are stated."""
    mandatory_missing: tuple[tuple[str, str], ...] = ()
    """Number and name of those that are not."""
    optional_present: tuple[str, ...] = ()
    """Elements O1 to O5 that are stated."""

    @property
    def elements(self) -> Elements:
        """Those of Annex I alone."""
        return Elements(self.mandatory_present, self.mandatory_missing, self.optional_present)


# Annex I, in its order; M8 is also met by the statement that no level applies.
_STATED = {
    "M1": ("learner_name",),
    "M2": ("title",),
    "M3": ("country", "region"),
    "M4": ("issuer_name",),
    "M5": ("awarded_on", "valid_from"),
    "M6": ("outcomes",),
    "M7": ("ects", "workload_hours"),
    "M8": ("eqf", "national_level", "cycle", "level_not_applicable"),
    "M9": ("assessment_types",),
    "M10": ("participation",),
    "M11": ("quality",),
    "O1": ("prerequisites",),
    "O2": ("supervision", "identity_verified"),
    "O3": ("grade",),
    "O4": ("stacking",),
    "O5": ("further_information",),
}


def counted(said: Mapping[str, Any]) -> Elements:
    """Which elements of Annex I are stated, by the fields of a portrait that tell."""
    present = [element for element, fields in _STATED.items() if any(map(said.get, fields))]
    return Elements(
        mandatory_present=tuple([e for e in present if e.startswith("M")]),
        mandatory_missing=tuple([(e.id, e.name) for e in MANDATORY if e.id not in present]),
        optional_present=tuple([e for e in present if e.startswith("O")]),
    )
