"""Peers that anybody can install, beside ours: `@digitalbazaar/vc`, openbadgeslib, openvc-core.

Those from Python live in an environment of their own (``var/bench/peers``, from
``tests/bench/requirements-peers.lock``), which ``make bench`` makes.
"""

import datetime as dt
import json
import re
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from issuer.jsonld import rdfc10
from issuer.proofs import jcs
from issuer.services.signing import active_signer
from issuer.settings import Settings
from issuer.verify import Policy, verify
from keys.lifecycle import KeyPurpose
from tests.bench import fast, rounds, sealing, third_party
from tests.bench.counterpart import Counterpart, DoesNotRun
from tests.bench.options import Options
from tests.bench.premises import ROOT, Json, Premises, body_of, described, premises
from tests.bench.report import Section, Table
from tests.bench.rounds import Contestant, Results

NAME = "peers"
FOLDER = ROOT / "var" / "bench" / "peers"
LOCK = Path(__file__).with_name("requirements-peers.lock")
FROM_PYTHON = ("openbadgeslib", "openvc-core")
OURS = "testamur, full path"
OURS_SHAPE = "testamur, by shape"
NODE = "@digitalbazaar/vc"
_TIMES = 100


def section(options: Options) -> Section:
    """Measure it."""
    found = Section(NAME, "Peers")
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        place = stack.enter_context(premises(Settings(home=Path(folder))))
        sealed = place.sealed(place.issue(place.results(1)))[0]
        document = body_of(sealed)
        documents = {third_party.OURS: document, third_party.PLAIN: third_party.plain(document)}
        found.told = _told(documents)
        answering = _peers(found, place, documents, sealed=sealed, stack=stack)
        for verb, title in (("issue", "Sign one document"), ("verify", "Verify one document")):
            contestants = _ours(place, documents, verb=verb, sealed=sealed, count=options.node)
            _add(found, contestants, answering, verb=verb, count=options.node)
            results = rounds.interleave(contestants, rounds=options.rounds, told=f"{NAME}, {verb}")
            found.tables.append(_table(title, results))
    return found


def _told(documents: Mapping[str, Json]) -> list[str]:
    return [
        "One core and one process each, warm, eddsa-rdfc-2022, a key of its own, contexts from "
        "memory, nothing kept. " + described(documents[third_party.OURS]),
        "The plain badge is one of the same award with only terms of 1EdTech, no context inside, "
        "and about as many claims. " + described(documents[third_party.PLAIN]),
        (
            "Signing: from a document as a value to the document with its proof; nothing is "
            "composed. Ours also writes the bytes. openbadgeslib is `add_data_integrity_proof` "
            "and openvc-core `DataIntegrityProofSuite.add_proof`, which also screens the "
            "document. Verifying: openbadgeslib and openvc-core check the proof of what they have "
            "signed, with the key in hand, openvc-core the dates as well; @digitalbazaar/vc "
            "checks structure, dates and proof of ours with a stub for the status; ours is the "
            "whole report, the status list included."
        ),
        "Versions: " + ", ".join(_versions()) + ".",
    ]


def _versions() -> list[str]:
    lock = LOCK.read_text(encoding="utf-8")
    found = [
        f"{n} {v}"
        for n, v in re.findall(r"^([a-z-]+)==(\S+)", lock, re.MULTILINE)
        if n in FROM_PYTHON
    ]
    package = json.loads((third_party.NODE / "package.json").read_text(encoding="utf-8"))
    return [f"{NODE} {package['dependencies'][NODE]}", *found]


