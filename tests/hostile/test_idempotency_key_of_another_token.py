"""Somebody sends the Idempotency-Key of another system, to learn or to spoil what it was told."""

from collections.abc import Mapping
from typing import Any

import pytest

from issuer.services.tokens import Role
from tests.town.door import OTHER, Door

KEY = {"idempotency-key": "export-2026-06-12-row-17"}
PATH = "/api/v1/results"


def result(key: str) -> dict[str, Any]:
    return {
        "achievement": "data-stewardship",
        "date": "2026-06-12",
        "passed": True,
        "learner": {"key": key, "given_name": "Noor", "family_name": "Example"},
    }


@pytest.fixture
def first(door: Door) -> Mapping[str, str]:
    return {**door.bearer(Role.ISSUER), **KEY}


def test_the_answer_of_another_token_is_not_told(door: Door, first: Mapping[str, str]) -> None:
    told = door.web.post(PATH, json=result("s-idem-1"), headers=first)
    assert told.status_code == 201
    second = {**door.bearer(Role.ISSUER), **KEY}
    # The same system with a new token: the request is new, and the result is known.
    answer = door.web.post(PATH, json=result("s-idem-1"), headers=second)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "already")


def test_another_organisation_learns_nothing_by_it(door: Door, first: Mapping[str, str]) -> None:
    told = door.web.post(PATH, json=result("s-idem-2"), headers=first).json()
    stranger = {**door.bearer(Role.ISSUER, organisation=OTHER), **KEY}
    answer = door.web.post(PATH, json=result("s-idem-2"), headers=stranger)
    # It has no such course: what the first one was told does not come into it.
    assert (answer.status_code, answer.json()["code"]) == (404, "state.not_found")
    assert told["id"] not in answer.text


def test_another_organisation_spoils_nothing_by_it(door: Door, first: Mapping[str, str]) -> None:
    stranger = {**door.bearer(Role.ISSUER, organisation=OTHER), **KEY}
    for body in (result("s-idem-3"), {}, {**result("s-idem-3"), "passed": False}):
        door.web.post(PATH, json=body, headers=stranger)
    told = door.web.post(PATH, json=result("s-idem-3"), headers=first)
    assert told.status_code == 201
    again = door.web.post(PATH, json=result("s-idem-3"), headers=first)
    assert (again.status_code, again.json()) == (201, told.json())


def test_a_key_says_nothing_without_a_token(door: Door, first: Mapping[str, str]) -> None:
    door.web.post(PATH, json=result("s-idem-4"), headers=first)
    assert door.web.post(PATH, json=result("s-idem-4"), headers=KEY).status_code == 401
    auditor = {**door.bearer(Role.AUDITOR), **KEY}
    assert door.web.post(PATH, json=result("s-idem-4"), headers=auditor).status_code == 403


def test_the_same_key_does_not_stand_for_another_body(door: Door, first: Mapping[str, str]) -> None:
    told = door.web.post(PATH, json=result("s-idem-5"), headers=first).json()
    answer = door.web.post(PATH, json=result("s-idem-6"), headers=first)
    assert (answer.status_code, answer.json()["code"]) == (422, "state.idempotency_mismatch")
    assert told["id"] not in answer.text
