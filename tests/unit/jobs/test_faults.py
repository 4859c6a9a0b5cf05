"""Which error means what for a batch, and what is told of it."""

import pytest
import sqlalchemy as sa

from issuer.errors import (
    BatchStopped,
    Busy,
    Conflict,
    IllegalTransition,
    NotReady,
    StillRunning,
    TimestampMissing,
)
from issuer.jobs.faults import Answer, Recorded, answer, code_of, reason_of
from keys.algorithms import CustodyError


def caused(fault: Exception, cause: Exception) -> Exception:
    fault.__cause__ = cause
    return fault


FULL = sa.exc.OperationalError("INSERT", None, Exception("database or disk is full"))


@pytest.mark.parametrize(
    ("fault", "tries", "wanted"),
    [
        (Conflict("x"), 0, Answer.DROP),
        (IllegalTransition("x"), 9, Answer.DROP),
        (StillRunning("x"), 0, Answer.DROP),
        (BatchStopped("x"), 0, Answer.STOP),
        (Recorded("issue.self_check"), 0, Answer.STOP),
        (Busy("x", retry_after_s=1), 99, Answer.AGAIN),
        (FULL, 99, Answer.AGAIN),
        (caused(NotReady("x"), FULL), 99, Answer.AGAIN),
        (Recorded("python.OperationalError"), 99, Answer.AGAIN),
        (NotReady("x"), 2, Answer.AGAIN),
        (NotReady("x"), 3, Answer.PAUSE),
        (TimestampMissing("x"), 0, Answer.AGAIN),
        (TimestampMissing("x"), 3, Answer.PAUSE),
        (CustodyError("x"), 0, Answer.PAUSE),
        (ZeroDivisionError("x"), 2, Answer.AGAIN),
        (ZeroDivisionError("x"), 3, Answer.PAUSE),
    ],
)
def test_an_error_says_how_the_batch_goes_on(fault: Exception, tries: int, wanted: Answer) -> None:
    assert answer(fault, tries=tries) is wanted


def test_what_is_not_ours_is_told_by_its_class_alone() -> None:
    assert code_of(FULL) == "python.OperationalError"
    assert "disk" not in reason_of(FULL)
    assert reason_of(CustodyError("the file is gone")) == "keys.custody: the file is gone"
