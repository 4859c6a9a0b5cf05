"""Assessment results that wait to become a credential; encrypted, and dropped once they have.

The natural key is a blind index, so that a second delivery is noticed without its content.
This module decides nothing: see `issuer.services`.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from issuer.errors import DuplicateResult, NotFound
from issuer.model.assessment import AssessmentResult
from issuer.registry import learners
from issuer.registry.database import Transaction
from issuer.registry.inserting import add_missing
from issuer.registry.tables import learners as learner_rows
from issuer.registry.tables import staged_results

_C = staged_results.c
# Asked with every single result, so written once.
_BY_KEY = sa.select(_C.id, _C.learner_id, _C.commitment).where(
    _C.organisation == sa.bindparam("its_organisation"), _C.natural_key == sa.bindparam("its_key")
)
_GET = (
    sa.select(staged_results, learner_rows.c.wrapped_key)
    .outerjoin_from(staged_results, learner_rows, _C.learner_id == learner_rows.c.id)
    .where(_C.id == sa.bindparam("its_id"))
)


class StagedState(StrEnum):
    """Whether the content is still there."""

    OPEN = "open"
    CLOSED = "closed"
    ERASED = "erased"


@dataclass(frozen=True)
class Staged:
    """A result that was taken in; ``is_new`` is False where the very same one was there before."""

    id: int
    learner_id: int
    commitment: str
    """HMAC (hex) of its content under the learner's key, for audit lines."""
    is_new: bool


def stage(tx: Transaction, result: AssessmentResult, *, learner_id: int, at: dt.datetime) -> Staged:
    """Take a result in; the same content again is the same row.

    Raises DuplicateResult where another content has the same natural key, and NotFound where the
    learner was erased.
    """
    key, data = learners.data_key(tx, learner_id), result.as_json()
    index = index_of(tx, result.organisation, result.natural_key)
    values = {
        "organisation": result.organisation,
        "learner_id": learner_id,
        "natural_key": index,
        "commitment": tx.cipher.commitment(key, data),
        "payload": tx.cipher.encrypt(key, data, place_of(index)),
        "state": StagedState.OPEN,
        "created_at": at,
    }
    is_new = add_missing(tx, staged_results, values)
    named = {"its_organisation": result.organisation, "its_key": index}
    row = tx.connection.execute(_BY_KEY, named).one()
    # A commitment under another learner's key is another one, whatever the content.
    if row.learner_id != learner_id or row.commitment != values["commitment"]:
        msg = (
            f"A result with the same key ({_said(result)}) and other content was taken in before. "
            "Nothing was issued. If it is a correction, revoke the credential and send the "
            "corrected result under a new result id."
        )
        raise DuplicateResult(msg, staged_id=row.id)
    return Staged(row.id, row.learner_id, row.commitment, is_new)


def get(tx: Transaction, staged_id: int) -> AssessmentResult:
    """The result; raises NotFound when it was closed or erased."""
    row = tx.connection.execute(_GET, {"its_id": staged_id}).first()
    if row is None:
        msg = f"There is no result number {staged_id} here."
        raise NotFound(msg)
    if row.payload is None:
        msg = f"The content of result number {staged_id} is no longer kept ({row.state})."
        raise NotFound(msg)
    key = tx.cipher.unwrap(row.wrapped_key)
    data = tx.cipher.decrypt(key, row.payload, place_of(row.natural_key))
    return AssessmentResult.model_validate_json(data)


def close(tx: Transaction, staged_id: int) -> None:
    """Drop the content; key and commitment stay, so that a second delivery is still noticed."""
    change = staged_results.update().where(_C.id == staged_id, _C.state == StagedState.OPEN)
    tx.connection.execute(change.values(payload=None, state=StagedState.CLOSED))


def is_open(tx: Transaction, staged_id: int | None) -> bool:
    """Whether the content of this result is still there; False for None."""
    query = sa.select(_C.state).where(_C.id == staged_id)
    return tx.connection.execute(query).scalar_one_or_none() == StagedState.OPEN


def unfinished(tx: Transaction, organisation: str) -> tuple[int, ...]:
    """Numbers of the results whose content is still there, oldest first."""
    query = sa.select(_C.id).where(_C.organisation == organisation, _C.state == StagedState.OPEN)
    return tuple(tx.connection.scalars(query.order_by(_C.id)))


def index_of(tx: Transaction, organisation: str, natural_key: str) -> str:
    """The blind index by which a result is found."""
    return tx.cipher.blind_index(f"result {organisation}", natural_key)


def indexes_of(tx: Transaction, organisation: str, natural_keys: Sequence[str]) -> list[str]:
    """The blind index by which each of many is found, in their order."""
    return tx.cipher.blind_indexes(f"result {organisation}", natural_keys)


def place_of(index: str) -> bytes:
    """The place of a result's content, as additional data of its encryption."""
    return f"staged_results/{index}".encode()


def _said(result: AssessmentResult) -> str:
    # Neither the source's id nor the learner's key: this sentence may be logged.
    return f"{result.achievement}, {result.date.isoformat()}"
