"""Open Badges 3.0: an award as an OpenBadgeCredential.

1EdTech Open Badges 3.0 (context 3.0.3), https://www.imsglobal.org/spec/ob/v3p0/, on VCDM 2.0.
What Open Badges has no home for goes into our own small vocabulary, whose context is carried
inline as the third entry, so that nobody ever fetches it. Texts are plain strings in the course's
first language (a language map would be lost in expansion, unsigned); ``inLanguage`` says which.
This module signs nothing and reads no clock.
"""

import base64
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import schemas
from issuer.formats import vcdm2
from issuer.model.achievement import Achievement, Level, OutcomeKind, Stacking, Syllabus
from issuer.model.assessment import AssessmentResult
from issuer.model.award import Award, Reservation
from issuer.model.drafts import Draft
from issuer.model.learner import Disclosure, Learner, LearnerIdentifier
from issuer.model.organisation import Accreditation, Organisation

CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
VOCABULARY = "https://w3id.org/testamur/vocab#"
_EQF = "http://data.europa.eu/snb/eqf/"
# The property is called skill, so the kind of outcome has a name of its own.
_OUTCOME = {
    OutcomeKind.KNOWLEDGE: f"{VOCABULARY}knowledge",
    OutcomeKind.SKILL: f"{VOCABULARY}skill-outcome",
}


@dataclass(frozen=True)
class Awarded:
    """Everything that one document states: the award, what for, by whom, and the result."""

    award: Award
    achievement: Achievement
    organisation: Organisation
    result: AssessmentResult
    base_url: str
    """Address of the installation, without a slash at the end."""

    @property
    def achievement_url(self) -> str:
        """Address of the version that was awarded."""
        return f"{self.base_url}/achievements/{self.achievement.slug}/v/{self.achievement.version}"


