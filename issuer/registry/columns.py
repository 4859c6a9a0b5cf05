"""Column types that mean the same on SQLite and PostgreSQL.

SQLAlchemy 2.1 type decorators (https://docs.sqlalchemy.org/en/21/core/custom_types.html).
This module defines no table.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa


class Moment(sa.TypeDecorator[dt.datetime]):
    """A moment: stored in UTC, read back in UTC; a datetime without zone is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: dt.datetime | None, dialect: sa.engine.Dialect
    ) -> dt.datetime | None:
        """Turn the moment into UTC; SQLite keeps no zone, so that texts compare as moments do."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a moment needs a time zone"
            raise ValueError(msg)
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(
        self,
        value: dt.datetime | None,
        dialect: sa.engine.Dialect,  # noqa: ARG002  # The name is SQLAlchemy's.
    ) -> dt.datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A counted key: SQLite counts only INTEGER primary keys."""

Json = sa.JSON[Any](none_as_null=True)
"""A JSON value without personal data, key order kept (PostgreSQL's json, not jsonb)."""
