"""Which of many results are here already: one question for hundreds, instead of one for each.

Results are found by the blind index of their natural key, as `issuer.registry.results` keeps them.
Nothing is written here, and nothing is decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from issuer.model.assessment import AssessmentResult
from issuer.model.award import AwardState
from issuer.registry.database import Transaction
from issuer.registry.tables import awards, learners, staged_results

CHUNK = 500
"""Results that one question is about; more make no difference."""

_FINAL = (AwardState.REVOKED, AwardState.REPLACED)


@dataclass(frozen=True)
class KnownResult:
    """A result that was taken in before under the same natural key."""

    staged_id: int
    is_same: bool
    """False: another learner's, or other content."""
    award_id: str | None
    """The award in force that rests on it, else the newest."""
    award_state: AwardState | None


def results(
    tx: Transaction, organisation: str, wanted: Sequence[AssessmentResult]
) -> Mapping[str, KnownResult]:
    """Those of ``wanted`` that are known, by natural key."""
    found: dict[str, KnownResult] = {}
    rest = iter(wanted)
    while chunk := tuple(islice(rest, CHUNK)):
        by_index = {_result_index(tx, organisation, one): one for one in chunk}
        for row in _ordered(tx, organisation, tuple(by_index)):
            result = by_index[row.natural_key]
            # The first row of a result holds its award in force, or the newest one.
            if result.natural_key not in found:
                found[result.natural_key] = _known(tx, row, result)
    return found


def holders(
    tx: Transaction, organisation: str, keys: Sequence[str], *, achievement: str
) -> frozenset[str]:
    """Those of the learner keys whose learner holds an award of this course in force."""
    found: set[str] = set()
    rest = iter(keys)
    while chunk := tuple(islice(rest, CHUNK)):
        by_index = {_learner_index(tx, organisation, key): key for key in chunk}
        query = (
            sa.select(learners.c.lookup)
            .join(awards, awards.c.learner_id == learners.c.id)
            .where(
                learners.c.organisation == organisation,
                learners.c.lookup.in_(by_index),
                awards.c.achievement == achievement,
                awards.c.state.not_in(_FINAL),
            )
        )
        found.update(by_index[str(index)] for index in tx.connection.scalars(query))
    return frozenset(found)


def _ordered(tx: Transaction, organisation: str, indexes: Sequence[str]) -> Sequence[Any]:
    staged = staged_results.c
    has_ended = sa.case((awards.c.state.in_(_FINAL), 1), else_=0)
    query = (
        sa.select(
            staged.id,
            staged.natural_key,
            staged.commitment,
            learners.c.lookup,
            learners.c.wrapped_key,
            awards.c.id.label("award_id"),
            awards.c.state.label("award_state"),
        )
        .join(learners, learners.c.id == staged.learner_id)
        .join(awards, awards.c.staged_id == staged.id, isouter=True)
        .where(staged.organisation == organisation, staged.natural_key.in_(indexes))
        .order_by(staged.id, has_ended, awards.c.approved_at.desc(), awards.c.id)
    )
    return tx.connection.execute(query).all()


def _known(tx: Transaction, row: Any, result: AssessmentResult) -> KnownResult:
    is_same = row.lookup == _learner_index(tx, result.organisation, result.learner.key)
    if is_same:
        key, data = tx.cipher.unwrap(row.wrapped_key), result.model_dump_json().encode()
        is_same = tx.cipher.commitment(key, data) == row.commitment
    state = None if row.award_state is None else AwardState(row.award_state)
    return KnownResult(row.id, is_same, row.award_id, state)


def _result_index(tx: Transaction, organisation: str, result: AssessmentResult) -> str:
    return tx.cipher.blind_index(f"result {organisation}", result.natural_key)


def _learner_index(tx: Transaction, organisation: str, key: str) -> str:
    return tx.cipher.blind_index(f"learner {organisation}", key)
