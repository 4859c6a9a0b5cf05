"""How large a request may be, and what the log says of it."""

import json
from collections.abc import Iterator

import pytest
from anyio.to_thread import current_default_thread_limiter
from starlette.testclient import TestClient

from issuer.web.access import redacted
from issuer.web.bounds import MOST, MOST_PICTURE
from tests.integration.web.conftest import BASE
from tests.town.installation import Installation

PNG = {"content-type": "image/png"}


def _chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"x" * 100_000


@pytest.mark.parametrize("path", ["/api/v1/verify", "/api/v1/results", "/nowhere", "/verify"])
def test_a_body_that_says_it_is_too_large_is_not_read(door: TestClient, path: str) -> None:
    answer = door.post(path, content=b"x" * (MOST + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "input.too_large"


@pytest.mark.parametrize("path", ["/api/v1/verify", "/api/v1/credentials/X/revoke"])
def test_a_body_that_does_not_say_is_counted(door: TestClient, path: str) -> None:
    answer = door.post(path, content=_chunks(12))
    assert answer.status_code == 413
    assert answer.json()["code"] == "input.too_large"
    assert "content-security-policy" in answer.headers


def test_a_body_that_lies_about_its_length_is_counted(door: TestClient) -> None:
    answer = door.post("/api/v1/verify", content=_chunks(12), headers={"content-length": "nine"})
    assert answer.status_code == 413


def test_pictures_may_be_larger_where_credentials_are_checked(door: TestClient) -> None:
    large = door.post("/api/v1/verify", content=_chunks(100), headers=PNG)
    assert large.status_code == 200
    assert large.json()["verdict"] == "FAILED"
    assert door.post("/api/v1/verify", content=_chunks(130), headers=PNG).status_code == 413
    elsewhere = door.post("/api/v1/results", content=b"x" * (MOST + 1), headers=PNG)
    assert elsewhere.status_code == 413
    assert MOST_PICTURE == 12 * 1024 * 1024


def test_people_see_a_page_when_a_file_is_too_large(door: TestClient) -> None:
    headers = {"content-type": "multipart/form-data; boundary=b", "accept": "text/html"}
    answer = door.post("/verify", content=_chunks(130), headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")


def test_each_request_is_one_line_without_query_and_address(
    door: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    door.get("/healthz?who=alex", headers={"authorization": "Bearer tsm_secret"})
    line = capsys.readouterr().err.strip()
    told = json.loads(line)
    assert {k: told[k] for k in ("event", "method", "path", "status")} == {
        "event": "request",
        "method": "GET",
        "path": "/healthz",
        "status": 200,
    }
    assert told["ms"] >= 0
    for absent in ("alex", "tsm_secret", "testclient", "127.0.0.1"):
        assert absent not in line


def test_the_secret_of_a_learner_is_in_no_log(
    door: TestClient, made: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    own = made.secret(made.awards[0])
    assert door.get(own).status_code == 200
    assert door.get(f"/L/{own.removeprefix('/l/')}").status_code == 404
    assert door.get(f"/verify/{own.removeprefix('/l/')}").status_code == 404
    logged = "".join(capsys.readouterr())
    assert own.rpartition(".")[2] not in logged
    assert made.awards[0].id not in logged
    assert logged.count("\\u2026") == 3


def test_paths_in_the_log_are_short() -> None:
    assert redacted("/l/EUAS-1.secret/credential.png") == "/l/…/credential.png"
    assert len(redacted("/x" * 1_000)) == 200
    assert BASE.startswith("http")


def test_counts_have_no_paths_of_strangers(door: TestClient) -> None:
    door.get("/who/is/alex")
    door.request("BREW", "/healthz")
    counted = door.get("/metrics", headers={"authorization": "Bearer wrong"})
    assert counted.status_code == 404


def test_whoever_waits_for_a_check_takes_no_thread_from_others(
    door: TestClient, made: Installation
) -> None:
    settings = made.house.settings
    assert door.portal is not None
    threads = door.portal.call(lambda: current_default_thread_limiter().total_tokens)
    assert threads - (settings.queue_length + settings.worker_processes) >= 40
