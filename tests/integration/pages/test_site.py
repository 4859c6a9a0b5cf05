"""What an installation says about itself: courses, status lists, keys, colour; and for how long."""

import datetime as dt
import hashlib
import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from issuer.model.award import Award
from issuer.model.organisation import Organisation
from issuer.services import keyring, look, offer, publish
from issuer.status import bitstring
from keys.lifecycle import KeyPurpose
from tests.town.installation import Installation

BASE = "http://localhost:8000"
COURSE = "/achievements/data-stewardship"
LIST = "/status/euas/revocation/1"


# --- Courses --------------------------------------------------------------------------------


def test_a_course_in_its_languages(web: TestClient) -> None:
    page = web.get(COURSE)
    assert 'id="criteria"' in page.text
    assert "Data Stewardship in Practice" in page.text
    assert page.headers["cache-control"] == "public, max-age=300, stale-if-error=86400"
    german = web.get(f"{COURSE}/v/1?lang=de")
    assert "Praxis" in german.text
    assert german.headers["cache-control"] == "public, max-age=86400, stale-if-error=86400"
    assert german.headers["vary"] == "Accept"
    assert web.get(f"{COURSE}/v/1?lang=xx").text == web.get(f"{COURSE}/v/1").text


def test_a_version_is_frozen_and_its_syllabus_is_what_was_signed(
    program: TestClient, there: Installation, shared: Award
) -> None:
    frozen = program.get(f"{COURSE}/v/1.json")
    assert frozen.headers["content-type"] == "application/json"
    assert frozen.headers["cache-control"] == "public, max-age=31536000, immutable"
    document = program.get(f"/c/{shared.id}.json").json()
    # A stranger's way: the member as it stands in the file, byte for byte.
    syllabus = json.dumps(frozen.json()["syllabus"], ensure_ascii=False, separators=(",", ":"))
    assert syllabus in frozen.text
    digest = "sha256:" + hashlib.sha256(syllabus.encode()).hexdigest()
    assert _found(document["credentialSubject"], "syllabusDigest") == digest
    assert document["credentialSubject"]["achievement"]["id"] == f"{BASE}{COURSE}/v/1"
    asked = program.get(f"{COURSE}/v/1", headers={"accept": "application/json"})
    assert asked.content == frozen.content
    assert asked.headers["vary"] == "Accept"


def _found(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return next((v for v in (_found(item, name) for item in value) if v), None)
    if not isinstance(value, dict):
        return None
    return value.get(name) or _found(list(value.values()), name)


def test_an_old_version_stays_and_names_the_new_one(web: TestClient, there: Installation) -> None:
    address, bench = "/achievements/ethik-der-ki", there.house.bench
    old = web.get(f"{address}/v/1.json").content
    with bench.begin() as tx:
        course = offer.find(tx, "ethik-der-ki").model_copy(
            update={"homepage": "https://new.example"}
        )
        offer.put_achievement(tx, course, at=bench.moment, actor="operator")
    assert web.get(f"{address}/v/1.json").content == old
    assert f'href="{address}/v/2"' in web.get(f"{address}/v/1").text
    assert web.get(address).text == web.get(f"{address}/v/2").text
    assert web.get(f"{address}/v/2.json").json()["homepage"] == "https://new.example"


@pytest.mark.parametrize(
    "address",
    [
        "/achievements/nothing",
        "/achievements/%00",
        f"{COURSE}/v/9",
        f"{COURSE}/v/x",
        f"{COURSE}/v/0",
        f"{COURSE}/v/01",
        f"{COURSE}/v/-1",
        f"{COURSE}/v/{'9' * 5_000}",
        f"{COURSE}/v/9.json",
        f"{COURSE}/v/x.json",
        "/status/nobody/revocation/1",
        "/status/euas/revoked/1",
        "/status/euas/revocation/2",
        "/status/euas/revocation/x",
        f"/status/euas/revocation/{'9' * 5_000}",
        "/o/nobody/colour.css",
        "/o/nobody/logo",
        "/o/nobody/jwks.json",
        "/o/euas/logo",
        "/elsewhere/did.json",
        "/did.json",
        "/.well-known/nothing",
    ],
)
def test_what_is_not_there_is_the_same_page(web: TestClient, address: str) -> None:
    answer = web.get(address)
    assert answer.status_code == 404
    assert answer.content == web.get("/c/EUAS-0000-0000-0000-0000").content


def test_the_vocabulary_for_people(web: TestClient) -> None:
    assert "levelNotApplicable" in web.get("/vocabulary").text


# --- Status lists ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/vc"),
        ("application/vc", "application/vc"),
        ("application/json", "application/json"),
        ("application/ld+json, application/json;q=0.5", "application/ld+json"),
        ("text/html", "application/vc"),
    ],
)
@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
def test_a_status_list_as_it_was_signed(
    program: TestClient, there: Installation, purpose: str, accept: str, kind: str
) -> None:
    answer = program.get(f"/status/euas/{purpose}/1", headers={"accept": accept})
    assert answer.headers["content-type"] == kind
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["vary"] == "Accept"
    with there.house.bench.read() as tx:
        kept = publish.list_body(tx, "euas", number=1, purpose=purpose)
    assert answer.content == kept.body
    assert answer.json()["id"] == f"{BASE}/status/euas/{purpose}/1"
    again = program.get(
        f"/status/euas/{purpose}/1",
        headers={"accept": accept, "if-none-match": answer.headers["etag"]},
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("left", "seconds", "stale"),
    [
        (dt.timedelta(days=7), 300, 7 * 86_400 - 300),
        (dt.timedelta(seconds=601), 300, 301),
        (dt.timedelta(seconds=100), 50, 50),
        (dt.timedelta(seconds=1), 0, 1),
        (dt.timedelta(days=-1), 0, 0),
    ],
)
def test_no_cache_keeps_a_list_beyond_half_of_its_life(
    program: TestClient,
    there: Installation,
    monkeypatch: pytest.MonkeyPatch,
    left: dt.timedelta,
    seconds: int,
    stale: int,
) -> None:
    bench = there.house.bench
    with bench.read() as tx:
        until = publish.list_body(tx, "euas", number=1, purpose="revocation").valid_until
    # The bench is frozen on purpose; here the clock stands still at a moment of its life.
    monkeypatch.setitem(bench.__dict__, "now", lambda: until - left)
    answer = program.get(LIST)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == (f"public, max-age={seconds}, stale-if-error={stale}")


