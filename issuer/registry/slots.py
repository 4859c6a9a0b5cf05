"""Status slots: leased in blocks, each given once, each with its bits.

Bitstring Status List 1.0 (https://www.w3.org/TR/vc-bitstring-status-list/). A lease is one UPDATE
of the list's cursor: what a crash leaves of it is lost and never given again. Which place an
ordinal has is `issuer.status.permutation`'s; this module signs and encodes no list.

Which award has a place stands in the award, once for each place. The table of places has those of
which a bit was set, and no others: most never have one.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningUpdate

from issuer.errors import Conflict, IllegalTransition, ListFull, NotFound
from issuer.registry import organisations
from issuer.registry.database import Transaction
from issuer.registry.inserting import add_missing
from issuer.registry.names import require_name, require_number, unknown
from issuer.registry.tables import awards, leases, slots, status_lists

_L = status_lists.c
_S = slots.c
# Asked with every single result, so written once.
_OF_ORGANISATION = _L.organisation == sa.bindparam("its_organisation")
_LISTS = (
    sa.select(_L.organisation, _L.number, _L.length, _L.cursor, _L.opened_at, _L.closed)
    .where(_OF_ORGANISATION)
    .order_by(_L.number)
)
_LENGTH = sa.select(_L.length).where(_OF_ORGANISATION, _L.number == sa.bindparam("its_number"))
_OWN = sa.and_(
    awards.c.id == sa.bindparam("its_award"),
    awards.c.organisation == sa.bindparam("its_organisation"),
)
_AT = sa.select(awards.c.id).where(
    awards.c.organisation == sa.bindparam("its_organisation"),
    awards.c.list_number == sa.bindparam("its_list"),
    awards.c.slot_index == sa.bindparam("its_index"),
)
# Held until the end, so that nobody else gives this award a place.
_HELD = sa.select(awards.c.list_number).where(_OWN).with_for_update(key_share=True)


def _giving() -> sa.Update:
    """Give the award ``its_award`` of ``its_organisation`` a place, where it has none.

    A place that has a row, because it was burnt before anybody had it, is given to nobody. Whoever
    asks holds the organisation: a row that another writer has not committed is not seen.
    """
    organisation = sa.bindparam("its_organisation", type_=sa.Text)
    number = sa.bindparam("its_list", type_=sa.Integer)
    index = sa.bindparam("its_index", type_=sa.Integer)
    free = sa.and_(awards.c.organisation == organisation, awards.c.list_number.is_(None))
    marked = sa.exists().where(
        _S.organisation == organisation, _S.list_number == number, _S.slot_index == index
    )
    change = awards.update().where(
        awards.c.id == sa.bindparam("its_award"),
        # Hidden in a case: PostgreSQL would take awards without a place for rare, and read all of
        # them to find those of one chunk.
        sa.case((free, sa.true()), else_=sa.false()),
        sa.not_(marked.correlate_except(slots)),
    )
    return change.values(list_number=number, slot_index=index)


GIVE = _giving()
"""Gives one award a place; for `issuer.registry.chunks`, which gives many."""


def _taking() -> ReturningUpdate[Any]:
    """Up to ``its_count`` ordinals of the first list that has any, in one UPDATE."""
    free = sa.and_(_OF_ORGANISATION, sa.not_(_L.closed), _L.cursor < _L.length)
    first = sa.select(sa.func.min(_L.number)).where(free).scalar_subquery()
    left, count = _L.length - _L.cursor, sa.bindparam("its_count", type_=sa.Integer)
    size = sa.case((left < count, left), else_=count)
    return (
        status_lists.update()
        .where(free, _L.number == first)
        .values(cursor=_L.cursor + size, last_lease=size)
        .returning(_L.number, _L.cursor, _L.last_lease, _L.seed, _L.length)
    )


_TAKE = _taking()


@dataclass(frozen=True)
class Lease:
    """``count`` ordinals from ``first`` on, of one list; nobody else is ever given them."""

    organisation: str
    list_number: int
    first: int
    count: int
    seed: bytes
    """Secret seed of the list's permutation."""
    length: int
    """Places in the list."""

    @property
    def ordinals(self) -> range:
        """The ordinals that were leased."""
        return range(self.first, self.first + self.count)


