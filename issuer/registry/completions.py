"""Completions: which steps of which pathway a learner has completed, and what came of it.

One row a learner and step, so that a step is awarded once, whatever is asked how often. This module
decides nothing.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from issuer.errors import NotFound
from issuer.registry.database import Transaction
from issuer.registry.inserting import put as put_row
from issuer.registry.names import require_name, require_number, unknown
from issuer.registry.stacking_tables import completions

_C = completions.c


class CompletionState(StrEnum):
    """What came of a completed step."""

    RECORDED = "recorded"
    """Progress that the learner sees; no credential is issued on this tier."""
    PROPOSED = "proposed"
    """A person has to agree."""
    AWARDED = "awarded"
    DECLINED = "declined"


@dataclass(frozen=True)
class Completion:
    """A step that a learner has completed."""

    organisation: str
    learner_id: int
    pathway: str
    step: str
    version: int
    """Of the pathway."""
    state: CompletionState
    completed_on: dt.date
    number: int = 0
    """How many results there were for it so far: 0 where none was awarded."""
    award_id: str | None = None
    decided_by: str | None = None
    decided_at: dt.datetime | None = None
    reason: str | None = None


def put(tx: Transaction, completion: Completion) -> None:
    """Keep it; what was kept of this learner and step is replaced."""
    put_row(tx, completions, vars(completion))


def remove(tx: Transaction, completion: Completion) -> None:
    """Forget one that is not complete any more and came to nothing."""
    key = [getattr(completion, c.name) == c for c in completions.primary_key]
    tx.connection.execute(completions.delete().where(*key))


def of_learner(tx: Transaction, organisation: str, learner_id: int) -> tuple[Completion, ...]:
    """All of a learner, by pathway and step."""
    return of_learners(tx, organisation, (learner_id,))[learner_id]


def of_learners(
    tx: Transaction, organisation: str, learner_ids: Collection[int]
) -> dict[int, tuple[Completion, ...]]:
    """All of each of these learners, by pathway and step."""
    # By learner alone: with the organisation SQLite goes through all completions of it.
    found = _all(tx, sa.select(completions).where(_C.learner_id.in_(learner_ids)))
    own = [one for one in found if one.organisation == organisation]
    return {one: tuple(c for c in own if c.learner_id == one) for one in learner_ids}


def get(
    tx: Transaction, organisation: str, learner_id: int, *, pathway: str, step: str
) -> Completion:
    """That of one step; raises NotFound."""
    require_number(learner_id, what="learner")
    found = of_learner(tx, organisation, learner_id)
    own = [one for one in found if (one.pathway, one.step) == (pathway, step)]
    if not own:
        msg = f"Learner number {learner_id} has not completed {ascii(step)[:60]} here."
        raise NotFound(msg)
    return own[0]


def of_award(tx: Transaction, organisation: str, award_id: str) -> Completion:
    """That for which an award was made; raises NotFound where it was made for none."""
    require_name(award_id, what="award")
    query = sa.select(completions).where(_C.organisation == organisation, _C.award_id == award_id)
    row = tx.connection.execute(query).mappings().first()
    if row is None:
        raise unknown(award_id, what="stacked award")
    return _noun(row)


def listing(
    tx: Transaction, organisation: str, *, state: CompletionState
) -> tuple[Completion, ...]:
    """Those in this state, oldest completion first."""
    found = _all(
        tx, sa.select(completions).where(_C.organisation == organisation, _C.state == state)
    )
    return tuple(sorted(found, key=lambda one: one.completed_on))


def _all(tx: Transaction, query: sa.Select[Any]) -> tuple[Completion, ...]:
    found = map(_noun, tx.connection.execute(query).mappings())
    # Sorted here: a database may sort hyphens as its country does.
    return tuple(sorted(found, key=lambda one: (one.pathway, one.step, one.learner_id)))


def _noun(row: sa.RowMapping) -> Completion:
    return Completion(**{**row, "state": CompletionState(row["state"])})
