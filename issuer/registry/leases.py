"""What is leased for a chunk of a batch, until its awards have their places.

A chunk that is tried again goes on with what was leased for it, so that nothing is lost by trying.
Which ordinals there are is `slots`' to say; nothing is composed or signed here.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from issuer.registry import slots
from issuer.registry.database import Transaction
from issuer.registry.slots import Lease
from issuer.registry.tables import leases

_C = leases.c


def hold(tx: Transaction, batch_id: str, *, chunk: int, leased: Sequence[Lease]) -> None:
    """Keep fresh leases for a chunk."""
    rows = [
        {
            "batch_id": batch_id,
            "chunk": chunk,
            "organisation": one.organisation,
            "list_number": one.list_number,
            "first": one.first,
            "count": one.count,
        }
        for one in leased
    ]
    if rows:
        tx.connection.execute(leases.insert(), rows)


def held(tx: Transaction, batch_id: str, *, chunk: int) -> tuple[Lease, ...]:
    """What is leased for a chunk and was given to no award yet, in order."""
    query = sa.select(_C.organisation, _C.list_number, _C.first, _C.count).where(
        _C.batch_id == batch_id, _C.chunk == chunk
    )
    rows = tx.connection.execute(query.order_by(_C.list_number, _C.first)).all()
    return tuple(
        slots.lease_of(tx, row.organisation, number=row.list_number, first=row.first, count=row[3])
        for row in rows
    )


def let_go(tx: Transaction, batch_id: str, *, chunk: int | None = None) -> None:
    """Forget what is leased for a chunk, or for all of a batch: it was given, or it is lost."""
    here = _C.batch_id == batch_id
    tx.connection.execute(
        leases.delete().where(here if chunk is None else sa.and_(here, _C.chunk == chunk))
    )
