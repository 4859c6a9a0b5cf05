"""Our vocabulary stands inline in the document: who changes a definition changes the document."""

from copy import deepcopy
from typing import Any

import pytest

import schemas
from issuer.verify import Report, Verdict
from tests.town.university import Bench, University

Document = dict[str, Any]
NAMESPACE = "https://w3id.org/testamur/vocab#"


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(University())


def with_contexts(bench: Bench, *more: object) -> Report:
    """The report on a genuine badge that brings these contexts along beside its own two."""
    document = bench.university.badge()
    document["@context"] = [*document["@context"][:2], *more]
    return bench.verify(bench.university.seal(document))


def test_as_published_it_is_fine(bench: Bench) -> None:
    assert with_contexts(bench, schemas.vocabulary_context()).verdict is Verdict.PASSED


@pytest.mark.parametrize("term", ["assessor", "unitText", "identityVerified"])
def test_a_definition_that_the_document_does_not_even_use(bench: Bench, term: str) -> None:
    changed = deepcopy(schemas.vocabulary_context())
    definition = changed[term]
    if isinstance(definition, dict):
        definition["@id"] = "https://mallory.example/#nothing"
    else:
        changed[term] = f"{definition}2"
    report = with_contexts(bench, changed)
    assert report.check("contexts").sub == "contexts.vocabulary_changed"
    assert report.verdict is Verdict.FAILED


def test_a_definition_less(bench: Bench) -> None:
    shorter = {k: v for k, v in schemas.vocabulary_context().items() if k != "feeStatement"}
    assert with_contexts(bench, shorter).check("contexts").verdict is Verdict.FAILED


def test_a_word_of_our_own_for_one_of_ours(bench: Bench) -> None:
    for definition in (f"{NAMESPACE}canDo", {"@id": f"{NAMESPACE}canDo"}):
        report = with_contexts(bench, schemas.vocabulary_context(), {"alias": definition})
        assert report.check("contexts").sub == "contexts.vocabulary_changed"


def test_somebody_elses_words_are_their_own(bench: Bench) -> None:
    theirs = {"hobby": "https://other.example/#hobby", "odd": None}
    report = with_contexts(bench, schemas.vocabulary_context(), theirs)
    assert report.check("contexts").verdict is Verdict.PASSED
