"""The database: where a transaction begins and ends, and what is told when it cannot.

SQLAlchemy Core 2.1 (https://docs.sqlalchemy.org/en/21/), SQLite ≥ 3.37 or PostgreSQL with
psycopg 3. SQLite begins IMMEDIATE: a transaction that reads and then writes would otherwise lose
other writers' changes without an error. Nothing else commits. This module knows no noun.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa

from issuer.errors import Busy, NotReady
from issuer.registry import engine as connections
from issuer.registry import schema
from issuer.registry.cipher import RecordCipher
from issuer.registry.engine import Pooling
from issuer.registry.watching import Commits, Watch

_PATIENCE_S = 30.0
_RETRY_S = 1
_AWAY_S = 5
# PostgreSQL: serialization_failure, deadlock_detected, lock_not_available, query_canceled.
_TRANSIENT = frozenset({"40001", "40P01", "55P03", "57014"})
# admin_shutdown, crash_shutdown, idle_in_transaction_session_timeout; 08 is every lost connection.
_LOST = frozenset({"57P01", "57P02", "25P03"})
_LOST_CLASS = "08"
_POOLING = Pooling()
_LOOK_S = 0.1
# https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
_OLDER = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL AND xact_start < :began"
)


@dataclass(frozen=True)
class Transaction:
    """A transaction that somebody else ends, and the cipher of its records."""

    connection: sa.Connection
    cipher: RecordCipher
    locked: set[str] = field(default_factory=set, compare=False, repr=False)
    """Organisations that are held until the end, see `issuer.registry.organisations.lock`."""


Begin = Callable[[], AbstractContextManager[Transaction]]


@dataclass(frozen=True)
class PoolUse:
    """Connections of this process at a moment."""

    used: int
    """In a transaction."""
    idle: int
    """Open and free."""
    most: int
    """That there can be."""


class Database:
    """One database of one installation: ``sqlite:///file`` or ``postgresql://…``.

    ``patience_s`` is how long a writer waits for another one, in seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        cipher: RecordCipher,
        patience_s: float = _PATIENCE_S,
        pooling: Pooling = _POOLING,
    ) -> None:
        self.pooling = pooling
        self._cipher = cipher
        self._patience_s = patience_s
        self._engine = connections.create(url, patience_s=patience_s, pooling=pooling)
        self._reading = self._engine
        if self._engine.dialect.name == "postgresql":
            # As SQLite does: what one reader sees is one moment.
            self._reading = self._engine.execution_options(
                postgresql_readonly=True, isolation_level="REPEATABLE READ"
            )
        self._watch = Watch(self.file) if self.file else None

    @property
    def kind(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @property
    def file(self) -> str | None:
        """The path of a SQLite file; None for a server."""
        return self._engine.url.database if self.kind == "sqlite" else None

    @property
    def pool(self) -> PoolUse:
        """How many connections of this process are in use now."""
        pool: Any = self._engine.pool
        return PoolUse(pool.checkedout(), pool.checkedin(), self.pooling.most)

    def begin(self) -> AbstractContextManager[Transaction]:
        """A writing transaction: committed at the end, rolled back on any exception.

        Raises Busy where a lock is not to be had in time or two writers wait for each other, and
        NotReady where there is no database to be had.
        """
        return self._transaction(self._engine, reads=False)

    def read(self) -> AbstractContextManager[Transaction]:
        """A transaction that sees one moment and writes nothing."""
        return self._transaction(self._reading, reads=True)

    def commits(self) -> Commits | None:
        """What tells in microseconds whether anybody has committed since it was asked before.

        Two answers that are equal mean that nobody has. None: not known, so look (always on
        PostgreSQL, which tells nobody). Ask before reading what is to be kept by it: what is
        committed in between then shows the next time.
        """
        return self._watch.commits() if self._watch else None

    @property
    def engine(self) -> sa.Engine:
        """What begins writing transactions, for the one who commits its own rows with ours."""
        return self._engine

    def joined(self, connection: sa.Connection) -> Transaction:
        """A writing transaction that `engine` began and somebody else ends, as one of ours."""
        return Transaction(connection, self._cipher)

    def upgrade(self) -> tuple[str, ...]:
        """Bring the schema to the newest version, step by step; returns the steps that were taken.

        Several may do so at once. Raises NotReady where the schema is of a newer program, Busy
        where others hold a table for too long: what was done stays, ask again.
        """
        with told():
            return schema.upgrade(self._engine)

    def preview(self) -> str:
        """The SQL that `upgrade` would run; empty where there is nothing to do."""
        with self.read() as tx:
            found = schema.found(tx.connection)
        return schema.preview(self.kind, found)

    def require_current(self) -> None:
        """Return nothing if this program can work with the schema; raise NotReady otherwise."""
        with self.read() as tx:
            schema.require(schema.found(tx.connection), floor=schema.floor(tx.connection))

    def scrub(self) -> None:
        """Overwrite the keys that were erased where the disk still has them; raises Busy, NotReady.

        After `learners.erase`; Busy where somebody still reads what was there before it. Backups
        and archived logs are the operator's: they must age out.
        """
        if self.kind == "sqlite":
            # secure_delete has overwritten them in the file; the log has the pages before.
            with told(), closing(self._engine.raw_connection()) as connection:
                checkpoint = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if checkpoint.fetchone()[0]:
                    raise _busy()
            return
        alone = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with told(), alone.connect() as connection:
            try:
                _require_no_older(connection, patience_s=self._patience_s)
                connection.exec_driver_sql("SET statement_timeout = 0")
                # A plain VACUUM leaves the bytes of dead rows in their pages.
                connection.exec_driver_sql("VACUUM FULL learners")
            finally:
                connection.invalidate()  # What was set here is for nobody else.

    def dispose(self) -> None:
        """Close every connection."""
        if self._watch:
            # Before the others: the last one to leave empties the log.
            self._watch.close()
        self._engine.dispose()

    @contextmanager
    def _transaction(self, engine: sa.Engine, *, reads: bool) -> Iterator[Transaction]:
        with told(), engine.connect() as connection:
            connections.will_read(connection, reads=reads)
            with connection.begin():
                yield Transaction(connection, self._cipher)


@contextmanager
def told() -> Iterator[None]:
    """Turn what the database says of itself into our own errors; what rows say stays as it is."""
    try:
        yield
    except sa.exc.TimeoutError as fault:
        msg = (
            "Every connection of this process to the database is in use. Nothing was changed; ask "
            "again. If this stays, raise database_pool_overflow or run more processes."
        )
        raise Busy(msg, retry_after_s=_RETRY_S) from fault
    except sa.exc.DBAPIError as fault:
        if error := _said(fault):
            raise error from fault
        raise


def _said(fault: sa.exc.DBAPIError) -> Busy | NotReady | None:
    # The driver's own words may name hosts and files: they stay in the cause, for the log.
    state = str(getattr(fault.orig, "sqlstate", None) or "")
    if state in _TRANSIENT or "is locked" in str(fault.orig):
        return _busy()
    if fault.connection_invalidated or state in _LOST or state.startswith(_LOST_CLASS):
        msg = (
            "The connection to the database was lost. Whether the last step was kept is not known: "
            "ask again. What was kept is found again and not done twice."
        )
        return NotReady(msg, retry_after_s=_AWAY_S)
    if not isinstance(fault, sa.exc.OperationalError):
        return None
    msg = (
        "The database cannot be used. Check that database_url is right, that the server runs or "
        "the directory is there and has room, and that `testamur init` was run."
    )
    return NotReady(msg, retry_after_s=_AWAY_S)


def _require_no_older(connection: sa.Connection, *, patience_s: float) -> None:
    """Wait until no transaction is left that began before now; raises Busy.

    VACUUM FULL copies the rows that one of them could still see.
    """
    began = connection.scalar(sa.select(sa.func.clock_timestamp()))
    until = monotonic() + patience_s
    while connection.scalar(_OLDER, {"began": began}):
        if monotonic() >= until:
            raise _busy()
        sleep(_LOOK_S)


def _busy() -> Busy:
    msg = "The database is busy with other writers. Nothing was changed; ask again."
    return Busy(msg, retry_after_s=_RETRY_S)
