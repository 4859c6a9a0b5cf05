"""Holds: because of which part a whole is out of force, and since when.

A whole may be held by several parts; it is in force again once none holds it. This module suspends
nothing: see `issuer.services`.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from issuer.registry.database import Transaction
from issuer.registry.inserting import add_missing
from issuer.registry.names import require_name
from issuer.registry.stacking_tables import holds

_C = holds.c


class HoldKind(StrEnum):
    """What became of the part."""

    SUSPENDED = "suspended"
    REVOKED = "revoked"
    """Undone by the decision of a named person alone."""
    WITHDRAWN = "withdrawn"
    """What was recognised for a part is recognised no longer; undone as ``revoked``."""


@dataclass(frozen=True)
class Hold:
    """A part that keeps a whole out of force."""

    organisation: str
    award_id: str
    """The whole."""
    part_award_id: str
    """The whole itself where it is no award of this house that holds it."""
    kind: HoldKind
    since: dt.datetime
    ended_at: dt.datetime | None = None
    ended_by: str | None = None


def begin(tx: Transaction, hold: Hold) -> bool:
    """Hold a whole; False where the same part holds it for the same reason already."""
    if any(_same(hold, other) for other in of_whole(tx, hold.award_id)):
        return False
    if not add_missing(tx, holds, vars(hold)):
        # It ended within the very moment in which it began.
        again = holds.update().where(*_key(hold))
        tx.connection.execute(again.values(ended_at=None, ended_by=None))
    return True


def end(tx: Transaction, hold: Hold, *, by: str, at: dt.datetime) -> None:
    """End a hold; one that has ended stays as it is."""
    change = holds.update().where(*_key(hold), _C.ended_at.is_(None))
    tx.connection.execute(change.values(ended_at=at, ended_by=by))


def of_whole(tx: Transaction, award_id: str) -> tuple[Hold, ...]:
    """What holds a whole now, oldest first."""
    require_name(award_id, what="award")
    return _living(tx, _C.award_id == award_id)


def by_part(tx: Transaction, part_award_id: str) -> tuple[Hold, ...]:
    """What a part holds now, oldest first."""
    require_name(part_award_id, what="award")
    return _living(tx, _C.part_award_id == part_award_id)


def listing(tx: Transaction, organisation: str) -> tuple[Hold, ...]:
    """Every hold of an organisation now, oldest first."""
    return _living(tx, _C.organisation == organisation)


def _living(tx: Transaction, which: sa.ColumnElement[bool]) -> tuple[Hold, ...]:
    query = sa.select(holds).where(which, _C.ended_at.is_(None))
    ordered = query.order_by(_C.since, _C.award_id, _C.part_award_id, _C.kind)
    return tuple(map(_noun, tx.connection.execute(ordered).mappings()))


def _key(hold: Hold) -> list[sa.ColumnElement[bool]]:
    return [column == getattr(hold, column.name) for column in holds.primary_key]


def _same(one: Hold, other: Hold) -> bool:
    return (one.part_award_id, one.kind) == (other.part_award_id, other.kind)


def _noun(row: sa.RowMapping) -> Hold:
    return Hold(**{**row, "kind": HoldKind(row["kind"])})
