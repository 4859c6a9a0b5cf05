"""Our small vocabulary: what a format has no home for, stated with the EU's concept IRIs.

The terms are in ``schemas/vocabulary/testamur-v1.json``; each stands for an element of Annex I of
the Council Recommendation 2022/C 243/02 or for something the university states beside them. Texts
are in the offering's first language. This module knows no format and no learner.
"""

from decimal import Decimal
from typing import Any

import schemas
from issuer.model.achievement import (
    Achievement,
    LearningOutcome,
    Level,
    OutcomeKind,
    Stacking,
    Syllabus,
    SyllabusUnit,
)
from issuer.model.organisation import Accreditation, Organisation
from issuer.model.texts import LangText

# The property is called skill, so the kind of outcome has a name of its own.
_OUTCOME = {
    OutcomeKind.KNOWLEDGE: f"{schemas.VOCABULARY}knowledge",
    OutcomeKind.SKILL: f"{schemas.VOCABULARY}skill-outcome",
}


def concept(name: str, key: str) -> str:
    """The EU concept IRI for ``key`` of code list ``name``."""
    return schemas.code_list(name).by_key(key).iri


def plain(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros, for xsd:decimal."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def extended(offering: Achievement, organisation: Organisation, *, address: str) -> dict[str, Any]:
    """State what the format has no home for: members to be added to the achievement.

    ``address`` is the achievement's page. Outcomes and units of the syllabus have ids there: in a
    list of nodes without ids no blank node can be told from the next, and verifiers that bound the
    work of RDFC-1.0 (the graph might be poison) refuse the document.
    """
    language, hours, fee = offering.language, offering.workload_hours, offering.fee
    quality = offering.quality_assurance or organisation.accreditations
    stated = {
        "canDo": _said(offering.can_do, language),
        "assessmentNote": _said(offering.assessment_note, language),
        "scheduleNote": _said(offering.schedule_note, language),
        "prerequisites": _said(offering.prerequisites, language),
        "furtherInformation": _said(offering.further_information, language),
        "instructionLanguage": list(offering.languages),
        "courseHomepage": offering.homepage,
        "workloadHours": plain(hours) if hours is not None else None,
        **_concepts(offering),
        **_level(offering.level),
        "qualityAssurance": [_quality(q) for q in quality],
        "learningOutcome": [
            {"id": f"{address}#outcome-{number}", **_outcome(outcome, language)}
            for number, outcome in enumerate(offering.learning_outcomes, 1)
        ],
        **_stacking(offering.stacking, language),
        **_syllabus(offering.syllabus, language, address=address),
        "feeStatement": f"{plain(fee.amount)} {fee.currency}" if fee else None,
    }
    # An empty member would be lost in expansion, unsigned.
    return {term: value for term, value in stated.items() if value not in (None, [])}


def _said(text: LangText | None, language: str) -> str | None:
    return text.get(language) if text else None


def _outcome(outcome: LearningOutcome, language: str) -> dict[str, Any]:
    node: dict[str, Any] = {
        "type": ["LearningOutcome"],
        "outcomeText": outcome.text.get(language),
        "outcomeKind": _OUTCOME[outcome.kind],
    }
    if outcome.skills:
        node["skill"] = [skill.iri for skill in outcome.skills]
    return node


def _concepts(offering: Achievement) -> dict[str, Any]:
    supervision, schedule = offering.supervision, offering.schedule
    return {
        "assessmentType": [concept("assessment", key) for key in offering.assessment_types],
        "supervision": concept("supervision", supervision) if supervision else None,
        "participation": [concept("participation", key) for key in offering.participation],
        "schedule": f"{schemas.VOCABULARY}{schedule}" if schedule else None,
        "iscedField": [concept("isced_f", key) for key in offering.isced_f],
    }


def _level(level: Level | None) -> dict[str, Any]:
    if level is None:
        return {}
    terms: dict[str, Any] = {}
    if level.eqf:
        terms["eqfLevel"] = concept("eqf", str(level.eqf))
    if level.national:
        terms["nationalLevel"] = level.national
    if level.cycle:
        terms["cycle"] = f"{schemas.VOCABULARY}{level.cycle}-cycle"
    if level.not_applicable:
        terms["levelNotApplicable"] = True
    return terms


def _quality(quality: Accreditation) -> dict[str, Any]:
    node: dict[str, Any] = {
        "type": ["QualityAssurance"],
        "qualityType": concept("quality", quality.type),
        "agency": quality.agency,
    }
    if quality.decision:
        node["decision"] = quality.decision
    if quality.valid_from:
        node["qualityFrom"] = quality.valid_from.isoformat()
    if quality.valid_until:
        node["qualityUntil"] = quality.valid_until.isoformat()
    if quality.link:
        node["evidenceLink"] = quality.link
    return node


def _stacking(stacking: Stacking | None, language: str) -> dict[str, Any]:
    if stacking is None:
        return {}
    terms: dict[str, Any] = {
        "stacking": f"{schemas.VOCABULARY}{stacking.mode}",
        "tier": f"{schemas.VOCABULARY}{stacking.tier}",
    }
    if stacking.towards:
        terms["stackableTowards"] = [target.title.get(language) for target in stacking.towards]
    return terms


def _syllabus(syllabus: Syllabus | None, language: str, *, address: str) -> dict[str, Any]:
    if syllabus is None:
        return {}
    return {
        "syllabus": [
            {"id": f"{address}#unit-{number}", **_unit(unit, language)}
            for number, unit in enumerate(syllabus.units, 1)
        ],
        "syllabusVersion": syllabus.version,
        "syllabusDigest": syllabus.digest,
    }


def _unit(unit: SyllabusUnit, language: str) -> dict[str, Any]:
    node: dict[str, Any] = {"type": ["SyllabusUnit"], "unitTitle": unit.title.get(language)}
    if unit.text:
        node["unitText"] = unit.text.get(language)
    if unit.hours is not None:
        node["unitHours"] = plain(unit.hours)
    return node
