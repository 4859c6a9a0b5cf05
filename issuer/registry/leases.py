"""What is leased for a chunk of a batch, and for which of its rows, until their awards have it.

A chunk that is tried again goes on with what was leased for it, so that nothing is lost by trying,
and each row is given the same place every time. Which ordinals there are is `slots`' to say;
nothing is composed or signed here.
"""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

import sqlalchemy as sa

from issuer.registry import slots
from issuer.registry.database import Transaction
from issuer.registry.slots import Lease
from issuer.registry.tables import leases

_C = leases.c


class Held(NamedTuple):
    """A lease, and the numbers of the rows that get its places, in their order."""

    lease: Lease
    rows: tuple[int, ...]


def hold(
    tx: Transaction, batch_id: str, *, chunk: int, leased: Sequence[Lease], rows: Sequence[int]
) -> None:
    """Keep fresh leases for so many rows of a chunk as they have places."""
    rest = iter(rows)
    for one in leased:
        values = {
            "batch_id": batch_id,
            "chunk": chunk,
            "organisation": one.organisation,
            "list_number": one.list_number,
            "first": one.first,
            "row_numbers": list(islice(rest, one.count)),
        }
        tx.connection.execute(leases.insert().values(values))


def held(tx: Transaction, batch_id: str, *, chunk: int) -> tuple[Held, ...]:
    """What is leased for a chunk and was given to no award yet, in order."""
    query = sa.select(_C.organisation, _C.list_number, _C.first, _C.row_numbers).where(
        _C.batch_id == batch_id, _C.chunk == chunk
    )
    found = []
    for row in tx.connection.execute(query.order_by(_C.list_number, _C.first)).all():
        organisation, number, first, rows = row
        lease = slots.lease_of(tx, organisation, number=number, first=first, count=len(rows))
        found.append(Held(lease, tuple(rows)))
    return tuple(found)


def let_go(tx: Transaction, batch_id: str, *, chunk: int | None = None) -> None:
    """Forget what is leased for a chunk, or for all of a batch: it was given, or it is lost."""
    here = _C.batch_id == batch_id
    tx.connection.execute(
        leases.delete().where(here if chunk is None else sa.and_(here, _C.chunk == chunk))
    )
