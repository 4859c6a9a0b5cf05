"""What a migration may do to a table that others are using, done so that they go on.

PostgreSQL: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY.
SQLite has one writer anyway: it waits. See ADR 0026. No migration is written here.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

LOCK_TIMEOUT_MS = 3_000
"""For so long a step waits for a table, and everybody behind it; then it lets them through."""


def add_index(name: str, table: str, columns: Sequence[str], *, unique: bool = False) -> None:
    """Build an index on a table that has rows, while others read and write it."""
    if op.get_context().dialect.name != "postgresql":
        op.create_index(name, table, list(columns), unique=unique, if_not_exists=True)
        return
    with op.get_context().autocommit_block():
        # It waits for transactions that began before; nobody waits for it.
        op.execute("SET lock_timeout = 0")
        # An attempt that was broken off leaves an index that nobody can use.
        op.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
        op.create_index(name, table, list(columns), unique=unique, postgresql_concurrently=True)
        op.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")


def require_program(revision: str) -> None:
    """From now on a program must know the schema ``revision``: something older ones need goes."""
    rows = sa.table("schema_floor", sa.column("revision", sa.Text))
    op.execute(rows.update().values(revision=revision))
