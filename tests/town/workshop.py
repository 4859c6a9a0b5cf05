"""A whole installation without a web or a command line: one organisation, its keys, its courses.

It lives in a folder and a database, so that several processes may open the same one. Its keys lie
open in files: what is tested here is what happens to them, not how they are locked.
"""

import datetime as dt
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from issuer.jsonld import rdfc10
from issuer.jsonld.canonical import Json
from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.assessment import AssessmentResult
from issuer.model.award import Award, AwardState
from issuer.model.organisation import Organisation
from issuer.proofs import jcs
from issuer.registry import audit, awards, documents
from issuer.registry.awards import LeasedSlot
from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database
from issuer.registry.documents import DocumentRecord
from issuer.services import export, issue, keyring, offer, publish, tokens
from issuer.services.decide import Decision, decide
from issuer.services.tokens import Role, Token, Wanted
from issuer.services.workbench import Limits, Workbench
from issuer.status import bitstring
from issuer.verify import Material, Policy, Report, verify
from keys.algorithms import Algorithm, CustodyError, NameTaken
from keys.custody.file import _signer
from keys.lifecycle import KeyPurpose
from keys.public import PublicKey
from keys.signer import Signer

START = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)
MASTER = bytes(range(32))
LINK_KEY = bytes(range(32, 64))
BASE_URL = "https://credentials.uni.example"
DID = "did:web:credentials.uni.example"
_ONE_AT_A_TIME = threading.Lock()


def canonicalise(document: Json, hash_name: str = "sha256") -> bytes:
    """In this process; the library is not thread-safe."""
    with _ONE_AT_A_TIME:
        return rdfc10.canonicalise(document, hash_name)


@dataclass
class Clock:
    """A clock that stands still until it is set on."""

    at: dt.datetime = START

    def __call__(self) -> dt.datetime:
        return self.at

    def pass_by(self, **span: float) -> dt.datetime:
        """Let so much time pass; returns the moment."""
        self.at += dt.timedelta(**span)
        return self.at


@dataclass(frozen=True)
class OpenVault:
    """Secrets in plain files of a folder."""

    folder: Path

    def create(self, organisation: str, kid: str, *, algorithm: Algorithm) -> tuple[str, PublicKey]:
        secret = (1 + int.from_bytes(os.urandom(31), "big")).to_bytes(32, "big")
        place = self.folder / f"{organisation}-{kid}"
        try:
            with place.open("xb") as stream:
                stream.write(str(algorithm).encode() + b"\n" + secret)
        except FileExistsError as fault:
            raise NameTaken(f"{place} exists already") from fault
        return str(place), _signer(algorithm, secret).public_key

    def open(self, uri: str) -> Signer:
        try:
            kind, _, secret = Path(uri).read_bytes().partition(b"\n")
        except FileNotFoundError as fault:
            raise CustodyError(f"{uri} is not there") from fault
        return _signer(Algorithm(kind.decode()), secret)

    def destroy(self, uri: str) -> None:
        try:
            Path(uri).unlink()
        except FileNotFoundError as fault:
            raise CustodyError(f"{uri} is not there") from fault


