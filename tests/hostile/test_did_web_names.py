"""A did:web with a port, a path or a look-alike name leads where its letters say, or nowhere."""

from pathlib import Path

import pytest

from issuer.errors import FetchRefused
from issuer.fetch import Budget
from keys.algorithms import MalformedKey
from keys.documents import did_web_url, parse_did_document
from tests.town.loopback import Town, reply

HTTP = frozenset({"localhost:8000"})


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:uni.example", "https://uni.example/.well-known/did.json"),
        ("did:web:uni.example%3A8443", "https://uni.example:8443/.well-known/did.json"),
        ("did:web:uni.example:law:staff", "https://uni.example/law/staff/did.json"),
        ("did:web:uni.example%3A8443:law", "https://uni.example:8443/law/did.json"),
        ("did:web:localhost%3A8000", "http://localhost:8000/.well-known/did.json"),
        # Only the port that is listed may be plain http.
        ("did:web:localhost%3A8001", "https://localhost:8001/.well-known/did.json"),
        # A look-alike in its own letters (punycode) is another name, and says so.
        ("did:web:xn--ni-8ka.example", "https://xn--ni-8ka.example/.well-known/did.json"),
    ],
)
def test_where_a_did_leads(did: str, url: str) -> None:
    assert did_web_url(did, http_hosts=HTTP) == url


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:web:127.0.0.1",
        "did:web:127.1",
        "did:web:2130706433",
        "did:web:0x7f000001",
        "did:web:[::1]",
        "did:web:uni.example%3A0",
        "did:web:uni.example%3A99999",
        "did:web:uni.example%3A443%3A80",
        "did:web:uni.example%2F..%2Fevil",
        "did:web:uni.example%40evil.example",
        "did:web:user@evil.example",
        "did:web:uni.example%23.evil.example",
        "did:web:uni.example%5Cevil.example",
        "did:web:uni.example:..:secret",
        "did:web:uni.example:a%2Fb",
        "did:web:uni.example::a",
        "did:web:uni.example:a/b",
        "did:web:uni.example/evil",
        "did:web:uni.example?x",
        "did:web:uni.example#x",
        "did:web:UNI.example",
        "did:web:\u0443ni.example",
        "did:web:un\u0456.example",
        "did:web:uni\u2024example",
        "did:web:uni.example\u200b",
        "did:web:uni.example.",
        "did:web:uni.example\n",
        "did:key:uni.example",
        "x did:web:uni.example",
    ],
)
def test_a_did_out_of_form_leads_nowhere(did: str) -> None:
    with pytest.raises(MalformedKey):
        did_web_url(did, http_hosts=HTTP)


@pytest.mark.parametrize("did", ["did:web:uni.example%3A22", "did:web:uni.example%3A25:keys"])
def test_a_port_at_which_other_services_live_is_not_asked(tmp_path: Path, did: str) -> None:
    with Town(tmp_path) as town:
        town.host("uni.example", lambda _: reply(b"{}"))
        with pytest.raises(FetchRefused, match="at which no credential is published"):
            town.fetcher().get(did_web_url(did), budget=Budget(), accept="*/*")
        assert town.dialled == []


def test_a_did_for_an_inner_host_is_not_asked(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        town.addresses["intranet"] = ["10.0.0.5"]
        with pytest.raises(FetchRefused, match="private"):
            town.fetcher().get(did_web_url("did:web:intranet"), budget=Budget(), accept="*/*")
        assert town.dialled == []


def test_a_document_about_another_did_is_not_taken_for_this_one() -> None:
    for claimed in ("did:web:uni.example:law", "did:web:uni.example%3A8443", "did:web:un1.example"):
        with pytest.raises(MalformedKey, match="not about"):
            parse_did_document({"id": claimed}, did="did:web:uni.example")
