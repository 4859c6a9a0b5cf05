"""Organisations: who awards in this installation.

This module judges nothing: what an organisation must state is told by `issuer.model`.
"""

import sqlalchemy as sa

from issuer.model.organisation import Organisation
from issuer.registry.database import Transaction
from issuer.registry.inserting import put as put_row
from issuer.registry.names import require_name, unknown
from issuer.registry.tables import organisations

# Asked again and again, so written once.
_PAYLOAD = sa.select(organisations.c.payload).where(organisations.c.slug == sa.bindparam("slug"))
# FOR NO KEY UPDATE: rows that only refer to the organisation can still be written.
_LOCK = (
    sa.select(organisations.c.slug)
    .where(organisations.c.slug == sa.bindparam("slug"))
    .with_for_update(key_share=True)
)


def put(tx: Transaction, organisation: Organisation) -> None:
    """Add an organisation, or bring what it states up to date; it keeps its place."""
    highest = sa.select(sa.func.coalesce(sa.func.max(organisations.c.position), 0))
    values = {
        "slug": organisation.slug,
        "position": highest.scalar_subquery() + 1,
        "payload": organisation.model_dump_json(),
    }
    put_row(tx, organisations, values, kept=("position",))


def get(tx: Transaction, slug: str) -> Organisation:
    """The organisation; raises NotFound."""
    require_name(slug, what="organisation")
    payload = tx.connection.execute(_PAYLOAD, {"slug": slug}).scalar_one_or_none()
    if payload is None:
        raise unknown(slug, what="organisation")
    return Organisation.model_validate_json(payload)


def listing(tx: Transaction) -> tuple[Organisation, ...]:
    """All of them, in the order in which they were added."""
    table = organisations
    query = sa.select(table.c.payload).order_by(table.c.position, table.c.slug)
    return tuple(Organisation.model_validate_json(p) for p in tx.connection.scalars(query))


def lock(tx: Transaction, slug: str) -> None:
    """Let nobody else count for this organisation until the transaction ends; raises NotFound.

    For numbers without a gap (versions, lists, audit lines). SQLite has one writer anyway.
    """
    if slug in tx.locked:
        return
    require_name(slug, what="organisation")
    if tx.connection.execute(_LOCK, {"slug": slug}).first() is None:
        raise unknown(slug, what="organisation")
    # What is rolled back to a savepoint gives back what was locked since.
    if not tx.connection.in_nested_transaction():
        tx.locked.add(slug)
