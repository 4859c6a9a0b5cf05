"""One line for every request: method, path, status, milliseconds. No person, no secret, no address.

Query strings, addresses of clients, headers and bodies are never logged, and of a learner's link
only that it was one. Where lines go, `issuer.bootstrap.logs` says. Counts for `/metrics` are kept
here too, by route and not by path.
"""

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import Protocol

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuer.settings import shared_meters

# A mistyped address may hold the secret too: what has its form is left out wherever it stands.
_SECRET = re.compile(r"(?<=/l/)[^/]*|[^/]*\.[\w-]{22}(?![\w-])[^/]*", re.IGNORECASE)
_MOST_PATH = 200
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ABANDONED = 499
"""What the log says of a request that ended without an answer."""
_log = structlog.get_logger("testamur.access")


def redacted(path: str) -> str:
    """The path as it may be logged: without the secret of a learner's link, bounded."""
    return _SECRET.sub("…", path)[:_MOST_PATH]


class Connections(Protocol):
    """How many connections to the database a process has (`issuer.registry.database.PoolUse`)."""

    @property
    def used(self) -> int:
        """In a transaction."""

    @property
    def idle(self) -> int:
        """Open and free."""

    @property
    def most(self) -> int:
        """That there can be."""


class Meters:
    """What is counted of one application; several processes may count together in a folder."""

    def __init__(self, connections: Callable[[], Connections]) -> None:
        """``connections`` tells those of this process."""
        self._connections = connections
        self._looking = Lock()
        self._shown: tuple[int, ...] = ()
        _forget_the_dead(shared_meters())
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "testamur_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "testamur_request_seconds",
            "Seconds until a request was answered.",
            ["route"],
            registry=self.registry,
        )
        self.database = Gauge(
            "testamur_database_connections",
            "Connections to the database: used, idle, and how many there can be (most).",
            ["state"],
            registry=self.registry,
            multiprocess_mode="livesum",
        )

    def count(self, scope: Scope, *, status: int, seconds: float) -> None:
        """Count one request; an unknown path or method makes no series of its own."""
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)
        self._look()

    def _look(self) -> None:
        with self._looking:
            found = self._connections()
            now = (found.used, found.idle, found.most)
            # Most requests leave them as they were.
            if now == self._shown:
                return
            for state, value in zip(("used", "idle", "most"), now, strict=True):
                self.database.labels(state).set(value)
            self._shown = now

    def page(self, facts: Mapping[str, tuple[str, float]]) -> bytes:
        """The counts, with ``facts`` of the whole installation: name → (what it is, value)."""
        self._look()
        told = CollectorRegistry()
        for name, (what, value) in facts.items():
            # Of several processes each would say the same: it is counted once, here.
            told.register(_Fact(name, what, value))
        folder = shared_meters()
        if folder is None:
            return generate_latest(self.registry) + generate_latest(told)
        together = CollectorRegistry()
        MultiProcessCollector(together, path=folder)  # type: ignore[no-untyped-call] # It has no types.
        return generate_latest(together) + generate_latest(told)


def _forget_the_dead(folder: str | None) -> None:
    """Count no connections of a process of ours that has died; its requests stay counted."""
    for place in Path(folder).glob("gauge_live*_*.db") if folder else ():
        if not _is_alive(int(place.stem.rpartition("_")[2])):
            place.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


class _Fact(Collector):
    """One number that is known, and not counted."""

    def __init__(self, name: str, what: str, value: float) -> None:
        self._metric = GaugeMetricFamily(name, what, value=value)

    def collect(self) -> Iterator[Metric]:
        yield self._metric


class AccessLog:
    """Logs and counts every request."""

    def __init__(self, app: ASGIApp, *, meters: Meters) -> None:
        """Wrap ``app``; ``meters`` are shared with `/metrics`."""
        self._app = app
        self._meters = meters
        # As `configure` has made it by now; to find that out for each line takes longer than that.
        self._log = _log.bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = _ABANDONED

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        begun = time.perf_counter()
        try:
            await self._app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - begun
            self._meters.count(scope, status=status, seconds=seconds)
            self._log.info(
                "request",
                method=scope["method"][:10],
                path=redacted(scope["path"]),
                status=status,
                ms=round(seconds * 1000, 1),
            )
