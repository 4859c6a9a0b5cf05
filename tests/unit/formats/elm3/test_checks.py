"""What is wrong with a document that calls itself European: each fault by its code and place."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import LintFailed
from issuer.formats import elm3, lint
from issuer.formats.elm3.walk import MOST_THINGS
from issuer.model.drafts import Draft
from issuer.proofs import jcs
from tests.town import awards

Document = dict[str, Any]
Change = Callable[[Document], object]
LONG_AGO = "2020-01-01T00:00:00Z"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@pytest.fixture
def document() -> Document:
    """A document in which nothing is wrong, and nothing stands twice by identity."""
    draft = elm3.compose(
        awards.whole_award(), reservation=awards.reservation(), pictures=[awards.picture()]
    )
    return jcs.decode(jcs.encode_compact(draft.document))


def claim(document: Document) -> Document:
    found: Document = document["credentialSubject"]["hasClaim"]
    return found


def offer(document: Document) -> Document:
    found: Document = claim(document)["specifiedBy"]
    return found


def found(document: Document) -> set[tuple[str, str]]:
    """Codes of what is wrong, with the last two names of their places."""
    return {
        (problem.code, ".".join(problem.path.split(".")[-2:]))
        for problem in elm3.problems(document)
    }


def test_nothing_is_wrong_with_what_we_compose(document: Document) -> None:
    assert elm3.problems(document) == ()


def _nameless(document: Document) -> None:
    del document["credentialSubject"]["fullName"]
    del document["credentialSubject"]["givenName"]


PLACES: list[tuple[str, str, Change]] = [
    ("elm.no_context", "@context", lambda d: d.pop("@context")),
    ("elm.no_context", "@context", lambda d: d["@context"].reverse()),
    ("elm.no_context", "@context", lambda d: d.update({"@context": d["@context"][1]})),
    ("elm.other_context", "@context", lambda d: d["@context"].append({"title": "urn:x:y"})),
    (
        "elm.other_context",
        "credentialSubject.hasClaim",
        lambda d: claim(d).update({"@context": {"title": "urn:x:y"}}),
    ),
    ("elm.not_an_edc", "type", lambda d: d.update(type="VerifiableCredential")),
    ("elm.other_schema", "credentialSchema", lambda d: d["credentialSchema"].update(id="urn:x:y")),
    ("elm.other_schema", "credentialSchema", lambda d: d["credentialSchema"].update(id=5)),
    ("elm.nothing_said", "credentialSubject", lambda d: d.pop("credentialSubject")),
    ("elm.nothing_said", "credentialSubject", lambda d: d["credentialSubject"].pop("hasClaim")),
    (
        "elm.nothing_said",
        "credentialSubject",
        lambda d: d["credentialSubject"].update(hasClaim="urn:epass:learningAchievement:1"),
    ),
    ("elm.no_eidas", "issuer.eIDASIdentifier", lambda d: d["issuer"].pop("eIDASIdentifier")),
    ("elm.two_ends", "validUntil", lambda d: d.update(validUntil="2029-01-01T00:00:00Z")),
    (
        "elm.ends_before_it_begins",
        "validUntil",
        lambda d: d.update(validUntil=LONG_AGO, expirationDate=LONG_AGO),
    ),
    ("elm.bad_id", "hasClaim.specifiedBy", lambda d: offer(d).update(id="qualification")),
    ("elm.bad_id", "hasClaim.specifiedBy", lambda d: offer(d).update(id=["urn:a:b"])),
    ("elm.bad_id", "specifiedBy.eqfLevel", lambda d: offer(d)["eqfLevel"].pop("id")),
    ("elm.bad_id", "accreditation.dcType", lambda d: offer(d)["accreditation"]["dcType"].pop("id")),
    ("elm.bad_id", "credentialStatus", lambda d: d["credentialStatus"].update(id="_:status")),
    (
        "elm.unknown_property",
        "hasClaim.specifiedBy",
        lambda d: offer(d).update(ectsPoints="5"),
    ),
    ("elm.unknown_property", "hasClaim.specifiedBy", lambda d: offer(d).update({"@id": "urn:a:b"})),
    (
        "elm.unknown_class",
        "hasClaim.specifiedBy",
        lambda d: offer(d).update(type=["Qualification", "MicroCredential"]),
    ),
    ("elm.missing", "hasClaim.specifiedBy", lambda d: offer(d).pop("title")),
    ("elm.missing", "hasClaim.specifiedBy", lambda d: offer(d).update(title={})),
    ("elm.missing", "hasClaim.specifiedBy", lambda d: offer(d).update(title={"en": ""})),
    ("elm.missing", "hasClaim.provenBy", lambda d: claim(d)["provenBy"].pop("grade")),
    ("elm.missing", "", lambda d: d.pop("issued")),
    ("elm.missing", "", lambda d: d.update(credentialSchema=[])),
    (
        "elm.too_many",
        "",
        lambda d: d.update(issued=[d["issued"], "2026-06-13T09:30:00Z"]),
    ),
    (
        "elm.too_many",
        "hasClaim.provenBy",
        lambda d: claim(d)["provenBy"].update(
            grade=[claim(d)["provenBy"]["grade"], claim(d)["provenBy"]["grade"] | {"id": "urn:a:b"}]
        ),
    ),
    (
        "elm.too_many",
        "credentialSubject",
        lambda d: d["credentialSubject"].update(fullName={"en": "Alex", "de": "Alex"}),
    ),
    ("elm.wrong_class", "hasClaim.specifiedBy", lambda d: offer(d).update(eqfLevel="EQF 6")),
    (
        "elm.wrong_class",
        "credentialSubject.hasClaim",
        lambda d: offer(d).update(type="LearningActivitySpecification"),
    ),
    (
        "elm.wrong_class",
        "credentialSubject.hasClaim",
        lambda d: claim(d).update(awardedBy={"id": "urn:epass:nobody:1"}),
    ),
    ("elm.wrong_class", "hasClaim.specifiedBy", lambda d: offer(d).update(homepage=5)),
    (
        "elm.bad_value",
        "specifiedBy.creditPoint",
        lambda d: offer(d)["creditPoint"].update(point=True),
    ),
    ("elm.no_language", "hasClaim.specifiedBy", lambda d: offer(d).update(title="Title")),
    (
        "elm.date_without_zone",
        "hasClaim.awardedBy",
        lambda d: claim(d)["awardedBy"].update(awardingDate="2026-06-12"),
    ),
    ("elm.bad_duration", "hasClaim.specifiedBy", lambda d: offer(d).update(volumeOfLearning="60")),
    (
        "elm.two_in_one_language",
        "hasClaim.specifiedBy",
        lambda d: offer(d).update(title={"en": ["Title", "Another"]}),
    ),
    ("elm.no_name", "credentialSubject", _nameless),
    (
        "elm.wrong_scheme",
        "specifiedBy.eqfLevel",
        lambda d: offer(d).update(eqfLevel=offer(d)["mode"]),
    ),
    (
        "elm.wrong_scheme",
        "accreditation.dcType",
        lambda d: d["issuer"]["accreditation"].update(dcType=offer(d)["mode"]),
    ),
    (
        "elm.wrong_scheme",
        "specifiedBy.eqfLevel",
        lambda d: offer(d)["eqfLevel"].update(inScheme={"id": {"a": 1}}),
    ),
    (
        "elm.concept_outside_list",
        "specifiedBy.eqfLevel",
        lambda d: offer(d)["eqfLevel"].update(id="http://data.europa.eu/snb/eqf/99"),
    ),
    (
        "elm.duplicate_id",
        "hasClaim.specifiedBy",
        lambda d: offer(d).update(id=claim(d)["provenBy"]["id"]),
    ),
    (
        "elm.duplicate_id",
        "evidence",
        lambda d: d.update(evidence=d["issuer"]["location"] | {"description": {"en": "Elsewhere"}}),
    ),
    (
        "elm.duplicate_id",
        "evidence",
        lambda d: d.update(
            evidence=d["issuer"]["eIDASIdentifier"] | {"notation": "VATAT-U00000000"}
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "place", "change"), PLACES)
def test_a_fault_is_found_at_its_place_and_is_never_sealed(
    document: Document, code: str, place: str, change: Change
) -> None:
    change(document)
    assert (code, place) in found(document)
    if elm3.is_edc(document):
        with pytest.raises(LintFailed, match=code.replace(".", r"\.")):
            lint.lint(Draft(document))


def _described_twice(document: Document) -> None:
    for place, text in ((offer(document), {"en": "One"}), (claim(document), {"fr": "Autre"})):
        place["additionalNote"] = {"id": "urn:a:b", "type": "Note", "noteLiteral": text}


NOTES: list[tuple[str, Change]] = [
    ("elm.months_for_hours", lambda d: offer(d).update(volumeOfLearning="P60M")),
    ("elm.months_for_hours", lambda d: claim(d)["influencedBy"].update(workload="P2D")),
    ("elm.hours_credits", lambda d: offer(d)["creditPoint"].update(point="1")),
    ("elm.concept_incomplete", lambda d: offer(d)["educationLevel"].pop("prefLabel")),
    ("elm.concept_incomplete", lambda d: offer(d)["educationLevel"].pop("inScheme")),
    (
        "elm.concept_outside_list",
        lambda d: offer(d)["mode"].update(
            id="http://data.europa.eu/snb/learning-assessment/0000000000"
        ),
    ),
    (
        "elm.described_twice",
        _described_twice,
    ),
]


@pytest.mark.parametrize("kinds", [["Qualification", []], ["Qualification", None], 5])
def test_a_type_is_text_or_several_texts(document: Document, kinds: Any) -> None:
    offer(document)["type"] = kinds
    assert ("elm.unknown_class", "hasClaim.specifiedBy") in found(document)


@pytest.mark.parametrize(("code", "change"), NOTES)
def test_what_is_only_unusual_is_a_note_and_stops_nothing(
    document: Document, code: str, change: Change
) -> None:
    change(document)
    assert {(p.code, p.severity) for p in elm3.problems(document)} >= {(code, "note")}
    assert all(p.severity == "note" for p in elm3.problems(document))
    assert lint.lint(Draft(document)).document is document


FINE: list[Change] = [
    # One value or several: readers take both.
    lambda d: d.update(credentialSchema=[d["credentialSchema"]]),
    lambda d: d["credentialSubject"].update(hasClaim=[[claim(d)]]),
    # The same value twice is one statement.
    lambda d: d.update(issued=[d["issued"], d["issued"]]),
    # A thing may be named by its id alone where it is described elsewhere.
    lambda d: claim(d).update(awardedBy=claim(d)["provenBy"]["awardedBy"]["id"]),
    lambda d: claim(d).update(awardedBy={"id": claim(d)["provenBy"]["awardedBy"]["id"]}),
    lambda d: offer(d).update(dateModified=None),
    lambda d: offer(d).update(maximumDuration="P6M"),
    lambda d: offer(d)["language"][0].update(inScheme=offer(d)["language"][0]["inScheme"]["id"]),
    # Others sign inside the document.
    lambda d: d.update(proof={"type": "Proof", "proofValue": "z", "created": "yesterday"}),
    lambda d: offer(d).update(creditPoint=[offer(d)["creditPoint"]] * 2),
    lambda d: offer(d)["creditPoint"].update(point="many"),
    lambda d: offer(d)["creditPoint"].update(point="-1"),
    lambda d: d["credentialSubject"].update(type="Organisation", legalName={"en": "A company"},
                                            location=d["issuer"]["location"]),
    # A skill is named where it belongs.
    lambda d: offer(d)["learningOutcome"][0]["dcType"].update(prefLabel={"fr": "aptitude"}),
]  # fmt: skip


@pytest.mark.parametrize("change", FINE)
def test_what_is_right_in_another_form_is_no_error(document: Document, change: Change) -> None:
    change(document)
    assert [p for p in elm3.problems(document) if p.severity == "error"] == []


def test_a_label_that_says_something_else_elsewhere_is_two_in_one(document: Document) -> None:
    document["issuer"]["location"]["address"]["countryCode"]["prefLabel"] = {"en": "Atlantis"}
    errors = {p.code for p in elm3.problems(document) if p.severity == "error"}
    assert errors == {"elm.duplicate_id"}


def test_a_place_is_named_with_its_number(document: Document) -> None:
    del offer(document)["learningOutcome"][1]["title"]
    (problem,) = elm3.problems(document)
    assert problem.path.endswith("specifiedBy.learningOutcome[1]")


def test_what_hides_in_lists_of_lists_is_found(document: Document) -> None:
    offer(document)["learningOutcome"] = [[[{"type": "LearningOutcome", "titel": "hidden"}]]]
    assert {p.code for p in elm3.problems(document)} == {"elm.missing", "elm.unknown_property"}


def test_errors_stand_before_notes_and_both_end(document: Document) -> None:
    offer(document)["volumeOfLearning"] = "P60M"
    document |= {f"unknown{n}": n for n in range(48)}
    severities = [p.severity for p in elm3.problems(document)]
    assert severities == ["error"] * 48 + ["note"]
    document |= {f"more{n}": n for n in range(48)}
    assert [p.severity for p in elm3.problems(document)] == ["error"] * 50


def test_notes_do_not_crowd_out_an_error(document: Document) -> None:
    specs = [
        {"id": f"urn:a:{n}", "type": "LearningActivitySpecification", "title": {"en": "Unit"},
         "volumeOfLearning": "P1M"}
        for n in range(200)
    ]  # fmt: skip
    claim(document)["influencedBy"]["specifiedBy"]["hasPart"] = specs
    offer(document)["title"] = "no language"
    problems = elm3.problems(document)
    assert [p.code for p in problems[:2]] == ["elm.missing", "elm.no_language"]
    assert len(problems) == 50


def test_more_things_than_are_looked_at_are_an_error(document: Document) -> None:
    known = offer(document)["additionalNote"][0]
    document["evidence"] = [dict(known) for _ in range(MOST_THINGS)]
    assert ("elm.too_large", "") in found(document)


@given(JSON)
def test_nothing_raises_whatever_a_document_is(value: Any) -> None:
    assert elm3.problems({"@context": value, "type": value, "issuer": value, "id": value})


@given(st.data())
def test_nothing_raises_whatever_stands_anywhere_in_it(data: st.DataObject) -> None:
    draft = elm3.compose(
        awards.whole_award(), reservation=awards.reservation(), pictures=[awards.picture()]
    )
    document = jcs.decode(jcs.encode_compact(draft.document))
    place: Any = document
    while isinstance(place, dict) and place:
        name = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[name], dict) or data.draw(st.booleans()):
            place[name] = data.draw(JSON)
            break
        place = place[name]
    assert all(problem.code in elm3.CODES for problem in elm3.problems(document))


def _spots(value: Any) -> list[tuple[Document, str]]:
    """Every member of every thing, wherever it stands."""
    if isinstance(value, list):
        return [spot for item in value for spot in _spots(item)]
    if not isinstance(value, dict):
        return []
    inner = [spot for item in value.values() for spot in _spots(item)]
    return [(value, name) for name in value] + inner


JUNK: tuple[Any, ...] = (5, None, ["a", ["b"]], {"a": {"b": 1}}, [{"id": ["c"]}], {"id": {"d": 1}})


def test_nothing_raises_wherever_something_else_stands(document: Document) -> None:
    spots = _spots(document)
    assert len(spots) > 500
    # Each spot with one of them, and each kind of property with nearly all.
    for number, (place, name) in enumerate(spots):
        kept, place[name] = place[name], JUNK[number % len(JUNK)]
        assert all(problem.code in elm3.CODES for problem in elm3.problems(document))
        place[name] = kept
    assert elm3.problems(document) == ()


def test_a_language_map_in_a_list_is_none(document: Document) -> None:
    offer(document)["description"] = [offer(document)["description"]]
    assert ("elm.no_language", "hasClaim.specifiedBy") in found(document)
