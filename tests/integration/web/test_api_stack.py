"""Pathways and what waits on them, through the API."""

import pytest
from starlette.testclient import TestClient

from issuer.model.achievement import Achievement
from issuer.registry import learners
from issuer.services import issue, offer, pathways, stack
from issuer.services.decide import decide
from issuer.services.tokens import Role
from tests.integration.web.conftest import Bearer
from tests.town import paths
from tests.town.installation import Installation


@pytest.fixture(scope="module")
def way(made: Installation) -> tuple[int, int]:
    """Two learners for whom the first step of a pathway waits for a person."""
    bench = made.house.bench
    with bench.begin() as tx:
        like = offer.get(tx, made.slug, "data-stewardship")
        for noun in paths.courses(like):
            offer.put_achievement(tx, noun, at=bench.moment, actor="registrar")
        path = paths.with_step(paths.pathway(made.slug), "data-basic", approval="person")
        pathways.put(tx, path, at=bench.moment, actor="registrar")
    first, second = (_earn(made, f"w-{number}", like) for number in (1, 2))
    return first, second


def _earn(made: Installation, key: str, like: Achievement) -> int:
    bench, found = made.house.bench, 0
    for slug in ("tables", "sources"):
        result = paths.result(like.organisation, key, slug)
        with bench.begin() as tx:
            award = decide(tx, result, actor="registrar", bench=bench).award
            assert award is not None
            found = learners.lookup(tx, made.slug, key)
        issue.issue(bench, made.slug, award.id, actor="registrar")
    stack.consider(bench, made.slug, found)
    return found


def test_what_waits_is_agreed_to_or_declined(
    door: TestClient, bearer: Bearer, way: tuple[int, int]
) -> None:
    auditor, issuer = bearer(Role.AUDITOR), bearer(Role.ISSUER)
    listed = door.get("/api/v1/pathways", headers=auditor).json()["pathways"]
    assert [one["slug"] for one in listed] == ["data"]
    shown = door.get("/api/v1/pathways/data?version=1", headers=auditor).json()
    assert shown["versions"] == [1]
    assert door.get("/api/v1/pathways/nowhere", headers=auditor).status_code == 404
    waiting = door.get("/api/v1/stack/pending", headers=auditor).json()["pending"]
    assert {one["learner"] for one in waiting} == set(way)
    assert {one["step"] for one in waiting} == {"data-basic"}
    first, second = (f"/api/v1/stack/pending/{one}/data/data-basic" for one in way)
    assert door.post(f"{first}/approve", headers=auditor).status_code == 403
    agreed = door.post(f"{first}/approve", headers=issuer)
    assert (agreed.status_code, agreed.json()["state"]) == (200, "awarded")
    assert agreed.json()["award"]
    assert door.post(f"{first}/approve", headers=issuer).status_code == 409
    why = {"reason": "The exam is open."}
    declined = door.post(f"{second}/decline", headers=issuer, json=why)
    assert declined.json() == {"state": "declined", "reason": "The exam is open."}
    assert door.get("/api/v1/stack/pending", headers=auditor).json() == {"pending": []}
