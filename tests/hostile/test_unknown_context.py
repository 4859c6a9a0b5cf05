"""An unknown context is a finding, never a download."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import UnknownContext
from issuer.jsonld import rdfc10

Document = dict[str, Any]
Open = Callable[[Document], None]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        pytest.fail("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize(
    "url",
    [
        "https://mallory.example/context.jsonld",
        "http://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/v2#",
        "https://www.w3.org/ns/credentials/v2/",
        "file:///etc/passwd",
        "data:application/json,{}",
        "context.jsonld",
        "",
    ],
)
def test_in_the_list_of_contexts(credential: Document, open_all: Open, url: str) -> None:
    credential["@context"].append(url)
    with pytest.raises(UnknownContext):
        open_all(credential)


def test_in_the_context_of_a_term_or_member() -> None:
    url = "https://mallory.example/context.jsonld"
    for document in (
        {"@context": {"a": {"@id": "urn:x:a", "@context": url}}, "a": {"a": "x"}},
        {"@context": {"a": "urn:x:a"}, "a": {"@context": url, "a": "x"}},
    ):
        with pytest.raises(UnknownContext, match=r"mallory\.example"):
            rdfc10.canonicalise(document)


def test_a_schema_or_list_of_ours_is_not_a_context(credential: Document, open_all: Open) -> None:
    credential["@context"].append(
        "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
    )
    with pytest.raises(UnknownContext):
        open_all(credential)


def test_a_foreign_context_cannot_change_a_pinned_one(credential: Document, open_all: Open) -> None:
    # ``@import`` would be merged into the library's shared copy of the pinned context.
    pinned = "https://www.w3.org/ns/credentials/v2"
    evil = {"@import": pinned, "validUntil": "https://mallory.example/never"}
    with pytest.raises(Exception, match="@import"):
        rdfc10.canonicalise({"@context": evil, "validUntil": "2020-01-01T00:00:00Z"})
    open_all(credential)
