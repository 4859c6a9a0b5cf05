from typing import Any

import pytest

from issuer.errors import MalformedDocument
from issuer.jsonld.identity import require_one_description
from issuer.jsonld.names import require_names

Node = dict[str, Any]

A, B = "urn:x:a", "urn:x:b"
TEXT = [{"@value": "x"}]


def _root(**members: Any) -> list[Node]:
    return [{"@id": "urn:x:root", **members}]


@pytest.mark.parametrize(
    "expanded",
    [
        _root(a=[{"@id": "urn:x:1", A: TEXT}], b=[{"@id": "urn:x:1"}]),
        _root(a=[{"@id": "urn:x:1", A: TEXT}], b=[{"@id": "urn:x:1", A: TEXT}]),
        _root(a=[{"@id": "urn:x:1", A: TEXT, B: TEXT}], b=[{B: [{"@id": "urn:x:1", A: TEXT}]}]),
        _root(a=[{A: TEXT}, {B: TEXT}]),
        # Nested objects with an id count as references, others by what they say.
        _root(
            a=[{"@id": "urn:x:1", A: [{"@id": "urn:x:2", B: TEXT}]}],
            b=[{"@id": "urn:x:1", A: [{"@id": "urn:x:2"}]}],
        ),
        _root(a=[{"@id": "urn:x:1", A: [{"@list": [{B: TEXT}]}]}] * 2),
        # Each graph speaks for itself.
        _root(
            a=[{"@graph": [{"@id": "urn:x:1", A: TEXT}]}, {"@graph": [{"@id": "urn:x:1", B: TEXT}]}]
        ),
        _root(a=[{"@id": "urn:x:1", A: [{"@graph": [{"@id": "urn:x:1", B: TEXT}]}]}]),
    ],
)
def test_one_description(expanded: list[Node]) -> None:
    require_one_description(expanded)


@pytest.mark.parametrize(
    "expanded",
    [
        _root(a=[{"@id": "urn:x:1", A: TEXT}], b=[{"@id": "urn:x:1", B: TEXT}]),
        _root(a=[{"@id": "urn:x:1", A: TEXT}], b=[{"@id": "urn:x:1", A: TEXT, B: TEXT}]),
        _root(a=[{"@id": "urn:x:1", A: TEXT}], b=[{B: [{"@id": "urn:x:1", A: TEXT, B: TEXT}]}]),
        _root(a=[{"@id": "urn:x:root", B: TEXT}]),
        _root(a=[{"@id": "_:b", A: TEXT}, {"@id": "_:b", B: TEXT}]),
        _root(
            a=[{"@id": "urn:x:1", "@type": ["urn:x:T"]}, {"@id": "urn:x:1", "@type": ["urn:x:U"]}]
        ),
        _root(a=[{"@list": [{"@id": "urn:x:1", A: TEXT}, {"@id": "urn:x:1", B: TEXT}]}]),
        _root(a=[{"@id": "urn:x:1", A: [{B: TEXT}]}, {"@id": "urn:x:1", A: [{A: TEXT}]}]),
        _root(a=[{"@graph": [{"@id": "urn:x:1", A: TEXT}, {"@id": "urn:x:1", B: TEXT}]}]),
        _root(
            a=[
                {"@id": "urn:x:g", "@graph": [{"@id": "urn:x:1", A: TEXT}]},
                {"@id": "urn:x:g", "@graph": [{"@id": "urn:x:1", B: TEXT}]},
            ]
        ),
    ],
)
def test_two_descriptions(expanded: list[Node]) -> None:
    with pytest.raises(MalformedDocument, match="say different things") as caught:
        require_one_description(expanded)
    assert str(caught.value.details["id"]).startswith(("urn:x:", "_:b"))


def test_names() -> None:
    iri = "https://www.w3.org/2018/credentials#evidence"
    for stated in ({"id": "urn:x:1"}, ["urn:x:1"]):
        require_names({iri: [{"@id": "urn:x:1"}]}, body={"evidence": stated})
    bodies: list[Node] = [{}, {"evidence": ["urn:x:1", "urn:x:2"]}, {"evidence": []}]
    for body in bodies:
        with pytest.raises(MalformedDocument, match="evidence under another name"):
            require_names({iri: [{"@id": "urn:x:1"}]}, body=body)


@pytest.mark.parametrize("name", ["@id", "@type"])
def test_id_and_type_of_a_credential_stand_by_name(name: str) -> None:
    root = {"@id": "urn:x:1", "@type": ["https://www.w3.org/2018/credentials#VerifiableCredential"]}
    require_names(root, body={"id": "urn:x:1", "type": "VerifiableCredential"})
    with pytest.raises(MalformedDocument, match=name):
        require_names(root, body={name: "urn:x:1"})
    require_names({"@id": "urn:x:1", "@type": ["urn:x:T"]}, body={name: "urn:x:1"})
