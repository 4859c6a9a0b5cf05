"""Inserts that meet a row which is already there: the one place where two dialects differ.

SQLite ≥ 3.24 and PostgreSQL both know ``INSERT … ON CONFLICT``; SQLAlchemy has it a dialect each.
This module knows no table.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from issuer.registry.arrays import run_as_one
from issuer.registry.database import Transaction

_AT_ONCE = 100
"""Rows that one statement inserts: each parameter of each counts, of 32 766 that SQLite takes."""
_FORMS = 64
"""Inserts that are remembered: a few a table."""
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
    if tx.connection.dialect.name == "postgresql":
        return run_as_one(tx, statement, rows)
    form = _form(statement, tuple(rows[0]), tx.connection.dialect)
    return int(tx.connection.exec_driver_sql(form.text, _parameters(form, rows)).rowcount)


def insert_many(tx: Transaction, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert ``rows``, which name the same columns; as `run_many`, sooner where there are many.

    SQLite does what it does for each statement, such as counting, once for a hundred rows.
    """
    if not rows:
        return
    if tx.connection.dialect.name == "postgresql":
        run_as_one(tx, table.insert(), rows)
        return
    inserts = _inserts(table, tuple(rows[0]), tx.connection.dialect)
    parameters: Any = _parameters(inserts.one, rows)
    whole = len(rows) - len(rows) % _AT_ONCE
    for at in range(0, whole, _AT_ONCE):
        said = tuple(chain.from_iterable(parameters[at : at + _AT_ONCE]))
        tx.connection.exec_driver_sql(inserts.many, said)
    if rest := parameters[whole:]:
        tx.connection.exec_driver_sql(inserts.one.text, rest)


def number_many(tx: Transaction, table: sa.Table, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows into a table that counts them; say the number of each, in their order.

    It is put into each row as ``id``. On SQLite the table has AUTOINCREMENT: no number is given
    twice on either.
    """
    if not rows:
        return []
    numbers = _next_numbers(tx, table, len(rows))
    for number, row in zip(numbers, rows, strict=True):
        row["id"] = number
    insert_many(tx, table, rows)
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


class _Form(NamedTuple):
    """A statement as the driver of SQLite takes it."""

    text: str
    names: tuple[str, ...]
    """Of the parameters, in their order."""
    turn: tuple[Callable[[Any], Any] | None, ...]
    """What each is turned with; None: it is sent as it is."""
    own: Mapping[str, Any]
    """Parameters that the statement has itself."""


class _Inserts(NamedTuple):
    """Inserts into one table: of a row, and of so many rows at once."""

    one: _Form
    many: str


def _form(
    statement: sa.Insert | sa.Update, names: tuple[str, ...], dialect: sa.engine.Dialect
) -> _Form:
    compiled = statement.compile(dialect=dialect, column_keys=names)
    types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
    order = tuple(compiled.positiontup or ())
    turn = tuple(types[name].bind_processor(dialect) for name in order)
    own = {name: compiled.params[name] for name in order if name not in names}
    return _Form(compiled.string, order, turn, own)


@lru_cache(maxsize=_FORMS)
def _inserts(table: sa.Table, names: tuple[str, ...], dialect: sa.engine.Dialect) -> _Inserts:
    one = _form(table.insert(), names, dialect)
    many = table.insert().values([dict.fromkeys(one.names)] * _AT_ONCE)
    return _Inserts(one, many.compile(dialect=dialect).string)


def _parameters(form: _Form, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    columns = []
    for name, to in zip(form.names, form.turn, strict=True):
        said = [form.own[name]] * len(rows) if name in form.own else [row[name] for row in rows]
        columns.append(_turned(said, to))
    return list(zip(*columns, strict=True))


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
