"""Learners: personal data, each person's under a key of its own that can be destroyed.

A learner is found by a blind index of the learner key, never by the name. Erasing destroys the
wrapped key, and with it whatever it encrypts. This module shows nobody anything.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from issuer.errors import NotFound
from issuer.model.learner import Learner
from issuer.registry.database import Transaction
from issuer.registry.inserting import add_missing
from issuer.registry.stacking_tables import stack_parts
from issuer.registry.tables import (
    OF_LEARNER,
    awards,
    deposits,
    documents,
    erasures,
    europass_links,
    learners,
    staged_results,
)

_C = learners.c
# Asked with every single result, so written once.
_BY_INDEX = sa.select(_C.id, _C.wrapped_key, _C.payload).where(
    _C.organisation == sa.bindparam("its_organisation"), _C.lookup == sa.bindparam("its_lookup")
)
_KEY = sa.select(_C.wrapped_key).where(_C.id == sa.bindparam("its_id"))


@dataclass(frozen=True)
class Erasure:
    """A learner who was erased, and when; to be repeated after an old backup was restored."""

    learner_id: int
    at: dt.datetime


def find_or_add(tx: Transaction, learner: Learner, *, at: dt.datetime) -> int:
    """The id of the learner with this organisation and key; other details replace the old ones."""
    index = index_of(tx, learner.organisation, learner.key)
    data = learner.as_json()
    row = _by_index(tx, learner.organisation, index) or _add(tx, learner, index, at=at)
    key, place = tx.cipher.unwrap(row.wrapped_key), place_of(learner.organisation, index)
    if tx.cipher.decrypt(key, row.payload, place) != data:
        fresh = tx.cipher.encrypt(key, data, place)
        change = learners.update().where(_C.id == row.id).values(payload=fresh)
        tx.connection.execute(change)
    return int(row.id)


def get(tx: Transaction, organisation: str, learner_id: int) -> Learner:
    """The learner; raises NotFound for another organisation's and for an erased one."""
    query = sa.select(learners).where(_C.id == learner_id, _C.organisation == organisation)
    row = tx.connection.execute(query).first()
    if row is None or row.wrapped_key is None:
        raise _unknown(learner_id)
    key = tx.cipher.unwrap(row.wrapped_key)
    data = tx.cipher.decrypt(key, row.payload, place_of(organisation, row.lookup))
    return Learner.model_validate_json(data)


def lookup(tx: Transaction, organisation: str, key: str) -> int:
    """The id of the learner whom the organisation knows by ``key``; raises NotFound."""
    row = _by_index(tx, organisation, index_of(tx, organisation, key))
    if row is None:
        msg = "No learner of this organisation has that key. Check the student number or e-mail."
        raise NotFound(msg)
    return int(row.id)


def data_key(tx: Transaction, learner_id: int) -> bytes:
    """The key of a learner's records, 32 bytes; raises NotFound when it was destroyed."""
    wrapped = tx.connection.execute(_KEY, {"its_id": learner_id}).scalar_one_or_none()
    if wrapped is None:
        raise _unknown(learner_id)
    return tx.cipher.unwrap(wrapped)


def not_erased(tx: Transaction, learner_ids: Collection[int]) -> tuple[int, ...]:
    """Those of these learners whose key is there, ascending."""
    query = sa.select(_C.id).where(_C.id.in_(learner_ids), _C.wrapped_key.is_not(None))
    return tuple(tx.connection.scalars(query.order_by(_C.id)))


def erase(tx: Transaction, organisation: str, learner_id: int, *, at: dt.datetime) -> None:
    """Destroy the learner's key, details, staged results, documents and links; raises NotFound.

    Where the learner stood on pathways goes too, and what was recognised. Awards, status bits and
    audit lines stay: without the key they name nobody. GDPR Art. 17.
    """
    gone = {"lookup": None, "wrapped_key": None, "payload": None}
    change = learners.update().where(
        _C.id == learner_id, _C.organisation == organisation, _C.wrapped_key.is_not(None)
    )
    if tx.connection.execute(change.values(gone)).rowcount == 0:
        raise _unknown(learner_id)
    staged = staged_results.update().where(staged_results.c.learner_id == learner_id)
    tx.connection.execute(staged.values(payload=None, natural_key=None, state="erased"))
    held = sa.select(awards.c.id).where(awards.c.learner_id == learner_id)
    sealed = documents.update().where(documents.c.award_id.in_(held))
    tx.connection.execute(sealed.values(sealed=None, digest=None))
    for table in (europass_links, deposits):
        tx.connection.execute(table.delete().where(table.c.award_id.in_(held)))
    for table in OF_LEARNER:
        tx.connection.execute(table.delete().where(table.c.learner_id == learner_id))
    parts = stack_parts.update().where(stack_parts.c.award_id.in_(held))
    tx.connection.execute(parts.values(recognition_id=None))
    hidden = awards.update().where(awards.c.learner_id == learner_id)
    tx.connection.execute(hidden.values(shared=False))
    noted = {"organisation": organisation, "learner_id": learner_id, "erased_at": at}
    tx.connection.execute(erasures.insert().values(noted))


def erased(tx: Transaction, organisation: str) -> tuple[Erasure, ...]:
    """Who was erased, oldest first."""
    table = erasures.c
    query = sa.select(erasures).where(table.organisation == organisation)
    rows = tx.connection.execute(query.order_by(table.erased_at, table.learner_id))
    return tuple(Erasure(row.learner_id, row.erased_at) for row in rows)


def _add(
    tx: Transaction, learner: Learner, index: str, *, at: dt.datetime
) -> sa.Row[Any, Any, Any]:
    key, data = tx.cipher.new_data_key(), learner.as_json()
    values = {
        "organisation": learner.organisation,
        "lookup": index,
        "wrapped_key": tx.cipher.wrap(key),
        "payload": tx.cipher.encrypt(key, data, place_of(learner.organisation, index)),
        "created_at": at,
    }
    # Somebody else may add the same learner just now: then theirs is the row.
    add_missing(tx, learners, values)
    row = _by_index(tx, learner.organisation, index)
    if row is None:
        msg = "This learner is being erased just now. Ask again."
        raise NotFound(msg)
    return row


def _by_index(tx: Transaction, organisation: str, index: str) -> sa.Row[Any, Any, Any] | None:
    named = {"its_organisation": organisation, "its_lookup": index}
    return tx.connection.execute(_BY_INDEX, named).first()


def index_of(tx: Transaction, organisation: str, key: str) -> str:
    """The blind index by which a learner is found."""
    return tx.cipher.blind_index(f"learner {organisation}", key)


def indexes_of(tx: Transaction, organisation: str, keys: Sequence[str]) -> list[str]:
    """The blind index by which each of many is found, in their order."""
    return tx.cipher.blind_indexes(f"learner {organisation}", keys)


def place_of(organisation: str, index: str) -> bytes:
    """The place of a learner's details, as additional data of their encryption."""
    return f"learners/{organisation}/{index}".encode()


def _unknown(learner_id: int) -> NotFound:
    return NotFound(f"There is no learner number {learner_id} here, or the data was erased.")
