"""What follows a batch: each slice of its rows is decided once, by whoever is there."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from issuer.errors import Busy, Conflict, IllegalTransition
from issuer.jobs.alone import run_alone
from issuer.jobs.chunk import Job
from issuer.model.batch import BatchState
from issuer.registry.database import Database
from tests.integration.jobs.conftest import Process, until
from tests.integration.jobs.test_foreman import ON_SQLITE, at_work, change
from tests.town import shift
from tests.town.shift import Pretended

StartWorker = Callable[..., Process]
ROWS, SLICES = 2_000, list(range(1, 11))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of five rows."""
    monkeypatch.setattr("issuer.registry.undecided.SLICE", 5)


@pytest.fixture
def batch_id(shop: Database, organisation: Any) -> str:
    return shift.queue(shop, organisation.slug, rows=ROWS, size=500)


def slices(database: Database, batch_id: str) -> list[int]:
    return [number for number, _ in shift.decided(database, batch_id)]


def test_killed_between_slices_the_next_worker_decides_the_others(
    shop: Database, batch_id: str, worker: StartWorker
) -> None:
    first = worker(0.2, "pathways")
    until(lambda: len(slices(shop, batch_id)) >= 3)
    first.kill()
    assert len(slices(shop, batch_id)) < len(SLICES)
    assert not shift.has_receipt(shop, batch_id)
    assert worker(0.0, "pathways").ended() == 0
    assert slices(shop, batch_id) == SLICES
    assert shift.has_receipt(shop, batch_id)


def test_two_workers_share_the_slices(shop: Database, batch_id: str, worker: StartWorker) -> None:
    both = [worker(0.3, "pathways") for _ in range(2)]
    assert [one.ended() for one in both] == [0, 0]
    assert slices(shop, batch_id) == SLICES
    assert len({process for _, process in shift.decided(shop, batch_id)}) == 2
    until(lambda: shift.has_receipt(shop, batch_id))


@pytest.mark.usefixtures("few")
def test_the_receipt_waits_for_the_last_slice(shop: Database, organisation: Any) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=12, size=4)
    last, signed = threading.Event(), []

    def waits(verb: str, number: int) -> None:
        if (verb, number) == ("stack", 3):
            last.wait(60)
            signed.append(shift.has_receipt(shop, batch_id))

    foreman = shift.foreman(shop, Pretended(hindrance=waits, has_pathways=True))
    with capture_logs() as said, at_work(foreman):
        until(lambda: slices(shop, batch_id) == [1, 2])
        assert shift.account(shop, batch_id).state is BatchState.DONE
        # Every slice is in hand: whoever looks now has none to enqueue.
        try:
            foreman._look()  # What its own thread does again and again.
        finally:
            last.set()
        until(lambda: shift.has_receipt(shop, batch_id))
    assert (signed, slices(shop, batch_id)) == ([False], [1, 2, 3])
    assert [one for one in said if one["event"] == "foreman"] == []


@ON_SQLITE
@pytest.mark.usefixtures("few")
def test_a_slice_that_nobody_can_decide_is_passed_over_and_holds_up_nothing(
    shop: Database, organisation: Any
) -> None:
    batch_id, met = shift.queue(shop, organisation.slug, rows=12, size=4), []

    def fails(verb: str, number: int) -> None:
        if (verb, number) == ("stack", 2):
            met.append(number)
            raise ZeroDivisionError

    verbs = Pretended(hindrance=fails, has_pathways=True)
    with at_work(shift.foreman(shop, verbs)):
        until(lambda: shift.has_receipt(shop, batch_id))
    assert slices(shop, batch_id) == [1, 3]
    assert (len(met), verbs.passed) == (4, ["python.ZeroDivisionError"])


@ON_SQLITE
@pytest.mark.usefixtures("few")
def test_slices_of_a_program_that_knew_none_of_them_are_begun_anew(
    shop: Database, organisation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=100, size=50)
    with monkeypatch.context() as older:
        older.setattr("issuer.jobs.engine.SHAPE", "1")
        older.setattr("issuer.jobs.engine.VERSION", "testamur-jobs-1")
        with at_work(shift.foreman(shop, Pretended(0.1, has_pathways=True))):
            until(lambda: len(slices(shop, batch_id)) >= 5)
    assert len(slices(shop, batch_id)) < 20
    with at_work(shift.foreman(shop, Pretended(has_pathways=True))):
        until(lambda: shift.has_receipt(shop, batch_id))
    assert slices(shop, batch_id) == list(range(1, 21))


