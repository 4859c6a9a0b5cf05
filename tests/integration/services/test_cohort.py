"""A cohort, step by step: the same awards and documents as one by one, whatever comes between."""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pytest
import sqlalchemy as sa

from issuer.bootstrap.crew import Processes
from issuer.errors import (
    Busy,
    DeadlineExceeded,
    IllegalTransition,
    NotReady,
    SelfCheckFailed,
    TestamurError,
)
from issuer.formats import elm3
from issuer.jsonld import rdfc10
from issuer.jsonld.canonical import Json
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award, AwardState, Reservation, StatusSlot
from issuer.model.batch import BatchState, RowState
from issuer.model.organisation import Organisation
from issuer.registry import audit, awards, batches, documents, leases, slots, tables
from issuer.registry.batches import Batch
from issuer.registry.database import Transaction
from issuer.services import (
    cohort,
    decide,
    erase,
    issue,
    keyring,
    material,
    recover,
    revoke,
    tongues,
)
from issuer.services.accept import ReadResults, ReadRow, RowFault
from issuer.services.cohort import PreparedChunk, SealedChunk
from issuer.services.cohort.giving_up import give_up
from issuer.services.composing_many import Failed, Part
from issuer.services.crew import Alone
from issuer.services.signing import active_key
from issuer.services.workbench import Workbench
from issuer.verify import Verdict
from keys.lifecycle import KeyPurpose
from tests.town.authority import Paper, below, root
from tests.town.cohorts import SHA256, Driver, entries, read, results
from tests.town.workshop import Workshop
from tests.town.writers import at_once

A = TypeVar("A")
B = TypeVar("B")
OB3, JWT, EDC = DocumentFormat.OB3, DocumentFormat.OB3_JWT, DocumentFormat.EDC
EIDAS = "VATAT-U99999999"


class Killed(Exception):
    """The process ended here."""


def composed(driver: Driver, batch: Batch, *, chunk: int = 1) -> PreparedChunk:
    """A chunk that was reserved and composed, and not written down."""
    bench = driver.workshop.bench
    with bench.begin() as tx:
        cohort.reserve(tx, bench, batch.id, chunk=chunk)
    return cohort.prepare(bench, batch.id, chunk=chunk)


def until(step: str) -> Callable[[str], None]:
    """Lets everything happen before a step, and nothing from there on."""

    def die(name: str) -> None:
        if name == step:
            raise Killed

    return die


def older_reservation(
    tx: Transaction, bench: Workbench, organisation: Organisation, *, award_id: str
) -> None:
    """What an older program kept of a document before it composed it."""
    slug, at = organisation.slug, bench.moment
    number, index = issue.lease(tx, slug, bench=bench)
    slots.assign(tx, slug, list_number=number, index=index, award_id=award_id)
    address = material.list_url(bench.base_url, slug, purpose="revocation", number=number)
    slot = StatusSlot(revocation_list=address, index=index)
    reservation = Reservation(
        award_id=award_id,
        format=OB3,
        credential_id=tongues.credential_id(bench, award_id, tongue=OB3),
        slot=slot,
        valid_from=at,
        created=at,
        salt="5a" * 16,
        verification_method=tongues.method_of(tx, bench, organisation, tongue=OB3),
    )
    documents.reserve(tx, reservation, at=at)


@pytest.fixture
def driver(workshop: Workshop) -> Driver:
    limits = replace(workshop.bench.limits, chunk_size=3, check_every=2)
    return Driver(workshop.with_bench(limits=limits))


def _awards(driver: Driver, state: AwardState = AwardState.ACTIVE) -> list[Award]:
    return sorted(driver.workshop.awards(state), key=lambda award: award.id)


