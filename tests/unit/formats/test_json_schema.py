from typing import Any

import pytest

import schemas
from issuer.formats import json_schema, ob3, ob3_shape
from issuer.formats.json_schema import ByShape, schema_problems
from issuer.jsonld.shapes import Shapes
from tests.town.badge import PROOF, badge


def test_problems_say_where_and_what_and_are_at_most_five() -> None:
    problems = schema_problems({}, url=ob3.SCHEMA)
    assert len(problems) == 5
    assert problems[0] == "document: '@context' is a required property"


def test_a_problem_inside_names_its_place_and_is_cut() -> None:
    problems = schema_problems({"issuer": {"id": 7, "type": "x" * 1_000}}, url=ob3.SCHEMA)
    inside = [p for p in problems if p.startswith("issuer")]
    assert inside
    assert all(len(p) < 300 for p in inside)


def test_a_schema_that_is_not_pinned_is_never_fetched() -> None:
    with pytest.raises(schemas.UnknownDocument, match="not in the pinned catalogue"):
        schema_problems({}, url="https://stranger.example/schema.json")


def test_a_context_is_no_schema() -> None:
    with pytest.raises(schemas.UnknownDocument, match="is not a json-schema"):
        schema_problems({}, url=ob3.CONTEXT)


def _badge(**changes: Any) -> dict[str, Any]:
    subject = {
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": "Alex Example",
                "identityType": "name",
            }
        ]
    }
    issuer = {"id": "did:web:uni.example", "type": ["Profile"]}
    return {**badge(issuer, subject=subject, achievement={}), **changes}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The documents that the schema was applied to."""
    seen: list[Any] = []

    def counted(document: Any, *, url: str) -> tuple[str, ...]:
        seen.append(document)
        return schema_problems(document, url=url)

    monkeypatch.setattr(json_schema, "schema_problems", counted)
    return seen


def test_a_schema_is_applied_once_for_each_shape(asked: list[Any]) -> None:
    by_shape = ByShape(ob3.SCHEMA, variables=ob3_shape.UNSEEN)
    for number in range(4):
        assert by_shape.problems(_badge(id=f"https://uni.example/c/{number}")) == ()
    assert len(asked) == 1
    # A text that is not listed, another kind of value, another length: other shapes.
    others: list[dict[str, Any]] = [
        {"name": "x"}, {"id": 7}, {"id": None}, {"id": ["x"]}, {"evidence": None}
    ]  # fmt: skip
    for number, other in enumerate(others):
        by_shape.problems(_badge(**other))
        assert len(asked) == number + 2


def test_what_breaks_the_schema_is_judged_each_time(asked: list[Any]) -> None:
    by_shape = ByShape(ob3.SCHEMA, variables=ob3_shape.UNSEEN)
    broken = _badge(issuer=7)
    assert (
        by_shape.problems(broken)
        == by_shape.problems(broken)
        == schema_problems(broken, url=ob3.SCHEMA)
    )
    assert len(asked) == 2


def test_null_is_not_taken_for_what_is_missing() -> None:
    by_shape = ByShape(ob3.SCHEMA, variables=[("evidence", "id")])
    without = {name: value for name, value in _badge().items() if name != "evidence"}
    assert by_shape.problems(without) == ()
    wrong = without | {"evidence": None}
    assert by_shape.problems(wrong) == schema_problems(wrong, url=ob3.SCHEMA) != ()


def test_what_has_no_shape_is_judged_in_full(asked: list[Any]) -> None:
    by_shape = ByShape(ob3.SCHEMA, variables=ob3_shape.UNSEEN)
    odd = _badge(more=object())
    assert by_shape.problems(odd) == by_shape.problems(odd) == ()
    assert len(asked) == 2


def test_what_was_taken_apart_without_its_proof_is_not_taken_apart_again(asked: list[Any]) -> None:
    by_shape = ByShape(ob3.SCHEMA, variables=ob3_shape.UNSEEN)
    apart = Shapes(ob3_shape.VARIABLES).of
    for number in range(4):
        proof = PROOF | {"created": f"2026-06-12T09:30:0{number}Z", "proofValue": f"z{number}"}
        sealed = _badge(id=f"https://uni.example/c/{number}", proof=proof)
        assert by_shape.problems_of_sealed(sealed, apart=apart) == ()
    assert len(asked) == 1
    # Another proof, or another body, is another shape.
    others: list[dict[str, Any]] = [
        {"proof": PROOF | {"proofPurpose": "other"}},
        {"proof": PROOF, "name": "x"},
    ]
    for number, other in enumerate(others):
        by_shape.problems_of_sealed(_badge(**other), apart=apart)
        assert len(asked) == number + 2


@pytest.mark.parametrize(
    "sealed",
    [
        _badge(),
        _badge(proof=[PROOF]),
        _badge(proof=PROOF, id="no address"),
        _badge(proof=PROOF | {"more": object()}),
    ],
    ids=["no proof", "several", "a value that is not plain", "no JSON"],
)
def test_a_sealed_document_that_is_not_plain_is_judged_as_any(sealed: dict[str, Any]) -> None:
    by_shape = ByShape(ob3.SCHEMA, variables=ob3_shape.UNSEEN)
    apart = Shapes(ob3_shape.VARIABLES).of
    assert by_shape.problems_of_sealed(sealed, apart=apart) == by_shape.problems(sealed)
