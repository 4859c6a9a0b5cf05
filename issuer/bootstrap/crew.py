"""The crew of a cohort: processes that compose what takes long, and hold no key.

`concurrent.futures` with fresh processes (``spawn``): nothing of this process's memory is in them.
They are started when first needed, end with this process however it ends, and one that breaks down
is replaced.
"""

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Lock, Thread
from typing import TypeVar

from issuer.bootstrap.collecting import collect_seldom
from issuer.errors import NotReady

A = TypeVar("A")
B = TypeVar("B")
_TRIES = 2


class Processes:
    """A `issuer.services.crew.Crew` of ``size`` processes; usable from many threads."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._lock = Lock()
        self._pool: ProcessPoolExecutor | None = None

    def run(self, work: Callable[[A], B], values: Sequence[A]) -> list[B]:
        """``work`` of each value, in order; raises what it raises, NotReady where processes die."""
        for _ in range(_TRIES):
            pool = self._opened()
            try:
                return list(pool.map(work, values))
            except BrokenProcessPool:
                self._drop(pool)
        # Not as busy: a document that kills whoever composes it does so each time.
        msg = "The processes that compose broke down twice. See the system's log."
        raise NotReady(msg)

    def close(self) -> None:
        """End the processes; what was asked and is not done is given up."""
        if self._pool is not None:
            self._drop(self._pool)

    def _opened(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    self.size, mp_context=get_context("spawn"), initializer=_begin
                )
            return self._pool

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:  # pragma: no cover  # Runs in its own process.
    collect_seldom()
    # An interrupt at the terminal is the parent's business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:  # pragma: no cover  # As above.
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
