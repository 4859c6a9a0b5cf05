"""Verify: our full path and our path by shape, beside `verifyCredential` of `@digitalbazaar/vc`."""

import datetime as dt
import tempfile
from contextlib import ExitStack
from pathlib import Path

from issuer.jsonld import rdfc10
from issuer.proofs import jcs
from issuer.settings import Settings
from issuer.verify import Material, Policy, verify
from tests.bench import fast, report, rounds, third_party
from tests.bench.counterpart import DoesNotRun
from tests.bench.options import Options
from tests.bench.premises import body_of, described, premises
from tests.bench.report import Section, Table
from tests.bench.rounds import Contestant, Results

NAME = "verify"
FULL = "testamur, full path"
SHAPE = "testamur, by shape"
NODE = "Node `verifyCredential`"
_DOCUMENTS = 500
_TIMES = 4


def section(options: Options) -> Section:
    """Measure it."""
    found = Section(NAME, "Verify")
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        place = stack.enter_context(premises(Settings(home=Path(folder))))
        sealed = place.sealed(place.issue(place.results(_DOCUMENTS)))
        found.told = [
            "One core, one process, credentials of one course. " + described(body_of(sealed[0])),
            (
                "Ours is every numbered check from bytes to report: JSON, structure, the published "
                "JSON Schema where it is due, the proof, the key's life, the issuer's identity, "
                "validity, and the status list, which we hold and whose own proof is verified."
            ),
            (
                "Node's is `verifyCredential` of a value that was parsed before: structure, dates "
                "and the proof; contexts and DID document come from memory. Its `checkStatus` is "
                "a stub that answers yes: it reads no list."
            ),
        ]
        contestants = _ours(sealed, place.material(), options=options)
        try:
            credentials = [jcs.decode(data) for data in sealed[: options.node]]
            node = stack.enter_context(
                third_party.node(material=place.material(), verify=credentials)
            )
        except DoesNotRun as fault:
            found.missing.append(f"Node: {fault}")
        else:
            question = {"do": "verify", "name": third_party.OURS, "count": options.node}
            contestants[NODE] = node.contestant(question)
        results = rounds.interleave(contestants, rounds=options.rounds, told=NAME)
    _tell(found, results)
    return found


def _ours(sealed: list[bytes], material: Material, *, options: Options) -> dict[str, Contestant]:
    at = dt.datetime.now(dt.UTC)

    def check(data: bytes, policy: Policy) -> None:
        found = verify(
            data, material=material, policy=policy, at=at, canonicalise=rdfc10.canonicalise
        )
        found.require_passed()

    asked = Policy()
    some = sealed[: options.node]
    found = {
        FULL: rounds.over(lambda data: check(data, asked), some),
    }
    shape = fast.same_shape(rdfc10.canonicalise)
    if shape is not None:
        quick, many = shape, sealed * _TIMES

        def all_of_them() -> None:
            quick.verify(many, material=material, at=at)

        found[SHAPE] = rounds.whole(all_of_them, count=len(many))
    return found


def _tell(found: Section, results: Results) -> None:
    node = results.get(NODE)
    ratio = {name: rounds.by_cpu(s, node) if node else None for name, s in results.items()}
    rows = []
    for name, series in results.items():
        times = f"{ratio[name]:.1f}×" if node else "–"
        cpu = f"{series.cpu_s * 1e6:.0f} µs"
        rows.append([name, cpu, f"± {series.spread:.0%}", f"{series.cpu_rate:.0f}/s", times])
    found.tables.append(Table(["", "CPU each", "", "a core", "Node by CPU"], rows))
    if SHAPE not in results:
        found.missing.append(f"{SHAPE}: {fast.NO_SHAPES}.")
    times = "{:.1f}×"
    found.aims = [
        report.at_least("full path: ≥ 1× Node", ratio[FULL], least=1, shown=times),
        report.at_least("full path: better, ≥ 2× Node", ratio[FULL], least=2, shown=times),
        report.at_least("by shape: ≥ 15× Node", ratio.get(SHAPE), least=15, shown=times),
    ]
