"""Rows of a batch in a SQLite file: how they are looked for."""

from typing import Any

import sqlalchemy as sa

from issuer.model.batch import RowState
from issuer.registry.batches import in_chunk, move_chunk, rows_of_chunk
from issuer.registry.database import Database


def test_no_step_of_a_chunk_goes_through_the_whole_batch(database: Database) -> None:
    asked: list[tuple[str, Any]] = []

    def remember(*said: Any) -> None:
        asked.append((said[2], said[3]))

    with database.begin() as tx:
        sa.event.listen(tx.connection, "before_cursor_execute", remember)
        rows_of_chunk(tx, "b1", 1, states={RowState.RESERVED, RowState.WRITTEN})
        move_chunk(tx, "b1", 1, count=0, to=RowState.WRITTEN, now=RowState.RESERVED)
        tx.connection.execute(sa.select(1).where(in_chunk("b1", 1, {RowState.WAITING})))
        sa.event.remove(tx.connection, "before_cursor_execute", remember)
        plans = [
            tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
            for text, values in asked
        ]
    assert len(plans) == 3
    for plan in plans:
        assert [row.detail for row in plan] == [
            "SEARCH batch_rows USING INDEX ix_batch_rows_batch_id_chunk (batch_id=? AND chunk=?)"
        ]
