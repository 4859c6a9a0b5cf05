"""A European document without its context or its claim passes every shape: it says nothing."""

from typing import Any

import pytest

from issuer.errors import LintFailed
from issuer.formats import elm3, lint
from issuer.model.drafts import Draft
from issuer.proofs import jcs
from tests.town import awards

Document = dict[str, Any]


@pytest.fixture
def document() -> Document:
    draft = elm3.compose(
        awards.whole_award(), reservation=awards.reservation(), pictures=[awards.picture()]
    )
    return jcs.decode(jcs.encode_compact(draft.document))


def codes(document: Document) -> set[str]:
    return {problem.code for problem in elm3.problems(document)}


@pytest.mark.parametrize(
    "contexts",
    [
        None,
        [],
        "http://data.europa.eu/snb/model/context/edc-ap",
        ["https://www.w3.org/ns/credentials/v2", "http://data.europa.eu/snb/model/context/edc-ap"],
        [
            "https://www.w3.org/2018/credentials/v1",
            "https://data.europa.eu/snb/model/context/edc-ap",
        ],
    ],
)
def test_without_its_context_no_word_means_anything(document: Document, contexts: Any) -> None:
    document["@context"] = contexts
    assert "elm.no_context" in codes(document)
    with pytest.raises(LintFailed, match=r"elm\.no_context"):
        lint.lint(Draft(document))


@pytest.mark.parametrize("subject", [None, {}, [], "urn:epass:person:1", {"hasClaim": []}])
def test_without_a_claim_nothing_is_said(document: Document, subject: Any) -> None:
    document["credentialSubject"] = subject
    assert "elm.nothing_said" in codes(document)


def test_another_type_makes_no_european_document(document: Document) -> None:
    document["type"] = ["VerifiableCredential", "EuropeanDigitalPresentation"]
    assert not elm3.is_edc(document)
    assert "elm.not_an_edc" in codes(document)
