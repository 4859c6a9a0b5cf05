"""The page of a pathway, the version as it was frozen, and the path on a learner's page."""

import re

import pytest
from starlette.testclient import TestClient

from issuer.model.award import Award
from issuer.services import offer, pathways, stack
from tests.town import paths
from tests.town.installation import Installation

PROGRAM = {"accept": "application/json"}


@pytest.fixture(scope="module", autouse=True)
def found(there: Installation) -> None:
    """The pathway of the town in two versions; its first course is one that was issued for."""
    bench = there.house.bench
    with bench.begin() as tx:
        like = offer.find(tx, there.awards[0].achievement)
        for course in paths.courses(like):
            offer.put_achievement(tx, course, at=bench.moment, actor="registrar")
        first = paths.pathway(there.slug)
        parts = [part.model_dump(mode="json") for part in first.parts]
        parts[0]["substitutes"] = [like.slug]
        for path in (first, paths.pathway(there.slug, parts=parts)):
            pathways.put(tx, path, at=bench.moment, actor="registrar")
    for award in there.awards:
        stack.after_issue(bench, there.slug, award.id)


def test_the_newest_version_is_a_page(web: TestClient) -> None:
    page = web.get("/pathways/data")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "From tables to stewardship" in page.text
    assert "Version 2" in page.text
    assert "newer version" not in page.text
    assert web.head("/pathways/data").status_code == 200


def test_an_older_version_says_so_and_is_data_for_programs(web: TestClient) -> None:
    page = web.get("/pathways/data/v/1")
    assert "There is a newer version of this pathway" in page.text
    assert page.headers["vary"] == "Accept"
    data = web.get("/pathways/data/v/1", headers=PROGRAM)
    assert data.headers["content-type"] == "application/json"
    assert (data.json()["slug"], data.json()["version"]) == ("data", 1)
    assert data.headers["vary"] == "Accept"


@pytest.mark.parametrize("path", ["other", "data/v/3", "data/v/01", "data/v/x", "data/v/0"])
def test_what_is_not_there(web: TestClient, path: str) -> None:
    assert web.get(f"/pathways/{path}").status_code == 404


def test_the_front_page_names_it(web: TestClient) -> None:
    assert 'href="/pathways/data"' in web.get("/").text


def test_a_learner_sees_the_path_and_takes_the_transcript(
    web: TestClient, there: Installation, award: Award
) -> None:
    own = there.secret(award)
    page = web.get(own).text
    assert 'id="path"' in page
    assert "Your next step" in page
    (link,) = re.findall(r'href="([^"]+transcript\.pdf\?path=data)"', page)
    transcript = web.get(link)
    assert (transcript.status_code, transcript.headers["content-type"]) == (200, "application/pdf")
    assert transcript.headers["cache-control"] == "no-store"
    assert transcript.content.startswith(b"%PDF-")
    assert web.get(f"{own}/transcript.pdf?path=other").status_code == 404
