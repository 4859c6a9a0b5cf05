"""What a European Digital Credential says, by whoever made it, as a portrait for pages.

ELM 3.2, application profile EDC: one value or several, language maps. What we wrote ourselves is
read back whole: notes whose subject is a term of our vocabulary. The document is UNVERIFIED and may
be hostile: nothing raises, links are https or absent.
"""

import re
from collections.abc import Mapping
from typing import Any

import schemas
from issuer.formats.elm3.claim import BADGE_TITLE, PASS
from issuer.formats.elm3.literals import hours
from issuer.formats.elm3.nodes import OWN
from issuer.formats.said import (
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
    text,
)
from issuer.model.achievement import Cycle, StackingMode, Tier
from schemas.library import UnknownDocument

Json = Mapping[str, Any]
_HASHED = re.compile(r"(.*) \(SHA-256 ([0-9a-f]{64})\)", re.DOTALL)
_EQF = re.compile(r"http://data\.europa\.eu/snb/eqf/([1-8])")
_COUNTRY = "http://publications.europa.eu/resource/authority/country/"


def award_url(document: Json) -> str | None:
    """The public address of the same award as an Open Badge, where the document names it."""
    for one in mappings(document.get("identifier")):
        if one.get("schemeName") == "Open Badges 3.0":
            return text(one.get("notation"))
    return None


def portrait(document: Json) -> Portrait:
    """Read what ``document`` says; never raises on JSON, however hostile. UNVERIFIED."""
    subject = mapping(document.get("credentialSubject"))
    claim = claim_of(subject)
    offer = mapping(claim.get("specifiedBy"))
    tongue = tongue_of(document)
    said: dict[str, Any] = {
        **_envelope(document, subject, claim, tongue),
        **_issuer(document.get("issuer"), tongue),
        **_offering(offer, tongue),
        **_scope(claim, offer, tongue),
        **_learning(claim, offer, tongue),
        **_assessment(claim, tongue),
        **_course(document, claim, offer, tongue),
    }
    return Portrait(**said, **counted(said)._asdict())


def claim_of(subject: Json) -> Json:
    """What was achieved, among what is claimed; else the first claim."""
    claims = mappings(subject.get("hasClaim"))
    achieved = (c for c in claims if "LearningAchievement" in listed(c.get("type")))
    return next(achieved, next(iter(claims), {}))


def tongue_of(document: Json) -> str:
    """The language that is read first: the display's, as name and title write it."""
    display = mapping(document.get("displayParameter"))
    subject = mapping(document.get("credentialSubject"))
    claim = claim_of(subject)
    iri = mapping(display.get("primaryLanguage")).get("id")
    try:
        wanted = schemas.code_list("language").by_iri(iri).key if isinstance(iri, str) else "en"
    except UnknownDocument:
        wanted = "en"
    tags = [*mapping(subject.get("fullName")), *mapping(claim.get("title"))]
    return next((t for t in tags if t.partition("-")[0].lower() == wanted), wanted)


def said_in(value: object, tongue: str) -> str | None:
    """The text of a language map: in ``tongue``, else in its base language, else the first."""
    texts = mapping(value)
    base = tongue.partition("-")[0]
    for tag in (tongue, *(tag for tag in texts if tag.partition("-")[0] == base), *texts):
        if (found := text(texts.get(tag))) is not None:
            return found
    return text(value) if isinstance(value, str) else None


def _literal(value: object, tongue: str) -> str | None:
    return said_in(mapping(value).get("noteLiteral"), tongue)


def _envelope(document: Json, subject: Json, claim: Json, tongue: str) -> dict[str, Any]:
    display = mapping(document.get("displayParameter"))
    names = [said_in(subject.get(n), tongue) for n in ("givenName", "familyName")]
    awarded = mapping(claim.get("awardedBy")).get("awardingDate")
    return {
        "credential_id": text(document.get("id")),
        "title": said_in(claim.get("title"), tongue) or said_in(display.get("title"), tongue),
        "language": tongue,
        "learner_name": said_in(subject.get("fullName"), tongue)
        or " ".join(n for n in names if n)
        or None,
        "valid_from": moment(document.get("validFrom") or document.get("issuanceDate")),
        "valid_until": moment(document.get("validUntil") or document.get("expirationDate")),
        "awarded_on": day(awarded),
    }


def _issuer(value: object, tongue: str) -> dict[str, Any]:
    issuer = mapping(value)
    location = mapping(issuer.get("location"))
    country = mapping(mapping(location.get("address")).get("countryCode")).get("id")
    dids = [
        i.get("notation")
        for i in mappings(issuer.get("identifier"))
        if i.get("schemeName") == "DID"
    ]
    eidas = mapping(issuer.get("eIDASIdentifier")).get("notation")
    return {
        "issuer_id": text(dids) or text(eidas) or text(issuer.get("id")),
        "issuer_name": said_in(issuer.get("legalName"), tongue),
        "issuer_url": link(mapping(issuer.get("homepage")).get("contentURL")),
        "country": _country(country),
        "region": said_in(location.get("description"), tongue),
        "locality": said_in(location.get("geographicName"), tongue),
    }


