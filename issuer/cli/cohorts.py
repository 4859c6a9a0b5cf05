"""A confirmed batch on the command line: it is done, or watched, with a bar until it has ended.

Where a `testamur worker` lives this process only watches; elsewhere it does the work itself, and
goes on where it was when it is started again.
"""

import threading
import time
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from issuer.cli import terminal
from issuer.model.batch import BatchState

if TYPE_CHECKING:
    from issuer.bootstrap import House
    from issuer.services.follow import Followed

_LOOK_S = 0.2
_TENTH = 10
_WAITING = frozenset({BatchState.PAUSED, BatchState.STOPPED})


def follow_through(house: "House", slug: str, batch_id: str) -> "Followed":
    """Do a batch, or watch others do it, until it has ended or waits for somebody; tell how far.

    Ctrl-C finishes what is in hand; raises KeyboardInterrupt then.
    """
    from issuer import bootstrap  # noqa: PLC0415 # Verbs that issue nothing do not pay for it.

    if bootstrap.is_worked_on(house):
        terminal.say("A worker is there and does it; this only watches. Ctrl-C leaves it alone.")
        return _watched(house, slug, batch_id)
    stopping = threading.Event()
    hands = threading.Thread(
        target=bootstrap.work_on, args=(house, batch_id), kwargs={"stopping": stopping}
    )
    hands.start()
    try:
        return _watched(house, slug, batch_id, hands=hands)
    finally:
        stopping.set()
        hands.join()


def _watched(
    house: "House", slug: str, batch_id: str, *, hands: threading.Thread | None = None
) -> "Followed":
    from issuer.services import follow  # noqa: PLC0415 # As above.

    def look() -> "Followed":
        with house.bench.read() as tx:
            return follow.progress(tx, slug, batch_id)

    shown = _Bar(look())
    with shown.progress:
        while True:
            found = look()
            shown.show(found)
            if _is_over(found) or (hands is not None and not hands.is_alive()):
                return look()
            time.sleep(_LOOK_S)


def _is_over(found: "Followed") -> bool:
    return found.batch.has_ended or found.batch.state in _WAITING


class _Bar:
    """A bar on a terminal, and a line for each tenth elsewhere."""

    def __init__(self, found: "Followed") -> None:
        self._told = -1
        self.progress = Progress(
            TextColumn("Issuing"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=terminal.err,
            transient=True,
            disable=not terminal.err.is_terminal,
        )
        self._task = self.progress.add_task("issuing", total=found.to_do)

    def show(self, found: "Followed") -> None:
        """Say how far it is."""
        self.progress.update(self._task, completed=found.done, total=found.to_do)
        tenth = found.done * _TENTH // found.to_do if found.to_do else _TENTH
        if tenth != self._told and not terminal.err.is_terminal:
            terminal.warn(f"Issuing: {found.done} of {found.to_do}")
        self._told = tenth
