"""What was achieved, how it was learned, how it was proven: the claim of an ELM document.

ELM 3.2 LearningAchievement, Qualification, LearningActivity, LearningAssessment; the sixteen
elements of Annex I as ``docs/reference/elm-mapping.md`` lists them. ELM wants a grade for every
assessment: "Pass" stands where none was given. What ELM has no property for is a note whose subject
is a term of our vocabulary.
"""

from decimal import Decimal

from issuer.formats.awarded import Awarded
from issuer.formats.elm3 import parts
from issuer.formats.elm3.bodies import accreditation
from issuer.formats.elm3.nodes import (
    ESCO,
    Ids,
    Node,
    compact,
    duration,
    identifier,
    midnight,
    note,
    own_concept,
    texts,
    web,
)
from issuer.formats.vocabulary import plain
from issuer.model.achievement import (
    Achievement,
    LearningOutcome,
    StackingMode,
    StackTarget,
    SyllabusUnit,
)
from issuer.model.assessment import Evidence

PASS = {"en": "Pass", "de": "Bestanden", "fr": "Réussi", "es": "Aprobado", "it": "Superato"}
"""What stands where no grade was given: the shape wants one, and it was passed."""
BADGE_TITLE = {"en": "The same award as an Open Badge 3.0, to be checked there"}
"""How the document points at the Open Badge of the same award."""
_TIERS = {
    "basic": "Tier 1 of 3, basic",
    "intermediate": "Tier 2 of 3, intermediate",
    "professional": "Tier 3 of 3, professional",
}


def achievement(awarded: Awarded, ids: Ids, *, body: Node) -> Node:
    """The claim; ``body`` is the organisation's node."""
    offering = awarded.achievement
    process = {
        "id": ids.new("awardingProcess"),
        "type": "AwardingProcess",
        "awardingBody": body,
        "awardingDate": midnight(awarded.award.awarded_on),
    }
    badge = f"{awarded.base_url}/c/{awarded.award.id}"
    stack = awarded.result.stack
    return compact(
        {
            "id": ids.new("learningAchievement"),
            "type": "LearningAchievement",
            "title": texts(offering.title),
            "awardedBy": process,
            "creditReceived": _credit(stack.ects if stack and stack.ects else offering.ects, ids),
            "influencedBy": _activity(offering, ids, process=process),
            "provenBy": _assessment(awarded, ids, process=process),
            "specifiedBy": qualification(awarded, ids),
            "hasPart": parts.parts(stack, ids, body=body) if stack else [],
            "additionalNote": parts.notes(stack, ids, base_url=awarded.base_url) if stack else [],
            "supplementaryDocument": [
                web(ids, badge, dict(BADGE_TITLE)),
                *(_evidence(item, ids, offering.language) for item in awarded.result.evidence),
            ],
        }
    )


def _evidence(item: Evidence, ids: Ids, tag: str) -> Node:
    digest = f" (SHA-256 {item.sha256})" if item.sha256 else ""
    return web(ids, item.url, {tag: f"{item.title}{digest}"})


def _credit(ects: Decimal | None, ids: Ids) -> Node | None:
    if ects is None:
        return None
    return {
        "id": ids.new("creditPoint"),
        "type": "CreditPoint",
        "framework": ids.concept("credit", "ects"),
        # A text in ELM.
        "point": plain(ects),
    }


def _activity(offering: Achievement, ids: Ids, *, process: Node) -> Node:
    hours = duration(offering.workload_hours) if offering.workload_hours is not None else None
    units = offering.syllabus.units if offering.syllabus else ()
    notes = []
    if offering.schedule:
        said = own_concept(str(offering.schedule), str(offering.schedule), scheme="schedules")
        notes.append(note(ids, {"en": str(offering.schedule)}) | {"subject": said})
    if offering.schedule_note:
        text = texts(offering.schedule_note)
        notes.append(note(ids, text, about="scheduleNote", label="schedule"))
    return compact(
        {
            "id": ids.new("learningActivity"),
            "type": "LearningActivity",
            "title": texts(offering.title),
            "awardedBy": process,
            "workload": hours,
            "specifiedBy": compact(
                {
                    "id": ids.new("learningActivitySpec"),
                    "type": "LearningActivitySpecification",
                    "title": texts(offering.title),
                    "mode": [ids.concept("participation", key) for key in offering.participation],
                    "language": [ids.language(tag) for tag in offering.languages],
                    "volumeOfLearning": hours,
                    "additionalNote": notes,
                    "hasPart": [_unit(unit, ids) for unit in units],
                }
            ),
        }
    )


