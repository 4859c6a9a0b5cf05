"""Which workers live: each says so every few seconds, in a row of its own.

A worker that dies leaves its row behind and is noticed by its silence (`issuer.jobs.liveness`).
Names are of machines and processes, not of people.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from issuer.registry.database import Transaction
from issuer.registry.inserting import put
from issuer.registry.tables import workers

_C = workers.c


@dataclass(frozen=True)
class Worker:
    """A process that does jobs."""

    executor: str
    """Kind, machine, process and chance: ``worker/host/4711/9f3c``."""
    version: str
    """Of the program."""
    started_at: dt.datetime
    seen_at: dt.datetime


def beat(tx: Transaction, worker: Worker) -> None:
    """Say that a worker lives."""
    values = {
        "executor": worker.executor,
        "version": worker.version,
        "started_at": worker.started_at,
        "seen_at": worker.seen_at,
    }
    put(tx, workers, values, kept=("started_at",))


def listing(tx: Transaction) -> tuple[Worker, ...]:
    """Every worker that has not said goodbye, the longest there first."""
    rows = tx.connection.execute(sa.select(workers).order_by(_C.started_at, _C.executor))
    return tuple(Worker(r.executor, r.version, r.started_at, r.seen_at) for r in rows)


def leave(tx: Transaction, executor: str) -> None:
    """Remove a worker that ends, or that was found dead and whose jobs were given to others."""
    tx.connection.execute(workers.delete().where(_C.executor == executor))
