"""Several processes behind one port: they share what must be shared, and one that dies is replaced.

Real processes, real signals, on either database.
"""

import concurrent.futures as cf
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import ROOT, Tell

Ask = Callable[..., tuple[int, bytes]]
RESULT = {
    "achievement": "data-stewardship",
    "date": "2026-06-12",
    "passed": True,
    "learner": {"key": "s-1", "display_name": "Alex Example"},
}


@pytest.fixture
def served(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], Ask]]:
    """``testamur serve`` with two processes, and how to ask it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "issuer.cli", "serve", "--home", str(home)]
    command += ["--port", str(port), "--processes", "2"]
    environment = {**os.environ, "TESTAMUR_PASSPHRASE": "for tests"}
    with (home / "log").open("wb") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT, env=environment)

    def ask(path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        data = None if body is None else json.dumps(body).encode()
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told |= {"content-type": "application/json"} if data else {}
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, told)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 # Loopback.
                return answer.status, answer.read()
        except urllib.error.HTTPError as fault:
            return fault.code, fault.read()
        except OSError:
            return 0, b""

    try:
        _until(lambda: ask("/healthz")[0] == 200)
        yield running, ask
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0
        assert b"Traceback" not in (home / "log").read_bytes()


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def _children(running: subprocess.Popen[bytes]) -> set[int]:
    """The processes that serve; another child only counts what is open."""
    place = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    found = {int(pid) for pid in place.read_text().split()}
    return {p for p in found if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()}


def _most(ask: Ask) -> int:
    found = re.search(rb'connections\{state="most"\} (\d+)', ask("/metrics")[1])
    return int(found[1]) if found else 0


def test_two_processes_are_one_door(
    served: tuple[subprocess.Popen[bytes], Ask], home: Path, tell: Tell
) -> None:
    running, ask = served
    # Both count, and whichever is asked tells the sum.
    _until(lambda: ask("/healthz")[0] == 200 and _most(ask) == 40)
    token = tell("token", "create", "sis", "--role", "issuer", "--home", home).out.strip()
    headers = {"authorization": f"Bearer {token}", "idempotency_key": "one"}
    with cf.ThreadPoolExecutor(6) as threads:
        sent = [threads.submit(ask, "/api/v1/results", RESULT, **headers) for _ in range(6)]
        answers = [one.result() for one in sent]
    made = {body for status, body in answers if status == 201}
    assert len(made) == 1
    assert {status for status, _ in answers} <= {201, 409}
    # One that dies is replaced, and its connections are counted no more.
    before = _children(running)
    os.kill(min(before), signal.SIGKILL)
    _until(lambda: len(_children(running) - before) == 1)
    _until(lambda: ask("/healthz")[0] == 200 and _most(ask) == 40)
    assert ask("/api/v1/results", RESULT, **headers) == (201, *made)
