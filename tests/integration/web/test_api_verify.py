import json
from typing import Any

import pytest
from fastapi import APIRouter, Depends
from starlette.testclient import TestClient

from issuer.model.achievement import DocumentFormat
from issuer.services import look
from issuer.web.routes import api_verify
from tests.integration.web.conftest import BASE
from tests.town.installation import Installation

PATH = "/api/v1/verify"


def _checks(told: dict[str, Any]) -> dict[str, str]:
    return {check["id"]: check["verdict"] for check in told["checks"]}


@pytest.mark.parametrize(
    "kind", ["application/vc", "application/ld+json", "application/json", "text/plain", ""]
)
def test_a_credential_is_checked_whatever_it_is_called(
    door: TestClient, sealed: bytes, kind: str
) -> None:
    answer = door.post(PATH, content=sealed, headers={"content-type": kind})
    assert answer.status_code == 200
    assert answer.json()["verdict"] == "PASSED"
    assert answer.headers["cache-control"] == "no-store"
    assert _checks(answer.json())["issuer_established"] == "PASSED"


def test_json_around_a_credential(door: TestClient, sealed: bytes) -> None:
    value = {"credential": json.loads(sealed), "holder": "Nobody Known"}
    other = door.post(PATH, json=value).json()
    assert other["verdict"] == "FAILED"
    assert _checks(other)["holder"] == "FAILED"
    assert _checks(other)["proof"] == "PASSED"
    assert door.post(PATH, json={"credential": sealed.decode()}).json()["verdict"] == "PASSED"
    assert door.post(PATH, json={"credential": json.loads(sealed)}).json()["verdict"] == "PASSED"


def test_a_token(door: TestClient, made: Installation) -> None:
    with made.house.bench.read() as tx:
        token = look.sealed(tx, made.awards[0].id, DocumentFormat.OB3_JWT).data
    told = door.post(PATH, content=token, headers={"content-type": "application/vc+jwt"}).json()
    assert (told["verdict"], told["kind"]) == ("PASSED", "jwt")
    assert door.post(PATH, json={"credential": token.decode()}).json()["verdict"] == "PASSED"


def test_a_picture_and_a_form(door: TestClient, made: Installation, sealed: bytes) -> None:
    with made.house.bench.read() as tx:
        picture = made.house.pictures.baked(tx, look.shown(tx, made.awards[0]))
    told = door.post(PATH, content=picture, headers={"content-type": "image/png"}).json()
    assert (told["verdict"], told["carrier"]) == ("PASSED", "png")
    posted = door.post(PATH, files={"file": ("badge.png", picture)}, data={"holder": "No One"})
    assert posted.json()["verdict"] == "FAILED"
    text = door.post(PATH, files={"credential": (None, sealed.decode())})
    assert text.json()["verdict"] == "PASSED"


def test_a_link_to_our_own_is_not_fetched(door: TestClient, made: Installation) -> None:
    award = made.awards[1]
    for end in ("", ".json", "/card.png", "?x=1", "#result"):
        link = f"{BASE}/c/{award.id}{end}"
        hidden = door.post(PATH, json={"credential": link})
        assert (hidden.status_code, hidden.json()["code"]) == (422, "fetch.failed")
        made.share(award)
        shared = door.post(PATH, content=link.encode(), headers={"content-type": "text/plain"})
        assert shared.json()["verdict"] == "PASSED"
        made.share(award, on=False)


def test_a_link_that_must_not_be_fetched(door: TestClient) -> None:
    answer = door.post(PATH, json={"credential": "https://127.0.0.1/secret"})
    assert (answer.status_code, answer.json()["code"]) == (400, "fetch.refused")
    # Where a machine of ours stands is told to the operator alone.
    assert "127.0.0.1" not in answer.text
    assert "host" not in answer.json()


@pytest.mark.parametrize("body", [b"", b"  \n "])
def test_nothing_at_all(door: TestClient, body: bytes) -> None:
    answer = door.post(PATH, content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "input.unusable")
    assert door.post(PATH, data={}, files={"x": (None, "1")}).status_code == 400


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"credential": None}, "credential"),
        ({"credential": 7}, "credential"),
        ({"credential": []}, "credential"),
        ({"credential": "x", "holder": 7}, "holder"),
        ({"credential": "x", "holder": "x" * 301}, "holder"),
    ],
)
def test_wrong_fields_are_named(door: TestClient, value: dict[str, Any], field: str) -> None:
    answer = door.post(PATH, json=value)
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"] == field


def test_an_empty_holder_asks_nothing(door: TestClient, sealed: bytes) -> None:
    told = door.post(PATH, json={"credential": json.loads(sealed), "holder": " "}).json()
    assert told["verdict"] == "PASSED"


def test_broken_json_is_a_report(door: TestClient) -> None:
    answer = door.post(PATH, content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["verdict"]) == (200, "FAILED")


def test_a_broken_form_is_a_problem(door: TestClient) -> None:
    answer = door.post(PATH, content=b"x", headers={"content-type": "multipart/form-data"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_nothing_is_demanded_of_this_route_that_it_does_not_look_up(door: TestClient) -> None:
    """It answers without FastAPI's search for parameters: a dependency would not be asked."""
    app: Any = door.app
    routes: list[Any] = list(api_verify.router.routes)
    assert [route.path for route in routes] == [PATH]
    assert api_verify.router.dependencies == app.router.dependencies == []
    with pytest.raises(TypeError, match="would not be looked up"):
        APIRouter(route_class=api_verify.router.route_class).add_api_route(
            "/other", lambda: None, dependencies=[Depends(lambda: None)]
        )
