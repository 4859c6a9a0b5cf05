"""What a European document says, read back: as the Open Badge says it, and nothing raised."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from issuer.formats import elm3, ob3
from issuer.formats.awarded import Awarded
from issuer.formats.portrait import portrait
from issuer.formats.said import EvidenceSaid, Portrait, Said
from issuer.model.achievement import DocumentFormat, StackingMode
from issuer.model.texts import LangText
from issuer.proofs import jcs
from tests.town import awards

Document = dict[str, Any]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
OF_THE_DOCUMENT = {"credential_id"}
"""Each document has its own."""
OF_THE_BADGE = {"narrative"}
"""Made for Open Badges from what both say."""


def sealed(stated: Awarded) -> Document:
    """As it is read after sealing: parsed from its bytes."""
    draft = elm3.compose(stated, reservation=awards.reservation(), pictures=[awards.picture()])
    return jcs.decode(jcs.encode_compact(draft.document))


@pytest.fixture
def document() -> Document:
    return sealed(awards.whole_award())


def claim(document: Document) -> Document:
    found: Document = document["credentialSubject"]["hasClaim"]
    return found


def offer(document: Document) -> Document:
    found: Document = claim(document)["specifiedBy"]
    return found


def alike(said: Portrait) -> dict[str, Any]:
    """Every field that both documents can carry; skills are a set in both."""
    values = {field.name: getattr(said, field.name) for field in dataclasses.fields(said)}
    values["outcomes"] = [(o.text, o.kind, frozenset(o.skills)) for o in said.outcomes]
    # ELM names languages of instruction without script and region.
    values["instruction_languages"] = [
        {"sme": "se"}.get(tag, tag) for tag in said.instruction_languages
    ]
    return {n: v for n, v in values.items() if n not in OF_THE_DOCUMENT | OF_THE_BADGE}


@given(awards.awards())
def test_both_documents_of_any_award_say_the_same(stated: Awarded) -> None:
    badge = ob3.compose(stated, reservation=awards.reservation(DocumentFormat.OB3))
    assert alike(portrait(sealed(stated))) == alike(portrait(badge.document))


@pytest.mark.parametrize(
    "slug", sorted(path.stem for path in (awards.ROOT / "examples" / "achievements").glob("*.toml"))
)
def test_both_documents_of_a_demo_award_say_the_same(slug: str) -> None:
    stated = awards.awarded(awards.course(slug))
    badge = ob3.compose(stated, reservation=awards.reservation(DocumentFormat.OB3))
    assert alike(portrait(sealed(stated))) == alike(portrait(badge.document))


def test_a_whole_award_leaves_nothing_unsaid(document: Document) -> None:
    said = portrait(document)
    empty = [f.name for f in dataclasses.fields(said) if getattr(said, f.name) in (None, ())]
    assert empty == ["narrative", "mandatory_missing"]
    assert said.optional_present == ("O1", "O2", "O3", "O4", "O5")
    assert said.level_not_applicable is False
    assert said.is_microcredential


def test_the_first_language_is_read_and_its_region_is_kept() -> None:
    offering = awards.whole().model_copy(
        update={"title": LangText.model_validate({"de": "Titel", "de-AT": "Titel in Österreich"})}
    )
    assert portrait(sealed(awards.awarded(offering))).title == "Titel"
    turned = offering.model_copy(
        update={"title": LangText.model_validate({"de-AT": "Titel in Österreich", "de": "Titel"})}
    )
    said = portrait(sealed(awards.awarded(turned)))
    assert (said.language, said.title) == ("de-AT", "Titel in Österreich")
    assert said.description == "Description auf Deutsch"


def test_pass_where_no_grade_was_given_is_not_a_grade() -> None:
    assert portrait(sealed(awards.awarded(awards.whole()))).grade is None


def test_pass_as_a_grade_is_one(document: Document) -> None:
    claim(document)["provenBy"]["grade"]["noteLiteral"] = {"en": "Pass"}
    assert portrait(document).grade == "Pass"


def test_the_link_to_the_open_badge_is_not_evidence(document: Document) -> None:
    assert portrait(document).evidence == (
        EvidenceSaid("Plan", "https://work.example/1", "a3f5" * 16),
        EvidenceSaid("Report", "https://work.example/2", None),
    )


def test_without_the_link_there_is_no_address_of_the_award(document: Document) -> None:
    assert elm3.award_url(document) == f"{awards.BASE}/c/{awards.AWARD_ID}"
    document["identifier"] = document["identifier"][0]
    assert elm3.award_url(document) is None


# --- Documents of others --------------------------------------------------------------------


def test_hours_are_read_where_others_state_them(document: Document) -> None:
    del offer(document)["volumeOfLearning"]
    assert portrait(document).workload_hours == "135"
    del claim(document)["influencedBy"]["workload"]
    assert portrait(document).workload_hours == "135"
    claim(document)["influencedBy"]["specifiedBy"]["volumeOfLearning"] = "P60M"
    assert portrait(document).workload_hours is None


def test_what_is_part_of_something_is_stackable_whoever_says_so(document: Document) -> None:
    del offer(document)["additionalNote"]
    said = portrait(document)
    assert said.stacking is StackingMode.STACKABLE
    assert (said.tier, said.fee, said.syllabus_version) == (None, None, None)
    del offer(document)["isPartOf"]
    assert portrait(document).stacking is None


def test_a_note_about_nothing_in_particular_is_further_information(document: Document) -> None:
    offer(document)["additionalNote"] = [
        {"type": "Note", "subject": {"id": "urn:x:y"}, "noteLiteral": {"en": "About this"}},
        {"type": "Note"},
        {"type": "Note", "noteLiteral": {"en": "More"}},
    ]
    assert portrait(document).further_information == "More"


def test_the_achievement_is_read_among_several_claims(document: Document) -> None:
    other = {"id": "urn:a:b", "type": "LearningActivity", "title": {"en": "Attendance"}}
    document["credentialSubject"]["hasClaim"] = [other, claim(document)]
    assert portrait(document).title == "Title in English"
    document["credentialSubject"]["hasClaim"] = [other]
    assert portrait(document).title == "Attendance"


def test_a_name_in_two_parts_is_a_name(document: Document) -> None:
    del document["credentialSubject"]["fullName"]
    assert portrait(document).learner_name == "Alex Example"


def test_an_issuer_without_a_did_is_named_by_its_eidas_identifier(document: Document) -> None:
    del document["issuer"]["identifier"]
    assert portrait(document).issuer_id == awards.EIDAS


@pytest.mark.parametrize(
    ("iri", "read"),
    [
        ("http://publications.europa.eu/resource/authority/country/AUT", "AT"),
        ("http://publications.europa.eu/resource/authority/country/NOWHERE", "NOWHERE"),
        (5, None),
    ],
)
def test_a_country_is_read_by_its_code(document: Document, iri: object, read: str | None) -> None:
    document["issuer"]["location"]["address"]["countryCode"] = {"id": iri}
    assert portrait(document).country == read


@pytest.mark.parametrize("iri", ["urn:x:klingon", 5, None])
def test_a_display_in_an_unknown_language_is_read_in_english(
    document: Document, iri: object
) -> None:
    document["displayParameter"]["primaryLanguage"] = {"id": iri}
    assert portrait(document).language == "en"


def test_texts_without_a_language_and_in_another_are_read(document: Document) -> None:
    offer(document)["description"] = "Plain"
    claim(document)["title"] = {"fr": "Titre"}
    said = portrait(document)
    assert (said.description, said.title) == ("Plain", "Titre")


def test_what_the_eu_list_does_not_know_is_shown_as_it_was_written(document: Document) -> None:
    offer(document)["mode"] = [
        {"id": "https://other.example/mode", "prefLabel": {"en": "By post"}},
        {"id": "urn:x:y"},
        {},
    ]
    offer(document)["language"] = {"id": "urn:x:klingon"}
    said = portrait(document)
    assert said.participation == (
        Said("By post", "https://other.example/mode"),
        Said("urn:x:y", None),
        Said("", None),
    )
    assert said.instruction_languages == ("urn:x:klingon",)


def test_what_is_checked_is_read_by_its_list_and_not_by_its_label(document: Document) -> None:
    checked = claim(document)["provenBy"]["idVerification"]
    checked["prefLabel"] = {"en": "Supervised by the pope"}
    said = portrait(document).identity_verified
    assert said is not None
    assert said.label == schemas.code_list("supervision").by_iri(checked["id"]).label()


def test_a_plan_that_is_not_kept_is_not_invented(document: Document) -> None:
    notes = claim(document)["provenBy"]["additionalNote"]
    claim(document)["provenBy"]["additionalNote"] = [
        note for note in notes if note["subject"]["id"].startswith(schemas.VOCABULARY)
    ]
    said = portrait(document)
    assert said.supervision is None
    assert said.identity_verified is not None


def test_a_recognition_of_no_known_type_is_called_so(document: Document) -> None:
    offer(document)["accreditation"] = {"type": "Accreditation"}
    (said,) = portrait(document).quality
    assert said.type_label == "quality assurance of a type that is not stated"
    assert (said.agency, said.decision, said.link) == (None, None, None)


def test_credits_of_another_framework_are_not_ects(document: Document) -> None:
    for place in (claim(document)["creditReceived"], offer(document)["creditPoint"]):
        place["framework"]["id"] = "urn:x:other-credits"
    assert portrait(document).ects is None


def test_a_link_that_is_not_https_is_no_link(document: Document) -> None:
    document["issuer"]["homepage"]["contentURL"] = "javascript:alert(1)"
    offer(document)["homepage"]["contentURL"] = "http://uni.example/"
    said = portrait(document)
    assert (said.issuer_url, said.course_url) == (None, None)


def test_dates_of_the_older_model_are_read(document: Document) -> None:
    del document["validFrom"], document["validUntil"]
    said = portrait(document)
    assert said.valid_from == awards.NOW
    assert said.valid_until == awards.NOW + dt.timedelta(days=730)


def test_a_document_that_says_nothing_has_an_empty_portrait() -> None:
    said = portrait({"type": "EuropeanDigitalCredential"})
    assert said.mandatory_present == ()
    assert said.title is None


@given(JSON)
def test_nothing_raises_whatever_a_document_is(value: Any) -> None:
    names = ("credentialSubject", "issuer", "displayParameter", "identifier", "validFrom", "id")
    document = dict.fromkeys(names, value) | {"type": ["EuropeanDigitalCredential"]}
    assert isinstance(portrait(document), Portrait)


@given(st.data())
def test_nothing_raises_whatever_stands_anywhere_in_it(data: st.DataObject) -> None:
    document = sealed(awards.whole_award())
    place: Any = document
    while isinstance(place, dict) and place:
        name = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[name], dict) or data.draw(st.booleans()):
            place[name] = data.draw(JSON)
            break
        place = place[name]
    assert isinstance(elm3.portrait(document), Portrait)
    assert elm3.award_url(document) is None or elm3.award_url(document)
