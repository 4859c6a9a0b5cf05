"""A batch of a chunk or two, done by whoever confirmed it: without a queue and without the engine.

The steps are the same and each is a transaction, so that a crash loses nothing: the batch waits in
our rows for whoever looks after it next. Larger ones are for `issuer.jobs.foreman`.
"""

from threading import Event

from issuer.errors import IllegalTransition
from issuer.jobs.attempt import Attempts
from issuer.jobs.chunk import DONE, MORE, Job, Step
from issuer.jobs.faults import Answer
from issuer.registry import agenda, undecided

MOST_CHUNKS = 2
_MOST_CHANGES = 3
_CHANGED_S = 0.2


def run_alone(job: Job, batch_id: str, *, stopping: Event) -> None:
    """Do what is left of a batch, one chunk after the other; faults are noted in the batch."""
    bench, tries = job.bench, 0
    attempts = Attempts(job, done=lambda: None, stopping=stopping)

    def steps(_name: str, step: Step) -> object:
        with bench.begin() as tx:
            return step(tx)

    try:
        with bench.begin() as tx:
            job.verbs.start(tx, bench, batch_id)
    except IllegalTransition:
        # Somebody paused or cancelled it, or another worker has ended it.
        return
    while not stopping.is_set():
        with bench.read() as tx:
            left = agenda.opened(tx, batch_id, after=0, most=1)
            follows = undecided.slices(tx, batch_id, after=0, most=1)
        if left:
            answered = attempts.chunk(steps, batch_id, number=left[0], tries=tries)
        elif follows:
            answered = attempts.stack(batch_id, number=follows[0], tries=tries)
        else:
            answered = attempts.finish(batch_id, tries=tries)
        # Somebody else changed something of the chunk: what is left of it is begun again.
        is_changed = bool(left) and answered == Answer.DROP and tries < _MOST_CHANGES
        if is_changed:
            stopping.wait(_CHANGED_S)
        elif _is_over(answered, is_chunk=bool(left), is_slice=bool(follows)):
            return
        tries = tries + 1 if is_changed or answered == Answer.AGAIN else 0


def _is_over(answered: str, *, is_chunk: bool, is_slice: bool) -> bool:
    """Whether there is nothing more to do, or nothing that can be done."""
    if answered in {Answer.AGAIN, MORE}:
        return False
    if is_chunk:
        return answered in set(Answer)
    # A slice that was passed over holds up nothing.
    return not is_slice or answered in {DONE, Answer.DROP}
