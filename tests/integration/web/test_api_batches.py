"""Batches through the API: rehearsed, confirmed, followed with ETag, led; and whose they are."""

import time
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from issuer.services import follow
from issuer.services.tokens import Role
from tests.integration.web.conftest import Bearer
from tests.town.installation import Installation

HEADER = "result_id,course,date,passed,student_number,given_name,family_name\n"
ADDRESS = "/api/v1/batches"


def csv(*numbers: int, more: str = "") -> bytes:
    rows = [f"B-{n},data-stewardship,2026-06-12,yes,s-{n},Noor,Example\n" for n in numbers]
    return (HEADER + "".join(rows) + more).encode()


def confirmed(door: TestClient, bearer: Bearer, data: bytes) -> dict[str, Any]:
    answer = door.post(
        ADDRESS, params={"confirm": "true"}, content=data, headers=bearer(Role.ISSUER)
    )
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"{ADDRESS}/{answer.json()['id']}"
    found: dict[str, Any] = answer.json()
    return found


def ended(door: TestClient, bearer: Bearer, batch_id: str) -> dict[str, Any]:
    headers = bearer(Role.AUDITOR)
    last = time.monotonic() + 60
    while True:
        found: dict[str, Any] = door.get(f"{ADDRESS}/{batch_id}", headers=headers).json()
        if found["ended_at"] is not None:
            return found
        assert time.monotonic() < last, found
        time.sleep(0.1)


def test_without_confirming_it_is_a_dry_run(door: TestClient, bearer: Bearer) -> None:
    data = csv(801, more="B-x,data-stewardship,soon,yes,s-802,Noor,Example\n")
    answer = door.post(ADDRESS, content=data, headers=bearer(Role.ISSUER))
    assert answer.status_code == 200
    assert answer.json()["dry_run"] is True
    assert [fault["line"] for fault in answer.json()["faults"]] == [3]
    listed = door.get(ADDRESS, headers=bearer(Role.ISSUER)).json()["batches"]
    assert all(batch["progress"]["of"] != 1 for batch in listed)


@pytest.mark.parametrize("rule", ["Note is ''", "Note is Pass, not Pass"])
def test_a_rule_that_says_nothing_is_refused_in_words(
    door: TestClient, bearer: Bearer, rule: str
) -> None:
    answer = door.post(
        ADDRESS,
        params={"achievement": "data-stewardship", "pass_if": rule},
        content=b"Matrikelnummer,Name,Note\n1,Ada,Pass\n",
        headers=bearer(Role.ISSUER),
    )
    assert answer.status_code == 400, answer.text
    assert "COLUMN is Pass, not Fail" in answer.json()["detail"]


def test_the_server_alone_finishes_what_was_confirmed(door: TestClient, bearer: Bearer) -> None:
    batch = confirmed(door, bearer, csv(811, 812, 813))
    done = ended(door, bearer, batch["id"])
    assert (done["state"], done["rows"]["kept"]) == ("done", 3)
    assert done["progress"] == {"done": 3, "of": 3}
    again = door.post(
        ADDRESS,
        params={"confirm": "true"},
        files={"file": ("results.csv", csv(811, 812, 813))},
        headers=bearer(Role.ISSUER),
    )
    assert again.status_code == 200
    assert again.json()["outcomes"].get("new", 0) == 0


def test_whoever_polls_is_answered_304_until_something_changed(
    door: TestClient, bearer: Bearer
) -> None:
    batch = confirmed(door, bearer, csv(821))
    ended(door, bearer, batch["id"])
    headers = bearer(Role.ISSUER)
    first = door.get(f"{ADDRESS}/{batch['id']}", headers=headers)
    assert not first.headers["etag"].startswith("W/")
    asked = {**headers, "if-none-match": first.headers["etag"]}
    second = door.get(f"{ADDRESS}/{batch['id']}", headers=asked)
    assert (second.status_code, second.content) == (304, b"")
    assert door.get(f"{ADDRESS}/{batch['id']}", headers={**headers, "if-none-match": '"x"'}).json()
    assert first.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("verb", ["pause", "resume", "retry", "cancel"])
def test_what_has_ended_cannot_be_led(door: TestClient, bearer: Bearer, verb: str) -> None:
    batch = confirmed(door, bearer, csv(830 + len(verb), 840 + ord(verb[2])))
    ended(door, bearer, batch["id"])
    answer = door.post(f"{ADDRESS}/{batch['id']}/{verb}", headers=bearer(Role.ISSUER))
    assert (answer.status_code, answer.json()["code"]) == (409, "state.transition")
    refused = door.post(f"{ADDRESS}/{batch['id']}/{verb}", headers=bearer(Role.AUDITOR))
    assert refused.status_code == 403


def test_a_batch_that_is_not_there_and_one_of_others_read_alike(
    door: TestClient, bearer: Bearer
) -> None:
    answer = door.get(f"{ADDRESS}/batch-7q4m2kxd9rvt5hzc", headers=bearer(Role.ISSUER))
    assert (answer.status_code, answer.json()["code"]) == (404, "state.not_found")
    assert door.get(ADDRESS).status_code == 401
    assert door.post(ADDRESS, content=csv(1), headers=bearer(Role.AUDITOR)).status_code == 403


def test_a_form_without_a_file_and_a_body_that_is_too_large_are_refused(
    door: TestClient, bearer: Bearer
) -> None:
    headers = bearer(Role.ISSUER)
    empty = door.post(ADDRESS, files={"other": ("x", b"y")}, headers=headers)
    assert (empty.status_code, empty.json()["code"]) == (422, "input.fields")
    large = door.post(ADDRESS, content=b"x" * (22 << 20), headers=headers)
    assert (large.status_code, large.json()["code"]) == (413, "input.too_large")


def test_where_keys_lie_is_not_told_through_the_api(
    door: TestClient, bearer: Bearer, made: Installation
) -> None:
    batch = confirmed(door, bearer, csv(831))
    done = ended(door, bearer, batch["id"])
    with made.house.bench.read() as tx:
        found = follow.follow(tx, made.slug, done["id"])
    for reason, told in (
        ("keys.custody: /etc/keys/award.json cannot be read", "keys.custody: the operator reads"),
        ("issue.timestamp: it does not answer", "issue.timestamp: it does not answer"),
    ):
        paused = replace(found, batch=replace(found.batch, reason=reason))
        assert paused.as_json()["reason"].startswith(told)
