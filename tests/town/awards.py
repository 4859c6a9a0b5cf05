"""Awards of every kind, to be composed: the demo university's, the barest, and any (Hypothesis).

Texts stand in any language and script, every list may be empty, every optional field absent.
"""

import datetime as dt
import tomllib
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import strategies as st

import schemas
from issuer.formats.awarded import Awarded
from issuer.model.achievement import (
    Achievement,
    Cycle,
    DocumentFormat,
    Fee,
    LearningOutcome,
    Level,
    OutcomeKind,
    Schedule,
    SkillLink,
    Stacking,
    StackingMode,
    StackTarget,
    Syllabus,
    SyllabusUnit,
    Tier,
)
from issuer.model.assessment import AssessmentResult, Evidence, Grade
from issuer.model.award import Award, Reservation, StatusSlot
from issuer.model.learner import Disclosure, Learner, LearnerIdentifier
from issuer.model.organisation import Accreditation, Address, Identifiers, Organisation
from issuer.model.texts import LangText

ROOT = Path(__file__).parent.parent.parent
BASE = "https://credentials.uni.example"
AWARD_ID = "EUAS-7Q4M-2KXD-9RVT-5HZC"
NOW = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)
EIDAS = "VATAT-U12345678"
ESCO = "http://data.europa.eu/esco/skill/ccdf3597-5c80-410f-896d-e1bdfa223de9"
_T = TypeVar("_T")
_FIRST_PAGE = b"\x89PNG\r\n\x1a\n the picture of a diploma"


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "examples" / name).read_text(encoding="utf-8"))


@cache
def organisation(**changes: Any) -> Organisation:
    """The demo university, which has an eIDAS identifier."""
    stated = _toml("organisation.toml")
    stated["identifiers"] = stated.get("identifiers", {}) | {"eidas": EIDAS}
    return Organisation.model_validate(stated | changes)


@cache
def course(slug: str = "data-stewardship") -> Achievement:
    """A course of the demo university."""
    stated = _toml(f"achievements/{slug}.toml") | {"organisation": organisation().slug}
    return Achievement.model_validate(stated)


def barest() -> Achievement:
    """An offering that states nothing but what it is called."""
    return Achievement(
        slug="bare",
        organisation=organisation().slug,
        title=LangText.of(en="Bare"),
        description=LangText.of(en="Nothing more is stated."),
    )


def _said(name: str) -> LangText:
    return LangText.of(en=f"{name} in English", de=f"{name} auf Deutsch")


@cache
def whole_body() -> Organisation:
    """A university that states everything there is."""
    return Organisation(
        slug=organisation().slug,
        code="EUAS",
        did="did:web:credentials.uni.example",
        legal_name=LangText.of(en="University of Example", de="Universität Beispiel"),
        country="AT",
        region="Lower Austria",
        address=Address(street="Main Street 1", postal_code="3500", locality="Krems"),
        homepage="https://www.uni.example/",
        identifiers=Identifiers(
            ror="https://ror.org/00x0x0x00",
            pic="999999999",
            erasmus="A KREMS99",
            schac_home="uni.example",
            eidas=EIDAS,
        ),
        accreditations=(
            Accreditation(
                type="institutional_qa",
                agency="Example Agency",
                decision="Accredited without conditions",
                valid_from=dt.date(2022, 9, 1),
                valid_until=dt.date(2029, 8, 31),
                link="https://data.deqar.eu/report/12345",
            ),
        ),
    )


