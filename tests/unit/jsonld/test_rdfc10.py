from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from issuer.errors import DroppedTerm, MalformedDocument, PoisonGraph
from issuer.jsonld import rdfc10

Document = dict[str, Any]

CONTEXT = {"a": "urn:x:a", "n": "urn:x:n"}


def test_lines_are_sorted_and_blank_nodes_named() -> None:
    document = {
        "@context": CONTEXT,
        "@id": "urn:x:1",
        "n": {"a": 'ä\n"\u2028'},
        "a": [True, 6.0, 5.5],
    }
    assert rdfc10.canonicalise(document).decode().split("\n") == [
        '<urn:x:1> <urn:x:a> "5.5E0"^^<http://www.w3.org/2001/XMLSchema#double> .',
        '<urn:x:1> <urn:x:a> "6"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        '<urn:x:1> <urn:x:a> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .',
        "<urn:x:1> <urn:x:n> _:c14n0 .",
        '_:c14n0 <urn:x:a> "ä\\n\\"\u2028" .',
        "",
    ]


def test_graphs_lists_languages_and_named_graphs() -> None:
    document = {
        "@context": {**CONTEXT, "g": {"@id": "urn:x:g", "@container": "@graph"}},
        "@id": "urn:x:1",
        "g": {"@id": "urn:x:2", "a": {"@value": "x", "@language": "EN-US"}},
        "n": [{"@list": ["x"]}, {"@id": "urn:x:3"}],
    }
    assert set(rdfc10.canonicalise(document).decode().splitlines()) >= {
        "<urn:x:1> <urn:x:g> _:c14n1 .",
        '<urn:x:2> <urn:x:a> "x"@en-us _:c14n1 .',
        "<urn:x:1> <urn:x:n> <urn:x:3> .",
    }
    named = {
        "@context": {"g": {"@id": "urn:x:g", "@container": ["@graph", "@id"]}, **CONTEXT},
        "@id": "urn:x:1",
        "g": {"urn:x:9": {"a": "x"}},
    }
    assert b"<urn:x:9> .\n" in rdfc10.canonicalise(named)


@given(st.permutations(["x", "y", "z"]), st.booleans())
def test_the_order_of_a_set_does_not_matter_and_that_of_a_list_does(
    order: list[str], as_list: bool
) -> None:
    def canonical(values: list[str]) -> bytes:
        value: object = {"@list": values} if as_list else values
        return rdfc10.canonicalise({"@context": CONTEXT, "@id": "urn:x:1", "a": value})

    same = canonical(order) == canonical(["x", "y", "z"])
    assert same == (not as_list or order == ["x", "y", "z"])


def test_the_hash_labels_the_blank_nodes() -> None:
    document = {"@context": CONTEXT, "@id": "urn:x:1", "n": [{"a": str(i)} for i in range(8)]}
    by_256, by_384 = (rdfc10.canonicalise(document, name) for name in ("sha256", "sha384"))
    assert by_256 != by_384
    assert sorted(by_256) == sorted(by_384)


@pytest.mark.parametrize(
    "value",
    [
        {"@id": "https://uni.example/%zz"},
        {"@id": "http://[::1"},
        {"@value": "x", "@language": "no language"},
        {"@value": "x", "@type": "urn:x:%zz"},
    ],
)
def test_what_is_not_rdf(value: object) -> None:
    with pytest.raises(MalformedDocument, match="RDF"):
        rdfc10.canonicalise({"@context": CONTEXT, "a": value})


@pytest.mark.parametrize(
    "iri",
    [
        "urn:x:1> <urn:x:a> <urn:x:2",
        "urn:x:1\n",
        "urn:x:\u00a01",
        "urn:x:\u20281",
        'urn:x:"',
        "urn:x:{1}",
        "_:a b",
    ],
)
def test_an_address_cannot_smuggle_in_or_lose_a_statement(iri: str) -> None:
    for document in ({"@id": iri, "a": "x"}, {"n": {"@id": iri}}, {iri: "x", "a": "x"}):
        with pytest.raises(DroppedTerm):
            rdfc10.canonicalise({"@context": CONTEXT, **document})


def test_look_alikes_up_to_the_cap_are_told_apart() -> None:
    def ring(size: int) -> bytes:
        lines = "".join(f"_:b{i} <urn:x:a> _:b{(i + 1) % size} .\n" for i in range(size))
        return rdfc10.canonical_nquads(parse(lines.encode(), RdfFormat.N_QUADS))

    assert ring(rdfc10.MOST_AMBIGUOUS).count(b"\n") == rdfc10.MOST_AMBIGUOUS
    with pytest.raises(PoisonGraph, match="25 objects"):
        ring(rdfc10.MOST_AMBIGUOUS + 1)


def test_threads_do_not_disturb_each_other() -> None:
    def document(i: int) -> Document:
        inner = {"@id": "urn:x:t", "@context": {"b": f"urn:x:b{i % 7}"}}
        return {"@context": [CONTEXT, {"t": inner}], "@id": f"urn:x:{i}", "t": {"b": "x"}}

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(rdfc10.canonicalise, map(document, range(200))))
    assert found == [rdfc10.canonicalise(document(i)) for i in range(200)]
