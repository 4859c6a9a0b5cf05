"""Addresses that are nearly one of a list or a DID document, or that climb out of their place."""

import pytest

from tests.town.door import BASE, OTHER, Door

LIST = "/status/euas/revocation/1"


@pytest.mark.parametrize(
    "path",
    [
        "/status/euas/revocation/0",
        "/status/euas/revocation/-1",
        "/status/euas/revocation/2",
        "/status/euas/revocation/1.0",
        "/status/euas/revocation/1e0",
        "/status/euas/revocation/%31%20",
        "/status/euas/revocation/١",
        "/status/euas/revocation/99999999999999999999999999",
        "/status/euas/revocation/1/",
        "/status/euas/revocation/1.json",
        "/status/euas/revocation/1%00",
        "/status/euas/revocation/..%2F..%2Fpublished%2Feuas",
        "/status/euas/Revocation/1",
        "/status/euas/refresh/1",
        "/status/euas/revocation%2F1/1",
        "/status/EUAS/revocation/1",
        "/status/%2E%2E/revocation/1",
        "/status/..%2F..%2Fetc/passwd/1",
        "/status//revocation/1",
        "/status/nobody/revocation/1",
    ],
)
def test_what_is_nearly_a_list_is_not_there(door: Door, path: str) -> None:
    answer = door.web.get(path)
    assert answer.status_code in {404, 422}
    assert "encodedList" not in answer.text


def test_a_number_written_otherwise_is_another_address(door: Door) -> None:
    plain = door.web.get(LIST)
    padded = door.web.get("/status/euas/revocation/01")
    # Where it is answered at all, it is the very list that is named in it.
    assert padded.status_code == 404 or padded.content == plain.content


def test_lists_of_two_organisations_are_two(door: Door) -> None:
    own, other = (door.web.get(f"/status/{s}/revocation/1").json() for s in ("euas", OTHER))
    assert own["issuer"] != other["issuer"]
    assert own["id"].endswith("/status/euas/revocation/1")
    assert other["id"].endswith(f"/status/{OTHER}/revocation/1")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nobody_writes_a_list(door: Door, method: str) -> None:
    before = door.web.get(LIST).content
    answer = door.web.request(method, LIST, content=b"{}", headers={"content-type": "text/plain"})
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert door.web.get(LIST).content == before


@pytest.mark.parametrize(
    "path",
    [
        "/did.json",
        "//did.json",
        "/.well-known/../did.json",
        "/..%2F.well-known/did.json",
        "/.well-known%2F/did.json",
        "/.well-known/x/did.json",
        "/.WELL-KNOWN/did.json",
        "/euas/did.json",
        "/other/x/did.json",
        "/other%00/did.json",
        f"/{'x/' * 500}did.json",
    ],
)
def test_what_is_nearly_the_address_of_a_did_is_not_there(door: Door, path: str) -> None:
    assert door.web.get(BASE + path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2Fheaders.py",
        "/static/%2E%2E/%2E%2E/app.py",
        "/static/....//app.py",
        "/static/%00",
        "/static/",
        "/static//etc/passwd",
        f"/static/{'a' * 5_000}",
    ],
)
def test_static_files_are_those_of_their_folder(door: Door, path: str) -> None:
    answer = door.web.get(path)
    assert answer.status_code == 404
    assert "import" not in answer.text
