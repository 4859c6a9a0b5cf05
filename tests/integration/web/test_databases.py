"""The door over either database: from a result to a revoked one, and what neither can keep."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from issuer.services.tokens import Role
from issuer.web.app import create_app
from tests.town.door import BASE, Door
from tests.town.installation import installation

RESULT: dict[str, Any] = {
    "achievement": "data-stewardship",
    "date": "2026-06-12",
    "passed": True,
    "learner": {
        "key": "s-8001",
        "given_name": "Ζωή",
        "family_name": "Παράδειγμα",
        "email": "zoe@students.uni.example",
    },
}


@pytest.fixture
def there(empty_database_url: str, tmp_path: Path) -> Iterator[Door]:
    home = tmp_path / "home"
    with (
        installation(home, base_url=BASE, rows=1, database_url=empty_database_url) as made,
        TestClient(
            create_app(made.house),
            base_url=BASE,
            follow_redirects=False,
            raise_server_exceptions=False,
        ) as web,
    ):
        yield Door(web, made)


def verdict(there: Door, credential: Any) -> str:
    answer = there.web.post("/api/v1/verify", json={"credential": credential})
    assert answer.status_code == 200
    return str(answer.json()["verdict"])


def test_from_a_result_to_a_revoked_credential(there: Door) -> None:
    web = there.web
    issuing = {**there.bearer(Role.ISSUER), "idempotency-key": "first"}
    made = web.post("/api/v1/results", json=RESULT, headers=issuing)
    assert made.status_code == 201
    again = web.post("/api/v1/results", json=RESULT, headers=issuing)
    assert (again.status_code, again.json()) == (201, made.json())
    path = f"/c/{made.json()['id']}"
    learner = made.json()["links"]["learner"].removeprefix(BASE)
    assert web.get(path).status_code == 404
    assert web.post(learner, data={"share": "on"}).status_code == 303
    credential = web.get(path, headers={"accept": "application/vc"}).json()
    assert verdict(there, credential) == "PASSED"
    revoking = f"/api/v1/credentials/{made.json()['id']}/revoke"
    answer = web.post(revoking, json={"reason": "Issued by mistake."}, headers=issuing)
    assert (answer.status_code, answer.json()["state"]) == (200, "revoked")
    assert verdict(there, credential) == "FAILED"
    assert web.get("/readyz").status_code == 200


ODD_PATHS = (
    "/c/%00",
    "/c/EUAS%00",
    "/c/%00.json",
    "/c/%ED%A0%80",
    "/c/%FF%FE",
    f"/c/{'A' * 5000}",
    "/l/%00",
    "/l/%00/credential.json",
    "/achievements/%00",
    "/achievements/data-stewardship%00/v/1",
    "/achievements/data-stewardship/v/99999999999999999999",
    "/status/euas%00/revocation/1",
    "/status/euas/revocation%00/1",
    "/status/euas/revocation/99999999999999999999",
    "/o/%00/logo",
    "/o/%00/colour.css",
    "/o/%00/jwks.json",
    "/%00/did.json",
)
ODD_TEXTS = ("\x00", "\ud800", "a\x00b", "A" * 5000)


def test_what_a_database_cannot_look_for_is_not_there(there: Door) -> None:
    found = {path: there.web.get(path).status_code for path in ODD_PATHS}
    assert {path: status for path, status in found.items() if status not in {404, 422}} == {}


def odd_calls(there: Door) -> Iterator[tuple[str, dict[str, Any]]]:
    change = f"/api/v1/credentials/{there.made.awards[0].id}/revoke"
    for text in ODD_TEXTS:
        for name in ("achievement", "source_id", "date", text):
            yield "/api/v1/results", {**RESULT, name: text}
        yield "/api/v1/results", {**RESULT, "learner": {**RESULT["learner"], "key": text}}
        yield change, {"reason": text}
        yield "/api/v1/achievements", {text: text}
    for number in (2**31, 10**20):
        yield f"/api/v1/stack/pending/{number}/p/s/approve", {}
        yield f"/api/v1/stack/pending/{number}/p/s/decline", {"reason": "x"}


def test_what_a_database_cannot_keep_is_refused(there: Door) -> None:
    headers = {**there.bearer(Role.ADMIN), "content-type": "application/json"}
    for address, value in odd_calls(there):
        # Escaped, so that it is JSON: what is wrong is the text that it means.
        answer = there.web.post(address, content=json.dumps(value), headers=headers)
        assert 400 <= answer.status_code < 500, (address, value)
    assert there.award_state() == "active"