def test_every_row_becomes_a_credential_that_verifies(driver: Driver) -> None:
    unknown = driver.workshop.result(90, passed=None)
    failing = driver.workshop.result(91, passed=False)
    fault = RowFault(40, "date", "soon", "not a date", "Write it as 2026-06-12")
    batch = driver.open(read([*results(driver.workshop, 7), unknown, failing], fault))
    assert batch.state is BatchState.QUEUED
    assert driver.chunks(batch) == (1, 2, 3)
    done = driver.run(batch)
    assert done.state is BatchState.DONE
    assert done.ended_at is not None
    assert driver.counts(batch) == {
        RowState.KEPT: 7,
        RowState.UNKNOWN: 1,
        RowState.NOT_PASSED: 1,
        RowState.REFUSED: 1,
    }
    refused = driver.rows(batch)[-1]
    assert (refused.line, refused.fault) == (40, "date: not a date. Write it as 2026-06-12")
    for award in _awards(driver):
        report = driver.workshop.check(driver.workshop.sealed(award))
        assert report.verdict is Verdict.PASSED
    with driver.workshop.bench.read() as tx:
        assert audit.verify_chain(tx, driver.workshop.slug).count > 0


@dataclass
class _Watched(Alone):
    """A crew that remembers for which formats it was asked."""

    asked: list[list[str]] = field(default_factory=list)

    def run(self, work: Callable[[A], B], values: Sequence[A]) -> list[B]:
        parts = [value for value in values if isinstance(value, Part)]
        self.asked += [[t.reservation["format"] for t in part.tasks] for part in parts]
        return super().run(work, values)


def test_what_takes_long_alone_is_given_to_the_crew(driver: Driver) -> None:
    crew, seal = _Watched(), below(root(), Paper("TEST SEAL", identifier=EIDAS))
    workshop = driver.workshop.with_bench(crew=crew, seal=lambda _slug: seal)
    driver = Driver(workshop, formats=(OB3, EDC))
    batch = driver.run(driver.open(read(results(workshop, 2))))
    assert driver.counts(batch) == {RowState.KEPT: 2}
    assert crew.asked == [[EDC, EDC]]
    for award in _awards(driver):
        assert set(workshop.documents(award)) == {OB3, EDC}
        report = workshop.check(workshop.sealed(award, EDC))
        # Each has its own: no document was put in the place of another.
        assert elm3.award_url(report.document or {}) == json.loads(workshop.sealed(award))["id"]


def test_processes_of_their_own_are_sent_all_that_they_need(driver: Driver) -> None:
    crew, seal = Processes(2), below(root(), Paper("TEST SEAL", identifier=EIDAS))
    workshop = driver.workshop.with_bench(crew=crew, seal=lambda _slug: seal)
    driver = Driver(workshop, formats=(OB3, EDC))
    try:
        batch = driver.run(driver.open(read(results(workshop, 4))))
    finally:
        crew.close()
    assert driver.counts(batch) == {RowState.KEPT: 4}
    for award in _awards(driver):
        assert set(workshop.documents(award)) == {OB3, EDC}


def test_what_has_no_shape_is_canonicalised_where_it_can_be_stopped(driver: Driver) -> None:
    asked: list[Json] = []

    def watched(document: Json, hash_name: str = "sha256") -> bytes:
        asked.append(document)
        return rdfc10.canonicalise(document, hash_name)

    driver = Driver(driver.workshop.with_bench(canonicalise=watched, crew=_Watched()))
    opened = driver.open(read(results(driver.workshop, 3)))
    driver.start(opened)
    with driver.workshop.bench.begin() as tx:
        cohort.reserve(tx, driver.workshop.bench, opened.id, chunk=1)
    cohort.prepare(driver.workshop.bench, opened.id, chunk=1)
    # The first of its shape, the same with sentinels, and their proof; no other.
    whole = [document for document in asked if "credentialSubject" in document]
    assert len(whole) == 2
    assert len({document["id"] for document in whole}) == 2


@pytest.mark.parametrize(
    "hindrance",
    [Busy("All at work.", retry_after_s=1), DeadlineExceeded("Late."), NotReady("Closed.")],
    ids=lambda fault: fault.code,
)
def test_no_row_fails_because_nobody_could_canonicalise_just_now(
    driver: Driver, hindrance: TestamurError
) -> None:
    def hindered(_document: Json, _hash_name: str = "sha256") -> bytes:
        raise hindrance

    batch = driver.open(read(results(driver.workshop, 3)))
    driver.start(batch)
    away = Driver(driver.workshop.with_bench(canonicalise=hindered))
    with pytest.raises(type(hindrance)):
        away.chunk(batch, 1)
    assert driver.counts(batch) == {RowState.WAITING: 3}
    driver.chunk(batch, 1)
    assert driver.counts(batch) == {RowState.KEPT: 3}


