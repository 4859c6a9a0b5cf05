"""An award as a European Digital Credential: what is stated, and what is never put in its place."""

import base64
import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import LintFailed
from issuer.formats import elm3, lint
from issuer.formats.awarded import Awarded
from issuer.formats.elm3 import nodes
from issuer.formats.elm3.literals import hours
from issuer.model.achievement import Achievement, Level, StackingMode
from issuer.model.texts import LangText
from issuer.proofs import jcs
from tests.town import awards

GOLDEN = Path(__file__).parent / "whole-award.json"
JPEG = b"\xff\xd8\xff\xe0 a picture"


def compose(stated: Awarded, **slot: Any) -> dict[str, Any]:
    draft = elm3.compose(
        stated, reservation=awards.reservation(**slot), pictures=[awards.picture()]
    )
    return dict(draft.document)


def changed(**fields: Any) -> Achievement:
    return awards.whole().model_copy(update=fields)


def claim_of(offering: Achievement, **result: Any) -> Mapping[str, Any]:
    document = compose(awards.awarded(offering, **result))
    claim: Mapping[str, Any] = document["credentialSubject"]["hasClaim"]
    return claim


def things(value: object) -> Iterator[Mapping[str, Any]]:
    """Every thing of a document, one inside another."""
    if isinstance(value, list):
        for item in value:
            yield from things(item)
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from things(item)


def test_a_whole_credential_to_the_letter() -> None:
    document = compose(awards.whole_award())
    # Whatever changes in it, somebody decides to change: write `made` into the file then.
    made = jcs.encode_document(document)
    assert made == GOLDEN.read_bytes()


def test_the_same_arguments_give_the_same_document() -> None:
    assert compose(awards.whole_award()) == compose(awards.whole_award())


@given(awards.awards())
def test_any_award_passes_what_is_checked_before_it_is_sealed(stated: Awarded) -> None:
    draft = elm3.compose(stated, reservation=awards.reservation(), pictures=[awards.picture()])
    assert lint.lint(draft).document == draft.document


@given(awards.awards())
def test_no_two_things_of_any_award_have_one_id(stated: Awarded) -> None:
    known: dict[str, Mapping[str, Any]] = {}
    for thing in things(compose(stated)):
        if "id" in thing:
            assert known.setdefault(thing["id"], thing) == thing


def test_an_offering_that_states_nothing_makes_a_small_document() -> None:
    claim = claim_of(awards.barest())
    assert set(claim["specifiedBy"]) == {
        "id", "type", "title", "description", "dcType", "identifier", "supplementaryDocument",
    }  # fmt: skip
    assert "creditReceived" not in claim


def test_an_organisation_without_an_eidas_identifier_makes_none() -> None:
    body = awards.whole_body()
    without = body.model_copy(
        update={"identifiers": body.identifiers.model_copy(update={"eidas": None})}
    )
    with pytest.raises(LintFailed, match=r"identifiers\.eidas") as caught:
        compose(awards.awarded(awards.whole(), body=without))
    assert caught.value.details["problems"] == ["identifiers.eidas"]


def test_what_belongs_to_different_decisions_is_not_composed() -> None:
    other = awards.reservation().model_copy(update={"award_id": "EUAS-AAAA-AAAA-AAAA-AAAA"})
    with pytest.raises(LintFailed, match="different decisions"):
        elm3.compose(awards.whole_award(), reservation=other, pictures=[awards.picture()])


# --- Envelope -------------------------------------------------------------------------------


def test_contexts_type_and_profile_are_exactly_those_of_the_model() -> None:
    document = compose(awards.whole_award())
    assert document["@context"] == [
        "https://www.w3.org/2018/credentials/v1",
        "http://data.europa.eu/snb/model/context/edc-ap",
    ]
    assert document["type"] == ["VerifiableCredential", "EuropeanDigitalCredential"]
    assert document["id"] == awards.reservation().credential_id
    assert document["credentialSchema"] == {
        "id": "http://data.europa.eu/snb/model/ap/edc-generic-full",
        "type": "ShaclValidator2017",
    }


