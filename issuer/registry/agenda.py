"""In which chunks of a batch there is work; asked by the engine between any two chunks.

A batch may have a million rows: what is done is not read again. Nothing is changed here.
"""

import sqlalchemy as sa

from issuer.model.batch import UNFINISHED
from issuer.registry.database import Transaction
from issuer.registry.tables import batch_rows, batches

_B, _R = batches.c, batch_rows.c
_OPEN = sorted(UNFINISHED)


def is_open(tx: Transaction, batch_id: str) -> bool:
    """Whether a batch has a row that is not at its end."""
    query = sa.select(_R.number).where(_R.batch_id == batch_id, _R.state.in_(_OPEN)).limit(1)
    return tx.connection.scalar(query) is not None


def opened(tx: Transaction, batch_id: str, *, after: int, most: int) -> tuple[int, ...]:
    """At most ``most`` numbers above ``after`` of chunks that have such rows, lowest first."""
    found: list[int] = []
    while len(found) < most:
        # One after the other along the index: what is done before is not read again.
        query = (
            sa.select(_R.chunk)
            .where(_R.batch_id == batch_id, _R.chunk > after, _R.state.in_(_OPEN))
            .order_by(_R.chunk)
            .limit(1)
        )
        number = tx.connection.scalar(query)
        if number is None:
            break
        found.append(number)
        after = number
    return tuple(found)


def without_receipt(tx: Transaction) -> tuple[str, ...]:
    """Ids of the batches that have ended and have no receipt yet, the first to end first."""
    query = sa.select(_B.id).where(_B.ended_at.is_not(None), _B.receipt.is_(None))
    return tuple(tx.connection.scalars(query.order_by(_B.ended_at, _B.id)))
