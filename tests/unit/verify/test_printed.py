"""What is printed of a document: everything it says, of any document, and the same pages again."""

import base64
import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.formats import elm3, ob3
from issuer.formats.portrait import portrait
from issuer.formats.said import EvidenceSaid, Portrait, Said, UnitSaid
from issuer.model.achievement import DocumentFormat, StackingMode, Tier
from issuer.model.texts import LangText
from issuer.proofs import jcs
from issuer.render.badge import BadgeFacts, badge
from issuer.render.diploma import (
    Attachment,
    DiplomaFacts,
    Stamp,
    diploma_picture,
    stamp_of,
    typst_version,
)
from issuer.verify import printed
from issuer.verify.report import Json
from tests.town import awards

COLOUR = "#0b4f4a"
URL = f"{awards.BASE}/c/{awards.AWARD_ID}"
LOGO = badge(BadgeFacts(title="Logo", institution="Example"))


def european(stated: Any) -> Json:
    draft = elm3.compose(stated, reservation=awards.reservation(), pictures=[awards.picture()])
    return jcs.decode(jcs.encode_compact(draft.document))


def open_badge(stated: Any) -> Json:
    draft = ob3.compose(stated, reservation=awards.reservation(DocumentFormat.OB3))
    return jcs.decode(jcs.encode_compact(draft.document))


@pytest.fixture
def document() -> Json:
    return european(awards.whole_award())


def elements(document: Json) -> dict[str, str]:
    return {name: value for _, name, value in printed.facts_of(document, colour=COLOUR).elements}


def shown(monkeypatch: pytest.MonkeyPatch, document: Json, **changes: Any) -> DiplomaFacts:
    """The facts of a document whose portrait says something else."""
    said: Portrait = dataclasses.replace(portrait(document), **changes)
    monkeypatch.setattr(printed, "portrait", lambda _: said)
    return printed.facts_of(document, colour=COLOUR)


def test_everything_that_is_said_is_printed(document: Json) -> None:
    facts = printed.facts_of(document, colour=COLOUR)
    assert (facts.title, facts.name) == ("Title in English", "Alex Example")
    assert facts.institution == "University of Example"
    assert (facts.number, facts.url) == (awards.AWARD_ID, URL)
    assert facts.kind == "Micro-credential · tier 2 of 3, intermediate"
    assert (facts.colour, facts.tiers, facts.language) == (COLOUR, (2,), "en")
    assert facts.sealed.startswith("Sealed electronically by University of Example on ")
    assert facts.can_do == "What a holder can do in English"
    assert facts.outcomes == ("Outcome in English", "Another outcome in English")
    assert facts.units == (("Unit in English", "1.5 h"), ("Another unit in English", ""))
    assert facts.together is None, "the hours of one unit are not stated"
    assert facts.syllabus_version == "2026-1"
    assert facts.evidence[0] == ("Plan", "SHA-256 a3f5a3f5a3f5a3f5…")
    assert [one.gauge for one in facts.facts] == ["weeks", "ects", "eqf", "tier"]
    assert facts.facts[0].sentence == "Within 4 working weeks of 40 hours."


def test_the_elements_of_annex_one_are_printed_in_its_order(document: Json) -> None:
    facts = printed.facts_of(document, colour=COLOUR)
    assert [number for number, _, _ in facts.elements[:11]] == [str(n) for n in range(1, 12)]
    assert {number for number, _, _ in facts.elements[11:]} == {"opt."}
    said = elements(document)
    assert said["Country and region of the issuer"] == "Austria, Lower Austria"
    assert said["Awarding body"] == "University of Example, www.uni.example"
    assert said["Date of issuing"].endswith("; valid until 11 June 2028")
    assert said["Notional workload"] == "135 hours, 5 ECTS"
    assert said["Level and cycle"].startswith("EQF level 6, NQR 6, ")
    assert said["Type of assessment"].endswith("Assessment in English")
    assert "Taught in: en, de" in said["Form of participation"]
    assert said["Type of quality assurance"].endswith("of the programme, Example Agency")
    assert said["Grade"] == "1.7, 1.0 is best, 4.0 the lowest pass"
    assert said["Stackability"].startswith("Stackable towards Larger award in English")
    assert said["Prerequisites"] == "Prerequisite in English"
    assert said["Further information"] == "More in English"
    assert said["Supervision and identity"] == "Supervised, identity not verified"


