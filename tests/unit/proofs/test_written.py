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


def said(writer: Written, value: Any) -> bytes:
    """The whole document."""
    return b"".join((*writer.unclosed(value), jcs.END))


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
        {"credentialSubject": "somebody"},
        {"credentialSubject": [SHARED]},
        {"credentialSubject": {"achievement": [SHARED, "x"]}},
        {"credentialStatus": {"id": "urn:uuid:1"}},
        {"name": ["one"]},
        # What is not there, and what is null.
        {"validUntil": None},
        {"credentialStatus": None},
        {"credentialStatus": 7},
        # What two libraries write otherwise.
        {"issuer": {"small": 1e-9}},
        {"validFrom": 1e-9},
        # What looks like a shared part.
        {"issuer": "\x000"},
    ],
)
def test_it_writes_what_the_full_way_writes(changes: dict[str, Any]) -> None:
    writer = Written(Shapes(VARIABLES))
    writer.unclosed(document())
    other = document(**changes)
    for _ in range(2):
        assert said(writer, other) == jcs.encode_document(other)


@given(st.text(), st.text(), st.integers(0))
def test_any_values(name: str, inner: str, number: int) -> None:
    writer = Written(Shapes(VARIABLES))
    one = document()
    writer.unclosed(one)
    other = document(
        name=name,
        id=f"https://uni.example/c/{number}",
        credentialSubject={**one["credentialSubject"], "name": inner},
    )
    assert said(writer, other) == jcs.encode_document(other)


def test_the_order_of_members_belongs_to_the_shape() -> None:
    writer = Written(Shapes(VARIABLES))
    writer.unclosed(document())
    other = dict(reversed(document().items()))
    assert said(writer, other) == jcs.encode_document(other)


def test_a_known_shape_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Written(Shapes(VARIABLES))
    writer.unclosed(document())
    other = document(name="other")
    expected = jcs.encode_document(other)
    # Only documents of unknown shapes go the full way.
    monkeypatch.setattr(jcs, "unclosed", lambda _: (b"the full way",))
    assert said(writer, other) == expected
    assert writer.unclosed(document(more=1)) == (b"the full way",)


def test_what_two_of_a_shape_have_in_common_is_one_object() -> None:
    writer = Written(Shapes(VARIABLES))
    writer.unclosed(document())
    one, two = writer.unclosed(document(name="one")), writer.unclosed(document(name="two"))
    assert {id(piece) for piece in one[::2]} == {id(piece) for piece in two[::2]}
    assert sum(map(len, one[::2])) > sum(map(len, one[1::2]))


def test_a_mark_that_stands_elsewhere_too_makes_no_template(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writer = Written(Shapes(VARIABLES))
    monkeypatch.setattr(
        written, "sentinels", lambda shape: shape._replace(texts=("country", "own"))
    )
    for _ in range(2):
        assert said(writer, document()) == jcs.encode_document(document())
    assert not len(writer)


@pytest.mark.parametrize("known", [False, True])
def test_what_has_no_json_form_is_refused(*, known: bool) -> None:
    writer = Written(Shapes(VARIABLES))
    if known:
        writer.unclosed(document())
    with pytest.raises(MalformedDocument):
        writer.unclosed(document(name="\ud800"))
