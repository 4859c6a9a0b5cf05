"""A worker of an installation: the foreman of this process, with the real clock and real chance.

Which other processes of this machine are there is asked of the operating system. The durable engine
is not loaded here: the foreman does that when there is work.
"""

import os
import platform
import re
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from threading import Event
from time import monotonic
from typing import Literal

from issuer.bootstrap.clock import chance, now
from issuer.bootstrap.house import House
from issuer.jobs.alone import MOST_CHUNKS, run_alone
from issuer.jobs.chunk import Job
from issuer.jobs.foreman import UNDERSTUDY, Foreman
from issuer.jobs.liveness import Watch
from issuer.jobs.pace import Pace
from issuer.model.batch import UNFINISHED, BatchState
from issuer.registry import agenda, batches, undecided, workers
from issuer.registry.workers import Worker
from issuer.services import cohort
from issuer.services.crew import Alone
from issuer.services.receipt import write_receipt
from issuer.settings import Settings

_A_FEW = 20
Kind = Literal["worker", "issue", "serve"]


def foreman(house: House, *, kind: Kind) -> Foreman:
    """The foreman of this process; ``serve`` stands back where another worker lives."""
    settings, begun = house.settings, now()
    pace = Pace(
        concurrency=settings.jobs_concurrency,
        heartbeat_s=settings.jobs_heartbeat,
        dead_after_s=settings.jobs_dead_after,
    )
    executor = f"{kind}/{_machine()}/{os.getpid()}/{chance(4).hex()}"
    return Foreman(
        Job(cohort, house.bench, write_receipt),
        house.database,
        Worker(executor, version("testamur"), begun, begun),
        pace,
        watch(settings),
        is_understudy=kind == UNDERSTUDY,
    )


def worked_on(house: House) -> Callable[[], bool]:
    """Whether a `testamur worker` of this installation lives; to be asked again and again."""
    looks = watch(house.settings)

    def is_there() -> bool:
        with house.bench.read() as tx:
            there = workers.listing(tx)
        dead = looks.dead(there, now=now())
        return any(one.executor.startswith("worker/") and one.executor not in dead for one in there)

    return is_there


def work_on(house: House, batch_id: str, *, stopping: Event) -> None:
    """Do a batch in this process until it has ended, waits for somebody, or ``stopping`` is set."""
    with house.bench.read() as tx:
        numbers = agenda.opened(tx, batch_id, after=0, most=MOST_CHUNKS + 1)
        rows = sum(batches.counts(tx, batch_id)[state] for state in UNFINISHED)
    if len(numbers) > MOST_CHUNKS:
        foreman(house, kind="issue").run(
            until=lambda: stopping.is_set() or _is_over(house, batch_id)
        )
        return
    # Processes of their own are worth their start for more than a few.
    bench = replace(house.bench, crew=Alone()) if rows <= _A_FEW else house.bench
    run_alone(Job(cohort, bench, write_receipt), batch_id, stopping=stopping)


def _is_over(house: House, batch_id: str) -> bool:
    with house.bench.read() as tx:
        batch, follows = batches.find(tx, batch_id), undecided.left(tx, batch_id)
    if batch.has_ended:
        return not follows
    return batch.state in {BatchState.PAUSED, BatchState.STOPPED}


def watch(settings: Settings) -> Watch:
    """A watch over the workers of an installation."""
    # Before a file of SQLite everybody is on this machine; elsewhere two may share its name.
    is_gone = _is_gone if settings.database.startswith("sqlite") else _unknown
    return Watch(settings.jobs_dead_after, monotonic, is_gone)


def _machine() -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", platform.node())[:60] or "machine"


def _unknown(_executor: str) -> bool:
    return False


def _is_gone(executor: str) -> bool:
    _, machine, process, _ = executor.split("/")
    if machine != _machine():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        # It is there, and somebody else's.
        return False
    return False
