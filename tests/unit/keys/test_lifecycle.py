import datetime as dt

import pytest

from keys.algorithms import LifecycleError
from keys.lifecycle import KeyPurpose, KeyRecord, KeyState
from keys.public import PublicKey

DAY = dt.timedelta(days=1)
KEY = PublicKey.from_multibase("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")


@pytest.fixture
def planned(moment: dt.datetime) -> KeyRecord:
    return KeyRecord("award-1", KEY, KeyPurpose.AWARD, KeyState.PLANNED, created=moment)


def test_planned_active_retired(planned: KeyRecord, moment: dt.datetime) -> None:
    active = planned.activate(moment + DAY)
    assert (active.state, active.activated) == (KeyState.ACTIVE, moment + DAY)
    retired = active.retire(moment + 2 * DAY)
    assert (retired.state, retired.retired) == (KeyState.RETIRED, moment + 2 * DAY)
    assert retired.activated == moment + DAY
    assert planned.state is KeyState.PLANNED


def test_a_key_that_was_never_used_may_be_retired(planned: KeyRecord, moment: dt.datetime) -> None:
    assert planned.retire(moment).state is KeyState.RETIRED


def test_there_is_no_way_back(planned: KeyRecord, moment: dt.datetime) -> None:
    active, retired = planned.activate(moment), planned.activate(moment).retire(moment)
    stolen = active.compromise(since=moment, at=moment)
    for record in (active, retired, stolen):
        with pytest.raises(LifecycleError, match=f"award-1 is {record.state} and cannot become"):
            record.activate(moment)
    for record in (retired, stolen):
        with pytest.raises(LifecycleError, match="cannot become retired"):
            record.retire(moment)


@pytest.mark.parametrize("state", KeyState)
def test_a_key_can_be_stolen_from_anywhere(moment: dt.datetime, state: KeyState) -> None:
    record = KeyRecord("k", KEY, KeyPurpose.STATUS, state, created=moment)
    stolen = record.compromise(since=moment - DAY, at=moment)
    assert stolen.state is KeyState.COMPROMISED
    assert (stolen.compromised_since, stolen.compromise_noticed) == (moment - DAY, moment)


def test_the_date_of_a_theft_moves_only_backwards(planned: KeyRecord, moment: dt.datetime) -> None:
    stolen = planned.compromise(since=moment, at=moment)
    earlier = stolen.compromise(since=moment - DAY, at=moment + DAY)
    assert earlier.compromised_since == moment - DAY
    assert earlier.compromise_noticed == moment
    with pytest.raises(LifecycleError, match="only an earlier date"):
        earlier.compromise(since=moment, at=moment + 2 * DAY)
    assert earlier.compromise(since=moment - DAY, at=moment + 2 * DAY) == earlier


def test_nothing_was_stolen_in_the_future(planned: KeyRecord, moment: dt.datetime) -> None:
    with pytest.raises(LifecycleError, match="in the future"):
        planned.compromise(since=moment + DAY, at=moment)
