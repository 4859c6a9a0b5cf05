"""Awards: the decisions, their state and their place in a status list.

The state machine is `issuer.model.award`'s; here a step is one conditional UPDATE, so that of two
who take it at once one is told. This module sets no status bit and seals nothing.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from issuer.errors import Conflict, IllegalTransition, NotFound
from issuer.model.award import Award, AwardState, step_award
from issuer.registry.database import Transaction
from issuer.registry.names import require_name, unknown
from issuer.registry.tables import awards, slots, staged_results

_C = awards.c
_FIELDS = tuple(Award.model_fields)
_NOUN = [_C[name] for name in _FIELDS]
_FINAL = (AwardState.REVOKED, AwardState.REPLACED)
# Asked with every single result, so written once.
_FIND = sa.select(*_NOUN).where(_C.id == sa.bindparam("its_id"))
_GET = _FIND.where(_C.organisation == sa.bindparam("its_organisation"))
_STAGED_OF = sa.select(_C.staged_id).where(_C.id == sa.bindparam("its_id"))
# The place stands in the award; a place without a row has no bit set.
_SLOT_OF = (
    sa.select(
        _C.organisation,
        _C.list_number,
        _C.slot_index,
        *(sa.func.coalesce(slots.c[bit], sa.false()) for bit in ("revoked", "suspended", "burnt")),
    )
    .outerjoin_from(
        awards,
        slots,
        sa.and_(
            slots.c.organisation == _C.organisation,
            slots.c.list_number == _C.list_number,
            slots.c.slot_index == _C.slot_index,
        ),
    )
    .where(_C.id == sa.bindparam("its_id"), _C.list_number.is_not(None))
)
_ADD = awards.insert()
_STEP = awards.update().where(
    _C.id == sa.bindparam("its_id"),
    _C.organisation == sa.bindparam("its_organisation"),
    _C.state == sa.bindparam("its_state"),
)


@dataclass(frozen=True)
class LeasedSlot:
    """The place of an award in the lists of its organisation, and which bits are set there."""

    organisation: str
    list_number: int
    index: int
    revoked: bool
    suspended: bool
    burnt: bool


def add(tx: Transaction, award: Award, *, staged_id: int | None) -> None:
    """Keep a new award.

    ``staged_id`` is the result on which it rests. Raises Conflict where that result has an award
    already that is neither revoked nor replaced, unless ``award`` replaces it, and NotFound where
    result or award belong to somebody else.
    """
    if staged_id is not None:
        _hold(tx, award, staged_id)
    tx.connection.execute(_ADD, {**award.model_dump(), "staged_id": staged_id})


def get(tx: Transaction, organisation: str, award_id: str) -> Award:
    """The award; raises NotFound, also for another organisation's."""
    require_name(award_id, what="award")
    own = {"its_id": award_id, "its_organisation": organisation}
    return _noun(tx.connection.execute(_GET, own).first(), award_id)


def find(tx: Transaction, award_id: str) -> Award:
    """The award of whatever organisation, for public pages; raises NotFound."""
    require_name(award_id, what="award")
    return _noun(tx.connection.execute(_FIND, {"its_id": award_id}).first(), award_id)


def by_staged(tx: Transaction, staged_id: int) -> Award | None:
    """The award in force that rests on this result, else the newest, if there is one."""
    query = sa.select(*_NOUN).where(_C.staged_id == staged_id)
    # Two may be of one second: one that was given up, and the one that was issued instead.
    has_ended = sa.case((_C.state.in_(_FINAL), 1), else_=0)
    row = tx.connection.execute(query.order_by(has_ended, *_newest_first()).limit(1)).first()
    return None if row is None else _noun(row, row.id)


def staged_of(tx: Transaction, award_id: str) -> int | None:
    """The number of the result on which an award rests; raises NotFound."""
    require_name(award_id, what="award")
    row = tx.connection.execute(_STAGED_OF, {"its_id": award_id}).first()
    if row is None:
        raise unknown(award_id, what="award")
    return None if row.staged_id is None else int(row.staged_id)


