"""What the engine may write down: ids, numbers, codes of errors, and nothing else."""

import datetime as dt
from typing import Any

import pytest

from issuer.errors import NotReady
from issuer.jobs.faults import Recorded
from issuer.jobs.serializer import IdsAndNumbers
from keys.algorithms import CustodyError

SERIALIZER = IdsAndNumbers()


@pytest.mark.parametrize(
    "value",
    [None, True, 7, "batch-7q4m/12/1.0", [1, "a"], {"args": ["batch-1", 3], "kwargs": {}}],
)
def test_ids_and_numbers_come_back(value: Any) -> None:
    assert SERIALIZER.deserialize(SERIALIZER.serialize(value)) == value


def test_a_tuple_comes_back_as_a_list() -> None:
    assert SERIALIZER.deserialize(SERIALIZER.serialize(("batch-1", 1))) == ["batch-1", 1]


@pytest.mark.parametrize(
    "value",
    [
        "Alex Example",
        "alex@learner.example",
        "é",
        b"bytes",
        1.5,
        dt.date(2026, 6, 12),
        object(),
        {"Alex Example": 1},
        [["Alex Example"]],
        "a" * 129,
    ],
)
def test_everything_else_is_refused_without_being_repeated(value: Any) -> None:
    with pytest.raises(TypeError) as refused:
        SERIALIZER.serialize(value)
    assert "Alex" not in str(refused.value)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (NotReady("Alex Example"), "state.not_ready"),
        (CustodyError("Alex Example"), "keys.custody"),
        (ValueError("Alex Example"), "python.ValueError"),
    ],
)
def test_an_error_is_kept_by_its_code(fault: Exception, code: str) -> None:
    written = SERIALIZER.serialize(fault)
    assert "Alex" not in written
    found = SERIALIZER.deserialize(written)
    assert isinstance(found, Recorded)
    assert found.code == code
    assert SERIALIZER.name() == "testamur_ids"