def _peers(
    found: Section,
    place: Premises,
    documents: Mapping[str, Json],
    *,
    sealed: bytes,
    stack: ExitStack,
) -> dict[str, Counterpart]:
    """Those that can be started; the others are told in the report."""
    answering: dict[str, Counterpart] = {}
    document = documents[third_party.OURS]
    try:
        answering[NODE] = stack.enter_context(
            third_party.node(material=place.material(), issue=document, verify=[jcs.decode(sealed)])
        )
    except DoesNotRun as fault:
        found.missing.append(f"{NODE}: {fault}")
    for name in FROM_PYTHON:
        try:
            answering[name] = stack.enter_context(_started(name, documents))
        except DoesNotRun as fault:
            found.missing.append(f"{name}: {fault}")
    return answering


def _started(name: str, documents: Mapping[str, Json]) -> Counterpart:
    program = FOLDER / "bin" / "python"
    if not program.exists():
        msg = "its environment is not there: `make bench` makes it where packages can be had."
        raise DoesNotRun(msg)
    peer = Counterpart([str(program), str(Path(__file__).with_name("peer.py")), name])
    contexts = third_party.contexts()
    peer.ask({"do": "setup", "contexts": contexts, "documents": dict(documents)})
    return peer


def _add(
    found: Section,
    contestants: dict[str, Contestant],
    answering: Mapping[str, Counterpart],
    *,
    verb: str,
    count: int,
) -> None:
    for name, peer in answering.items():
        for what in (third_party.OURS, third_party.PLAIN):
            if (name, verb, what) == (NODE, "verify", third_party.PLAIN):
                # It verifies what we have signed, and that we do not sign.
                continue
            question = {"do": verb, "name": what, "count": 1}
            try:
                peer.ask(question)
            except DoesNotRun as fault:
                found.missing.append(f"{name} does not {verb} {what}: {fault}")
            else:
                contestants[f"{name}, {what}"] = peer.contestant({**question, "count": count})


def _ours(
    place: Premises,
    documents: Mapping[str, Json],
    *,
    verb: str,
    sealed: bytes,
    count: int,
) -> dict[str, Contestant]:
    if verb == "verify":
        return _ours_verify(place, sealed, count=count)
    record, signer = active_signer(place.bench, place.slug, purpose=KeyPurpose.AWARD)
    method = f"{place.organisation.did}#{record.kid}"
    seal = sealing.sealed(signer, method, by=sealing.FULL_WAY)
    found = {
        f"{OURS}, {what}": rounds.over(seal, [document] * count)
        for what, document in documents.items()
    }
    shape = fast.by_shape(rdfc10.canonicalise)
    if shape is not None:
        quick = sealing.sealed(signer, method, by=shape)
        # One by one another value: the very same one is taken apart once.
        many = [dict(documents[third_party.OURS]) for _ in range(count * _TIMES)]
        found[f"{OURS_SHAPE}, {third_party.OURS}"] = rounds.over(quick, many)
    return found


def _ours_verify(place: Premises, sealed: bytes, *, count: int) -> dict[str, Contestant]:
    material, at = place.material(), dt.datetime.now(dt.UTC)

    def check() -> None:
        verify(
            sealed,
            material=material,
            policy=Policy(),
            at=at,
            canonicalise=rdfc10.canonicalise,
        ).require_passed()

    found = {f"{OURS}, {third_party.OURS}": rounds.here(check, count=count)}
    shape = fast.same_shape(rdfc10.canonicalise)
    if shape is not None:
        quick, many = shape, [sealed] * (count * _TIMES)
        found[f"{OURS_SHAPE}, {third_party.OURS}"] = rounds.whole(
            lambda: quick.verify(many, material=material, at=at), count=len(many)
        )
    return found


def _table(title: str, results: Results) -> Table:
    base = results[f"{OURS}, {third_party.OURS}"]
    rows = [
        [
            name,
            f"{series.cpu_s * 1e6:.0f} µs",
            f"± {series.spread:.0%}",
            f"{series.cpu_rate:.0f}/s",
            f"{rounds.by_cpu(series, base):.2f}×",
        ]
        for name, series in results.items()
    ]
    return Table([title, "CPU each", "", "a core", "our full path"], rows)
