"""Keys that were seen in other people's DID documents, to notice a domain that changed hands.

A new set that shares no key with the one seen last is not taken over by itself: the warning stays
until the operator accepts the new keys. This module fetches nothing and belongs to no
organisation, because it is about the outside.
"""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from issuer.registry.database import Transaction
from issuer.registry.inserting import put as put_row
from issuer.registry.tables import seen_keys

_C = seen_keys.c


def see(tx: Transaction, did: str, *, keys: Collection[str], at: dt.datetime) -> bool:
    """Note the keys (multibase) of a DID; True where none of them was there when seen last."""
    newest = sa.select(sa.func.max(_C.last_seen)).where(_C.did == did).scalar_subquery()
    query = sa.select(_C.key).where(_C.did == did, _C.last_seen == newest)
    before = {*tx.connection.scalars(query)}
    if before and before.isdisjoint(keys):
        return True
    accept(tx, did, keys=keys, at=at)
    return False


def accept(tx: Transaction, did: str, *, keys: Collection[str], at: dt.datetime) -> None:
    """Take these keys as the ones that the DID has now."""
    for key in sorted(set(keys)):
        values = {"did": did, "key": key, "first_seen": at, "last_seen": at}
        put_row(tx, seen_keys, values, kept=("first_seen",))
