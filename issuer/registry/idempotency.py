"""Requests that may be sent twice: what was asked, and what names the answer.

The Idempotency-Key header (IETF draft-ietf-httpapi-idempotency-key-header). A key belongs to a
token; key and digest of the body are kept as blind indexes, the body and the answer's body not at
all, for 30 days. This module answers no request.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from issuer.errors import NotFound
from issuer.registry.database import Transaction
from issuer.registry.inserting import add_missing
from issuer.registry.tables import idempotency, tokens

KEPT = dt.timedelta(days=30)
"""How long a key is remembered."""
ABANDONED = dt.timedelta(seconds=60)
"""After this time a request that has not ended is taken for one whose process died."""

_C = idempotency.c
_RUNNING = "running"
_FINISHED = "finished"


class Outcome(StrEnum):
    """What a key says about a request."""

    NEW = "new"
    """Do it, then `finish` or `forget`."""
    RUNNING = "running"
    FINISHED = "finished"
    OTHER_BODY = "other-body"


@dataclass(frozen=True)
class Request:
    """A request under a key of a token."""

    token_id: int
    key: str
    body_digest: str
    """Digest of the body, hex."""


@dataclass(frozen=True)
class Answer:
    """What is known; ``status`` and ``reference`` only where it is FINISHED."""

    outcome: Outcome
    status: int | None = None
    """HTTP status of the first answer."""
    reference: Mapping[str, Any] | None = None
    """What the first answer is made of again: ids and links, no personal data."""


def begin(tx: Transaction, request: Request, *, at: dt.datetime) -> Answer:
    """Claim the key, or learn what became of the first request; raises NotFound (token).

    Of several that claim a key at once one is told NEW.
    """
    here = _here(tx, request)
    tx.connection.execute(idempotency.delete().where(here, _C.created_at <= at - KEPT))
    values = {
        "token_id": request.token_id,
        "key": _key(tx, request),
        "organisation": _organisation(tx, request.token_id),
        "body_digest": _body(tx, request),
        "state": _RUNNING,
        "created_at": at,
    }
    if add_missing(tx, idempotency, values):
        return Answer(Outcome.NEW)
    row = tx.connection.execute(sa.select(idempotency).where(here).with_for_update()).first()
    if row is None or row.body_digest != values["body_digest"]:
        return Answer(Outcome.RUNNING if row is None else Outcome.OTHER_BODY)
    if row.state == _FINISHED:
        return Answer(Outcome.FINISHED, row.status, row.reference)
    if row.created_at > at - ABANDONED:
        return Answer(Outcome.RUNNING)
    tx.connection.execute(idempotency.update().where(here).values(created_at=at))
    return Answer(Outcome.NEW)


def finish(tx: Transaction, request: Request, *, status: int, reference: Mapping[str, Any]) -> None:
    """Remember how the request was answered."""
    values = {"state": _FINISHED, "status": status, "reference": dict(reference)}
    tx.connection.execute(idempotency.update().where(_here(tx, request)).values(values))


def forget(tx: Transaction, request: Request) -> None:
    """Let a request that changed nothing be sent again under its key."""
    running = sa.and_(_here(tx, request), _C.state == _RUNNING)
    tx.connection.execute(idempotency.delete().where(running))


def purge(tx: Transaction, *, at: dt.datetime) -> int:
    """Forget what is older than 30 days; returns how many there were."""
    old = idempotency.delete().where(_C.created_at <= at - KEPT)
    return tx.connection.execute(old).rowcount


def _here(tx: Transaction, request: Request) -> sa.ColumnElement[bool]:
    return sa.and_(_C.token_id == request.token_id, _C.key == _key(tx, request))


def _key(tx: Transaction, request: Request) -> str:
    # A client may well make its key of a student number.
    return tx.cipher.blind_index(f"idempotency key {request.token_id}", request.key)


def _body(tx: Transaction, request: Request) -> str:
    # The plain digest of a body that names one person could be guessed.
    return tx.cipher.blind_index(f"idempotency body {request.token_id}", request.body_digest)


def _organisation(tx: Transaction, token_id: int) -> str:
    query = sa.select(tokens.c.organisation).where(tokens.c.id == token_id)
    organisation = tx.connection.execute(query).scalar_one_or_none()
    if organisation is None:
        msg = f"There is no token number {token_id} here."
        raise NotFound(msg)
    return str(organisation)
