"""Inserts that meet a row which is already there: the one place where two dialects differ.

SQLite ≥ 3.24 and PostgreSQL both know ``INSERT … ON CONFLICT``; SQLAlchemy has it a dialect each.
This module knows no table.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from issuer.registry.arrays import run_as_one
from issuer.registry.database import Transaction

_SEQUENCE = sa.table("sqlite_sequence", sa.column("name", sa.Text), sa.column("seq", sa.Integer))


def add_missing(tx: Transaction, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same unique columns is there; say whether it was inserted.

    PostgreSQL waits for another writer's row of that key to be committed or rolled back.
    """
    statement = _adding(table, tx.connection.dialect.name)
    return tx.connection.execute(statement, dict(values)).first() is not None


@cache
def _adding(table: sa.Table, dialect: str) -> ReturningInsert[Any]:
    insert = _insert(table, dialect).on_conflict_do_nothing()
    return insert.returning(*table.primary_key)


def put(
    tx: Transaction, table: sa.Table, values: Mapping[str, Any], *, kept: tuple[str, ...] = ()
) -> None:
    """Insert a row, or bring the one with its primary key up to date, all but ``kept``."""
    key = [column.name for column in table.primary_key]
    insert = _insert(table, tx.connection.dialect.name).values(dict(values))
    fresh = {name: insert.excluded[name] for name in values if name not in {*key, *kept}}
    tx.connection.execute(insert.on_conflict_do_update(index_elements=key, set_=fresh))


def run_many(
    tx: Transaction, statement: sa.Insert | sa.Update, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Run one statement for each of ``rows``, which name the same parameters; return how many rows.

    As `sqlalchemy.Connection.execute` with a list would, at a third of its cost: for SQLite what is
    the same for all rows is turned into the driver's form once, on PostgreSQL all go as one.
    """
    if not rows:
        return 0
    dialect = tx.connection.dialect
    if dialect.name == "postgresql":
        return run_as_one(tx, statement, rows)
    compiled = statement.compile(dialect=dialect, column_keys=list(rows[0]))
    turn = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bind in compiled.binds.items()
    }
    names = compiled.positiontup or []
    columns = []
    for name in names:
        own = name in rows[0]
        said = [row[name] for row in rows] if own else [compiled.params[name]] * len(rows)
        columns.append(_turned(said, turn[name]))
    parameters: Any = list(zip(*columns, strict=True))
    return int(tx.connection.exec_driver_sql(compiled.string, parameters).rowcount)


def number_many(tx: Transaction, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows into a table that counts them; say the number of each, in their order.

    On SQLite the table has AUTOINCREMENT: no number is given twice on either.
    """
    if not rows:
        return []
    numbers = _next_numbers(tx, table, len(rows))
    run_many(tx, table.insert(), [{"id": n, **row} for n, row in zip(numbers, rows, strict=True)])
    return numbers


def _next_numbers(tx: Transaction, table: sa.Table, count: int) -> list[int]:
    """The numbers that the database would give the next rows, asked for beforehand."""
    if tx.connection.dialect.name == "postgresql":
        each = sa.func.generate_series(1, count).table_valued("n")
        number = sa.func.nextval(sa.func.pg_get_serial_sequence(table.name, "id"))
        return list(tx.connection.scalars(sa.select(number).select_from(each)))
    # Nobody else writes, and the counter follows what is inserted
    # (https://www.sqlite.org/autoinc.html).
    counted = sa.select(_SEQUENCE.c.seq).where(_SEQUENCE.c.name == table.name)
    last = int(tx.connection.scalar(counted) or 0)
    return list(range(last + 1, last + 1 + count))


def _turned(values: list[Any], to: Callable[[Any], Any] | None) -> list[Any]:
    """``to`` of each; of the very same object, row after row, once."""
    if to is None:
        return values
    found: list[Any] = []
    seen, turned = values[0], to(values[0])
    for value in values:
        if value is not seen:
            seen, turned = value, to(value)
        found.append(turned)
    return found


def _insert(table: sa.Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
