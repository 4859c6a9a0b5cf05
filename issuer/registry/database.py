"""The database: where a transaction begins and ends, and which schema it has.

SQLAlchemy Core 2.1 (https://docs.sqlalchemy.org/en/21/), Alembic, SQLite ≥ 3.37 or PostgreSQL with
psycopg 3. SQLite begins IMMEDIATE: a transaction that reads and then writes would otherwise lose
other writers' changes without an error. Nothing else commits. This module knows no noun.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from issuer.errors import Busy, Misconfigured, NotReady
from issuer.registry.cipher import RecordCipher

_PATIENCE_S = 30.0
_RETRY_S = 1
_UPGRADE_LOCK = 0x7E57A3
# PostgreSQL: serialization_failure, deadlock_detected, lock_not_available.
_TRANSIENT = frozenset({"40001", "40P01", "55P03"})


@dataclass(frozen=True)
class Transaction:
    """A transaction that somebody else ends, and the cipher of its records."""

    connection: sa.Connection
    cipher: RecordCipher


Begin = Callable[[], AbstractContextManager[Transaction]]


class Database:
    """One database of one installation: ``sqlite:///file`` or ``postgresql://…``.

    ``patience_s`` is how long a writer waits for another one, in seconds.
    """

    def __init__(self, url: str, *, cipher: RecordCipher, patience_s: float = _PATIENCE_S) -> None:
        self._cipher = cipher
        self._engine = _engine(url, patience_s)
        reading: dict[str, Any] = {"testamur_reading": True}
        if self._engine.dialect.name == "postgresql":
            # As SQLite does: what one reader sees is one moment.
            reading |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        self._reading = self._engine.execution_options(**reading)

    def begin(self) -> AbstractContextManager[Transaction]:
        """A writing transaction: committed at the end, rolled back on any exception.

        Raises Busy where a lock is not to be had in time or two writers wait for each other, and
        NotReady where there is no database to be had.
        """
        return self._transaction(self._engine)

    def read(self) -> AbstractContextManager[Transaction]:
        """A transaction that sees one moment and writes nothing."""
        return self._transaction(self._reading)

    @property
    def engine(self) -> sa.Engine:
        """What begins writing transactions, for the one who commits its own rows with ours."""
        return self._engine

    def joined(self, connection: sa.Connection) -> Transaction:
        """A writing transaction that `engine` began and somebody else ends, as one of ours."""
        return Transaction(connection, self._cipher)

    def upgrade(self) -> None:
        """Bring the schema to the newest version; nothing to do where it has it."""
        with self.begin() as tx:
            if tx.connection.dialect.name == "postgresql":
                # Two processes may start at once; the second then finds nothing to do.
                tx.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
            config = _alembic()
            config.attributes["connection"] = tx.connection
            command.upgrade(config, "head")

    def require_current(self) -> None:
        """Return nothing if the schema is the newest; raise NotReady otherwise."""
        with self.read() as tx:
            found = MigrationContext.configure(tx.connection).get_current_revision()
        newest = ScriptDirectory.from_config(_alembic()).get_current_head()
        if found != newest:
            msg = (
                f"The database has schema {found or 'none'}, and this version needs {newest}. "
                "Run `testamur init` (it keeps what is there), then start again."
            )
            raise NotReady(msg, found=found, needed=newest)

    def scrub(self) -> None:
        """Overwrite the keys that were erased where the disk still has them; raises Busy, NotReady.

        After `learners.erase`. Backups and archived logs are the operator's: they must age out.
        """
        if self._engine.dialect.name == "sqlite":
            # secure_delete has overwritten them in the file; the log has the pages before.
            with _told(), closing(self._engine.raw_connection()) as connection:
                checkpoint = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if checkpoint.fetchone()[0]:
                    raise _busy()
            return
        alone = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with _told(), alone.connect() as connection:
            # A plain VACUUM leaves the bytes of dead rows in their pages.
            connection.exec_driver_sql("VACUUM FULL learners")

    def dispose(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self, engine: sa.Engine) -> Iterator[Transaction]:
        with _told(), engine.begin() as connection:
            yield Transaction(connection, self._cipher)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the database says of itself into our own errors."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.TimeoutError) as fault:
        raise _said(fault) from fault


def _engine(url: str, patience_s: float) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as fault:
        msg = "database_url is not a URL such as sqlite:///testamur.sqlite or postgresql://…"
        raise Misconfigured(msg) from fault
    # Rows never show in an error message or a log.
    pool: dict[str, Any] = {"pool_size": 8, "max_overflow": 24, "hide_parameters": True}
    if parsed.get_backend_name() == "postgresql":
        return sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            connect_args={"options": f"-c timezone=UTC -c lock_timeout={round(patience_s * 1000)}"},
            **pool,
        )
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        msg = "database_url must name a SQLite file or a PostgreSQL database."
        raise Misconfigured(msg)
    # isolation_level None: the driver begins nothing by itself; we do, below.
    engine = sa.create_engine(
        parsed, connect_args={"isolation_level": None, "timeout": patience_s}, **pool
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # WAL: readers do not wait. FULL: what is committed survives a power cut. secure_delete: what
    # is erased is overwritten in the file.
    for pragma in (
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("testamur_reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _said(fault: sa.exc.SQLAlchemyError) -> Busy | NotReady:
    # The driver's own words may name hosts and files: they stay in the cause, for the log.
    original = getattr(fault, "orig", None)
    state = getattr(original, "sqlstate", None)
    waited = isinstance(fault, sa.exc.TimeoutError) or "is locked" in str(original)
    if waited or state in _TRANSIENT:
        return _busy()
    msg = (
        "The database cannot be used. Check that database_url is right, that the server runs or "
        "the directory is there and has room, and that `testamur init` was run."
    )
    return NotReady(msg)


def _busy() -> Busy:
    msg = "The database is busy with other writers. Nothing was changed; ask again."
    return Busy(msg, retry_after_s=_RETRY_S)


def _alembic() -> Config:
    config = Config()
    folder = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config