def step(
    tx: Transaction, award: Award, to: AwardState, *, reason: str | None, at: dt.datetime
) -> Award:
    """Move the award from the state it was read in to ``to`` and return it.

    Raises IllegalTransition where the state machine forbids it or somebody else moved it first,
    and ValidationError for a reason that is not one line of clean text.
    """
    step_award(award.state, to)
    # Nothing is written that could not be read again.
    Award.model_validate({**award.model_dump(), "reason": reason})
    seen = {
        "its_id": award.id,
        "its_organisation": award.organisation,
        "its_state": award.state,
    }
    values = {"state": to, "reason": reason, "changed_at": at}
    if tx.connection.execute(_STEP, {**seen, **values}).rowcount == 0:
        now = get(tx, award.organisation, award.id).state
        msg = (
            f"Award {award.id} was {award.state} when it was read and is {now} now: somebody else "
            "changed it meanwhile. Read it again and decide again."
        )
        raise IllegalTransition(msg, now=str(now), to=str(to))
    return get(tx, award.organisation, award.id)


def set_reason(tx: Transaction, award: Award, *, reason: str) -> Award:
    """State another reason for the state that it is in; returns the award as it is now."""
    Award.model_validate({**award.model_dump(), "reason": reason})
    return _change(tx, award, {"reason": reason})


def set_shared(tx: Transaction, award: Award, *, shared: bool) -> Award:
    """Show the public page, or hide it; returns the award as it is now."""
    return _change(tx, award, {"shared": shared})


def raise_link_generation(tx: Transaction, award: Award) -> Award:
    """Withdraw the learner's link by raising its generation; returns the award as it is now."""
    return _change(tx, award, {"link_generation": _C.link_generation + 1})


def listing(
    tx: Transaction,
    organisation: str,
    *,
    state: AwardState | None = None,
    after: str | None = None,
    limit: int = 100,
) -> tuple[Award, ...]:
    """At most ``limit`` awards, newest first, after the one with the id ``after``."""
    query = sa.select(*_NOUN).where(_C.organisation == organisation)
    if state is not None:
        query = query.where(_C.state == state)
    if after is not None:
        last = get(tx, organisation, after)
        query = query.where(
            # By itself the database would go through all the newer ones to find where to begin.
            _C.approved_at <= last.approved_at,
            sa.or_(
                _C.approved_at < last.approved_at,
                sa.and_(_C.approved_at == last.approved_at, _C.id > last.id),
            ),
        )
    rows = tx.connection.execute(query.order_by(*_newest_first()).limit(limit))
    return tuple(_noun(row, row.id) for row in rows)


def slot_of(tx: Transaction, award_id: str) -> LeasedSlot | None:
    """The award's place in the status lists, if it has one."""
    require_name(award_id, what="award")
    row = tx.connection.execute(_SLOT_OF, {"its_id": award_id}).first()
    return None if row is None else LeasedSlot(*row)


def _hold(tx: Transaction, award: Award, staged_id: int) -> None:
    # The result is held until the transaction ends, so that no two decide on it at once.
    own = sa.select(staged_results.c.id).where(
        staged_results.c.id == staged_id,
        staged_results.c.organisation == award.organisation,
        staged_results.c.learner_id == award.learner_id,
    )
    if tx.connection.execute(own.with_for_update()).first() is None:
        msg = f"There is no result number {staged_id} of this learner here."
        raise NotFound(msg)
    living = sa.select(_C.id).where(_C.staged_id == staged_id, _C.state.not_in(_FINAL))
    others = {*tx.connection.scalars(living)} - {award.replaces}
    if others:
        msg = f"Result number {staged_id} has the award {min(map(str, others))} already."
        raise Conflict(msg, award_id=min(map(str, others)))


def _change(tx: Transaction, award: Award, values: dict[str, Any]) -> Award:
    own = sa.and_(_C.id == award.id, _C.organisation == award.organisation)
    tx.connection.execute(awards.update().where(own).values(values))
    return get(tx, award.organisation, award.id)


def _newest_first() -> tuple[sa.ColumnElement[Any], ...]:
    return _C.approved_at.desc(), _C.id


def _noun(row: sa.Row[Any] | None, award_id: str) -> Award:
    if row is None:
        raise unknown(award_id, what="award")
    return Award.model_validate({name: getattr(row, name) for name in _FIELDS})
