"""Documents by shape: the bytes that `jcs.encode_document` writes, or what it raises."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import MalformedDocument
from issuer.jsonld.shapes import Shapes, Variables
from issuer.proofs import jcs, written
from issuer.proofs.written import Written

SHARED = {"id": "did:web:uni.example", "address": {"country": "ES"}, "more": [], "ects": 2.5}
VARIABLES: Variables = {
    ("id",): "iri",
    ("name",): "text",
    ("validUntil",): "text",
    ("credentialSubject", "name"): "text",
    ("credentialStatus", "id"): "iri",
    ("@context",): "part",
    ("issuer",): "part",
    ("credentialSubject", "achievement"): "part",
}


def document(**changes: Any) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", SHARED, {"own": "x"}],
        "id": "https://uni.example/c/1",
        "issuer": SHARED,
        "credentialSubject": {"name": "Zoë \u2028", "achievement": SHARED, "passed": True},
        "credentialStatus": [{"id": "urn:uuid:1"}, {"id": "urn:uuid:2"}],
        "name": "one",
    } | changes


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": ""},
        {"name": 'a "b" \\ c\n\t\r'},
        {"name": "\x00 \x1f \x7f \ufffe"},
        {"id": "no address"},
        {"issuer": "did:web:uni.example"},
        {"@context": "https://www.w3.org/ns/credentials/v2"},
        {"credentialSubject": [SHARED]},
        {"credentialSubject": {"achievement": [SHARED, "x"]}},
        {"credentialStatus": {"id": "urn:uuid:1"}},
        {"name": ["one"]},
        # What is not there, and what is null.
        {"validUntil": None},
        {"credentialStatus": None},
        # What two libraries write otherwise.
        {"issuer": {"small": 1e-9}},
        {"validFrom": 1e-9},
        # What looks like a shared part.
        {"issuer": "\x000"},
    ],
)
def test_it_writes_what_the_full_way_writes(changes: dict[str, Any]) -> None:
    writer = Written(Shapes(VARIABLES))
    writer.encode_document(document())
    other = document(**changes)
    for _ in range(2):
        assert writer.encode_document(other) == jcs.encode_document(other)


@given(st.text(), st.text(), st.integers(0))
def test_any_values(name: str, inner: str, number: int) -> None:
    writer = Written(Shapes(VARIABLES))
    one = document()
    writer.encode_document(one)
    other = document(
        name=name,
        id=f"https://uni.example/c/{number}",
        credentialSubject={**one["credentialSubject"], "name": inner},
    )
    assert writer.encode_document(other) == jcs.encode_document(other)


def test_the_order_of_members_belongs_to_the_shape() -> None:
    writer = Written(Shapes(VARIABLES))
    writer.encode_document(document())
    other = dict(reversed(document().items()))
    assert writer.encode_document(other) == jcs.encode_document(other)


def test_a_known_shape_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Written(Shapes(VARIABLES))
    writer.encode_document(document())
    other = document(name="other")
    expected = jcs.encode_document(other)
    # Only documents of unknown shapes go the full way.
    monkeypatch.setattr(jcs, "encode_document", lambda _: b"the full way")
    assert writer.encode_document(other) == expected
    assert writer.encode_document(document(more=1)) == b"the full way"


def test_a_mark_that_stands_elsewhere_too_makes_no_template(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writer = Written(Shapes(VARIABLES))
    monkeypatch.setattr(
        written, "sentinels", lambda shape: shape._replace(texts=("country", "own"))
    )
    for _ in range(2):
        assert writer.encode_document(document()) == jcs.encode_document(document())
    assert not len(writer)


@pytest.mark.parametrize("known", [False, True])
def test_what_has_no_json_form_is_refused(*, known: bool) -> None:
    writer = Written(Shapes(VARIABLES))
    if known:
        writer.encode_document(document())
    with pytest.raises(MalformedDocument):
        writer.encode_document(document(name="\ud800"))
