"""The W3C test suite of RDF Dataset Canonicalization 1.0 (rdfc10-tests.json)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Quad, RdfFormat, parse

from issuer.errors import DeadlineExceeded
from issuer.jsonld.pool import Pool
from issuer.jsonld.rdfc10 import canonical_nquads

pytestmark = pytest.mark.vectors

Case = dict[str, Any]
EVALUATED, MAPPED, POISON = 64, 21, 1


@pytest.fixture(scope="session")
def cases(published: Callable[[str], Path]) -> list[Case]:
    found: list[Case] = json.loads(published("vectors/rdf-canon/rdfc10-tests.json").read_bytes())
    return found


def _of(cases: list[Case], kind: str) -> list[Case]:
    return [case for case in cases if case["type"] == f"rdfc:{kind}"]


def _quads(case: Case) -> list[Quad]:
    return list(parse(case["input"].encode(), RdfFormat.N_QUADS))


def _hash(case: Case) -> str:
    return str(case.get("hashAlgorithm") or "SHA256").lower().replace("-", "")


def test_every_dataset_has_its_canonical_form(cases: list[Case]) -> None:
    evaluated = _of(cases, "RDFC10EvalTest")
    assert len(evaluated) == EVALUATED
    wrong = [
        case["id"]
        for case in evaluated
        if canonical_nquads(_quads(case), _hash(case)).decode() != case["expected"]
    ]
    assert wrong == []
    assert {_hash(case) for case in evaluated} == {"sha256", "sha384"}


def test_the_labels_are_those_that_were_issued(cases: list[Case]) -> None:
    mapped = _of(cases, "RDFC10MapTest")
    assert len(mapped) == MAPPED
    for case in mapped:
        issued = json.loads(case["expected"])
        lines = sorted(f"{_relabelled(quad, issued)} .\n" for quad in set(_quads(case)))
        found = canonical_nquads(_quads(case), _hash(case))
        assert found == "".join(lines).encode(), case["id"]


def _relabelled(quad: Quad, issued: dict[str, str]) -> str:
    terms = [quad.subject, quad.predicate, quad.object, quad.graph_name]
    shown = [f"_:{issued[t.value]}" if isinstance(t, BlankNode) else str(t) for t in terms]
    return " ".join(text for text in shown if text != "DEFAULT")


def test_the_poison_is_stopped(cases: list[Case]) -> None:
    poison = _of(cases, "RDFC10NegativeEvalTest")
    assert len(poison) == POISON
    with Pool(processes=1) as pool, pytest.raises(DeadlineExceeded):
        pool.canonicalise(_as_json_ld(_quads(poison[0])))


def _as_json_ld(quads: list[Quad]) -> dict[str, Any]:
    nodes: dict[str, dict[str, list[dict[str, str]]]] = {}
    for quad in quads:
        members = nodes.setdefault(str(quad.subject), {})
        members.setdefault(quad.predicate.value, []).append({"@id": str(quad.object)})
    return {
        "@context": {},
        "@id": "urn:x:root",
        "urn:x:node": [{"@id": name, **members} for name, members in nodes.items()],
    }