@dataclass
class Workshop:
    """One installation, open."""

    organisation: Organisation
    courses: Mapping[str, Achievement]
    bench: Workbench
    vault: OpenVault
    clock: Clock
    database: Database
    drawn: list[Database] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return self.organisation.slug

    def found(self, algorithm: Algorithm = Algorithm.ED25519) -> "Workshop":
        """Make what `init` makes, and take the courses in."""
        with self.bench.begin() as tx:
            offer.put_organisation(tx, self.organisation, at=self.clock(), actor="operator")
            for course in self.courses.values():
                offer.put_achievement(tx, course, at=self.clock(), actor="operator")
        for purpose in KeyPurpose:
            keyring.rotate(self.bench, self.vault, self.slug, purpose=purpose, algorithm=algorithm)
        publish.ensure_list(self.bench, self.slug)
        publish.publish(self.bench, self.slug)
        return self

    def result(self, number: int = 1, **changes: Any) -> AssessmentResult:
        """A passed result of the learner with this number."""
        learner = {
            "organisation": self.slug,
            "key": f"S{number}",
            "display_name": f"Alex Example {number}",
            "email": f"alex{number}@learner.example",
        }
        values = {
            "organisation": self.slug,
            "achievement": "python-basics",
            "date": dt.date(2026, 5, 29),
            "passed": True,
            "learner": learner,
        }
        return AssessmentResult.model_validate(values | changes)

    def decide(self, result: AssessmentResult) -> Decision:
        with self.bench.begin() as tx:
            return decide(tx, result, actor="registrar", bench=self.bench)

    def approve(self, number: int = 1, **changes: Any) -> Award:
        """An award that nothing was issued for yet."""
        award = self.decide(self.result(number, **changes)).award
        assert award is not None
        return award

    def issue(self, award: Award, *formats: DocumentFormat) -> Award:
        return issue.issue(
            self.bench, self.slug, award.id, actor="registrar", formats=formats or None
        )

    def issued(self, number: int = 1, **changes: Any) -> Award:
        """An award in force."""
        return self.issue(self.approve(number, **changes))

    def token(self) -> Token:
        """A token of a learning platform that may issue."""
        wanted = Wanted(self.slug, "learning platform", Role.ISSUER)
        with self.bench.begin() as tx:
            _, token = tokens.create(
                tx, wanted, at=self.clock(), chance=self.bench.chance, actor="operator"
            )
        return token

    def award(self, award: Award) -> Award:
        """The award as it is now."""
        with self.bench.read() as tx:
            return awards.find(tx, award.id)

    def awards(self, state: AwardState | None = None) -> tuple[Award, ...]:
        with self.bench.read() as tx:
            return awards.listing(tx, self.slug, state=state, limit=1_000)

    def documents(self, award: Award) -> dict[DocumentFormat, DocumentRecord]:
        with self.bench.read() as tx:
            return {record.format: record for record in documents.of_award(tx, award.id)}

    def states(self, award: Award) -> dict[str, str]:
        """Format to state of each of its documents."""
        return {str(f): str(record.state) for f, record in self.documents(award).items()}

    def slot(self, award: Award) -> LeasedSlot | None:
        with self.bench.read() as tx:
            return awards.slot_of(tx, award.id)

    def sealed(self, award: Award, tongue: DocumentFormat = DocumentFormat.OB3) -> bytes:
        with self.bench.read() as tx:
            return documents.sealed(tx, award.id, tongue).data

    def publish(self, **how: bool) -> int:
        """Publish; returns how many lists were signed."""
        return len(publish.publish(self.bench, self.slug, **how))

    def bits(self, *, number: int = 1, purpose: str = "revocation") -> set[int]:
        """The bits that are set in the list as it is published."""
        with self.bench.read() as tx:
            body = publish.list_body(tx, self.slug, number=number, purpose=purpose)
        return set(bitstring.parse(jcs.decode(body.body), purpose=purpose).marked)

    def check(
        self, data: bytes, *, material: Material | None = None, at: dt.datetime | None = None
    ) -> Report:
        """Ask the offline verifier, with what this installation exports unless told otherwise."""
        return verify(
            data,
            material=material or export.material(self.bench),
            policy=Policy(),
            at=at or self.clock(),
            canonicalise=canonicalise,
        )

    def lines(self) -> list[str]:
        """The verbs of the audit trail, which is whole."""
        with self.bench.read() as tx:
            audit.verify_chain(tx, self.slug)
            return [line.entry.verb for line in audit.lines(tx, self.slug)]

    def with_bench(self, **changes: Any) -> "Workshop":
        """The same installation with another way to begin, to sign, to canonicalise …"""
        return replace(self, bench=replace(self.bench, **changes))

    def copied(self, url: str) -> "Workshop":
        """The same installation before another copy of its database."""
        database = Database(url, cipher=RecordCipher(MASTER, os.urandom))
        self.drawn.append(database)
        return self.with_bench(begin=database.begin, read=database.read)


@contextmanager
def opened(
    url: str,
    folder: Path,
    *,
    organisation: Organisation,
    courses: Mapping[str, Achievement],
    limits: Limits | None = None,
) -> Iterator[Workshop]:
    """Open an installation; call `Workshop.found` on a new one."""
    keys = folder / "keys"
    keys.mkdir(exist_ok=True)
    vault, clock = OpenVault(keys), Clock()
    database = Database(url, cipher=RecordCipher(MASTER, os.urandom))
    bench = Workbench(
        begin=database.begin,
        read=database.read,
        now=clock,
        chance=os.urandom,
        base_url=BASE_URL,
        canonicalise=canonicalise,
        signer=vault.open,
        link_key=lambda: LINK_KEY,
        published=folder / "published",
        limits=limits or Limits(),
    )
    home = organisation.model_copy(update={"did": DID})
    drawn: list[Database] = [database]
    try:
        yield Workshop(home, courses, bench, vault, clock, database, drawn)
    finally:
        for one in drawn:
            one.dispose()
