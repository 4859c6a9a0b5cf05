import asyncio
from collections.abc import Callable, Iterator, Mapping

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

import schemas
from issuer.errors import (
    Busy,
    Misconfigured,
    NotReady,
    StillRunning,
    TestamurError,
    Unauthenticated,
)
from issuer.services.tokens import Role
from issuer.web import problems
from issuer.web.headers import SecurityHeaders
from issuer.web.house import front
from keys.algorithms import CustodyError, MalformedKey, VaultError
from tests.town.installation import Installation

PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SECRET = "/var/secret/place"


def _kinds(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for child in root.__subclasses__():
        yield from _kinds(child)


def test_the_table_has_every_code_and_no_other() -> None:
    roots = (TestamurError, VaultError, schemas.LibraryError)
    codes = {
        str(vars(kind)["code"]) for root in roots for kind in _kinds(root) if "code" in vars(kind)
    }
    assert codes == set(problems.STATUS)


@pytest.fixture
def faulty(made: Installation) -> Iterator[TestClient]:
    app = FastAPI()
    app.state.house = made.house
    problems.install(app)
    faults = {
        "busy": Busy("Too much at once.", retry_after_s=7),
        "running": StillRunning("Not ended yet."),
        "token": Unauthenticated("This needs a token."),
        "setting": Misconfigured(f"{SECRET} is wrong"),
        "custody": CustodyError(f"{SECRET} cannot be read"),
        "key": MalformedKey("no key"),
        "ready": NotReady("Not yet.", lists=["one"], status="shadow"),
        "unknown": ZeroDivisionError(SECRET),
    }

    for name, fault in faults.items():
        app.get(f"/{name}")(_raising(fault))
        app.get(f"/api/{name}")(_raising(fault))
    app.add_middleware(problems.Unexpected)
    app.add_middleware(SecurityHeaders, https=True)
    with TestClient(app) as client:
        yield client


def _raising(fault: Exception) -> Callable[[], None]:
    def route() -> None:
        raise fault

    return route


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("busy", 503, "busy"),
        ("running", 409, "state.still_running"),
        ("token", 401, "auth.unauthenticated"),
        ("setting", 500, "settings.invalid"),
        ("custody", 500, "keys.custody"),
        ("key", 400, "keys.malformed"),
        ("ready", 503, "state.not_ready"),
        ("unknown", 500, "internal.fault"),
    ],
)
def test_every_kind_of_error_is_a_problem_document(
    faulty: TestClient, name: str, status: int, code: str
) -> None:
    answer = faulty.get(f"/{name}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["code"]) == (status, code)
    assert told["type"] == f"urn:testamur:problem:{code}"
    assert set(told) >= {"type", "title", "status", "detail", "code"}
    assert SECRET not in answer.text
    assert "content-security-policy" in answer.headers


def test_headers_say_when_to_ask_again_and_how_to_show_who_one_is(faulty: TestClient) -> None:
    assert faulty.get("/busy").headers["retry-after"] == "7"
    assert faulty.get("/running").headers["retry-after"] == "2"
    assert faulty.get("/token").headers["www-authenticate"] == 'Bearer realm="testamur"'
    assert "retry-after" not in faulty.get("/key").headers


def test_details_are_members_and_overwrite_none(faulty: TestClient) -> None:
    told = faulty.get("/ready").json()
    assert told["lists"] == ["one"]
    assert told["status"] == 503


def test_people_see_a_page_and_programs_do_not(faulty: TestClient) -> None:
    page = faulty.get("/busy", headers=PAGE)
    assert page.status_code == 503
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["retry-after"] == "7"
    assert page.headers["cache-control"] == "no-store"
    assert "Too much at once." in page.text
    unknown = faulty.get("/unknown", headers=PAGE)
    assert unknown.status_code == 500
    assert "internal.fault" in unknown.text
    assert SECRET not in unknown.text
    program = faulty.get("/api/busy", headers=PAGE)
    assert program.headers["content-type"] == "application/problem+json"


def test_what_nobody_expected_is_logged_by_its_class_alone(
    faulty: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty.get("/unknown")
    logged = "".join(capsys.readouterr())
    assert "ZeroDivisionError" in logged
    assert SECRET not in logged
    assert "Traceback" not in logged


def test_an_answer_that_broke_off_is_not_begun_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sent: list[Message] = []

    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError(SECRET)

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    app = problems.Unexpected(breaks)
    asyncio.run(app({"type": "http", "path": "/"}, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert "ZeroDivisionError" in "".join(capsys.readouterr())


def test_an_installation_without_organisation_is_not_ready(
    made: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuer.services.look.all_organisations", lambda _: ())
    with pytest.raises(NotReady, match="testamur init"):
        front(made.house)


def test_a_page_that_cannot_be_made_hides_no_error(
    faulty: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise NotReady("No organisation.")

    monkeypatch.setattr(problems, "front", broken)
    answer = faulty.get("/busy", headers=PAGE)
    assert answer.status_code == 503
    assert answer.json()["code"] == "busy"


def test_unknown_addresses_and_methods(door: TestClient) -> None:
    nowhere = door.get("/api/v1/nowhere")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "state.not_found")
    page = door.get("/nowhere", headers=PAGE)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    wrong = door.delete("/api/v1/verify")
    assert wrong.status_code == 405
    assert wrong.json()["code"] == "http.method_not_allowed"
    assert wrong.headers["allow"] == "POST"


def test_a_wrong_field_is_named_and_not_repeated(
    door: TestClient, bearer: Callable[[Role], Mapping[str, str]]
) -> None:
    value = {"reason": ["nonsense-of-somebody"]}
    answer = door.post(
        "/api/v1/credentials/X/revoke", json=value, headers=dict(bearer(Role.ISSUER))
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "input.fields"
    assert answer.json()["fields"] == [
        {"field": "reason", "fault": "Input should be a valid string"}
    ]
    assert "nonsense-of-somebody" not in answer.text
