"""Whatever stands where a European document names its parts: a verification ends in a verdict."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.formats import stacking
from issuer.services import present
from issuer.services.present import Asked
from issuer.verify import Verdict
from tests.town import scenes
from tests.town.european import BENCH
from tests.town.european_stacks import (
    Document,
    claim_of,
    material,
    notes_of,
    parts_of,
    stacked_diploma,
)
from tests.town.stacks import Course

COURSES = (Course("ethics"), Course("law"))
_ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text("ab1", max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=3), inner),
    max_leaves=6,
)
_OF_WHOLE = ("pathway", "pathwayTitle", "rule", "ifPartRevoked", "totalCredits", "totalHours")
_OF_PART = ("partName", "partTier", "partAchievement", "digestMultibase", "partHours")
_MEMBERS = ("title", "identifier", "awardedBy", "creditReceived", "additionalNote")


def _asked(value: Any, *, term: str, member: str) -> None:
    def bend(document: Document) -> None:
        node = parts_of(document)[1]
        if term in _OF_WHOLE:
            node = claim_of(document)
        if term:
            node = notes_of(node)[term]
        node[member] = value

    made = stacked_diploma(*COURSES, bend=bend)
    report = made.verify(BENCH, material=material())
    assert report.verdict in Verdict
    assert report.check("rule").verdict in Verdict
    view = present.checked(report, zone=scenes.VIENNA, asked=Asked("the file you handed in"))
    assert view.readable


@pytest.mark.parametrize("term", [*_OF_WHOLE, *_OF_PART])
@settings(max_examples=10, deadline=None)
@given(value=_ODD)
def test_an_odd_text_of_a_note(term: str, value: Any) -> None:
    _asked(value, term=term, member="noteLiteral")


@pytest.mark.parametrize("member", _MEMBERS)
@settings(max_examples=10, deadline=None)
@given(value=_ODD)
def test_an_odd_member_of_a_part(member: str, value: Any) -> None:
    _asked(value, term="", member=member)


@pytest.mark.parametrize("member", ["credentialSubject", "type", "displayParameter", "issuer"])
@settings(max_examples=20, deadline=None)
@given(value=_ODD)
def test_an_odd_document_is_stacked_or_not(member: str, value: Any) -> None:
    document = {"type": ["EuropeanDigitalCredential"], member: value}
    assert stacking.is_stacked(document) is False