@dataclass(frozen=True)
class StatusListRecord:
    """A list: how long it is, how far it is given out, whether it takes more."""

    organisation: str
    number: int
    length: int
    cursor: int
    opened_at: dt.datetime
    closed: bool


@dataclass(frozen=True)
class Bits:
    """Which bits to set or clear; None leaves one as it is."""

    revoked: bool | None = None
    suspended: bool | None = None
    burnt: bool | None = None
    """Of a voided document: never to be used again."""


def open_list(
    tx: Transaction, organisation: str, *, length: int, seed: bytes, at: dt.datetime
) -> int:
    """Open a list of ``length`` places and return its number (1, 2, 3 …); raises NotFound.

    ``seed`` is 32 secret random bytes; it is kept encrypted.
    """
    organisations.lock(tx, organisation)
    highest = sa.select(sa.func.max(_L.number)).where(_L.organisation == organisation)
    number = (tx.connection.execute(highest).scalar_one_or_none() or 0) + 1
    values = {
        "organisation": organisation,
        "number": number,
        "length": length,
        "seed": tx.cipher.wrap_secret(seed, _place(organisation, number)),
        "cursor": 0,
        "last_lease": 0,
        "opened_at": at,
        "closed": False,
    }
    tx.connection.execute(status_lists.insert().values(values))
    return int(number)


def close_lists(tx: Transaction, organisation: str) -> None:
    """Lease nothing more from any list that is open now; after an old backup was restored.

    What was leased and is not given yet is forgotten: it may have been given since.
    """
    change = status_lists.update().where(_L.organisation == organisation)
    tx.connection.execute(change.values(closed=True))
    tx.connection.execute(leases.delete().where(leases.c.organisation == organisation))


def lists(tx: Transaction, organisation: str) -> tuple[StatusListRecord, ...]:
    """All lists of the organisation, by number."""
    rows = tx.connection.execute(_LISTS, {"its_organisation": organisation})
    return tuple(StatusListRecord(*row) for row in rows)


def lease(tx: Transaction, organisation: str, *, count: int) -> tuple[Lease, ...]:
    """Lease exactly ``count`` ordinals, from one list or several.

    Raises ListFull, with nothing taken, where the open lists have too few: open one in the same
    transaction and lease again; nobody else opens one meanwhile. Raises NotFound (organisation).
    """
    if count < 1:
        msg = "a lease is of at least one place"
        raise ValueError(msg)
    # The organisation first, then its list: whoever also appends an audit line, before or after,
    # takes the two in the same order, and no two writers wait for each other.
    organisations.lock(tx, organisation)
    taken: list[Lease] = []
    # A savepoint: where the lists have too few places, none is lost.
    savepoint = tx.connection.begin_nested()
    while (missing := count - sum(part.count for part in taken)) > 0:
        part = _take(tx, organisation, missing)
        if part is None:
            savepoint.rollback()
            msg = f"No open status lists of {organisation} have {count} places left."
            raise ListFull(msg, organisation=organisation)
        taken.append(part)
    savepoint.commit()
    return tuple(taken)


def lease_of(tx: Transaction, organisation: str, *, number: int, first: int, count: int) -> Lease:
    """A lease that was taken before, with the seed and the length of its list; raises NotFound."""
    require_number(number, what="status list")
    query = sa.select(_L.seed, _L.length).where(
        _L.organisation == organisation, _L.number == number
    )
    row = tx.connection.execute(query).first()
    if row is None:
        raise unknown(str(number), what="status list")
    seed = tx.cipher.unwrap_secret(row.seed, _place(organisation, number))
    return Lease(organisation, number, first, count, seed, row.length)


def require_place(tx: Transaction, organisation: str, *, list_number: int, index: int) -> None:
    """Raise NotFound unless the organisation has such a list, and the list such a place."""
    require_number(list_number, what="status list")
    named = {"its_organisation": organisation, "its_number": list_number}
    length = tx.connection.execute(_LENGTH, named).scalar_one_or_none()
    if length is None or not 0 <= index < length:
        msg = f"There is no place {index} in a list {list_number} here."
        raise NotFound(msg)


