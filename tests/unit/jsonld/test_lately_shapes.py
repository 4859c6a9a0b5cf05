"""What is asked of one document again and again is taken apart once."""

from typing import Any

import pytest

from issuer.jsonld import shapes
from issuer.jsonld.shapes import LatelyShapes, Shapes, Variables

VARIABLES: Variables = {("id",): "iri", ("name",): "text", ("inside", "name"): "text"}


def document(**changes: Any) -> dict[str, Any]:
    return {"id": "urn:example:1", "name": "one", "inside": {"name": "two"}, **changes}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every document that is taken apart."""
    seen: list[Any] = []

    def blanked(node: Any, plan: Any, taken: Any, _own: Any = shapes._blanked) -> Any:
        if "id" in node:
            seen.append(node)
        return _own(node, plan, taken)

    monkeypatch.setattr(shapes, "_blanked", blanked)
    return seen


def test_it_says_what_shapes_says() -> None:
    lately, plain = LatelyShapes(VARIABLES), Shapes(VARIABLES)
    for one in (document(), document(name="other"), document(id="no address"), {}):
        for _ in range(2):
            assert lately.of(one) == plain.of(one)


def test_the_same_document_is_taken_apart_once(asked: list[Any]) -> None:
    lately, one = LatelyShapes(VARIABLES), document()
    assert lately.of(one) is lately.of(one)
    assert asked == [one]
    assert lately.of(dict(one)) == lately.of(one)
    assert len(asked) == 3


@pytest.mark.parametrize(
    "changes", [{"name": "other"}, {"inside": {"name": "two"}}, {"more": "said"}]
)
def test_another_document_is_taken_apart_anew(asked: list[Any], changes: dict[str, Any]) -> None:
    lately, one = LatelyShapes(VARIABLES), document()
    lately.of(one)
    other = one | changes
    assert lately.of(other) == Shapes(VARIABLES).of(other)
    assert len(asked) == 3


def test_no_other_document_gets_the_address_of_one() -> None:
    lately = LatelyShapes(VARIABLES)
    for number in range(50):
        # Each is gone before the next one is made.
        found = lately.of(document(name=f"text {number}"))
        assert found is not None
        assert found.texts == (f"text {number}", "two")
