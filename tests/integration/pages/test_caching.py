"""How long each answer may be kept, by whom, and that who has it is not sent it again."""

import re

import pytest
from starlette.testclient import TestClient

from issuer.model.award import Award
from issuer.web import pages
from tests.town.installation import Installation

GOOD = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300, stale-if-error=86400"
DAY = "public, max-age=86400, stale-if-error=86400"
PRIVATE = "private, no-cache"
COURSE = "/achievements/data-stewardship"
LIST = "/status/euas/revocation/1"
PUBLIC = {
    "/": SHORT,
    "/vocabulary": SHORT,
    COURSE: SHORT,
    f"{COURSE}/v/1": DAY,
    f"{COURSE}/v/1.json": GOOD,
    "/.well-known/did.json": SHORT,
    "/.well-known/jwks.json": SHORT,
    "/o/euas/colour.css": SHORT,
    "/robots.txt": DAY,
    "/static/mark.svg": SHORT,
    pages.static("testamur.css"): GOOD,
}
NEGOTIATED = (LIST, "/.well-known/did.json", f"{COURSE}/v/1")


@pytest.mark.parametrize(("address", "kept"), PUBLIC.items())
def test_what_is_public_may_be_kept_and_is_not_sent_twice(
    program: TestClient, address: str, kept: str
) -> None:
    _kept(program, address, kept)


@pytest.mark.parametrize("ending", ["json", "jwt", "png", "pdf", "/card.png", "/qr.svg"])
def test_what_has_a_name_on_it_is_in_no_cache_that_others_share(
    program: TestClient, shared: Award, ending: str
) -> None:
    dot = "" if ending.startswith("/") else "."
    _kept(program, f"/c/{shared.id}{dot}{ending}", PRIVATE)


def _kept(program: TestClient, address: str, kept: str) -> None:
    first = program.get(address)
    assert (first.status_code, first.headers["cache-control"]) == (200, kept)
    told = program.head(address)
    assert (told.status_code, told.content) == (200, b"")
    for name in ("cache-control", "etag", "content-length", "content-type"):
        assert told.headers[name] == first.headers[name]
    for tag in (first.headers["etag"], f'"other", W/{first.headers["etag"]}'):
        again = program.get(address, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == kept
    assert program.get(address, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize("address", NEGOTIATED)
def test_what_is_negotiated_says_so_also_where_it_is_not_sent(
    program: TestClient, address: str
) -> None:
    first = program.get(address)
    again = program.get(address, headers={"if-none-match": first.headers["etag"]})
    assert [a.headers["vary"] for a in (first, again)] == ["Accept", "Accept"]


def test_a_list_may_be_kept_by_anybody_until_it_ends(program: TestClient) -> None:
    kept = program.get(LIST).headers["cache-control"]
    said = re.fullmatch(r"public, max-age=300, stale-if-error=(\d+)", kept)
    assert said is not None
    assert 6 * 86_400 < int(said[1]) <= 7 * 86_400


@pytest.mark.parametrize(
    "address", ["/verify", "/healthz", "/readyz", "/c/EUAS-0000-0000-0000-0000", "/l/nobody"]
)
def test_what_is_of_this_moment_is_kept_by_nobody(program: TestClient, address: str) -> None:
    for answer in (program.get(address), program.head(address)):
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


def test_what_is_the_learners_own_is_kept_by_nobody(
    program: TestClient, there: Installation, award: Award
) -> None:
    own = there.secret(award)
    for address in (own, f"{own}/credential.json", f"{own}/credential.png", f"{own}/qr.svg"):
        assert program.get(address).headers["cache-control"] == "no-store"


def test_every_file_of_a_page_has_its_digest_in_its_address(web: TestClient) -> None:
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', web.get("/").text))
    style = web.get(pages.static("tokens.css")).text
    addresses |= {f"/static/{name}" for name in re.findall(r"url\((fonts/[^)]+)\)", style)}
    assert len(addresses) >= 5
    for address in addresses:
        assert web.get(address).headers["cache-control"] == GOOD, address


@pytest.mark.parametrize("query", ["?v=", "?v=0123456789ab", "?w=1", "?v=a&v=b"])
def test_an_address_that_names_other_content_is_not_kept_for_good(
    program: TestClient, query: str
) -> None:
    assert program.get(f"/static/testamur.css{query}").headers["cache-control"] == SHORT


def test_what_is_no_static_file_is_not_there(program: TestClient) -> None:
    for path in ("nothing.css", "../__init__.py", "fonts", "%2e%2e/texts.py"):
        answer = program.get(f"/static/{path}")
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
