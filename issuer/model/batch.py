"""A batch: one file of results that becomes credentials, whatever fails on the way.

*Batch*: staging → queued → running ⇄ paused → done; stopped where our own checks found a
difference; cancelled by a person. *Row*: waiting → written → kept, or failed, or voided; reserved
is what an older program had begun. What is sealed stays sealed in every state. This module stores
nothing.
"""

from collections.abc import Mapping
from enum import StrEnum

from issuer.errors import IllegalTransition
from issuer.model.award import base32


class BatchState(StrEnum):
    """Where a batch stands."""

    STAGING = "staging"
    """Its rows are being taken in; sent again, the same file goes on where it was."""
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    """Chunks that were begun are finished, no further one begins."""
    STOPPED = "stopped"
    """Something is wrong that a person has to look at; the reason says what."""
    CANCELLED = "cancelled"
    """What was sealed stays, the rest is voided."""
    DONE = "done"


class RowState(StrEnum):
    """What became of a row of the file."""

    WAITING = "waiting"
    RESERVED = "reserved"
    WRITTEN = "written"
    KEPT = "kept"
    """Its documents are sealed and kept, or written down where somebody else seals them."""
    ALREADY = "already"
    """The very same result was issued before."""
    NOT_PASSED = "not_passed"
    UNKNOWN = "unknown"
    """Nobody has said whether it was passed; unknown never issues."""
    REFUSED = "refused"
    """It could not be read."""
    FAILED = "failed"
    VOIDED = "voided"
    """The batch was cancelled before it was sealed."""


UNFINISHED = frozenset({RowState.WAITING, RowState.RESERVED, RowState.WRITTEN})

_S = BatchState
_STEPS: Mapping[BatchState, frozenset[BatchState]] = {
    _S.STAGING: frozenset({_S.QUEUED, _S.CANCELLED}),
    _S.QUEUED: frozenset({_S.RUNNING, _S.PAUSED, _S.STOPPED, _S.CANCELLED}),
    _S.RUNNING: frozenset({_S.PAUSED, _S.STOPPED, _S.CANCELLED, _S.DONE}),
    _S.PAUSED: frozenset({_S.QUEUED, _S.CANCELLED}),
    _S.STOPPED: frozenset({_S.QUEUED, _S.CANCELLED}),
    _S.CANCELLED: frozenset(),
    # Rows that failed may be tried again: then it is not done any more.
    _S.DONE: frozenset({_S.QUEUED}),
}


def step_batch(now: BatchState, to: BatchState) -> BatchState:
    """Return ``to`` if a batch may go there from ``now``; raise IllegalTransition otherwise."""
    if to not in _STEPS[now]:
        steps = ", ".join(sorted(_STEPS[now])) or "none, this state is final"
        msg = f"this batch is {now} and cannot become {to}; possible from here: {steps}"
        raise IllegalTransition(msg, now=str(now), to=str(to))
    return to


def batch_id(chance: bytes) -> str:
    """Make the id of a batch, ``batch-7q4m2kxd9rvt5hzc``, from 10 random bytes."""
    return f"batch-{base32(chance).lower()}"