def _unit(unit: SyllabusUnit, ids: Ids) -> Node:
    return compact(
        {
            "id": ids.new("learningActivitySpec"),
            "type": "LearningActivitySpecification",
            "title": texts(unit.title),
            "description": texts(unit.text) if unit.text else None,
            "volumeOfLearning": duration(unit.hours) if unit.hours is not None else None,
        }
    )


def _assessment(awarded: Awarded, ids: Ids, *, process: Node) -> Node:
    offering, result = awarded.achievement, awarded.result
    kinds = [ids.concept("assessment", key) for key in offering.assessment_types]
    title = kinds[0]["prefLabel"] if kinds else texts(offering.title)
    grade = {offering.language: result.grade.value} if result.grade else PASS
    checked = result.identity_check or offering.supervision
    notes = _identity_notes(awarded, ids)
    if offering.assessment_note:
        text = texts(offering.assessment_note)
        notes.append(note(ids, text, about="assessmentNote", label="assessment"))
    if result.assessor:
        said = {offering.language: result.assessor}
        notes.append(note(ids, said, about="assessor", label="assessed by"))
    scheme = None
    if result.grade:
        scheme = {
            "id": ids.new("gradingScheme"),
            "type": "GradingScheme",
            "title": {offering.language: result.grade.scheme},
        }
    return compact(
        {
            "id": ids.new("learningAssessment"),
            "type": "LearningAssessment",
            "title": title,
            "awardedBy": process,
            "dateIssued": midnight(result.date),
            "dcType": kinds,
            "grade": note(ids, grade),
            "idVerification": ids.concept("supervision", checked) if checked else None,
            "additionalNote": notes,
            "specifiedBy": compact(
                {
                    "id": ids.new("learningAssessmentSpec"),
                    "type": "LearningAssessmentSpecification",
                    "title": title,
                    # The shape allows one here; all of them stand on the assessment itself.
                    "dcType": kinds[:1],
                    "gradingScheme": scheme,
                }
            ),
        }
    )


def _identity_notes(awarded: Awarded, ids: Ids) -> list[Node]:
    """Where identity was checked otherwise than the offering says, what it says is kept as well."""
    planned, done = awarded.achievement.supervision, awarded.result.identity_check
    if done is None:
        return []
    text = {"en": "Identity was checked as stated for this one assessment."}
    notes = [note(ids, text, about="identityVerified", label="how identity was checked")]
    if planned is not None:
        found = ids.concept("supervision", planned)
        notes.append(note(ids, found["prefLabel"]) | {"subject": found})
    return notes