@cache
def whole() -> Achievement:
    """An offering that states everything there is, in two languages."""
    return Achievement(
        slug="whole",
        version=3,
        organisation=organisation().slug,
        title=_said("Title"),
        description=_said("Description"),
        can_do=_said("What a holder can do"),
        syllabus=Syllabus(
            version="2026-1",
            units=(
                SyllabusUnit(title=_said("Unit"), text=_said("Content"), hours=Decimal("1.5")),
                SyllabusUnit(title=_said("Another unit")),
            ),
        ),
        learning_outcomes=(
            LearningOutcome(
                text=_said("Outcome"),
                skills=(
                    SkillLink(iri=ESCO, label="lead a team"),
                    SkillLink(iri="https://skills.example/7", label="curate", framework="Example"),
                ),
            ),
            LearningOutcome(text=_said("Another outcome"), kind=OutcomeKind.KNOWLEDGE),
        ),
        workload_hours=Decimal(135),
        ects=Decimal(5),
        level=Level(eqf=6, national="NQR 6", cycle=Cycle.FIRST),
        assessment_types=("project_work", "oral_examination"),
        assessment_note=_said("Assessment"),
        supervision="supervised_id",
        participation=("blended",),
        schedule=Schedule.MIXED,
        schedule_note=_said("Schedule"),
        quality_assurance=(
            Accreditation(
                type="programme_qa", agency="Example Agency", link="https://qa.example/1"
            ),
        ),
        prerequisites=_said("Prerequisite"),
        stacking=Stacking(
            mode=StackingMode.STACKABLE,
            tier=Tier.INTERMEDIATE,
            towards=(
                StackTarget(
                    title=_said("Larger award"),
                    awarding_body="University of Example",
                    link="https://www.uni.example/larger",
                ),
                StackTarget(title=_said("Another larger award")),
            ),
        ),
        languages=("en", "de"),
        isced_f=("0688",),
        homepage="https://www.uni.example/whole",
        fee=Fee(amount=Decimal(320)),
        further_information=_said("More"),
    )


def whole_award() -> Awarded:
    """An award of `whole` that states everything there is."""
    return awarded(
        whole(),
        body=whole_body(),
        learner=Learner(
            organisation=organisation().slug,
            key="S1001",
            given_name="Alex",
            family_name="Example",
            display_name="Alex Example",
            birth_date=dt.date(2000, 1, 1),
            email="alex@uni.example",
            identifiers=(
                LearnerIdentifier(scheme="ext:ESI", value="S1001", disclosure=Disclosure.CLEAR),
                LearnerIdentifier(scheme="emailAddress", value="alex@uni.example"),
            ),
            did="did:web:alex.example",
        ),
        valid_until=NOW + dt.timedelta(days=730),
        grade=Grade(value="1.7", scheme="1.0 is best, 4.0 the lowest pass"),
        evidence=(
            Evidence(title="Plan", url="https://work.example/1", sha256="a3f5" * 16),
            Evidence(title="Report", url="https://work.example/2"),
        ),
        assessor="Two examiners",
        identity_check="supervised_no_id",
    )


def awarded(
    offering: Achievement | None = None,
    *,
    body: Organisation | None = None,
    learner: Learner | None = None,
    valid_until: dt.datetime | None = None,
    **result: Any,
) -> Awarded:
    """An award of ``offering`` (the demo course); ``result`` are fields of the result."""
    offering, body = offering or course(), body or organisation()
    learner = learner or Learner(
        organisation=body.slug,
        key="S1001",
        given_name="Alex",
        family_name="Example",
        display_name="Alex Example",
    )
    outcome = AssessmentResult(
        organisation=body.slug,
        achievement=offering.slug,
        learner=learner,
        date=NOW.date(),
        passed=True,
        **result,
    )
    award = Award(
        id=AWARD_ID,
        organisation=body.slug,
        achievement=offering.slug,
        achievement_version=offering.version,
        learner_id=1,
        approved_by="registrar",
        approved_at=NOW,
        awarded_on=NOW.date(),
        valid_until=valid_until,
    )
    return Awarded(award, offering, body, outcome, BASE)


