"""The foreman of a process: looks after the batches, keeps the queue filled, takes over from dead.

Each worker has one, and they need not know each other: what they do at once they do once. Which
chunks there are to do is asked of our own rows, so that whatever the engine forgets, or keeps of
another version, is begun anew. The engine is opened when there is work and closed when there was
none for a while. Nothing is issued here.
"""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from issuer.errors import IllegalTransition, TestamurError
from issuer.jobs.attempt import Attempts
from issuer.jobs.chunk import Job
from issuer.jobs.faults import code_of
from issuer.jobs.liveness import Watch
from issuer.jobs.pace import Pace
from issuer.model.batch import BatchState
from issuer.registry import agenda, batches, undecided, workers
from issuer.registry.batches import Batch
from issuer.registry.database import Database, Transaction
from issuer.registry.workers import Worker

if TYPE_CHECKING:
    from issuer.jobs.engine import Engine, Flight

UNDERSTUDY = "serve"
"""Kind of worker that stands back where another one lives."""
_LONGEST_S = 30.0
_QUICK_S = 0.05
_AGAIN_S = 60.0
_LOST_S = 5.0
"""So long may a job be between the queue and its begin, or between its end and the note of it."""
_TO_DO = frozenset({BatchState.QUEUED, BatchState.RUNNING})
_log = structlog.get_logger("testamur.jobs")


