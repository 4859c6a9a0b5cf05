"""What became of each row of a batch, with the award and the person it belongs to, page by page.

Personal data is decrypted here and handed on; nothing is kept. The words for it are
`issuer.services.outcomes`' own.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from issuer.model.award import Award
from issuer.model.batch import RowState
from issuer.model.learner import Learner
from issuer.registry.batches import Batch
from issuer.registry.database import Transaction
from issuer.registry.learners import place_of
from issuer.registry.tables import awards, batch_rows, learners, staged_results

_R = batch_rows.c
_L = learners.c
_FIELDS = tuple(Award.model_fields)
_AWARD = "award_"
_QUERY = (
    sa.select(
        _R.number,
        _R.line,
        _R.state,
        _R.fault,
        _L.id.label("learner"),
        _L.lookup,
        _L.wrapped_key,
        _L.payload,
        *(awards.c[name].label(_AWARD + name) for name in _FIELDS),
    )
    .select_from(batch_rows)
    .outerjoin(awards, awards.c.id == _R.award_id)
    .outerjoin(staged_results, staged_results.c.id == _R.staged_id)
    .outerjoin(
        learners, _L.id == sa.func.coalesce(awards.c.learner_id, staged_results.c.learner_id)
    )
)


@dataclass(frozen=True)
class Outcome:
    """One row of the file."""

    number: int
    line: int
    """In the file."""
    state: RowState
    fault: str | None
    """Why it could not be issued; names no person."""
    award: Award | None
    learner: Learner | None
    """None where nobody is known, and where the learner was erased."""
    is_erased: bool


def page(tx: Transaction, batch: Batch, *, after: int = 0, limit: int = 500) -> tuple[Outcome, ...]:
    """At most ``limit`` rows of a batch with a number above ``after``, in their order."""
    query = _QUERY.where(_R.batch_id == batch.id, _R.number > after)
    rows = tx.connection.execute(query.order_by(_R.number).limit(limit))
    return tuple(_outcome(tx, batch, row) for row in rows)


def _outcome(tx: Transaction, batch: Batch, row: Any) -> Outcome:
    known = row.learner is not None
    return Outcome(
        number=row.number,
        line=row.line,
        state=RowState(row.state),
        fault=row.fault,
        award=_award(row),
        learner=_learner(tx, batch, row) if known and row.wrapped_key is not None else None,
        is_erased=known and row.wrapped_key is None,
    )


def _award(row: Any) -> Award | None:
    found = row._mapping  # noqa: SLF001 # SQLAlchemy's public name for the columns by label.
    if found[f"{_AWARD}id"] is None:
        return None
    return Award.model_validate({name: found[_AWARD + name] for name in _FIELDS})


def _learner(tx: Transaction, batch: Batch, row: Any) -> Learner:
    key = tx.cipher.unwrap(row.wrapped_key)
    data = tx.cipher.decrypt(key, row.payload, place_of(batch.organisation, row.lookup))
    return Learner.model_validate_json(data)
