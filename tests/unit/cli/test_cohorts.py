"""What is said of a batch while it is issued, and while it is decided what it completes."""

import datetime as dt
from collections import Counter

import pytest

from issuer.cli.cohorts import _Bar, _is_over, tell
from issuer.model.batch import BatchState, RowState
from issuer.registry.batches import Batch
from issuer.services.follow import Followed

AT = dt.datetime(2026, 6, 12, tzinfo=dt.UTC)


def followed(state: BatchState, *, kept: int, undecided: int) -> Followed:
    """A batch of 40 rows at a moment."""
    batch = Batch(
        id="batch-1",
        organisation="euas",
        fingerprint="1",
        input_sha256="0" * 64,
        source="own CSV",
        formats=(),
        state=state,
        reason=None,
        approved_by="registrar",
        chunk_size=500,
        refused=0,
        version=1,
        created_at=AT,
        started_at=AT,
        ended_at=AT if state is BatchState.DONE else None,
    )
    counts = Counter({RowState.KEPT: kept, RowState.WAITING: 40 - kept})
    return Followed(batch, counts, undecided=undecided)


def test_a_line_says_when_it_is_decided_what_is_completed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    begun = followed(BatchState.RUNNING, kept=0, undecided=0)
    bar = _Bar(begun)
    for kept, undecided in ((40, 40), (40, 20), (40, 0)):
        bar.show(followed(BatchState.DONE, kept=kept, undecided=undecided))
    said = capsys.readouterr().err
    assert said.count("Deciding what is completed: 40 rows to go") == 1
    assert "20 rows" not in said
    assert "Issuing: 40 of 40" in said


def test_a_batch_is_over_when_all_is_decided() -> None:
    assert not _is_over(followed(BatchState.DONE, kept=40, undecided=1))
    assert _is_over(followed(BatchState.DONE, kept=40, undecided=0))
    assert _is_over(followed(BatchState.PAUSED, kept=20, undecided=0))


def test_whoever_looks_is_told_of_what_is_undecided(capsys: pytest.CaptureFixture[str]) -> None:
    tell(followed(BatchState.DONE, kept=40, undecided=40))
    assert "What its learners complete is being decided: 40 rows to go." in capsys.readouterr().out
    tell(followed(BatchState.DONE, kept=40, undecided=0))
    assert "being decided" not in capsys.readouterr().out
