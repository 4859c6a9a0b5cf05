"""Courses: the page of an achievement in one version and one language, and its place in a list.

Council Recommendation 2022/C 243/02 Annex I; Open Badges 3.0 Achievement.criteria points to
``#criteria`` of this page, a result description to ``#result``. What the sealed document has no
room for, the other languages, is here.
"""

import schemas
from issuer.formats.said import OutcomeSaid, Said
from issuer.model.achievement import Achievement, Level
from issuer.model.annex1 import Stated, completeness
from issuer.model.organisation import Accreditation, Organisation
from issuer.model.texts import LangText
from issuer.services.present import claims, numbers, words
from issuer.services.present.views import (
    AchievementView,
    Choice,
    Claims,
    CourseTile,
    Number,
    Pair,
    SyllabusView,
    TermView,
    UnitView,
    Words,
)

_GRADING = (
    "A credential is awarded to whoever passed the assessment above. Where a grade was given, the "
    "credential states it together with its scheme; where none was, it says that the assessment "
    "was passed."
)


def course(
    achievement: Achievement,
    organisation: Organisation,
    *,
    versions: tuple[int, ...],
    language: str | None,
) -> AchievementView:
    """One version of an achievement; ``language`` is what the reader asked for, if anything."""
    tag = _language(achievement, language)
    path = f"/achievements/{achievement.slug}"
    newest = max(versions, default=achievement.version)
    stated = Stated(achievement, organisation)
    title = achievement.title.get(tag)
    return AchievementView(
        claims=_claims(achievement, organisation, tag=tag),
        issuer=organisation.legal_name.get("en"),
        place=words.place(
            locality=organisation.address.locality,
            region=organisation.region,
            stated=organisation.country,
        ),
        version=str(achievement.version),
        newest_href=f"{path}/v/{newest}" if newest > achievement.version else "",
        versions=tuple(
            Choice(f"version {n}", "", f"{path}/v/{n}", n == achievement.version)
            for n in sorted(versions, reverse=True)
        ),
        languages=_languages(achievement, path=path, tag=tag),
        homepage=achievement.homepage or "",
        address=f"{path}/v/{achievement.version}",
        grading=_GRADING,
        elements=tuple(completeness(stated).missing),
        page_description=f"{title}: {', '.join(_line(achievement))}.",
    )


def tile(achievement: Achievement) -> CourseTile:
    """A course in the list of courses: in English where it has that, else in its own language."""
    step = achievement.stacking.tier if achievement.stacking else None
    text = achievement.can_do or achievement.description
    both = set(achievement.title.languages) & set(text.languages)
    language = "en" if "en" in both else achievement.language
    return CourseTile(
        title=achievement.title.get(language),
        language=language,
        text=text.get(language),
        href=f"/achievements/{achievement.slug}",
        tier=step.number if step else 0,
        tier_name=words.opened(f"tier {step.number}, {step}") if step else "",
        line=" · ".join(part for part in _line(achievement) if not part.startswith("Tier")),
    )


def vocabulary() -> tuple[TermView, ...]:
    """Our own vocabulary, term by term."""
    return tuple(
        TermView(t.name, t.iri, t.label, t.comment, t.exact_match or "")
        for t in schemas.vocabulary_terms()
    )


def _language(achievement: Achievement, asked: str | None) -> str:
    own = achievement.title.languages
    return asked if asked in own else own[0]


def _languages(achievement: Achievement, *, path: str, tag: str) -> tuple[Choice, ...]:
    address = f"{path}/v/{achievement.version}"
    return tuple(
        Choice(words.language(own), own, f"{address}?lang={own}", own == tag)
        for own in achievement.title.languages
    )


