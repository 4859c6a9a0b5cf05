"""What a sealed document says, as it is printed: from a portrait to the facts of the diploma.

Made from the document alone, so that anybody can make the same pages again and compare them byte
for byte. ISO 32000-2 (the file), our own design (`issuer.render.diploma`). Nothing is verified.
"""

import base64
import datetime as dt
import math
from collections.abc import Sequence
from urllib.parse import urlsplit

import schemas
from issuer.formats import elm3
from issuer.formats.portrait import portrait
from issuer.formats.said import Portrait, QualitySaid, Said
from issuer.formats.tolerant import link, mapping, text
from issuer.model.achievement import StackingMode
from issuer.model.meanings import (
    CREDITS_COUNT_WORK,
    CYCLES,
    HOURS_A_WEEK,
    LEVELS,
    TIER_MEANS,
    TIERS,
    how_demanding,
    tier_in_words,
)
from issuer.render.diploma import Attachment, DiplomaFacts, FactOfFour, Stamp, diploma_pdf
from issuer.verify.report import Json
from schemas.library import UnknownDocument

_PROVES = (
    "Paper proves nothing. Scan the code, or open the address below, and read whether it is "
    "genuine, unchanged and in force today. The file of this document carries the signed data and "
    "can be checked without us."
)
_WORDS = tuple(
    {
        "Micro-credential": (
            "A record of a small piece of learning that was assessed. It is not a degree."
        ),
        "EQF": (
            "The European Qualifications Framework sorts learning into eight levels by how "
            "demanding it is. Level 6 is that of a bachelor’s degree, 7 that of a master’s."
        ),
        "ECTS": "European credits count work. One is 25 to 30 hours; 60 are a full year of study.",
        "Tier": (
            "The university’s own three steps. 1, basic: works with guidance. 2, intermediate: "
            "works without help in familiar situations. 3, professional: leads others and decides "
            "in new situations."
        ),
        "According to the issuer": (
            "The university says so. Whether another body recognises it is for that body to decide."
        ),
    }.items()
)
_DATA_URI = "data:image/png;base64,"
_MOST_LOGO = 90_000


def facts_of(document: Json, *, colour: str) -> DiplomaFacts:
    """What is printed of a document, UNVERIFIED; ``colour`` is that of the institution."""
    said = portrait(document)
    url = public_url(document)
    return DiplomaFacts(
        title=said.title or "A credential without a title",
        name=said.learner_name or "Somebody whose name it does not state",
        institution=said.issuer_name or "An issuer without a name",
        number=url.rpartition("/")[2] or "without a number",
        url=url or None,
        kind=_kind(said),
        when=_day(said.awarded_on or said.valid_from),
        place=said.locality,
        proves=_PROVES,
        sealed=_sealed(said),
        colour=colour,
        tiers=(said.tier.number,) if said.tier else (),
        language=said.language or "en",
        logo=_logo(document),
        facts=tuple(_facts(said)),
        can_do=said.can_do,
        description=said.description,
        outcomes=tuple(outcome.text for outcome in said.outcomes),
        elements=tuple(_elements(said)),
        units=tuple((u.title, f"{u.hours} h" if u.hours else "") for u in said.syllabus),
        together=_together(said),
        syllabus_version=said.syllabus_version,
        evidence=tuple(
            (e.title or "Evidence", f"SHA-256 {e.sha256[:16]}…" if e.sha256 else "")
            for e in said.evidence
        ),
        words=_WORDS,
    )


def public_url(document: Json) -> str:
    """Where the award is shown: the id of an Open Badge, or what a European document refers to."""
    found = elm3.award_url(document) if elm3.is_edc(document) else text(document.get("id"))
    return link(found) or (found if found and found.startswith("http://localhost") else "") or ""


def reprint(document: Json, attachments: Sequence[Attachment], stamp: Stamp) -> bytes:
    """The PDF made again from what is attached to it; raises FieldsInvalid, UnusableInput.

    ``document`` is the attachment of which the pages are made, as JSON.
    """
    said = portrait(document)
    made = said.valid_from or dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    facts = facts_of(document, colour=stamp.colour)
    return diploma_pdf(facts, attachments=attachments, made=made)


def _logo(document: Json) -> bytes | None:
    image = mapping(mapping(document.get("issuer")).get("image"))
    address = text(image.get("id")) or ""
    if not address.startswith(_DATA_URI) or len(address) > _MOST_LOGO:
        return None
    try:
        return base64.b64decode(address.removeprefix(_DATA_URI), validate=True)
    except ValueError:
        return None


def _kind(said: Portrait) -> str:
    what = "Micro-credential" if said.is_microcredential else "Credential"
    return f"{what} · {tier_in_words(said.tier)}" if said.tier else what


def _sealed(said: Portrait) -> str:
    when = f" on {_day(said.valid_from)}" if said.valid_from else ""
    whose = said.issuer_name or "its issuer"
    return f"Sealed electronically by {whose}{when}; no signature by hand is needed."


