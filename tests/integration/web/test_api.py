"""The API as a student information system meets it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from issuer.services.tokens import Role
from issuer.web import publishing
from tests.integration.web.conftest import BASE
from tests.town.installation import Installation

Bearer = Callable[[Role], Mapping[str, str]]


@pytest.fixture(scope="module")
def issuer(bearer: Bearer) -> dict[str, str]:
    return dict(bearer(Role.ISSUER))


def _learner(result: dict[str, Any], key: str) -> dict[str, Any]:
    return {**result, "learner": {**result["learner"], "key": key}}


# --- Tokens ---------------------------------------------------------------------------------

CALLS = [
    ("GET", "/api/v1/achievements"),
    ("POST", "/api/v1/achievements"),
    ("POST", "/api/v1/results"),
    ("GET", "/api/v1/credentials/X"),
    ("POST", "/api/v1/credentials/X/suspend"),
    ("POST", "/api/v1/credentials/X/reinstate"),
    ("POST", "/api/v1/credentials/X/revoke"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("header", [None, "Bearer", "Bearer tsm_no", "Basic tsm_no", "tsm_no"])
def test_nothing_opens_without_a_token(
    door: TestClient, method: str, path: str, header: str | None
) -> None:
    headers = {"authorization": header} if header else {}
    answer = door.request(method, path, headers=headers, json={})
    assert answer.status_code == 401
    assert answer.json()["code"] == "auth.unauthenticated"
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        (Role.ADMIN, {"GET /a", "POST /a", "POST /r", "GET /c", "POST /c"}),
        (Role.ISSUER, {"GET /a", "POST /r", "GET /c", "POST /c"}),
        (Role.AUDITOR, {"GET /a", "GET /c"}),
        (Role.VC_API, set()),
    ],
)
def test_a_role_opens_what_it_may(
    door: TestClient, bearer: Bearer, role: Role, opens: set[str]
) -> None:
    headers = dict(bearer(role))
    answers = {
        f"{method} /{path.split('/')[3][0]}": door.request(
            method, path, headers=headers, json={}
        ).status_code
        for method, path in CALLS
    }
    assert {name for name, status in answers.items() if status != 403} == opens


# --- Results --------------------------------------------------------------------------------


def test_a_result_becomes_a_credential(
    door: TestClient, issuer: dict[str, str], result: dict[str, Any]
) -> None:
    answer = door.post("/api/v1/results", json=result, headers=issuer)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["outcome"], told["state"], told["shared"]) == ("issued", "active", False)
    assert told["links"]["page"] == f"{BASE}/c/{told['id']}"
    assert told["links"]["json"] == f"{BASE}/c/{told['id']}.json"
    assert door.get(told["links"]["learner"]).status_code == 200
    assert "Noor" not in answer.text
    again = door.post("/api/v1/results", json=result, headers=issuer)
    assert (again.status_code, again.json()["outcome"]) == (200, "already")
    assert again.json()["id"] == told["id"]
    other = door.post(
        "/api/v1/results",
        json={**result, "grade": {"value": "1", "scheme": "1 to 5"}},
        headers=issuer,
    )
    assert (other.status_code, other.json()["code"]) == (409, "state.duplicate_result")


@pytest.mark.parametrize(("passed", "outcome"), [(False, "not_passed"), (None, "unknown")])
def test_what_was_not_passed_is_not_issued(
    door: TestClient, issuer: dict[str, str], result: dict[str, Any], passed: object, outcome: str
) -> None:
    answer = door.post(
        "/api/v1/results", json={**_learner(result, "s-77"), "passed": passed}, headers=issuer
    )
    assert (answer.status_code, answer.json()) == (200, {"outcome": outcome})


def test_the_same_key_and_body_give_the_first_answer_again(
    door: TestClient, issuer: dict[str, str], result: dict[str, Any]
) -> None:
    headers = {**issuer, "idempotency-key": "exam-4711"}
    value = _learner(result, "s-4711")
    first = door.post("/api/v1/results", json=value, headers=headers)
    again = door.post("/api/v1/results", json=value, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = door.post("/api/v1/results", json=_learner(result, "s-4712"), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "state.idempotency_mismatch")


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_a_key_that_is_none_is_refused(
    door: TestClient, issuer: dict[str, str], result: dict[str, Any], key: str
) -> None:
    headers = {**issuer, "idempotency-key": key}
    answer = door.post("/api/v1/results", json=_learner(result, "s-5"), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "input.fields")


def test_a_wrong_result_names_its_fields(
    door: TestClient, issuer: dict[str, str], result: dict[str, Any]
) -> None:
    wrong = {**result, "date": "June", "grades": 1, "organisation": "another"}
    answer = door.post("/api/v1/results", json=wrong, headers=issuer)
    assert answer.status_code == 422
    assert {f["field"] for f in answer.json()["fields"]} == {"date", "grades"}
    unknown = door.post(
        "/api/v1/results", json={**result, "achievement": "alchemy"}, headers=issuer
    )
    assert unknown.status_code == 404


# --- Courses --------------------------------------------------------------------------------


def test_a_course_is_put_once_and_changed_in_versions(door: TestClient, bearer: Bearer) -> None:
    admin = dict(bearer(Role.ADMIN))
    listed = door.get("/api/v1/achievements", headers=admin).json()["achievements"]
    course = next(c for c in listed if c["slug"] == "data-stewardship")
    assert course["annex_1"]["missing"] == {}
    value = {
        name: item
        for name, item in course.items()
        if name not in {"annex_1", "warnings", "version", "organisation"}
    }
    same = door.post("/api/v1/achievements", json=value, headers=admin)
    assert (same.status_code, same.json()["version"]) == (200, course["version"])
    value["prerequisites"] = {"en": "None at all."}
    new = door.post("/api/v1/achievements", json=value, headers=admin)
    assert (new.status_code, new.json()["version"]) == (201, course["version"] + 1)
    page = door.get("/achievements/data-stewardship")
    assert "None at all." in page.text


def test_a_wrong_course_names_its_fields(door: TestClient, bearer: Bearer) -> None:
    answer = door.post("/api/v1/achievements", json={"slug": "A B"}, headers=bearer(Role.ADMIN))
    assert answer.status_code == 422
    assert "slug" in {f["field"] for f in answer.json()["fields"]}


# --- Credentials ----------------------------------------------------------------------------


def test_an_auditor_looks_and_does_not_get_the_learners_link(
    door: TestClient, made: Installation, bearer: Bearer, issuer: dict[str, str]
) -> None:
    path = f"/api/v1/credentials/{made.awards[0].id}"
    seen = door.get(path, headers=dict(bearer(Role.AUDITOR))).json()
    assert seen["id"] == made.awards[0].id
    assert "learner" not in seen["links"]
    assert "/l/" in door.get(path, headers=issuer).json()["links"]["learner"]


def test_revocation_is_final_and_seen_at_once(
    door: TestClient, issuer: dict[str, str], result: dict[str, Any]
) -> None:
    made = door.post("/api/v1/results", json=_learner(result, "s-13"), headers=issuer).json()
    path = f"/api/v1/credentials/{made['id']}"
    for reason in ("", "two\nlines", "x" * 301):
        refused = door.post(f"{path}/revoke", json={"reason": reason}, headers=issuer)
        assert (refused.status_code, refused.json()["code"]) == (422, "input.fields")
    revoked = door.post(f"{path}/revoke", json={"reason": "Not their work."}, headers=issuer)
    assert revoked.status_code == 200
    assert (revoked.json()["state"], revoked.json()["published"]) == ("revoked", True)
    again = door.post(f"{path}/revoke", json={"reason": "Again."}, headers=issuer)
    assert (again.status_code, again.json()["code"]) == (409, "state.transition")
    undone = door.post(f"{path}/reinstate", json={"reason": "Sorry."}, headers=issuer)
    assert undone.status_code == 409


def test_only_what_can_be_suspended_is(
    door: TestClient, made: Installation, issuer: dict[str, str]
) -> None:
    path = f"/api/v1/credentials/{made.awards[0].id}/suspend"
    answer = door.post(path, json={"reason": "Under review."}, headers=issuer)
    assert (answer.status_code, answer.json()["code"]) == (409, "state.not_suspendable")


def test_suspended_and_reinstated(
    door: TestClient, bearer: Bearer, issuer: dict[str, str], result: dict[str, Any]
) -> None:
    listed = door.get("/api/v1/achievements", headers=issuer).json()["achievements"]
    course = dict(next(c for c in listed if c["slug"] == "data-stewardship"))
    for name in ("annex_1", "warnings", "version", "organisation"):
        del course[name]
    course |= {"slug": "suspendable-course", "suspendable": True}
    door.post("/api/v1/achievements", json=course, headers=dict(bearer(Role.ADMIN)))
    value = {**result, "achievement": "suspendable-course"}
    made = door.post("/api/v1/results", json=value, headers=issuer).json()
    path = f"/api/v1/credentials/{made['id']}"
    held = door.post(f"{path}/suspend", json={"reason": "Under review."}, headers=issuer)
    assert (held.json()["state"], held.json()["reason"]) == ("suspended", "Under review.")
    back = door.post(f"{path}/reinstate", json={"reason": "Cleared."}, headers=issuer)
    assert (back.status_code, back.json()["state"]) == (200, "active")


def test_a_change_stands_where_the_list_cannot_be_signed_now(
    door: TestClient,
    issuer: dict[str, str],
    result: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = door.post("/api/v1/results", json=_learner(result, "s-14"), headers=issuer).json()
    monkeypatch.setattr(publishing, "publish_one", lambda *_: False)
    monkeypatch.setattr("issuer.web.routes.api_credentials.publish_one", lambda *_: False)
    answer = door.post(
        f"/api/v1/credentials/{made['id']}/revoke", json={"reason": "Error."}, headers=issuer
    )
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["published"]) == ("revoked", False)


# --- The document that describes it all -----------------------------------------------------


def test_openapi_describes_what_is_taken_and_answered(door: TestClient) -> None:
    told = door.get("/openapi.json").json()
    results = told["paths"]["/api/v1/results"]["post"]
    taken = results["requestBody"]["content"]["application/json"]["schema"]
    assert taken["required"] == ["achievement", "learner", "date", "passed"]
    assert "organisation" not in taken["properties"]["learner"]["properties"]
    assert "#/$defs" not in str(told)
    assert results["security"] == [{"HTTPBearer": []}]
    assert "application/problem+json" in results["responses"]["default"]["content"]
    verify = told["paths"]["/api/v1/verify"]["post"]
    assert "image/png" in verify["requestBody"]["content"]
    assert "security" not in verify
