"""Inserts that meet a row which is already there: the one place where two dialects differ.

SQLite ≥ 3.24 and PostgreSQL both know ``INSERT … ON CONFLICT``; SQLAlchemy has it a dialect each.
This module knows no table.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from issuer.registry.database import Transaction


def add_missing(tx: Transaction, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same unique columns is there; say whether it was inserted.

    PostgreSQL waits for another writer's row of that key to be committed or rolled back.
    """
    insert = _insert(tx, table).values(dict(values)).on_conflict_do_nothing()
    row = tx.connection.execute(insert.returning(*table.primary_key)).first()
    return row is not None


def put(
    tx: Transaction, table: sa.Table, values: Mapping[str, Any], *, kept: tuple[str, ...] = ()
) -> None:
    """Insert a row, or bring the one with its primary key up to date, all but ``kept``."""
    key = [column.name for column in table.primary_key]
    insert = _insert(tx, table).values(dict(values))
    fresh = {name: insert.excluded[name] for name in values if name not in {*key, *kept}}
    tx.connection.execute(insert.on_conflict_do_update(index_elements=key, set_=fresh))


def _insert(tx: Transaction, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    on_sqlite = tx.connection.dialect.name == "sqlite"
    return sqlite.insert(table) if on_sqlite else postgresql.insert(table)
