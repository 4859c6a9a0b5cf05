"""``testamur worker``: issues what was confirmed, until it is told to stop."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from issuer.cli import terminal
from issuer.cli.opening import Home, opened

_STOPS = (signal.SIGTERM, signal.SIGINT)


def worker(*, home: Home = None) -> None:
    """Do confirmed batches until Ctrl-C or SIGTERM; what is in hand is finished first."""
    from issuer import bootstrap  # noqa: PLC0415 # Verbs that open nothing do not pay for it.
    from issuer.bootstrap.logs import log  # noqa: PLC0415 # As above.

    with opened(home) as house:
        log(house.settings.log_level)
        foreman = bootstrap.foreman(house, kind="worker")
        terminal.warn(f"Working as {foreman.worker.executor}. Stop with Ctrl-C or SIGTERM.")
        with _told_to_stop(foreman.stop):
            foreman.run()
    terminal.warn("Stopped. What was begun is finished; other workers, or the next one, go on.")


@contextmanager
def _told_to_stop(stop: Any) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: stop()) for number in _STOPS}
    try:
        yield
    finally:
        for number, how in before.items():
            signal.signal(number, how)