def test_what_was_revoked_is_on_the_list_that_is_served(
    program: TestClient, there: Installation
) -> None:
    award = there.awards[-1]
    document = program.get(f"{there.secret(award)}/credential.json").json()
    entries = document["credentialStatus"]
    (index,) = {
        int(e["statusListIndex"])
        for e in (entries if isinstance(entries, list) else [entries])
        if e["statusPurpose"] == "revocation"
    }
    before = program.get(LIST)
    there.revoke(award, "Issued by mistake")
    after = program.get(LIST, headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    lists = [
        bitstring.decode(answer.json()["credentialSubject"]["encodedList"], purpose="revocation")
        for answer in (before, after)
    ]
    assert [found.get(index) for found in lists] == [False, True]


# --- Keys -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/json"),
        ("text/html,*/*;q=0.8", "application/json"),
        ("application/did+json, application/json;q=0.9", "application/did+json"),
        ("application/did+ld+json", "application/did+ld+json"),
        ("application/did", "application/did"),
        ("image/png", "application/json"),
    ],
)
def test_the_keys_of_the_first_organisation(program: TestClient, accept: str, kind: str) -> None:
    answer = program.get("/.well-known/did.json", headers={"accept": accept})
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "public, max-age=300, stale-if-error=86400"
    assert answer.headers["access-control-allow-origin"] == "*"
    document = answer.json()
    assert document["id"] == "did:web:localhost%3A8000"
    assert document["verificationMethod"]


def test_the_key_set_names_the_same_keys(program: TestClient) -> None:
    document = program.get("/.well-known/did.json").json()
    answer = program.get("/.well-known/jwks.json")
    assert answer.headers["content-type"] == "application/jwk-set+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.content == program.get("/o/euas/jwks.json").content
    named = {key["kid"] for key in answer.json()["keys"]}
    assert named == {method["id"] for method in document["verificationMethod"]}
    assert not {name for key in answer.json()["keys"] for name in key} & {"d", "k", "p", "q"}


def test_another_organisation_has_a_place_of_its_own(
    program: TestClient, there: Installation, organisation: Organisation
) -> None:
    did = "did:web:localhost%3A8000:schools:north"
    other = organisation.model_copy(update={"slug": "north", "did": did, "colour": "#003b5c"})
    house = there.house
    with house.bench.begin() as tx:
        offer.put_organisation(tx, other, at=house.bench.moment, actor="operator")
    for purpose in (KeyPurpose.AWARD, KeyPurpose.STATUS):
        keyring.rotate(house.bench, house.vault, "north", purpose=purpose)
    assert program.get("/schools/north/did.json").json()["id"] == did
    assert program.get("/.well-known/did.json").json()["id"] != did
    assert program.get("/schools/did.json").status_code == 404
    keys = program.get("/o/north/jwks.json").json()["keys"]
    assert all(key["kid"].startswith(f"{did}#") for key in keys)
    assert program.get("/o/north/colour.css").text == ":root{--issuer:#003b5c}\n"
    with house.bench.read() as tx:
        assert len(look.all_organisations(tx)) == 2


# --- The look -------------------------------------------------------------------------------


def test_a_colour_that_its_address_names_may_be_kept(web: TestClient) -> None:
    (address,) = set(re.findall(r'href="(/o/[^"]+)"', web.get("/").text))
    css = web.get(address)
    assert css.text == ":root{--issuer:#3b2170}\n"
    assert css.headers["content-type"] == "text/css; charset=utf-8"
    assert css.headers["cache-control"] == "public, max-age=31536000, immutable"
    for other in ("/o/euas/colour.css", "/o/euas/colour.css?v=ffffff"):
        kept = web.get(other).headers["cache-control"]
        assert kept == "public, max-age=300, stale-if-error=86400"


def test_a_logo_is_served_as_it_was_handed_in(
    web: TestClient, there: Installation, organisation: Organisation
) -> None:
    pixel = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
        "rkJggg=="
    )
    bench = there.house.bench
    with bench.begin() as tx:
        own = look.organisation_of(tx, "euas").model_copy(update={"logo": pixel})
        offer.put_organisation(tx, own, at=bench.moment, actor="operator")
    answer = web.get("/o/euas/logo")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert 'src="/o/euas/logo"' in web.get("/").text


def test_robots_may_look_at_all_but_the_learners_pages(program: TestClient) -> None:
    answer = program.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == ["User-agent: *", "Allow: /", "Disallow: /l/"]


@pytest.mark.parametrize(
    "address",
    [
        "/",
        COURSE,
        f"{COURSE}/v/1",
        f"{COURSE}/v/1.json",
        LIST,
        "/vocabulary",
        "/verify",
        "/.well-known/did.json",
        "/.well-known/jwks.json",
        "/robots.txt",
    ],
)
def test_every_address_answers_head_and_refuses_what_it_does_not_do(
    program: TestClient, address: str
) -> None:
    assert program.head(address).status_code == 200
    assert program.delete(address).status_code == 405
