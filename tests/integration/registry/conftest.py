"""The registrar of `tests.town.registrar` before a database of either kind."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa

from issuer.model.achievement import Achievement
from issuer.model.organisation import Organisation
from issuer.registry import achievements as courses
from issuer.registry import organisations, slots
from issuer.registry.database import Database
from issuer.registry.tables import METADATA
from tests.town.registrar import SEED, Registrar

LENGTH = 131_072


@pytest.fixture
def registrar(
    organisation: Organisation, achievements: Mapping[str, Achievement], moment: dt.datetime
) -> Registrar:
    """The demo university, another one, and the first course; in no database yet."""
    rival = organisation.model_copy(update={"slug": "rival", "code": "RIVAL"})
    return Registrar(organisation, rival, next(iter(achievements.values())), moment)


@pytest.fixture
def registry(database: Database, registrar: Registrar) -> Database:
    """A database that knows the two organisations, the course and one open status list."""
    with database.begin() as tx:
        organisations.put(tx, registrar.organisation)
        organisations.put(tx, registrar.rival)
        courses.put(tx, registrar.course, at=registrar.at)
        slug = registrar.organisation.slug
        slots.open_list(tx, slug, length=LENGTH, seed=SEED, at=registrar.at)
    return database


@pytest.fixture
def later(moment: dt.datetime) -> Callable[[float], dt.datetime]:
    """So many seconds after the fixed moment."""
    return lambda seconds: moment + dt.timedelta(seconds=seconds)


@pytest.fixture
def stored(database: Database, database_url: str) -> Callable[[], bytes]:
    """All that the database has on its disk now: the SQLite file with its log, or every column."""

    def files() -> bytes:
        path = Path(database_url.removeprefix("sqlite:///"))
        return b"".join(found.read_bytes() for found in path.parent.glob(f"{path.name}*"))

    def columns() -> bytes:
        with database.read() as tx:
            return b"\n".join(
                value if isinstance(value, bytes) else repr(value).encode()
                for table in METADATA.sorted_tables
                for row in tx.connection.execute(sa.select(table))
                for value in row
            )

    return files if database_url.startswith("sqlite:") else columns