def _claims(achievement: Achievement, organisation: Organisation, *, tag: str) -> Claims:
    step = achievement.stacking
    return Claims(
        language=tag,
        title=achievement.title.get(tag),
        tier=step.tier.number if step else 0,
        numbers=_numbers(achievement),
        description=achievement.description.get(tag),
        narrative=_text(achievement.assessment_note, tag),
        can_do=_text(achievement.can_do, tag),
        outcomes=tuple(
            OutcomeSaid(o.text.get(tag), str(o.kind), tuple(Said(s.label, s.iri) for s in o.skills))
            for o in achievement.learning_outcomes
        ),
        learned=_learned(achievement, tag),
        syllabus=_syllabus(achievement, tag),
        evidence=(),
        leads=tuple(t.title.get(tag) for t in step.towards) if step else (),
        stacking=claims.STACKING[step.mode] if step else "",
        quality=tuple(
            _quality(a) for a in (achievement.quality_assurance or organisation.accreditations)
        ),
        further=_text(achievement.further_information, tag),
    )


def _text(text: LangText | None, tag: str) -> str:
    return text.get(tag) if text else ""


def _numbers(achievement: Achievement) -> tuple[Number, ...]:
    level = achievement.level or Level(not_applicable=True)
    step = numbers.tier(achievement.stacking.tier if achievement.stacking else None)
    return (
        numbers.work(achievement.workload_hours),
        numbers.credit(achievement.ects),
        numbers.level(
            level.eqf,
            national=level.national,
            cycle=level.cycle,
            not_applicable=level.not_applicable and achievement.level is not None,
        ),
        *((step,) if step else ()),
    )


def _learned(achievement: Achievement, tag: str) -> tuple[Pair, ...]:
    schedule = claims.SCHEDULE.get(str(achievement.schedule), "")
    rows = (
        ("Assessment", _concepts("assessment", achievement.assessment_types)),
        (
            "Supervision",
            _concepts("supervision", (achievement.supervision,)) if achievement.supervision else (),
        ),
        (
            "Participation",
            (
                *_concepts("participation", achievement.participation),
                *((Words(schedule),) if schedule else ()),
                *claims.in_their_words(_text(achievement.schedule_note, tag)),
            ),
        ),
        ("Taught in", tuple(Words(words.language(t)) for t in achievement.languages)),
        ("Asked before", claims.in_their_words(_text(achievement.prerequisites, tag))),
        ("Field", _concepts("isced_f", achievement.isced_f)),
        ("Fee", _fee(achievement)),
        ("Valid for", _validity(achievement)),
    )
    return tuple(claims.row(term, values) for term, values in rows if values)


def _concepts(name: str, keys: tuple[str, ...]) -> tuple[Words, ...]:
    # The interface speaks English; so do the labels of the EU lists.
    concepts = schemas.code_list(name)
    return tuple(Words(concepts.by_key(key).label()) for key in keys)


def _fee(achievement: Achievement) -> tuple[Words, ...]:
    if achievement.fee is None:
        return ()
    fee = achievement.fee
    if not fee.amount:
        return (Words("free of charge"),)
    return (Words(f"{words.plain(fee.amount)} {fee.currency}, as stated by the university"),)


def _validity(achievement: Achievement) -> tuple[Words, ...]:
    months = achievement.valid_months
    return (Words(f"{months} months from the award"),) if months else ()


def _quality(stated: Accreditation) -> Pair:
    concept = schemas.code_list("quality").by_key(stated.type)
    return claims.quality_row(
        concept.label(),
        agency=stated.agency,
        decision=stated.decision,
        until=stated.valid_until,
        link=stated.link,
    )


def _syllabus(achievement: Achievement, tag: str) -> SyllabusView | None:
    syllabus = achievement.syllabus
    if syllabus is None:
        return None
    units = tuple(
        UnitView(u.title.get(tag), _text(u.text, tag), words.plain(u.hours) if u.hours else "")
        for u in syllabus.units
    )
    return SyllabusView(
        units=units,
        total=claims.total(tuple(unit.hours for unit in units)),
        version=syllabus.version,
        href=None,
        digest=syllabus.digest,
    )


def _line(achievement: Achievement) -> tuple[str, ...]:
    return numbers.line(
        stated=achievement.stacking.tier if achievement.stacking else None,
        hours=achievement.workload_hours,
        ects=achievement.ects,
        eqf=achievement.level.eqf if achievement.level else None,
    )
