"""Who finishes an open batch elsewhere: the durable engine, or processes that drive our verbs.

They are started once and live through the rounds, so that their start is in none of them.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from issuer.errors import SelfCheckFailed
from issuer.model.batch import BatchState
from issuer.registry import batches
from issuer.registry.batches import Batch
from issuer.settings import Settings
from tests.bench import fast
from tests.bench.counterpart import Counterpart
from tests.bench.premises import ROOT, SECRET, Premises

_POLL_S = 0.05
_LONGEST_S = 3600.0
_OVER = {BatchState.STOPPED, BatchState.PAUSED, BatchState.CANCELLED}


class Workers(Protocol):
    """Finish a batch that is queued."""

    @property
    def told(self) -> str:
        """Who they are, in words."""
        ...

    @property
    def pids(self) -> tuple[int, ...]:
        """Their processes."""
        ...

    def finish(self, place: Premises, batch: Batch) -> None:
        """Do every chunk and the end."""
        ...


@dataclass(frozen=True)
class Engine:
    """So many ``testamur worker``; they find the batch themselves."""

    pids: tuple[int, ...]

    @property
    def told(self) -> str:
        """Who they are, in words."""
        return f"durable engine, `testamur worker` as {len(self.pids)} processes"

    def finish(self, place: Premises, batch: Batch) -> None:
        """Wait until the batch is done."""
        until = time.monotonic() + _LONGEST_S
        while time.monotonic() < until:
            with place.bench.read() as tx:
                state = batches.find(tx, batch.id).state
            if state is BatchState.DONE:
                return
            if state in _OVER:
                break
            time.sleep(_POLL_S)
        msg = f"{batch.id} was not finished: see the workers' log"
        raise SelfCheckFailed(msg)


@dataclass(frozen=True)
class Hands:
    """Processes of ours, each with its share of the chunks, without a durable engine."""

    processes: tuple[Counterpart, ...]

    @property
    def told(self) -> str:
        """Who they are, in words."""
        return f"{len(self.processes)} processes, without the durable engine"

    @property
    def pids(self) -> tuple[int, ...]:
        """Their processes."""
        return tuple(hand.pid for hand in self.processes)

    def finish(self, place: Premises, batch: Batch) -> None:
        """Give each process its share and wait."""
        place.start(batch.id)
        numbers = place.chunks(batch.id)
        for share, hand in enumerate(self.processes):
            mine = numbers[share :: len(self.processes)]
            hand.tell({"batch": batch.id, "chunks": mine})
        for hand in self.processes:
            hand.hear()
        place.finish(batch.id)


@contextmanager
def workers(settings: Settings, *, count: int, log: Path) -> Iterator[Workers]:
    """The durable engine where there is one, else hands."""
    with ExitStack() as stack:
        if fast.has_engine():
            pids = [stack.enter_context(_worker(settings, log)) for _ in range(count)]
            yield Engine(tuple(pids))
            return
        command = [sys.executable, "-m", "tests.bench.hand", settings.model_dump_json()]
        hands = [Counterpart(command, folder=ROOT) for _ in range(count)]
        for hand in hands:
            stack.enter_context(hand)
            hand.ask({"batch": "", "chunks": []})
        yield Hands(tuple(hands))


@contextmanager
def _worker(settings: Settings, log: Path) -> Iterator[int]:
    program = Path(sys.executable).with_name("testamur")
    with log.open("a", encoding="utf-8") as file:
        process = subprocess.Popen(
            [str(program), "worker", "--home", str(settings.home)],
            env=environment(settings),
            stdout=file,
            stderr=file,
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(timeout=120)


def environment(settings: Settings) -> dict[str, str]:
    """What a ``testamur`` of another process needs to see the same settings."""
    found = {
        **os.environ,
        "TESTAMUR_PASSPHRASE": SECRET,
        "TESTAMUR_BASE_URL": settings.base_url,
        "TESTAMUR_ISSUE_PROCESSES": str(settings.issue_processes),
    }
    if settings.database_url is not None:
        found["TESTAMUR_DATABASE_URL"] = settings.database_url
    return found
