"""What a learner holds in force, with the sealed forms of each: one question for all of it.

Nothing is decrypted here, and nothing is decided.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from issuer.model.achievement import DocumentFormat
from issuer.model.award import AwardState, DocumentState
from issuer.registry.database import Transaction
from issuer.registry.tables import achievements, awards, documents, learners

_A = awards.c
_D = documents.c


@dataclass(frozen=True)
class Holding:
    """An award in force."""

    award_id: str
    achievement: str
    version: int
    """Of the achievement."""
    awarded_on: dt.date
    documents: tuple[tuple[DocumentFormat, str], ...]
    """Format and ``id`` of each sealed form, by format."""


def of_learners(
    tx: Transaction, organisation: str, learner_ids: Collection[int], *, at: dt.datetime
) -> dict[int, tuple[Holding, ...]]:
    """The awards of each of these learners that are in force at ``at`` and sealed, by id."""
    query = (
        sa.select(
            _A.id, _A.achievement, _A.achievement_version, _A.awarded_on, _A.learner_id,
            _A.organisation, _D.format, _D.credential_id,
        )
        .join(documents, _D.award_id == _A.id)
        .where(
            # By learner alone: with the organisation SQLite goes through all awards of it.
            _A.learner_id.in_(learner_ids),
            _A.state == AwardState.ACTIVE,
            sa.or_(_A.valid_until.is_(None), _A.valid_until > at),
            _D.state == DocumentState.SEALED,
        )
        .order_by(_A.id, _D.format)
    )  # fmt: skip
    found: dict[int, list[Holding]] = {one: [] for one in learner_ids}
    every = (row for row in tx.connection.execute(query) if row.organisation == organisation)
    for own, rows in groupby(every, key=lambda row: row[:5]):
        forms = tuple((DocumentFormat(row.format), str(row.credential_id)) for row in rows)
        award_id, slug, version, day, learner_id = own
        found[learner_id].append(Holding(award_id, slug, version, day, forms))
    return {one: tuple(held) for one, held in found.items()}


def offers(
    tx: Transaction, organisation: str, slugs: Collection[str]
) -> dict[tuple[str, int], str]:
    """Every version of these achievements, as JSON: slug and version to payload, oldest first."""
    own = achievements.c
    query = (
        sa.select(own.slug, own.version, own.payload)
        .where(own.organisation == organisation, own.slug.in_(slugs))
        .order_by(own.slug, own.version)
    )
    return {(slug, version): payload for slug, version, payload in tx.connection.execute(query)}


def learners_with(
    tx: Transaction, organisation: str, *, after: int = 0, most: int = 500
) -> tuple[int, ...]:
    """Numbers of at most so many learners who hold an award in force, ascending, behind one."""
    # Along the learners: a page costs as much as it has, however many awards there are.
    own = sa.exists().where(
        _A.learner_id == learners.c.id,
        _A.organisation == organisation,
        _A.state == AwardState.ACTIVE,
    )
    query = sa.select(learners.c.id).where(learners.c.id > after, own)
    return tuple(tx.connection.scalars(query.order_by(learners.c.id).limit(most)))
