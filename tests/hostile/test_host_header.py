"""A request says that it is for another host: no address in an answer is made from that."""

import pytest

from tests.town.door import BASE, Door

EVIL = "evil.example"
HEADERS = [
    {"host": EVIL},
    {"host": f"localhost:8000@{EVIL}"},
    {"host": f"{EVIL}:8000"},
    {"x-forwarded-host": EVIL, "x-forwarded-proto": "https"},
    {"forwarded": f"host={EVIL};proto=https"},
    {"x-original-url": f"https://{EVIL}/", "x-rewrite-url": "/l/nothing"},
]


@pytest.fixture
def shared(door: Door) -> str:
    """Path of a shared credential."""
    return f"/c/{door.made.awards[0].id}"


@pytest.mark.parametrize("headers", HEADERS, ids="-".join)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/verify",
        "/c/{id}",
        "/c/{id}/qr.svg",
        "/l/{secret}",
        "/achievements/data-stewardship",
        "/status/euas/revocation/1",
        "/.well-known/did.json",
        "/.well-known/jwks.json",
        "/openapi.json",
        "/nothing",
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_no_address_is_made_from_the_request(
    door: Door, path: str, headers: dict[str, str], accept: str
) -> None:
    award = door.made.awards[0]
    address = path.format(id=award.id, secret=door.made.secret(award).removeprefix("/l/"))
    door.made.share(award)
    try:
        told = door.web.get(address, headers={**headers, "accept": accept})
        plain = door.web.get(address, headers={"accept": accept})
    finally:
        door.made.share(award, on=False)
    assert told.status_code == plain.status_code
    assert EVIL not in told.text
    assert not any(EVIL in value for value in told.headers.values())


@pytest.mark.parametrize("headers", HEADERS, ids="-".join)
def test_a_redirect_stays_here(door: Door, headers: dict[str, str]) -> None:
    secret = door.made.secret(door.made.awards[0])
    answer = door.web.post(secret, data={"share": "off"}, headers=headers)
    assert answer.status_code == 303
    assert answer.headers["location"] == secret


@pytest.mark.parametrize("path", ["/verify/", "/c/", "//evil.example", "/achievements/"])
def test_nothing_redirects_by_itself(door: Door, path: str) -> None:
    answer = door.web.get(BASE + path, headers={"host": EVIL})
    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_a_did_document_is_that_of_the_configured_host(door: Door) -> None:
    for host in (EVIL, "localhost:8000"):
        answer = door.web.get("/.well-known/did.json", headers={"host": host})
        assert answer.json()["id"] == "did:web:localhost%3A8000"
