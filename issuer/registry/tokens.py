"""API tokens: who may do what for which organisation; only the SHA-256 of a token is kept.

A token is 256 random bits, so that a plain hash is enough. This module makes and checks none.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from issuer.errors import NotFound
from issuer.registry.database import Transaction
from issuer.registry.names import require_number
from issuer.registry.tables import tokens

_C = tokens.c


class Role(StrEnum):
    """What a token may do."""

    ADMIN = "admin"
    ISSUER = "issuer"
    AUDITOR = "auditor"
    VC_API = "vc-api"
    """Issue through the VC-API with its test keys, and nothing else."""


@dataclass(frozen=True)
class NewToken:
    """A token to be kept."""

    organisation: str
    name: str
    """What it is for, such as ``student information system``; not a person's name."""
    role: Role
    sha256: str
    """SHA-256 of the token, hex."""
    created_at: dt.datetime
    expires_at: dt.datetime | None = None


@dataclass(frozen=True)
class Token:
    """A token that is kept."""

    id: int
    organisation: str
    name: str
    role: Role
    created_at: dt.datetime
    expires_at: dt.datetime | None
    withdrawn_at: dt.datetime | None

    def usable_at(self, at: dt.datetime) -> bool:
        """Whether it is neither withdrawn nor expired at that moment."""
        return self.withdrawn_at is None and (self.expires_at is None or at < self.expires_at)


_FIELDS = [_C[name] for name in Token.__dataclass_fields__]


def add(tx: Transaction, new: NewToken) -> Token:
    """Keep a token."""
    insert = tokens.insert().values(asdict(new)).returning(*_FIELDS)
    return _token(tx.connection.execute(insert).one())


def find_by_sha256(tx: Transaction, sha256: str) -> Token:
    """The token with this SHA-256 (hex), usable or not; raises NotFound."""
    row = tx.connection.execute(sa.select(*_FIELDS).where(_C.sha256 == sha256)).first()
    if row is None:
        msg = "This token is not known."
        raise NotFound(msg)
    return _token(row)


def withdraw(tx: Transaction, organisation: str, token_id: int, *, at: dt.datetime) -> Token:
    """Let it open nothing any more; the first date stays. Raises NotFound."""
    require_number(token_id, what="token")
    change = (
        tokens.update()
        .where(_C.id == token_id, _C.organisation == organisation)
        .values(
            withdrawn_at=sa.func.coalesce(
                _C.withdrawn_at, sa.bindparam("at", at, _C.withdrawn_at.type)
            )
        )
        .returning(*_FIELDS)
    )
    row = tx.connection.execute(change).first()
    if row is None:
        msg = f"There is no token number {token_id} here. `testamur token list` names them."
        raise NotFound(msg)
    return _token(row)


def listing(tx: Transaction, organisation: str) -> tuple[Token, ...]:
    """All tokens of the organisation, withdrawn ones too, oldest first."""
    query = sa.select(*_FIELDS).where(_C.organisation == organisation).order_by(_C.id)
    return tuple(map(_token, tx.connection.execute(query)))


def _token(row: sa.Row[Any]) -> Token:
    return Token(
        id=row.id,
        organisation=row.organisation,
        name=row.name,
        role=Role(row.role),
        created_at=row.created_at,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
    )