def _day(day: dt.date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def _facts(said: Portrait) -> Sequence[FactOfFour]:
    found = []
    if said.workload_hours:
        hours = float(said.workload_hours)
        weeks = max(1, math.ceil(hours / HOURS_A_WEEK))
        about = f"Within {weeks} working week{'s' if weeks > 1 else ''} of {HOURS_A_WEEK} hours."
        found.append(
            FactOfFour("weeks", hours, "Work", f"{said.workload_hours} hours", None, about)
        )
    if said.ects:
        big = f"{said.ects} ECTS"
        found.append(FactOfFour("ects", float(said.ects), "Credits", big, None, CREDITS_COUNT_WORK))
    if said.eqf:
        big, small = f"EQF {said.eqf}", f"of {LEVELS}"
        about = f"{how_demanding(said.eqf)}."
        found.append(FactOfFour("eqf", said.eqf, "How demanding", big, small, about))
    if said.tier:
        big, small = f"Tier {said.tier.number}", f"of {TIERS}"
        about = TIER_MEANS[said.tier]
        found.append(FactOfFour("tier", said.tier.number, "Step on the path", big, small, about))
    return found


def _elements(said: Portrait) -> Sequence[tuple[str, str, str]]:
    """The elements of Annex I with what is stated; optional ones only where they are."""
    rows = (
        ("1", "Learner", said.learner_name),
        ("2", "Title", said.title),
        ("3", "Country and region of the issuer", _join(_country(said.country), said.region)),
        ("4", "Awarding body", _join(said.issuer_name, urlsplit(said.issuer_url or "").hostname)),
        ("5", "Date of issuing", _issued(said)),
        ("6", "Learning outcomes", f"{len(said.outcomes)}, listed" if said.outcomes else None),
        ("7", "Notional workload", _workload(said)),
        ("8", "Level and cycle", _level(said)),
        ("9", "Type of assessment", _labels(said.assessment_types, said.assessment_note)),
        ("10", "Form of participation", _labels(said.participation, _how(said))),
        ("11", "Type of quality assurance", "; ".join(_quality(q) for q in said.quality)),
    )
    optional = (
        ("Prerequisites", said.prerequisites),
        ("Supervision and identity", _checked(said)),
        ("Grade", _join(said.grade, said.grading_scheme)),
        ("Stackability", _stacking(said)),
        ("Further information", said.further_information),
    )
    found = [(n, name, value or "not stated") for n, name, value in rows]
    return [*found, *(("opt.", name, value) for name, value in optional if value)]


def _join(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _country(code: str | None) -> str | None:
    try:
        return schemas.code_list("country").by_key(code or "").label()
    except UnknownDocument:
        return code


def _issued(said: Portrait) -> str:
    until = f"valid until {_day(said.valid_until)}" if said.valid_until else "does not expire"
    return f"{_day(said.awarded_on or said.valid_from)}; {until}"


def _workload(said: Portrait) -> str:
    hours = f"{said.workload_hours} hours" if said.workload_hours else None
    return _join(hours, f"{said.ects} ECTS" if said.ects else None)


def _level(said: Portrait) -> str:
    if said.level_not_applicable:
        return "No level applies, according to the issuer"
    eqf = f"EQF level {said.eqf}" if said.eqf else None
    cycle = f"{CYCLES[said.cycle].lower()} (QF-EHEA)" if said.cycle else None
    return _join(eqf, said.national_level, cycle)


def _labels(concepts: Sequence[Said], more: str | None) -> str:
    listed = "; ".join(concept.label for concept in concepts)
    return _end(_capital(listed), more)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _end(sentence: str, more: str | None) -> str:
    return f"{sentence.removesuffix('.')}. {more}" if sentence and more else sentence or more or ""


def _how(said: Portrait) -> str | None:
    languages = ", ".join(said.instruction_languages)
    return _end(said.schedule_note or "", f"Taught in: {languages}" if languages else None) or None


def _quality(stated: QualitySaid) -> str:
    until = f"until {_day(stated.valid_until)}" if stated.valid_until else None
    return _join(_capital(stated.type_label), stated.agency, stated.decision, until)


def _checked(said: Portrait) -> str | None:
    found = said.identity_verified or said.supervision
    return _capital(found.label) if found else None


def _stacking(said: Portrait) -> str | None:
    if said.stackable_towards:
        return f"Stackable towards {'; '.join(said.stackable_towards)}, according to the issuer"
    if said.stacking is StackingMode.STANDALONE:
        return "Stands alone"
    return f"{str(said.stacking).capitalize()}, according to the issuer" if said.stacking else None


def _together(said: Portrait) -> str | None:
    hours = [u.hours for u in said.syllabus]
    if not hours or not all(hours):
        return None
    total = sum(float(h) for h in hours if h)
    return f"{total:g} h"