def reservation(tongue: DocumentFormat = DocumentFormat.EDC, **slot: Any) -> Reservation:
    """Its place in the first lists; with ``suspension_list`` in two of them."""
    edc = tongue is DocumentFormat.EDC
    place = {"revocation_list": f"{BASE}/status/euas/revocation/1", "index": 94567} | slot
    return Reservation(
        award_id=AWARD_ID,
        format=tongue,
        credential_id="urn:credential:5e0f7c1e-8c0b-4b3a-9d5e-1d3f1f0c0001"
        if edc
        else f"{BASE}/c/{AWARD_ID}",
        slot=StatusSlot.model_validate(place),
        valid_from=NOW,
        created=NOW,
        salt="0" * 32,
        verification_method="x5t#S256:AAAA" if edc else "did:web:localhost%3A8000#award-1",
    )


def picture() -> bytes:
    """The beginning of a PNG and nothing that could be drawn."""
    return _FIRST_PAGE


# --- Any award ------------------------------------------------------------------------------


_WORDS = (
    "Data stewardship",
    "Ανοικτά δεδομένα",
    "数据管理",
    "إدارة البيانات",
    "Ochrona danych – část 2",
    'Quotes " and <markup> & more',
)
_TAGS = ("en", "de", "de-AT", "el", "zh-Hant", "ga")
words = st.sampled_from(_WORDS)
"""A line in some script."""


def _maybe(of: st.SearchStrategy[_T]) -> st.SearchStrategy[_T | None]:
    return st.none() | of


def _several(
    of: st.SearchStrategy[_T], by: Callable[[_T], object] = repr, most: int = 3
) -> st.SearchStrategy[tuple[_T, ...]]:
    return st.lists(of, max_size=most, unique_by=by).map(tuple)


def _keys(name: str) -> st.SearchStrategy[tuple[str, ...]]:
    return _several(st.sampled_from([c.key for c in schemas.code_list(name).concepts]))


def _texts(tags: tuple[str, ...]) -> st.SearchStrategy[LangText]:
    """A text in all of ``tags``, in their order."""
    return st.tuples(*(words for _ in tags)).map(
        lambda said: LangText(dict(zip(tags, said, strict=True)))
    )


def _hours() -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value="0.01", max_value=3_000, places=2)


def _days() -> st.SearchStrategy[dt.date | None]:
    return _maybe(st.dates(dt.date(2020, 1, 1), dt.date(2025, 12, 31)))


_links = st.sampled_from(
    ["https://data.deqar.eu/report/12345", "https://data.deqar.eu/report/6", "https://qa.example/1"]
)
_accreditations = st.builds(
    Accreditation,
    type=st.sampled_from([c.key for c in schemas.code_list("quality").concepts]),
    agency=words,
    decision=_maybe(words),
    valid_from=_days(),
    valid_until=_maybe(st.dates(dt.date(2026, 1, 1), dt.date(2030, 12, 31))),
    link=_maybe(_links),
)
_levels = st.builds(Level, not_applicable=st.just(True)) | st.builds(
    Level,
    eqf=st.integers(1, 8),
    national=_maybe(words),
    cycle=_maybe(st.sampled_from(list(Cycle))),
)
_skills = st.builds(
    SkillLink,
    iri=st.sampled_from([ESCO, "https://skills.example/a/1", "urn:skill:2"]),
    label=words,
    framework=words,
)


def _stackings(tags: tuple[str, ...]) -> st.SearchStrategy[Stacking]:
    target = st.builds(
        StackTarget,
        title=_texts(tags),
        awarding_body=_maybe(words),
        link=_maybe(st.just("https://www.uni.example/larger")),
    )
    return st.builds(Stacking, tier=st.sampled_from(list(Tier))) | st.builds(
        Stacking,
        mode=st.sampled_from([StackingMode.STACKABLE, StackingMode.INTEGRATED]),
        tier=st.sampled_from(list(Tier)),
        towards=_several(target),
    )


def _syllabuses(tags: tuple[str, ...]) -> st.SearchStrategy[Syllabus]:
    unit = st.builds(
        SyllabusUnit, title=_texts(tags), text=_maybe(_texts(tags)), hours=_maybe(_hours())
    )
    return st.builds(
        Syllabus, version=st.just("2026-1"), units=st.lists(unit, min_size=1, max_size=3).map(tuple)
    )


