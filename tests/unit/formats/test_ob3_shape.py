"""Our own badges by shape: the bytes of the full way or none, and every variable is signed."""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import TestamurError
from issuer.formats import ob3
from issuer.formats.awarded import Awarded
from issuer.formats.ob3_shape import VARIABLES
from issuer.jsonld import rdfc10
from issuer.jsonld.shapes import Kind, Shapes
from issuer.jsonld.templates import Templates
from issuer.model.achievement import DocumentFormat
from tests.town import awards as town

Document = Mapping[str, Any]
_SUSPENSION = {
    "suspension_list": f"{town.BASE}/status/euas/suspension/1",
    "suspension_index": 94567,
}
_slots = st.sampled_from([{}, _SUSPENSION])
_texts = st.text(max_size=20) | st.sampled_from(["", '"', "\\", "a\nb", "\u2028", "2.50", "_:b"])
_iris = st.sampled_from(
    [
        "https://uni.example/c/2",
        "did:web:alex.example",
        "did:key:z6Mk",
        "http://localhost:8000/status#7",
        "urn:uuid:5e0f7c1e-8c0b-4b3a-9d5e-1d3f1f0c0001",
        "_:b0",
        "relative",
        "https://uni.example/ä",
    ]
)


def composed(awarded: Awarded, slot: Mapping[str, Any]) -> Document:
    return ob3.compose(awarded, reservation=town.reservation(DocumentFormat.OB3, **slot)).document


def outcome(canonicalise: Callable[[Document], bytes], document: Document) -> bytes | str:
    try:
        return canonicalise(document)
    except TestamurError as fault:
        return fault.code


@settings(max_examples=25)
@given(town.awards(), _slots, st.data())
def test_any_award_with_any_values(
    awarded: Awarded, slot: Mapping[str, Any], data: st.DataObject
) -> None:
    document = composed(awarded, slot)
    templates = Templates(rdfc10.canonicalise, variables=VARIABLES)
    assert templates.canonicalise(document) == rdfc10.canonicalise(document)

    def drawn(of: st.SearchStrategy[str]) -> Iterator[str]:
        while True:
            yield data.draw(of)

    other = Shapes(VARIABLES).filled(document, texts=drawn(_texts), iris=drawn(_iris))
    expected = outcome(rdfc10.canonicalise, other)
    assert templates.find(other) in {expected, None}
    assert outcome(templates.canonicalise, other) == expected


@pytest.fixture(scope="module")
def templates() -> Templates:
    """Knows the two shapes of an award that states everything."""
    found = Templates(rdfc10.canonicalise, variables=VARIABLES)
    for slot in ({}, _SUSPENSION):
        found.canonicalise(composed(town.whole_award(), slot))
    return found


def _changed(node: Any, path: tuple[str, ...], kind: Kind) -> Iterator[None]:
    """Change each value at ``path``, one at a time, and put it back."""
    if isinstance(node, list):
        for item in node:
            yield from _changed(item, path, kind)
    elif isinstance(node, dict) and len(path) > 1:
        yield from _changed(node.get(path[0]), path[1:], kind)
    elif isinstance(node, dict) and path[0] in node:
        value = node[path[0]]
        node[path[0]] = f"{value}x"
        yield
        node[path[0]] = value


_OF_BADGES = [path for path in VARIABLES if path != ("created",)]


@pytest.mark.parametrize("slot", [{}, _SUSPENSION], ids=["one entry", "two entries"])
@pytest.mark.parametrize("path", _OF_BADGES, ids=".".join)
def test_every_variable_is_filled_and_signed(
    path: tuple[str, ...], slot: Mapping[str, Any], templates: Templates
) -> None:
    document = copy.deepcopy(dict(composed(town.whole_award(), slot)))
    before = templates.find(document)
    assert before == rdfc10.canonicalise(document)
    places = 0
    for _ in _changed(document, path, VARIABLES[path]):
        places += 1
        after = templates.find(document)
        assert after is not None
        assert after != before
        assert after == rdfc10.canonicalise(document)
    assert places


def test_awards_of_one_course_have_one_shape(templates: Templates) -> None:
    known = len(templates)
    for number in range(5):
        award = town.whole_award()
        learner = award.result.learner.model_copy(update={"display_name": f"Ada {number}"})
        result = award.result.model_copy(update={"learner": learner})
        other = Awarded(award.award, award.achievement, award.organisation, result, award.base_url)
        templates.canonicalise(composed(other, {}))
    assert len(templates) == known
