"""A file that is confirmed on the command line: killed, watched, led, and finished once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from issuer.jobs.foreman import Foreman
from issuer.model.batch import RowState
from issuer.registry import batches, workers
from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database
from issuer.registry.tables import awards, documents
from tests.integration.cli.conftest import ROOT, Said

Tell = Callable[..., Said]
HEADER = "result_id,course,date,passed,student_number,given_name,family_name\n"
LONGEST_S = 240.0


@pytest.fixture
def results(tmp_path: Path) -> Callable[..., Path]:
    """A file with so many passed results."""

    def write(count: int) -> Path:
        path = tmp_path / "results.csv"
        rows = [
            f"R-{number},python-basics,2026-06-12,yes,S{number},Alex,Example\n"
            for number in range(count)
        ]
        path.write_text(HEADER + "".join(rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def database(home: Path, database_url: str) -> Database:
    """A look into the installation's database; personal data stays closed."""
    url = (
        database_url
        if database_url.startswith("postgresql")
        else (f"sqlite:///{home / 'testamur.sqlite'}")
    )
    return Database(url, cipher=RecordCipher(bytes(32), os.urandom))


def small_chunks(home: Path) -> None:
    with (home / "testamur.toml").open("a", encoding="utf-8") as file:
        file.write("batch_chunk = 4\nissue_processes = 1\njobs_heartbeat = 0.5\n")
        file.write("jobs_dead_after = 2\n")


def start(*arguments: "str | Path") -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "issuer.cli", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stderr=subprocess.DEVNULL)


def kept(database: Database) -> int:
    with database.read() as tx:
        found = batches.unended(tx)
        return sum(batches.counts(tx, batch.id).get(RowState.KEPT, 0) for batch in found)


def until(true: Callable[[], bool]) -> None:
    last = time.monotonic() + LONGEST_S
    while not true():
        assert time.monotonic() < last, "it did not come true in time"
        time.sleep(0.05)


def issued(database: Database) -> int:
    """How many awards are in force, each with one sealed Open Badge of its own place."""
    sealed = sa.select(documents.c.award_id).where(documents.c.state == "sealed")
    with database.read() as tx:
        found = list(tx.connection.scalars(sealed))
        places = tx.connection.execute(sa.select(awards.c.list_number, awards.c.slot_index)).all()
        every = tx.connection.scalar(sa.select(sa.func.count()).select_from(documents))
    assert len(set(found)) == len(found) == len(set(places)) == every
    return len(found)


def is_there(database: Database) -> bool:
    with database.read() as tx:
        return bool(workers.listing(tx))


@pytest.mark.long
def test_killed_ten_times_twenty_thousand_are_issued_once(
    home: Path, results: Callable[..., Path], database: Database, tell: Tell
) -> None:
    with (home / "testamur.toml").open("a", encoding="utf-8") as file:
        file.write("batch_chunk = 100\njobs_heartbeat = 0.5\njobs_dead_after = 2\n")
    count = 20_000
    command = ("issue", results(count), "--confirm", "--format", "ob3", "--home", home)
    for moment in sorted(random.Random(0x7E57).sample(range(count), 10)):  # noqa: S311 # No secret.
        one = start(*command)
        until(partial(_has, database, moment))
        one.kill()
        one.wait()
    done = tell(*command)
    assert done.code == 0, done
    assert f"{count} issued." in done.out
    assert issued(database) == count
    database.dispose()


def _has(database: Database, rows: int) -> bool:
    return kept(database) >= rows


@pytest.mark.usefixtures("tell")
def test_killed_and_started_again_it_finishes(
    home: Path, results: Callable[..., Path], database: Database, tell: Tell
) -> None:
    small_chunks(home)
    command = ("issue", results(48), "--confirm", "--format", "ob3", "--home", home)
    first = start(*command)
    until(lambda: kept(database) >= 8)
    first.kill()
    first.wait()
    done = tell(*command)
    assert done.code == 0, done
    assert "48 issued." in done.out
    assert issued(database) == 48
    again = tell(*command)
    assert "0 issued." in again.out
    assert issued(database) == 48
    database.dispose()


