"""Batches and their rows: where each stands, changed only by who saw it last.

A step is one conditional UPDATE; ``version`` is raised by every change, so that whoever polls sees
whether anything happened. Rows name results and awards by number; nothing here is personal. This
module issues nothing.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from issuer.errors import IllegalTransition
from issuer.model.achievement import DocumentFormat
from issuer.model.batch import UNFINISHED, BatchState, RowState, step_batch
from issuer.registry.database import Transaction
from issuer.registry.inserting import add_missing, insert_many
from issuer.registry.listed import among
from issuer.registry.names import require_name, unknown
from issuer.registry.tables import batch_rows, batches

_C = batches.c
_R = batch_rows.c
_NOUN = (
    "id", "organisation", "fingerprint", "input_sha256", "source", "formats", "state", "reason",
    "approved_by", "chunk_size", "refused", "version", "created_at", "started_at", "ended_at",
)  # fmt: skip
_LIVING = _C.ended_at.is_(None)
# Asked with every slice, so written once.
_ITS_BATCH = sa.bindparam("its_batch", type_=sa.Text())
_LAST_ROW = sa.select(sa.func.max(_R.number)).where(_R.batch_id == _ITS_BATCH)
_LAST_CHUNK = sa.select(sa.func.max(_R.chunk)).where(_R.batch_id == _ITS_BATCH)
_COUNTED = sa.select(sa.func.count()).where(
    _R.batch_id == _ITS_BATCH, _R.chunk == sa.bindparam("its_chunk", type_=sa.Integer())
)
_SIZE = sa.select(_C.chunk_size).where(_C.id == _ITS_BATCH)
_BEGUN = sa.select(_COUNTED.scalar_subquery(), _SIZE.scalar_subquery())


@dataclass(frozen=True)
class Batch:
    """A batch without its rows."""

    id: str
    organisation: str
    fingerprint: str
    """Blind index of the file and of how it was read: two who send it at once get one batch."""
    input_sha256: str
    """SHA-256 of the file, hexadecimal."""
    source: str
    """What kind of file it was, in words."""
    formats: tuple[DocumentFormat, ...]
    """Instead of those of the courses; empty: theirs."""
    state: BatchState
    reason: str | None
    """Why it was paused, stopped or cancelled."""
    approved_by: str
    chunk_size: int
    refused: int
    """Rows of the file that could not be read."""
    version: int
    created_at: dt.datetime
    started_at: dt.datetime | None
    ended_at: dt.datetime | None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.ended_at is not None


@dataclass(frozen=True)
class BatchRow:
    """One row of the file."""

    number: int
    """1, 2, 3 … in the batch."""
    line: int
    """Line, or row of the sheet, in the file."""
    chunk: int
    """Chunk in which it is issued; 0: in none."""
    state: RowState
    staged_id: int | None = None
    award_id: str | None = None
    code: str | None = None
    """Code of the error, where it failed."""
    fault: str | None = None
    """Its sentence, without personal data."""


def add(tx: Transaction, batch: Batch) -> Batch:
    """Keep a new batch; where one with its fingerprint has not ended, return that one."""
    values = {name: getattr(batch, name) for name in _NOUN}
    values["formats"] = [str(one) for one in batch.formats]
    if add_missing(tx, batches, values):
        return batch
    found = living(tx, batch.organisation, fingerprint=batch.fingerprint)
    if found is None:
        # It ended between the two statements: then there is nothing that hinders this one.
        return add(tx, batch)
    return found


def living(tx: Transaction, organisation: str, *, fingerprint: str) -> Batch | None:
    """The batch of this file that has not ended, if there is one."""
    query = _query().where(_C.organisation == organisation, _C.fingerprint == fingerprint, _LIVING)
    row = tx.connection.execute(query).first()
    return None if row is None else _batch(row)


def get(tx: Transaction, organisation: str, batch_id: str) -> Batch:
    """The batch; raises NotFound, also for another organisation's."""
    found = find(tx, batch_id)
    if found.organisation != organisation:
        raise unknown(batch_id, what="batch")
    return found


def find(tx: Transaction, batch_id: str) -> Batch:
    """The batch of whatever organisation, for workers; raises NotFound."""
    require_name(batch_id, what="batch")
    row = tx.connection.execute(_query().where(_C.id == batch_id)).first()
    if row is None:
        raise unknown(batch_id, what="batch")
    return _batch(row)


def listing(tx: Transaction, organisation: str, *, limit: int = 50) -> tuple[Batch, ...]:
    """The newest batches of an organisation, newest first."""
    query = _query().where(_C.organisation == organisation)
    rows = tx.connection.execute(query.order_by(_C.created_at.desc(), _C.id).limit(limit))
    return tuple(map(_batch, rows))