def test_an_element_that_is_not_stated_is_said_to_be_missing() -> None:
    bare = european(awards.awarded(awards.barest()))
    said = elements(bare)
    assert said["Learning outcomes"] == said["Notional workload"] == "not stated"
    assert said["Level and cycle"] == said["Type of assessment"] == "not stated"
    assert said["Type of quality assurance"].endswith("until 28 February 2030")
    assert said["Date of issuing"].endswith("; does not expire")
    facts = printed.facts_of(bare, colour=COLOUR)
    assert (facts.tiers, facts.facts, facts.together) == ((), (), None)
    assert facts.kind == "Micro-credential"
    assert "opt." not in {number for number, _, _ in facts.elements}


def test_both_documents_of_an_award_are_printed_alike(document: Json) -> None:
    badge_facts = printed.facts_of(open_badge(awards.whole_award()), colour=COLOUR)
    facts = printed.facts_of(document, colour=COLOUR)
    assert badge_facts.url == facts.url == URL
    for field in ("title", "name", "institution", "number", "kind", "facts", "units", "outcomes"):
        assert getattr(badge_facts, field) == getattr(facts, field), field


@pytest.mark.parametrize("document", [{}, {"type": "x"}, {"issuer": 7, "id": []}])
def test_a_document_that_says_nothing_is_printed_as_such(document: Json) -> None:
    facts = printed.facts_of(document, colour=COLOUR)
    assert facts.title == "A credential without a title"
    assert facts.name == "Somebody whose name it does not state"
    assert facts.institution == "An issuer without a name"
    assert (facts.number, facts.url, facts.when) == ("without a number", None, "")
    assert facts.sealed.startswith("Sealed electronically by its issuer;")
    assert diploma_picture(facts).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("address", "is_printed"),
    [
        ("https://credentials.uni.example/c/X", True),
        ("http://localhost:8000/c/X", True),
        ("http://credentials.uni.example/c/X", False),
        ("javascript:alert(1)", False),
        ("urn:uuid:1", False),
    ],
)
def test_only_an_address_that_can_be_opened_is_printed(address: str, is_printed: bool) -> None:
    assert printed.public_url({"id": address}) == (address if is_printed else "")


def logo(image: object) -> bytes | None:
    return printed.facts_of({"issuer": {"image": {"id": image}}}, colour=COLOUR).logo


def test_a_logo_is_read_only_from_the_document_itself() -> None:
    written = base64.b64encode(LOGO).decode()
    assert logo(f"data:image/png;base64,{written}") == LOGO
    for other in (
        None,
        "https://uni.example/logo.png",
        "data:image/svg+xml;base64,AA==",
        "data:image/png;base64,A?==",
        "data:image/png;base64," + "A" * 90_000,
        "data:image/png;base64,é",
    ):
        assert logo(other) is None


def test_hours_are_counted_together_only_if_every_unit_states_them(
    document: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = (UnitSaid("A", None, "1.5"), UnitSaid("B", None, "2"))
    assert shown(monkeypatch, document, syllabus=units).together == "3.5 h"
    monkeypatch.undo()
    assert shown(monkeypatch, document, syllabus=()).together is None


def test_an_hour_is_a_week_and_forty_one_are_two(
    document: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hours, sentence in (("1", "Within 1 working week of"), ("41", "Within 2 working weeks of")):
        first = shown(monkeypatch, document, workload_hours=hours).facts[0]
        assert first.sentence.startswith(sentence)
        monkeypatch.undo()


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"level_not_applicable": True}, "Level and cycle", "No level applies, according to"),
        ({"country": "ZZZ"}, "Country and region of the issuer", "ZZZ, Lower Austria"),
        ({"country": None, "region": None}, "Country and region of the issuer", "not stated"),
        ({"eqf": None, "national_level": None}, "Level and cycle", "first cycle"),
        ({"workload_hours": None}, "Notional workload", "5 ECTS"),
        ({"assessment_types": ()}, "Type of assessment", "Assessment in English"),
        ({"assessment_note": None}, "Type of assessment", "Project work"),
        ({"schedule_note": None}, "Form of participation", "Partly on site, partly online"),
        ({"participation": (), "instruction_languages": (), "schedule_note": None},
         "Form of participation", "not stated"),
        ({"stackable_towards": (), "stacking": StackingMode.STANDALONE},
         "Stackability", "Stands alone"),
        ({"stackable_towards": (), "stacking": StackingMode.STACKABLE},
         "Stackability", "Stackable, according to the issuer"),
        ({"quality": ()}, "Type of quality assurance", "not stated"),
        ({"identity_verified": Said("Checked by video", None)},
         "Supervision and identity", "Checked by video"),
    ],
)  # fmt: skip
def test_an_element_is_said_in_words(
    document: Json, monkeypatch: pytest.MonkeyPatch, changes: Any, name: str, value: str
) -> None:
    facts = shown(monkeypatch, document, **changes)
    assert {n: v for _, n, v in facts.elements}[name].lower().startswith(value.lower())


