"""Status lists as they were published: the signed bytes and how many bits were set.

The last one says whether a backup is older than what the world has seen. This module signs
nothing and serves nothing.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from issuer.errors import NotFound
from issuer.registry.database import Transaction
from issuer.registry.names import require_name, require_number
from issuer.registry.tables import did_documents, keys, organisations, published_lists

_C = published_lists.c


@dataclass(frozen=True)
class PublishedList:
    """One signed list of one purpose."""

    organisation: str
    number: int
    purpose: str
    """``revocation`` or ``suspension``."""
    popcount: int
    """Bits that are set."""
    valid_from: dt.datetime
    valid_until: dt.datetime
    published_at: dt.datetime
    body: bytes
    """The signed credential, as it is served."""


_FIELDS = [_C[name] for name in PublishedList.__dataclass_fields__]


def put(tx: Transaction, published: PublishedList) -> None:
    """Append a list that was signed."""
    tx.connection.execute(published_lists.insert().values(asdict(published)))


def get_latest(tx: Transaction, organisation: str, *, number: int, purpose: str) -> PublishedList:
    """The list that was published last; raises NotFound."""
    for name, what in ((organisation, "organisation"), (purpose, "purpose")):
        require_name(name, what=what)
    require_number(number, what="status list")
    query = sa.select(*_FIELDS).where(
        _C.organisation == organisation, _C.number == number, _C.purpose == purpose
    )
    row = tx.connection.execute(query.order_by(_C.id.desc()).limit(1)).first()
    if row is None:
        msg = f"No {purpose} list {number} of {organisation} was published. Run `testamur publish`."
        raise NotFound(msg)
    return PublishedList(*row)


def all_latest(tx: Transaction, organisation: str) -> tuple[PublishedList, ...]:
    """The last one of each number and purpose."""
    newest = (
        sa.select(sa.func.max(_C.id))
        .where(_C.organisation == organisation)
        .group_by(_C.number, _C.purpose)
    )
    query: sa.Select[Any] = sa.select(*_FIELDS).where(_C.id.in_(newest))
    rows = tx.connection.execute(query.order_by(_C.number, _C.purpose))
    return tuple(PublishedList(*row) for row in rows)


def _kept(kind: str, *said: sa.ColumnElement[Any]) -> sa.Select[*tuple[Any, ...]]:
    texts = [sa.cast(one, sa.Text) for one in said]
    return sa.select(sa.literal(kind), *texts, *[sa.literal("")] * (3 - len(texts)))


_OF = did_documents.c.organisation
# Asked with every verification, so in one statement.
_STAND = sa.union_all(
    # Of each organisation: two may publish at once, and the higher number be committed first.
    _kept("lists", _C.organisation, sa.func.max(_C.id)).group_by(_C.organisation),
    _kept("documents", _OF, sa.func.max(did_documents.c.id)).group_by(_OF),
    _kept("organisation", organisations.c.slug, organisations.c.payload),
    _kept("key", keys.c.organisation, keys.c.kid, keys.c.state),
).order_by(sa.text("1, 2, 3"))


def stand(tx: Transaction) -> tuple[object, ...]:
    """What changes whenever something is published: lists, DID documents, what organisations state.

    Two that are equal mean that everybody is shown the same.
    """
    return tuple(map(tuple, tx.connection.execute(_STAND)))


_NEWEST = sa.select(sa.func.max(_C.id)).group_by(_C.organisation, _C.number, _C.purpose)
# Asked before every result, so written once.
_VALIDITY = sa.select(_C.organisation, _C.number, _C.purpose, _C.valid_until).where(
    _C.id.in_(_NEWEST)
)


def validity(tx: Transaction) -> dict[tuple[str, int, str], dt.datetime]:
    """Until when each list is valid that was published last: (organisation, number, purpose)."""
    rows = tx.connection.execute(_VALIDITY)
    return {(row.organisation, row.number, row.purpose): row.valid_until for row in rows}
