"""What somebody of an organisation does with its batches: pause, resume, retry, cancel.

A batch of another organisation reads like one that is not there. What each does stands in
`issuer.services.cohort.control`; workers see the change by themselves.
"""

from enum import StrEnum

from issuer.registry import batches
from issuer.registry.batches import Batch
from issuer.registry.database import Transaction
from issuer.services import cohort
from issuer.services.workbench import Workbench


class Verb(StrEnum):
    """What can be done."""

    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"
    CANCEL = "cancel"


_DO = {
    Verb.PAUSE: cohort.pause,
    Verb.RESUME: cohort.resume,
    Verb.RETRY: cohort.retry,
    Verb.CANCEL: cohort.cancel,
}


def change(
    tx: Transaction, bench: Workbench, batch_id: str, *, organisation: str, verb: Verb, actor: str
) -> Batch:
    """Do it and return the batch; raises NotFound, IllegalTransition."""
    batch = batches.get(tx, organisation, batch_id)
    return _DO[verb](tx, bench, batch.id, actor=actor)
