from typing import Any

import pytest
from pyld import jsonld

import schemas
from issuer.errors import DocumentTooLarge, DroppedTerm, MalformedDocument, UnknownContext
from issuer.jsonld import expansion
from issuer.jsonld.contexts import require_plain

Document = dict[str, Any]

A = "urn:x:a"


def test_every_member_is_written_in_full() -> None:
    expanded = expansion.expand({"@context": {"a": A}, "@id": "urn:x:1", "a": {"@type": "urn:x:T"}})
    assert expanded == [{"@id": "urn:x:1", A: [{"@type": ["urn:x:T"]}]}]


def _json(value: object) -> Document:
    return {"@type": "@json", "@value": value}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"@id": "urn:x:1"},
        {"@context": {"a": A}},
        {"@context": {"a": {"@id": "b"}, "b": {"@id": "c"}}, "a": "x", "b": "x"},
        {"@context": {"a": A}, "a": None},
        {"@context": {"a": A}, "a": []},
        {"@context": {"a": A}, "a": ["x", None]},
        {"@context": {"a": A}, "a": {"@value": None}},
        {"@context": {"a": A}, "a": {"@set": []}},
        {"@context": {"a": A}, "a": "x", A: []},
        {"@context": {"a": A}, "a": "x", A: None},
        {"@context": {"a": A}, "a": ["x", []]},
        {"@context": {"a": {"@id": A, "@container": "@list"}}, "a": [None]},
        {"@context": {"a": {"@id": A, "@container": "@index"}}, "a": {"key": "x"}},
        {"@context": {"a": {"@id": A, "@container": "@index"}}, "a": {"key": {"@id": "urn:x:1"}}},
        {"@context": {"a": {"@id": A, "@type": "@id"}}, "a": "rel"},
        {"@context": {"a": {"@id": A, "@type": "rel"}}, "a": "x"},
        {"@context": {"a": {"@id": A, "@language": "de", "@direction": "ltr"}}, "a": "x"},
        {"@context": {"a": {"@id": A, "@container": "@graph"}}, "a": {}},
        {"@context": {"a": {"@id": A, "@container": "@graph"}}, "a": "x.y.z"},
        {"@context": {"a": {"@id": A, "@container": "@graph"}}, "a": {"@id": "urn:x:1"}},
        {"@context": {"a": A, "b": None}, "a": "x", "b": "y"},
        {"@context": {"a": "_:a"}, "a": "x"},
        {"@context": {"a": A}, "a": "x", "@graph": [{"a": "x"}]},
        {"@context": {"a": A}, "a": {"@value": "x", "@type": "rel"}},
        {"@context": {"a": A}, "a": {"@value": "x", "@type": ""}},
        {"@context": {"a": A}, "a": "x", "@type": "@foo"},
        {"@context": {"a": A}, "a": "x", "b": "y"},
        {"@context": {"a": A}, "a": [_json({"b": 0}), _json({"b": False})]},
    ],
)
def test_what_would_be_dropped_is_refused(document: Document) -> None:
    with pytest.raises((DroppedTerm, MalformedDocument)):
        expansion.expand(document)


@pytest.mark.parametrize(
    ("value", "expanded"),
    [
        ("x", [{"@value": "x"}]),
        (["x", "x"], [{"@value": "x"}, {"@value": "x"}]),
        ({"@list": []}, [{"@list": []}]),
        ({"@list": ["x", {"@list": []}]}, [{"@list": [{"@value": "x"}, {"@list": []}]}]),
        ({"@value": "x", "@language": "DE"}, [{"@value": "x", "@language": "de"}]),
        (
            {"@value": {"b": None, "c": []}, "@type": "@json"},
            [{"@value": {"b": None, "c": []}, "@type": "@json"}],
        ),
        ({"@value": None, "@type": "@json"}, [{"@value": None, "@type": "@json"}]),
        ({}, [{}]),
        ({"@id": "_:b"}, [{"@id": "_:b"}]),
    ],
)
def test_what_is_kept(value: object, expanded: object) -> None:
    assert expansion.expand({"@context": {"a": A}, "a": value}) == [{A: expanded}]


