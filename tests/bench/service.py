"""The service: a real ``testamur serve``, asked over 16 kept connections from another process."""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from issuer.jsonld import rdfc10
from issuer.proofs import data_integrity
from issuer.services import tokens
from issuer.services.tokens import Role
from issuer.settings import Settings
from keys.algorithms import Algorithm
from keys.custody.file import _signer
from tests.bench import fast, meters, report
from tests.bench.counterpart import Counterpart, DoesNotRun
from tests.bench.options import Options
from tests.bench.premises import ROOT, Json, Premises, body_of, described, premises
from tests.bench.report import Section, Table
from tests.bench.sealing import prepared
from tests.bench.workers import environment

NAME = "service"
OWN = "`POST /api/v1/verify`, our own credentials"
OTHERS = "`POST /api/v1/verify`, somebody else's (full path)"
RESULTS = "`POST /api/v1/results`, one after the other"
CONNECTIONS = 16
_DOCUMENTS = 200
_RESULTS = 20
_START_S = 60.0
_VERIFY = {"path": "/api/v1/verify", "connections": CONNECTIONS, "expected": 200}


@dataclass
class _Rounds:
    """What the rounds of one question gave."""

    answers: list[Mapping[str, Any]] = field(default_factory=list)
    served_s: list[float] = field(default_factory=list)
    """CPU of the server for one answer."""

    def median(self, name: str) -> float:
        return float(statistics.median(answer[name] for answer in self.answers))

    @property
    def rate(self) -> float:
        return float(statistics.median(a["count"] / a["wall_s"] for a in self.answers))

    @property
    def refused(self) -> int:
        return sum(answer["refused"] for answer in self.answers)


def section(options: Options) -> Section:
    """Measure it."""
    found = Section(NAME, "Service")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = Settings(home=folder / "home")
        with premises(settings) as place:
            asked = _questions(place, seconds=options.seconds)
            sealed = asked[OWN]["bodies"][0].encode()
            found.told = _told(body_of(sealed))
        try:
            pid, port = stack.enter_context(_served(settings, folder / "serve.log"))
            loader = stack.enter_context(_loader())
            done = _measure(asked, loader, pid=pid, port=port, options=options)
        except DoesNotRun as fault:
            found.missing.append(str(fault))
            return found
    _tell(found, done)
    return found


def _told(document: Json) -> list[str]:
    several = fast.has_processes()
    how = "`--processes 2`" if several else "one process, which is what this tree offers"
    return [
        f"A real `testamur serve` ({how}) with SQLite, on the same {meters.cores()} cores as the "
        f"load generator, which keeps {CONNECTIONS} connections busy from a process of its own and "
        "parses nothing of an answer but its status. " + described(document),
        f"Our own: {_DOCUMENTS} credentials of one course in turn. Somebody else's: the same "
        "documents signed by a did:key and without a status list, so that they are of nobody whom "
        "the service knows and always go the full path. "
        + (
            "This tree has one path for both. "
            if fast.same_shape(rdfc10.canonicalise) is None
            else ""
        )
        + f"Results: {_RESULTS} a round, one connection, from the request to the credential that "
        "is kept.",
    ]


def _questions(place: Premises, *, seconds: float) -> dict[str, dict[str, Any]]:
    own = place.sealed(place.issue(place.results(_DOCUMENTS)))
    checked = {**_VERIFY, "headers": {"content-type": "application/vc"}, "seconds": seconds}
    with place.bench.begin() as tx:
        wanted = tokens.Wanted(place.slug, "bench", Role.ISSUER)
        secret, _ = tokens.create(
            tx, wanted, at=place.bench.moment, chance=place.bench.chance, actor="bench"
        )
    headers = {"content-type": "application/json", "authorization": f"Bearer {secret}"}
    return {
        OWN: {**checked, "bodies": [data.decode() for data in own]},
        OTHERS: {**checked, "bodies": _others(own)},
        RESULTS: {
            "path": "/api/v1/results",
            "connections": 1,
            "expected": 201,
            "headers": headers,
            "seconds": 0,
            "course": place.course.slug,
        },
    }


