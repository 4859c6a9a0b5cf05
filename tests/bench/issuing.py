"""Issue, end to end: from the first byte of a file to the last credential that is kept.

Beside it `@digitalbazaar/vc` issues the same document in Node, and keeps nothing.
"""

import datetime as dt
import tempfile
import time
from collections.abc import Callable, Collection
from contextlib import ExitStack
from pathlib import Path

from issuer.jsonld import rdfc10
from issuer.settings import Settings
from tests.bench import fast, meters, postgres, report, rounds, third_party
from tests.bench.counterpart import DoesNotRun
from tests.bench.options import Options
from tests.bench.postgres import Server
from tests.bench.premises import Json, Premises, body_of, described, premises
from tests.bench.report import Section, Table
from tests.bench.rounds import Contestant, Results, Sample
from tests.bench.workers import Workers, workers

NAME = "issue"
SQLITE = "testamur into SQLite"
CHECKED = "the same, every document verified again by its shape"
ENGINE = "the same, by the durable engine"
POSTGRES = "testamur into PostgreSQL, 2 workers"
NODE = "Node `vc.issue`, the same document"
NODE_PLAIN = "Node `vc.issue`, a plain badge of the same award"
WORKERS = 2


def section(options: Options) -> Section:
    """Measure it."""
    found = Section(NAME, "Issue, end to end")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        place = stack.enter_context(premises(Settings(home=folder / "sqlite")))
        document = body_of(place.sealed(place.issue(place.results(1)))[0])
        found.told = _told(document, options)
        _measure(found, place, document, options=options, stack=stack)
    return found


def _told(document: Json, options: Options) -> list[str]:
    return [
        "One Open Badge with eddsa-rdfc-2022 an award, in one format. " + described(document),
        (
            f"Ours is everything: a file of our own CSV with {options.count} rows is read, accepted "
            "and decided; status slots are leased, documents composed, linted and prepared, their "
            "digests written down and committed, sealed, every signature verified, the first and last "
            "of every shape of a chunk and one in 500 verified in full, encrypted for the learner, "
            "kept and committed, with the audit chain. CPU is that of all processes, of the PostgreSQL "
            "server too; made elsewhere is only the text of the file."
        ),
        (
            f"Node's is `vc.issue` of one document in memory, {options.node} times a round, in a "
            "process that is warm: contexts from memory, nothing composed, checked or kept. The plain "
            "badge has only terms of 1EdTech: Node's time without our vocabulary."
        ),
    ]


def _measure(
    found: Section, place: Premises, document: Json, *, options: Options, stack: ExitStack
) -> None:
    contestants: dict[str, Contestant] = {}
    aside: list[int] = []
    _node(found, place, document, options=options, stack=stack, into=contestants, aside=aside)
    _engine(found, place, options=options, stack=stack, into=contestants)
    _postgres(found, options=options, stack=stack, into=contestants, aside=aside)
    contestants[SQLITE] = _ours(place, place.issue, options=options, aside=aside)
    again = fast.same_shape(rdfc10.canonicalise)
    if again is None:
        found.missing.append(f"{CHECKED}: {fast.NO_SHAPES}.")
    else:
        material, verifier = place.material(), again

        def issue_and_verify(data: bytes) -> None:
            sealed = place.sealed(place.issue(data))
            verifier.verify(sealed, material=material, at=dt.datetime.now(dt.UTC))

        contestants[CHECKED] = _ours(place, issue_and_verify, options=options, aside=aside)
    results = rounds.interleave(contestants, rounds=options.rounds, told=NAME)
    found.tables.append(_table(results))
    found.aims = _aims(results)


def _ours(
    place: Premises,
    work: Callable[[bytes], object],
    *,
    options: Options,
    aside: Collection[int],
    server: tuple[int, ...] = (),
) -> Contestant:
    """A round of ours: ``aside`` are processes that have no part in it, ``server`` one that has."""

    def one_round() -> Sample:
        data = place.results(options.count)
        here = {meters.me(), *server}
        cpu, wall = meters.cpu_of(here, without=aside), time.perf_counter()
        work(data)
        wall = time.perf_counter() - wall
        return Sample(options.count, wall, meters.cpu_of(here, without=aside) - cpu)

    return one_round


