"""``python -m tests.bench.sizes [AWARDS] [URL]``: what an award weighs, and what lists cost.

Issues that many awards one by one through the services into a new SQLite file, or into the empty
PostgreSQL database at URL, and reads the sizes of tables and indexes from the engine. Then makes
status lists with revoked places at several rates and publishes them. Nothing passes or fails.
"""

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from issuer import bootstrap
from issuer.bootstrap import House
from issuer.registry import audit, slots
from issuer.registry.database import Transaction
from issuer.services import accept, issue, offer, publish
from issuer.services.decide import decide
from issuer.settings import Settings
from issuer.status import bitstring
from issuer.status.bitstring import StatusList

ROOT = Path(__file__).parents[2]
COURSE = "data-stewardship"
LENGTH = 131_072
LISTS = 20
RATES = (0, 0.0001, 0.001, 0.005, 0.01, 0.02, 0.05)


def main(count: int, url: str | None) -> None:
    """Measure and print."""
    organisation = offer.read_organisation((ROOT / "examples/organisation.toml").read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), database_url=url)
        bootstrap.init(settings, organisation, passphrase=lambda: b"bench")
        with bootstrap.open_house(settings, passphrase=lambda: b"bench") as house:
            before, written = _sizes(house), _log(house)
            seconds, cpu = _timed(lambda: _issue(house, organisation.slug, count))
            _say(f"{count} awards one by one: {seconds:.0f} s, {cpu / count * 1e3:.1f} ms CPU each")
            _say(f"write-ahead log: {(_log(house) - written) / count:.0f} bytes an award")
            _trail(house, organisation.slug)
            _tables(before, _sizes(house), count)
            _lists(house, organisation.slug)
    _compressed()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    begun, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - cpu


def _issue(house: House, slug: str, count: int) -> None:
    bench = house.bench
    course = (ROOT / "examples/achievements" / f"{COURSE}.toml").read_bytes()
    with bench.begin() as tx:
        offer.put_achievement(
            tx, offer.read_achievement(course, organisation=slug), at=bench.moment, actor="bench"
        )
    source = accept.Source(slug, "student_number", (COURSE,))
    head = b"course,date,passed,student_number,given_name,family_name,email,grade,grade_scheme\n"
    lines = (
        f"{COURSE},2026-06-12,yes,{n:07},Given{n:05},Family{n:05},s{n:07}@students.uni.example,"
        f'"1.7, good","Austrian scale, 1.0 is best, 4.0 the lowest pass"\n'
        for n in range(count)
    )
    for row in accept.read_csv(head + "".join(lines).encode(), source=source).rows:
        with bench.begin() as tx:
            award = decide(tx, row.result, actor="bench", bench=bench).award
        if award is None:
            raise SystemExit("a result that was not taken")
        issue.issue(bench, slug, award.id, actor="bench")


Sizes = dict[str, int]


def _sizes(house: House) -> Sizes:
    """Bytes of each table and each index."""
    with house.database.begin() as tx:
        if house.database.kind == "sqlite":
            rows = tx.connection.exec_driver_sql("SELECT name, sum(pgsize) FROM dbstat GROUP BY 1")
        else:
            # What is long lies beside its table.
            rows = tx.connection.exec_driver_sql(
                "SELECT relname, pg_table_size(oid) FROM pg_class "
                "WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace"
            )
        return {str(name): int(size) for name, size in rows}


def _log(house: House) -> int:
    """Bytes of write-ahead log that the server has written; SQLite keeps none."""
    if house.database.kind == "sqlite":
        return 0
    with house.database.read() as tx:
        query = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"
        return int(tx.connection.exec_driver_sql(query).scalar_one())


def _trail(house: House, slug: str) -> None:
    with house.database.read() as tx:
        begun = time.perf_counter()
        head = audit.verify_chain(tx, slug)
    _say(f"audit trail: {head.count / (time.perf_counter() - begun):.0f} lines a second")


def _tables(before: Sizes, after: Sizes, count: int) -> None:
    grown = {name: (size - before.get(name, 0)) / count for name, size in after.items()}
    for name, size in sorted(grown.items(), key=lambda item: -item[1]):
        if size >= 1:
            _say(f"  {name:<50} {size:8.0f} bytes an award")
    _say(f"  {'all of it':<50} {sum(grown.values()):8.0f} bytes an award")


def _lists(house: House, slug: str) -> None:
    """What publishing costs with so many lists, each with one place in a hundred revoked."""
    bench = house.bench
    with bench.begin() as tx:
        for _ in range(LISTS - 1):
            seed = bench.chance(32)
            number = slots.open_list(tx, slug, length=LENGTH, seed=seed, at=bench.moment)
            _revoke(tx, slug, number)
    seconds, cpu = _timed(lambda: publish.publish(bench, slug))
    signed = 2 * (LISTS - 1)
    _say(f"{signed} lists signed: {seconds / signed * 1e3:.1f} ms ({cpu / signed * 1e3:.1f} CPU)")
    seconds, cpu = _timed(lambda: publish.publish(bench, slug))
    every = 2 * LISTS
    _say(f"{every} fresh lists: {seconds / every * 1e3:.1f} ms each ({cpu / every * 1e3:.1f} CPU)")


def _revoke(tx: Transaction, slug: str, number: int) -> None:
    empty = {"organisation": slug, "list_number": number, "suspended": False, "burnt": False}
    rows = [{**empty, "slot_index": n, "revoked": True} for n in _places(0.01)]
    tx.connection.execute(sa.table("slots", *map(sa.column, rows[0])).insert(), rows)


def _places(rate: float) -> list[int]:
    """Places that a permutation would choose: as good as random, and the same each time."""
    wanted, found, turn = round(LENGTH * rate), set[int](), 0
    while len(found) < wanted:
        digest = hashlib.sha256(f"{rate} {turn}".encode()).digest()
        found.add(int.from_bytes(digest[:8], "big") % LENGTH)
        turn += 1
    return sorted(found)


def _compressed() -> None:
    for rate in RATES:
        status = StatusList.empty("revocation", length=LENGTH).with_set(tuple(_places(rate)))
        encoded = bitstring.encode(status)
        _say(f"{rate:8.2%} set: {len(json.dumps(encoded)):6} bytes encoded")


if __name__ == "__main__":
    count, url = [*sys.argv[1:3], None, None][:2]
    main(int(count or 1_000), url)
