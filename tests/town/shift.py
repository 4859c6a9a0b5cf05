"""A shift of pretended work: batches whose rows are moved and counted, without one signature.

What is tested with it is the engine: who does which chunk when, and that nothing is done twice. In
a process of its own it can be killed or stopped: ``python -m tests.town.shift URL FOLDER``.
"""

import datetime as dt
import itertools
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa

from issuer.errors import IllegalTransition
from issuer.jobs.chunk import Job
from issuer.jobs.foreman import Foreman
from issuer.jobs.liveness import Watch
from issuer.jobs.pace import Pace
from issuer.model.batch import UNFINISHED, BatchState, RowState
from issuer.registry import batches, organisations, undecided
from issuer.registry.batches import Batch, BatchRow
from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database, Transaction
from issuer.registry.tables import batches as batch_table
from issuer.registry.workers import Worker
from issuer.services.workbench import Workbench

MASTER = bytes(range(32))
QUICK = Pace(concurrency=3, heartbeat_s=0.5, dead_after_s=2.0, look_s=0.2, linger_s=1.0)
GOING_ON = frozenset({BatchState.RUNNING, BatchState.PAUSED})
# Without a key: what is done twice is there twice.
KEPT = sa.Table(
    "pretended",
    sa.MetaData(),
    sa.Column("batch_id", sa.Text),
    sa.Column("number", sa.Integer),
    sa.Column("process", sa.Integer),
)


def no_fault(_verb: str, _number: int) -> None:
    """Nothing goes wrong."""


