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
from issuer.formats import stacked, vcdm2
from issuer.formats.awarded import Awarded
from issuer.formats.vocabulary import concept, extended
from issuer.model.achievement import Achievement
from issuer.model.assessment import AssessmentResult
from issuer.model.award import Reservation
from issuer.model.drafts import Draft, Json
from issuer.model.learner import Disclosure, Learner, LearnerIdentifier
from issuer.model.organisation import Organisation
from issuer.model.stack import Stack

CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
_MOST_PICTURE = 32_768
"""Characters of base64 up to which a picture is carried in the document (24 KiB of PNG)."""


@dataclass(frozen=True)
class _Constant:
    """What all awards of one course have in common, and of what that was composed."""

    organisation: Organisation
    achievement: Achievement
    contexts: list[str | Json]
    issuer: Json
    stated: Json
    """The achievement."""


class Composer:
    """Composes many documents; what a course and its organisation state is composed once.

    Nouns are frozen, so the same object says the same. Documents share parts: nobody changes them.
    """

    def __init__(self, *, most: int = 64) -> None:
        self._most = most
        self._kept: dict[tuple[int, int, str, str | None], _Constant] = {}

    def compose(self, awarded: Awarded, *, reservation: Reservation) -> Draft:
        """As `compose`, and the same."""
        awarded.require_one_piece(reservation)
        return _composed(awarded, reservation, self._constant(awarded))

    def _constant(self, awarded: Awarded) -> _Constant:
        offering, body = awarded.achievement, awarded.organisation
        key = (id(offering), id(body), awarded.base_url, _scheme(awarded))
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= self._most:
                self._kept = {}
            # It holds both nouns, so that no other object can get the address of one.
            found = self._kept[key] = _constant(awarded)
        return found


def compose(awarded: Awarded, *, reservation: Reservation) -> Draft:
    """Compose the unsigned document, deterministic in its arguments.

    Raises LintFailed where award, offering, organisation, result and reservation are not of one
    piece: such a document would state what nobody decided.
    """
    awarded.require_one_piece(reservation)
    return _composed(awarded, reservation, _constant(awarded))


def _constant(awarded: Awarded) -> _Constant:
    return _Constant(
        awarded.organisation,
        awarded.achievement,
        [CONTEXT, schemas.vocabulary_context()],
        _issuer(awarded.organisation, awarded.achievement.language),
        _achievement(awarded),
    )


def _composed(awarded: Awarded, reservation: Reservation, constant: _Constant) -> Draft:
    language = awarded.achievement.language
    document = vcdm2.envelope(
        reservation.credential_id,
        contexts=constant.contexts,
        types=["OpenBadgeCredential"],
        issuer=constant.issuer,
        valid_from=reservation.valid_from,
        valid_until=awarded.award.valid_until,
    )
    document["awardedDate"] = f"{awarded.award.awarded_on.isoformat()}T00:00:00Z"
    document["name"] = awarded.achievement.title.get(language)
    document["inLanguage"] = language
    document["credentialSubject"] = _subject(awarded, reservation.salt, constant.stated)
    if awarded.result.stack:
        _state_stack(document, awarded, stack=awarded.result.stack)
    if awarded.result.evidence:
        document["evidence"] = _evidence(awarded.result)
    document["credentialStatus"] = vcdm2.credential_status(reservation.slot)
    if reservation.slot.suspension_list is None:
        # A document with two status entries breaks this schema (see vcdm2.credential_status),
        # so it does not claim to follow it.
        document["credentialSchema"] = {"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}
    return Draft(document)


def _state_stack(document: dict[str, Any], awarded: Awarded, *, stack: Stack) -> None:
    document["@context"] = [*document["@context"], schemas.stacking_context()]
    document["credentialSubject"][stacked.TERM] = stacked.compose(
        stack,
        credential_id=document["id"],
        base_url=awarded.base_url,
        language=awarded.achievement.language,
    )


def number(value: Decimal) -> int | float:
    """A JSON number: an integer where it is one."""
    return int(value) if value == value.to_integral_value() else float(value)


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
    return profile | _image(organisation.logo)


def _image(png: str | None) -> dict[str, Any]:
    # OB 3.0 Image: an address or a data URI. An address can die or change under the signature,
    # so a small picture is carried along and a large one is left to the pages.
    if png is None or len(png) > _MOST_PICTURE:
        return {}
    return {"image": {"id": f"data:image/png;base64,{png}", "type": "Image"}}


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


def _subject(awarded: Awarded, salt: str, achievement: Json) -> dict[str, Any]:
    learner = awarded.result.learner
    subject: dict[str, Any] = {"id": learner.did} if learner.did else {}
    subject["type"] = ["AchievementSubject"]
    subject["identifier"] = _identity(learner, salt)
    if (credits_ := _credits(awarded)) is not None:
        subject["creditsEarned"] = number(credits_)
    subject["result"] = [_result(awarded)]
    subject["achievement"] = achievement
    return subject


def _credits(awarded: Awarded) -> Decimal | None:
    # What was earned is the sum of the parts, each counted once.
    stack = awarded.result.stack
    return stack.ects if stack and stack.ects else awarded.achievement.ects


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
    nodes = []
    for item in result.evidence:
        node: dict[str, Any] = {"id": item.url, "type": ["Evidence"], "name": item.title}
        if item.sha256:
            # VCDM 2.0 §5.3: digestSRI, here over the linked bytes.
            digest = base64.b64encode(bytes.fromhex(item.sha256)).decode("ascii")
            node["digestSRI"] = f"sha256-{digest}"
        nodes.append(node)
    return nodes


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
    if offering.isced_f:
        fields = schemas.code_list("isced_f")
        node["fieldOfStudy"] = "; ".join(fields.by_key(k).label() for k in offering.isced_f)
    if alignment := _alignment(offering):
        node["alignment"] = alignment
    return (
        node
        | _image(offering.picture)
        | extended(awarded.achievement, awarded.organisation, address=awarded.achievement_url)
    )


def _narrative(offering: Achievement) -> str:
    language = offering.language
    lines = [f"- {outcome.text.get(language)}" for outcome in offering.learning_outcomes]
    if offering.assessment_note:
        lines += ["", offering.assessment_note.get(language)]
    return "\n".join(lines) or offering.description.get(language)


def _scheme(awarded: Awarded) -> str | None:
    return awarded.result.grade.scheme if awarded.result.grade else None


def _result_description(awarded: Awarded) -> dict[str, Any]:
    scheme = _scheme(awarded)
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
        found[concept("eqf", level)] = {
            "type": ["Alignment"],
            "targetName": f"EQF level {level}",
            "targetCode": level,
            "targetUrl": concept("eqf", level),
            "targetFramework": "European Qualifications Framework",
            "targetType": "ext:EQF",
        }
    for target in offering.stacking.towards if offering.stacking else ():
        if target.link:
            found[target.link] = {
                "type": ["Alignment"],
                "targetName": target.title.get(offering.language),
                "targetUrl": target.link,
                "targetType": "ceterms:Credential",
            } | ({"targetFramework": target.awarding_body} if target.awarding_body else {})
    return list(found.values())
