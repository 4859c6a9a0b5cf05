import pytest

import schemas
from issuer.formats import ob3
from issuer.formats.json_schema import schema_problems


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
