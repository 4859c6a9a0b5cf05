"""Annex I of the Council Recommendation 2022/C 243/02: eleven elements must be there, five may be.

Source: OJ C 243, 27.6.2022, p. 10–25, Annex I. One table says for each element where it is
filled in, so that an error can name the field. This module judges presence, not quality.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from issuer.errors import Incomplete
from issuer.model.achievement import Achievement
from issuer.model.assessment import AssessmentResult
from issuer.model.organisation import Organisation


@dataclass(frozen=True)
class Stated:
    """What is looked at: the offering, its organisation and, once there is one, the result."""

    achievement: Achievement
    organisation: Organisation
    result: AssessmentResult | None = None


@dataclass(frozen=True)
class Element:
    """One element of Annex I: its number, its name, where it is filled in, whether it is there."""

    id: str
    name: str
    field: str
    present: Callable[[Stated], bool]


MANDATORY: tuple[Element, ...] = (
    Element(
        "M1",
        "identification of the learner",
        "the learner's name in the result",
        lambda s: s.result is None or bool(s.result.learner.display_name),
    ),
    Element("M2", "title", "achievement.title", lambda s: bool(s.achievement.title.root)),
    Element(
        "M3",
        "country or region of the issuer",
        "organisation.country",
        lambda s: bool(s.organisation.country),
    ),
    Element(
        "M4",
        "awarding body",
        "organisation.legal_name",
        lambda s: bool(s.organisation.legal_name.root),
    ),
    Element(
        "M5",
        "date of issuing",
        "the date of the result",
        lambda s: s.result is None or bool(s.result.date),
    ),
    Element(
        "M6",
        "learning outcomes",
        "achievement.learning_outcomes",
        lambda s: bool(s.achievement.learning_outcomes),
    ),
    Element(
        "M7",
        "workload (ECTS or hours)",
        "achievement.ects or achievement.workload_hours",
        lambda s: bool(s.achievement.ects or s.achievement.workload_hours),
    ),
    Element(
        "M8",
        "level, or that it does not apply",
        "achievement.level",
        lambda s: s.achievement.level is not None,
    ),
    Element(
        "M9",
        "type of assessment",
        "achievement.assessment_types",
        lambda s: bool(s.achievement.assessment_types),
    ),
    Element(
        "M10",
        "form of participation",
        "achievement.participation",
        lambda s: bool(s.achievement.participation),
    ),
    Element(
        "M11",
        "type of quality assurance",
        "achievement.quality_assurance or organisation.accreditations",
        lambda s: bool(s.achievement.quality_assurance or s.organisation.accreditations),
    ),
)

OPTIONAL: tuple[Element, ...] = (
    Element("O1", "prerequisites", "achievement.prerequisites",
            lambda s: s.achievement.prerequisites is not None),
    Element("O2", "supervision and identity verification", "achievement.supervision",
            lambda s: bool(s.achievement.supervision or (s.result and s.result.identity_check))),
    Element("O3", "grade", "the grade of the result",
            lambda s: bool(s.result and s.result.grade)),
    Element("O4", "integration and stackability", "achievement.stacking",
            lambda s: s.achievement.stacking is not None),
    Element("O5", "further information", "achievement.further_information",
            lambda s: s.achievement.further_information is not None),
)  # fmt: skip


@dataclass(frozen=True)
class Completeness:
    """Which elements are there; ``summary`` is the form ``11/11 + 3/5``."""

    present: tuple[str, ...]
    missing: Mapping[str, str]
    """Element name → the field where it is filled in, for mandatory elements that are missing."""
    optional: tuple[str, ...]

    @property
    def summary(self) -> str:
        """``11/11 + 3/5``."""
        return f"{len(self.present)}/{len(MANDATORY)} + {len(self.optional)}/{len(OPTIONAL)}"


def completeness(stated: Stated) -> Completeness:
    """Count the elements that are stated."""
    return Completeness(
        present=tuple(e.id for e in MANDATORY if e.present(stated)),
        missing={e.name: e.field for e in MANDATORY if not e.present(stated)},
        optional=tuple(e.id for e in OPTIONAL if e.present(stated)),
    )


def require_complete(stated: Stated) -> Completeness:
    """Return the count; raise Incomplete naming each missing element and where to fill it in."""
    found = completeness(stated)
    if found.missing:
        listed = "; ".join(f"{name} (fill in {field})" for name, field in found.missing.items())
        msg = (
            f"{stated.achievement.slug}: the EU standard for micro-credentials (Annex I) demands "
            f"elements that are missing: {listed}. Nothing was issued for it."
        )
        raise Incomplete(msg, elements=dict(found.missing))
    return found
