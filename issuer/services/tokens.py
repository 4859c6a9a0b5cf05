"""Tokens of the API: 256 random bits, of which only the SHA-256 is kept.

RFC 6750 (bearer tokens). A token belongs to an organisation and has one role. Random bits need no
slow hash: there is nothing to guess.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from issuer.errors import Forbidden, NotFound, Unauthenticated
from issuer.registry import audit, tokens
from issuer.registry.database import Transaction
from issuer.registry.tokens import NewToken, Role, Token
from keys.public import b64url

__all__ = ["Role", "Token", "Wanted", "authenticate", "create", "listing", "require", "withdraw"]

_PREFIX = "tsm_"
_MOST = 200


@dataclass(frozen=True)
class Wanted:
    """A token that is to be made."""

    organisation: str
    name: str
    """Who will use it; it stands in audit lines, so no person's name."""
    role: Role
    expires_at: dt.datetime | None = None


def create(
    tx: Transaction,
    wanted: Wanted,
    *,
    at: dt.datetime,
    chance: Callable[[int], bytes],
    actor: str,
) -> tuple[str, Token]:
    """Make a token; the first of the pair is shown once and kept nowhere. Raises NotFound."""
    secret = _PREFIX + b64url(chance(32))
    organisation, role = wanted.organisation, wanted.role
    new = NewToken(organisation, wanted.name, role, _hash(secret), at, wanted.expires_at)
    token = tokens.add(tx, new)
    detail = {"token": token.id, "role": str(role)}
    audit.append(tx, audit.Entry(organisation, at, actor, "token.create", detail=detail))
    return secret, token


def authenticate(tx: Transaction, presented: str, *, at: dt.datetime) -> Token:
    """The token that was presented; raises Unauthenticated, alike for whatever is wrong."""
    msg = "This needs a token: send `Authorization: Bearer …` with one that is in force."
    if not (presented.startswith(_PREFIX) and presented.isascii() and len(presented) <= _MOST):
        raise Unauthenticated(msg)
    try:
        token = tokens.find_by_sha256(tx, _hash(presented))
    except NotFound as fault:
        raise Unauthenticated(msg) from fault
    if not token.usable_at(at):
        raise Unauthenticated(msg)
    return token


def require(token: Token, *roles: Role) -> None:
    """Return nothing if the token has one of ``roles``; raise Forbidden otherwise."""
    if token.role not in roles:
        needed = " or ".join(roles)
        msg = f"This token has the role {token.role}; this call needs {needed}."
        raise Forbidden(msg)


def withdraw(
    tx: Transaction, organisation: str, token_id: int, *, at: dt.datetime, actor: str
) -> None:
    """Make a token useless from now on; raises NotFound."""
    tokens.withdraw(tx, organisation, token_id, at=at)
    detail = {"token": token_id}
    audit.append(tx, audit.Entry(organisation, at, actor, "token.withdraw", detail=detail))


def listing(tx: Transaction, organisation: str) -> tuple[Token, ...]:
    """All tokens of an organisation, without their secrets."""
    return tokens.listing(tx, organisation)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
