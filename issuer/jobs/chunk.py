"""What a job is: a chunk of a batch in three steps, the end of a batch, and what follows it.

``docs/explanation/issuance-cycle.md``, "A chunk". Each step commits its rows and the engine's
checkpoint in one transaction; between them everything is computed, and computed again after a
crash. A job is one try: what fails ends it, and `issuer.jobs.foreman` begins another. This module
does not know dbos, and nothing of a batch but ids passes through it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from issuer.registry import batches, undecided
from issuer.registry.database import Transaction
from issuer.services.workbench import Workbench

SHAPE = "3"
"""Which jobs there are, which steps a job has, in which order, and what each answers. Jobs of
another shape are left to the processes that know it, and their chunks are begun anew. Raise it when
`STEPS` changes, or the meaning of what a step answers, or when there is a job of another kind; an
upgrade that changes anything else goes on where it was."""
STEPS = ("reserve", "write_down", "keep")
"""The steps of this shape. Each answers how many it was about, and nothing depends on that."""
DONE = "done"
"""What a job answers that came to its end."""
MORE = "more"
"""What a job answers that came to its end, where it is still to be decided what learners
completed."""

Step = Callable[[Transaction], object]
Steps = Callable[[str, Step], object]
"""Runs the step of a name: its rows and its checkpoint are committed, or neither."""


class Verbs(Protocol):
    """What is done to batches: `issuer.services.cohort`. Each verb finds out what is done already.

    They raise IllegalTransition or Conflict where somebody else went on, or the batch goes on no
    more.
    """

    @property
    def reserve(self) -> Callable[..., object]:
        """Lease places for the rows of a chunk that wait: ``(tx, bench, batch_id, chunk=)``."""

    @property
    def prepare(self) -> Callable[..., Any]:
        """Compose, lint and prepare, and write no row: ``(bench, batch_id, chunk=)``."""

    @property
    def write_down(self) -> Callable[..., object]:
        """Write down what will be signed: ``(tx, bench, batch_id, chunk=, prepared=)``."""

    @property
    def seal(self) -> Callable[..., Any]:
        """Sign, and check what was signed: ``(bench, batch_id, chunk=, prepared=)``."""

    @property
    def keep(self) -> Callable[..., object]:
        """Keep what was sealed: ``(tx, bench, batch_id, chunk=, sealed=)``."""

    @property
    def start(self) -> Callable[[Transaction, Workbench, str], object]:
        """A worker takes the batch up."""

    @property
    def pause(self) -> Callable[..., object]:
        """It waits for somebody to mend something."""

    @property
    def stop(self) -> Callable[..., object]:
        """Our own checks found a difference."""

    @property
    def void_rest(self) -> Callable[[Transaction, Workbench, str], bool]:
        """Void a slice of a batch that was cancelled; whether there may be more."""

    @property
    def finish(self) -> Callable[[Transaction, Workbench, str], object]:
        """End a batch of which every row is at its end."""

    @property
    def stack(self) -> Callable[..., bool]:
        """Decide what the learners of a slice complete: ``(bench, batch_id, number=)``.

        Whether that was the last slice. What was decided before is found again.
        """

    @property
    def pass_over(self) -> Callable[..., object]:
        """Leave a slice undecided and note why: ``(tx, bench, batch_id, number=, code=)``."""


@dataclass(frozen=True)
class Job:
    """What the jobs of a process are done with."""

    verbs: Verbs
    bench: Workbench
    receipt: Callable[[Workbench, str], object]
    """Signs the receipt of a batch that has ended, unless it has one."""


def run_chunk(steps: Steps, job: Job, batch_id: str, *, number: int) -> str:
    """Take one chunk from waiting to kept. Raises whatever hinders it."""
    verbs, bench = job.verbs, job.bench
    where: Any = {"bench": bench, "batch_id": batch_id, "chunk": number}
    # 1. Reserve: a place for each award.
    steps(STEPS[0], lambda tx: _count(verbs.reserve(tx, **where)))
    prepared = verbs.prepare(**where)
    # 2. Write down what will be signed.
    steps(STEPS[1], lambda tx: _count(verbs.write_down(tx, **where, prepared=prepared)))
    sealed = verbs.seal(**where, prepared=prepared)
    # 3. Keep what was sealed, as it is.
    steps(STEPS[2], lambda tx: _count(verbs.keep(tx, **where, sealed=sealed)))
    return DONE


def run_finish(job: Job, batch_id: str) -> str:
    """End a batch of which every row is at its end; sign its receipt unless something follows."""
    with job.bench.begin() as tx:
        if not batches.find(tx, batch_id).has_ended:
            job.verbs.finish(tx, job.bench, batch_id)
        if undecided.left(tx, batch_id):
            # Before the receipt: a batch without one is taken up again.
            return MORE
    job.receipt(job.bench, batch_id)
    return DONE


def run_stack(job: Job, batch_id: str, *, number: int) -> str:
    """Decide what the learners of a slice complete; the last one of a batch signs the receipt."""
    is_last = job.verbs.stack(job.bench, batch_id, number=number)
    return run_finish(job, batch_id) if is_last else MORE


def _count(answered: object) -> int | None:
    # Whatever else a verb may answer one day is not for the engine's tables.
    return answered if isinstance(answered, int) else None
