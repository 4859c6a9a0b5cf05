"""``make bench``: what one credential costs, as ratios from interleaved runs on one machine.

Prints a table for each section; a run of all of them writes ``docs/reference/benchmarks.md``.
Nothing here passes or fails.
"""

import datetime as dt
import platform
import sys
from collections.abc import Callable, Mapping

from tests.bench import (
    issuing,
    meters,
    options,
    parts,
    peers,
    report,
    scaling,
    sealing,
    service,
    stacking,
    verifying,
)
from tests.bench.options import Options
from tests.bench.premises import ROOT
from tests.bench.report import Section

SECTIONS: Mapping[str, Callable[[Options], Section]] = {
    issuing.NAME: issuing.section,
    scaling.NAME: scaling.section,
    sealing.NAME: sealing.section,
    verifying.NAME: verifying.section,
    service.NAME: service.section,
    stacking.NAME: stacking.section,
    peers.NAME: peers.section,
    parts.NAME: parts.section,
}


def main(arguments: list[str]) -> None:
    """Measure, print, and write the page where all was measured."""
    chosen = options.read(arguments, sections=list(SECTIONS))
    about = _about(chosen)
    for name, value in about.items():
        meters.say(f"{name}: {value}")
    done = []
    for name, section in SECTIONS.items():
        if chosen.only in {None, name}:
            meters.say(f"\n… {name}")
            done.append(section(chosen))
            meters.say("\n" + report.terminal(done[-1]))
    if chosen.only is None:
        report.write(report.page(done, about=about, short=chosen.short))


def _about(chosen: Options) -> dict[str, str]:
    return {
        "Date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "Commit": meters.commit(ROOT),
        "Processor": f"{meters.cpu_model()}, {meters.cores()} cores",
        "System": f"{platform.system()} {platform.release()}",
        "Python": meters.python_version(),
        "Node": meters.node_version(),
        "SQLite": meters.sqlite_version(),
        "PostgreSQL": meters.postgres_version(),
        "Load average at the start": meters.load_average(),
        "Rounds": f"{chosen.rounds} that count, {chosen.count} awards each",
    }


if __name__ == "__main__":
    main(sys.argv[1:])