@dataclass
class Foreman:
    """Does the batches of an installation, in this process, until it is stopped."""

    job: Job
    database: Database
    worker: Worker
    pace: Pace
    watch: Watch
    is_understudy: bool = False
    """True: it does nothing while a worker of the other kind lives."""
    stopping: threading.Event = field(default_factory=threading.Event)
    _wake: threading.Event = field(default_factory=threading.Event)
    _engine: "Engine | None" = None
    _idle_since: float | None = None
    _positions: dict[str, int] = field(default_factory=dict)
    _ended: threading.Event = field(default_factory=threading.Event)
    _signed: dict[str, float] = field(default_factory=dict)
    _lost: dict[str, float] = field(default_factory=dict)

    def run(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Look after batches until `stop` or ``until`` says so; what is in hand is finished."""
        self._beat()
        beats = threading.Thread(target=self._beat_on, name="testamur-heartbeat", daemon=True)
        beats.start()
        pause_s = self.pace.look_s
        try:
            while not (self.stopping.is_set() or _says(until)):
                pause_s = self._looked(pause_s)
                self._wake.wait(pause_s)
                self._wake.clear()
                # Chunks that end in a row are answered together.
                self.stopping.wait(_QUICK_S)
        finally:
            self.stop()
            self._close()
            self._ended.set()
            beats.join()
            self._leave()

    def stop(self) -> None:
        """Begin nothing more; `run` returns when what is in hand is finished."""
        self.stopping.set()
        self._wake.set()

    def _looked(self, pause_s: float) -> float:
        try:
            self._look()
        except Exception as fault:  # noqa: BLE001 # Whatever it is: a worker that ends helps nobody.
            _log.warning("foreman", code=code_of(fault), waits_s=pause_s)
            return min(pause_s * 2, _LONGEST_S)
        return self.pace.look_s

    def _look(self) -> None:
        """Look once at all batches, and do what is to be done."""
        bench = self.job.bench
        with bench.read() as tx:
            unended, papers = batches.unended(tx), agenda.without_receipt(tx)
            ended, there = undecided.batches(tx), workers.listing(tx)
        others = [one for one in there if one.executor != self.worker.executor]
        dead = self.watch.dead(others, now=bench.now())
        alive = {one.executor for one in others} - dead
        if self.is_understudy and any(not _is_understudy(name) for name in alive):
            self._rest()
            return
        for batch in unended:
            if batch.state is BatchState.CANCELLED:
                self._void(batch)
        living = [batch for batch in unended if batch.state in _TO_DO]
        at = monotonic()
        papers = tuple(
            one for one in papers if one not in ended and self._signed.get(one, at) <= at
        )
        if not (living or papers or ended):
            self._rest()
            return
        self._idle_since = None
        engine = self._opened()
        self._manage(engine, living, ended, alive=alive)
        for batch_id in papers:
            # What hinders it is in the log; it is tried again now and then.
            self._signed[batch_id] = at + _AGAIN_S
            engine.enqueue_finish(batch_id)
        self._forget(dead)

    def _manage(
        self,
        engine: "Engine",
        living: Collection[Batch],
        ended: Collection[str],
        *,
        alive: set[str],
    ) -> None:
        flights = engine.flights()
        self._take_over(engine, flights, alive=alive)
        for batch_id in ended:
            of_slices = [one for one in flights if one.batch_id == batch_id and one.is_slice]
            self._follow(engine, batch_id, of_slices, hands=1 + len(alive))
        for batch in living:
            of_batch = [one for one in flights if one.batch_id == batch.id]
            try:
                self._fill(engine, batch, of_batch, hands=1 + len(alive))
            except IllegalTransition:
                # Somebody paused or cancelled it at this moment.
                continue

    def _take_over(
        self, engine: "Engine", flights: Collection["Flight"], *, alive: set[str]
    ) -> None:
        """Give others' chunks on if they are dead, and our own if we took and lost them."""
        me = self.worker.executor
        gone = {one.executor for one in flights if one.executor} - alive - {me}
        if gone:
            _log.info("take over", workers=len(gone))
            engine.take_over([name for name in gone if name])
        at = monotonic()
        mine = frozenset(one.id for one in flights if one.executor == me) - engine.in_hand
        self._lost = {job_id: self._lost.get(job_id, at) for job_id in mine}
        for job_id, since in self._lost.items():
            if at - since >= _LOST_S:
                engine.begin_again(job_id)

    def _fill(
        self, engine: "Engine", batch: Batch, flights: Collection["Flight"], *, hands: int
    ) -> None:
        """Enqueue so many chunks of a batch that nobody has to wait for one."""
        job, bench = self.job, self.job.bench
        if batch.state is BatchState.QUEUED:
            with bench.begin() as tx:
                job.verbs.start(tx, bench, batch.id)
        wanted = self._wanted(flights, hands=hands)
        if wanted <= 0:
            return
        flying = {one.number for one in flights if not one.is_slice}
        with bench.read() as tx:
            numbers = self._next(batch.id, tx=tx, flying=flying, wanted=wanted)
            is_over = not numbers and not flights and not agenda.is_open(tx, batch.id)
        if numbers:
            engine.enqueue(batch.id, numbers)
        elif is_over:
            self._positions.pop(batch.id, None)
            engine.enqueue_finish(batch.id)

    def _follow(
        self, engine: "Engine", batch_id: str, flights: Collection["Flight"], *, hands: int
    ) -> None:
        """As `_fill`, for the slices of a batch that has ended."""
        wanted = self._wanted(flights, hands=hands)
        if wanted <= 0:
            return
        flying = {one.number for one in flights}
        with self.job.bench.read() as tx:
            found = undecided.slices(tx, batch_id, after=0, most=wanted + len(flying))
        fresh = [number for number in found if number not in flying][:wanted]
        engine.enqueue_slices(batch_id, fresh)

    def _wanted(self, flights: Collection["Flight"], *, hands: int) -> int:
        queued = sum(one.executor is None for one in flights)
        return 2 * self.pace.concurrency * hands - queued

    def _next(
        self, batch_id: str, *, tx: Transaction, flying: set[int | None], wanted: int
    ) -> list[int]:
        after = self._positions.get(batch_id, 0)
        found = agenda.opened(tx, batch_id, after=after, most=wanted + len(flying))
        fresh = [number for number in found if number not in flying][:wanted]
        # Behind the last one it begins again: what was tried and not done is found on the way.
        self._positions[batch_id] = fresh[-1] if fresh else 0
        return fresh

    def _void(self, batch: Batch) -> None:
        """Void a slice of a cancelled batch; the next look voids the next one."""
        with self.job.bench.begin() as tx:
            if self.job.verbs.void_rest(tx, self.job.bench, batch.id):
                self._wake.set()

    def _opened(self) -> "Engine":
        if self._engine is None:
            from issuer.jobs.engine import Doing, Engine  # noqa: PLC0415 # Only who has work pays.

            attempts = Attempts(self.job, done=self._wake.set, stopping=self.stopping)
            engine = Engine(
                self.database,
                Doing(attempts.chunk, attempts.finish, attempts.stack),
                executor=self.worker.executor,
                concurrency=self.pace.concurrency,
            )
            engine.open()
            self._engine = engine
        return self._engine

    def _rest(self) -> None:
        """Nothing to do: close the engine when that lasts."""
        if self._engine is None or self._engine.in_hand:
            return
        at = monotonic()
        if self._idle_since is None:
            self._idle_since = at
        elif at - self._idle_since >= self.pace.linger_s:
            self._engine.sweep()
            self._close()

    def _close(self) -> None:
        engine, self._engine = self._engine, None
        self._idle_since = None
        if engine is not None:
            engine.close()

    def _beat_on(self) -> None:
        # Also while what is in hand is being finished: others must not take it over.
        while not self._ended.wait(self.pace.heartbeat_s):
            self._beat()

    def _beat(self) -> None:
        bench = self.job.bench
        try:
            with bench.begin() as tx:
                workers.beat(tx, replace(self.worker, seen_at=bench.now()))
        except TestamurError as fault:
            _log.warning("heartbeat", code=code_of(fault))

    def _forget(self, dead: Collection[str]) -> None:
        """Remove the rows of the dead: what they had in hand was given on before."""
        if dead:
            with self.job.bench.begin() as tx:
                for name in dead:
                    workers.leave(tx, name)

    def _leave(self) -> None:
        try:
            with self.job.bench.begin() as tx:
                workers.leave(tx, self.worker.executor)
        except TestamurError as fault:
            # Others notice by the silence.
            _log.warning("heartbeat", code=code_of(fault))


def _says(until: Callable[[], bool]) -> bool:
    try:
        return until()
    except TestamurError:
        # Who cannot be asked has not said so.
        return False


def _is_understudy(executor: str) -> bool:
    return executor.startswith(f"{UNDERSTUDY}/")
