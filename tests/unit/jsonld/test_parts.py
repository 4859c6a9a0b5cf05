"""Parts that many documents share: looked at once, held, and never mistaken for another."""

from itertools import count
from typing import Any

import pytest

from issuer.jsonld.parts import Parts
from issuer.jsonld.shapes import Shapes

PLAN: dict[tuple[str, ...], Any] = {("issuer",): "part", ("@context",): "part", ("name",): "text"}


def test_a_part_is_looked_at_once_as_long_as_it_is_remembered() -> None:
    numbers = count(1)
    parts = Parts(lambda _part: next(numbers), most=2)
    one, other, third = {"a": 1}, {"a": 1}, {"a": 1}
    assert [parts.of(p) for p in (one, one, other, other)] == [1, 1, 2, 2]
    assert parts.of(third) == 3
    assert len(parts) == 1
    assert parts.of(one) == 4


def test_the_digest_of_a_part_stands_in_the_key() -> None:
    shapes = Shapes(PLAN)
    issuer = {"id": "did:web:uni.example"}
    first = shapes.of({"@context": ["c", {"x": "y"}], "issuer": issuer, "name": "A"})
    again = shapes.of({"@context": ["c", {"x": "y"}], "issuer": dict(issuer), "name": "B"})
    other = shapes.of({"@context": ["c", {"x": "z"}], "issuer": issuer, "name": "A"})
    assert first is not None
    assert again is not None
    assert other is not None
    assert (first.key, first.texts) == (again.key, ("A",))
    assert first.key != other.key
    assert shapes.of({"name": "A"}) == (b'{"name":""}', ("A",), ())


@pytest.mark.parametrize("value", ["\x00abc", ["c", "\x00abc"]])
def test_what_looks_like_a_digest_has_no_shape(value: Any) -> None:
    assert Shapes(PLAN).of({"@context": value}) is None


def test_a_part_is_no_variable_and_is_left_as_it_is() -> None:
    shapes = Shapes(PLAN)
    document = {"issuer": "did:web:uni.example", "name": "A"}
    filled = shapes.filled(document, texts=iter(["B"]), iris=iter(()))
    assert filled == {"issuer": "did:web:uni.example", "name": "B"}


def test_a_part_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="is no value"):
        Shapes({(): "part"})
