import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from issuer.model.assessment import AssessmentResult
from issuer.model.learner import Disclosure, Learner, LearnerIdentifier

Data = dict[str, Any]


def test_the_display_name_is_the_given_and_the_family_name(learner: Data) -> None:
    del learner["display_name"]
    full = Learner.model_validate(learner | {"given_name": "Ελένη", "family_name": "Παράδειγμα"})
    assert full.display_name == "Ελένη Παράδειγμα"
    assert Learner.model_validate(learner | {"family_name": "Solo"}).display_name == "Solo"
    own = learner | {"given_name": "A", "family_name": "B", "display_name": "Dr A. B"}
    assert Learner.model_validate(own).display_name == "Dr A. B"


def test_a_learner_without_any_name_is_refused(learner: Data) -> None:
    for nothing in ({"display_name": ""}, {"display_name": None}, {"display_name": "\u200b"}):
        with pytest.raises(ValidationError, match="display_name"):
            Learner.model_validate(learner | nothing)
    with pytest.raises(ValidationError):
        Learner.model_validate(learner | {"display_name": None, "given_name": 7})


@pytest.mark.parametrize(
    "key",
    ["Alex Example", "alex example", "Example, Alex", "EXAMPLE ALEX", "Alex", "Example"],
)
def test_a_name_is_never_the_key(learner: Data, key: str) -> None:
    names = {"given_name": "Alex", "family_name": "Example", "key": key}
    with pytest.raises(ValidationError, match="never the name"):
        Learner.model_validate(learner | names)


_WORDS = st.text("aAß, -1", min_size=0, max_size=4)


@given(_WORDS, _WORDS, _WORDS, st.text("aAß, -1", min_size=1, max_size=9))
def test_a_key_is_refused_where_it_is_one_way_to_write_the_name(
    given_name: str, family: str, display: str, key: str
) -> None:
    learner = {"given_name": given_name.strip() or None, "family_name": family.strip() or None}
    try:
        made = Learner.model_validate(
            {"organisation": "uni", "key": "S000", "display_name": display, **learner}
        )
        other = LearnerIdentifier.model_validate({"scheme": "studentId", "value": key}).value
    except ValidationError:
        return  # There is nothing to read in it.
    g, f = made.given_name or "", made.family_name or ""
    ways = (made.display_name, g, f, f"{g} {f}", f"{f} {g}")
    plain = {way.casefold().replace(",", "").strip() for way in ways} - {""}
    said = {**made.model_dump(), "key": key}
    if other.casefold().replace(",", "") in plain:
        with pytest.raises(ValidationError, match="never the name"):
            Learner.model_validate(said)
    else:
        assert Learner.model_validate(said).key == other


def test_a_learner_comes_back_from_json(learner: Data) -> None:
    made = Learner.model_validate(
        learner
        | {
            "birth_date": "2001-02-03",
            "email": "alex@learner.example",
            "did": "did:web:alex.example",
            "identifiers": [{"scheme": "ext:uuid", "value": "1"}],
        }
    )
    assert made.identifiers[0].disclosure is Disclosure.HASHED
    assert Learner.model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "alex"),
        ("email", "alex@localhost"),
        ("email", "alex@x.example, eve@y.example"),
        ("email", "Alex <alex@x.example>"),
        ("email", "alex@x.example\nBcc: eve@y.example"),
        ("email", "a" * 250 + "@x.example"),
        ("did", "did:web"),
        ("did", "https://alex.example"),
        ("did", "did:web:alex.example#key"),
        ("did", "did:web:alex.example%zz"),
        ("did", "did:web:alex.example%"),
        ("birth_date", "1899-12-31"),
        ("birth_date", "yesterday"),
        ("key", ""),
        ("organisation", "UNI"),
        ("identifiers", [{"scheme": "ext:uuid", "value": "1"}] * 11),
        ("favourite_colour", "red"),
    ],
)
def test_a_field_that_is_refused(learner: Data, field: str, value: object) -> None:
    with pytest.raises(ValidationError, match=field):
        Learner.model_validate(learner | {field: value})