def _others(own: list[bytes]) -> list[str]:
    """The same claims by an issuer that nobody here knows."""
    signer = _signer(Algorithm.ED25519, os.urandom(32))
    did = signer.public_key.did_key()
    method = f"{did}#{did.removeprefix('did:key:')}"
    found = []
    for data in own:
        document = body_of(data)
        document = {**document, "issuer": {**document["issuer"], "id": did}}
        del document["credentialStatus"]
        ready = prepared(document, signer=signer, method=method, by=rdfc10.canonicalise)
        found.append(data_integrity.seal(ready, signer=signer).data.decode())
    return found


def _results(course: str, number: int) -> list[str]:
    first = number * _RESULTS
    return [
        json.dumps(
            {
                "achievement": course,
                "learner": {
                    "key": f"P{one:08d}",
                    "given_name": "Alex",
                    "family_name": f"Example-{one}",
                },
                "date": "2026-06-12",
                "passed": True,
                "source_id": f"P{one:08d}",
            }
        )
        for one in range(first, first + _RESULTS)
    ]


@contextmanager
def _served(settings: Settings, log: Path) -> Iterator[tuple[int, int]]:
    """A server of its own; gives its process and its port. Raises DoesNotRun."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    program = Path(sys.executable).with_name("testamur")
    command = [str(program), "serve", "--home", str(settings.home), "--port", str(port)]
    if fast.has_processes():
        command += ["--processes", "2"]
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(command, env=environment(settings), stdout=file, stderr=file)
        try:
            _await(port, process, log)
            yield process.pid, port
        finally:
            process.terminate()
            process.wait(timeout=60)


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    said = log.read_text(encoding="utf-8").strip().rpartition("\n")[2]
    raise DoesNotRun(f"`testamur serve` did not begin to serve: {said[:300]}")


def _loader() -> Counterpart:
    return Counterpart([sys.executable, "-m", "tests.bench.load"], folder=ROOT)


def _measure(
    asked: Mapping[str, dict[str, Any]],
    loader: Counterpart,
    *,
    pid: int,
    port: int,
    options: Options,
) -> dict[str, _Rounds]:
    found = {name: _Rounds() for name in asked}
    place = {"host": "127.0.0.1", "port": port}
    for number in range(1 + options.rounds):
        meters.say(f"  {NAME}: round {number} of {options.rounds}")
        for name, question in asked.items():
            whole = {**question, **place}
            if name == RESULTS:
                whole["bodies"] = _results(question["course"], number)
            cpu = meters.cpu_of({pid})
            answer = loader.ask(whole)
            cpu = meters.cpu_of({pid}) - cpu
            if not answer["count"]:
                raise DoesNotRun(f"{name}: every answer was {answer['status']}")
            if number:
                found[name].answers.append(answer)
                found[name].served_s.append(cpu / answer["count"])
    return found


def _tell(found: Section, done: Mapping[str, _Rounds]) -> None:
    rows = [
        [
            name,
            f"{one.rate:.0f}/s",
            f"{one.median('p50_ms'):.1f} ms",
            f"{one.median('p99_ms'):.1f} ms",
            f"{statistics.median(one.served_s) * 1e3:.2f} ms",
            f"{statistics.median(a['cpu_s'] / a['count'] for a in one.answers) * 1e3:.2f} ms",
            str(one.refused),
        ]
        for name, one in done.items()
    ]
    header = ["", "by the clock", "p50", "p99", "CPU of the server each", "of the load", "refused"]
    found.tables.append(Table(header, rows))
    own, result = done[OWN], done[RESULTS]
    found.aims = [
        report.at_least("our own: ≥ 500/s", own.rate, least=500, shown="{:.0f}/s"),
        report.at_most(
            f"our own: p99 ≤ 100 ms with {CONNECTIONS} connections",
            own.median("p99_ms"),
            most=100,
            shown="{:.1f} ms",
        ),
        report.at_most(
            "one result: p50 ≤ 25 ms", result.median("p50_ms"), most=25, shown="{:.1f} ms"
        ),
    ]