def test_a_graph_that_says_something_is_kept() -> None:
    context = {"a": {"@id": A, "@container": "@graph"}, "b": "urn:x:b"}
    expanded = expansion.expand({"@context": context, "a": {"b": "x"}})
    assert expanded == [{A: [{"@graph": [{"urn:x:b": [{"@value": "x"}]}]}]}]


def test_the_dropped_terms_are_named() -> None:
    with pytest.raises(DroppedTerm) as caught:
        expansion.expand({"@context": {"a": A}, "a": "x", "c": 1, "b": 2})
    assert caught.value.details["terms"] == ["b", "c"]


@pytest.mark.parametrize(
    "context",
    [
        5,
        {"@version": 1.0},
        {"a": 5},
        {"a": {"@id": A, "@container": "@bag"}},
        {"@vocab": 5},
        {"@language": 5},
        {"a": {"@id": "b"}, "b": {"@id": "a"}},
        {"@vocab": None},
    ],
)
def test_what_is_not_json_ld(context: object) -> None:
    with pytest.raises(MalformedDocument, match="not JSON-LD"):
        expansion.expand({"@context": context, "urn:x:a": "x"})


def test_protected_terms_are_not_redefined() -> None:
    contexts = ["https://www.w3.org/ns/credentials/v2", {"VerifiableCredential": "urn:x:VC"}]
    with pytest.raises(MalformedDocument, match="protected term redefinition"):
        expansion.expand({"@context": contexts, "type": "VerifiableCredential"})


def test_endless_nesting_is_told_not_crashed(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_arguments: object, **_options: object) -> None:
        raise RecursionError

    monkeypatch.setattr(jsonld, "expand", endless)
    with pytest.raises(MalformedDocument, match="endlessly"):
        expansion.expand({"@context": {"a": A}, "a": "x"})
    deep: object = "x"
    for _ in range(70):
        deep = {"@list": [deep]}
    with pytest.raises(DocumentTooLarge):
        expansion.expand({"@context": {"a": A}, "a": deep})


def test_the_cache_is_bounded_and_its_contents_do_not_matter() -> None:
    for i in range(250):
        document = {"@context": {"a": f"urn:x:{i}"}, "a": "x"}
        assert expansion.expand(document) == [{f"urn:x:{i}": [{"@value": "x"}]}]
    assert len(expansion._cache) <= expansion._MOST_CACHED


def test_a_pinned_context_is_never_changed_by_use() -> None:
    url = "https://www.w3.org/ns/credentials/v2"
    before = repr(schemas.context(url))
    expansion.expand({"@context": url, "type": "VerifiableCredential", "id": "urn:x:1"})
    assert repr(schemas.context(url)) == before


def test_an_expanded_form_that_is_not_one_is_refused() -> None:
    broken: list[Document] = [{"@id": "urn:x:1", A: [{"@value": "x", "@type": 5}]}]
    with pytest.raises(MalformedDocument, match="not JSON-LD"):
        expansion.to_rdf(broken)
    # Contexts were left behind when it was expanded: none is looked for here.
    with pytest.raises(MalformedDocument, match="not JSON-LD"):
        expansion.to_rdf([{"@context": "https://mallory.example/", "@id": "urn:x:1", A: "x"}])


@pytest.mark.parametrize("name", ["@graph", "@included", "@nest", "@index", "@reverse"])
def test_another_name_for_a_keyword_is_refused(name: str) -> None:
    for definition in (name, {"@id": name}):
        with pytest.raises(MalformedDocument, match=name):
            require_plain({"a": definition})
    with pytest.raises(MalformedDocument, match="@reverse"):
        require_plain([{"a": {"@reverse": "urn:x:a"}}])


def test_plain_contexts_pass() -> None:
    require_plain(None)
    require_plain(
        [
            "https://www.w3.org/ns/credentials/v2",
            {"@vocab": "urn:x:", "a": A, "b": None, "id": "@id", "c": {"@id": "urn:x:c"}},
            {"@context": {"a": A}},
            schemas.vocabulary_context(),
        ]
    )


def test_foreign_contexts_are_refused() -> None:
    for name in ("@import", "@base"):
        with pytest.raises(MalformedDocument, match=name):
            require_plain([{"a": {"@id": A, "@context": {name: "https://mallory.example/"}}}])
    with pytest.raises(UnknownContext, match="not an absolute address"):
        require_plain(["context.jsonld"])