def test_all_formats_of_a_course_are_sealed(driver: Driver) -> None:
    driver.formats = (OB3, JWT)
    batch = driver.run(driver.open(read(results(driver.workshop, 2))))
    assert driver.counts(batch) == {RowState.KEPT: 2}
    for award in _awards(driver):
        assert set(driver.workshop.documents(award)) == {OB3, JWT}


def test_a_chunk_of_which_nothing_was_sealed_is_not_kept(driver: Driver) -> None:
    bench, batch = driver.workshop.bench, driver.open(read(results(driver.workshop, 2)))
    driver.start(batch)
    prepared = composed(driver, batch)
    with bench.begin() as tx:
        cohort.write_down(tx, bench, batch.id, chunk=1, prepared=prepared)
    with bench.begin() as tx, pytest.raises(IllegalTransition, match="was not sealed"):
        cohort.keep(tx, bench, batch.id, chunk=1, sealed=SealedChunk((), 0))
    driver.chunk(batch, 1)
    assert driver.counts(batch) == {RowState.KEPT: 2}


def test_the_same_file_again_issues_nothing_new(driver: Driver) -> None:
    found = read(results(driver.workshop, 4))
    driver.run(driver.open(found))
    before = _awards(driver)
    again = driver.run(driver.open(found))
    assert driver.counts(again) == {RowState.ALREADY: 4}
    assert _awards(driver) == before


def test_two_who_confirm_one_file_get_one_batch(driver: Driver) -> None:
    found = read(results(driver.workshop, 4))
    first, second = driver.open(found), driver.open(found, actor="dean")
    assert first.id == second.id
    other = driver.open(found, sha256="77" * 32)
    assert driver.counts(other) == {RowState.ALREADY: 4}


