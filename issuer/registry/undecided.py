"""Batches that have ended, and the slices of their rows of which it is still to be decided.

A slice is so many rows of the file, one behind the other, whatever chunk they were issued in: also
rows that were issued before count. It is forgotten when it is done, so that what is left here is to
be done, whoever died over it. This module decides nothing.
"""

from collections.abc import Collection

import sqlalchemy as sa

from issuer.model.award import AwardState
from issuer.registry.batches import last_row
from issuer.registry.database import Transaction
from issuer.registry.inserting import run_many
from issuer.registry.stacking_tables import journeys, recognitions, undecided
from issuer.registry.tables import awards, batch_rows, learners
from issuer.registry.tables import batches as batch_table

SLICE = 200
"""Rows of one."""
_U, _R, _A, _L = undecided.c, batch_rows.c, awards.c, learners.c


def add(tx: Transaction, batch_id: str) -> None:
    """Note all slices of a batch, also where some are noted already."""
    last = -(-last_row(tx, batch_id) // SLICE)
    clear(tx, batch_id)
    noted = [{"batch_id": batch_id, "slice": number} for number in range(1, last + 1)]
    run_many(tx, undecided.insert(), noted)


def batches(tx: Transaction, organisation: str | None = None) -> tuple[str, ...]:
    """Ids of the batches that have any, of one organisation or of all."""
    query = sa.select(_U.batch_id).distinct()
    if organisation is not None:
        query = query.join(batch_table).where(batch_table.c.organisation == organisation)
    return tuple(sorted(tx.connection.scalars(query)))


def slices(tx: Transaction, batch_id: str, *, after: int, most: int) -> tuple[int, ...]:
    """At most ``most`` slices of a batch above ``after``, lowest first."""
    query = sa.select(_U.slice).where(_U.batch_id == batch_id, _U.slice > after)
    return tuple(tx.connection.scalars(query.order_by(_U.slice).limit(most)))


def left(tx: Transaction, batch_id: str) -> int:
    """How many slices of a batch there are."""
    query = sa.select(sa.func.count()).select_from(undecided).where(_U.batch_id == batch_id)
    return int(tx.connection.scalar(query) or 0)


def remove(tx: Transaction, batch_id: str, number: int) -> bool:
    """Forget a slice; False where somebody else was first."""
    here = undecided.delete().where(_U.batch_id == batch_id, _U.slice == number)
    return tx.connection.execute(here).rowcount > 0


def clear(tx: Transaction, batch_id: str) -> None:
    """Forget all slices of a batch."""
    tx.connection.execute(undecided.delete().where(_U.batch_id == batch_id))


def concerned(
    tx: Transaction, batch_id: str, number: int, *, achievements: Collection[str]
) -> tuple[int, ...]:
    """Numbers of the learners of a slice who may have completed something, ascending.

    They hold an award in force of one of ``achievements``, or are on the way, or something of
    theirs was recognised. Those who were erased are not among them.
    """
    rows = sa.and_(
        _R.batch_id == batch_id,
        _R.number > (number - 1) * SLICE,
        _R.number <= number * SLICE,
    )
    own = awards.alias()
    holds = sa.exists().where(
        own.c.learner_id == _L.id,
        own.c.state == AwardState.ACTIVE,
        own.c.achievement.in_(sorted(achievements)),
    )
    query = (
        sa.select(_L.id)
        .join(awards, _A.learner_id == _L.id)
        .join(batch_rows, _R.award_id == _A.id)
        .where(
            rows,
            _A.state == AwardState.ACTIVE,
            _L.wrapped_key.is_not(None),
            sa.or_(
                holds,
                sa.exists().where(journeys.c.learner_id == _L.id),
                sa.exists().where(recognitions.c.learner_id == _L.id),
            ),
        )
        .distinct()
        .order_by(_L.id)
    )
    return tuple(tx.connection.scalars(query))