@dataclass
class Pretended:
    """The verbs of a cohort, pretended; ``hindrance`` is called before each and may raise."""

    pure_s: float = 0.0
    hindrance: Callable[[str, int], None] = no_fault
    begun: list[int] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    """Why slices were passed over."""
    has_pathways: bool = False
    """Whether it is to be decided what the learners of a batch that ends complete."""

    def reserve(self, tx: Transaction, bench: Workbench, batch_id: str, *, chunk: int) -> int:  # noqa: ARG002 # As the verbs are.
        self.hindrance("reserve", chunk)
        self.begun.append(chunk)
        self._locked(tx, batch_id, {BatchState.RUNNING})
        return self._move(tx, batch_id, chunk, to=RowState.RESERVED, now=RowState.WAITING)

    def prepare(self, bench: Workbench, batch_id: str, *, chunk: int) -> list[str]:  # noqa: ARG002 # As the verbs are.
        self.hindrance("prepare", chunk)
        time.sleep(self.pure_s)
        return [f"{batch_id} {chunk}: what Alex Example learned"]

    def write_down(
        self,
        tx: Transaction,
        bench: Workbench,  # noqa: ARG002 # As the verbs are.
        batch_id: str,
        *,
        chunk: int,
        prepared: Any,  # As the verbs are.
    ) -> int:
        assert prepared
        self.hindrance("write_down", chunk)
        self._locked(tx, batch_id, GOING_ON)
        return self._move(tx, batch_id, chunk, to=RowState.WRITTEN, now=RowState.RESERVED)

    def seal(self, bench: Workbench, batch_id: str, *, chunk: int, prepared: Any) -> Any:  # noqa: ARG002 # As the verbs are.
        self.hindrance("seal", chunk)
        return prepared

    def keep(
        self,
        tx: Transaction,
        bench: Workbench,  # noqa: ARG002 # As the verbs are.
        batch_id: str,
        *,
        chunk: int,
        sealed: Any,  # As the verbs are.
    ) -> int:
        assert sealed
        self.hindrance("keep", chunk)
        self._locked(tx, batch_id, GOING_ON)
        rows = batches.rows_of_chunk(tx, batch_id, chunk, states={RowState.WRITTEN})
        for row in rows:
            values = {"batch_id": batch_id, "number": row.number, "process": os.getpid()}
            tx.connection.execute(KEPT.insert().values(values))
        return self._move(tx, batch_id, chunk, to=RowState.KEPT, now=RowState.WRITTEN)

    def start(self, tx: Transaction, bench: Workbench, batch_id: str) -> object:
        batch = self._held(tx, batch_id)
        if batch.state is BatchState.RUNNING:
            return batch
        return batches.step(tx, batch, BatchState.RUNNING, reason=None, at=bench.moment)

    def pause(
        self,
        tx: Transaction,
        bench: Workbench,
        batch_id: str,
        *,
        actor: str,
        reason: str | None = None,
    ) -> object:
        assert actor
        return self.to(tx, bench, batch_id, BatchState.PAUSED, reason)

    def stop(self, tx: Transaction, bench: Workbench, batch_id: str, *, reason: str) -> object:
        return self.to(tx, bench, batch_id, BatchState.STOPPED, reason)

    def to(
        self,
        tx: Transaction,
        bench: Workbench,
        batch_id: str,
        state: BatchState,
        reason: str | None = None,
    ) -> object:
        batch = self._held(tx, batch_id)
        return batches.step(tx, batch, state, reason=reason, at=bench.moment)

    def void_rest(self, tx: Transaction, bench: Workbench, batch_id: str) -> bool:
        self._held(tx, batch_id)
        rows = batches.rows_in(tx, batch_id, states=UNFINISHED, limit=7)
        for row in rows:
            batches.settle_row(tx, batch_id, row, to=RowState.VOIDED)
        if not rows:
            batches.end(tx, batch_id, at=bench.moment)
        return bool(rows)

    def finish(self, tx: Transaction, bench: Workbench, batch_id: str) -> object:
        self.hindrance("finish", 0)
        batch = self._held(tx, batch_id)
        if batch.state is not BatchState.DONE:
            batches.step(tx, batch, BatchState.DONE, reason=None, at=bench.moment)
            batches.end(tx, batch_id, at=bench.moment)
            if self.has_pathways:
                undecided.add(tx, batch_id)
        return None

    def stack(self, bench: Workbench, batch_id: str, *, number: int) -> bool:
        self.hindrance("stack", number)
        time.sleep(self.pure_s)
        with bench.begin() as tx:
            self._held(tx, batch_id)
            values = {"batch_id": batch_id, "number": -number, "process": os.getpid()}
            if undecided.remove(tx, batch_id, number):
                tx.connection.execute(KEPT.insert().values(values))
            return not undecided.left(tx, batch_id)

    def pass_over(
        self,
        tx: Transaction,
        bench: Workbench,  # noqa: ARG002 # As the verbs are.
        batch_id: str,
        *,
        number: int,
        code: str,
    ) -> None:
        self.passed.append(code)
        undecided.remove(tx, batch_id, number)

    def _held(self, tx: Transaction, batch_id: str) -> Batch:
        organisations.lock(tx, batches.find(tx, batch_id).organisation)
        return batches.find(tx, batch_id)

    def _locked(self, tx: Transaction, batch_id: str, states: Any) -> None:
        if self._held(tx, batch_id).state not in states:
            msg = "not going on"
            raise IllegalTransition(msg)

    def _move(
        self, tx: Transaction, batch_id: str, chunk: int, *, to: RowState, now: RowState
    ) -> int:
        rows = batches.rows_of_chunk(tx, batch_id, chunk, states={now})
        batches.move_chunk(tx, batch_id, chunk, count=len(rows), to=to, now=now)
        batches.touch(tx, batch_id)
        return len(rows)


def opened(url: str, *, patience_s: float = 30.0) -> Database:
    """The database of a shift."""
    return Database(url, cipher=RecordCipher(MASTER, os.urandom), patience_s=patience_s)


