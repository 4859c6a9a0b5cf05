"""The learner's own page: what its address opens, what it switches, and who may not."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from issuer.carriers import pdf, png
from issuer.model.award import Award
from issuer.services import accept, look, share
from issuer.services.decide import decide
from tests.town.installation import COURSES, Installation

BASE = "http://localhost:8000"
RESULTS = Path(__file__).parents[3] / "examples" / "results.csv"
FILES = ["credential.json", "credential.jwt", "credential.pdf", "credential.png", "qr.svg"]


def test_a_page_that_belongs_to_one_person(
    web: TestClient, there: Installation, award: Award
) -> None:
    page = web.get(there.secret(award))
    assert page.status_code == 200
    assert "Public page: off" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "og:" not in page.text


@pytest.mark.parametrize("query", ["?share=on", "?share=off", "?"])
def test_looking_changes_nothing(
    web: TestClient, there: Installation, award: Award, query: str
) -> None:
    own = there.secret(award)
    for ask in (web.get, web.head):
        assert ask(own + query).status_code == 200
    with there.house.bench.read() as tx:
        assert look.award(tx, there.slug, award.id) == award


def test_the_learner_switches_and_switches_back(
    web: TestClient, there: Installation, award: Award
) -> None:
    own = there.secret(award)
    answer = web.post(own, data={"share": "on"})
    assert (answer.status_code, answer.headers["location"]) == (303, own)
    assert answer.headers["cache-control"] == "no-store"
    assert "Public page: on" in web.get(own).text
    assert web.get(f"/c/{award.id}").status_code == 200
    assert web.post(own, data={"share": "off"}).status_code == 303
    assert "Public page: off" in web.get(own).text
    assert web.get(f"/c/{award.id}").status_code == 404


def test_linkedins_links_are_there_only_while_the_page_is_on(
    web: TestClient, there: Installation, award: Award
) -> None:
    own = there.secret(award)
    assert "https://www.linkedin.com" not in web.get(own).text
    there.share(award)
    links = re.findall(r'href="(https://www\.linkedin\.com[^"]+)"', web.get(own).text)
    add, post = sorted(links)
    query = parse_qs(urlsplit(add.replace("&amp;", "&")).query)
    assert query["certUrl"] == [f"{BASE}/c/{award.id}"]
    assert query["certId"] == [award.id]
    assert query["issueMonth"] == [str(award.awarded_on.month)]
    assert query["issueYear"] == [str(award.awarded_on.year)]
    assert parse_qs(urlsplit(post).query) == {"url": [f"{BASE}/c/{award.id}"]}


@pytest.mark.parametrize("data", [{}, {"share": "maybe"}, {"share": ""}])
def test_a_switch_knows_two_positions(
    web: TestClient, there: Installation, award: Award, data: dict[str, str]
) -> None:
    own = there.secret(award)
    assert web.post(own, data=data).status_code == 422
    assert "Public page: off" in web.get(own).text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"sec-fetch-site": "same-site", "origin": "https://other.uni.example"},
        {"sec-fetch-site": "cross-site", "origin": BASE},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8001"},
        {"origin": "https://localhost:8000"},
        {"origin": f"{BASE}.evil.example"},
    ],
)
def test_another_site_switches_nothing(
    web: TestClient, there: Installation, award: Award, headers: dict[str, str]
) -> None:
    own = there.secret(award)
    answer = web.post(own, data={"share": "on"}, headers=headers)
    assert answer.status_code == 403
    assert "Another site asked for this in your name." in answer.text
    assert "Public page: off" in web.get(own).text


@pytest.mark.parametrize(
    "headers",
    [
        # What browsers send from our own page: it has no referrer, so its origin is null.
        {"sec-fetch-site": "same-origin", "origin": "null"},
        {"sec-fetch-site": "none"},
        {"origin": "null"},
        {"origin": BASE},
        {},
    ],
)
def test_the_own_page_switches(
    web: TestClient, there: Installation, award: Award, headers: dict[str, str]
) -> None:
    own = there.secret(award)
    assert web.post(own, data={"share": "on"}, headers=headers).status_code == 303


def test_the_learner_takes_every_file_without_sharing(
    web: TestClient, there: Installation, award: Award
) -> None:
    own = there.secret(award)
    found = {name: web.get(f"{own}/{name}") for name in FILES}
    document = found["credential.json"]
    assert document.headers["content-type"] == "application/vc"
    assert document.headers["content-disposition"] == f'attachment; filename="{award.id}.json"'
    assert png.extract(found["credential.png"].content) == document.content
    assert found["credential.jwt"].headers["content-type"] == "application/vc+jwt"
    assert found["credential.pdf"].headers["content-type"] == "application/pdf"
    assert pdf.extract(found["credential.pdf"].content).attached[0].data == document.content
    assert f"{BASE}/c/{award.id}" in found["qr.svg"].text
    for answer in found.values():
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        # No page of another site reads them, even if it knew the address.
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    page = web.get(own).text
    links = re.findall(rf'href="{re.escape(own)}/([^"]+)"', page)
    # The diploma stands a second time where it is said what the Europass Library takes.
    assert sorted(links) == sorted([*FILES[:4], "credential.pdf"])
    assert "In the Europass Library" in page
    assert web.get(f"/c/{award.id}").status_code == 404


def test_an_address_that_is_not_the_learners_opens_nothing(
    web: TestClient, there: Installation, award: Award
) -> None:
    own, other = (there.secret(one) for one in (award, there.awards[1]))
    mixed = own.partition(".")[0] + "." + other.partition(".")[2]
    nothing = web.get("/c/EUAS-0000-0000-0000-0000").content
    for address in (mixed, own[:-1], f"{own}x", own.partition(".")[0], "/l/x", "/l/%00", "/l/ü"):
        asked = [web.get(address), web.head(address), web.post(address, data={"share": "on"})]
        asked += [web.get(f"{address}/{name}") for name in FILES]
        assert {answer.status_code for answer in asked} == {404}
        assert web.get(address).content == nothing
    assert web.get(f"{own}/credential.exe").content == nothing
    assert web.get(f"/c/{award.id}").status_code == 404


def test_a_withdrawn_link_opens_nothing_and_the_new_one_everything(
    web: TestClient, there: Installation
) -> None:
    award = there.awards[2]
    bench, old = there.house.bench, there.secret(award)
    with bench.begin() as tx:
        award = share.withdraw_link(tx, award, actor="registrar", at=bench.moment)
    new = there.secret(award)
    assert web.get(old).content == web.get("/l/x").content
    assert {web.get(f"{old}/{name}").status_code for name in FILES} == {404}
    assert web.post(old, data={"share": "on"}).status_code == 404
    assert web.get(new).status_code == 200


def test_what_is_still_being_made_says_so(web: TestClient, there: Installation) -> None:
    bench = there.house.bench
    source = accept.Source(there.slug, "student_number", list(COURSES))
    row = accept.read_csv(RESULTS.read_bytes(), source=source).rows[4]
    with bench.begin() as tx:
        award = decide(tx, row.result, actor="operator", bench=bench).award
    assert award is not None
    own = there.secret(award)
    page = web.get(own)
    assert "Come back in a few minutes." in page.text
    assert f"{own}/credential" not in page.text
    assert {web.get(f"{own}/{name}").status_code for name in FILES[:4]} == {404}
    # Even if it were shared: there is nothing yet that anybody could check.
    web.post(own, data={"share": "on"})
    assert web.get(f"/c/{award.id}").content == web.get("/l/x").content


def test_who_is_on_no_pathway_has_no_transcript(
    web: TestClient, there: Installation, award: Award
) -> None:
    answer = web.get(f"{there.secret(award)}/transcript.pdf")
    assert answer.status_code == 404
    assert "not shared" in answer.text
