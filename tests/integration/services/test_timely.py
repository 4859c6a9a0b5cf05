"""A date that cannot be right: nothing is approved, kept or signed, and it can be corrected."""

import datetime as dt

import pytest

from issuer.errors import FieldsInvalid
from issuer.model.batch import RowState
from issuer.services import decide
from tests.town.cohorts import Driver, read
from tests.town.workshop import Workshop

COURSE = "python-basics"


def days(workshop: Workshop) -> tuple[dt.date, dt.date]:
    """The first day that is still to come, and one of which everything has ended."""
    course = workshop.courses[COURSE]
    assert course.valid_months is not None
    today = workshop.clock().date()
    return today + dt.timedelta(days=2), today.replace(
        year=today.year - 1 - course.valid_months // 12
    )


@pytest.mark.parametrize("which", [0, 1])
def test_a_result_of_a_day_that_cannot_be_is_refused_and_may_be_corrected(
    workshop: Workshop, which: int
) -> None:
    result = workshop.result(1, achievement=COURSE)
    wrong = result.model_copy(update={"date": days(workshop)[which], "source_id": "R1"})
    with pytest.raises(FieldsInvalid, match="date: "), workshop.bench.begin() as tx:
        decide.decide(tx, wrong, actor="registrar", bench=workshop.bench)
    assert workshop.awards() == ()
    right = result.model_copy(update={"source_id": "R1"})
    with workshop.bench.begin() as tx:
        found = decide.decide(tx, right, actor="registrar", bench=workshop.bench)
    assert found.outcome is decide.Decided.APPROVED


def test_tomorrow_may_be_today_elsewhere(workshop: Workshop) -> None:
    day = workshop.clock().date() + dt.timedelta(days=1)
    result = workshop.result(1, achievement=COURSE).model_copy(update={"date": day})
    with workshop.bench.begin() as tx:
        found = decide.decide(tx, result, actor="registrar", bench=workshop.bench)
    assert found.outcome is decide.Decided.APPROVED


def test_what_was_issued_in_time_is_found_again_when_it_has_ended(workshop: Workshop) -> None:
    result = workshop.result(1, achievement=COURSE)
    with workshop.bench.begin() as tx:
        decide.decide(tx, result, actor="registrar", bench=workshop.bench)
    workshop.clock.pass_by(days=366 * 6)
    with workshop.bench.begin() as tx:
        found = decide.decide(tx, result, actor="registrar", bench=workshop.bench)
    assert found.outcome is decide.Decided.ALREADY


def test_in_a_cohort_such_a_row_fails_alone_and_may_be_corrected(workshop: Workshop) -> None:
    good, late, old = (workshop.result(n, achievement=COURSE) for n in (1, 2, 3))
    to_come, ended = days(workshop)
    wrong = [
        late.model_copy(update={"date": to_come, "source_id": "R2"}),
        old.model_copy(update={"date": ended, "source_id": "R3"}),
    ]
    driver = Driver(workshop)
    batch = driver.run(driver.open(read([good, *wrong])))
    assert driver.counts(batch) == {RowState.KEPT: 1, RowState.FAILED: 2}
    assert {row.code for row in driver.rows(batch) if row.code} == {"input.fields"}
    right = [
        late.model_copy(update={"source_id": "R2"}),
        old.model_copy(update={"source_id": "R3"}),
    ]
    again = driver.run(driver.open(read(right), sha256="7a" * 32))
    assert driver.counts(again) == {RowState.KEPT: 2}
