"""A small graph that keeps canonicalisation busy for ever must cost one worker its life, no more.

RDFC-1.0 §7.1. Nothing here looks at a clock: a pool without its deadline would never come back.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from issuer.errors import DeadlineExceeded, PoisonGraph
from issuer.jsonld import rdfc10
from issuer.jsonld.pool import Pool

Document = dict[str, Any]

CONTEXT = {"knows": "https://mallory.example/knows"}


def _clique(size: int) -> Document:
    people = [
        {"@id": f"_:p{i}", "knows": [{"@id": f"_:p{j}"} for j in range(size) if j != i]}
        for i in range(size)
    ]
    return {"@context": CONTEXT, "@id": "urn:x:party", "knows": people}


def test_a_clique_is_stopped_and_the_pool_goes_on(credential: Document) -> None:
    del credential["proof"]
    honest = rdfc10.canonicalise(credential)
    with Pool(processes=1, deadline_s=2) as pool:
        for _ in range(2):
            with pytest.raises(DeadlineExceeded, match="was stopped"):
                pool.canonicalise(_clique(12))
            assert pool.canonicalise(credential) == honest


def test_honest_documents_pass_while_poison_is_being_stopped(credential: Document) -> None:
    del credential["proof"]
    honest = rdfc10.canonicalise(credential)

    def ask(document: Document) -> bytes | type[Exception]:
        try:
            return pool.canonicalise(document)
        except DeadlineExceeded as fault:
            return type(fault)

    with Pool(processes=2, deadline_s=3) as pool, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, [_clique(12), *[credential] * 20, _clique(12)]))
    assert answers == [DeadlineExceeded, *[honest] * 20, DeadlineExceeded]


def test_many_look_alikes_are_refused_before_they_cost_anything() -> None:
    with pytest.raises(PoisonGraph, match="look alike"):
        rdfc10.canonicalise(_clique(rdfc10.MOST_AMBIGUOUS + 1))


def test_a_context_that_calls_itself_for_ever_is_refused() -> None:
    inner: Document = {"knows": "urn:x:knows"}
    for _ in range(200):
        inner = {"knows": {"@id": "urn:x:knows", "@context": inner}}
    with Pool(processes=1) as pool, pytest.raises(Exception, match="nested deeper"):
        pool.canonicalise({"@context": inner, "knows": "x"})
