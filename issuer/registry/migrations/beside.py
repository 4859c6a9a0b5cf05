"""What a migration may do to a table that others are using, done so that they go on.

PostgreSQL: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY.
SQLite has one writer anyway: it waits. See ADR 0026. No migration is written here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

LOCK_TIMEOUT_MS = 3_000
"""For so long a step waits for a table, and everybody behind it; then it lets them through."""


def add_index(
    name: str, table: str, columns: Sequence[str], *, unique: bool = False, where: str | None = None
) -> None:
    """Build an index on a table that has rows, while others read and write it.

    ``where`` is SQL: only rows of which it is true stand in the index.
    """
    some = None if where is None else sa.text(where)
    if not _is_postgresql():
        op.create_index(
            name, table, list(columns), unique=unique, sqlite_where=some, if_not_exists=True
        )
        return
    with _outside_a_transaction():
        # An attempt that was broken off leaves an index that nobody can use.
        op.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
        op.create_index(
            name,
            table,
            list(columns),
            unique=unique,
            postgresql_where=some,
            postgresql_concurrently=True,
        )


def drop_index(name: str, table: str) -> None:
    """Drop an index that no question needs, while others read and write its table."""
    if not _is_postgresql():
        op.drop_index(name, table, if_exists=True)
        return
    with _outside_a_transaction():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def drop_column(
    table: str, column: str, *, kept: Sequence[sa.schema.SchemaItem], referred: str
) -> None:
    """Drop a column with its unique constraint and its foreign key.

    ``kept`` are the columns and constraints that stay, ``referred`` is the table to which the
    foreign key goes. PostgreSQL forgets the column and reads no row. SQLite cannot drop one that a
    constraint names: there the rows are copied into a new table.
    """
    if _is_postgresql():
        # In the order in which others come to the two tables: first what is referred to.
        op.execute(f'LOCK TABLE "{referred}", "{table}" IN ACCESS EXCLUSIVE MODE')
        op.drop_column(table, column)
        return
    fresh = f"{table}_without_{column}"
    op.create_table(fresh, *kept)
    names = ", ".join(f'"{item.name}"' for item in kept if isinstance(item, sa.Column))
    op.execute(f'INSERT INTO "{fresh}" ({names}) SELECT {names} FROM "{table}"')  # noqa: S608 # Names that a migration states.
    op.drop_table(table)
    op.rename_table(fresh, table)


def require_program(revision: str) -> None:
    """From now on a program must know the schema ``revision``: something older ones need goes."""
    rows = sa.table("schema_floor", sa.column("revision", sa.Text))
    op.execute(rows.update().values(revision=revision))


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


@contextmanager
def _outside_a_transaction() -> Iterator[None]:
    with op.get_context().autocommit_block():
        # It waits for transactions that began before; nobody waits for it.
        op.execute("SET lock_timeout = 0")
        yield
        op.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
