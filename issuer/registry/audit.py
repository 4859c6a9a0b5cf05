"""The audit trail: who did what to which award, one chain of lines an organisation.

Each line carries the keyed hash of the one before, so that a line that is changed, left out or put
in shows; that the *last* lines are missing shows only against a head that was noted elsewhere.
Lines hold no personal data: ids, and commitments under the learner's key. Nothing here is ever
changed or deleted.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json, to_json

from issuer.errors import Conflict
from issuer.registry import organisations
from issuer.registry.database import Transaction
from issuer.registry.tables import audit

_C = audit.c
_START = "0" * 64
_PAGE = 1_000
# A line is appended with every step, so both are written once.
_LAST = (
    sa.select(_C.number, _C.hash)
    .where(_C.organisation == sa.bindparam("organisation"))
    .order_by(_C.number.desc())
    .limit(1)
)
_APPEND = audit.insert()


@dataclass(frozen=True)
class Entry:
    """What happened."""

    organisation: str
    at: dt.datetime
    actor: str
    """Name of the token, or ``operator``."""
    verb: str
    """What was done, such as ``issue.keep``."""
    award_id: str | None = None
    commitment: str | None = None
    """HMAC (hex) under the learner's key of what it was done with."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """JSON values without personal data."""


@dataclass(frozen=True)
class Line:
    """An entry in its place."""

    number: int
    """1, 2, 3 … in the organisation."""
    entry: Entry
    hash: str


@dataclass(frozen=True)
class ChainHead:
    """How many lines there are and the hash of the last one: what is worth noting elsewhere."""

    count: int
    hash: str


def append(tx: Transaction, entry: Entry) -> Line:
    """Append a line; raises NotFound (organisation).

    Other writers of the organisation's lines wait until the transaction ends: append late.
    """
    organisations.lock(tx, entry.organisation)
    last = tx.connection.execute(_LAST, {"organisation": entry.organisation}).first()
    number, previous = (1, _START) if last is None else (last.number + 1, last.hash)
    values = {
        "organisation": entry.organisation,
        "number": number,
        "at": entry.at.astimezone(dt.UTC),
        "actor": entry.actor,
        "verb": entry.verb,
        "award_id": entry.award_id,
        "commitment": entry.commitment,
        "detail": to_json(entry.detail).decode(),
        "previous": previous,
    }
    values["hash"] = _hash(tx, values)
    tx.connection.execute(_APPEND, values)
    return Line(number, entry, str(values["hash"]))


def lines(
    tx: Transaction, organisation: str, *, after: int = 0, limit: int = _PAGE
) -> tuple[Line, ...]:
    """At most ``limit`` lines with a number above ``after``, oldest first."""
    return tuple(map(_line, _rows(tx, organisation, after, limit)))


def verify_chain(tx: Transaction, organisation: str) -> ChainHead:
    """Follow the chain from its beginning; raises Conflict naming the first line that is wrong."""
    head = ChainHead(0, _START)
    while rows := _rows(tx, organisation, head.count, _PAGE):
        for row in rows:
            found = row._asdict()
            sound = row.number == head.count + 1 and row.previous == head.hash
            if not sound or row.hash != _hash(tx, found):
                msg = (
                    f"The audit trail of {organisation} is broken at line {head.count + 1}: a line "
                    "was changed, removed or put in. Compare with a backup."
                )
                raise Conflict(msg, line=head.count + 1)
            head = ChainHead(row.number, row.hash)
    return head


def _rows(tx: Transaction, organisation: str, after: int, limit: int) -> list[sa.Row[Any]]:
    query = sa.select(audit).where(_C.organisation == organisation, _C.number > after)
    return list(tx.connection.execute(query.order_by(_C.number).limit(limit)))


def _hash(tx: Transaction, values: Mapping[str, Any]) -> str:
    # A JSON array of texts reads in one way only. The key keeps those who hold the database but
    # not the key from making a chain of their own.
    parts = [values[name] for name in _HASHED]
    parts.append(values["at"].isoformat())
    return tx.cipher.blind_index("audit line", to_json(parts).decode())


_HASHED = (
    "previous", "organisation", "number", "actor", "verb", "award_id", "commitment", "detail",
)  # fmt: skip


def _line(row: sa.Row[Any]) -> Line:
    entry = Entry(
        organisation=row.organisation,
        at=row.at,
        actor=row.actor,
        verb=row.verb,
        award_id=row.award_id,
        commitment=row.commitment,
        detail=from_json(row.detail),
    )
    return Line(row.number, entry, row.hash)
