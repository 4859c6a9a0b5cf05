"""Journeys: under which version of a pathway each learner is on the way.

A version is kept from the beginning on; only a recorded decision moves a learner to another. This
module decides nothing.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from issuer.errors import NotFound
from issuer.registry.database import Transaction
from issuer.registry.inserting import add_missing
from issuer.registry.stacking_tables import journeys

_C = journeys.c


@dataclass(frozen=True)
class Journey:
    """A learner on a pathway."""

    organisation: str
    learner_id: int
    pathway: str
    version: int
    began_at: dt.datetime
    moved_by: str | None = None
    """Who decided that another version is followed; None: still the first one."""
    moved_at: dt.datetime | None = None


def begin(tx: Transaction, journey: Journey) -> Journey:
    """Keep that a learner is on the way; the journey that is there already stays as it is."""
    add_missing(tx, journeys, vars(journey))
    return get(tx, journey.organisation, journey.learner_id, pathway=journey.pathway)


def get(tx: Transaction, organisation: str, learner_id: int, *, pathway: str) -> Journey:
    """The journey; raises NotFound."""
    found = [j for j in of_learner(tx, organisation, learner_id) if j.pathway == pathway]
    if not found:
        msg = f"Learner number {learner_id} is not on the pathway {ascii(pathway)[:60]} here."
        raise NotFound(msg)
    return found[0]


def of_learner(tx: Transaction, organisation: str, learner_id: int) -> tuple[Journey, ...]:
    """All journeys of a learner, by pathway."""
    return of_learners(tx, organisation, (learner_id,))[learner_id]


def of_learners(
    tx: Transaction, organisation: str, learner_ids: Collection[int]
) -> dict[int, tuple[Journey, ...]]:
    """All journeys of each of these learners, by pathway."""
    own = sa.and_(_C.organisation == organisation, _C.learner_id.in_(learner_ids))
    rows = tx.connection.execute(sa.select(journeys).where(own)).mappings()
    found = sorted((Journey(**row) for row in rows), key=lambda journey: journey.pathway)
    return {one: tuple(j for j in found if j.learner_id == one) for one in learner_ids}


def move(tx: Transaction, journey: Journey, *, version: int, by: str, at: dt.datetime) -> Journey:
    """Follow another version from now on, as somebody decided; raises NotFound."""
    own = sa.and_(_own(journey.organisation, journey.learner_id), _C.pathway == journey.pathway)
    values = {"version": version, "moved_by": by, "moved_at": at}
    tx.connection.execute(journeys.update().where(own).values(values))
    return get(tx, journey.organisation, journey.learner_id, pathway=journey.pathway)


def _own(organisation: str, learner_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(_C.organisation == organisation, _C.learner_id == learner_id)
