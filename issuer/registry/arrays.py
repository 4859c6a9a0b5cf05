"""Many rows in one statement of PostgreSQL: what differs from row to row is sent as arrays.

``unnest`` of several arrays is a table of them
(https://www.postgresql.org/docs/current/functions-array.html). A statement a row costs the server
and the driver several times as much, also in a pipeline. This module knows no table.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from issuer.registry.database import Transaction

Row = Mapping[str, Any]


def run_as_one(tx: Transaction, statement: sa.Insert | sa.Update, rows: Sequence[Row]) -> int:
    """Do at once what ``statement`` does with the parameters of each row; return how many rows.

    ``rows`` has one at least, and all name the same parameters; no two change the same row.
    """
    types = _types(tx, statement, rows[0])
    # What stands in every row is sent once; something has to count the rows.
    names = [name for name in types if any(row[name] is not rows[0][name] for row in rows)]
    names = names or list(types)[:1]
    arrays = [sa.literal([row[name] for row in rows], sa.ARRAY(types[name])) for name in names]
    table = sa.func.unnest(*arrays).table_valued(*names, name="many").render_derived()
    values: dict[str, sa.ColumnElement[Any]] = {
        name: table.c[name] if name in names else sa.literal(rows[0][name], kind)
        for name, kind in types.items()
    }
    whole = _over(statement, values, table=table)
    options = {"preserve_rowcount": True}
    return int(tx.connection.execute(whole, execution_options=options).rowcount)


def _types(
    tx: Transaction, statement: sa.Insert | sa.Update, row: Row
) -> dict[str, sa.types.TypeEngine[Any]]:
    """The type of each parameter of a row, as the columns have them."""
    compiled = statement.compile(dialect=tx.connection.dialect, column_keys=list(row))
    return {name: compiled.binds[name].type for name in row}


def _over(
    statement: sa.Insert | sa.Update,
    values: Mapping[str, sa.ColumnElement[Any]],
    *,
    table: sa.TableValuedAlias,
) -> sa.Insert | sa.Update:
    """The statement with the columns of ``table`` in the place of its parameters."""
    if isinstance(statement, sa.Insert):
        query = sa.select(*values.values()).select_from(table)
        return statement.from_select(list(values), query)

    def column(element: Any, **_said: Any) -> Any:
        return values.get(element.key) if isinstance(element, sa.BindParameter) else None

    return cast("sa.Update", visitors.replacement_traverse(statement, {}, column))
