"""Workers that die, sleep and come back: every row is done once, by whoever is there."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from issuer.registry.database import Database
from tests.integration.jobs.conftest import Process, kept, until
from tests.town import shift

StartWorker = Callable[..., Process]


def is_whole(database: Database, batch_id: str, rows: int) -> bool:
    found = shift.account(database, batch_id)
    assert found.rows == {"kept": rows}
    assert (found.kept, found.distinct) == (rows, rows)
    return found.state == "done"


def test_a_worker_does_a_batch_and_leaves(
    shop: Database, organisation: Any, worker: StartWorker
) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=95, size=10)
    assert worker(0.0).ended() == 0
    assert is_whole(shop, batch_id, 95)


@pytest.mark.parametrize("part", [0.05, 0.6])
def test_killed_at_any_moment_it_is_finished_by_the_next(
    shop: Database, organisation: Any, worker: StartWorker, part: float
) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=300, size=10)
    first = worker()
    until(lambda: kept(shop, batch_id) >= part * 300)
    first.kill()
    assert worker().ended() == 0
    assert is_whole(shop, batch_id, 300)


def stop(process: Process, url: str) -> None:
    """Stop a worker at any moment; before SQLite at one where it holds no lock.

    There a lock is held by whoever has the file open, and nobody can take it away: all wait.
    """
    stand_still(process)
    while url.startswith("sqlite") and not all(map(is_free, files(url))):
        process.send(signal.SIGCONT)
        time.sleep(0.01)
        stand_still(process)


def stand_still(process: Process) -> None:
    """Stop it and wait until it is: what is asked before that may be true no longer."""
    process.send(signal.SIGSTOP)
    os.waitid(os.P_PID, process.running.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)


def files(url: str) -> tuple[Path, Path]:
    own = Path(url.removeprefix("sqlite:///"))
    return own, own.with_name("jobs.sqlite")


def is_free(file: Path) -> bool:
    with closing(sqlite3.connect(file, timeout=1.0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.execute("ROLLBACK")
        return True


def test_a_worker_that_is_stopped_is_taken_over_from_and_doubles_nothing(
    shop: Database, organisation: Any, worker: StartWorker, database_url: str
) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=600, size=10)
    first, second = worker(0.2), worker(0.2)
    until(lambda: shift.account(shop, batch_id).processes == 2)
    stop(first, database_url)
    assert second.ended() == 0
    assert is_whole(shop, batch_id, 600)
    first.send(signal.SIGCONT)
    assert first.ended() == 0
    assert is_whole(shop, batch_id, 600)
