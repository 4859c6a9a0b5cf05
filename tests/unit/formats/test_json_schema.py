from typing import Any

import pytest

import schemas
from issuer.formats import json_schema, ob3, ob3_shape
from issuer.formats.json_schema import ByShape, schema_problems
from tests.town.badge import badge


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
    others: list[dict[str, Any]] = [{"name": "x"}, {"id": 7}, {"id": None}, {"id": ["x"]}]
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


def test_what_has_no_shape_is_judged_in_full(asked: list[Any]) -> None:
    by_shape = ByShape(ob3.SCHEMA, variables=ob3_shape.UNSEEN)
    odd = _badge(more=object())
    assert by_shape.problems(odd) == by_shape.problems(odd) == ()
    assert len(asked) == 2
