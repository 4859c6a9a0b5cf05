"""Connections to a database of either kind: how many, how long they wait, what they are called.

SQLAlchemy 2.1 (https://docs.sqlalchemy.org/en/21/core/pooling.html), psycopg 3, libpq
(https://www.postgresql.org/docs/current/libpq-connect.html). A connection is asked whether it still
lives before it is used, so that the request after a restart of the server works. How transactions
begin on SQLite stands here too.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from issuer.errors import Misconfigured

_CONNECT_S = 5
_READING = "testamur_reading"
"""Whether the transaction that begins next on a connection to SQLite writes nothing."""
_READS_ONLY = "testamur_reads_only"
"""Whether that connection was told to write nothing."""
_SQLITE = "sqlite+testamur"
# A server that vanished without a word is noticed after 30 + 3 × 10 seconds.
_KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


@dataclass(frozen=True)
class Pooling:
    """How one process uses its connections."""

    size: int = 5
    """Connections that are kept open."""
    overflow: int = 15
    """Connections that may be opened beside them and are closed after use."""
    wait_s: float = 10.0
    """Seconds that somebody waits for a connection of this process."""
    statement_s: float = 60.0
    """Seconds after which PostgreSQL gives up one statement; 0: never."""
    idle_s: float = 60.0
    """Seconds after which PostgreSQL ends a transaction that does nothing; 0: never."""
    name: str = "testamur"
    """What PostgreSQL calls us (``application_name``)."""

    @property
    def most(self) -> int:
        """Connections that one process has at most."""
        return self.size + self.overflow


def create(url: str, *, patience_s: float, pooling: Pooling) -> sa.Engine:
    """An engine for the URL; ``patience_s`` is for locks. Raises Misconfigured."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as fault:
        msg = "database_url is not a URL such as sqlite:///testamur.sqlite or postgresql://…"
        raise Misconfigured(msg) from fault
    pool: dict[str, Any] = {
        "pool_size": pooling.size,
        "max_overflow": pooling.overflow,
        "pool_timeout": pooling.wait_s,
        # Rows never show in an error message or a log.
        "hide_parameters": True,
    }
    if parsed.get_backend_name() == "postgresql":
        engine = sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            # Of several that are free the one that was used last: the others may be closed.
            pool_use_lifo=True,
            # Said each time, whatever the server's default is.
            isolation_level="READ COMMITTED",
            connect_args=_postgresql(patience_s, pooling),
            **pool,
        )
        sa.event.listen(engine, "connect", _prepare_postgresql)
        return engine
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        msg = "database_url must name a SQLite file or a PostgreSQL database."
        raise Misconfigured(msg)
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        msg = f"database_url names the driver {parsed.drivername[:40]}; SQLite is used with its own"
        raise Misconfigured(f"{msg}: write sqlite:///….")
    # isolation_level None: the driver begins nothing by itself; we do, below.
    engine = sa.create_engine(
        parsed.set(drivername=_SQLITE),
        connect_args={"isolation_level": None, "timeout": patience_s},
        **pool,
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def will_read(connection: sa.Connection, *, reads: bool) -> None:
    """Say whether the next transaction of this connection writes nothing, for SQLite."""
    connection.info[_READING] = reads


def _postgresql(patience_s: float, pooling: Pooling) -> dict[str, Any]:
    options = {
        "timezone": "UTC",
        "lock_timeout": _milliseconds(patience_s),
        "statement_timeout": _milliseconds(pooling.statement_s),
        "idle_in_transaction_session_timeout": _milliseconds(pooling.idle_s),
    }
    return {
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        "application_name": pooling.name,
        "connect_timeout": _CONNECT_S,
        **_KEEPALIVE,
    }


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _prepare_postgresql(connection: Any, _record: object) -> None:
    from psycopg.types.array import ListBinaryDumper  # noqa: PLC0415 # SQLite needs no driver.

    # As text, which psycopg prefers, an array of bytes is hexadecimal and every text is escaped.
    connection.adapters.register_dumper(list, ListBinaryDumper)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # WAL: readers do not wait. FULL: what is committed survives a power cut. secure_delete: what
    # is erased is overwritten in the file. The log grows to 32 MB, a few chunks of a cohort: a page
    # that each of them changes is written into the file once for all of them. 16 MB are held in
    # memory at most: a chunk goes through more pages than the 2 MB of the default, and each that
    # has no room would be read again and again. What SQLite needs to take a single statement back,
    # or to sort, is held in memory too and never written into a file beside ours.
    for pragma in (
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",
        "secure_delete = ON",
        "wal_autocheckpoint = 8192",
        "cache_size = -16384",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


class BeginsItself(SQLiteDialect_pysqlite):
    """SQLite through the driver of Python, with transactions that begin as ours do.

    https://docs.sqlalchemy.org/en/21/core/internals.html. As a listener of the event ``begin`` it
    would be slower: an engine that has one asks for listeners before and after each statement.
    """

    driver = "testamur"
    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin to read after `will_read`, and IMMEDIATE otherwise."""
        info = dbapi_connection.info
        reading = info.pop(_READING, False)
        cursor = dbapi_connection.cursor()
        if info.get(_READS_ONLY) is not reading:
            cursor.execute(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
            info[_READS_ONLY] = reading
        cursor.execute("BEGIN" if reading else "BEGIN IMMEDIATE")
        cursor.close()


registry.register("sqlite.testamur", __name__, "BeginsItself")
