"""Keys of an organisation: public halves, dates, where the secret sleeps, and each DID document.

A key's ``uri`` says where its signer is opened (``file:…``); the secret is never here. The life
cycle is `keys.lifecycle`'s. This module opens nothing and signs nothing.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from issuer.errors import Conflict, NotFound
from issuer.registry.database import Transaction
from issuer.registry.inserting import put as put_row
from issuer.registry.names import require_name
from issuer.registry.tables import did_documents as did_rows
from issuer.registry.tables import keys
from keys.algorithms import Algorithm
from keys.lifecycle import KeyPurpose, KeyRecord, KeyState
from keys.public import PublicKey

_C = keys.c
# Asked with every signature, so written once.
_OF_ORGANISATION = sa.select(keys).where(_C.organisation == sa.bindparam("organisation"))
_ALL = _OF_ORGANISATION.order_by(_C.created, _C.kid)
_ONE = _OF_ORGANISATION.where(_C.kid == sa.bindparam("kid"))


@dataclass(frozen=True)
class DidDocumentVersion:
    """A DID document and since when it was published."""

    published_at: dt.datetime
    document: Mapping[str, Any]


def put(tx: Transaction, organisation: str, record: KeyRecord, *, uri: str | None) -> None:
    """Keep a key, or its new state; ``uri`` is None once its secret was destroyed.

    Raises Conflict where another key has its name.
    """
    known = tx.connection.execute(_ONE, {"organisation": organisation, "kid": record.kid}).first()
    if known is not None and _record(known).public_key != record.public_key:
        msg = f"Another key is named {record.kid} already. A name is never used again."
        raise Conflict(msg, kid=record.kid)
    values = {
        "organisation": organisation,
        "kid": record.kid,
        "algorithm": record.public_key.algorithm,
        "public_key": record.public_key.raw,
        "purpose": record.purpose,
        "state": record.state,
        "created": record.created,
        "activated": record.activated,
        "retired": record.retired,
        "compromised_since": record.compromised_since,
        "compromise_noticed": record.compromise_noticed,
        "uri": uri,
    }
    put_row(tx, keys, values, kept=("algorithm", "public_key", "purpose", "created"))


def records(tx: Transaction, organisation: str) -> tuple[KeyRecord, ...]:
    """All keys of the organisation, oldest first."""
    return tuple(map(_record, tx.connection.execute(_ALL, {"organisation": organisation})))


def get(tx: Transaction, organisation: str, kid: str) -> KeyRecord:
    """One key; raises NotFound."""
    return _record(_row(tx, organisation, kid))


def opened_at(tx: Transaction, organisation: str, kid: str) -> tuple[KeyRecord, str | None]:
    """One key, and `uri` of it; raises NotFound."""
    row = _row(tx, organisation, kid)
    return _record(row), row.uri


def uri(tx: Transaction, organisation: str, kid: str) -> str | None:
    """Where its signer is opened; None once the secret was destroyed. Raises NotFound."""
    found: str | None = _row(tx, organisation, kid).uri
    return found


def add_did_document(
    tx: Transaction, organisation: str, document: Mapping[str, Any], *, at: dt.datetime
) -> None:
    """Keep a version of the DID document with its date."""
    values = {"organisation": organisation, "published_at": at, "document": dict(document)}
    tx.connection.execute(did_rows.insert().values(values))


def did_documents(tx: Transaction, organisation: str) -> tuple[DidDocumentVersion, ...]:
    """Every version of the DID document, oldest first; the last one is in force."""
    query = sa.select(did_rows.c.published_at, did_rows.c.document)
    query = query.where(did_rows.c.organisation == organisation).order_by(did_rows.c.id)
    return tuple(DidDocumentVersion(*row) for row in tx.connection.execute(query))


def _row(tx: Transaction, organisation: str, kid: str) -> sa.Row[Any]:
    require_name(kid, what="key")
    row = tx.connection.execute(_ONE, {"organisation": organisation, "kid": kid}).first()
    if row is None:
        msg = f"There is no key {kid[:60]!r} here. `testamur keys list` names them."
        raise NotFound(msg)
    return row


def _record(row: sa.Row[Any]) -> KeyRecord:
    return KeyRecord(
        kid=row.kid,
        public_key=PublicKey(Algorithm(row.algorithm), row.public_key),
        purpose=KeyPurpose(row.purpose),
        state=KeyState(row.state),
        created=row.created,
        activated=row.activated,
        retired=row.retired,
        compromised_since=row.compromised_since,
        compromise_noticed=row.compromise_noticed,
    )