def compose(awarded: Awarded, *, reservation: Reservation) -> Draft:
    """Compose the unsigned document, deterministic in its arguments."""
    language = awarded.achievement.language
    document = vcdm2.envelope(
        reservation.credential_id,
        contexts=[CONTEXT, schemas.vocabulary_context()],
        types=["OpenBadgeCredential"],
        issuer=_issuer(awarded.organisation, language),
        valid_from=reservation.valid_from,
        valid_until=awarded.award.valid_until,
    )
    document["awardedDate"] = f"{awarded.award.awarded_on.isoformat()}T00:00:00Z"
    document["name"] = awarded.achievement.title.get(language)
    document["inLanguage"] = language
    document["credentialSubject"] = _subject(awarded, reservation.salt)
    if awarded.result.evidence:
        document["evidence"] = _evidence(awarded.result)
    document["credentialStatus"] = vcdm2.credential_status(reservation.slot)
    if reservation.slot.suspension_list is None:
        # A document with two status entries breaks this schema (see vcdm2.credential_status),
        # so it does not claim to follow it.
        document["credentialSchema"] = {"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}
    return Draft(document)


def concept(name: str, key: str) -> str:
    """The EU concept IRI for ``key`` of code list ``name``."""
    return schemas.code_list(name).by_key(key).iri


def number(value: Decimal) -> int | float:
    """A JSON number: an integer where it is one."""
    return int(value) if value == value.to_integral_value() else float(value)


def plain(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros, for xsd:decimal."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _issuer(organisation: Organisation, language: str) -> dict[str, Any]:
    stated = (
        ("addressCountryCode", organisation.country),
        ("addressRegion", organisation.region),
        ("addressLocality", organisation.address.locality),
        ("streetAddress", organisation.address.street),
        ("postalCode", organisation.address.postal_code),
    )
    address = {"type": ["Address"]} | {term: value for term, value in stated if value}
    profile: dict[str, Any] = {
        "id": organisation.did,
        "type": ["Profile"],
        "name": organisation.legal_name.get(language),
        "url": organisation.homepage,
        "address": address,
    }
    if identifiers := _identifiers(organisation):
        profile["otherIdentifier"] = identifiers
    return profile


def _identifiers(organisation: Organisation) -> list[dict[str, Any]]:
    stated = (
        ("ext:ROR", organisation.identifiers.ror),
        ("ext:PIC", organisation.identifiers.pic),
        ("ext:ERASMUS", organisation.identifiers.erasmus),
        ("ext:SCHAC", organisation.identifiers.schac_home),
        ("ext:EIDAS", organisation.identifiers.eidas),
    )
    return [
        {"type": "IdentifierEntry", "identifier": value, "identifierType": kind}
        for kind, value in stated
        if value
    ]


def _subject(awarded: Awarded, salt: str) -> dict[str, Any]:
    learner = awarded.result.learner
    subject: dict[str, Any] = {"id": learner.did} if learner.did else {}
    subject["type"] = ["AchievementSubject"]
    subject["identifier"] = _identity(learner, salt)
    if awarded.achievement.ects is not None:
        subject["creditsEarned"] = number(awarded.achievement.ects)
    subject["result"] = [_result(awarded)]
    subject["achievement"] = _achievement(awarded)
    return subject


def _identity(learner: Learner, salt: str) -> list[dict[str, Any]]:
    name = {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": learner.display_name,
        "identityType": "name",
    }
    return [name, *(_identity_object(i, salt) for i in learner.identifiers)]


def _identity_object(identifier: LearnerIdentifier, salt: str) -> dict[str, Any]:
    kind = "ext:studentId" if identifier.scheme == "studentId" else identifier.scheme
    if identifier.disclosure is Disclosure.CLEAR:
        return {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": identifier.value,
            "identityType": kind,
        }
    # OB 3.0 IdentityHash: algorithm$hex over the identifier with the salt appended, in UTF-8.
    digest = hashlib.sha256(f"{identifier.value}{salt}".encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": kind,
        "salt": salt,
    }


def _result(awarded: Awarded) -> dict[str, Any]:
    result = awarded.result
    stated: dict[str, Any] = {
        "type": ["Result"],
        "resultDescription": f"{awarded.achievement_url}#result",
        "status": "Completed",
    }
    if result.grade:
        stated["value"] = result.grade.value
        stated["gradingScheme"] = result.grade.scheme
    if result.assessor:
        stated["assessor"] = result.assessor
    if result.identity_check:
        stated["identityVerified"] = concept("supervision", result.identity_check)
    return stated


def _evidence(result: AssessmentResult) -> list[dict[str, Any]]:
    by_url: dict[str, dict[str, Any]] = {}
    for item in result.evidence:
        node: dict[str, Any] = {"id": item.url, "type": ["Evidence"], "name": item.title}
        if item.sha256:
            # VCDM 2.0 §5.3: digestSRI, here over the linked bytes.
            digest = base64.b64encode(bytes.fromhex(item.sha256)).decode("ascii")
            node["digestSRI"] = f"sha256-{digest}"
        # The same address twice would be one node with two contents.
        by_url.setdefault(item.url, node)
    return list(by_url.values())


def _achievement(awarded: Awarded) -> dict[str, Any]:
    offering, language = awarded.achievement, awarded.achievement.language
    node: dict[str, Any] = {
        "id": awarded.achievement_url,
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": offering.title.get(language),
        "description": offering.description.get(language),
        "criteria": {
            "id": f"{awarded.achievement_url}#criteria",
            "narrative": _narrative(offering),
        },
        "inLanguage": language,
        "version": str(offering.version),
        "humanCode": offering.slug,
        "resultDescription": [_result_description(awarded)],
    }
    if offering.ects is not None:
        node["creditsAvailable"] = number(offering.ects)
    if alignment := _alignment(offering):
        node["alignment"] = alignment
    return node | _extended(awarded)


def _narrative(offering: Achievement) -> str:
    language = offering.language
    lines = [f"- {outcome.text.get(language)}" for outcome in offering.learning_outcomes]
    if offering.assessment_note:
        lines += ["", offering.assessment_note.get(language)]
    return "\n".join(lines) or offering.description.get(language)


def _result_description(awarded: Awarded) -> dict[str, Any]:
    scheme = awarded.result.grade.scheme if awarded.result.grade else None
    return {
        "id": f"{awarded.achievement_url}#result",
        "type": ["ResultDescription"],
        "name": scheme or "Passed",
        "resultType": "Result" if scheme else "Status",
    }


def _alignment(offering: Achievement) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for outcome in offering.learning_outcomes:
        for skill in outcome.skills:
            found[skill.iri] = {
                "type": ["Alignment"],
                "targetName": skill.label,
                "targetUrl": skill.iri,
                "targetFramework": skill.framework,
                "targetType": "ceasn:Competency",
            }
    if offering.level and offering.level.eqf:
        level = str(offering.level.eqf)
        found[_EQF + level] = {
            "type": ["Alignment"],
            "targetName": f"EQF level {level}",
            "targetCode": level,
            "targetUrl": _EQF + level,
            "targetFramework": "European Qualifications Framework",
            "targetType": "ext:EQF",
        }
    return list(found.values())


def _extended(awarded: Awarded) -> dict[str, Any]:
    """What Open Badges has no home for, in our vocabulary with the EU's concept IRIs."""
    offering, language = awarded.achievement, awarded.achievement.language
    texts = (
        ("canDo", offering.can_do),
        ("prerequisites", offering.prerequisites),
        ("furtherInformation", offering.further_information),
    )
    terms: dict[str, Any] = {term: text.get(language) for term, text in texts if text}
    if offering.workload_hours is not None:
        terms["workloadHours"] = plain(offering.workload_hours)
    terms |= _concepts(offering) | _level(offering.level)
    quality = offering.quality_assurance or awarded.organisation.accreditations
    terms["qualityAssurance"] = [_quality(q) for q in quality]
    terms["learningOutcome"] = [
        {
            "type": ["LearningOutcome"],
            "outcomeText": outcome.text.get(language),
            "outcomeKind": _OUTCOME[outcome.kind],
        }
        | ({"skill": [s.iri for s in outcome.skills]} if outcome.skills else {})
        for outcome in offering.learning_outcomes
    ]
    if offering.stacking:
        terms |= _stacking(offering.stacking, language)
    if offering.syllabus:
        terms |= _syllabus(offering.syllabus, language)
    if offering.fee:
        terms["feeStatement"] = f"{plain(offering.fee.amount)} {offering.fee.currency}"
    return terms


def _concepts(offering: Achievement) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    if offering.assessment_types:
        terms["assessmentType"] = [concept("assessment", k) for k in offering.assessment_types]
    if offering.supervision:
        terms["supervision"] = concept("supervision", offering.supervision)
    if offering.participation:
        terms["participation"] = [concept("participation", k) for k in offering.participation]
    if offering.schedule:
        terms["schedule"] = f"{VOCABULARY}{offering.schedule}"
    if offering.isced_f:
        terms["iscedField"] = [concept("isced_f", k) for k in offering.isced_f]
    return terms


def _level(level: Level | None) -> dict[str, Any]:
    if level is None:
        return {}
    terms: dict[str, Any] = {}
    if level.eqf:
        terms["eqfLevel"] = f"{_EQF}{level.eqf}"
    if level.national:
        terms["nationalLevel"] = level.national
    if level.cycle:
        terms["cycle"] = f"{VOCABULARY}{level.cycle}-cycle"
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


def _stacking(stacking: Stacking, language: str) -> dict[str, Any]:
    terms: dict[str, Any] = {
        "stacking": f"{VOCABULARY}{stacking.mode}",
        "tier": f"{VOCABULARY}{stacking.tier}",
    }
    if stacking.towards:
        terms["stackableTowards"] = [target.title.get(language) for target in stacking.towards]
    return terms


def _syllabus(syllabus: Syllabus, language: str) -> dict[str, Any]:
    return {
        "syllabus": [
            _unit(
                unit.title.get(language), unit.text.get(language) if unit.text else None, unit.hours
            )
            for unit in syllabus.units
        ],
        "syllabusVersion": syllabus.version,
        "syllabusDigest": syllabus.digest,
    }


def _unit(title: str, text: str | None, hours: Decimal | None) -> dict[str, Any]:
    node: dict[str, Any] = {"type": ["SyllabusUnit"], "unitTitle": title}
    if text:
        node["unitText"] = text
    if hours is not None:
        node["unitHours"] = plain(hours)
    return node
