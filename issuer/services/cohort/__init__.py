"""A cohort: the steps of one award, a chunk at a time, resumable after each commit.

``docs/explanation/issuance-cycle.md``. A batch is opened from a file (`open_batch`); then each
chunk is three transactions, `reserve`, `write_down` and `keep`, and between them `prepare` and
`seal`, which write nothing and can be done again. Whoever calls begins the transactions:
`issuer.jobs`, with the checkpoint of its engine in the same one. When it has ended, `stack` decides
what its learners complete, a slice of rows at a time, in transactions of its own.
"""

from issuer.services.cohort.control import (
    cancel,
    finish,
    pause,
    resume,
    retry,
    start,
    stop,
    void_rest,
)
from issuer.services.cohort.keeping import keep
from issuer.services.cohort.opening import Order, fingerprint, open_batch
from issuer.services.cohort.preparing import PreparedChunk, prepare, write_down
from issuer.services.cohort.reserving import reserve
from issuer.services.cohort.sealing import SealedChunk, seal
from issuer.services.cohort.stacking import pass_over, stack

__all__ = [
    "Order",
    "PreparedChunk",
    "SealedChunk",
    "cancel",
    "fingerprint",
    "finish",
    "keep",
    "open_batch",
    "pass_over",
    "pause",
    "prepare",
    "reserve",
    "resume",
    "retry",
    "seal",
    "stack",
    "start",
    "stop",
    "void_rest",
    "write_down",
]