# --- In the process of whoever confirmed it ---------------------------------------------------


def alone(shop: Database, verbs: Pretended, batch_id: str, **how: Any) -> None:
    job = Job(verbs, shift.bench_of(shop), shift.receipt)
    run_alone(job, batch_id, **{"stopping": threading.Event(), **how})


@pytest.mark.usefixtures("few")
def test_a_small_batch_is_decided_where_it_was_issued(shop: Database, organisation: Any) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=12, size=8)
    alone(shop, Pretended(has_pathways=True), batch_id)
    assert slices(shop, batch_id) == [1, 2, 3]
    assert shift.has_receipt(shop, batch_id)


@ON_SQLITE
@pytest.mark.usefixtures("few")
def test_alone_what_passes_is_tried_again_and_what_does_not_is_passed_over(
    shop: Database, organisation: Any
) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=12, size=8)
    busy = Busy("Somebody else writes.", retry_after_s=1)
    faults = [busy, *(ZeroDivisionError() for _ in range(3))]

    def fails(verb: str, number: int) -> None:
        if verb == "stack" and number == 3 and faults:
            raise faults.pop(0)

    verbs = Pretended(hindrance=fails, has_pathways=True)
    alone(shop, verbs, batch_id)
    assert (slices(shop, batch_id), faults) == ([1, 2], [])
    assert verbs.passed == ["python.ZeroDivisionError"]
    assert shift.has_receipt(shop, batch_id)


@ON_SQLITE
@pytest.mark.usefixtures("few")
def test_alone_it_stops_between_slices_and_goes_on_later(shop: Database, organisation: Any) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=12, size=8)
    stopping = threading.Event()

    def stops(verb: str, number: int) -> None:
        if (verb, number) == ("stack", 1):
            stopping.set()

    alone(shop, Pretended(hindrance=stops, has_pathways=True), batch_id, stopping=stopping)
    assert (slices(shop, batch_id), shift.has_receipt(shop, batch_id)) == ([1], False)
    # It has ended, so nobody confirms it again: whoever looks after batches finds it.
    with at_work(shift.foreman(shop, Pretended())):
        until(lambda: shift.has_receipt(shop, batch_id))
    assert slices(shop, batch_id) == [1, 2, 3]


@ON_SQLITE
@pytest.mark.parametrize("times", [1, 100])
def test_alone_a_chunk_that_somebody_changed_is_begun_again_a_few_times(
    shop: Database, organisation: Any, times: int
) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=6, size=6)
    met: list[int] = []

    def changed(verb: str, number: int) -> None:
        if (verb, number) == ("seal", 1) and len(met) < times:
            met.append(number)
            raise IllegalTransition("somebody changed it")

    alone(shop, Pretended(hindrance=changed), batch_id)
    state = shift.account(shop, batch_id).state
    assert (len(met), state) == ((1, BatchState.DONE) if times == 1 else (4, BatchState.RUNNING))


@ON_SQLITE
@pytest.mark.usefixtures("few")
def test_alone_it_leaves_a_slice_that_somebody_else_does(shop: Database, organisation: Any) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=12, size=8)

    def theirs(verb: str, number: int) -> None:
        if (verb, number) == ("stack", 2):
            raise Conflict("somebody else has it")

    alone(shop, Pretended(hindrance=theirs, has_pathways=True), batch_id)
    assert (slices(shop, batch_id), shift.has_receipt(shop, batch_id)) == ([1], False)


@ON_SQLITE
@pytest.mark.usefixtures("few")
def test_a_batch_that_is_cancelled_after_it_began_is_not_decided_alone(
    shop: Database, organisation: Any
) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=12, size=8)
    change(shop, batch_id, BatchState.CANCELLED)
    alone(shop, Pretended(has_pathways=True), batch_id)
    assert slices(shop, batch_id) == []
