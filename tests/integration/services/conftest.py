"""An installation of `tests.town.workshop` before a database of either kind."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from issuer.model.achievement import Achievement
from issuer.model.organisation import Organisation
from tests.town import workshop as town
from tests.town.workshop import Workshop

OpenWorkshop = Callable[..., Workshop]


@pytest.fixture
def open_workshop(
    database_url: str,
    tmp_path: Path,
    organisation: Organisation,
    achievements: Mapping[str, Achievement],
) -> Iterator[OpenWorkshop]:
    """Open the installation of this test's database and folder, as one process does."""
    with ExitStack() as stack:

        def open_it(**how: Any) -> Workshop:
            known: dict[str, Any] = {"organisation": organisation, "courses": achievements}
            return stack.enter_context(town.opened(database_url, tmp_path, **known | how))

        yield open_it


@pytest.fixture
def workshop(open_workshop: OpenWorkshop) -> Workshop:
    """The demo university with keys, courses and one status list."""
    return open_workshop().found()


@pytest.fixture
def backup(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[Workshop], str]]:
    """Copy the database as it is now, and return the copy's URL."""
    names: list[str] = []

    def copy(workshop: Workshop) -> str:
        workshop.database.dispose()
        if database_url.startswith("sqlite:"):
            path = Path(database_url.removeprefix("sqlite:///"))
            fresh = tmp_path / "backup.sqlite"
            with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(fresh)) as new:
                old.backup(new)
            return f"sqlite:///{fresh}"
        url = sa.make_url(database_url)
        names.append(f"{url.database}_backup")
        with psycopg.connect(request.getfixturevalue("postgres_server"), autocommit=True) as server:
            statement = f'CREATE DATABASE "{names[-1]}" TEMPLATE "{url.database}"'
            server.execute(statement.encode())
        return database_url.replace(f"/{url.database}?", f"/{names[-1]}?")

    yield copy
    for name in names:
        with psycopg.connect(request.getfixturevalue("postgres_server"), autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
