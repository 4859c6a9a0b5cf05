"""``python -m tests.bench.one_batch COUNT``: issues so many awards and says what it took, in JSON.

A process of its own, so that the peak of its memory is of this batch alone.
"""

import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from issuer.services.accept import MAX_ROWS
from issuer.settings import Settings
from tests.bench import fast, meters
from tests.bench.premises import Premises, premises
from tests.bench.workers import Workers, workers


def main(count: int) -> None:
    """Issue and print."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = Settings(home=folder / "home")
        place = stack.enter_context(premises(settings))
        engine = None
        if fast.has_engine():
            engine = stack.enter_context(workers(settings, count=1, log=folder / "worker.log"))
        # What is started by need is started before.
        _issue(place, engine, place.results(100))
        files = [place.results(min(MAX_ROWS, count - n)) for n in range(0, count, MAX_ROWS)]
        cpu, wall = meters.cpu_of({meters.me()}), time.perf_counter()
        for data in files:
            _issue(place, engine, data)
        wall = time.perf_counter() - wall
        cpu = meters.cpu_of({meters.me()}) - cpu
        driver = engine.pids[0] if engine else meters.me()
        found = {
            "count": count,
            "wall_s": wall,
            "cpu_s": cpu,
            "driver_mb": meters.peak_mb(driver),
            "all_mb": sum(map(meters.peak_mb, meters.tree(driver))),
        }
    sys.stdout.write(json.dumps(found) + "\n")


def _issue(place: Premises, engine: Workers | None, data: bytes) -> None:
    if engine is None:
        place.issue(data)
    else:
        engine.finish(place, place.open(data))


if __name__ == "__main__":
    main(int(sys.argv[1]))