def unended(tx: Transaction) -> tuple[Batch, ...]:
    """Batches of all organisations that have not ended, oldest first."""
    rows = tx.connection.execute(_query().where(_LIVING).order_by(_C.created_at, _C.id))
    return tuple(map(_batch, rows))


def step(
    tx: Transaction, batch: Batch, to: BatchState, *, reason: str | None, at: dt.datetime
) -> Batch:
    """Move the batch from the state it was read in to ``to`` and return it.

    Raises IllegalTransition where the state machine forbids it or somebody else moved it first.
    """
    step_batch(batch.state, to)
    values: dict[str, Any] = {"state": to, "reason": reason, "version": _C.version + 1}
    if to is BatchState.RUNNING and batch.started_at is None:
        values["started_at"] = at
    if to is BatchState.QUEUED:
        values |= {"ended_at": None, "receipt": None, "stamp": None}
    here = sa.and_(_C.id == batch.id, _C.state == batch.state)
    if tx.connection.execute(batches.update().where(here).values(values)).rowcount == 0:
        now = find(tx, batch.id).state
        msg = f"The batch {batch.id} was {batch.state} and is {now} now: somebody else changed it."
        raise IllegalTransition(msg, now=str(now), to=str(to))
    return find(tx, batch.id)


def end(tx: Transaction, batch_id: str, *, at: dt.datetime) -> None:
    """Note that nothing more happens to it."""
    ended = batches.update().where(_C.id == batch_id, _LIVING)
    tx.connection.execute(ended.values(ended_at=at, version=_C.version + 1))


def touch(tx: Transaction, batch_id: str, *, refused: int | None = None) -> None:
    """Raise its version: something about its rows is different now."""
    values: dict[str, Any] = {"version": _C.version + 1}
    if refused is not None:
        values["refused"] = refused
    tx.connection.execute(batches.update().where(_C.id == batch_id).values(values))


# --- Rows -----------------------------------------------------------------------------------


def add_rows(tx: Transaction, batch_id: str, rows: Sequence[BatchRow]) -> None:
    """Keep rows of a batch that are not there yet."""
    insert_many(tx, batch_rows, [{"batch_id": batch_id, **row.__dict__} for row in rows])


def highest_row(tx: Transaction, batch_id: str) -> tuple[int, int]:
    """Number of the last row that was taken in, and how many of all are to be issued."""
    # Every chunk before the last one is full: nothing but that one need be counted.
    chunk = int(tx.connection.scalar(_LAST_CHUNK, {"its_batch": batch_id}) or 0)
    asked = {"its_batch": batch_id, "its_chunk": chunk}
    count, full = tx.connection.execute(_BEGUN, asked).one()
    return last_row(tx, batch_id), (chunk - 1) * full + count if chunk else 0


def last_row(tx: Transaction, batch_id: str) -> int:
    """Number of the last row that was taken in; 0: none."""
    return int(tx.connection.scalar(_LAST_ROW, {"its_batch": batch_id}) or 0)


def awards_in_any(tx: Transaction, award_ids: Collection[str]) -> frozenset[str]:
    """Those of these awards that a batch which has not ended will issue, or has issued."""
    query = sa.select(_R.award_id).join(batches, _C.id == _R.batch_id)
    here = query.where(_LIVING, _R.award_id.in_(sorted(award_ids)))
    return frozenset(tx.connection.scalars(here))


def rows(
    tx: Transaction, batch_id: str, *, after: int = 0, limit: int = 500
) -> tuple[BatchRow, ...]:
    """At most ``limit`` rows with a number above ``after``, in their order."""
    query = _rows_query(batch_id).where(_R.number > after).order_by(_R.number).limit(limit)
    return tuple(map(_row, tx.connection.execute(query).all()))


def rows_in(
    tx: Transaction,
    batch_id: str,
    *,
    states: Collection[RowState],
    limit: int | None = None,
) -> tuple[BatchRow, ...]:
    """The rows in one of ``states``, in their order."""
    query = _rows_query(batch_id).where(_R.state.in_(states))
    return tuple(map(_row, tx.connection.execute(query.order_by(_R.number).limit(limit)).all()))


def rows_of_chunk(
    tx: Transaction, batch_id: str, chunk: int, *, states: Collection[RowState]
) -> tuple[BatchRow, ...]:
    """The rows of a chunk in one of ``states``, in their order."""
    query = _rows_query(batch_id).where(in_chunk(batch_id, chunk, states))
    # Ordered here: SQLite would go through every row of the batch to have them in order.
    rows = sorted(tx.connection.execute(query).all(), key=lambda row: row.number)
    return tuple(map(_row, rows))


