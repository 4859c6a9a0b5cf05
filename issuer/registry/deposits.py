"""Deposits in a Europass wallet: that one was tried, when, and the status that came back.

Whose wallet it was is not kept. This module sends nothing and knows no meaning of a status.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from issuer.model.award import Award
from issuer.registry.database import Transaction
from issuer.registry.tables import deposits

_C = deposits.c


@dataclass(frozen=True)
class Deposit:
    """One try."""

    id: int
    award_id: str
    asked_at: dt.datetime
    answered_at: dt.datetime | None
    """None: nothing that could be read came back, or not yet."""
    status: int | None
    """HTTP status of the answer."""


def add(tx: Transaction, award: Award, *, at: dt.datetime) -> int:
    """Note that a deposit is about to be tried; returns its number."""
    values = {"organisation": award.organisation, "award_id": award.id, "asked_at": at}
    found = tx.connection.execute(deposits.insert().values(values).returning(_C.id))
    return int(found.scalar_one())


def answer(tx: Transaction, number: int, *, status: int, at: dt.datetime) -> None:
    """Note what came back; nothing happens where the try was erased with its learner."""
    change = deposits.update().where(_C.id == number).values(status=status, answered_at=at)
    tx.connection.execute(change)


def since(tx: Transaction, award: Award, start: dt.datetime) -> tuple[Deposit, ...]:
    """The tries for an award after ``start``, oldest first."""
    query = _of(award).where(_C.asked_at > start).order_by(_C.id)
    return tuple(_deposit(row) for row in tx.connection.execute(query))


def last(tx: Transaction, award: Award) -> Deposit | None:
    """The newest try for an award."""
    row = tx.connection.execute(_of(award).order_by(_C.id.desc()).limit(1)).first()
    return _deposit(row) if row else None


def _of(award: Award) -> sa.Select[Any]:
    return sa.select(deposits).where(_C.award_id == award.id, _C.organisation == award.organisation)


def _deposit(row: sa.Row[Any, Any, Any]) -> Deposit:
    return Deposit(row.id, row.award_id, row.asked_at, row.answered_at, row.status)
