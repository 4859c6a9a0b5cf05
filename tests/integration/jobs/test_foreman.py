"""One worker in this process: pause, resume, cancel, faults of every kind, and what is written."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.errors import BatchStopped, Conflict, NotReady
from issuer.jobs.foreman import Foreman
from issuer.model.batch import BatchState
from issuer.registry import batches, workers
from issuer.registry.database import Database
from keys.algorithms import CustodyError
from tests.integration.jobs.conftest import kept, until
from tests.town import shift
from tests.town.shift import Pretended

# What does not depend on the kind of database is tried on one.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def at_work(foreman: Foreman) -> Iterator[Foreman]:
    """Let a foreman work beside the test."""
    thread = threading.Thread(target=foreman.run)
    thread.start()
    try:
        yield foreman
    finally:
        foreman.stop()
        thread.join()


def becomes(database: Database, batch_id: str, state: BatchState) -> None:
    until(lambda: shift.account(database, batch_id).state is state)


def change(database: Database, batch_id: str, to: BatchState) -> None:
    with database.begin() as tx:
        Pretended().to(tx, shift.bench_of(database), batch_id, to)


@pytest.fixture
def queue(shop: Database, organisation: Any) -> Callable[..., str]:
    def put(rows: int = 60, size: int = 5, name: str = "1") -> str:
        return shift.queue(shop, organisation.slug, rows=rows, size=size, name=name)

    return put


def test_a_paused_batch_finishes_what_was_begun_and_goes_on_when_told(
    shop: Database, queue: Callable[..., str]
) -> None:
    batch_id, verbs = queue(200), Pretended(0.1)
    with at_work(shift.foreman(shop, verbs)):
        until(lambda: kept(shop, batch_id) >= 20)
        change(shop, batch_id, BatchState.PAUSED)
        until(lambda: set(shift.account(shop, batch_id).rows) == {"kept", "waiting"})
        found = kept(shop, batch_id)
        time.sleep(0.5)
        assert kept(shop, batch_id) == found < 200
        change(shop, batch_id, BatchState.QUEUED)
        becomes(shop, batch_id, BatchState.DONE)
    assert shift.account(shop, batch_id).rows == {"kept": 200}


def test_what_is_sealed_of_a_cancelled_batch_stays_and_the_rest_is_voided(
    shop: Database, queue: Callable[..., str]
) -> None:
    batch_id = queue(200)
    with at_work(shift.foreman(shop, Pretended(0.1))):
        until(lambda: kept(shop, batch_id) >= 20)
        change(shop, batch_id, BatchState.CANCELLED)
        until(shift.has_ended(shop, batch_id))
    found = shift.account(shop, batch_id)
    assert set(found.rows) == {"kept", "voided"}
    assert found.rows["kept"] == found.kept == found.distinct
    assert found.state is BatchState.CANCELLED


@ON_SQLITE
def test_several_batches_at_once_are_all_done(shop: Database, queue: Callable[..., str]) -> None:
    names = [queue(40, name=name) for name in "123"]
    with at_work(shift.foreman(shop, Pretended())):
        for batch_id in names:
            becomes(shop, batch_id, BatchState.DONE)
            assert shift.account(shop, batch_id).rows == {"kept": 40}


class Trouble:
    """Raises at a verb until it is mended; counts how often it was met."""

    def __init__(self, verb: str, fault: BaseException) -> None:
        self.verb, self.fault, self.met, self.mended = verb, fault, 0, False

    def __call__(self, verb: str, number: int) -> None:
        if verb == self.verb and number in {0, 3} and not self.mended:
            self.met += 1
            raise self.fault


@pytest.mark.parametrize("verb", ["seal", "keep"])
def test_a_key_that_cannot_be_read_pauses_the_batch_with_the_reason(
    shop: Database, queue: Callable[..., str], verb: str
) -> None:
    batch_id = queue()
    trouble = Trouble(verb, CustodyError("the key file cannot be read"))
    with at_work(shift.foreman(shop, Pretended(hindrance=trouble))):
        becomes(shop, batch_id, BatchState.PAUSED)
        assert shift.account(shop, batch_id).reason == "keys.custody: the key file cannot be read"
        trouble.mended = True
        change(shop, batch_id, BatchState.QUEUED)
        becomes(shop, batch_id, BatchState.DONE)
    assert shift.account(shop, batch_id).rows == {"kept": 60}
    assert shift.account(shop, batch_id).kept == 60


def test_a_difference_in_our_own_checks_stops_the_batch(
    shop: Database, queue: Callable[..., str]
) -> None:
    batch_id = queue()
    trouble = Trouble("seal", BatchStopped("our own verifier refuses it"))
    with at_work(shift.foreman(shop, Pretended(hindrance=trouble))):
        becomes(shop, batch_id, BatchState.STOPPED)
        until(lambda: "written" in shift.account(shop, batch_id).rows)
    found = shift.account(shop, batch_id)
    assert found.reason == "issue.batch_stopped: our own verifier refuses it"
    assert found.rows.get("kept", 0) < 60


@ON_SQLITE
@pytest.mark.parametrize("verb", ["prepare", "write_down"])
def test_what_nobody_expected_is_tried_again_and_then_pauses_without_its_words(
    shop: Database, queue: Callable[..., str], verb: str
) -> None:
    batch_id = queue()
    trouble = Trouble(verb, ZeroDivisionError("Alex Example"))
    with at_work(shift.foreman(shop, Pretended(hindrance=trouble))):
        becomes(shop, batch_id, BatchState.PAUSED)
    assert trouble.met == 4
    reason = shift.account(shop, batch_id).reason
    assert reason == "python.ZeroDivisionError: a fault that nobody expected; see the log."


@ON_SQLITE
def test_an_end_that_fails_is_tried_again(shop: Database, queue: Callable[..., str]) -> None:
    batch_id = queue(10)
    trouble = Trouble("finish", NotReady("no list yet"))
    with at_work(shift.foreman(shop, Pretended(hindrance=trouble))):
        until(lambda: trouble.met >= 2)
        assert shift.account(shop, batch_id).state is BatchState.RUNNING
        trouble.mended = True
        becomes(shop, batch_id, BatchState.DONE)


@ON_SQLITE
def test_what_somebody_else_did_is_dropped_quietly(
    shop: Database, queue: Callable[..., str]
) -> None:
    batch_id = queue(30)
    trouble = Trouble("keep", Conflict("somebody else has it"))

    def once(verb: str, number: int) -> None:
        trouble.mended = trouble.met > 0
        trouble(verb, number)

    with at_work(shift.foreman(shop, Pretended(hindrance=once))):
        becomes(shop, batch_id, BatchState.DONE)
    assert shift.account(shop, batch_id).rows == {"kept": 30}


@ON_SQLITE
def test_a_worker_lives_in_its_row_and_takes_it_along(
    shop: Database, queue: Callable[..., str]
) -> None:
    def there() -> tuple[workers.Worker, ...]:
        with shop.read() as tx:
            return workers.listing(tx)

    foreman = shift.foreman(shop, Pretended())
    with at_work(foreman):
        until(lambda: len(there()) == 1)
        first = there()[0].seen_at
        until(lambda: there()[0].seen_at > first)
    assert there() == ()


@ON_SQLITE
def test_an_understudy_waits_while_another_worker_lives(
    shop: Database, queue: Callable[..., str]
) -> None:
    batch_id = queue(10)
    other = shift.foreman(shop, Pretended())
    other._beat()
    understudy = shift.foreman(shop, Pretended(), name="serve/here", is_understudy=True)
    with at_work(understudy):
        until(lambda: understudy.watch._seen != {})
        assert shift.account(shop, batch_id).rows == {"waiting": 10}
        # Its silence lasts.
        becomes(shop, batch_id, BatchState.DONE)


def _everything(engine: sa.Engine, schema: str | None) -> str:
    metadata = sa.MetaData()
    metadata.reflect(engine, schema=schema)
    with engine.connect() as connection:
        return "\n".join(
            str(tuple(row))
            for table in metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        )


def test_the_engine_keeps_ids_and_numbers_and_nothing_else(
    shop: Database, queue: Callable[..., str], database_url: str
) -> None:
    batch_id = queue(20)
    trouble = Trouble("write_down", ZeroDivisionError("Alex Example"))
    with at_work(shift.foreman(shop, Pretended(hindrance=trouble))) as foreman:
        until(lambda: kept(shop, batch_id) == 15 and trouble.met >= 2)
        if database_url.startswith("sqlite"):
            place = Path(database_url.removeprefix("sqlite:///")).with_name("jobs.sqlite")
            own = sa.create_engine(f"sqlite:///{place}")
            said = _everything(own, None)
            own.dispose()
        else:
            said = _everything(shop.engine, "dbos")
        assert foreman is not None
    assert "testamur_ids" in said
    assert "py_pickle" not in said
    assert "python.ZeroDivisionError" in said
    assert "Alex" not in said


@ON_SQLITE
def test_the_engine_is_closed_when_there_is_nothing_to_do_and_forgets(
    shop: Database, queue: Callable[..., str]
) -> None:
    batch_id = queue(10)
    foreman = shift.foreman(shop, Pretended())
    with at_work(foreman):
        becomes(shop, batch_id, BatchState.DONE)
        until(lambda: foreman._engine is None)
        again = queue(10, name="2")
        becomes(shop, again, BatchState.DONE)
        engine = foreman._engine
        assert engine is not None
        until(lambda: not engine.flights())
        engine.sweep()


def test_rows_and_checkpoint_of_a_step_are_one_transaction(
    shop: Database, queue: Callable[..., str]
) -> None:
    batch_id = queue(5)
    found: list[str] = []

    def looks(verb: str, _number: int) -> None:
        if verb == "seal":
            with shop.read() as tx:
                table = (
                    "datasource_outputs"
                    if shop.engine.dialect.name == "sqlite"
                    else ("dbos.datasource_outputs")
                )
                query = sa.text(f"SELECT step_id FROM {table} ORDER BY step_id")  # noqa: S608 # The name is ours.
                found.extend(str(step) for step in tx.connection.scalars(query))
                batch = batches.find(tx, batch_id)
            found.append(str(batch.state))

    with at_work(shift.foreman(shop, Pretended(hindrance=looks))):
        becomes(shop, batch_id, BatchState.DONE)
    assert found == ["1", "2", "running"]


def test_what_a_program_of_another_shape_left_is_begun_anew(
    shop: Database, queue: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = queue(100)
    with monkeypatch.context() as older:
        older.setattr("issuer.jobs.engine.SHAPE", "0")
        older.setattr("issuer.jobs.engine.VERSION", "testamur-jobs-0")
        with at_work(shift.foreman(shop, Pretended(0.1))):
            until(lambda: kept(shop, batch_id) >= 10)
    assert 10 <= kept(shop, batch_id) < 100
    with at_work(shift.foreman(shop, Pretended())):
        becomes(shop, batch_id, BatchState.DONE)
    found = shift.account(shop, batch_id)
    assert (found.rows, found.kept, found.distinct) == ({"kept": 100}, 100, 100)


@ON_SQLITE
def test_a_job_that_was_taken_and_never_begun_is_begun_again(
    shop: Database, queue: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuer.jobs.foreman._LOST_S", 0.5)
    batch_id = queue(30)
    lost: list[str] = []

    def lose(self: Any, job: Callable[[int], str]) -> str:
        # As where the engine takes a job and fails before it is in anybody's hand.
        if not lost:
            lost.append("one")
            while not self._closing.is_set() and kept(shop, batch_id) < 30:
                time.sleep(0.05)
        return done(self, job)

    from issuer.jobs.engine import Engine  # noqa: PLC0415 # It is slow to load.

    done = Engine._do
    monkeypatch.setattr(Engine, "_do", lose)
    with at_work(shift.foreman(shop, Pretended())):
        becomes(shop, batch_id, BatchState.DONE)
    assert lost
    assert shift.account(shop, batch_id).kept == 30
