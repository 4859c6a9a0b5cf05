"""Whatever stands where the parts should: a verification ends in a verdict."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.proofs import jcs
from issuer.services import present
from issuer.services.present import Asked
from issuer.verify import Material, Obtained, Verdict
from issuer.verify.material import joined
from tests.town import scenes
from tests.town.stacks import stacked_badge
from tests.town.university import NOW, Bench, University

UNI = University()
BENCH = Bench(UNI)
MADE = stacked_badge(UNI)
_ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text("ab1", max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=3), inner),
    max_leaves=6,
)
_TERMS = (
    "pathway",
    "pathwayTitle",
    "rule",
    "partsNotOlderThan",
    "ifPartRevoked",
    "totalCredits",
    "part",
)
_OF_PARTS = (
    "id",
    "digestMultibase",
    "partName",
    "partTitle",
    "partAchievement",
    "partTier",
    "partEarned",
    "partCredits",
    "partIssuer",
    "partStandsFor",
)


def _bent(term: str, value: Any) -> bytes:
    document = jcs.decode(MADE.data)
    document.pop("proof")
    node = document["credentialSubject"]["stackedFrom"]
    (node if term in _TERMS else node["part"][1])[term] = value
    return UNI.token(document)


@pytest.mark.parametrize("term", [*_TERMS, *_OF_PARTS])
@settings(max_examples=12, deadline=None)
@given(value=_ODD)
def test_an_odd_value_of_a_term(term: str, value: Any) -> None:
    report = BENCH.verify(_bent(term, value), material=joined(BENCH.material(), MADE.at_hand()))
    assert report.verdict in Verdict
    assert report.check("rule").reached
    view = present.checked(report, zone=scenes.VIENNA, asked=Asked("the text you pasted"))
    assert view.readable


@settings(max_examples=20, deadline=None)
@given(value=_ODD)
def test_an_odd_document_as_a_part(value: Any) -> None:
    address = f"{UNI.base}/c/law"
    odd = Material(parts={address: Obtained(jcs.encode(value), NOW, "somebody")})
    held = joined(joined(BENCH.material(), MADE.at_hand()), odd)
    report = BENCH.verify(MADE.data, material=held)
    assert report.check("parts").sub == "parts.other_document"
    assert report.verdict is Verdict.FAILED
