"""Notices: what people should be told of an award, because something became of another one.

They stand on the learner's page and on the registrar's list until they were seen; they name awards
and nobody. This module sends nothing.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from issuer.registry.database import Transaction
from issuer.registry.stacking_tables import notices

_C = notices.c


class NoticeKind(StrEnum):
    """What became of an award."""

    PART_SUSPENDED = "part-suspended"
    PART_REVOKED = "part-revoked"
    """The whole is suspended until a named person decides."""
    PART_REPLACED = "part-replaced"
    PART_WITHDRAWN = "part-withdrawn"
    """What was recognised for a part is recognised no longer; ``about`` is the whole itself."""
    PART_REINSTATED = "part-reinstated"
    REVOKED = "revoked"
    """A person decided that the whole is not kept."""
    RENEWED = "renewed"
    """It was awarded anew, on other parts; ``about`` is the new award."""


@dataclass(frozen=True)
class Notice:
    """Something that became of an award."""

    organisation: str
    learner_id: int
    award_id: str
    """The award that changed."""
    about: str
    """The award because of which it did."""
    kind: NoticeKind
    at: dt.datetime
    seen_at: dt.datetime | None = None
    id: int = 0
    """Given by the registry."""


def add(tx: Transaction, notice: Notice) -> int:
    """Keep a notice and return its number."""
    values = {name: value for name, value in vars(notice).items() if name != "id"}
    insert = notices.insert().values(values).returning(_C.id)
    return int(tx.connection.execute(insert).scalar_one())


def of_learner(tx: Transaction, organisation: str, learner_id: int) -> tuple[Notice, ...]:
    """All of a learner, newest first."""
    return _all(tx, sa.and_(_C.organisation == organisation, _C.learner_id == learner_id))


def unseen(tx: Transaction, organisation: str) -> tuple[Notice, ...]:
    """What nobody has marked as seen, newest first."""
    return _all(tx, sa.and_(_C.organisation == organisation, _C.seen_at.is_(None)))


def see(tx: Transaction, notice: Notice, *, at: dt.datetime) -> None:
    """Mark as seen; the first time stays."""
    own = sa.and_(_C.id == notice.id, _C.seen_at.is_(None))
    tx.connection.execute(notices.update().where(own).values(seen_at=at))


def _all(tx: Transaction, which: sa.ColumnElement[bool]) -> tuple[Notice, ...]:
    query = sa.select(notices).where(which).order_by(_C.id.desc())
    rows = tx.connection.execute(query).mappings()
    return tuple(Notice(**{**row, "kind": NoticeKind(row["kind"])}) for row in rows)