@st.composite
def offerings(draw: st.DrawFn) -> Achievement:
    """Any offering; every text in the same one to three languages."""
    tags = tuple(draw(st.lists(st.sampled_from(_TAGS), min_size=1, max_size=3, unique=True)))
    outcome = st.builds(
        LearningOutcome,
        text=_texts(tags),
        kind=st.sampled_from(list(OutcomeKind)),
        skills=_several(_skills, lambda skill: skill.iri),
    )
    said = _maybe(_texts(tags))
    fields: dict[str, st.SearchStrategy[Any]] = {
        "title": _texts(tags),
        "description": _texts(tags),
        "can_do": said,
        "syllabus": _maybe(_syllabuses(tags)),
        "learning_outcomes": _several(outcome),
        "workload_hours": _maybe(_hours()),
        "ects": _maybe(st.decimals(min_value="0.01", max_value=60, places=2)),
        "level": _maybe(_levels),
        "assessment_types": _keys("assessment"),
        "assessment_note": said,
        "supervision": _maybe(
            st.sampled_from([c.key for c in schemas.code_list("supervision").concepts])
        ),
        "participation": _keys("participation"),
        "schedule": _maybe(st.sampled_from(list(Schedule))),
        "schedule_note": said,
        "quality_assurance": _several(_accreditations),
        "prerequisites": said,
        "stacking": _maybe(_stackings(tags)),
        "languages": _several(st.sampled_from(["en", "de", "ga", "cy", "sme"])),
        "isced_f": _keys("isced_f"),
        "homepage": _maybe(st.just("https://www.uni.example/course")),
        "fee": _maybe(st.builds(Fee, amount=st.decimals("0", "999.99", places=2))),
        "further_information": said,
        "suspendable": st.booleans(),
    }
    return Achievement.model_validate(
        {"slug": "any", "organisation": organisation().slug}
        | {name: draw(values) for name, values in fields.items()}
    )


@st.composite
def bodies(draw: st.DrawFn) -> Organisation:
    """The demo university with or without an address, a region, recognitions."""
    address = st.builds(
        Address, street=_maybe(words), postal_code=_maybe(words), locality=_maybe(words)
    )
    return organisation().model_copy(
        update={
            "address": draw(address),
            "region": draw(_maybe(words)),
            "accreditations": draw(_several(_accreditations)),
        }
    )


_identifiers = st.builds(
    LearnerIdentifier,
    scheme=st.sampled_from(["studentId", "emailAddress", "ext:ESI"]),
    value=st.sampled_from(["S1001", "alex@uni.example"]),
    disclosure=st.sampled_from(list(Disclosure)),
)
_learners = st.builds(
    Learner,
    organisation=st.just(organisation().slug),
    key=st.just("S1001"),
    given_name=_maybe(words),
    family_name=_maybe(words),
    display_name=words,
    birth_date=_days(),
    email=_maybe(st.just("alex@uni.example")),
    identifiers=_several(_identifiers),
    did=_maybe(st.just("did:web:alex.example")),
)
_evidence = st.builds(
    Evidence,
    title=words,
    url=st.sampled_from(["https://work.example/1", "https://work.example/2"]),
    sha256=_maybe(st.just("a3f5" * 16)),
)


@st.composite
def awards(draw: st.DrawFn) -> Awarded:
    """Any award that can be composed."""
    return awarded(
        draw(offerings()),
        body=draw(bodies()),
        learner=draw(_learners),
        valid_until=draw(_maybe(st.just(NOW + dt.timedelta(days=730)))),
        grade=draw(_maybe(st.builds(Grade, value=words, scheme=words))),
        evidence=draw(_several(_evidence, lambda item: item.url)),
        assessor=draw(_maybe(words)),
        identity_check=draw(
            _maybe(st.sampled_from([c.key for c in schemas.code_list("supervision").concepts]))
        ),
    )
