"""One try at a job, and what its failure means for the batch.

`issuer.jobs.faults` says which errors pass, which pause a batch and which stop it. What the engine
itself raises to end a try that another worker has taken over is none of them, and goes on up.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from issuer.errors import IllegalTransition, TestamurError
from issuer.jobs.chunk import Job, Steps, run_chunk, run_finish, run_stack
from issuer.jobs.faults import Answer, answer, code_of, reason_of

ACTOR = "worker"
_FIRST_S, _LONGEST_S = 0.25, 10.0
_log = structlog.get_logger("testamur.jobs")


@dataclass(frozen=True)
class _Place:
    """What is tried: a chunk of a batch, a slice of it, or, without a number, its end."""

    batch_id: str
    number: int | None
    tries: int
    is_slice: bool = False


@dataclass
class Attempts:
    """The tries of one process; those that fail in a row wait longer and longer."""

    job: Job
    done: Callable[[], None]
    """Called at the end of every try: there may be more to do."""
    stopping: threading.Event = field(default_factory=threading.Event)
    _failed: int = 0

    def chunk(self, steps: Steps, batch_id: str, *, number: int, tries: int) -> str:
        """Try a chunk; returns what came of it."""
        return self._try(
            lambda: run_chunk(steps, self.job, batch_id, number=number),
            _Place(batch_id, number, tries),
        )

    def finish(self, batch_id: str, *, tries: int) -> str:
        """Try to end a batch."""
        return self._try(lambda: run_finish(self.job, batch_id), _Place(batch_id, None, tries))

    def stack(self, batch_id: str, *, number: int, tries: int) -> str:
        """Try to decide what the learners of a slice complete; hindered, it is passed over."""
        place = _Place(batch_id, number, tries, is_slice=True)
        return self._try(lambda: run_stack(self.job, batch_id, number=number), place)

    def _try(self, what: Callable[[], str], place: _Place) -> str:
        try:
            done = what()
        except Exception as fault:  # noqa: BLE001 # The last door of a job: the batch is told.
            done = self._failed_with(fault, place)
        else:
            self._failed = 0
        self.done()
        return done

    def _failed_with(self, fault: Exception, place: _Place) -> str:
        what, batch_id = answer(fault, tries=place.tries), place.batch_id
        if what is Answer.DROP:
            return str(what)
        kind = "slice" if place.is_slice else "chunk"
        named = {"batch": batch_id, kind: place.number}
        _log.warning("job", **named, code=code_of(fault), answer=str(what))
        if what in {Answer.PAUSE, Answer.STOP} and not self._told(place, what, fault):
            what = Answer.AGAIN
        if what is Answer.AGAIN:
            self._failed += 1
            self.stopping.wait(min(_FIRST_S * 2 ** min(self._failed, 8), _LONGEST_S))
        return str(what)

    def _told(self, place: _Place, what: Answer, fault: Exception) -> bool:
        """Note in the batch why it does not go on; False where that cannot be noted either."""
        verbs, bench, batch_id = self.job.verbs, self.job.bench, place.batch_id
        reason = reason_of(fault)
        try:
            with bench.begin() as tx:
                if place.is_slice:
                    # It holds up neither the other slices nor the receipt.
                    verbs.pass_over(tx, bench, batch_id, number=place.number, code=code_of(fault))
                elif what is Answer.STOP:
                    verbs.stop(tx, bench, batch_id, reason=reason)
                else:
                    verbs.pause(tx, bench, batch_id, actor=ACTOR, reason=reason)
        except IllegalTransition:
            # It does not go on already: the first reason stands.
            return True
        except TestamurError as refused:
            _log.warning("job", batch=batch_id, code=code_of(refused), answer="not told")
            return False
        return True
