"""A cohort whose European documents somebody else seals: in force when they are back."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from issuer.model.achievement import DocumentFormat
from issuer.model.award import AwardState
from issuer.model.batch import RowState
from issuer.registry.batches import Batch
from issuer.services import erase, export_unsealed, import_sealed, lined_up, outcomes, revoke
from tests.town.cohorts import Driver, read, results
from tests.town.elsewhere import BELIEVED, check_of, sealed_there, sealing_elsewhere
from tests.town.workshop import Workshop

OB3, EDC = DocumentFormat.OB3, DocumentFormat.EDC


@pytest.fixture
def driver(workshop: Workshop) -> Driver:
    limits = replace(workshop.bench.limits, chunk_size=3)
    return Driver(sealing_elsewhere(workshop.with_bench(limits=limits)), formats=(EDC,))


def ids(driver: Driver, state: AwardState) -> list[str]:
    return sorted(award.id for award in driver.workshop.awards(state))


def said(driver: Driver, batch: Batch) -> set[str]:
    """What the table of outcomes says of its rows."""
    workshop = driver.workshop
    form = outcomes.Form()
    pieces = outcomes.table(workshop.bench, workshop.slug, batch.id, form=form, actor="registrar")
    return {row["outcome"] for row in csv.DictReader(io.StringIO("".join(pieces), newline=""))}


def take_back(driver: Driver, award_id: str, folder: Path) -> None:
    """Have the document of an award sealed, and take it in."""
    workshop = driver.workshop
    export_unsealed.export_unsealed(workshop.bench, workshop.slug, folder)
    file = sealed_there((folder / f"{award_id}.unsealed.jsonld").read_bytes(), workshop=workshop)
    returned = import_sealed.compare(workshop.bench, workshop.slug, file)
    check = check_of(workshop, BELIEVED)
    import_sealed.keep(workshop.bench, workshop.slug, returned, actor="operator", check=check)


def test_what_is_sealed_elsewhere_alone_is_in_force_when_it_is_back(
    driver: Driver, tmp_path: Path
) -> None:
    workshop = driver.workshop
    batch = driver.run(driver.open(read(results(workshop, 2))))
    assert driver.counts(batch) == {RowState.KEPT: 2}
    assert said(driver, batch) == {"issued; waits for a seal from elsewhere"}
    first, second = ids(driver, AwardState.APPROVED)
    assert ids(driver, AwardState.ACTIVE) == []
    take_back(driver, first, tmp_path)
    assert ids(driver, AwardState.ACTIVE) == [first]
    assert ids(driver, AwardState.APPROVED) == [second]


def test_sent_again_nothing_is_issued_a_second_time(driver: Driver) -> None:
    found = read(results(driver.workshop, 2))
    driver.run(driver.open(found))
    before = ids(driver, AwardState.APPROVED)
    again = driver.run(driver.open(found))
    assert driver.counts(again) == {RowState.ALREADY: 2}
    assert said(driver, again) == {
        "was issued before this file; waits for a seal from elsewhere",
    }
    assert ids(driver, AwardState.APPROVED) == before


def test_what_is_sealed_here_as_well_is_in_force_at_once(driver: Driver) -> None:
    driver.formats = (OB3, EDC)
    batch = driver.run(driver.open(read(results(driver.workshop, 2))))
    assert driver.counts(batch) == {RowState.KEPT: 2}
    found = driver.workshop.awards(AwardState.ACTIVE)
    assert len(found) == 2
    for award in found:
        assert driver.workshop.states(award) == {"edc": "written_down", "ob3": "sealed"}


def test_what_came_back_before_the_chunk_was_kept_was_issued_by_this_batch(
    driver: Driver, tmp_path: Path
) -> None:
    batch = driver.open(read(results(driver.workshop, 2)))

    def between(step: str) -> None:
        if step == "keep":
            take_back(driver, ids(driver, AwardState.APPROVED)[0], tmp_path)

    driver.between = between
    driver.run(batch)
    assert driver.counts(batch) == {RowState.KEPT: 2}
    assert said(driver, batch) == {"issued", "issued; waits for a seal from elsewhere"}


def test_it_is_not_lined_up_behind_another_batch(driver: Driver) -> None:
    batch = driver.run(driver.open(read(results(driver.workshop, 2))))
    bench, waiting = driver.workshop.bench, ids(driver, AwardState.APPROVED)
    with bench.begin() as tx:
        lined_up.line_up(tx, bench, batch, award_ids=waiting, actor="stacking")
        assert lined_up.living(tx, batch) is None


def test_revoked_or_erased_meanwhile_it_waits_for_nothing(driver: Driver) -> None:
    bench, slug = driver.workshop.bench, driver.workshop.slug
    batch = driver.open(read(results(driver.workshop, 3)))
    first, _, third = (row.award_id or "" for row in driver.rows(batch))

    def between(step: str) -> None:
        if step == "keep":
            with bench.begin() as tx:
                revoke.revoke(tx, slug, first, reason="Wrong", actor="registrar", at=bench.moment)
                erase.erase(tx, slug, "S2", actor="registrar", at=bench.moment)

    driver.between = between
    driver.run(batch)
    assert driver.counts(batch) == {RowState.KEPT: 1, RowState.FAILED: 2}
    assert ids(driver, AwardState.APPROVED) == [third]
