"""One of many: a list of values goes to the database as one value.

``IN`` with a thousand parameters is written out anew each time, by SQLAlchemy and by PostgreSQL's
driver; an array (https://www.postgresql.org/docs/current/functions-comparisons.html) or a list in
JSON (https://www.sqlite.org/json1.html#jeach) is not. This module knows no table.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from issuer.registry.database import Transaction

_SAID = sa.func.json_each(sa.bindparam("listed", type_=sa.JSON())).table_valued("value")
_EACH = sa.select(_SAID.c.value)


def among(
    tx: Transaction, column: sa.ColumnElement[str], values: Iterable[str]
) -> sa.ColumnElement[bool]:
    """Whether ``column``, a text, is one of ``values``; once in a statement."""
    listed = list(values)
    if tx.connection.dialect.name == "postgresql":
        return column == sa.any_(sa.literal(listed, sa.ARRAY(sa.Text)))
    return column.in_(_EACH.params(listed=listed))
