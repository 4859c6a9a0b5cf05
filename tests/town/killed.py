"""A process that is killed at a point of its work, and the points at which it can be.

In a process of one's own the kill is SIGKILL (``python -m tests.town.killed``); in this one it is
an exception that nothing catches, which is quicker and leaves the same rows behind.
"""

import os
import signal
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from issuer.jsonld.canonical import Json
from issuer.model.organisation import Organisation
from issuer.registry.database import Begin, Transaction
from issuer.services import issue
from issuer.services.workbench import Workbench
from keys.public import PublicKey
from keys.signer import Signer
from tests.town.workshop import opened

ROOT = Path(__file__).parent.parent.parent
KINDS = ("before", "inside", "after", "canonicalise", "open", "sign", "signed")
"""Before a commit's transaction, in it, after it; before canonicalising, opening a key, signing,
and when a signature was made."""


class Killed(BaseException):
    """Nobody catches it."""


@dataclass
class Point:
    """The n-th time that something of this kind happens, from 1 on."""

    kind: str
    number: int
    die: Callable[[], None]
    counts: dict[str, int] = field(default_factory=dict)

    def reached(self, kind: str) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if (kind, self.counts[kind]) == (self.kind, self.number):
            self.die()


def die_here() -> None:
    raise Killed


def die_really() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class _Signer:
    signer: Signer
    point: Point
    witness: Callable[[], None]

    @property
    def public_key(self) -> PublicKey:
        return self.signer.public_key

    def sign(self, data: bytes) -> bytes:
        self.point.reached("sign")
        self.witness()
        signature = self.signer.sign(data)
        self.point.reached("signed")
        return signature


def _nothing() -> None:
    return


def mortal(
    bench: Workbench, point: Point, *, witness: Callable[[], None] = _nothing
) -> dict[str, Any]:
    """What of a bench can be its death at ``point``; ``witness`` looks on when it signs."""

    @contextmanager
    def begin() -> Iterator[Transaction]:
        point.reached("before")
        with bench.begin() as tx:
            yield tx
            point.reached("inside")
        point.reached("after")

    def canonicalise(document: Json, hash_name: str = "sha256") -> bytes:
        point.reached("canonicalise")
        return bench.canonicalise(document, hash_name)

    def signer(uri: str) -> Signer:
        point.reached("open")
        return _Signer(bench.signer(uri), point, witness)

    opening: Begin = begin
    return {"begin": opening, "canonicalise": canonicalise, "signer": signer}


def main(url: str, folder: str, award_id: str, kind: str, number: str) -> None:
    """Issue for an award and be killed."""
    values = tomllib.loads((ROOT / "examples" / "organisation.toml").read_text(encoding="utf-8"))
    organisation = Organisation.model_validate(values)
    with opened(url, Path(folder), organisation=organisation, courses={}) as workshop:
        point = Point(kind, int(number), die_really)
        killed = workshop.with_bench(**mortal(workshop.bench, point))
        issue.issue(killed.bench, killed.slug, award_id, actor="registrar")


if __name__ == "__main__":
    main(*sys.argv[1:])