def test_the_context_of_one_document_is_not_that_of_the_next() -> None:
    compose(awards.whole_award())["@context"].append("https://evil.example/")
    assert compose(awards.whole_award())["@context"] == elm3.CONTEXTS


def test_dates_are_moments_with_a_zone_and_an_end_is_said_twice() -> None:
    document = compose(awards.whole_award())
    assert document["issued"] == document["issuanceDate"] == "2026-06-12T09:30:00Z"
    assert document["validFrom"] == "2026-06-12T09:30:00Z"
    assert document["validUntil"] == document["expirationDate"] == "2028-06-11T09:30:00Z"
    without = compose(awards.awarded(awards.whole()))
    assert not {"validUntil", "expirationDate"} & set(without)


def test_the_one_status_entry_is_that_of_the_revocation_list() -> None:
    assert compose(awards.whole_award())["credentialStatus"] == {
        "id": "https://credentials.uni.example/status/euas/revocation/1#94567",
        "type": "CredentialStatus",
    }


def test_where_an_award_can_be_suspended_the_entry_is_that_of_the_suspension_list() -> None:
    suspension = "https://credentials.uni.example/status/euas/suspension/1"
    document = compose(awards.whole_award(), suspension_list=suspension, suspension_index=94567)
    assert document["credentialStatus"]["id"] == f"{suspension}#94567"


def test_it_points_at_the_open_badge_of_the_same_award() -> None:
    document = compose(awards.whole_award())
    address = f"{awards.BASE}/c/{awards.AWARD_ID}"
    assert elm3.award_url(document) == address
    links = document["credentialSubject"]["hasClaim"]["supplementaryDocument"]
    assert links[0]["contentURL"] == address


def test_an_id_made_from_an_address_is_always_the_same() -> None:
    address = f"{awards.BASE}/c/{awards.AWARD_ID}"
    assert elm3.credential_id(address) == elm3.credential_id(address)
    assert elm3.credential_id(address) != elm3.credential_id(f"{address}X")
    assert elm3.credential_id(address).startswith("urn:credential:")


def test_each_picture_is_a_page_with_an_id_of_its_own() -> None:
    draft = elm3.compose(
        awards.whole_award(),
        reservation=awards.reservation(),
        pictures=[awards.picture(), JPEG],
    )
    display = draft.document["displayParameter"]
    pages = display["individualDisplay"]["displayDetail"]
    assert [page["page"] for page in pages] == [1, 2]
    images = [page["image"] for page in pages]
    assert [image["contentType"]["id"].rpartition("/")[2] for image in images] == ["PNG", "JPEG"]
    assert base64.b64decode(images[1]["content"]) == JPEG
    assert images[0]["id"] != images[1]["id"]


def test_a_picture_of_another_kind_is_refused() -> None:
    with pytest.raises(LintFailed, match="neither PNG nor JPEG"):
        elm3.compose(awards.whole_award(), reservation=awards.reservation(), pictures=[b"<svg/>"])


def test_without_a_picture_it_is_not_sealed() -> None:
    draft = elm3.compose(awards.whole_award(), reservation=awards.reservation(), pictures=[])
    with pytest.raises(LintFailed, match="displayDetail"):
        lint.lint(draft)


# --- The learner and the organisation -------------------------------------------------------


def test_of_the_learner_only_the_name_and_what_is_in_clear_is_said() -> None:
    person = compose(awards.whole_award())["credentialSubject"]
    assert person["fullName"] == {"en": "Alex Example"}
    assert [(i["schemeName"], i["notation"]) for i in person["identifier"]] == [
        ("ext:ESI", "S1001"),
        ("DID", "did:web:alex.example"),
    ]
    written = jcs.encode(person)
    assert b"alex@uni.example" not in written
    assert b"2000-01-01" not in written


def test_the_organisation_stands_in_full_wherever_it_is_named() -> None:
    document = compose(awards.whole_award())
    claim = document["credentialSubject"]["hasClaim"]
    for part in (claim, claim["influencedBy"], claim["provenBy"]):
        assert part["awardedBy"]["awardingBody"] == document["issuer"]


