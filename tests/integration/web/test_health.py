import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from issuer.errors import NotReady
from issuer.web.app import create_app
from tests.integration.web.conftest import BASE
from tests.town.installation import Installation, installation

LOOPBACK = ("127.0.0.1", 50_000)


@pytest.fixture(scope="module")
def own(
    tmp_path_factory: pytest.TempPathFactory, module_database_url: str
) -> Iterator[Installation]:
    """One of our own: its clock and settings are changed."""
    home: Path = tmp_path_factory.mktemp("health")
    with installation(home, base_url=BASE, rows=0, database_url=module_database_url) as there:
        yield there


def _client(own: Installation, host: str = LOOPBACK[0]) -> TestClient:
    return TestClient(create_app(own.house), base_url=BASE, client=(host, 1))


def test_it_lives_and_is_ready(own: Installation) -> None:
    with _client(own) as client:
        alive, ready = client.get("/healthz"), client.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
    assert ready.headers["cache-control"] == "no-store"


def test_it_is_not_ready_when_a_list_has_expired(
    own: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _client(own) as client:
        late = own.house.bench.now() + dt.timedelta(days=8)
        monkeypatch.setattr(own.house, "bench", replace(own.house.bench, now=lambda: late))
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["code"] == "state.not_ready"
    assert len(answer.json()["lists"]) == 2
    assert "testamur publish" in answer.json()["detail"]


def test_it_is_not_ready_with_an_old_schema(
    own: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def old() -> None:
        raise NotReady("The database has an old schema.")

    with _client(own) as client:
        monkeypatch.setattr(own.house.database, "require_current", old)
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200


def test_counts_are_for_this_machine(own: Installation) -> None:
    with _client(own) as client:
        client.get("/healthz")
        client.get("/who/is/alex")
        client.request("BREW", "/healthz")
        here = client.get("/metrics")
        forwarded = client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"})
    assert here.status_code == 200
    assert 'route="/healthz",status="200"} 1.0' in here.text
    assert 'method="other"' in here.text
    assert "alex" not in here.text
    assert forwarded.status_code == 404


def test_what_is_counted_says_how_the_installation_is(
    own: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise NotReady("The database cannot be used.")

    with _client(own) as client:
        well = client.get("/metrics").text
        monkeypatch.setattr(own.house.database, "require_current", away)
        ill = client.get("/metrics").text
    left = re.search(r"^testamur_status_list_seconds_left (\S+)$", well, re.MULTILINE)
    assert left is not None
    assert 0 < float(left[1]) <= 7 * 86_400
    for line in ("testamur_database_up 1.0", "testamur_workers_alive 0.0"):
        assert line in well.splitlines()
    assert 'testamur_database_connections{state="most"} 20.0' in well
    assert "testamur_database_up 0.0" in ill.splitlines()
    assert "testamur_workers_alive" not in ill
    # What is counted here is told all the same.
    assert "testamur_requests_total" in ill


@pytest.mark.parametrize("host", ["192.0.2.7", "not an address"])
def test_counts_elsewhere_need_the_token(
    own: Installation, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    with _client(own, host) as client:
        assert client.get("/metrics").status_code == 404
        told = own.house.settings.model_copy(update={"metrics_token": SecretStr("open sesame")})
        monkeypatch.setattr(own.house, "settings", told)
        assert client.get("/metrics").status_code == 404
        wrong = client.get("/metrics", headers={b"authorization": b"Bearer \xf6"})
        right = client.get("/metrics", headers={"authorization": "Bearer open sesame"})
    assert (wrong.status_code, right.status_code) == (404, 200)


def test_an_empty_token_opens_nothing(own: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    with _client(own, "192.0.2.7") as client:
        told = own.house.settings.model_copy(update={"metrics_token": SecretStr("")})
        monkeypatch.setattr(own.house, "settings", told)
        assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
