"""What becomes of a batch when a chunk fails: it goes on by itself, waits, or is stopped.

Only the code of an error counts, because that is all the engine keeps of one. This module knows
neither dbos nor a database.
"""

from collections.abc import Iterator
from enum import StrEnum


class Answer(StrEnum):
    """What a fault means for the batch."""

    DROP = "drop"
    """Somebody else did it: nothing to do."""
    AGAIN = "again"
    """It passes: the chunk is tried again, after a while."""
    PAUSE = "pause"
    """Somebody has to mend something first: the batch waits, with the reason."""
    STOP = "stop"
    """Our own checks found a difference: nothing more is issued, with the reason."""


class Recorded(Exception):
    """An error of an earlier run of the same step, of which only the code was kept."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = f"An earlier try ended with {code}."


_DROP = frozenset({"state.conflict", "state.transition", "state.still_running"})
_STOP = frozenset({"issue.batch_stopped", "issue.self_check", "verify.not_passed"})
# What a database says of itself: another writer, no room, no server. It passes, or there is nothing
# into which a reason could be written.
_AGAIN = frozenset(
    {
        "busy",
        "python.DBAPIError",
        "python.InterfaceError",
        "python.OperationalError",
        "python.TimeoutError",
    }
)
# What often passes: an authority that does not answer, a worker of the pool that was killed.
_A_FEW = ("state.not_ready", "issue.timestamp", "issue.evidence", "jsonld.deadline", "python.")
_PYTHON = "python."
_TRIES = 3


def code_of(fault: BaseException) -> str:
    """The stable code of one of our errors, or the name of the class of another one."""
    code = getattr(fault, "code", None)
    # SQLAlchemy's errors have a code too, which points to its own pages.
    of_ours = isinstance(code, str) and hasattr(fault, "message")
    return str(code) if of_ours else f"{_PYTHON}{type(fault).__name__}"


def answer(fault: BaseException, *, tries: int) -> Answer:
    """What to do about an error; ``tries`` counts how often this chunk was tried before."""
    code = code_of(fault)
    if code in _DROP:
        return Answer.DROP
    if code in _STOP:
        return Answer.STOP
    if _AGAIN & {code_of(one) for one in _causes(fault)}:
        return Answer.AGAIN
    return Answer.AGAIN if code.startswith(_A_FEW) and tries < _TRIES else Answer.PAUSE


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__


def reason_of(fault: BaseException) -> str:
    """Code and sentence, as the batch keeps and shows them; of an error that is not ours no text.

    The sentences of our own errors hold no personal data; others' may.
    """
    code = code_of(fault)
    said = "" if code.startswith(_PYTHON) else str(getattr(fault, "message", ""))
    return f"{code}: {said}" if said else f"{code}: a fault that nobody expected; see the log."