def test_a_deqar_permalink_is_the_id_of_its_accreditation_once() -> None:
    stated = awards.whole_body().accreditations[0]
    offering = changed(quality_assurance=(stated, stated))
    document = compose(awards.awarded(offering, body=awards.whole_body()))
    of_issuer = document["issuer"]["accreditation"]
    assert of_issuer["id"] == "https://data.deqar.eu/report/12345"
    assert of_issuer["title"] == {"en": "Accredited without conditions"}
    of_offering = document["credentialSubject"]["hasClaim"]["specifiedBy"]["accreditation"]
    assert [one["id"].rpartition(":")[0] for one in of_offering] == ["urn:epass:accreditation"] * 2


def test_a_region_is_not_taken_for_a_place() -> None:
    body = awards.whole_body().model_copy(update={"address": type(awards.whole_body().address)()})
    location = compose(awards.awarded(awards.whole(), body=body))["issuer"]["location"]
    assert location["description"] == {"en": "Lower Austria"}
    assert "geographicName" not in location
    assert location["address"]["fullAddress"]["noteLiteral"] == {"en": "Lower Austria"}


# --- The claim ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("75", "PT75H"),
        ("1.5", "PT1H30M"),
        ("0.25", "PT15M"),
        ("0.01", "PT36S"),
        ("2.99", "PT2H59M24S"),
    ],
)
def test_hours_are_a_duration_of_hours(stated: str, written: str) -> None:
    claim = claim_of(changed(workload_hours=Decimal(stated)))
    assert claim["specifiedBy"]["volumeOfLearning"] == written


@given(st.decimals("0.01", "10000", places=2))
def test_no_hour_is_lost_in_a_duration(stated: Decimal) -> None:
    read = hours(nodes.duration(stated))
    assert read is not None
    assert round(read, 2) == stated


def test_credits_are_a_text() -> None:
    claim = claim_of(changed(ects=Decimal("2.50")))
    assert claim["creditReceived"]["point"] == claim["specifiedBy"]["creditPoint"]["point"] == "2.5"


def test_texts_stand_in_every_language_that_they_have() -> None:
    claim = claim_of(awards.whole())
    for text in (
        claim["title"],
        claim["specifiedBy"]["learningOutcome"][0]["title"],
        claim["specifiedBy"]["entryRequirement"]["noteLiteral"],
        claim["influencedBy"]["specifiedBy"]["hasPart"][0]["description"],
    ):
        assert list(text) == ["en", "de"]


def test_concepts_are_labelled_in_english_and_in_the_languages_of_the_offering() -> None:
    kind = claim_of(awards.whole())["specifiedBy"]["learningOutcome"][0]["dcType"]
    assert kind["prefLabel"] == {"en": "skill", "de": "Fähigkeit"}
    greek = changed(title=LangText.of(el="Τίτλος"))
    kind = claim_of(greek)["specifiedBy"]["learningOutcome"][0]["dcType"]
    assert list(kind["prefLabel"]) == ["en", "el"]


def test_concepts_are_labelled_in_no_language_that_the_document_is_not_in() -> None:
    french = changed(
        title=LangText.of(fr="Titre"), languages=("fr",), assessment_types=("written_examination",)
    )
    document = compose(awards.awarded(french))
    country = document["issuer"]["location"]["address"]["countryCode"]
    assert country["prefLabel"] == {"en": "Austria", "fr": "Autriche"}
    kind = document["credentialSubject"]["hasClaim"]["provenBy"]["dcType"]
    assert kind["prefLabel"] == {"en": "written examination", "fr": "examen écrit"}
    assert {
        tag
        for thing in things(document)
        if thing.get("type") == "Concept"
        for tag in thing["prefLabel"]
    } == {"en", "fr"}


def test_a_language_with_a_region_has_the_labels_of_its_base() -> None:
    offering = changed(title=LangText.model_validate({"de-AT": "Titel"}))
    document = compose(awards.awarded(offering))
    display = document["displayParameter"]
    assert display["primaryLanguage"]["id"].endswith("/DEU")
    assert display["primaryLanguage"]["prefLabel"] == {"en": "German", "de": "Deutsch"}
    assert display["title"] == {"de-AT": "Titel"}