def test_what_is_absent_takes_no_line(document: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = shown(
        monkeypatch,
        document,
        stacking=None,
        stackable_towards=(),
        supervision=None,
        identity_verified=None,
        grade=None,
        grading_scheme=None,
        syllabus_version=None,
        language=None,
        evidence=(EvidenceSaid(None, None, None),),
        tier=None,
        is_microcredential=False,
    )
    names = {name for _, name, _ in facts.elements}
    assert not names & {"Stackability", "Supervision and identity", "Grade"}
    assert (facts.syllabus_version, facts.language) == (None, "en")
    assert facts.evidence == (("Evidence", ""),)
    assert (facts.kind, facts.tiers) == ("Credential", ())


def test_every_tier_and_level_has_words(document: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    for tier in Tier:
        for level in range(1, 9):
            facts = shown(monkeypatch, document, tier=tier, eqf=level)
            assert all(one.sentence.endswith(".") for one in facts.facts)
            monkeypatch.undo()


def test_the_same_pages_are_made_again(document: Json) -> None:
    attached = [
        Attachment("a.json", "application/json", "The credential", jcs.encode_compact(document))
    ]
    ours = Stamp("testamur-diploma/1", typst_version(), COLOUR)
    again = printed.reprint(document, attached, ours)
    assert again == printed.reprint(document, attached, ours)
    assert again != printed.reprint({}, attached, ours)
    assert again.startswith(b"%PDF-1.7")
    other = Stamp("testamur-diploma/1", typst_version(), "#3b2170")
    assert printed.reprint(document, attached, other) != again
    assert stamp_of(f"testamur-diploma/1, {typst_version()}, {COLOUR}") == ours


@settings(max_examples=15, deadline=None)
@given(day=st.dates(min_value=dt.date(1000, 1, 1)))
def test_a_day_is_written_without_leading_zero(day: dt.date) -> None:
    written = printed._day(day)
    assert written.split()[0] == str(day.day)
    assert written.split()[2] == str(day.year)


@pytest.mark.parametrize("first", ["On site", "On site."])
def test_two_sentences_have_one_full_stop_between_them(first: str) -> None:
    assert printed._end(first, "Taught in: en") == "On site. Taught in: en"


@pytest.mark.parametrize(
    ("code", "printed_as"), [("FR", "France"), ("XK", "Kosovo"), ("FRA", "FRA"), ("fr", "fr")]
)
def test_a_country_is_printed_by_its_english_name_and_what_is_none_as_it_stands(
    document: Json, monkeypatch: pytest.MonkeyPatch, code: str, printed_as: str
) -> None:
    facts = shown(monkeypatch, document, country=code, region=None)
    assert facts.elements[2] == ("3", "Country and region of the issuer", printed_as)


def test_pages_are_in_english_whatever_the_language_of_the_document() -> None:
    french = awards.whole().model_copy(update={"title": LangText.of(fr="Titre")})
    said = elements(european(awards.awarded(french)))
    assert said["Title"] == "Titre"
    assert said["Country and region of the issuer"].startswith("Austria")
    assert said["Type of assessment"].startswith("Project work")