def in_chunk(batch_id: str, chunk: int, states: Collection[RowState]) -> sa.ColumnElement[bool]:
    """The rows of a chunk that are in one of ``states``, for whoever joins them.

    They are found by their chunk: to find them by their state, as SQLite would without statistics,
    is to go through every row of the batch, once more for each chunk.
    """
    state = _R.state.concat("")  # No index has that.
    return sa.and_(_R.batch_id == batch_id, _R.chunk == chunk, state.in_(states))


def move_chunk(
    tx: Transaction, batch_id: str, chunk: int, *, count: int, to: RowState, now: RowState
) -> None:
    """Move every row of a chunk that is ``now``; IllegalTransition where they are not ``count``.

    Whoever calls has read them under the lock of their organisation and moved the others.
    """
    here = in_chunk(batch_id, chunk, {now})
    if tx.connection.execute(batch_rows.update().where(here).values(state=to)).rowcount != count:
        msg = f"Rows of {batch_id} are not {now} any more: another worker has them."
        raise IllegalTransition(msg, now=str(now), to=str(to))


def fail_row(tx: Transaction, batch_id: str, row: BatchRow, *, code: str, fault: str) -> None:
    """Note why a row could not be issued; ``fault`` names no person."""
    here = sa.and_(_R.batch_id == batch_id, _R.number == row.number, _R.state == row.state)
    values = {"state": RowState.FAILED, "code": code, "fault": fault}
    tx.connection.execute(batch_rows.update().where(here).values(values))


def requeue(tx: Transaction, batch_id: str, row: BatchRow, *, award_id: str) -> None:
    """Let a row that failed wait again, for another award on the same result."""
    here = sa.and_(_R.batch_id == batch_id, _R.number == row.number, _R.state == row.state)
    values = {"state": RowState.WAITING, "award_id": award_id, "code": None, "fault": None}
    tx.connection.execute(batch_rows.update().where(here).values(values))


def settle_row(tx: Transaction, batch_id: str, row: BatchRow, *, to: RowState) -> None:
    """Note what became of a row by other hands."""
    here = sa.and_(_R.batch_id == batch_id, _R.number == row.number, _R.state == row.state)
    tx.connection.execute(batch_rows.update().where(here).values(state=to))


def counts(tx: Transaction, batch_id: str) -> Mapping[RowState, int]:
    """How many rows are in each state."""
    query = sa.select(_R.state, sa.func.count()).where(_R.batch_id == batch_id).group_by(_R.state)
    return Counter({RowState(state): int(count) for state, count in tx.connection.execute(query)})


def chunks(tx: Transaction, batch_id: str) -> tuple[int, ...]:
    """Numbers of the chunks that have unfinished rows, ascending."""
    query = (
        sa.select(_R.chunk)
        .distinct()
        .where(_R.batch_id == batch_id, _R.state.in_(UNFINISHED), _R.chunk > 0)
    )
    return tuple(tx.connection.scalars(query.order_by(_R.chunk)))


def held_awards(
    tx: Transaction, organisation: str, *, of: Collection[str] | None = None
) -> frozenset[str]:
    """Awards that a batch which has not ended will issue: nobody else finishes or voids them.

    All of the organisation, or those ``of`` these.
    """
    query = (
        sa.select(_R.award_id)
        .join(batches, _C.id == _R.batch_id)
        .where(_C.organisation == organisation, _LIVING, _R.state.in_(UNFINISHED))
    )
    which = _R.award_id.is_not(None) if of is None else among(tx, _R.award_id, of)
    return frozenset(tx.connection.scalars(query.where(which)))


def _query() -> sa.Select[Any]:
    return sa.select(*(_C[name] for name in _NOUN))


def _batch(row: sa.Row[Any]) -> Batch:
    values = {name: getattr(row, name) for name in _NOUN}
    values["state"] = BatchState(row.state)
    values["formats"] = tuple(DocumentFormat(one) for one in row.formats)
    return Batch(**values)


def _rows_query(batch_id: str) -> sa.Select[Any]:
    return sa.select(*(_R[f.name] for f in fields(BatchRow))).where(_R.batch_id == batch_id)


def _row(row: sa.Row[Any]) -> BatchRow:
    number, line, chunk, state, *rest = tuple(row)
    return BatchRow(number, line, chunk, RowState(state), *rest)
