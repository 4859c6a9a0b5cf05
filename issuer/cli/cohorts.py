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
_DECIDING = "Deciding what is completed"
_WAITING = frozenset({BatchState.PAUSED, BatchState.STOPPED})


def follow_through(house: "House", slug: str, batch_id: str) -> "Followed":
    """Do a batch, or watch others do it, until it has ended or waits for somebody; tell how far.

    What its learners completed is a batch of its own, which is done behind it.
    """
    from issuer.services import lined_up  # noqa: PLC0415 # Verbs that issue nothing do not pay for it.

    found = _through(house, slug, batch_id)
    with house.bench.read() as tx:
        completed = lined_up.living(tx, found.batch) if found.is_over else None
    if completed is not None:
        done = follow_through(house, slug, completed.id)
        tell(done)
    return found


def tell(found: "Followed") -> None:
    """Print the state of a batch and its counts."""
    batch = found.batch
    why = f" {batch.reason}" if batch.reason else ""
    terminal.say(terminal.plain(f"{batch.id} is {batch.state}.{why}"))
    if found.undecided:
        terminal.say(f"What its learners complete is being decided: {found.undecided} rows to go.")
    rows = [
        (str(state).replace("_", " "), str(count)) for state, count in found.counts.items() if count
    ]
    terminal.table(batch.source, header=("rows", "number"), rows=rows)


def _through(house: "House", slug: str, batch_id: str) -> "Followed":
    """Follow one batch.

    A worker that dies meanwhile is not waited for. Ctrl-C finishes what is in hand; raises
    KeyboardInterrupt then.
    """
    from issuer import bootstrap  # noqa: PLC0415 # Verbs that issue nothing do not pay for it.
    from issuer.bootstrap.logs import log  # noqa: PLC0415 # As above.
    from issuer.services import follow  # noqa: PLC0415 # As above.

    def look() -> "Followed":
        with house.bench.read() as tx:
            return follow.progress(tx, slug, batch_id)

    log("warning")
    hands, worked_on = _Hands(house, batch_id), bootstrap.worked_on(house)
    shown = _Bar(look())
    try:
        with shown.progress:
            while not _is_over(found := look()) and not hands.are_done:
                shown.show(found)
                if not hands.are_at_work and not worked_on():
                    hands.begin()
                time.sleep(_LOOK_S)
    finally:
        hands.stop()
    shown.show(found := look())
    return found


class _Hands:
    """This process's own work on a batch, in a thread of its own."""

    def __init__(self, house: "House", batch_id: str) -> None:
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._what = (house, batch_id)

    @property
    def are_at_work(self) -> bool:
        return self._thread is not None

    @property
    def are_done(self) -> bool:
        return self._thread is not None and not self._thread.is_alive()

    def begin(self) -> None:
        from issuer import bootstrap  # noqa: PLC0415 # As above.

        self._thread = threading.Thread(
            target=bootstrap.work_on, args=self._what, kwargs={"stopping": self._stopping}
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()


def _is_over(found: "Followed") -> bool:
    return found.is_over or found.batch.state in _WAITING


class _Bar:
    """A bar on a terminal, and a line for each tenth elsewhere."""

    def __init__(self, found: "Followed") -> None:
        self._told, self._is_deciding = -1, False
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=terminal.err,
            transient=True,
            disable=not terminal.err.is_terminal,
        )
        self._task = self.progress.add_task("Issuing", total=found.to_do)

    def show(self, found: "Followed") -> None:
        """Say how far it is."""
        if found.batch.has_ended and found.undecided:
            self._show_deciding(found)
            return
        self.progress.update(self._task, completed=found.done, total=found.to_do)
        tenth = found.done * _TENTH // found.to_do if found.to_do else _TENTH
        if tenth != self._told and not terminal.err.is_terminal:
            terminal.warn(f"Issuing: {found.done} of {found.to_do}")
        self._told = tenth

    def _show_deciding(self, found: "Followed") -> None:
        rows = sum(found.counts.values())
        done = rows - found.undecided
        self.progress.update(self._task, description=_DECIDING, completed=done, total=rows)
        if not (self._is_deciding or terminal.err.is_terminal):
            terminal.warn(f"{_DECIDING}: {found.undecided} rows to go")
        self._is_deciding = True