def _node(
    found: Section,
    place: Premises,
    document: Json,
    *,
    options: Options,
    stack: ExitStack,
    into: dict[str, Contestant],
    aside: list[int],
) -> None:
    try:
        node = stack.enter_context(third_party.node(material=place.material(), issue=document))
    except DoesNotRun as fault:
        found.missing.append(f"Node: {fault}")
        return
    aside.append(node.pid)
    for name, what in ((NODE, third_party.OURS), (NODE_PLAIN, third_party.PLAIN)):
        into[name] = node.contestant({"do": "issue", "name": what, "count": options.node})


def _engine(
    found: Section,
    place: Premises,
    *,
    options: Options,
    stack: ExitStack,
    into: dict[str, Contestant],
) -> None:
    if not fast.has_engine():
        found.missing.append(f"{ENGINE}: {fast.NO_ENGINE}.")
        return
    settings = place.house.settings
    log = settings.home / "worker.log"
    worker = stack.enter_context(workers(settings, count=1, log=log))
    # It is in the same tree of processes as we are.
    into[ENGINE] = _ours(
        place, lambda data: worker.finish(place, place.open(data)), options=options, aside=()
    )


def _postgres(
    found: Section,
    *,
    options: Options,
    stack: ExitStack,
    into: dict[str, Contestant],
    aside: list[int],
) -> None:
    try:
        server: Server = stack.enter_context(postgres.server())
    except DoesNotRun as fault:
        found.missing.append(f"{POSTGRES}: {fault}")
        return
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    settings = Settings(home=folder / "home", database_url=server.url, issue_processes=1)
    place = stack.enter_context(premises(settings))
    two: Workers = stack.enter_context(workers(settings, count=WORKERS, log=folder / "workers.log"))
    found.told.append(f"The workers on PostgreSQL: {two.told}; fsync is on.")
    into[POSTGRES] = _ours(
        place,
        lambda data: two.finish(place, place.open(data)),
        options=options,
        aside=tuple(aside),
        server=(server.pid,),
    )
    aside.extend(two.pids)


def _table(results: Results) -> Table:
    node = results.get(NODE)
    rows = []
    for name, series in results.items():
        times = (
            [f"{rounds.by_cpu(series, node):.1f}×", f"{rounds.by_wall(series, node):.1f}×"]
            if node
            else ["–", "–"]
        )
        rows.append(
            [
                name,
                f"{series.cpu_s * 1e6:.0f} µs",
                f"± {series.spread:.0%}",
                f"{series.cpu_rate:.0f}/s",
                f"{series.rate:.0f}/s",
                *times,
            ]
        )
    header = ["", "CPU each", "", "a core", "by the clock", "Node by CPU", "Node by the clock"]
    return Table(header, rows)


def _aims(results: Results) -> list[report.Aim]:
    ratio = {
        name: rounds.by_cpu(results[name], results[NODE]) if NODE in results else None
        for name in results
    }
    ours = results[SQLITE]
    times = "{:.1f}×"
    return [
        report.at_least("SQLite: ≥ 30× Node by CPU", ratio[SQLITE], least=30, shown=times),
        report.at_least("SQLite: better, ≥ 40× Node by CPU", ratio[SQLITE], least=40, shown=times),
        report.at_most(
            "SQLite: ≤ 450 µs of CPU a credential", ours.cpu_s * 1e6, most=450, shown="{:.0f} µs"
        ),
        report.at_least("SQLite: 4000/s by the clock", ours.rate, least=4000, shown="{:.0f}/s"),
        report.at_least(
            "every document verified again by its shape: ≥ 20× Node by CPU",
            ratio.get(CHECKED),
            least=20,
            shown=times,
        ),
        report.at_least(
            "PostgreSQL, 2 workers, server included: ≥ 20× Node by CPU",
            ratio.get(POSTGRES),
            least=20,
            shown=times,
        ),
    ]