def test_a_worker_does_what_is_confirmed_elsewhere_and_stops_when_told(
    home: Path, results: Callable[..., Path], database: Database, tell: Tell
) -> None:
    small_chunks(home)
    worker = start("worker", "--home", home)
    until(lambda: is_there(database))
    done = tell("issue", results(8), "--confirm", "--home", home)
    assert done.code == 0
    assert "8 issued." in done.out
    assert "8 of 8" in done.err
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(LONGEST_S) == 0
    database.dispose()


def test_a_batch_is_listed_shown_and_led(
    home: Path, results: Callable[..., Path], database: Database, tell: Tell
) -> None:
    text = results(2).read_text(encoding="utf-8")
    path = results(0)
    path.write_text(text + "R-x,python-basics,12th of June,yes,S9,Bea,Example\n", encoding="utf-8")
    done = tell("issue", path, "--confirm", "--home", home)
    assert done.code == 64
    listed = tell("batch", "list", "--home", home)
    assert "2 of 2" in listed.out
    with database.read() as tx:
        number = batches.listing(tx, "euas")[0].id
    shown = tell("batch", "show", number, "--home", home)
    assert f"{number} is done." in shown.out
    assert "line 4: date:" in shown.err
    assert "12th of June" not in shown.err
    for verb in ("pause", "resume", "retry", "cancel"):
        yes = ("--yes",) if verb == "cancel" else ()
        led = tell("batch", verb, number, *yes, "--home", home)
        assert (led.code, "state.transition" in led.err) == (64, True), verb
    assert tell("batch", "cancel", number, "--home", home).out == "Nothing was changed.\n"
    assert tell("batch", "show", "batch-of-somebody-else", "--home", home).code == 64
    database.dispose()


@pytest.fixture
def queued(
    home: Path, results: Callable[..., Path], database: Database, tell: Tell
) -> Iterator[str]:
    """A batch that was confirmed and that nobody has begun."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("issuer.bootstrap.working.work_on", lambda *_, **__: None)
        done = tell("issue", results(6), "--confirm", "--format", "ob3", "--home", home)
    assert done.code == 64
    assert "is queued." in done.err
    with database.read() as tx:
        yield batches.listing(tx, "euas")[0].id
    database.dispose()


def test_a_batch_is_paused_and_gone_on_with(home: Path, queued: str, tell: Tell) -> None:
    assert f"{queued} is paused." in tell("batch", "pause", queued, "--home", home).out
    done = tell("batch", "resume", queued, "--home", home)
    assert (done.code, f"{queued} is done." in done.out) == (0, True), done


def test_a_batch_at_which_nobody_is_any_more_is_gone_on_with(
    home: Path, queued: str, tell: Tell
) -> None:
    done = tell("batch", "resume", queued, "--home", home)
    assert (done.code, f"{queued} is done." in done.out) == (0, True), done


def test_a_batch_is_cancelled_and_everything_of_it_is_voided(
    home: Path, queued: str, tell: Tell
) -> None:
    done = tell("batch", "cancel", queued, "--yes", "--home", home)
    assert f"{queued} is cancelled." in done.out
    assert "voided" in done.out


def test_a_key_file_that_is_not_there_pauses_the_batch_until_it_is_back(
    home: Path, queued: str, tell: Tell
) -> None:
    [key] = (home / "keys" / "euas").glob("award-*.json")
    away = key.rename(home / "away.json")
    assert tell("batch", "pause", queued, "--home", home).code == 0
    paused = tell("batch", "resume", queued, "--home", home)
    assert f"{queued} is paused. keys.custody: " in paused.out
    away.rename(key)
    done = tell("batch", "resume", queued, "--home", home)
    assert f"{queued} is done." in done.out


def test_a_worker_ends_when_it_is_told_to(
    home: Path, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []

    def run(foreman: Foreman) -> None:
        signal.raise_signal(signal.SIGTERM)
        told.append(foreman.stopping.is_set())

    monkeypatch.setattr(Foreman, "run", run)
    done = tell("worker", "--home", home)
    assert (done.code, told) == (0, [True])
    assert "Working as worker/" in done.err
    assert "Stopped." in done.err
