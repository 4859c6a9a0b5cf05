"""A token of one organisation reaches for what belongs to another in the same installation."""

from collections.abc import Mapping
from typing import Any

import pytest

from issuer.services import look, offer
from issuer.services.tokens import Role
from tests.town.door import OTHER, Door


@pytest.fixture(params=[Role.ADMIN, Role.ISSUER])
def stranger(door: Door, request: pytest.FixtureRequest) -> Mapping[str, str]:
    return door.bearer(request.param, organisation=OTHER)


def test_its_credentials_are_not_there(door: Door, stranger: Mapping[str, str]) -> None:
    award = door.made.awards[0].id
    seen = door.web.get(f"/api/v1/credentials/{award}", headers=stranger)
    unknown = door.web.get("/api/v1/credentials/EUAS-0000-0000-0000-0000", headers=stranger)
    assert (seen.status_code, unknown.status_code) == (404, 404)
    # What exists elsewhere reads as what does not exist.
    assert seen.text.replace(award, "") == unknown.text.replace("EUAS-0000-0000-0000-0000", "")


@pytest.mark.parametrize("verb", ["suspend", "reinstate", "revoke"])
def test_its_credentials_cannot_be_changed(
    door: Door, stranger: Mapping[str, str], verb: str
) -> None:
    before = door.award_state()
    answer = door.web.post(
        f"/api/v1/credentials/{door.made.awards[0].id}/{verb}",
        json={"reason": "Because we can."},
        headers=stranger,
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "state.not_found")
    assert door.award_state() == before == "active"


def test_its_courses_are_not_listed(door: Door, stranger: Mapping[str, str]) -> None:
    listed = door.web.get("/api/v1/achievements", headers=stranger).json()["achievements"]
    assert {course["organisation"] for course in listed} <= {OTHER}
    own = door.web.get("/api/v1/achievements", headers=door.bearer(Role.AUDITOR)).json()
    assert {course["organisation"] for course in own["achievements"]} == {door.made.slug}


@pytest.mark.parametrize("place", ["result", "learner", "both"])
def test_nothing_is_issued_in_its_name(door: Door, stranger: Mapping[str, str], place: str) -> None:
    value: dict[str, Any] = {
        "achievement": "data-stewardship",
        "date": "2026-06-12",
        "passed": True,
        "learner": {"key": "s-x-1", "given_name": "Noor", "family_name": "Example"},
    }
    if place in {"result", "both"}:
        value["organisation"] = door.made.slug
    if place in {"learner", "both"}:
        value["learner"]["organisation"] = door.made.slug
    answer = door.web.post("/api/v1/results", json=value, headers=stranger)
    assert (answer.status_code, answer.json()["code"]) == (404, "state.not_found")


def test_its_courses_cannot_be_changed(door: Door) -> None:
    headers = door.bearer(Role.ADMIN, organisation=OTHER)
    bench = door.made.house.bench
    with bench.read() as tx:
        course = offer.get(tx, door.made.slug, "data-stewardship")
        before = offer.versions(tx, door.made.slug, course.slug)
    value = course.model_dump(mode="json", exclude={"version"}, exclude_none=True)
    value |= {"title": {"en": "Something else"}, "organisation": door.made.slug}
    answer = door.web.post("/api/v1/achievements", json=value, headers=headers)
    if answer.status_code == 201:
        assert answer.json()["organisation"] == OTHER
    else:
        assert answer.status_code == 409
    with bench.read() as tx:
        assert offer.versions(tx, door.made.slug, course.slug) == before
        assert offer.get(tx, door.made.slug, course.slug).title == course.title
    assert "Something else" not in door.web.get(f"/achievements/{course.slug}").text


def test_a_learners_link_opens_that_one_award(door: Door) -> None:
    bench = door.made.house.bench
    first, second = door.made.awards[:2]
    secret = door.made.secret(first).rpartition(".")[2]
    assert door.web.get(f"/l/{first.id}.{secret}").status_code == 200
    crossed = door.web.get(f"/l/{second.id}.{secret}")
    assert crossed.status_code == 404
    posted = door.web.post(f"/l/{second.id}.{secret}", data={"share": "on"})
    assert posted.status_code == 404
    with bench.read() as tx:
        assert not look.award(tx, door.made.slug, second.id).shared
