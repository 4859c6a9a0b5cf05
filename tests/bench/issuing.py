"""Issue, end to end: from the first byte of a file to the last credential that is kept.

Beside it `@digitalbazaar/vc` issues the same document in Node, and keeps nothing.
"""

import datetime as dt
import tempfile
import time
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    with tempfile.TemporaryDirectory() as folder, premises(Settings(home=Path(folder))) as place:
        document = body_of(place.sealed(place.issue(place.results(1)))[0])
        found.told = _told(document, options)
        _measure(found, place, document, options=options)
    return found


def _told(document: Json, options: Options) -> list[str]:
    return [
        "One Open Badge with eddsa-rdfc-2022 an award, in one format. " + described(document),
        (
            f"Ours is everything: a file of our own CSV with {options.count} rows is read, "
            "accepted and decided; status slots are leased, documents composed, linted and "
            "prepared, their digests written down and committed, sealed, every signature "
            "verified, the first and last of every shape of a chunk and one in 500 verified in "
            "full, encrypted for the learner, kept and committed, with the audit chain. CPU is "
            "that of all processes, of the PostgreSQL server too; made elsewhere is only the text "
            "of the file."
        ),
        (
            f"Node's is `vc.issue` of one document in memory, {options.node} times a round, in a "
            "process that is warm: contexts from memory, nothing composed, checked or kept. The "
            "plain badge is one of the same award that has only terms of 1EdTech, no context "
            "inside and about as many claims: the price of our vocabulary in Node is not in it. "
            + described(third_party.plain(document))
        ),
    ]


@dataclass
class _Field:
    """The contestants as they gather, and the processes that some of them have."""

    section: Section
    options: Options
    stack: ExitStack
    contestants: dict[str, Contestant] = field(default_factory=dict)
    elsewhere: set[int] = field(default_factory=set)
    """Processes that descend from this one and take part in the rounds of one alone."""

    def enter(
        self,
        name: str,
        place: Premises,
        work: Callable[[bytes], object],
        *,
        own: Collection[int] = (),
        server: Collection[int] = (),
    ) -> None:
        """A contestant of ours; ``own`` are its processes, ``server`` is no child of ours."""
        count = self.options.count

        def one_round() -> Sample:
            data, aside = place.results(count), self.elsewhere.difference(own)
            here = {meters.me(), *server}
            cpu, wall = meters.cpu_of(here, without=aside), time.perf_counter()
            work(data)
            wall = time.perf_counter() - wall
            return Sample(count, wall, meters.cpu_of(here, without=aside) - cpu)

        self.contestants[name] = one_round

    def missing(self, name: str, why: object) -> None:
        """Say what cannot be measured."""
        self.section.missing.append(f"{name}: {why}.")

    def premises(self, **given: Any) -> Premises:
        """An installation for one contestant alone."""
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        return self.stack.enter_context(premises(Settings(home=folder / "home", **given)))

    def workers(self, place: Premises, *, count: int) -> Workers:
        """Processes that finish its batches."""
        settings = place.house.settings
        log = settings.home.parent / "workers.log"
        found: Workers = self.stack.enter_context(workers(settings, count=count, log=log))
        self.elsewhere.update(found.pids)
        return found


def _measure(found: Section, place: Premises, document: Json, *, options: Options) -> None:
    with ExitStack() as stack:
        entered = _Field(found, options, stack)
        _node(entered, place, document)
        entered.enter(SQLITE, place, place.issue)
        _checked(entered, place)
        _engine(entered)
        _postgres(entered)
        # Twice, so that of several workers each has started whatever it starts by need.
        results = rounds.interleave(entered.contestants, rounds=options.rounds, warm=2, told=NAME)
    found.tables.append(_table(results))
    found.aims = _aims(results)


def _node(entered: _Field, place: Premises, document: Json) -> None:
    try:
        node = entered.stack.enter_context(
            third_party.node(material=place.material(), issue=document)
        )
    except DoesNotRun as fault:
        entered.missing("Node", fault)
        return
    entered.elsewhere.add(node.pid)
    for name, what in ((NODE, third_party.OURS), (NODE_PLAIN, third_party.PLAIN)):
        question = {"do": "issue", "name": what, "count": 1}
        try:
            node.ask(question)
        except DoesNotRun as fault:
            entered.missing(name, fault)
        else:
            whole = {**question, "count": entered.options.node}
            entered.contestants[name] = node.contestant(whole)


def _checked(entered: _Field, place: Premises) -> None:
    again = fast.same_shape(rdfc10.canonicalise)
    if again is None:
        entered.missing(CHECKED, fast.NO_SHAPES)
        return
    material, verifier = place.material(), again

    def issue_and_verify(data: bytes) -> None:
        sealed = place.sealed(place.issue(data))
        verifier.verify(sealed, material=material, at=dt.datetime.now(dt.UTC))

    entered.enter(CHECKED, place, issue_and_verify)


def _engine(entered: _Field) -> None:
    if not fast.has_engine():
        entered.missing(ENGINE, fast.NO_ENGINE)
        return
    # Alone with its database: it would finish the batches of others as well.
    place = entered.premises()
    one = entered.workers(place, count=1)
    entered.enter(ENGINE, place, lambda data: one.finish(place, place.open(data)), own=one.pids)


def _postgres(entered: _Field) -> None:
    try:
        server: Server = entered.stack.enter_context(postgres.server())
    except DoesNotRun as fault:
        entered.missing(POSTGRES, fault)
        return
    place = entered.premises(database_url=server.url, issue_processes=1)
    two = entered.workers(place, count=WORKERS)
    entered.section.told.append(f"The workers on PostgreSQL: {two.told}; fsync is on.")
    entered.enter(
        POSTGRES,
        place,
        lambda data: two.finish(place, place.open(data)),
        own=two.pids,
        server=(server.pid,),
    )


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
