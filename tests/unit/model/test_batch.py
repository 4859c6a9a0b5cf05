"""The state machine of a batch: no state is skipped, and what ended stays so."""

import itertools
import re

import pytest

from issuer.errors import IllegalTransition
from issuer.model.batch import BatchState, batch_id, step_batch


def test_a_batch_goes_its_way() -> None:
    way = ("staging", "queued", "running", "paused", "queued", "running", "stopped", "queued")
    for now, to in itertools.pairwise(way):
        assert step_batch(BatchState(now), BatchState(to)) == to


@pytest.mark.parametrize(
    ("now", "to"),
    [
        ("staging", "running"),
        ("queued", "done"),
        ("cancelled", "queued"),
        ("done", "cancelled"),
        ("running", "running"),
    ],
)
def test_no_state_is_skipped_and_none_comes_back(now: str, to: str) -> None:
    with pytest.raises(IllegalTransition, match=f"this batch is {now} and cannot become {to}"):
        step_batch(BatchState(now), BatchState(to))


def test_an_id_cannot_be_guessed_and_can_be_read_aloud() -> None:
    found = batch_id(bytes(range(10)))
    assert re.fullmatch(r"batch-[0-9a-hjkmnp-tv-z]{16}", found)
    with pytest.raises(ValueError, match="10 random bytes"):
        batch_id(b"short")
