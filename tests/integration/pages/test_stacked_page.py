"""The page of a stacked credential: what it is built from, and what became of each part."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.services import look
from tests.town.installation import Installation

Built = tuple[Award, tuple[Award, ...]]


@pytest.fixture(scope="module")
def built(there: Installation) -> Built:
    """An award that is built from two others, and these."""
    return there.stacked("S-stacked")


@pytest.fixture(scope="module")
def whole(there: Installation, built: Built) -> Iterator[Award]:
    """It is shared, and so is the first of the two."""
    there.share(built[0])
    there.share(built[1][0])
    yield built[0]
    there.share(built[0], on=False)


def _page(web: TestClient, award: Award) -> str:
    answer = web.get(f"/c/{award.id}")
    assert answer.status_code == 200
    return answer.text


def test_it_says_what_it_is_built_from(web: TestClient, built: Built, whole: Award) -> None:
    html = _page(web, whole)
    assert "What it is built from" in html
    assert "Two parts, each certified on its own, carry this credential." in html
    assert "nothing is counted twice" in html
    assert "Each part is checked along with the whole" in html
    assert "passed, for the whole and for each of its two parts." in html
    assert 'aria-label="The path, highest tier first"' in html
    assert "Is it built as it says?" in html
    # A part that is shared has a page; of the other it is said that it is in force, and no more.
    assert f'href="/c/{built[1][0].id}"' in html
    assert f'href="/c/{built[1][1].id}"' not in html
    assert "Who decides." in html or "according to the issuer" not in html


def test_the_page_of_an_ordinary_one_has_no_such_section(
    web: TestClient, there: Installation
) -> None:
    there.share(there.awards[0])
    html = _page(web, there.awards[0])
    assert "built from" not in html
    assert "Is it built as it says?" not in html


def test_what_is_handed_in_is_told_alike(
    web: TestClient, there: Installation, whole: Award
) -> None:
    with there.house.bench.read() as tx:
        data = look.sealed(tx, whole.id, DocumentFormat.OB3).data
    answer = web.post("/verify", data={"what": data.decode()})
    assert answer.status_code == 200
    assert "What it is built from" in answer.text


def test_a_program_is_told_of_each_part(web: TestClient, there: Installation, built: Built) -> None:
    with there.house.bench.read() as tx:
        data = look.sealed(tx, built[0].id, DocumentFormat.OB3).data
        part = look.sealed(tx, built[1][1].id, DocumentFormat.OB3).data
    told = web.post("/api/v1/verify", json={"credential": data.decode()}).json()
    assert [one["verdict"] for one in told["parts"]] == ["PASSED", "PASSED"]
    assert all(one["looked_at"] for one in told["parts"])
    value = {"credential": data.decode(), "parts": [part.decode()]}
    assert web.post("/api/v1/verify", json=value).json()["verdict"] == "PASSED"
    # A part that is none is told as what was entered wrongly.
    bad = web.post("/api/v1/verify", json={"credential": data.decode(), "parts": ["x"]})
    assert bad.status_code in {400, 422}
    ordinary = web.post("/api/v1/verify", content=part).json()
    assert "parts" not in ordinary


def test_the_page_changes_when_a_part_is_revoked(
    web: TestClient, there: Installation, built: Built, whole: Award
) -> None:
    # The last test of this module: what is revoked stays revoked.
    there.revoke(built[1][1], "The work was copied")
    html = _page(web, whole)
    assert "A PART IS NOT IN ORDER" in html
    assert "A part of it is not in order. Do not rely on it." in html
    assert "was revoked" in html
    assert "The work was copied" in html
    assert "No, one of its parts was revoked." in html
