"""Shifts of pretended work before a database of either kind, in this process and in others."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from issuer.model.organisation import Organisation
from issuer.registry import organisations
from issuer.registry.database import Database
from tests.town import shift

ROOT = Path(__file__).parents[3]
LONGEST_S = 120.0


@dataclass(frozen=True)
class Process:
    """A worker in a process of its own."""

    running: "subprocess.Popen[bytes]"

    def send(self, number: signal.Signals) -> None:
        self.running.send_signal(number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.running.wait()

    def ended(self) -> int:
        return self.running.wait(LONGEST_S)


@pytest.fixture
def shop(database: Database, organisation: Organisation) -> Database:
    """A database with the demo university in it."""
    with database.begin() as tx:
        organisations.put(tx, organisation)
    return database


@pytest.fixture
def worker(database_url: str) -> Iterator[Callable[..., Process]]:
    """Start a worker that does pretended work; it is killed at the end if it lives."""
    with ExitStack() as stack:

        def start(pure_s: float = 0.05, *more: str) -> Process:
            command = [sys.executable, "-m", "tests.town.shift", database_url, str(pure_s), *more]
            running = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ))
            stack.callback(_end, running)
            return Process(running)

        yield start


def _end(running: "subprocess.Popen[bytes]") -> None:
    if running.poll() is None:
        running.kill()
        running.wait()


def until(true: Callable[[], bool], *, longest_s: float = LONGEST_S) -> None:
    """Wait for something that is about to come true."""
    last = time.monotonic() + longest_s
    while not true():
        assert time.monotonic() < last, "it did not come true in time"
        time.sleep(0.02)


def kept(database: Database, batch_id: str) -> int:
    return shift.account(database, batch_id).kept
