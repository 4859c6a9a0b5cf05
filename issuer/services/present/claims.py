"""What a credential states, as rows for a page: nothing is confirmed by standing here.

Council Recommendation 2022/C 243/02 Annex I names what an employer wants to read. Reads a
portrait of a document (`credential_claims`); `course.py` does the same from an achievement.
"""

import datetime as dt
from dataclasses import replace

from issuer.formats.said import Portrait, QualitySaid, Said, UnitSaid
from issuer.model.achievement import StackingMode
from issuer.services.present import numbers, words
from issuer.services.present.views import Claims, Number, Pair, SyllabusView, UnitView, Words

STACKING = {
    StackingMode.STANDALONE: "It stands alone.",
    StackingMode.STACKABLE: (
        "It can be combined with others into a larger award. It can be held alone and stays valid "
        "alone."
    ),
    StackingMode.INTEGRATED: "It is a part of a larger programme.",
}
SCHEDULE = {
    "synchronous": "at set times",
    "asynchronous": "at times of one’s own choice",
    "mixed": "partly at set times",
}


def credential_claims(said: Portrait, *, achievement_href: str | None) -> Claims:
    """Everything that the document of ``said`` states."""
    return Claims(
        language=words.language_tag(said.language),
        title=said.title or "A credential without a title",
        tier=said.tier.number if said.tier else 0,
        numbers=_numbers(said),
        description=said.description or "",
        narrative=_narrative(said),
        can_do=said.can_do or "",
        outcomes=said.outcomes,
        learned=_learned(said),
        syllabus=_syllabus(said, achievement_href),
        evidence=said.evidence,
        leads=said.stackable_towards,
        stacking=STACKING[said.stacking] if said.stacking else "",
        quality=tuple(quality(q) for q in said.quality),
        further=said.further_information or "",
    )


def unread() -> Claims:
    """Nothing is stated, because nothing could be read."""
    return Claims(
        language="",
        title="Nothing that could be read",
        tier=0,
        numbers=(),
        description="",
        narrative="",
        can_do="",
        outcomes=(),
        learned=(),
        syllabus=None,
        evidence=(),
        leads=(),
        stacking="",
        quality=(),
        further="",
    )


def _narrative(said: Portrait) -> str:
    # Where the criteria only list the outcomes again, they are not printed twice.
    narrative = said.narrative or ""
    repeated = said.outcomes and all(outcome.text in narrative for outcome in said.outcomes)
    return "" if repeated else narrative


def _numbers(said: Portrait) -> tuple[Number, ...]:
    step = numbers.tier(said.tier)
    return (
        numbers.work(words.decimal(said.workload_hours)),
        numbers.credit(words.decimal(said.ects)),
        numbers.level(
            said.eqf,
            national=said.national_level,
            cycle=said.cycle,
            not_applicable=said.level_not_applicable,
        ),
        *((step,) if step else ()),
    )


def _learned(said: Portrait) -> tuple[Pair, ...]:
    supervision = said.identity_verified or said.supervision
    schedule = said.schedule.label if said.schedule else ""
    rows = (
        ("Assessment", (*_labels(said.assessment_types), *in_their_words(said.assessment_note))),
        ("Supervision", _labels((supervision,) if supervision else ())),
        ("Result", (*in_their_words(said.grade), *in_their_words(said.grading_scheme))),
        ("Assessed by", in_their_words(said.assessor)),
        (
            "Participation",
            (
                *_labels(said.participation),
                *((Words(SCHEDULE.get(schedule, schedule)),) if schedule else ()),
                *in_their_words(said.schedule_note),
            ),
        ),
        ("Taught in", tuple(Words(words.language(t)) for t in said.instruction_languages)),
        ("Asked before", in_their_words(said.prerequisites)),
        ("Field", _labels(said.isced)),
        ("Fee", in_their_words(said.fee)),
    )
    return tuple(row(term, values) for term, values in rows if values)


def row(term: str, values: tuple[Words, ...]) -> Pair:
    """A row whose first word has a capital, unless it is the issuer's own."""
    first, *rest = values
    return Pair(
        term, (first if first.said else replace(first, text=words.opened(first.text)), *rest)
    )


def _labels(concepts: tuple[Said, ...]) -> tuple[Words, ...]:
    # A label of an EU list is ours; what the list does not know is the issuer's word.
    return tuple(Words(c.label, said=c.label == c.iri or c.iri is None) for c in concepts)


def in_their_words(text: str | None) -> tuple[Words, ...]:
    """What the issuer wrote, if anything."""
    return (Words(text, said=True),) if text else ()


def quality(said: QualitySaid) -> Pair:
    """One statement about quality assurance, as a document makes it."""
    return quality_row(
        said.type_label,
        agency=said.agency,
        decision=said.decision,
        until=said.valid_until,
        link=said.link,
    )


def quality_row(
    label: str,
    *,
    agency: str | None,
    decision: str | None,
    until: dt.date | None,
    link: str | None,
) -> Pair:
    """One statement about quality assurance; ``link`` is https."""
    values = (
        *in_their_words(agency),
        *in_their_words(decision),
        *((Words(f"until {words.day(until)}"),) if until else ()),
        *((Words("where to read the decision", href=link),) if link else ()),
    )
    return Pair(words.opened(label), values or (Words("nothing more is stated"),))


def _syllabus(said: Portrait, href: str | None) -> SyllabusView | None:
    if not said.syllabus:
        return None
    return SyllabusView(
        units=tuple(_unit(unit) for unit in said.syllabus),
        total=total(tuple(unit.hours for unit in said.syllabus)),
        version=said.syllabus_version or "",
        href=href,
    )


def _unit(said: UnitSaid) -> UnitView:
    return UnitView(said.title, said.text or "", said.hours or "")


def total(hours: tuple[str | None, ...]) -> str:
    """Sum of the hours; empty where one is missing."""
    values = [words.decimal(one) for one in hours]
    known = [value for value in values if value is not None]
    return words.plain(sum(known[1:], known[0])) if known and len(known) == len(values) else ""
