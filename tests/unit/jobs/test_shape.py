"""The shape of a job: when it changes its version must, and nothing else may change it.

A job that was begun by an older program is gone on with by a newer one of the same shape: its
steps are replayed by number and name. Who changes `STEPS` raises `SHAPE` and adds a line here.
"""

from typing import Any

from issuer.jobs import chunk
from issuer.jobs.chunk import Job, Step
from tests.town import shift
from tests.town.shift import Pretended

SHAPES = {
    "1": ("reserve", "write_down", "keep"),
    # With a job for each slice of a batch that has ended; that of a chunk is as it was.
    "2": ("reserve", "write_down", "keep"),
    # What is reserved is a lease; rows are moved from the second step on.
    "3": ("reserve", "write_down", "keep"),
}
"""Every shape there ever was. Lines are added, and never changed."""


def test_the_version_is_that_of_these_steps() -> None:
    assert SHAPES[chunk.SHAPE] == chunk.STEPS


def test_a_chunk_takes_these_steps_and_no_other() -> None:
    taken: list[str] = []

    def steps(name: str, _step: Step) -> object:
        taken.append(name)
        return None

    nothing: Any = None
    job = Job(Pretended(), shift.bench_of(nothing_begins()), nothing)
    assert chunk.run_chunk(steps, job, "batch-1", number=1) == chunk.DONE
    assert tuple(taken) == SHAPES[chunk.SHAPE]


def nothing_begins() -> Any:
    class Nothing:
        begin = read = None

    return Nothing()


def test_the_program_has_no_part_in_the_version() -> None:
    from issuer.jobs import engine  # noqa: PLC0415 # It is slow to load.

    assert f"testamur-jobs-{chunk.SHAPE}" == engine.VERSION
