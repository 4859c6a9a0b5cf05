"""What a document says, read back: nothing lost of ours, nothing raised by anybody's."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from issuer.formats.awarded import Awarded
from issuer.formats.ob3 import compose
from issuer.formats.ob3_shape import VARIABLES
from issuer.formats.portrait import elements, portrait
from issuer.formats.said import EvidenceSaid, OutcomeSaid, Portrait, Said, UnitSaid
from issuer.jsonld.shapes import Shapes
from issuer.model.achievement import Achievement, Cycle, Level, StackingMode, Tier
from issuer.model.award import Reservation

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@pytest.fixture
def document(awarded: Awarded, reservation: Reservation) -> dict[str, Any]:
    return deepcopy(dict(compose(awarded, reservation=reservation).document))


def test_all_that_was_composed_is_read_back(
    document: dict[str, Any], awarded: Awarded, moment: dt.datetime
) -> None:
    said = portrait(document)
    organisation = awarded.organisation
    assert said.credential_id == document["id"]
    assert (said.title, said.language) == ("Data Stewardship in Practice", "en")
    assert said.description is not None
    assert said.description.startswith("How to look after research data")
    assert said.learner_name == "Alex Example"
    assert (said.issuer_id, said.issuer_name) == (
        organisation.did,
        organisation.legal_name.get("en"),
    )
    assert (said.issuer_url, said.country) == (organisation.homepage, organisation.country)
    assert (said.region, said.locality) == (organisation.region, organisation.address.locality)
    assert (said.valid_from, said.valid_until) == (moment, None)
    assert said.awarded_on == moment.date()
    assert (
        said.can_do
        == "Looks after the data of a project, from the plan to the archive, without help."
    )
    assert (said.workload_hours, said.ects) == ("135", "5")
    assert (said.eqf, said.national_level, said.cycle) == (6, "NQR 6", Cycle.FIRST)
    assert not said.level_not_applicable
    assert (said.tier, said.stacking) == (Tier.INTERMEDIATE, StackingMode.STACKABLE)
    assert said.stackable_towards == ("Professional Data Steward",)
    assert said.is_microcredential
    assert said.narrative is not None
    assert said.fee == "320 EUR"
    assert said.course_url == "https://www.uni.example/courses/data-stewardship"
    assert said.instruction_languages == ("en", "de")


def test_assessment_and_learning_are_read_back(document: dict[str, Any]) -> None:
    said = portrait(document)
    assert [a.label for a in said.assessment_types] == [
        schemas.code_list("assessment").by_key(k).label()
        for k in ("project_work", "oral_examination")
    ]
    assert [p.label for p in said.participation] == [
        schemas.code_list("participation").by_key("blended").label()
    ]
    assert said.supervision is not None
    assert said.supervision.iri == schemas.code_list("supervision").by_key("supervised_id").iri
    assert said.identity_verified is None
    assert said.schedule == Said("mixed", f"{schemas.VOCABULARY}mixed")
    assert said.schedule_note == "Ten evenings online, two Saturdays on site."
    assert said.assessment_note is not None
    assert said.prerequisites is not None
    assert said.grade == "1.7, good"
    assert said.grading_scheme == "Austrian scale, 1.0 is best, 4.0 the lowest pass"
    assert said.assessor == "Department of Information Science, two examiners"
    assert [i.iri for i in said.isced] == [schemas.code_list("isced_f").by_key("0322").iri]
    first = said.outcomes[0]
    assert first.kind == "skill"
    assert first.skills == (
        Said(
            "manage findable accessible interoperable and reusable data",
            "http://data.europa.eu/esco/skill/4f5c1208-62fd-4e5a-a51e-306c06947e11",
        ),
    )
    assert [o.kind for o in said.outcomes] == ["skill"] * 4 + ["knowledge"]
    assert (said.syllabus_version, len(said.syllabus)) == ("2026-1", 5)
    assert said.syllabus[-1] == UnitSaid("Project and discussion", None, "30")
    assert said.evidence == (
        EvidenceSaid(
            "Data management plan",
            "https://repository.uni.example/plan-1001",
            "a3f5c1d2e4b6978812345678901234567890abcdefabcdefabcdefabcdef0123",
        ),
    )
    assert said.quality
    assert all(q.agency for q in said.quality)


def test_every_course_of_the_examples_states_annex_1(
    awarded: Awarded, achievements: Mapping[str, Achievement], reservation: Reservation
) -> None:
    assert len(achievements) >= 3
    for course in achievements.values():
        award = awarded.award.model_copy(update={"achievement": course.slug})
        result = awarded.result.model_copy(update={"achievement": course.slug})
        one = dataclasses.replace(awarded, award=award, achievement=course, result=result)
        said = portrait(compose(one, reservation=reservation).document)
        assert said.mandatory_missing == ()
        assert said.mandatory_present == tuple(f"M{n}" for n in range(1, 12))
        assert set(said.optional_present) <= {"O1", "O2", "O3", "O4", "O5"}


def test_all_optional_elements_are_counted(document: dict[str, Any]) -> None:
    assert portrait(document).optional_present == ("O1", "O2", "O3", "O4", "O5")


def test_a_level_that_does_not_apply_is_stated(awarded: Awarded, reservation: Reservation) -> None:
    course = awarded.achievement.model_copy(update={"level": Level(not_applicable=True)})
    one = dataclasses.replace(awarded, achievement=course)
    said = portrait(compose(one, reservation=reservation).document)
    assert said.level_not_applicable
    assert (said.eqf, said.cycle) == (None, None)
    assert "M8" in said.mandatory_present


def test_what_is_missing_is_named(document: dict[str, Any]) -> None:
    del document["credentialSubject"]["achievement"]["assessmentType"]
    del document["credentialSubject"]["identifier"]
    said = portrait(document)
    assert [element for element, _ in said.mandatory_missing] == ["M1", "M9"]
    assert dict(said.mandatory_missing)["M9"] == "type of assessment"


def test_our_terms_mean_nothing_without_our_context(document: dict[str, Any]) -> None:
    document["@context"][2] = {**document["@context"][2], "workloadHours": "https://e.example/h"}
    said = portrait(document)
    assert (said.workload_hours, said.tier, said.assessment_types) == (None, None, ())
    assert said.title == "Data Stewardship in Practice"
    # The alignment is Open Badges' own.
    assert said.eqf == 6


def test_a_foreign_badge_states_outcomes_as_alignments(document: dict[str, Any]) -> None:
    document["@context"].pop()
    said = portrait(document)
    assert said.outcomes[0] == OutcomeSaid(
        "manage findable accessible interoperable and reusable data",
        None,
        (
            Said(
                "manage findable accessible interoperable and reusable data",
                "http://data.europa.eu/esco/skill/4f5c1208-62fd-4e5a-a51e-306c06947e11",
            ),
        ),
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "http://uni.example/plan",
        "http://localhost:8000/plan",
        "data:text/html,<script>alert(1)</script>",
        "https://uni.example@evil.example/",
        'https://uni.example/"onclick="x',
        "https://uni.example/\u202egnp",
        "https://[",
        "https://uni.example/" + "a" * 2_000,
        " https://uni.example/",
        7,
        None,
    ],
)
def test_a_link_is_https_or_absent(document: dict[str, Any], address: object) -> None:
    document["evidence"] = [{"id": address, "type": ["Evidence"], "name": "Plan"}]
    document["issuer"]["url"] = address
    document["credentialSubject"]["achievement"]["id"] = address
    document["credentialSubject"]["achievement"]["courseHomepage"] = address
    document["credentialSubject"]["achievement"]["qualityAssurance"] = [{"evidenceLink": address}]
    said = portrait(document)
    assert said.evidence == (EvidenceSaid("Plan", None, None),)
    assert (said.issuer_url, said.achievement_url, said.course_url) == (None, None, None)
    assert said.quality[0].link is None


def test_a_concept_that_is_not_on_the_list_is_shown_as_written(document: dict[str, Any]) -> None:
    achievement = document["credentialSubject"]["achievement"]
    achievement["assessmentType"] = ["viva voce", "https://e.example/viva"]
    said = portrait(document)
    assert said.assessment_types == (
        Said("viva voce", None),
        Said("https://e.example/viva", "https://e.example/viva"),
    )


def test_texts_may_be_value_objects_and_issuers_plain(document: dict[str, Any]) -> None:
    document["credentialSubject"] = [
        {"name": [{"@value": "Ανδρέας", "@language": "el"}, {"@value": "Andreas"}]}
    ]
    document["name"] = {"@value": "Ethics"}
    document["issuer"] = "did:web:uni.example"
    said = portrait(document)
    assert (said.title, said.learner_name) == ("Ethics", "Ανδρέας")
    assert (said.issuer_id, said.issuer_name) == ("did:web:uni.example", None)


def test_a_hashed_name_is_no_name(document: dict[str, Any]) -> None:
    document["credentialSubject"]["identifier"] = [
        {"identityType": "name", "hashed": True, "identityHash": "sha256$00"},
        {"identityType": "emailAddress", "hashed": False, "identityHash": "a@uni.example"},
    ]
    assert portrait(document).learner_name is None


def test_a_credential_of_1_1_has_dates_too(document: dict[str, Any]) -> None:
    del document["validFrom"]
    document |= {"issuanceDate": "2026-06-12T09:30:00Z", "expirationDate": "2027-06-12T09:30:00Z"}
    said = portrait(document)
    assert said.valid_from == dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)
    assert said.valid_until == dt.datetime(2027, 6, 12, 9, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("dates", ["2026-06-12", "2026-06-12T09:30:00", "soon", 7, ["2026"]])
def test_a_date_without_a_zone_is_none(document: dict[str, Any], dates: object) -> None:
    document |= {"validFrom": dates, "validUntil": dates}
    assert (portrait(document).valid_from, portrait(document).valid_until) == (None, None)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (5, "5"),
        (2.50, "2.5"),
        ("7.50", "7.5"),
        ("1e2", "100"),
        pytest.param(10**5_000, None, id="digits"),
        ("9" * 50, None),
        ("1e999999999", None),
        ("nan", None),
        (float("nan"), None),
        (float("inf"), None),
        (-3, None),
        (0, None),
        (True, None),
        ("many", None),
        ({}, None),
    ],
)
def test_numbers_are_positive_and_bounded(
    document: dict[str, Any], said: object, read: str | None
) -> None:
    document["credentialSubject"]["achievement"]["workloadHours"] = said
    assert portrait(document).workload_hours == read


@pytest.mark.parametrize("digest", ["sha256-", "sha256-AAAA", "sha256-%%", "sha512-AAAA", 7, None])
def test_a_digest_that_is_none_is_dropped(document: dict[str, Any], digest: object) -> None:
    document["evidence"][0]["digestSRI"] = digest
    assert portrait(document).evidence[0].sha256 is None


def test_an_outcome_and_a_unit_without_text_are_dropped(document: dict[str, Any]) -> None:
    achievement = document["credentialSubject"]["achievement"]
    achievement["learningOutcome"] = [{"outcomeKind": "x"}, {"outcomeText": "Reads.", "skill": []}]
    achievement["syllabus"] = [{"unitText": "no title"}]
    achievement["qualityAssurance"] = [{"agency": "A", "qualityFrom": "soon"}]
    said = portrait(document)
    assert said.outcomes == (OutcomeSaid("Reads.", None, ()),)
    assert said.syllabus == ()
    assert said.quality[0].type_label == "quality assurance of a type that is not stated"
    assert said.quality[0].valid_from is None


def test_an_empty_document_says_nothing() -> None:
    said = portrait({})
    assert said.mandatory_present == ()
    assert len(said.mandatory_missing) == 11
    assert not said.is_microcredential
    assert elements({}) is None


@pytest.mark.parametrize(
    "types", [["VerifiableCredential"], ["VerifiableCredential", "EuropeanDigitalCredential"]]
)
def test_a_document_of_either_kind_that_is_no_microcredential_has_no_elements(
    types: list[str],
) -> None:
    assert elements({"type": types, "credentialSubject": {"achievement": {}}}) is None


def test_the_elements_are_those_of_the_portrait(document: dict[str, Any]) -> None:
    assert elements(document) == portrait(document).elements
    del document["credentialSubject"]["achievement"]["assessmentType"]
    found = elements(document)
    assert found is not None
    assert found.mandatory_missing == (("M9", "type of assessment"),)


@given(st.dictionaries(st.text(max_size=20), JSON))
def test_arbitrary_json_never_raises(document: dict[str, Any]) -> None:
    assert isinstance(portrait(document), Portrait)


@settings(max_examples=150)
@given(data=st.data())
def test_a_document_of_ours_with_anything_in_any_place_never_raises(data: st.DataObject) -> None:
    document = _sample()
    for _ in range(data.draw(st.integers(1, 4))):
        places = list(_places(document))
        where, key = data.draw(st.sampled_from(places))
        where[key] = data.draw(JSON)
    said = portrait(document)
    assert isinstance(said, Portrait)
    # Whoever asks for the elements alone hears the same.
    assert elements(document) == (said.elements if said.is_microcredential else None)


@settings(max_examples=150)
@given(data=st.data())
def test_what_is_remembered_of_a_shape_is_what_is_read(data: st.DataObject) -> None:
    apart = Shapes(VARIABLES).of
    document = _sample()
    places = list(_places(document))
    # Most are texts at positions that may differ within a shape, blank ones among them.
    for _ in range(data.draw(st.integers(0, 4))):
        where, key = data.draw(st.sampled_from(places))
        where[key] = data.draw(st.sampled_from(["", " ", "x", "2026-06-12"]) | JSON)
    assert elements(document, apart=apart) == elements(document)


@pytest.mark.parametrize("name", ["", " ", "Alex"])
@pytest.mark.parametrize("day", ["", "soon", "2026-06-12"])
@pytest.mark.parametrize("grade", ["", "1"])
def test_what_differs_within_a_shape_is_read_of_each(name: str, day: str, grade: str) -> None:
    apart = Shapes(VARIABLES).of
    document = _sample()
    document["awardedDate"] = document["validFrom"] = day
    document["credentialSubject"]["identifier"][0]["identityHash"] = name
    document["credentialSubject"]["result"][0]["value"] = grade
    assert apart(document) is not None
    assert elements(document, apart=apart) == elements(document)


def _places(value: Any) -> list[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    found: list[tuple[Any, Any]] = []
    for key in list(keys):
        found.append((value, key))
        if isinstance(value[key], dict | list) and key != "@context":
            found += _places(value[key])
    return found


def _sample() -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", schemas.vocabulary_context()],
        "id": "https://uni.example/c/1",
        "issuer": {"id": "did:web:uni.example", "name": "U", "address": {"addressRegion": "W"}},
        "validFrom": "2026-06-12T09:30:00Z",
        "awardedDate": "2026-06-12T00:00:00Z",
        "evidence": [{"id": "https://uni.example/e", "digestSRI": "sha256-AAAA", "name": "E"}],
        "credentialSubject": {
            "identifier": [{"identityType": "name", "hashed": False, "identityHash": "A"}],
            "creditsEarned": 5,
            "result": [{"value": "1", "gradingScheme": "s", "identityVerified": "x"}],
            "achievement": {
                "achievementType": "MicroCredential",
                "name": "T",
                "criteria": {"narrative": "n"},
                "alignment": [{"targetUrl": "u", "targetName": "n", "targetType": "CFItem"}],
                "workloadHours": "135",
                "learningOutcome": [{"outcomeText": "t", "outcomeKind": "k", "skill": ["u"]}],
                "syllabus": [{"unitTitle": "t", "unitHours": "1"}],
                "qualityAssurance": [{"qualityType": "q", "qualityFrom": "2026-01-01"}],
                "eqfLevel": "http://data.europa.eu/snb/eqf/6",
                "assessmentType": ["a"],
                "schedule": "s",
                "tier": f"{schemas.VOCABULARY}basic",
            },
        },
    }