@pytest.mark.parametrize(("tag", "code"), [("ga", "GLE"), ("sme", "SME"), ("zh-Hant", "ZHO")])
def test_a_language_is_that_of_the_eu_list(tag: str, code: str) -> None:
    spoken = claim_of(changed(languages=(tag,)))["specifiedBy"]["language"]
    assert spoken["id"].rpartition("/")[2] == code


@pytest.mark.parametrize("fields", [{"languages": ("tlh",)}, {"title": LangText.of(tlh="nuqneH")}])
def test_nothing_is_put_in_place_of_a_language_that_the_eu_does_not_list(
    fields: dict[str, Any],
) -> None:
    with pytest.raises(LintFailed, match="'tlh'") as caught:
        claim_of(changed(**fields))
    assert caught.value.details["problems"] == ["languages"]


def test_what_was_not_graded_was_passed() -> None:
    assert claim_of(awards.whole())["provenBy"]["grade"]["noteLiteral"]["en"] == "Pass"


def test_an_assessment_without_a_type_is_called_as_the_offering() -> None:
    assert claim_of(awards.barest())["provenBy"]["title"] == {"en": "Bare"}


def test_skills_of_esco_and_of_others_stand_apart() -> None:
    outcome = claim_of(awards.whole())["specifiedBy"]["learningOutcome"][0]
    assert outcome["relatedESCOSkill"]["id"] == awards.ESCO
    assert outcome["relatedESCOSkill"]["inScheme"]["id"].endswith("/esco/concept-scheme/skills")
    assert outcome["relatedSkill"]["id"] == "https://skills.example/7"


def test_a_skill_that_is_named_twice_has_one_label() -> None:
    first, second = awards.whole().learning_outcomes
    skill = first.skills[0].model_copy(update={"label": "guide a team"})
    both = (first, second.model_copy(update={"skills": (skill,)}))
    outcomes = claim_of(changed(learning_outcomes=both))["specifiedBy"]["learningOutcome"]
    labels = [outcome["relatedESCOSkill"]["prefLabel"] for outcome in outcomes]
    assert labels == [{"en": "guide a team"}] * 2


def test_stackable_is_said_in_the_words_of_the_issuer_and_counts_towards_nothing() -> None:
    larger = claim_of(awards.whole())["specifiedBy"]["isPartOf"]
    said = [one["additionalNote"]["noteLiteral"]["en"] for one in larger]
    assert said[0].endswith("Awarded by University of Example.")
    assert all("according to the issuer" in one for one in said)
    assert not any("counts towards" in one for one in said)


@pytest.mark.parametrize(
    ("mode", "partial"),
    [(StackingMode.STANDALONE, False), (StackingMode.INTEGRATED, True)],
)
def test_only_what_is_part_of_something_larger_is_partial(
    mode: StackingMode, partial: bool
) -> None:
    stacking = awards.whole().stacking
    assert stacking is not None
    alone = stacking.model_copy(update={"mode": mode, "towards": ()})
    offering = claim_of(changed(stacking=alone))["specifiedBy"]
    assert offering["isPartialQualification"] is partial
    assert "isPartOf" not in offering


def test_the_tier_is_not_the_level() -> None:
    offering = claim_of(changed(level=Level(not_applicable=True)))["specifiedBy"]
    assert "eqfLevel" not in offering
    about = {one["subject"]["id"].rpartition("#")[2] for one in offering["additionalNote"]}
    assert {"intermediate", "levelNotApplicable"} <= about


def test_the_hash_of_evidence_stands_in_its_title_and_evidence_is_not_about_issuing() -> None:
    document = compose(awards.whole_award())
    assert "evidence" not in document
    links = document["credentialSubject"]["hasClaim"]["supplementaryDocument"]
    assert [link["title"]["en"] for link in links[1:]] == [
        f"Plan (SHA-256 {'a3f5' * 16})",
        "Report",
    ]


def test_moments_are_whole_seconds_in_utc() -> None:
    at = dt.datetime(2026, 1, 1, 1, 0, 0, 999_999, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert nodes.moment(at) == "2025-12-31T23:00:00Z"