def qualification(awarded: Awarded, ids: Ids) -> Node:
    """What the offering is: a Qualification, because only that has an EQF level in ELM."""
    offering, level = awarded.achievement, awarded.achievement.level
    stacking = offering.stacking
    syllabus = offering.syllabus.version if offering.syllabus else str(offering.version)
    hours = offering.workload_hours
    quality = offering.quality_assurance
    partial = stacking is not None and stacking.mode is not StackingMode.STANDALONE
    cycle = level.cycle if level else None
    return compact(
        {
            "id": ids.new("qualification"),
            "type": "Qualification",
            "title": texts(offering.title),
            "description": texts(offering.description),
            "dcType": ids.concept("learning_opportunity", "short_programme"),
            "identifier": identifier(ids, awarded.achievement_url, scheme="Achievement"),
            "creditPoint": _credit(offering.ects, ids),
            "volumeOfLearning": duration(hours) if hours is not None else None,
            "eqfLevel": ids.concept("eqf", str(level.eqf)) if level and level.eqf else None,
            "educationLevel": own_concept(f"{cycle}-cycle", f"{cycle} cycle", scheme="cycles")
            if cycle
            else None,
            "thematicArea": [ids.concept("isced_f", key) for key in offering.isced_f],
            "language": [ids.language(tag) for tag in offering.languages],
            "mode": [ids.concept("participation", key) for key in offering.participation],
            "entryRequirement": note(ids, texts(offering.prerequisites))
            if offering.prerequisites
            else None,
            "learningOutcomeSummary": note(ids, texts(offering.can_do))
            if offering.can_do
            else None,
            "learningOutcome": [
                _outcome(outcome, ids, offering.language) for outcome in offering.learning_outcomes
            ],
            "isPartialQualification": partial if stacking else None,
            "isPartOf": [_target(t, ids) for t in (stacking.towards if stacking else ())],
            "accreditation": [accreditation(a, ids, body=awarded.organisation) for a in quality],
            "homepage": web(ids, offering.homepage) if offering.homepage else None,
            "supplementaryDocument": web(
                ids,
                awarded.achievement_url,
                {"en": f"Criteria and syllabus, version {syllabus}"},
            ),
            "additionalNote": _notes(offering, ids),
        }
    )


def _outcome(outcome: LearningOutcome, ids: Ids, tag: str) -> Node:
    nodes = [ids.skill(skill, tag) for skill in outcome.skills]
    return compact(
        {
            "id": ids.new("learningOutcome"),
            "type": "LearningOutcome",
            "title": texts(outcome.text),
            "dcType": ids.concept("skill_type", str(outcome.kind)),
            "relatedESCOSkill": [n for n in nodes if n["id"].startswith(ESCO)],
            "relatedSkill": [n for n in nodes if not n["id"].startswith(ESCO)],
        }
    )


def _target(target: StackTarget, ids: Ids) -> Node:
    said = {"en": "Stackable towards this, according to the issuer. Who awards it decides."}
    if target.awarding_body:
        said = {"en": f"{said['en']} Awarded by {target.awarding_body}."}
    return compact(
        {
            "id": ids.new("qualification"),
            "type": "Qualification",
            "title": texts(target.title),
            "homepage": web(ids, target.link) if target.link else None,
            "additionalNote": note(ids, said),
        }
    )


def _notes(offering: Achievement, ids: Ids) -> list[Node]:
    """What ELM has no property for; EQF level, cycle and tier are three things."""
    found = []
    level, stacking, fee = offering.level, offering.stacking, offering.fee
    if stacking:
        tier = own_concept(str(stacking.tier), _TIERS[stacking.tier], scheme="tiers")
        found.append(note(ids, {"en": _TIERS[stacking.tier]}) | {"subject": tier})
        mode = own_concept(str(stacking.mode), str(stacking.mode), scheme="stacking")
        found.append(note(ids, {"en": str(stacking.mode)}) | {"subject": mode})
    if level and level.national:
        said = {offering.language: level.national}
        found.append(
            note(ids, said, about="nationalLevel", label="level in the national framework")
        )
    if level and level.not_applicable:
        text = {"en": "No level applies to this offering."}
        found.append(note(ids, text, about="levelNotApplicable", label="level"))
    if fee:
        text = {"en": f"{plain(fee.amount)} {fee.currency}"}
        found.append(note(ids, text, about="feeStatement", label="fee as stated"))
    if offering.syllabus:
        text = {"en": offering.syllabus.version}
        found.append(note(ids, text, about="syllabusVersion", label="version of the syllabus"))
        text = {"en": offering.syllabus.digest}
        found.append(note(ids, text, about="syllabusDigest", label="digest of the syllabus"))
    if offering.further_information:
        text = texts(offering.further_information)
        found.append(note(ids, text, about="furtherInformation", label="further information"))
    return found
