"""What a document says, for pages and people: its claims in one flat picture, whoever signed it.

Reads Open Badges 3.0 (https://www.imsglobal.org/spec/ob/v3p0/) on VCDM 2.0 or 1.1 and, where our
context stands in the document, our own vocabulary; hands European Digital Credentials on to
`issuer.formats.elm3`. Counts the elements of Annex I of the Council Recommendation 2022/C 243/02.
The document is UNVERIFIED and may be hostile: nothing raises, links are https or absent. Texts are
not escaped, and bidirectional controls stay: pages isolate them.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import schemas
from issuer.formats import elm3
from issuer.formats.said import (
    Elements,
    EvidenceSaid,
    OutcomeSaid,
    Portrait,
    QualitySaid,
    Said,
    UnitSaid,
    counted,
)
from issuer.formats.tolerant import (
    day,
    identifier,
    link,
    listed,
    mapping,
    mappings,
    moment,
    number,
    sha256_hex,
    text,
    texts,
)
from issuer.jsonld.kept import MOST_SHAPES, Kept
from issuer.jsonld.shapes import TakeApart
from issuer.model.achievement import Cycle, StackingMode, Tier

Json = Mapping[str, Any]
_CYCLES = {f"{c}-cycle": c for c in Cycle}
_TIERS = {str(t): t for t in Tier}
_STACKING = {str(m): m for m in StackingMode}
_STATED = Kept[Mapping[str, bool]](most=MOST_SHAPES, most_bytes=hashlib.sha256().digest_size)


class _Parts(NamedTuple):
    """A document taken apart; ``terms`` and ``own`` are empty where our vocabulary is not there."""

    document: Json
    subject: Json
    achievement: Json
    terms: Json
    """Our terms of the achievement."""
    own: Json
    """Our terms of the result."""


def portrait(document: Json) -> Portrait:
    """Read what ``document`` says; never raises on JSON, however hostile. UNVERIFIED."""
    if elm3.is_edc(document):
        return elm3.portrait(document)
    parts = _taken_apart(document)
    asked = {**_alike(parts), **_differing(document)}
    besides = {
        **_envelope(parts),
        **_issuer(document.get("issuer")),
        **_offering(parts.achievement),
        **_learning(parts),
        **_assessment(parts),
        **_course(parts.terms),
    }
    return Portrait(**asked, **besides, **counted(asked)._asdict())


def elements(document: Json, *, apart: TakeApart | None = None) -> Elements | None:
    """Those that a portrait of ``document`` has, no more being read; None: it is not asked of it.

    Annex I asks of what calls itself a micro-credential. ``apart``, at `ob3_shape.VARIABLES`, takes
    it apart without its proof: what all of its shape state is read once.
    """
    if elm3.is_edc(document):
        whole = elm3.portrait(document)
        return whole.elements if whole.is_microcredential else None
    asked = {**_shared(document, apart), **_differing(document)}
    return counted(asked) if asked["is_microcredential"] else None


def _shared(document: Json, apart: TakeApart | None) -> Mapping[str, Any]:
    """`_alike`, or where it was read of a document of this shape, whether each of it is there."""
    shape = apart({k: v for k, v in document.items() if k != "proof"}) if apart else None
    if shape is None:
        return _alike(_taken_apart(document))
    # A digest, so that nothing of a stranger's document stays here.
    digest = hashlib.sha256(shape.key).digest()
    known = _STATED.get(digest)
    if known is None:
        known = {name: bool(found) for name, found in _alike(_taken_apart(document)).items()}
        _STATED.put(digest, known)
    return known


def _taken_apart(document: Json) -> _Parts:
    subject = mapping(document.get("credentialSubject"))
    achievement = mapping(subject.get("achievement"))
    result = mapping(subject.get("result"))
    # Our terms mean what they say only under our own context, which nobody can redefine there.
    if any(map(schemas.is_vocabulary_context, listed(document.get("@context")))):
        return _Parts(document, subject, achievement, achievement, result)
    return _Parts(document, subject, achievement, {}, {})


def _differing(document: Json) -> dict[str, Any]:
    """What Annex I asks for and documents of one shape may state or not (`ob3_shape`)."""
    subject = mapping(document.get("credentialSubject"))
    return {
        "learner_name": _learner_name(subject),
        "awarded_on": day(document.get("awardedDate")),
        "valid_from": moment(document.get("validFrom") or document.get("issuanceDate")),
        "grade": text(mapping(subject.get("result")).get("value")),
    }


def _alike(parts: _Parts) -> dict[str, Any]:
    """What else Annex I asks for, and whether it is asked at all."""
    document, achievement, terms = parts.document, parts.achievement, parts.terms
    issuer = mapping(document.get("issuer"))
    address = mapping(issuer.get("address"))
    return {
        "is_microcredential": achievement.get("achievementType") == "MicroCredential",
        "title": text(achievement.get("name")) or text(document.get("name")),
        "country": text(address.get("addressCountryCode")) or text(address.get("addressCountry")),
        "region": text(address.get("addressRegion")),
        "issuer_name": text(issuer.get("name")),
        "outcomes": _outcomes(achievement, terms),
        "ects": number(parts.subject.get("creditsEarned") or achievement.get("creditsAvailable")),
        "workload_hours": number(terms.get("workloadHours")),
        "eqf": _eqf(achievement, terms),
        "national_level": text(terms.get("nationalLevel")),
        "cycle": _own(terms.get("cycle"), _CYCLES),
        "level_not_applicable": terms.get("levelNotApplicable") is True,
        "assessment_types": _concepts("assessment", terms.get("assessmentType")),
        "participation": _concepts("participation", terms.get("participation")),
        "quality": tuple(_quality(q) for q in mappings(terms.get("qualityAssurance"))),
        "prerequisites": text(terms.get("prerequisites")),
        "supervision": _one("supervision", terms.get("supervision")),
        "identity_verified": _one("supervision", parts.own.get("identityVerified")),
        "stacking": _own(terms.get("stacking"), _STACKING),
        "further_information": text(terms.get("furtherInformation")),
    }


def _envelope(parts: _Parts) -> dict[str, Any]:
    document = parts.document
    return {
        "credential_id": text(document.get("id")),
        "language": text(document.get("inLanguage")) or text(parts.achievement.get("inLanguage")),
        "valid_until": moment(document.get("validUntil") or document.get("expirationDate")),
    }


def _learner_name(subject: Json) -> str | None:
    # OB 3.0 IdentityObject: a name in clear is not hashed and has the type name.
    for identity in mappings(subject.get("identifier")):
        if identity.get("identityType") == "name" and identity.get("hashed") is not True:
            return text(identity.get("identityHash"))
    return text(subject.get("name"))


def _issuer(value: object) -> dict[str, Any]:
    issuer = mapping(value)
    address = mapping(issuer.get("address"))
    return {
        "issuer_id": text(issuer.get("id")) or text(value),
        "issuer_url": link(issuer.get("url")),
        "locality": text(address.get("addressLocality")),
    }


def _offering(achievement: Json) -> dict[str, Any]:
    criteria = mapping(achievement.get("criteria"))
    return {
        "description": text(achievement.get("description")),
        "narrative": text(criteria.get("narrative")),
        "achievement_url": link(achievement.get("id")),
        "achievement_version": text(achievement.get("version")),
    }


def _eqf(achievement: Json, terms: Json) -> int | None:
    said = [terms.get("eqfLevel")]
    said += [a.get("targetUrl") for a in mappings(achievement.get("alignment"))]
    levels = schemas.code_list("eqf")
    for iri in said:
        if isinstance(iri, str) and iri in levels.iris:
            return int(levels.by_iri(iri).key)
    return None


def _own(value: object, meanings: Mapping[str, Any]) -> Any:
    found = text(value) or ""
    return meanings.get(found.removeprefix(schemas.VOCABULARY))


def _concepts(name: str, value: object) -> tuple[Said, ...]:
    return tuple(_concept(name, said) for said in texts(value))


def _concept(name: str, said: str) -> Said:
    found = schemas.code_list(name).iris.get(said)
    if found is None:
        # What the EU list does not know is shown as it was written.
        return Said(said, identifier(said))
    return Said(found.label(), found.iri)


def _one(name: str, value: object) -> Said | None:
    return next(iter(_concepts(name, value)), None)


def _outcomes(achievement: Json, terms: Json) -> tuple[OutcomeSaid, ...]:
    labels = {
        a.get("targetUrl"): text(a.get("targetName"))
        for a in mappings(achievement.get("alignment"))
        if isinstance(a.get("targetUrl"), str)
    }
    outcomes = tuple(
        OutcomeSaid(said, _outcome_kind(node), _skills(node.get("skill"), labels))
        for node in mappings(terms.get("learningOutcome"))
        if (said := text(node.get("outcomeText")))
    )
    return outcomes or _aligned_outcomes(achievement)


def _learning(parts: _Parts) -> dict[str, Any]:
    terms = parts.terms
    return {
        "can_do": text(terms.get("canDo")),
        "tier": _own(terms.get("tier"), _TIERS),
        "stackable_towards": texts(terms.get("stackableTowards")),
        "isced": _concepts("isced_f", terms.get("iscedField")),
        "syllabus": tuple(
            UnitSaid(title, text(unit.get("unitText")), number(unit.get("unitHours")))
            for unit in mappings(terms.get("syllabus"))
            if (title := text(unit.get("unitTitle")))
        ),
        "syllabus_version": text(terms.get("syllabusVersion")),
    }


def _outcome_kind(node: Json) -> str | None:
    kind = _own(node.get("outcomeKind"), {"knowledge": "knowledge", "skill-outcome": "skill"})
    return kind if isinstance(kind, str) else None


def _skills(value: object, labels: Mapping[Any, str | None]) -> tuple[Said, ...]:
    return tuple(Said(labels.get(iri) or iri, identifier(iri)) for iri in texts(value))


def _aligned_outcomes(achievement: Json) -> tuple[OutcomeSaid, ...]:
    # OB 3.0 has no outcomes of its own; others state them as alignments to competencies.
    return tuple(
        OutcomeSaid(name, None, (Said(name, identifier(a.get("targetUrl"))),))
        for a in mappings(achievement.get("alignment"))
        if text(a.get("targetType")) in {"ceasn:Competency", "CFItem"}
        and (name := text(a.get("targetName")))
    )


def _assessment(parts: _Parts) -> dict[str, Any]:
    return {
        "assessment_note": text(parts.terms.get("assessmentNote")),
        "grading_scheme": text(parts.own.get("gradingScheme")),
        "assessor": text(parts.own.get("assessor")),
        "evidence": tuple(
            EvidenceSaid(
                text(e.get("name")), link(e.get("id")), sha256_hex(text(e.get("digestSRI")))
            )
            for e in mappings(parts.document.get("evidence"))
        ),
    }


def _course(terms: Json) -> dict[str, Any]:
    schedule = text(terms.get("schedule"))
    return {
        "schedule": Said(schedule.removeprefix(schemas.VOCABULARY), identifier(schedule))
        if schedule
        else None,
        "schedule_note": text(terms.get("scheduleNote")),
        "instruction_languages": texts(terms.get("instructionLanguage")),
        "course_url": link(terms.get("courseHomepage")),
        "fee": text(terms.get("feeStatement")),
    }


def _quality(node: Json) -> QualitySaid:
    kind = _one("quality", node.get("qualityType"))
    return QualitySaid(
        type_label=kind.label if kind else "quality assurance of a type that is not stated",
        agency=text(node.get("agency")),
        decision=text(node.get("decision")),
        valid_from=day(node.get("qualityFrom")),
        valid_until=day(node.get("qualityUntil")),
        link=link(node.get("evidenceLink")),
    )
