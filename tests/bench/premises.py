"""An installation to be measured: an invented university, one course, files of results.

The course is made of an example: what it may leave out is left out until the claims of a credential
are about 4 KB. No picture, no logo. A whole document of 4 KB cannot be had: the inline vocabulary
alone takes most of that, and what Annex I demands stays in.
"""

import hashlib
import itertools
import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from issuer import bootstrap
from issuer.gradebooks import text as texts
from issuer.gradebooks.table import Reading
from issuer.jsonld import rdfc10
from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.organisation import Organisation
from issuer.proofs import jcs
from issuer.registry import batches, documents
from issuer.registry.batches import Batch
from issuer.services import accept, cohort, material, offer
from issuer.services.workbench import Workbench
from issuer.settings import Settings
from issuer.verify import Material

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SECRET = "bench"
OB3 = DocumentFormat.OB3
Json = dict[str, Any]
# Each is optional; without them the claims of a credential are about 4 KB.
_LEFT_OUT = (
    "assessment_note",
    "schedule_note",
    "prerequisites",
    "further_information",
    "fee",
    "syllabus",
    "isced_f",
    "languages",
)


@dataclass
class Premises:
    """One installation, open."""

    house: bootstrap.House
    organisation: Organisation
    course: Achievement
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def bench(self) -> Workbench:
        """What the services work with."""
        return self.house.bench

    @property
    def slug(self) -> str:
        """Of the organisation."""
        return self.organisation.slug

    def results(self, count: int) -> bytes:
        """A file of our own CSV with so many passed results of new learners."""
        lines = ["result_id,course,date,passed,student_number,given_name,family_name"]
        for number in itertools.islice(self._numbers, count):
            who = f"S{number:08d},Alex,Example-{number}"
            lines.append(f"R{number:08d},{self.course.slug},2026-06-12,yes,{who}")
        return "\n".join((*lines, "")).encode()

    def open(self, data: bytes) -> Batch:
        """Take a file in: read, accepted and decided; the batch is queued."""
        source = accept.Source(self.slug, self.organisation.learner_key, (self.course.slug,))
        rows = accept.rows(texts.read(data, reading=Reading()), source=source)
        digest = hashlib.sha256(data).hexdigest()
        order = cohort.Order(self.slug, "own CSV", digest, "bench", formats=(OB3,))
        return cohort.open_batch(self.bench, order, rows)

    def chunks(self, batch_id: str) -> tuple[int, ...]:
        """The numbers of the chunks of a batch that are left."""
        with self.bench.read() as tx:
            return batches.chunks(tx, batch_id)

    def start(self, batch_id: str) -> None:
        """Begin a batch."""
        with self.bench.begin() as tx:
            cohort.start(tx, self.bench, batch_id)

    def finish(self, batch_id: str) -> None:
        """End a batch of which nothing is left to do."""
        with self.bench.begin() as tx:
            cohort.finish(tx, self.bench, batch_id)

    def issue(self, data: bytes) -> Batch:
        """A file, from the first byte to the last credential that is kept, by our verbs."""
        batch = self.open(data)
        self.start(batch.id)
        for number in self.chunks(batch.id):
            do_chunk(self.bench, batch.id, number)
        self.finish(batch.id)
        return batch

    def sealed(self, batch: Batch) -> list[bytes]:
        """The credentials of a batch."""
        with self.bench.read() as tx:
            rows = batches.rows(tx, batch.id)
            return [documents.sealed(tx, row.award_id or "", OB3).data for row in rows]

    def material(self) -> Material:
        """What our verifier is given: DID document, status lists, who we are."""
        with self.bench.read() as tx:
            return material.own(tx, self.organisation, base_url=self.bench.base_url)


def do_chunk(bench: Workbench, batch_id: str, number: int) -> None:
    """A chunk through its three transactions."""
    with bench.begin() as tx:
        cohort.reserve(tx, bench, batch_id, chunk=number)
    prepared = cohort.prepare(bench, batch_id, chunk=number)
    with bench.begin() as tx:
        cohort.write_down(tx, bench, batch_id, chunk=number, prepared=prepared)
    sealed = cohort.seal(bench, batch_id, chunk=number, prepared=prepared)
    with bench.begin() as tx:
        cohort.keep(tx, bench, batch_id, chunk=number, sealed=sealed)


def house_of(settings: Settings) -> bootstrap.House:
    """Open an installation that `premises` made."""
    return bootstrap.open_house(settings, passphrase=SECRET.encode)


@contextmanager
def premises(settings: Settings) -> Iterator[Premises]:
    """A new installation with one course, whose credentials have about 4 KB of claims."""
    organisation = offer.read_organisation((EXAMPLES / "organisation.toml").read_bytes())
    bootstrap.init(settings, organisation, passphrase=SECRET.encode)
    with house_of(settings) as house:
        course = offer.achievement_from_json(_course(), organisation=organisation.slug)
        with house.bench.begin() as tx:
            offer.put_achievement(tx, course, at=house.bench.moment, actor="bench")
        yield Premises(house, organisation, course)


def _course() -> Json:
    value = tomllib.loads((EXAMPLES / "achievements/data-stewardship.toml").read_text("utf-8"))
    for name in _LEFT_OUT:
        del value[name]
    del value["stacking"]["towards"]
    for text in (value["title"], value["description"]):
        del text["de"]
    first = value["learning_outcomes"][0]
    del first["skills"]
    return {**value, "learning_outcomes": [first], "formats": ["ob3"]}


def body_of(data: bytes) -> Json:
    """A credential without its proof."""
    return {name: value for name, value in jcs.decode(data).items() if name != "proof"}


def claims_of(document: Json) -> int:
    """Bytes of a document without the context that it carries along."""
    contexts = [c for c in document["@context"] if isinstance(c, str)]
    return size_of({**document, "@context": contexts})


def size_of(document: Json) -> int:
    """Bytes of a document as compact JSON."""
    return len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


def quads_of(document: Json) -> int:
    """Statements of a document."""
    return rdfc10.canonicalise(document).count(b"\n")


def described(document: Json) -> str:
    """What is signed, in numbers."""
    whole, claims, quads = size_of(document), claims_of(document), quads_of(document)
    if whole == claims:
        return f"It has {whole} bytes without its proof, and {quads} quads."
    return (
        f"The document has {whole} bytes without its proof and no picture: {claims} bytes of "
        f"claims, and {whole - claims} bytes of our vocabulary, which every credential of ours "
        f"carries along; {quads} quads."
    )
