"""Many writers at once on one database: threads, and processes that share nothing but its URL."""

import concurrent.futures as cf
import datetime as dt
import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from issuer.errors import ListFull
from issuer.model.achievement import Achievement
from issuer.model.organisation import Organisation
from issuer.registry import audit, slots
from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database, Transaction
from tests.town.registrar import Registrar

T = TypeVar("T")
MASTER = bytes(range(32))


def at_once(work: Callable[[int], T], *, count: int = 8) -> list[T]:
    """Do ``work`` in that many threads, all starting together; returns what each returned."""
    barrier = threading.Barrier(count)

    def started(number: int) -> T:
        barrier.wait(30)
        return work(number)

    with cf.ThreadPoolExecutor(count) as pool:
        return list(pool.map(started, range(count)))


@dataclass(frozen=True)
class Desk:
    """What a process needs to issue at a desk of its own."""

    url: str
    organisation: Organisation
    course: Achievement
    at: dt.datetime
    length: int
    """Places of each list that a desk opens."""


def issue_at_desks(desk: Desk, *, desks: int, threads: int, each: int) -> list[tuple[int, int]]:
    """Issue ``desks`` × ``threads`` × ``each`` awards; returns every (list, index) given."""
    spawn = multiprocessing.get_context("spawn")
    with cf.ProcessPoolExecutor(desks, mp_context=spawn) as pool:
        jobs = [pool.submit(_at_desk, desk, number, threads, each) for number in range(desks)]
        return [place for job in jobs for place in job.result(120)]


def upgrade_at_desks(url: str, *, desks: int) -> None:
    """Bring one empty database to its newest schema, from several processes at once."""
    spawn = multiprocessing.get_context("spawn")
    with cf.ProcessPoolExecutor(desks, mp_context=spawn) as pool:
        for job in [pool.submit(_upgrade, url) for _ in range(desks)]:
            job.result(120)


def _upgrade(url: str) -> None:
    database = Database(url, cipher=RecordCipher(MASTER, os.urandom))
    database.upgrade()
    database.require_current()
    database.dispose()


def _at_desk(desk: Desk, number: int, threads: int, each: int) -> list[tuple[int, int]]:
    database = Database(desk.url, cipher=RecordCipher(MASTER, os.urandom))

    def issue(thread: int) -> list[tuple[int, int]]:
        registrar = Registrar(desk.organisation, desk.organisation, desk.course, desk.at)
        first = (number * threads + thread) * each
        return [_issue(database, registrar, desk, first + i) for i in range(each)]

    try:
        return [place for found in at_once(issue, count=threads) for place in found]
    finally:
        database.dispose()


def _issue(database: Database, registrar: Registrar, desk: Desk, number: int) -> tuple[int, int]:
    slug = desk.organisation.slug
    with database.begin() as tx:
        award = registrar.approve(tx, number)
        (lease,) = _lease(tx, desk)
        place = (lease.list_number, lease.first)
        slots.assign(tx, slug, list_number=place[0], index=place[1], award_id=award.id)
        audit.append(tx, audit.Entry(slug, desk.at, "desk", "issue.reserve", award.id))
    return place


def _lease(tx: Transaction, desk: Desk) -> tuple[slots.Lease, ...]:
    slug = desk.organisation.slug
    try:
        return slots.lease(tx, slug, count=1)
    except ListFull:
        slots.open_list(tx, slug, length=desk.length, seed=bytes(32), at=desk.at)
        return slots.lease(tx, slug, count=1)