def queue(database: Database, slug: str, *, rows: int, size: int, name: str = "1") -> str:
    """Put a batch of so many rows into the queue, in chunks of ``size``; returns its id."""
    batch_id, at = f"batch-{name}", dt.datetime.now(dt.UTC)
    with database.begin() as tx:
        KEPT.create(tx.connection, checkfirst=True)
        batch = Batch(
            id=batch_id,
            organisation=slug,
            fingerprint=name,
            input_sha256="0" * 64,
            source="pretended",
            formats=(),
            state=BatchState.QUEUED,
            reason=None,
            approved_by="registrar",
            chunk_size=size,
            refused=0,
            version=1,
            created_at=at,
            started_at=None,
            ended_at=None,
        )
        batches.add(tx, batch)
        numbers = range(1, rows + 1)
        added = [BatchRow(n, n + 1, (n - 1) // size + 1, RowState.WAITING) for n in numbers]
        batches.add_rows(tx, batch_id, added)
    return batch_id


def bench_of(database: Database, *, now: Callable[[], dt.datetime] | None = None) -> Workbench:
    """A workbench with a clock and a database, and nothing else."""
    return Workbench(
        begin=database.begin,
        read=database.read,
        now=now or (lambda: dt.datetime.now(dt.UTC)),
        chance=os.urandom,
        base_url="https://credentials.uni.example",
        canonicalise=cast("Any", None),
        signer=cast("Any", None),
        link_key=cast("Any", None),
        published=Path(),
    )


def receipt(bench: Workbench, batch_id: str) -> None:
    """A receipt that says nothing."""
    with bench.begin() as tx:
        here = batch_table.update().where(batch_table.c.id == batch_id)
        tx.connection.execute(here.values(receipt=b"pretended"))


def foreman(
    database: Database,
    verbs: Any,
    *,
    name: str = "worker/here",
    pace: Pace = QUICK,
    jumps_s: float = 0.0,
    **more: Any,
) -> Foreman:
    """A foreman of this process; its clock ``jumps_s`` back each time it is looked at."""
    back = itertools.count()

    def now() -> dt.datetime:
        return dt.datetime.now(dt.UTC) - dt.timedelta(seconds=jumps_s * next(back))

    bench = bench_of(database, now=now)
    return Foreman(
        Job(verbs, bench, receipt),
        database,
        Worker(f"{name}/{os.getpid()}/{os.urandom(4).hex()}", "0", bench.now(), bench.now()),
        pace,
        Watch(pace.dead_after_s, time.monotonic),
        **more,
    )


@dataclass(frozen=True)
class Account:
    """Where a batch stands."""

    state: BatchState
    reason: str | None
    rows: dict[str, int]
    kept: int
    """How many rows were kept, each as often as it was."""
    distinct: int
    processes: int


def account(database: Database, batch_id: str) -> Account:
    """Count what came of a batch."""
    with database.read() as tx:
        batch = batches.find(tx, batch_id)
        rows = {str(state): count for state, count in batches.counts(tx, batch_id).items()}
        query = sa.select(
            sa.func.count(),
            sa.func.count(sa.distinct(KEPT.c.number)),
            sa.func.count(sa.distinct(KEPT.c.process)),
        ).where(KEPT.c.batch_id == batch_id, KEPT.c.number > 0)
        kept, distinct, processes = tx.connection.execute(query).one()
    return Account(batch.state, batch.reason, rows, kept, distinct, processes)


def decided(database: Database, batch_id: str) -> list[tuple[int, int]]:
    """Each slice as often as it was decided, and by which process, in order."""
    with database.read() as tx:
        query = sa.select(-KEPT.c.number, KEPT.c.process)
        here = query.where(KEPT.c.batch_id == batch_id, KEPT.c.number < 0)
        return sorted((int(row[0]), int(row[1])) for row in tx.connection.execute(here))


def has_receipt(database: Database, batch_id: str) -> bool:
    """Whether its receipt was signed, after which nothing more is done."""
    with database.read() as tx:
        query = sa.select(batch_table.c.receipt).where(batch_table.c.id == batch_id)
        return tx.connection.scalar(query) is not None


def has_ended(database: Database, batch_id: str) -> Callable[[], bool]:
    """Whether it has; asked by a foreman."""

    def ended() -> bool:
        with database.read() as tx:
            return batches.find(tx, batch_id).has_ended

    return ended


@contextmanager
def disposing(database: Database) -> Iterator[Database]:
    try:
        yield database
    finally:
        database.dispose()


def main(url: str, pure_s: str = "0.02", *has_pathways: str) -> None:
    """Do whatever batches there are until each has ended."""
    with disposing(opened(url)) as database:

        def idle() -> bool:
            with database.read() as tx:
                query = sa.select(sa.func.count()).where(batch_table.c.ended_at.is_(None))
                return tx.connection.scalar(query) == 0 and not undecided.batches(tx)

        verbs = Pretended(float(pure_s), has_pathways=bool(has_pathways))
        foreman(database, verbs).run(until=idle)


if __name__ == "__main__":
    main(*sys.argv[1:])