def assign(
    tx: Transaction, organisation: str, *, list_number: int, index: int, award_id: str
) -> None:
    """Give a leased place to an award, once.

    Raises Conflict where the place or the award is taken, NotFound for another organisation's.
    """
    organisations.lock(tx, organisation)
    require_place(tx, organisation, list_number=list_number, index=index)
    require_name(award_id, what="award")
    own = {"its_award": award_id, "its_organisation": organisation}
    award = tx.connection.execute(_HELD, own).first()
    if award is None:
        raise unknown(award_id, what="award")
    if award.list_number is not None:
        msg = f"Award {award_id} has its place in a status list already."
        raise Conflict(msg, award_id=award_id)
    taken = award_at(tx, organisation, list_number=list_number, index=index) is not None
    place = {"its_list": list_number, "its_index": index}
    if taken or tx.connection.execute(GIVE, {**own, **place}).rowcount == 0:
        msg = f"Place {index} of list {list_number} is taken. Lease another one."
        raise Conflict(msg, list_number=list_number, index=index)


def set_bits(
    tx: Transaction, organisation: str, *, list_number: int, index: int, bits: Bits
) -> None:
    """Set or clear bits of a place; a place that was leased and never assigned can be burnt.

    Raises IllegalTransition where a revoked or burnt place would be cleared: that is final
    (Bitstring Status List 1.0 §2.1), and NotFound where the organisation has no such list.
    """
    if bits.revoked is False or bits.burnt is False:
        msg = "Revocation is final: this bit is never cleared. Issue a new credential instead."
        raise IllegalTransition(msg)
    # Nobody gives this place to an award meanwhile.
    organisations.lock(tx, organisation)
    place = {"organisation": organisation, "list_number": list_number, "slot_index": index}
    require_place(tx, organisation, list_number=list_number, index=index)
    wanted = {"revoked": bits.revoked, "suspended": bits.suspended, "burnt": bits.burnt}
    fresh = {name: value for name, value in wanted.items() if value is not None}
    if any(fresh.values()):
        add_missing(tx, slots, {**place, "revoked": False, "suspended": False, "burnt": False})
    if fresh:
        here = sa.and_(*(slots.c[name] == value for name, value in place.items()))
        tx.connection.execute(slots.update().where(here).values(fresh))


def award_at(tx: Transaction, organisation: str, *, list_number: int, index: int) -> str | None:
    """The id of the award that has this place; None where nobody was given it."""
    named = {"its_organisation": organisation, "its_list": list_number, "its_index": index}
    found: str | None = tx.connection.execute(_AT, named).scalar_one_or_none()
    return found


def are_marked(tx: Transaction, organisation: str, places: Iterable[tuple[int, int]]) -> bool:
    """Whether one of these places (list, index) has a row: a bit of it is set, or was."""
    wanted = sorted(places)
    lists = {number for number, _ in wanted}
    query = sa.select(_S.list_number, _S.slot_index).where(
        _S.organisation == organisation, _S.list_number.in_(lists)
    )
    there = {(row.list_number, row.slot_index) for row in tx.connection.execute(query)}
    return not there.isdisjoint(wanted)


def marked(
    tx: Transaction,
    organisation: str,
    *,
    list_number: int,
    purpose: Literal["revocation", "suspension"],
) -> tuple[int, ...]:
    """The places whose bit is set in the list of this purpose, ascending.

    A burnt place counts as revoked.
    """
    bit = sa.or_(_S.revoked, _S.burnt) if purpose == "revocation" else _S.suspended
    query = sa.select(_S.slot_index).where(
        _S.organisation == organisation, _S.list_number == list_number, bit
    )
    return tuple(tx.connection.scalars(query.order_by(_S.slot_index)))


def _take(tx: Transaction, organisation: str, count: int) -> Lease | None:
    wanted = {"its_organisation": organisation, "its_count": count}
    row = tx.connection.execute(_TAKE, wanted).first()
    if row is None:
        return None
    seed = tx.cipher.unwrap_secret(row.seed, _place(organisation, row.number))
    start = row.cursor - row.last_lease
    return Lease(organisation, row.number, start, row.last_lease, seed, row.length)


def _place(organisation: str, number: int) -> bytes:
    return f"status_lists/{organisation}/{number}".encode()
