"""One batch after the other of growing size, each in a fresh process: time and memory.

`tests.bench.one_batch` is that process.
"""

import json
import subprocess
import sys
from typing import Any

from issuer.services.accept import MAX_ROWS
from tests.bench import meters, report
from tests.bench.options import MILLION, Options
from tests.bench.premises import ROOT
from tests.bench.report import Aim, Section, Table

NAME = "scaling"
_LARGE = 100_000
_MOST_MB = 500
_LINEAR = 1.2
"""Time an award may grow by so much, from the smallest batch to the largest."""


def section(options: Options) -> Section:
    """Measure it."""
    found = Section(NAME, "Size of a batch: time and memory")
    found.told = [
        (
            "End to end into SQLite as above, one batch, once each, in a new process and a new "
            "database. Memory is the peak of resident memory: of the process that drives the "
            "batch, and of all its processes together (those that compose and those that "
            "canonicalise included), as if all had their peak at once. A file holds at most "
            f"{MAX_ROWS:,} results: beyond that there are several files, one batch each, in the "
            "same process."
        ),
    ]
    done = []
    for count in options.scale:
        meters.say(f"  {NAME}: {count} awards")
        done.append(_one(count))
    found.tables.append(Table(_HEADER, [_row(one) for one in done]))
    found.aims = _aims(done)
    if MILLION not in options.scale:
        found.missing.append("a million: it is measured with `make bench BENCH_MILLION=1`.")
    return found


_HEADER = ["awards", "seconds", "by the clock", "CPU each", "driving process", "all processes"]


def _one(count: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.one_batch", str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _row(one: dict[str, Any]) -> list[str]:
    return [
        f"{one['count']:,}",
        f"{one['wall_s']:.1f}",
        f"{one['count'] / one['wall_s']:.0f}/s",
        f"{one['cpu_s'] / one['count'] * 1e6:.0f} µs",
        f"{one['driver_mb']:.0f} MB",
        f"{one['all_mb']:.0f} MB",
    ]


def _aims(done: list[dict[str, Any]]) -> list[Aim]:
    of_size = {one["count"]: one for one in done}
    large, first, last = of_size.get(_LARGE), done[0], done[-1]
    growth = (last["cpu_s"] / last["count"]) / (first["cpu_s"] / first["count"])
    sizes = f"from {first['count']:,} to {last['count']:,} awards"
    return [
        *(
            report.at_most(
                f"100,000 awards in ≤ {_MOST_MB} MB, {who}",
                large[name] if large else None,
                most=_MOST_MB,
                shown="{:.0f} MB",
            )
            for name, who in (("driver_mb", "driving process"), ("all_mb", "all processes"))
        ),
        report.at_most(
            f"linear {sizes}: CPU an award grows at most by {_LINEAR}×",
            growth if len(done) > 1 else None,
            most=_LINEAR,
            shown="{:.2f}×",
        ),
        Aim(
            "linear to 1,000,000",
            f"{growth:.2f}×" if MILLION in of_size else "–",
            growth <= _LINEAR if MILLION in of_size else None,
        ),
    ]
