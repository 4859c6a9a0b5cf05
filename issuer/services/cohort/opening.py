"""Open a batch: every row of a file is taken in and decided, slice by slice, once.

A slice is one transaction. Killed between two of them, the batch is in staging; the same file, sent
again, goes on behind the last slice. Two who confirm one file at once get one batch, and each slice
is taken in by one of them. Nothing is signed here.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from issuer.errors import TestamurError
from issuer.gradebooks.table import RowFault
from issuer.model.achievement import DocumentFormat
from issuer.model.batch import BatchState, RowState, batch_id
from issuer.registry import audit, batches, organisations
from issuer.registry.batches import Batch, BatchRow
from issuer.registry.database import Transaction
from issuer.services.cohort.deciding import Approved, decide_many
from issuer.services.mapped import Open
from issuer.services.results_file import ReadRow
from issuer.services.workbench import Workbench

_SLICE = 1_000
"""Rows that are taken in by one transaction."""


@dataclass(frozen=True)
class Order:
    """What is to be issued, and who said so."""

    organisation: str
    source: str
    """What kind of file it was, in words."""
    input_sha256: str
    """SHA-256 of the file, hexadecimal."""
    actor: str
    reading: str = ""
    """How it was read (course, mapping): the same file read otherwise is another batch."""
    formats: tuple[DocumentFormat, ...] = ()
    """Instead of those of the courses."""


Entry = ReadRow | Open | tuple[RowFault, ...]
"""A row of a file: a result that was passed or not, that there is none yet, or its faults."""


def open_batch(bench: Workbench, order: Order, entries: Iterable[Entry]) -> Batch:
    """Take every row in and return the batch, queued; or the one of this file that is under way.

    ``entries`` come in the order of the file, the same each time. Raises NotFound (organisation)
    and what reading them raises; what hinders a row is noted with the row.
    """
    with bench.begin() as tx:
        organisations.lock(tx, order.organisation)
        batch = batches.add(tx, _new(tx, order, bench=bench))
    rows = _Rows(entries)
    while batch.state is BatchState.STAGING:
        with bench.begin() as tx:
            batch = _take_slice(tx, batch, rows, bench=bench)
    return batch


class _Rows:
    """The rows of a file, gone through once; what others have taken in is passed over."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._rest = iter(entries)
        self._passed = 0
        self._ahead: tuple[Entry, ...] = ()

    def after(self, there: int) -> tuple[Entry, ...]:
        """The slice behind the first ``there`` rows; empty at the end."""
        if gone := there - self._passed:
            # Somebody took them in: this process, or another one.
            tuple(islice(self._rest, max(0, gone - len(self._ahead))))
            self._ahead = self._ahead[gone:]
            self._passed = there
        # What was read for a transaction that was given up is still ahead.
        self._ahead = self._ahead or tuple(islice(self._rest, _SLICE))
        return self._ahead


def fingerprint(tx: Transaction, order: Order) -> str:
    """The blind index by which the batch of this very file, read this way, is found."""
    wanted = "\n".join((order.input_sha256, order.reading, *sorted(order.formats)))
    return tx.cipher.blind_index(f"batch {order.organisation}", wanted)


def _new(tx: Transaction, order: Order, *, bench: Workbench) -> Batch:
    return Batch(
        id=batch_id(bench.chance(10)),
        organisation=order.organisation,
        fingerprint=fingerprint(tx, order),
        input_sha256=order.input_sha256,
        source=order.source,
        formats=order.formats,
        state=BatchState.STAGING,
        reason=None,
        approved_by=order.actor,
        chunk_size=bench.limits.chunk_size,
        refused=0,
        version=1,
        created_at=bench.moment,
        started_at=None,
        ended_at=None,
    )


def _take_slice(tx: Transaction, seen: Batch, file: _Rows, *, bench: Workbench) -> Batch:
    """Take the next slice in, whoever took the last one; return the batch as it was before it."""
    batch_id = seen.id
    organisations.lock(tx, seen.organisation)
    batch = batches.find(tx, batch_id)
    if batch.state is not BatchState.STAGING:
        return batch
    there, to_be_issued = batches.highest_row(tx, batch_id)
    part = file.after(there)
    if not part:
        return batches.step(tx, batch, BatchState.QUEUED, reason=None, at=bench.moment)
    rows, commitments = _rows(tx, batch, part, there=(there, to_be_issued), bench=bench)
    batches.add_rows(tx, batch_id, rows)
    batches.touch(tx, batch_id, refused=batch.refused + sum(_is_refused(e) for e in part))
    detail = {"batch": batch_id, "rows": len(part), "awards": len(commitments)}
    entry = audit.Entry(
        batch.organisation,
        bench.moment,
        batch.approved_by,
        "batch.decide",
        commitment=root_of(commitments),
        detail=detail,
    )
    audit.append(tx, entry)
    return batch


def root_of(commitments: Sequence[str]) -> str:
    """One digest (hex) over commitments in their order, for the audit line of a slice."""
    return hashlib.sha256("\n".join(commitments).encode()).hexdigest()


def _rows(
    tx: Transaction,
    batch: Batch,
    part: Sequence[Entry],
    *,
    there: tuple[int, int],
    bench: Workbench,
) -> tuple[list[BatchRow], list[str]]:
    """The rows of a slice and what is committed to; ``there``: how many are, and are issued."""
    passed = [e.result for e in part if isinstance(e, ReadRow) and e.result.passed]
    decided = iter(
        decide_many(tx, batch.organisation, passed, actor=batch.approved_by, bench=bench)
    )
    before, issued = there
    rows: list[BatchRow] = []
    commitments: list[str] = []
    for number, entry in enumerate(part, start=before + 1):
        if isinstance(entry, ReadRow) and entry.result.passed:
            decision, chunk = next(decided), 0
            if isinstance(decision, Approved) and decision.is_to_be_issued:
                chunk = (issued + len(commitments)) // batch.chunk_size + 1
                commitments.append(decision.commitment)
            rows.append(_decided(number, entry.line, decision, chunk=chunk))
        else:
            rows.append(_left(number, entry))
    return rows, commitments


def _decided(number: int, line: int, decision: Approved | TestamurError, *, chunk: int) -> BatchRow:
    if isinstance(decision, TestamurError):
        said = decision.message
        return BatchRow(number, line, chunk, RowState.FAILED, code=decision.code, fault=said)
    state = RowState.WAITING if decision.is_to_be_issued else RowState.ALREADY
    return BatchRow(number, line, chunk, state, decision.staged_id, decision.award_id)


def _is_refused(entry: Entry) -> bool:
    return not isinstance(entry, ReadRow | Open)


def _left(number: int, entry: Entry) -> BatchRow:
    if isinstance(entry, ReadRow):
        entry = Open(entry.line, entry.result.passed)
    if isinstance(entry, Open):
        state = RowState.UNKNOWN if entry.passed is None else RowState.NOT_PASSED
        return BatchRow(number, entry.line, 0, state)
    # The value stays in the file: it may name somebody.
    said = "; ".join(f"{f.column}: {f.fault}. {f.cure}" for f in entry)
    line = entry[0].line if entry else 0
    return BatchRow(number, line, 0, RowState.REFUSED, code="input.rows", fault=said)
