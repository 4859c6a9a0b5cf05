"""Two things of one id are one thing in RDF: a second picture or learner could hide in it."""

from copy import deepcopy
from typing import Any

import pytest

from issuer.formats import elm3
from issuer.proofs import jcs
from tests.town import awards

Document = dict[str, Any]


@pytest.fixture
def document() -> Document:
    draft = elm3.compose(
        awards.whole_award(), reservation=awards.reservation(), pictures=[awards.picture()]
    )
    return jcs.decode(jcs.encode_compact(draft.document))


def errors(document: Document) -> set[str]:
    return {p.code for p in elm3.problems(document) if p.severity == "error"}


def test_a_second_picture_of_the_first_ones_id(document: Document) -> None:
    display = document["displayParameter"]["individualDisplay"]
    page = display["displayDetail"]
    other = deepcopy(page) | {"id": "urn:epass:displayDetail:2", "page": 2}
    other["image"]["content"] = "AAAA"
    display["displayDetail"] = [page, other]
    assert "elm.duplicate_id" in errors(document)


def test_a_better_grade_of_the_first_ones_id(document: Document) -> None:
    claim = document["credentialSubject"]["hasClaim"]
    better = deepcopy(claim["provenBy"]["grade"])
    better["noteLiteral"] = {"en": "1.0"}
    claim["additionalNote"] = better
    found = {(p.code, p.severity) for p in elm3.problems(document)}
    # Texts add up, so this is only unusual for the model; that it is unusual is said.
    assert ("elm.described_twice", "note") in found


def test_another_learner_of_the_first_ones_id(document: Document) -> None:
    subject = document["credentialSubject"]
    other = {"id": subject["id"], "type": "Person", "fullName": {"en": "Mallory"}, "hasClaim": []}
    subject["hasClaim"]["provenBy"]["assessedBy"] = other
    assert "elm.duplicate_id" in errors(document)


def test_the_id_of_the_learner_on_a_thing_of_another_class(document: Document) -> None:
    document["issuer"]["homepage"]["id"] = document["credentialSubject"]["id"]
    assert "elm.duplicate_id" in errors(document)
