"""Somebody else's credentials that were accepted for a part, each by a named person in a role.

What was accepted names the learner: part and document are encrypted under the learner's key, and so
is why it is accepted no longer. This module verifies nothing.
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
    """Who accepted it, or does so no longer, in which role, when."""

    role: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Withdrawal:
    """That it is accepted no longer."""

    decision: Decision
    reason: str
    """The learner reads it."""


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
    withdrawal: Withdrawal | None = None


@dataclass(frozen=True)
class Listed:
    """One of them, without what names the person."""

    id: int
    learner_id: int
    pathway: str
    part: str
    decision: Decision
    withdrawn_at: dt.datetime | None


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
    value = _payload(part, document)
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
    query = _of(organisation, learner_id).where(_C.withdrawn_at.is_(None))
    if pathway is not None:
        query = query.where(_C.pathway == pathway)
    return tuple(_nouns(tx, query))


def withdrawn_of(
    tx: Transaction, organisation: str, learner_id: int
) -> tuple[tuple[Recognition, Withdrawal], ...]:
    """What is accepted of a learner no longer, and why, oldest first."""
    found = _nouns(tx, _of(organisation, learner_id).where(_C.withdrawn_at.is_not(None)))
    return tuple((one, one.withdrawal) for one in found if one.withdrawal is not None)


def withdrawn(tx: Transaction, numbers: Collection[int]) -> frozenset[int]:
    """Those of ``numbers`` that are accepted no longer."""
    query = sa.select(_C.id).where(_C.id.in_(numbers), _C.withdrawn_at.is_not(None))
    return frozenset(tx.connection.scalars(query))


def listing(tx: Transaction, organisation: str) -> tuple[Listed, ...]:
    """All of an organisation, newest first; nothing is decrypted."""
    columns = (_C.id, _C.learner_id, _C.pathway, _C.part)
    query = sa.select(*columns, _C.role, _C.decided_by, _C.decided_at, _C.withdrawn_at)
    own = query.where(_C.organisation == organisation).order_by(_C.id.desc())
    return tuple(
        Listed(*row[:4], Decision(*row[4:7]), row.withdrawn_at)
        for row in tx.connection.execute(own)
    )


def withdraw(tx: Transaction, recognition: Recognition, withdrawal: Withdrawal) -> None:
    """Accept it no longer; raises NotFound where that was said before.

    What was awarded on it is another's business: see `issuer.services.consequences`.
    """
    made = withdrawal.decision
    value = _payload(recognition.part, recognition.document)
    value["withdrawal"] = {"role": made.role, "by": made.by, "reason": withdrawal.reason}
    key = learners.data_key(tx, recognition.learner_id)
    place = _place(recognition.learner_id, recognition.pathway, recognition.part.name)
    own = sa.and_(_C.id == recognition.id, _C.withdrawn_at.is_(None))
    values = {
        "payload": tx.cipher.encrypt(key, to_json(value), place),
        "withdrawn_at": made.at,
    }
    if tx.connection.execute(recognitions.update().where(own).values(values)).rowcount:
        return
    msg = f"Recognition number {recognition.id} was withdrawn before."
    raise NotFound(msg)


def _of(organisation: str, learner_id: int) -> sa.Select[Any]:
    query = sa.select(recognitions).where(_C.organisation == organisation)
    return query.where(_C.learner_id == learner_id).order_by(_C.id)


def _payload(part: Part, document: bytes) -> dict[str, Any]:
    return {
        "part": part.model_dump(mode="json"),
        "document": base64.b64encode(document).decode(),
    }


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
            _withdrawal(value.get("withdrawal"), at=row.withdrawn_at),
        )


def _withdrawal(said: dict[str, str] | None, *, at: dt.datetime) -> Withdrawal | None:
    return Withdrawal(Decision(said["role"], said["by"], at), said["reason"]) if said else None


def _place(learner_id: int, pathway: str, part: str) -> bytes:
    return f"recognitions/{learner_id}/{pathway}/{part}".encode()