def test_two_who_confirm_at_the_same_moment_take_each_row_in_once(driver: Driver) -> None:
    count = 2_100
    found = read(results(driver.workshop, count))
    opened: list[str] = []

    def confirm(number: int) -> None:
        opened.append(driver.open(found, actor=f"registrar {number}").id)

    at_once(confirm, count=2)
    (batch_id,) = set(opened)
    with driver.workshop.bench.read() as tx:
        batch = batches.find(tx, batch_id)
        rows = [batches.highest_row(tx, batch_id), batches.counts(tx, batch_id)]
    assert batch.state is BatchState.QUEUED
    assert rows == [(count, count), {RowState.WAITING: count}]
    with driver.workshop.bench.read() as tx:
        taken = batches.rows(tx, batch_id, limit=count)
        assert tx.connection.scalar(sa.select(sa.func.count()).select_from(tables.awards)) == count
    assert len({row.award_id for row in taken}) == len({row.staged_id for row in taken}) == count
    # Where one slice ends and the next begins, no chunk does.
    assert [row.chunk for row in taken] == [number // 3 + 1 for number in range(count)]


def test_each_award_ends_as_its_own_course_and_day_say(driver: Driver) -> None:
    days = [dt.date(2026, 5, 29), dt.date(2025, 12, 1), dt.date(2026, 5, 29)]
    said = [driver.workshop.result(number, date=day) for number, day in enumerate(days, 1)]
    other = driver.workshop.result(4, achievement="data-stewardship")
    rows = driver.rows(driver.run(driver.open(read([*said, other]))))
    with driver.workshop.bench.read() as tx:
        found = [awards.find(tx, row.award_id or "") for row in rows]
    house = driver.workshop.organisation
    for award, result in zip(found, [*said, other], strict=True):
        course = driver.workshop.courses[result.achievement]
        assert award.valid_until == decide.valid_until(course, house, awarded_on=result.date)
    assert len({award.valid_until for award in found}) == 3


def test_killed_between_any_two_steps_it_goes_on(driver: Driver) -> None:
    for number, step in enumerate(("reserve", "prepare", "write_down", "seal", "keep")):
        batch = driver.open(
            read(results(driver.workshop, 4, first=10 * number + 1)), sha256=f"{number:064x}"
        )
        driver.between = until(step)
        with pytest.raises(Killed):
            driver.run(batch)
        driver.between = lambda _name: None
        driver.run(batch)
        assert driver.counts(batch) == {RowState.KEPT: 4}
    assert len(_awards(driver)) == 20
    with driver.workshop.bench.read() as tx:
        (record,) = slots.lists(tx, driver.workshop.slug)
    assert record.cursor == 20


def test_a_worker_that_comes_back_late_is_told(driver: Driver) -> None:
    bench = driver.workshop.bench
    batch = driver.open(read(results(driver.workshop, 3)))
    driver.start(batch)
    slow = composed(driver, batch)
    quick = cohort.prepare(bench, batch.id, chunk=1)
    with bench.begin() as tx:
        cohort.write_down(tx, bench, batch.id, chunk=1, prepared=quick)
    with pytest.raises(IllegalTransition), bench.begin() as tx:
        cohort.write_down(tx, bench, batch.id, chunk=1, prepared=slow)
    sealed = cohort.seal(bench, batch.id, chunk=1, prepared=quick)
    with bench.begin() as tx:
        assert cohort.keep(tx, bench, batch.id, chunk=1, sealed=sealed) == 3
    with bench.begin() as tx:
        assert cohort.keep(tx, bench, batch.id, chunk=1, sealed=sealed) == 0
    assert driver.counts(batch) == {RowState.KEPT: 3}


def test_paused_it_finishes_what_was_begun_and_begins_nothing(driver: Driver) -> None:
    bench = driver.workshop.bench
    batch = driver.open(read(results(driver.workshop, 6)))
    driver.start(batch)

    def pause(step: str) -> None:
        if step == "write_down":
            with bench.begin() as tx:
                cohort.pause(tx, bench, batch.id, actor="registrar", reason="wait")

    driver.between = pause
    driver.chunk(batch, 1)
    assert driver.counts(batch) == {RowState.KEPT: 3, RowState.WAITING: 3}
    driver.between = lambda _step: None
    with pytest.raises(IllegalTransition, match="is paused"):
        driver.chunk(batch, 2)
    with bench.begin() as tx:
        cohort.resume(tx, bench, batch.id, actor="registrar")
    driver.run(batch)
    assert driver.counts(batch) == {RowState.KEPT: 6}


def test_a_batch_of_which_rows_are_still_taken_in_is_not_gone_on_with(driver: Driver) -> None:
    def cut_off(found: ReadResults) -> Iterator[ReadRow | tuple[RowFault, ...]]:
        yield from entries(found)
        raise Killed

    bench, found = driver.workshop.bench, read(results(driver.workshop, 2))
    order = cohort.Order(driver.workshop.slug, "own CSV", SHA256, "registrar", formats=(OB3,))
    with pytest.raises(Killed):
        cohort.open_batch(bench, order, cut_off(found))
    with bench.read() as tx:
        [batch] = batches.listing(tx, driver.workshop.slug)
    with bench.begin() as tx, pytest.raises(IllegalTransition, match="same file again"):
        cohort.resume(tx, bench, batch.id, actor="registrar")
    again = driver.run(driver.open(found))
    assert (again.id, driver.counts(again)) == (batch.id, {RowState.KEPT: 2})


def test_cancelled_what_is_sealed_stays_and_the_rest_is_void(driver: Driver) -> None:
    bench = driver.workshop.bench
    batch = driver.open(read(results(driver.workshop, 7)))
    driver.start(batch)
    driver.chunk(batch, 1)
    prepared = composed(driver, batch, chunk=2)
    driver.between = until("seal")
    with pytest.raises(Killed):
        driver.chunk(batch, 3)
    with bench.begin() as tx:
        cohort.cancel(tx, bench, batch.id, actor="registrar")
    with pytest.raises(IllegalTransition, match="is cancelled"), bench.begin() as tx:
        cohort.write_down(tx, bench, batch.id, chunk=2, prepared=prepared)
    while True:
        with bench.begin() as tx:
            if not cohort.void_rest(tx, bench, batch.id):
                break
    assert driver.counts(batch) == {RowState.KEPT: 3, RowState.VOIDED: 4}
    assert len(_awards(driver)) == 3
    assert len(_awards(driver, AwardState.REVOKED)) == 4
    with bench.read() as tx:
        assert batches.find(tx, batch.id).has_ended
        burnt = slots.marked(tx, driver.workshop.slug, list_number=1, purpose="revocation")
        assert leases.held(tx, batch.id, chunk=2) == ()
    # What was written down may have been signed; what was only composed has no place yet.
    assert len(burnt) == 1
    driver.between = lambda _step: None
    # Sent again it is another batch, and issues what was left.
    again = driver.run(driver.open(read(results(driver.workshop, 7))))
    assert driver.counts(again) == {RowState.ALREADY: 3, RowState.KEPT: 4}


def test_revoked_or_erased_meanwhile_is_not_released(driver: Driver) -> None:
    bench, slug = driver.workshop.bench, driver.workshop.slug
    batch = driver.open(read(results(driver.workshop, 3)))
    first, second, _ = (row.award_id or "" for row in driver.rows(batch))

    def between(step: str) -> None:
        if step == "prepare":
            with bench.begin() as tx:
                erase.erase(tx, slug, "S2", actor="registrar", at=bench.moment)
        if step == "keep":
            with bench.begin() as tx:
                revoke.revoke(tx, slug, first, reason="Wrong", actor="registrar", at=bench.moment)

    driver.between = between
    driver.run(batch)
    assert driver.counts(batch) == {RowState.KEPT: 1, RowState.FAILED: 2}
    with bench.read() as tx:
        assert awards.get(tx, slug, first).state is AwardState.REVOKED
        assert awards.get(tx, slug, second).state is AwardState.REVOKED


def test_a_chunk_takes_one_lease_however_often_it_is_tried(driver: Driver) -> None:
    bench, slug = driver.workshop.bench, driver.workshop.slug
    # Eight places are left in the list: the lease of the third chunk is of two lists.
    length = tables.status_lists.c.length
    with bench.begin() as tx:
        tx.connection.execute(tables.status_lists.update().values(cursor=length - 8))
    batch = driver.open(read(results(driver.workshop, 9)))
    driver.start(batch)
    with pytest.raises(Busy, match="no place was leased"):
        cohort.prepare(bench, batch.id, chunk=1)
    driver.between = until("write_down")
    for _ in range(3):
        for chunk in (1, 2, 3):
            with pytest.raises(Killed):
                driver.chunk(batch, chunk)
    with bench.read() as tx:
        leased = [leases.held(tx, batch.id, chunk=chunk) for chunk in (1, 2, 3)]
        cursors = [record.cursor for record in slots.lists(tx, slug)]
    assert [[part.rows for part in found] for found in leased] == [
        [(1, 2, 3)],
        [(4, 5, 6)],
        [(7, 8), (9,)],
    ]
    assert cursors == [bench.limits.status_list_length, 1]
    driver.between = lambda _step: None
    driver.run(batch)
    assert driver.counts(batch) == {RowState.KEPT: 9}
    with bench.read() as tx:
        places = {slots_of(tx, award) for award in _awards(driver)}
        assert [record.cursor for record in slots.lists(tx, slug)] == cursors
        assert [leases.held(tx, batch.id, chunk=chunk) for chunk in (1, 2, 3)] == [()] * 3
    assert len(places) == 9


def test_what_another_worker_composed_is_neither_signed_nor_kept_in_its_place(
    driver: Driver,
) -> None:
    """The engine may tell a worker that comes back late that its step is done: by another one."""
    bench = driver.workshop.bench
    batch = driver.open(read(results(driver.workshop, 3)))
    driver.start(batch)
    slow = composed(driver, batch)
    quick = cohort.prepare(bench, batch.id, chunk=1)
    # The same places, and another salt: another document.
    assert [one.place for one in slow.begun] == [one.place for one in quick.begun]
    with bench.begin() as tx:
        cohort.write_down(tx, bench, batch.id, chunk=1, prepared=slow)
    with pytest.raises(IllegalTransition, match="is not what was written down"):
        cohort.seal(bench, batch.id, chunk=1, prepared=quick)
    sealed = cohort.seal(bench, batch.id, chunk=1, prepared=slow)
    others = tuple(
        (number, kept._replace(begun=by))
        for (number, kept), by in zip(sealed.kept, quick.begun, strict=True)
    )
    with pytest.raises(IllegalTransition), bench.begin() as tx:
        cohort.keep(tx, bench, batch.id, chunk=1, sealed=replace(sealed, kept=others))
    assert driver.counts(batch) == {RowState.WRITTEN: 3}
    with bench.begin() as tx:
        assert cohort.keep(tx, bench, batch.id, chunk=1, sealed=sealed) == 3


def test_a_row_that_is_tried_again_meanwhile_is_not_given_up(driver: Driver) -> None:
    bench = driver.workshop.bench
    batch = driver.open(read(results(driver.workshop, 3)))
    driver.start(batch)
    # One row fails, the others are written down, and sealing is hindered.
    with bench.begin() as tx:
        row, why = driver.rows(batch)[0], Failed("issue.lint", "It lacks something.")
        give_up(tx, bench, batch, row=row, why=why)
    driver.between = until("seal")
    with pytest.raises(Killed):
        driver.chunk(batch, 1)
    assert driver.counts(batch) == {RowState.FAILED: 1, RowState.WRITTEN: 2}

    def retry(step: str) -> None:
        if step == "write_down":
            with bench.begin() as tx:
                cohort.retry(tx, bench, batch.id, actor="registrar")

    driver.between = retry
    with pytest.raises(Busy, match="was changed meanwhile"):
        driver.chunk(batch, 1)
    driver.between = lambda _step: None
    driver.chunk(batch, 1)
    assert driver.counts(batch) == {RowState.KEPT: 3}


def test_many_rows_are_tried_again_in_parts_and_the_trail_says_so(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuer.services.cohort.control._DECIDED_AT_ONCE", 2)
    bench = driver.workshop.bench
    batch = driver.open(read(results(driver.workshop, 3)))
    driver.start(batch)
    why = Failed("issue.lint", "It lacks something.")
    with bench.begin() as tx:
        for row in driver.rows(batch):
            give_up(tx, bench, batch, row=row, why=why)
    with bench.begin() as tx:
        cohort.retry(tx, bench, batch.id, actor="registrar")
    # It runs on; that new awards were approved stands in the trail all the same.
    assert driver.workshop.lines()[-1] == "batch.retry"
    driver.run(batch)
    assert driver.counts(batch) == {RowState.KEPT: 3}


@pytest.mark.parametrize("step", ["write_down", "seal", "keep"])
def test_a_learner_who_is_erased_meanwhile_gets_nothing(driver: Driver, step: str) -> None:
    bench, slug = driver.workshop.bench, driver.workshop.slug
    batch = driver.open(read(results(driver.workshop, 3)))
    driver.start(batch)

    def erased(name: str) -> None:
        if name == step:
            with bench.begin() as tx:
                erase.erase(tx, slug, "S2", actor="registrar", at=bench.moment)

    driver.between = erased
    with pytest.raises(Busy) if step == "write_down" else nullcontext():
        driver.chunk(batch, 1)
    driver.between = lambda _step: None
    driver.chunk(batch, 1)
    assert driver.counts(batch) == {RowState.KEPT: 2, RowState.FAILED: 1}
    with bench.read() as tx:
        assert len(documents.proven_times(tx, slug)) == 2
    assert len(_awards(driver)) == 2


def slots_of(tx: Transaction, award: Award) -> tuple[int, int]:
    place = awards.slot_of(tx, award.id)
    assert place is not None
    return place.list_number, place.index


def restored(driver: Driver, *, killed_at: str) -> Batch:
    """A batch of three that was killed before a step, in a database that was restored since."""
    workshop = driver.workshop
    batch = driver.open(read(results(workshop, 3)))
    driver.start(batch)
    driver.between = until(killed_at)
    with pytest.raises(Killed):
        driver.chunk(batch, 1)
    recover.after_restore(workshop.bench, workshop.slug, actor="operator")
    driver.between = lambda _step: None
    return batch


def test_after_a_restore_what_had_not_begun_is_decided_anew_at_other_places(
    driver: Driver,
) -> None:
    bench, batch = driver.workshop.bench, restored(driver, killed_at="write_down")
    with bench.read() as tx:
        assert leases.held(tx, batch.id, chunk=1) == ()
    # After the backup they may have been issued, under these very ids.
    before = {row.award_id for row in driver.rows(batch)}
    assert driver.counts(batch) == {RowState.FAILED: 3}
    assert {row.code for row in driver.rows(batch)} == {"status.stale_backup"}
    driver.run(batch)
    with bench.begin() as tx:
        cohort.retry(tx, bench, batch.id, actor="registrar")
    driver.run(batch)
    assert driver.counts(batch) == {RowState.KEPT: 3}
    assert before.isdisjoint(award.id for award in _awards(driver))
    with bench.read() as tx:
        assert {slots_of(tx, award)[0] for award in _awards(driver)} == {2}


def test_after_a_restore_what_stands_written_down_is_finished_as_it_was(driver: Driver) -> None:
    bench, batch = driver.workshop.bench, restored(driver, killed_at="seal")
    driver.run(batch)
    # The same bytes at the same places, whether they are out already or not.
    assert driver.counts(batch) == {RowState.KEPT: 3}
    with bench.read() as tx:
        assert {slots_of(tx, award)[0] for award in _awards(driver)} == {1}


@dataclass
class _Thief:
    """Steals the key that signs, before a step."""

    driver: Driver
    at: str

    def __call__(self, step: str) -> None:
        workshop = self.driver.workshop
        if step == self.at:
            with workshop.bench.read() as tx:
                key = active_key(tx, workshop.slug, KeyPurpose.AWARD)
            keyring.compromise(
                workshop.bench,
                workshop.vault,
                workshop.slug,
                kid=key.kid,
                since=workshop.bench.moment,
            )


def test_a_key_that_was_stolen_voids_what_waits_for_it_and_retry_decides_anew(
    driver: Driver,
) -> None:
    bench, slug, vault = driver.workshop.bench, driver.workshop.slug, driver.workshop.vault
    batch = driver.open(read(results(driver.workshop, 2)))
    driver.between = _Thief(driver, "seal")
    with pytest.raises(TestamurError):
        driver.run(batch)
    driver.between = lambda _step: None
    driver.run(batch)
    assert driver.counts(batch) == {RowState.FAILED: 2}
    assert "can no longer be signed" in (driver.rows(batch)[0].fault or "")
    keyring.rotate(bench, vault, slug, purpose=KeyPurpose.AWARD)
    with bench.begin() as tx:
        again = cohort.retry(tx, bench, batch.id, actor="registrar")
    assert (again.state, again.ended_at) == (BatchState.QUEUED, None)
    driver.run(batch)
    assert driver.counts(batch) == {RowState.KEPT: 2}
    with pytest.raises(IllegalTransition, match="can be tried again"), bench.begin() as tx:
        cohort.retry(tx, bench, batch.id, actor="registrar")


@pytest.mark.parametrize("step", ["prepare", "write_down"])
def test_what_is_only_composed_waits_for_the_next_key(driver: Driver, step: str) -> None:
    bench, slug, vault = driver.workshop.bench, driver.workshop.slug, driver.workshop.vault
    batch = driver.open(read(results(driver.workshop, 2)))
    driver.between = _Thief(driver, step)
    with pytest.raises(NotReady):
        driver.run(batch)
    assert driver.counts(batch) == {RowState.WAITING: 2}
    driver.between = lambda _step: None
    keyring.rotate(bench, vault, slug, purpose=KeyPurpose.AWARD)
    driver.run(batch)
    assert driver.counts(batch) == {RowState.KEPT: 2}
    with bench.read() as tx:
        (record,) = slots.lists(tx, slug)
    assert record.cursor == 2


def test_nothing_is_written_down_with_a_key_that_was_followed_by_another(driver: Driver) -> None:
    bench, slug, vault = driver.workshop.bench, driver.workshop.slug, driver.workshop.vault
    batch = driver.open(read(results(driver.workshop, 2)))

    def rotate(step: str) -> None:
        if step == "write_down":
            keyring.rotate(bench, vault, slug, purpose=KeyPurpose.AWARD)

    driver.between = rotate
    with pytest.raises(Busy, match="Another key signs by now"):
        driver.run(batch)
    assert driver.counts(batch) == {RowState.WAITING: 2}
    driver.between = lambda _step: None
    driver.run(batch)
    assert driver.counts(batch) == {RowState.KEPT: 2}
    for award in _awards(driver):
        assert driver.workshop.check(driver.workshop.sealed(award)).verdict is Verdict.PASSED


def test_what_an_older_program_has_reserved_is_finished(driver: Driver) -> None:
    """It kept a row for each document before anything was composed, and the place before that."""
    bench, slug = driver.workshop.bench, driver.workshop.slug
    batch = driver.open(read(results(driver.workshop, 2)))
    driver.start(batch)
    rows = driver.rows(batch)
    with bench.begin() as tx:
        for row in rows:
            older_reservation(tx, bench, driver.workshop.organisation, award_id=row.award_id or "")
        batches.move_chunk(tx, batch.id, 1, count=2, to=RowState.RESERVED, now=RowState.WAITING)
    driver.run(batch)
    assert driver.counts(batch) == {RowState.KEPT: 2}
    with bench.read() as tx:
        (record,) = slots.lists(tx, slug)
        kept = [documents.of_award(tx, row.award_id or "") for row in rows]
    assert record.cursor == 2
    assert {one.reservation.salt for found in kept for one in found} == {"5a" * 16}


def test_recover_leaves_a_batch_that_is_under_way_alone(driver: Driver) -> None:
    bench = driver.workshop.bench
    batch = driver.open(read(results(driver.workshop, 2)))
    driver.start(batch)
    with bench.begin() as tx:
        cohort.reserve(tx, bench, batch.id, chunk=1)
    done = recover.recover(bench, driver.workshop.slug, actor="operator")
    assert done.finished == done.voided == ()
    driver.run(batch)
    assert driver.counts(batch) == {RowState.KEPT: 2}


def test_first_and_last_of_every_shape_are_checked_in_full(driver: Driver) -> None:
    works = [{"title": f"Work {n}", "url": f"https://works.example/{n}"} for n in (1, 2)]
    limits = replace(driver.workshop.bench.limits, chunk_size=10, check_every=10_000)
    driver = Driver(driver.workshop.with_bench(limits=limits, sampled=set()))
    bench = driver.workshop.bench
    # One without evidence, one with two works, two with one: three shapes.
    shaped = [{}, {"evidence": works[:1]}, {"evidence": works}, {"evidence": works[1:]}]
    found = [driver.workshop.result(n, **more) for n, more in enumerate(shaped, start=1)]
    batch = driver.open(read(found))
    driver.start(batch)
    prepared = composed(driver, batch)
    with bench.begin() as tx:
        cohort.write_down(tx, bench, batch.id, chunk=1, prepared=prepared)

    def other(document: object, hash_name: str = "sha256") -> bytes:
        return b"something else\n"

    wrong = replace(bench, canonicalise=other)
    with pytest.raises(SelfCheckFailed):
        cohort.seal(wrong, batch.id, chunk=1, prepared=prepared)
    # What was refused is not taken for checked.
    assert bench.sampled == set()
    assert cohort.seal(bench, batch.id, chunk=1, prepared=prepared).checked == 4
    assert len(bench.sampled) == 3
    # From here on the last of each shape.
    assert cohort.seal(bench, batch.id, chunk=1, prepared=prepared).checked == 3


def test_what_our_verifier_refuses_stops_the_batch(driver: Driver) -> None:
    batch = driver.open(read(results(driver.workshop, 3)))
    bench = driver.workshop.bench

    def other(document: object, hash_name: str = "sha256") -> bytes:
        return b"something else\n"

    driver.start(batch)
    prepared = composed(driver, batch)
    with bench.begin() as tx:
        cohort.write_down(tx, bench, batch.id, chunk=1, prepared=prepared)
    wrong = driver.workshop.with_bench(canonicalise=other)
    with pytest.raises(SelfCheckFailed, match="Our own verifier refuses"):
        cohort.seal(wrong.bench, batch.id, chunk=1, prepared=prepared)
    with bench.begin() as tx:
        stopped = cohort.stop(tx, bench, batch.id, reason="a difference")
    assert (stopped.state, stopped.reason) == (BatchState.STOPPED, "a difference")