def _country(iri: object) -> str | None:
    try:
        return schemas.code_list("country").by_iri(str(iri)).key
    except UnknownDocument:
        return text(str(iri).removeprefix(_COUNTRY)) if isinstance(iri, str) else None


def _offering(offer: Json, tongue: str) -> dict[str, Any]:
    pages = [i for i in mappings(offer.get("identifier")) if i.get("schemeName") == "Achievement"]
    address = link(pages[0].get("notation")) if pages else None
    version = re.search(r"/v/(\d{1,6})$", address or "", re.ASCII)
    return {
        "description": said_in(offer.get("description"), tongue),
        "narrative": None,
        "achievement_url": address,
        "achievement_version": version[1] if version else None,
        # ELM has no such class; a short learning programme is what the Commission's samples are.
        "is_microcredential": any(
            _is(kind, "learning_opportunity", "short_programme")
            for kind in mappings(offer.get("dcType"))
        ),
    }


def _is(node: Json, name: str, key: str) -> bool:
    return bool(node.get("id") == schemas.code_list(name).by_key(key).iri)


def _scope(claim: Json, offer: Json, tongue: str) -> dict[str, Any]:
    credit = mapping(claim.get("creditReceived") or offer.get("creditPoint"))
    level = _EQF.fullmatch(str(mapping(offer.get("eqfLevel")).get("id")))
    cycle = str(mapping(offer.get("educationLevel")).get("id"))
    towards = [said_in(part.get("title"), tongue) for part in mappings(offer.get("isPartOf"))]
    own = _own_notes(offer)
    activity = mapping(claim.get("influencedBy"))
    spent = (
        offer.get("volumeOfLearning"),
        activity.get("workload"),
        mapping(activity.get("specifiedBy")).get("volumeOfLearning"),
    )
    mode = next((m for m in StackingMode if str(m) in own), None)
    return {
        "workload_hours": next((found for said in spent if (found := _hours(said))), None),
        "ects": number(credit.get("point"))
        if _is(mapping(credit.get("framework")), "credit", "ects")
        else None,
        "eqf": int(level[1]) if level else None,
        "national_level": _said(own, "nationalLevel", tongue),
        "cycle": {f"{OWN}{c}-cycle": c for c in Cycle}.get(cycle),
        "level_not_applicable": "levelNotApplicable" in own,
        "tier": next((t for t in Tier if str(t) in own), None),
        # Others name what it is part of, and no mode.
        "stacking": mode or (StackingMode.STACKABLE if any(towards) else None),
        "stackable_towards": tuple(t for t in towards if t),
        "isced": _concepts(offer.get("thematicArea"), "isced_f", tongue),
    }


def _own_notes(*places: Json) -> dict[str, Json]:
    """Notes about a term of our vocabulary, by the term."""
    found: dict[str, Json] = {}
    for place in places:
        for one in mappings(place.get("additionalNote")):
            about = mapping(one.get("subject")).get("id")
            if isinstance(about, str) and about.startswith(OWN):
                found.setdefault(about.removeprefix(OWN), one)
    return found


def _said(notes: Mapping[str, Json], term: str, tongue: str) -> str | None:
    return _literal(notes.get(term), tongue)


def _hours(value: object) -> str | None:
    found = hours(value)
    return number(str(round(found, 2))) if found is not None else None


def _concepts(value: object, name: str, tongue: str) -> tuple[Said, ...]:
    return tuple(_concept(node, name, tongue) for node in mappings(value))


def _concept(node: Json, name: str, tongue: str) -> Said:
    iri = text(node.get("id"))
    try:
        found = schemas.code_list(name).by_iri(iri or "")
    except UnknownDocument:
        # What the EU list does not know is shown as it was written.
        return Said(said_in(node.get("prefLabel"), tongue) or iri or "", identifier(iri))
    return Said(found.label(), found.iri)


def _learning(claim: Json, offer: Json, tongue: str) -> dict[str, Any]:
    activity = mapping(mapping(claim.get("influencedBy")).get("specifiedBy"))
    return {
        "can_do": _literal(offer.get("learningOutcomeSummary"), tongue),
        "outcomes": tuple(
            OutcomeSaid(title, _kind(node), _skills(node, tongue))
            for node in mappings(offer.get("learningOutcome"))
            if (title := said_in(node.get("title"), tongue))
        ),
        "prerequisites": _literal(offer.get("entryRequirement"), tongue),
        "syllabus": tuple(
            UnitSaid(
                title,
                said_in(unit.get("description"), tongue),
                _hours(unit.get("volumeOfLearning")),
            )
            for unit in mappings(activity.get("hasPart"))
            if (title := said_in(unit.get("title"), tongue))
        ),
        "syllabus_version": _said(_own_notes(offer), "syllabusVersion", tongue),
    }


