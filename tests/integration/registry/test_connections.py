"""Connections to a PostgreSQL server: what they are called, when they end, what is told then."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from issuer.errors import Busy, NotReady
from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database, Transaction
from issuer.registry.engine import Pooling

pytestmark = pytest.mark.postgres
Connect = Callable[..., Database]


@pytest.fixture
def connect(postgres_database_url: str, cipher: RecordCipher) -> Iterator[Connect]:
    with ExitStack() as opened:

        def open_it(**how: float | str) -> Database:
            pooling = Pooling(**how)  # type: ignore[arg-type] # Each test names what it sets.
            database = Database(postgres_database_url, cipher=cipher, pooling=pooling)
            opened.callback(database.dispose)
            return database

        yield open_it


def _one(tx: Transaction, statement: str) -> object:
    return tx.connection.execute(sa.text(statement)).scalar_one()


def test_the_server_is_told_who_we_are_and_how_long_we_wait(connect: Connect) -> None:
    database = connect(name="testamur web", statement_s=7, idle_s=0)
    wanted = {
        "application_name": "testamur web",
        "statement_timeout": "7s",
        "idle_in_transaction_session_timeout": "0",
        "lock_timeout": "30s",
        "TimeZone": "UTC",
        "transaction_isolation": "read committed",
        "transaction_read_only": "off",
    }
    with database.begin() as tx:
        assert {name: _one(tx, f"SELECT current_setting('{name}')") for name in wanted} == wanted


def test_a_statement_that_takes_too_long_is_given_up(connect: Connect) -> None:
    database = connect(statement_s=0.05)
    with pytest.raises(Busy), database.begin() as tx:
        _one(tx, "SELECT pg_sleep(10)")
    with database.begin() as tx:
        assert _one(tx, "SELECT 1") == 1


def test_who_stops_in_the_middle_keeps_nothing_from_others(connect: Connect) -> None:
    database = connect(idle_s=0.05)
    with pytest.raises(NotReady, match="was lost") as caught:
        _stop_in_the_middle(database)
    assert caught.value.retry_after_s == 5
    with database.begin() as tx:
        assert _one(tx, "SELECT 1") == 1


def _stop_in_the_middle(database: Database) -> None:
    with database.begin() as tx:
        _one(tx, "SELECT count(*) FROM (SELECT 1 FROM schema_floor FOR UPDATE) AS held")
        time.sleep(0.3)
        _one(tx, "SELECT 1")


def test_after_every_connection_was_cut_the_next_one_works(connect: Connect) -> None:
    database, other = connect(), connect()
    with database.read() as tx, database.read() as second:
        ours = [_one(t, "SELECT pg_backend_pid()") for t in (tx, second)]
    with other.begin() as tx:
        for pid in ours:
            assert _one(tx, f"SELECT pg_terminate_backend({pid}, 5000)")
    # Both lie in the pool and are dead: neither is handed out.
    with database.read() as tx, database.read() as second:
        assert [_one(t, "SELECT 1") for t in (tx, second)] == [1, 1]


def test_one_that_is_cut_in_the_middle_is_told_when_to_ask_again(connect: Connect) -> None:
    database, other = connect(), connect()
    with pytest.raises(NotReady, match="Whether the last step was kept is not known"):
        _cut(database, other)
    with database.begin() as tx:
        assert _one(tx, "SELECT 1") == 1


def _cut(database: Database, other: Database) -> None:
    with database.begin() as tx:
        pid = _one(tx, "SELECT pg_backend_pid()")
        with other.begin() as second:
            assert _one(second, f"SELECT pg_terminate_backend({pid}, 5000)")
        _one(tx, "SELECT 1")


def test_a_server_that_is_not_there_is_told(cipher: RecordCipher) -> None:
    nowhere = Database("postgresql://testamur@127.0.0.1:1/testamur", cipher=cipher)
    with pytest.raises(NotReady, match="cannot be used") as caught, nowhere.read():
        pytest.fail("a connection")
    assert caught.value.retry_after_s == 5
    nowhere.dispose()
