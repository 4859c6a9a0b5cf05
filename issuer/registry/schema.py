"""Which schema the database has, which a program can work with, and the way from one to the next.

Alembic (https://alembic.sqlalchemy.org/en/latest/). Migrations run beside traffic: they add, and
what they take away no program that may still run reads (ADR 0026). So a program works with a schema
newer than it knows, down to the floor that the schema states. Nothing is decided here about rows.
"""

import io
from functools import cache
from pathlib import Path
from time import sleep
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from issuer.errors import NotReady
from issuer.registry.migrations import beside
from issuer.registry.tables import schema_floor

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x7E57A3
_PAUSE_S = 0.25
_TRIES = 20
_LOCK_TIMEOUT_MS = beside.LOCK_TIMEOUT_MS
# lock_not_available, deadlock_detected.
_LET_THROUGH = frozenset({"55P03", "40P01"})


def newest() -> str:
    """The newest schema that this program knows."""
    return str(_scripts().get_current_head())


def found(connection: sa.Connection) -> str | None:
    """The schema that the database has; None: none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def floor(connection: sa.Connection) -> str | None:
    """The schema that a program must know at least to work with this database; None: not said."""
    if not sa.inspect(connection).has_table(schema_floor.name):
        return None
    highest = sa.select(sa.func.max(schema_floor.c.revision))
    told: str | None = connection.execute(highest).scalar_one_or_none()
    return told


def require(has: str | None, *, floor: str | None) -> None:
    """Return nothing if this program can work with the schema ``has``; raise NotReady otherwise."""
    needs = newest()
    if has == needs or (has and is_newer(has) and floor and floor <= needs):
        return
    begun = f"The database has schema {has or 'none'}, and this version needs {needs}. "
    if has and is_newer(has):
        told = floor or has
        cure = f"The schema is newer: it wants a program that knows {told}. Upgrade the program."
    elif has:
        cure = "Run `testamur db upgrade` (it keeps what is there), then start again."
    else:
        cure = "Run `testamur init`, then start again."
    raise NotReady(begun + cure, found=has, needed=needs)


def is_newer(has: str) -> bool:
    """Whether a schema is of a program newer than this one."""
    return has not in {script.revision for script in _scripts().walk_revisions()}


def steps(has: str | None) -> tuple[tuple[str, str], ...]:
    """The steps from a schema to the newest, as (revision, what it does); raises NotReady."""
    _require_known(has)
    listed = list(_scripts().iterate_revisions("head", has or "base"))
    return tuple((script.revision, str(script.doc)) for script in reversed(listed))


def preview(dialect: str, has: str | None) -> str:
    """The SQL from a schema to the newest for a dialect; empty: nothing to do. Raises NotReady."""
    if not steps(has):
        return ""
    written = io.StringIO()
    config = _alembic()
    config.attributes |= {"dialect": dialect, "written": written}
    command.upgrade(config, f"{has or 'base'}:head", sql=True)
    return written.getvalue()


def upgrade(engine: sa.Engine) -> tuple[str, ...]:
    """Take every step that is missing, and return those; several processes may ask at once."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            try:
                # An index of all the rows there are is not sorted in memory. The driver is told,
                # before a transaction begins: within one SQLite may refuse it.
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA temp_store = FILE")
                done = _run(connection)
                connection.commit()
            finally:
                connection.invalidate()  # What was set here is for nobody else.
        return done
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as guard:
        # Tried and not waited for: an index that is built beside traffic waits for everybody who
        # waits, and would wait for us for ever.
        while not guard.execute(sa.select(sa.func.pg_try_advisory_lock(_LOCK))).scalar_one():
            sleep(_PAUSE_S)
        try:
            return _patiently(engine)
        finally:
            guard.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK)))


def _patiently(engine: sa.Engine) -> tuple[str, ...]:
    """PostgreSQL: each step in its own transaction, none of which keeps others waiting for long."""
    done: list[str] = []
    for tried in range(_TRIES):
        try:
            with engine.connect() as connection:
                try:
                    connection.exec_driver_sql(f"SET lock_timeout = {_LOCK_TIMEOUT_MS}")
                    connection.exec_driver_sql("SET statement_timeout = 0")
                    connection.commit()
                    done += _run(connection)
                finally:
                    connection.invalidate()  # What was set here is for nobody else.
            break
        except sa.exc.OperationalError as fault:
            # Everybody would stand behind us while we wait for a table: let them through first.
            if getattr(fault.orig, "sqlstate", None) not in _LET_THROUGH or tried == _TRIES - 1:
                raise
            sleep(_PAUSE_S)
    return tuple(done)


def _run(connection: sa.Connection) -> tuple[str, ...]:
    has = found(connection)
    if has and is_newer(has):
        require(has, floor=floor(connection))
        return ()
    taken = tuple(revision for revision, _ in steps(has))
    if connection.dialect.name == "postgresql":
        connection.commit()
    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return taken


def _require_known(has: str | None) -> None:
    if has and is_newer(has):
        require(has, floor=None)


def _scripts() -> ScriptDirectory:
    return _read(MIGRATIONS)


@cache
def _read(_folder: Path) -> ScriptDirectory:
    # Asked for at every look whether we are ready; the files do not change while we run.
    return ScriptDirectory.from_config(_alembic())


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
