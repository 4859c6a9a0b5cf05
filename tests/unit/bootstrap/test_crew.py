"""The processes of a cohort: they answer in order, and one that breaks down is replaced."""

import os
import signal
from collections.abc import Iterator

import pytest

from issuer.bootstrap.crew import Processes
from issuer.errors import NotReady
from issuer.services.crew import Alone, parts


def _double(value: int) -> int:
    return 2 * value


def _who(_value: int) -> int:
    return os.getpid()


def _die(_value: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _refuse(value: int) -> None:
    msg = f"{value} is refused"
    raise ValueError(msg)


@pytest.fixture(scope="module")
def crew() -> Iterator[Processes]:
    crew = Processes(2)
    yield crew
    crew.close()


def test_each_value_is_answered_in_its_place_by_another_process(crew: Processes) -> None:
    assert crew.run(_double, [1, 2, 3]) == [2, 4, 6]
    assert os.getpid() not in crew.run(_who, [1, 2])


def test_what_it_raises_is_raised_here(crew: Processes) -> None:
    with pytest.raises(ValueError, match="7 is refused"):
        crew.run(_refuse, [7])
    assert crew.run(_double, [4]) == [8]


def test_processes_that_die_are_replaced_and_it_is_told(crew: Processes) -> None:
    before = set(crew.run(_who, [1, 2]))
    with pytest.raises(NotReady, match="broke down twice"):
        crew.run(_die, [1])
    after = set(crew.run(_who, [1, 2]))
    assert after.isdisjoint(before)


def test_closed_it_can_be_asked_again_and_closed_again() -> None:
    crew = Processes(1)
    crew.close()
    assert crew.run(_double, [5]) == [10]
    crew.close()
    crew.close()


def test_parts_are_even_and_none_is_empty(crew: Processes) -> None:
    assert parts(range(5), crew=crew) == [range(3), range(3, 5)]
    assert parts([], crew=crew) == []
    assert parts([1], crew=crew) == [[1]]
    assert Alone().run(_double, [1, 2]) == [2, 4]
