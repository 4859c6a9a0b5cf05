"""Which awards a stacked award is built from: asked both ways, from the whole and from a part.

What is signed stands in the document; this is how it is found again. Nothing is decided here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from issuer.registry.database import Transaction
from issuer.registry.names import require_name
from issuer.registry.stacking_tables import stack_parts

_C = stack_parts.c


@dataclass(frozen=True)
class StackPart:
    """One part of a whole: an award of this house, or what was recognised."""

    part: str
    """Its name in the pathway."""
    part_award_id: str | None
    recognition_id: int | None = None
    """None also once the learner was erased."""


def add(tx: Transaction, organisation: str, whole: str, *, parts: Iterable[StackPart]) -> None:
    """Keep what a new whole is built from."""
    own = {"organisation": organisation, "award_id": whole}
    rows = [own | vars(part) for part in parts]
    tx.connection.execute(stack_parts.insert(), rows)


def of_whole(tx: Transaction, whole: str) -> tuple[StackPart, ...]:
    """The parts of a whole, by name; none where it is no stacked award."""
    require_name(whole, what="award")
    query = sa.select(_C.part, _C.part_award_id, _C.recognition_id).where(_C.award_id == whole)
    found = (StackPart(*row) for row in tx.connection.execute(query))
    return tuple(sorted(found, key=lambda one: one.part))


def wholes_with(tx: Transaction, part_award_id: str) -> tuple[str, ...]:
    """Ids of the awards that are built from this one, in whatever state, by id."""
    require_name(part_award_id, what="award")
    query = sa.select(_C.award_id).where(_C.part_award_id == part_award_id)
    return tuple(sorted(map(str, tx.connection.scalars(query))))


def wholes_on(tx: Transaction, organisation: str, recognition_id: int) -> tuple[str, ...]:
    """Ids of the awards that are built from what was recognised, in whatever state, by id."""
    query = sa.select(_C.award_id).where(
        _C.organisation == organisation, _C.recognition_id == recognition_id
    )
    return tuple(sorted(map(str, tx.connection.scalars(query))))