@pytest.mark.parametrize(
    "scheme", ["passport", "ext:", "ext:a b", "EmailAddress", "did", "did:x", "name"]
)
def test_a_scheme_that_open_badges_does_not_know_is_refused(scheme: str) -> None:
    with pytest.raises(ValidationError, match="scheme"):
        LearnerIdentifier.model_validate({"scheme": scheme, "value": "1"})


# --- The result -----------------------------------------------------------------------------


def test_the_source_says_what_makes_two_results_the_same(result: Data) -> None:
    one = AssessmentResult.model_validate(result | {"source_id": "R-1"})
    other = AssessmentResult.model_validate(
        result | {"source_id": "R-1", "date": "2026-06-13", "achievement": "other"}
    )
    assert one.natural_key == other.natural_key == "source:uni:R-1"


def test_else_it_is_who_what_and_when(result: Data) -> None:
    key = AssessmentResult.model_validate(result).natural_key
    assert key == "result:uni:data:S1:2026-06-12"
    for changed in (
        {"achievement": "other"},
        {"date": "2026-06-13"},
        {"learner": result["learner"] | {"key": "S2"}},
    ):
        assert AssessmentResult.model_validate(result | changed).natural_key != key
    named = result["learner"] | {"display_name": "Alexandra Example"}
    assert AssessmentResult.model_validate(result | {"learner": named}).natural_key == key


def test_an_id_of_the_source_never_reads_as_another_result(result: Data) -> None:
    plain = AssessmentResult.model_validate(result).natural_key
    for forged in (plain, plain.removeprefix("result:"), "uni:data:S1:2026-06-12"):
        made = AssessmentResult.model_validate(result | {"source_id": forged})
        assert made.natural_key != plain


def test_a_commitment_tells_the_same_content_from_other_content_under_one_key(
    result: Data,
) -> None:
    key = bytes(32)
    one = AssessmentResult.model_validate(result)
    assert one.commitment(key) == AssessmentResult.model_validate(result).commitment(key)
    assert one.commitment(key) != one.commitment(bytes(31) + b"\1")
    changed = AssessmentResult.model_validate(result | {"passed": False})
    assert one.commitment(key) != changed.commitment(key)
    assert "Alex" not in one.commitment(key)


def test_passed_may_be_unknown_and_must_be_said(result: Data) -> None:
    assert AssessmentResult.model_validate(result | {"passed": None}).passed is None
    del result["passed"]
    with pytest.raises(ValidationError, match="passed"):
        AssessmentResult.model_validate(result)


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("date", "12.06.2026", "date"),
        ("date", "1899-12-31", "1900-01-01"),
        ("date", "2200-01-01", "2199-12-31"),
        ("date", dt.datetime(2026, 6, 12, 9, tzinfo=dt.UTC), "date"),
        ("grade", {"value": "1"}, "scheme"),
        ("grade", {"value": "", "scheme": "s"}, "value"),
        ("grade", {"value": "x" * 41, "scheme": "s"}, "at most 40"),
        ("evidence", [{"title": "t", "url": "javascript:alert(1)"}], "not an https address"),
        ("evidence", [{"title": "t", "url": "https://r.example/", "sha256": "A" * 64}], "pattern"),
        ("evidence", [{"title": "t", "url": "https://r.example/", "sha256": "a" * 63}], "pattern"),
        ("evidence", [{"title": "t", "url": "https://r.example/"}] * 2, "stands there twice"),
        (
            "evidence",
            [{"title": "t", "url": f"https://r.example/{i}"} for i in range(21)],
            "at most 20",
        ),
        ("identity_check", "looked at", "not in the EU list 'supervision'"),
        ("organisation", "other", "belongs to another organisation"),
        ("assessor", "a\tb", "one line"),
    ],
)
def test_a_field_of_a_result_that_is_refused(
    result: Data, field: str, value: object, fault: str
) -> None:
    with pytest.raises(ValidationError, match=fault):
        AssessmentResult.model_validate(result | {field: value})
