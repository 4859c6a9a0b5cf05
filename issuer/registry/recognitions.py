"""Somebody else's credentials that were accepted for a part, each by a named person in a role.

What was accepted names the learner: part and document are encrypted under the learner's key. This
module verifies nothing.
"""

import base64
import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json, to_json

from issuer.errors import NotFound
from issuer.model.stack import Part
from issuer.registry import learners
from issuer.registry.database import Transaction
from issuer.registry.names import require_number, unknown
from issuer.registry.stacking_tables import recognitions

_C = recognitions.c


@dataclass(frozen=True)
class Decision:
    """Who accepted it, in which role, when."""

    role: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Recognition:
    """One credential that was accepted for a part of a pathway."""

    id: int
    organisation: str
    learner_id: int
    pathway: str
    part: Part
    document: bytes
    """As it was handed in."""
    decision: Decision
    withdrawn_at: dt.datetime | None = None


def add(  # What was accepted for whom on which way, and who decided.
    tx: Transaction,
    organisation: str,
    learner_id: int,
    *,
    pathway: str,
    accepted: tuple[Part, bytes],
    decision: Decision,
) -> int:
    """Keep what was accepted, part and document, and return its number; raises NotFound."""
    part, document = accepted
    key, place = learners.data_key(tx, learner_id), _place(learner_id, pathway, part.name)
    value = {
        "part": part.model_dump(mode="json"),
        "document": base64.b64encode(document).decode(),
    }
    values = {
        "organisation": organisation,
        "learner_id": learner_id,
        "pathway": pathway,
        "part": part.name,
        "payload": tx.cipher.encrypt(key, to_json(value), place),
        "role": decision.role,
        "decided_by": decision.by,
        "decided_at": decision.at,
    }
    insert = recognitions.insert().values(values).returning(_C.id)
    return int(tx.connection.execute(insert).scalar_one())


def whose(tx: Transaction, learner_ids: Collection[int]) -> frozenset[int]:
    """Those of these learners of whom anything was ever accepted."""
    query = sa.select(_C.learner_id).where(_C.learner_id.in_(learner_ids))
    return frozenset(tx.connection.scalars(query))


def get(tx: Transaction, organisation: str, number: int) -> Recognition:
    """One of them; raises NotFound."""
    require_number(number, what="recognition")
    query = sa.select(recognitions).where(_C.id == number, _C.organisation == organisation)
    for found in _nouns(tx, query):
        return found
    raise unknown(number, what="recognition")


def of_learner(
    tx: Transaction, organisation: str, learner_id: int, *, pathway: str | None = None
) -> tuple[Recognition, ...]:
    """What was accepted of a learner and is not withdrawn, oldest first."""
    query = sa.select(recognitions).where(
        _C.organisation == organisation,
        _C.learner_id == learner_id,
        _C.withdrawn_at.is_(None),
    )
    if pathway is not None:
        query = query.where(_C.pathway == pathway)
    return tuple(_nouns(tx, query.order_by(_C.id)))


def withdraw(tx: Transaction, recognition: Recognition, *, at: dt.datetime) -> None:
    """Accept it no longer; what was awarded on it stays until somebody decides."""
    own = sa.and_(_C.id == recognition.id, _C.withdrawn_at.is_(None))
    if tx.connection.execute(recognitions.update().where(own).values(withdrawn_at=at)).rowcount:
        return
    msg = f"Recognition number {recognition.id} was withdrawn before."
    raise NotFound(msg)


def _nouns(tx: Transaction, query: sa.Select[Any]) -> Iterator[Recognition]:
    for row in tx.connection.execute(query).all():
        key = learners.data_key(tx, row.learner_id)
        place = _place(row.learner_id, row.pathway, row.part)
        value = from_json(tx.cipher.decrypt(key, row.payload, place))
        yield Recognition(
            row.id,
            row.organisation,
            row.learner_id,
            row.pathway,
            Part.model_validate_json(to_json(value["part"])),
            base64.b64decode(value["document"]),
            Decision(row.role, row.decided_by, row.decided_at),
            row.withdrawn_at,
        )


def _place(learner_id: int, pathway: str, part: str) -> bytes:
    return f"recognitions/{learner_id}/{pathway}/{part}".encode()
