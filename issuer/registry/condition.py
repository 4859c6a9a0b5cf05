"""In what condition the database is: what `testamur db check` says, a sentence a finding.

PostgreSQL (https://www.postgresql.org/docs/current/runtime-config-wal.html), SQLite
(https://www.sqlite.org/wal.html: not over a network file system). It reads, and writes one row that
it takes back. Nothing is mended here.
"""

import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from issuer.errors import TestamurError
from issuer.registry import audit, organisations, schema
from issuer.registry.database import Database, Transaction
from issuer.registry.tables import seen_keys, workers

Clock = Callable[[], dt.datetime]
MOUNTS = Path("/proc/self/mounts")
LEAST_FREE = 1024**3
"""Bytes that should be free where the database or the published lists lie: 1 GiB."""
MOST_SKEW_S = 2.0
"""Seconds by which the clocks of the database and of this machine may differ."""
LIVING_S = 30
"""A worker that was not seen for so many seconds is taken for dead."""
_OLDEST_SQLITE = (3, 37)
_OLDEST_POSTGRESQL = 140_000
_NETWORKED = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.glusterfs", "ceph",
     "fuse.ceph", "lustre", "afs", "gfs2", "ocfs2"}
)  # fmt: skip
# What must be on, or what is said to be kept may be gone after a power cut.
_DURABLE = {
    "fsync": "Committed rows, and so places in status lists, may be lost: set fsync = on.",
    "full_page_writes": "Pages may be torn in a power cut: set full_page_writes = on.",
}


class Level(StrEnum):
    """How bad it is."""

    FINE = "fine"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One sentence, with its cure where there is something to mend."""

    level: Level
    sentence: str


Findings = Iterator[Finding]


def examine(database: Database, *, now: Clock, processes: int, folder: Path) -> Findings:
    """All but the audit trail; ``folder`` keeps the published lists. Raises NotReady, Busy.

    ``processes`` is how many web processes share the database.
    """
    # First of all: where there is no room, nothing else can be asked.
    if database.file:
        yield from _room(Path(database.file).parent, what="the database")
    yield from _room(folder, what="published lists")
    with database.read() as tx:
        yield _version(tx)
        current, said = _schema(tx)
        yield said
        if database.kind == "postgresql":
            yield from _postgresql(tx, most=database.pooling.most * processes, now=now)
        else:
            yield from _sqlite(tx, file=Path(database.file or ""))
    if current:
        yield _workers(database, now())
        yield _writing(database, now())


def _version(tx: Transaction) -> Finding:
    if tx.connection.dialect.name == "sqlite":
        said = f"Engine: SQLite {sqlite3.sqlite_version}."
        old = sqlite3.sqlite_version_info < _OLDEST_SQLITE
        return Finding(Level.FAULT if old else Level.FINE, said)
    number = int(_setting(tx, "server_version_num"))
    said = f"Engine: PostgreSQL {_setting(tx, 'server_version')}."
    if number < _OLDEST_POSTGRESQL:
        return Finding(Level.FAULT, f"{said} Version 14 is the oldest that is supported.")
    return Finding(Level.FINE, said)


def _schema(tx: Transaction) -> tuple[bool, Finding]:
    has = schema.found(tx.connection)
    try:
        schema.require(has, floor=schema.floor(tx.connection))
    except TestamurError as fault:
        return False, Finding(Level.FAULT, fault.message)
    if has != schema.newest():
        said = f"Schema {has} is newer than this program ({schema.newest()}), which can use it."
        return True, Finding(Level.WARNING, said)
    return True, Finding(Level.FINE, f"Schema: {has}, the newest.")


def _setting(tx: Transaction, name: str) -> str:
    return str(tx.connection.execute(sa.select(sa.func.current_setting(name))).scalar_one())


def _postgresql(tx: Transaction, *, most: int, now: Clock) -> Findings:
    yield from _durability(tx)
    isolation = _setting(tx, "transaction_isolation")
    yield Finding(Level.FINE, f"Isolation: readers {isolation}, writers read committed.")
    if tx.connection.execute(sa.select(sa.func.pg_is_in_recovery())).scalar_one():
        yield Finding(Level.FAULT, "The server is a standby: name the primary in database_url.")
    room = int(_setting(tx, "max_connections")) - int(
        _setting(tx, "superuser_reserved_connections")
    )
    said = f"Connections: our web processes may open {most}, the server allows {room} to all."
    if most > room:
        said += " Lower database_pool_size and database_pool_overflow, or raise max_connections."
    yield Finding(Level.WARNING if most > room else Level.FINE, said)
    size = sa.func.pg_size_pretty(sa.func.pg_database_size(sa.func.current_database()))
    told = tx.connection.execute(sa.select(size)).scalar_one()
    yield Finding(Level.FINE, f"Size: {told}. How much room its disk has only the server knows.")
    yield _skew(tx, now)


def _durability(tx: Transaction) -> Findings:
    off = [name for name in _DURABLE if _setting(tx, name) == "off"]
    for name in off:
        yield Finding(Level.FAULT, f"{name} is off. {_DURABLE[name]}")
    waits = _setting(tx, "synchronous_commit")
    if waits == "off":
        said = (
            "synchronous_commit is off: after a crash of the server the last places that were "
            "given out in status lists are forgotten and given out again. Set it to on."
        )
        yield Finding(Level.FAULT, said)
    elif not off:
        yield Finding(Level.FINE, f"Durable: fsync on, synchronous_commit {waits}.")


def _skew(tx: Transaction, now: Clock) -> Finding:
    before = now()
    there = tx.connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    after = now()
    # The answer was made at some moment between the two.
    off = max((before - there).total_seconds(), (there - after).total_seconds(), 0.0)
    said = f"Clocks: the database and this machine differ by {off:.1f} s."
    if off > MOST_SKEW_S:
        return Finding(Level.WARNING, f"{said} Set both by NTP.")
    return Finding(Level.FINE, said)


def _sqlite(tx: Transaction, *, file: Path) -> Findings:
    mode, waits = (
        tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        for name in ("journal_mode", "synchronous")
    )
    durable = (mode, waits) == ("wal", 2)
    said = f"Durable: journal {mode}, synchronous {'FULL' if waits == 2 else waits}."  # noqa: PLR2004 # SQLite's number for FULL.
    yield Finding(Level.FINE if durable else Level.FAULT, said)
    yield Finding(Level.FINE, "Isolation: one writer at a time (BEGIN IMMEDIATE).")
    kind = file_system(file)
    if kind in _NETWORKED:
        said = (
            f"The file lies on a network file system ({kind}), where SQLite's log does not work: "
            "move it to a disk of this machine, or take PostgreSQL."
        )
        yield Finding(Level.FAULT, said)


def file_system(place: Path, *, mounts: Path = MOUNTS) -> str:
    """The kind of file system on which a place lies (``ext4``, ``nfs4`` …); empty: unknown."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    full = place.resolve()
    # device, place, kind, …; a space in a place is written \040.
    listed = [(Path(p.replace("\\040", " ")), kind) for _, p, kind, *_ in map(str.split, lines)]
    above = [(len(p.parts), kind) for p, kind in listed if p == full or p in full.parents]
    # Of two on the same place the later one hides the earlier one.
    deepest = max((depth for depth, _ in above), default=0)
    return next((kind for depth, kind in reversed(above) if depth == deepest), "")


