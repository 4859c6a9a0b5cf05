"""What the linter refuses, and that no document, however hostile, makes it stumble."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import LintFailed
from issuer.formats import ob3_shape
from issuer.formats.awarded import Awarded
from issuer.formats.lint import CONTEXT_1_1, Linter, lint, moment_of, structure_problems
from issuer.formats.ob3 import compose
from issuer.jsonld.shapes import Shapes
from issuer.model.award import Reservation
from issuer.model.drafts import Draft

V2 = "https://www.w3.org/ns/credentials/v2"
GOOD: dict[str, Any] = {
    "@context": [V2, "https://example.org/context", {"extra": "https://example.org/extra"}],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "ExampleCredential"],
    "name": {"@value": "Ein Name", "@language": "de"},
    "description": [{"@value": "a", "@language": "en", "@direction": "ltr"}],
    "issuer": {"id": "did:example:issuer", "name": "Issuer"},
    "validFrom": "2026-06-12T09:30:00Z",
    "validUntil": "2026-06-12T11:30:00.123+02:00",
    "credentialSubject": {"id": "did:example:learner", "achieved": "something"},
    "credentialStatus": [{"type": "BitstringStatusListEntry", "id": "https://s.example/1#2"}],
    "credentialSchema": {"id": "https://s.example/schema", "type": "JsonSchema"},
    "termsOfUse": {"type": "Terms"},
    "relatedResource": [
        {"id": "https://r.example/1", "digestSRI": "sha256-x"},
        {"id": "https://r.example/2", "digestMultibase": "uEi"},
    ],
}
OLD: dict[str, Any] = {
    "@context": [CONTEXT_1_1],
    "type": "VerifiableCredential",
    "issuer": "https://issuer.example/",
    "issuanceDate": "2026-06-12T09:30:00Z",
    "credentialSubject": [{"a": 1}, {"b": 2}],
}
ABSENT = object()
CONTEXT = "@context must"
BAD: list[tuple[str, object, str]] = [
    ("@context", ABSENT, CONTEXT),
    ("@context", V2, CONTEXT),
    ("@context", [], CONTEXT),
    ("@context", {}, CONTEXT),
    ("@context", 7, CONTEXT),
    ("@context", True, CONTEXT),
    ("@context", [{}], "@context must begin with the W3C"),
    ("@context", [[V2]], "@context must begin with the W3C"),
    ("@context", ["https://example.org/context", V2], "@context must begin with the W3C"),
    ("@context", [V2, 7], "@context holds something"),
    ("@context", [V2, None], "@context holds something"),
    ("@context", [V2, "relative"], "@context holds something"),
    ("id", None, "id must be one absolute URL"),
    ("id", ["https://a.example/"], "id must be one absolute URL"),
    ("id", "relative/id", "id must be one absolute URL"),
    ("id", "https://a.example/ b", "id must be one absolute URL"),
    ("id", "https://a.example/\n", "id must be one absolute URL"),
    ("id", "did:", "id must be one absolute URL"),
    ("issuer", ABSENT, "issuer must be"),
    ("issuer", {}, "issuer must be"),
    ("issuer", {"id": 7}, "issuer must be"),
    ("issuer", ["did:example:a"], "issuer must be"),
    ("issuer", "University", "issuer must be"),
    ("issuer", {"id": "did:example:a", "name": {"en": "map"}}, "name must be a text"),
    ("type", ABSENT, "type must be text"),
    ("type", [], "type must contain VerifiableCredential"),
    ("type", "ExampleCredential", "type must contain VerifiableCredential"),
    ("type", ["VerifiableCredential", 7], "type must be text"),
    ("type", ["VerifiableCredential", ""], "type must be text"),
    ("type", {"en": "VerifiableCredential"}, "type must be text"),
    ("credentialSubject", ABSENT, "credentialSubject must be"),
    ("credentialSubject", {}, "credentialSubject must be"),
    ("credentialSubject", [], "credentialSubject must be"),
    ("credentialSubject", [{"a": 1}, {}], "credentialSubject must be"),
    ("credentialSubject", "did:example:learner", "credentialSubject must be"),
    ("credentialSubject", {"id": "learner"}, "credentialSubject.id must be"),
    ("validFrom", "2026-06-12", "validFrom must be a date and time"),
    ("validFrom", "2026-06-12T09:30:00", "validFrom must be a date and time"),
    ("validFrom", "2026-02-30T09:30:00Z", "validFrom must be a date and time"),
    ("validFrom", "2026-06-12T09:30:00Z\n", "validFrom must be a date and time"),
    ("validFrom", "٢٠٢٦-06-12T09:30:00Z", "validFrom must be a date and time"),
    ("validFrom", 1781256600, "validFrom must be a date and time"),
    ("validFrom", None, "validFrom must be a date and time"),
    ("validUntil", "2026-06-12T09:29:59Z", "validFrom is after validUntil"),
    ("validUntil", "2026-06-12T11:29:59+02:00", "validFrom is after validUntil"),
    ("issuanceDate", "2026-06-12T09:30:00Z", "issuanceDate does not belong"),
    ("expirationDate", "2026-06-12T09:30:00Z", "expirationDate does not belong"),
    ("credentialStatus", {"id": "https://s.example/1"}, "credentialStatus must be an object"),
    ("credentialStatus", "https://s.example/1", "credentialStatus must be an object"),
    ("credentialStatus", [None], "credentialStatus must be an object"),
    ("credentialStatus", {"type": "X", "id": "x"}, "credentialStatus.id must be"),
    ("credentialStatus", {"type": "X", "id": None}, "credentialStatus.id must be"),
    ("termsOfUse", {}, "termsOfUse must be an object"),
    ("evidence", [{"type": "E"}, {"name": "no type"}], "evidence must be an object"),
    ("refreshService", [[]], "refreshService must be an object"),
    ("credentialSchema", {"type": "JsonSchema"}, "credentialSchema must have an id"),
    ("name", {"en": "a map of languages"}, "name must be a text"),
    ("name", {"@value": 7}, "name must be a text"),
    ("name", {"@value": "a", "@index": "b"}, "name must be a text"),
    ("name", [], "name must be a text"),
    ("name", ["plain"], "name must be a text"),
    ("description", 7, "description must be a text"),
    ("description", [{"@value": "a"}, [{"@value": "b"}]], "description must be a text"),
    ("relatedResource", ["https://r.example/1"], "relatedResource must have an id"),
    ("relatedResource", {"digestSRI": "x"}, "relatedResource must have an id"),
    ("relatedResource", {"id": "https://r.example/1"}, "relatedResource must have digestSRI"),
    (
        "relatedResource",
        [{"id": "https://r.example/1", "digestSRI": "x"}] * 2,
        "relatedResource names one id twice",
    ),
]


def changed(document: dict[str, Any], name: str, value: object) -> dict[str, Any]:
    other = copy.deepcopy(document)
    other.pop(name, None)
    return other if value is ABSENT else other | {name: value}


@pytest.mark.parametrize("document", [GOOD, OLD], ids=["2.0", "1.1"])
def test_a_sound_document_has_no_problems(document: dict[str, Any]) -> None:
    assert structure_problems(document) == ()
    assert lint(Draft(document)).document is document


@pytest.mark.parametrize(("name", "value", "problem"), BAD)
def test_what_the_data_model_forbids_is_named(name: str, value: object, problem: str) -> None:
    found = structure_problems(changed(GOOD, name, value))
    assert any(p.startswith(problem) for p in found), found


def test_a_document_of_the_old_model_needs_its_issuance_date_and_none_of_the_new() -> None:
    assert structure_problems(changed(OLD, "issuanceDate", ABSENT)) == ("issuanceDate is missing",)
    assert structure_problems(OLD | {"validFrom": "2026-06-12T09:30:00Z"}) == (
        "validFrom does not belong to this version of the data model",
    )
    assert structure_problems(OLD | {"expirationDate": "2026-06-11T09:30:00Z"}) == (
        "issuanceDate is after expirationDate",
    )


def test_the_old_context_in_a_second_place_does_not_make_the_document_old() -> None:
    both = GOOD | {"@context": [V2, CONTEXT_1_1]}
    assert structure_problems(both) == ()


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(LintFailed, match="must not be signed") as fault:
        lint(Draft({}))
    problems = fault.value.details["problems"]
    assert isinstance(problems, list)
    assert len(problems) == 4
    assert all(problem in fault.value.message for problem in problems)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(name=st.sampled_from([*GOOD, "evidence", "refreshService", "issuanceDate"]), value=JSON)
def test_nothing_makes_the_linter_stumble(name: str, value: object) -> None:
    for document in (GOOD, OLD):
        assert all(isinstance(p, str) for p in structure_problems(document | {name: value}))


@given(st.dictionaries(st.sampled_from([*GOOD, "issuanceDate"]), JSON))
def test_no_document_makes_the_linter_stumble(document: dict[str, Any]) -> None:
    assert all(isinstance(p, str) for p in structure_problems(document))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-06-12T09:30:00Z", "2026-06-12T09:30:00+00:00"),
        ("2026-06-12T09:30:00.5-03:30", "2026-06-12T09:30:00.500000-03:30"),
    ],
)
def test_a_date_time_stamp_is_read(text: str, read: str) -> None:
    moment = moment_of(text)
    assert moment is not None
    assert moment.isoformat() == read


# --- Open Badges ----------------------------------------------------------------------------


def badge(awarded: Awarded, reservation: Reservation) -> dict[str, Any]:
    return copy.deepcopy(dict(compose(awarded, reservation=reservation).document))


def test_a_badge_that_breaks_its_schema_is_not_signed(
    awarded: Awarded, reservation: Reservation
) -> None:
    document = badge(awarded, reservation)
    del document["credentialSubject"]["achievement"]["criteria"]
    with pytest.raises(LintFailed, match="'criteria' is a required property"):
        lint(Draft(document))


def test_a_badge_with_one_status_entry_is_held_to_the_schema_in_that_too(
    awarded: Awarded, reservation: Reservation
) -> None:
    document = badge(awarded, reservation)
    document["credentialStatus"] = {"type": 7}
    with pytest.raises(LintFailed, match="credentialStatus/type: 7 is not valid"):
        lint(Draft(document))


@pytest.mark.parametrize(("name", "most"), [("type", 1), ("@context", 2)])
def test_a_badge_of_somebody_else_is_judged_by_the_data_model_alone(
    awarded: Awarded, reservation: Reservation, name: str, most: int
) -> None:
    document = badge(awarded, reservation)
    document[name] = document[name][:most]
    del document["credentialSubject"]["achievement"]["criteria"]
    assert lint(Draft(document)).document == document


@pytest.mark.parametrize("contexts", [[V2], [V2, {}, "https://purl.imsglobal.org/ob.json"], V2])
def test_what_calls_itself_a_badge_names_a_badge_context(
    awarded: Awarded, reservation: Reservation, contexts: object
) -> None:
    document = {**badge(awarded, reservation), "@context": contexts}
    assert any("names no Open Badges" in problem for problem in structure_problems(document))
    for name in ("context", "context-3.0.1", "context-3.0.2"):
        url = f"https://purl.imsglobal.org/spec/ob/v3p0/{name}.json"
        assert structure_problems({**document, "@context": [V2, url]}) == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [("type", "VerifiableCredential"), ("@context", V2), ("@context", None)],
)
def test_a_badge_of_odd_form_does_not_make_the_linter_stumble(
    awarded: Awarded, reservation: Reservation, name: str, value: object
) -> None:
    document = badge(awarded, reservation) | {name: value}
    if name == "type":
        assert lint(Draft(document)).document == document
    else:
        with pytest.raises(LintFailed, match="@context must be a list"):
            lint(Draft(document))


def test_a_linter_says_what_lint_says(awarded: Awarded, reservation: Reservation) -> None:
    linter, document = Linter(Shapes(ob3_shape.VARIABLES)), badge(awarded, reservation)
    for _ in range(2):
        assert linter.lint(Draft(document)) == lint(Draft(document))
    wrong = Draft({**document, "credentialSubject": {"type": ["AchievementSubject"]}})
    with pytest.raises(LintFailed) as refused:
        linter.lint(wrong)
    with pytest.raises(LintFailed) as same:
        lint(wrong)
    assert refused.value.details == same.value.details


@pytest.mark.parametrize(
    "changes",
    [
        {"validUntil": "2020-01-01T00:00:00Z"},
        {"validFrom": "yesterday"},
        {"id": "no address"},
        {"credentialSubject": {}},
    ],
)
def test_what_may_differ_within_a_shape_is_looked_at_in_every_document(
    awarded: Awarded, reservation: Reservation, changes: dict[str, Any]
) -> None:
    document = {**badge(awarded, reservation), "validUntil": "2030-01-01T00:00:00Z"}
    linter, wrong = Linter(Shapes(ob3_shape.VARIABLES)), Draft({**document, **changes})
    linter.lint(Draft(document))
    with pytest.raises(LintFailed) as refused:
        linter.lint(wrong)
    with pytest.raises(LintFailed) as same:
        lint(wrong)
    assert refused.value.details == same.value.details