def _kind(node: Json) -> str | None:
    kind = mapping(node.get("dcType"))
    return next((k for k in ("knowledge", "skill") if _is(kind, "skill_type", k)), None)


def _skills(node: Json, tongue: str) -> tuple[Said, ...]:
    skills = (*mappings(node.get("relatedESCOSkill")), *mappings(node.get("relatedSkill")))
    iris = [(skill, text(skill.get("id"))) for skill in skills]
    return tuple(
        Said(said_in(s.get("prefLabel"), tongue) or iri, identifier(iri)) for s, iri in iris if iri
    )


def _assessment(claim: Json, tongue: str) -> dict[str, Any]:
    done = mapping(claim.get("provenBy"))
    plan = mapping(done.get("specifiedBy"))
    own = _own_notes(done)
    checked = next(iter(_concepts(done.get("idVerification"), "supervision", tongue)), None)
    here = "identityVerified" in own
    scheme = said_in(mapping(plan.get("gradingScheme")).get("title"), tongue)
    grade = mapping(mapping(done.get("grade")).get("noteLiteral"))
    return {
        "assessment_types": _concepts(
            done.get("dcType") or plan.get("dcType"), "assessment", tongue
        ),
        "assessment_note": _said(own, "assessmentNote", tongue),
        "supervision": _planned(done, tongue) if here else checked,
        "identity_verified": checked if here else None,
        # "Pass" in every language is what stands where no grade was given.
        "grade": None if grade == PASS else said_in(grade, tongue),
        "grading_scheme": scheme,
        "assessor": _said(own, "assessor", tongue),
        "evidence": tuple(
            _evidence(node, tongue)
            for node in mappings(claim.get("supplementaryDocument"))
            if mapping(node.get("title")) != BADGE_TITLE
        ),
    }


def _planned(done: Json, tongue: str) -> Said | None:
    """How identity was to be checked, where this one assessment was done otherwise."""
    lists = schemas.code_list("supervision")
    for one in mappings(done.get("additionalNote")):
        subject = mapping(one.get("subject"))
        if mapping(subject.get("inScheme")).get("id") == lists.scheme:
            return _concept(subject, "supervision", tongue)
    return None


def _evidence(node: Json, tongue: str) -> EvidenceSaid:
    title = said_in(node.get("title"), tongue)
    found = _HASHED.fullmatch(title or "")
    url = link(node.get("contentURL"))
    return EvidenceSaid(found[1], url, found[2]) if found else EvidenceSaid(title, url, None)


def _course(document: Json, claim: Json, offer: Json, tongue: str) -> dict[str, Any]:
    activity = mapping(mapping(claim.get("influencedBy")).get("specifiedBy"))
    body = mapping(mapping(claim.get("awardedBy")).get("awardingBody")) or mapping(
        document.get("issuer")
    )
    own = _own_notes(offer, activity)
    quality = mappings(offer.get("accreditation")) or mappings(body.get("accreditation"))
    kinds = ("synchronous", "asynchronous", "mixed")
    schedule = next((kind for kind in kinds if kind in own), None)
    return {
        "participation": _concepts(
            offer.get("mode") or activity.get("mode"), "participation", tongue
        ),
        "schedule": Said(schedule, f"{OWN}{schedule}") if schedule else None,
        "schedule_note": _said(own, "scheduleNote", tongue),
        "quality": tuple(_quality(node, tongue) for node in quality),
        "instruction_languages": _languages(offer.get("language")),
        "further_information": _said(own, "furtherInformation", tongue) or _note(offer, tongue),
        "course_url": link(mapping(offer.get("homepage")).get("contentURL")),
        "fee": _said(own, "feeStatement", tongue),
    }


def _note(offer: Json, tongue: str) -> str | None:
    """The first note about nothing in particular, as others write them."""
    plain = (one for one in mappings(offer.get("additionalNote")) if not one.get("subject"))
    return next((found for one in plain if (found := _literal(one, tongue))), None)


def _quality(node: Json, tongue: str) -> QualitySaid:
    kind = _concept(mapping(node.get("dcType")), "quality", tongue)
    title, labels = node.get("title"), mapping(node.get("dcType")).get("prefLabel")
    return QualitySaid(
        type_label=kind.label or "quality assurance of a type that is not stated",
        agency=said_in(mapping(node.get("accreditingAgent")).get("legalName"), tongue),
        # Where no decision is stated, the title is the name of the type.
        decision=said_in(title, tongue) if title != labels else None,
        valid_from=day(node.get("dateIssued")),
        valid_until=day(node.get("expiryDate")),
        link=link(mapping(node.get("landingPage")).get("contentURL")),
    )


def _languages(value: object) -> tuple[str, ...]:
    known = {c.iri: c.key for c in schemas.code_list("language").concepts}
    named = (text(node.get("id")) for node in mappings(value))
    return tuple(known.get(iri, iri) for iri in named if iri)