def _room(folder: Path, *, what: str) -> Findings:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as fault:
        said = f"The folder of {what} cannot be looked at: {fault.strerror}."
        yield Finding(Level.FAULT, said)
        return
    said = f"Room for {what}: {free / LEAST_FREE:.1f} GiB free."
    if free < LEAST_FREE:
        said += " Make room before writing fails."
    yield Finding(Level.WARNING if free < LEAST_FREE else Level.FINE, said)


def alive(tx: Transaction, *, at: dt.datetime) -> tuple[int, int]:
    """How many workers were seen lately, and how many were not.

    Web processes, which issue only where no worker lives, are none.
    """
    others = sa.not_(workers.c.executor.startswith("serve/", autoescape=True))
    seen = list(tx.connection.scalars(sa.select(workers.c.seen_at).where(others)))
    living = sum((at - moment).total_seconds() <= LIVING_S for moment in seen)
    return living, len(seen) - living


def _workers(database: Database, at: dt.datetime) -> Finding:
    with database.read() as tx:
        living, silent = alive(tx, at=at)
    said = f"Workers: {living} alive"
    if silent:
        said += f", {silent} not seen for {LIVING_S} s (stopped, or dead)"
    return Finding(Level.FINE, f"{said}.")


def _writing(database: Database, at: dt.datetime) -> Finding:
    row = {"did": "did:example:check", "key": "check", "first_seen": at, "last_seen": at}
    try:
        with database.begin() as tx:
            taken_back = tx.connection.begin_nested()
            tx.connection.execute(seen_keys.insert().values(row))
            taken_back.rollback()
    except TestamurError as fault:
        return Finding(Level.FAULT, f"Writing does not work. {fault.message}")
    return Finding(Level.FINE, "Writing: works (a row was written and taken back).")


def examine_trail(database: Database, *, at: dt.datetime) -> Findings:
    """Whether the audit trail of each organisation is whole: every line is read."""
    with database.read() as tx:
        for organisation in organisations.listing(tx):
            slug = organisation.slug
            try:
                head = audit.verify_chain(tx, slug)
            except TestamurError as fault:
                yield Finding(Level.FAULT, fault.message)
                continue
            said = f"Audit trail of {slug}: {head.count} lines, whole. Its last hash: {head.hash}."
            yield Finding(Level.FINE, said)
            last = audit.lines(tx, slug, after=head.count - 1, limit=1)
            if last and (last[0].entry.at - at).total_seconds() > MOST_SKEW_S:
                said = (
                    f"The last line of {slug} is of {last[0].entry.at.isoformat()}, which is still "
                    "to come: a clock ran ahead, or this one went back. Look at NTP."
                )
                yield Finding(Level.WARNING, said)
