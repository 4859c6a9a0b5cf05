"""A batch that is driven by hand: each step when the test says so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from issuer.model.achievement import DocumentFormat
from issuer.model.assessment import AssessmentResult
from issuer.model.batch import RowState
from issuer.registry import batches
from issuer.registry.batches import Batch
from issuer.services import cohort
from issuer.services.accept import ReadResults, ReadRow, RowFault
from tests.town.workshop import Workshop

OB3 = (DocumentFormat.OB3,)
SHA256 = "5e" * 32


def read(results: Iterable[AssessmentResult], *faults: RowFault) -> ReadResults:
    """What a file with these results holds, the header being line 1."""
    rows = tuple(ReadRow(line, result) for line, result in enumerate(results, start=2))
    return ReadResults(rows, faults, separator=",", encoding="UTF-8")


def entries(found: ReadResults) -> list[ReadRow | tuple[RowFault, ...]]:
    """Its rows in the order of the file."""
    faulty = ((fault,) for fault in found.faults)
    listed: list[ReadRow | tuple[RowFault, ...]] = [*found.rows, *faulty]
    return sorted(listed, key=lambda one: one.line if isinstance(one, ReadRow) else one[0].line)


def results(workshop: Workshop, count: int, *, first: int = 1) -> list[AssessmentResult]:
    """So many passed results, of different learners."""
    return [workshop.result(number) for number in range(first, first + count)]


@dataclass
class Driver:
    """Opens a batch and takes it through its chunks."""

    workshop: Workshop
    formats: tuple[DocumentFormat, ...] = OB3
    between: Callable[[str], None] = field(default=lambda _step: None)
    """Called before each step, with its name."""

    def open(self, found: ReadResults, *, sha256: str = SHA256, actor: str = "registrar") -> Batch:
        slug = self.workshop.slug
        order = cohort.Order(slug, "own CSV", sha256, actor, formats=self.formats)
        return cohort.open_batch(self.workshop.bench, order, entries(found))

    def start(self, batch: Batch) -> None:
        with self.workshop.bench.begin() as tx:
            cohort.start(tx, self.workshop.bench, batch.id)

    def run(self, batch: Batch) -> Batch:
        """Every chunk that is left, and the end."""
        self.start(batch)
        for number in self.chunks(batch):
            self.chunk(batch, number)
        with self.workshop.bench.begin() as tx:
            return cohort.finish(tx, self.workshop.bench, batch.id)

    def chunks(self, batch: Batch) -> tuple[int, ...]:
        with self.workshop.bench.read() as tx:
            return batches.chunks(tx, batch.id)

    def chunk(self, batch: Batch, number: int) -> None:
        bench, name = self.workshop.bench, batch.id
        self.between("reserve")
        with bench.begin() as tx:
            cohort.reserve(tx, bench, name, chunk=number)
        self.between("prepare")
        prepared = cohort.prepare(bench, name, chunk=number)
        self.between("write_down")
        with bench.begin() as tx:
            cohort.write_down(tx, bench, name, chunk=number, prepared=prepared)
        self.between("seal")
        sealed = cohort.seal(bench, name, chunk=number, prepared=prepared)
        self.between("keep")
        with bench.begin() as tx:
            cohort.keep(tx, bench, name, chunk=number, sealed=sealed)

    def counts(self, batch: Batch) -> dict[RowState, int]:
        with self.workshop.bench.read() as tx:
            return dict(batches.counts(tx, batch.id))

    def rows(self, batch: Batch) -> tuple[batches.BatchRow, ...]:
        with self.workshop.bench.read() as tx:
            return batches.rows(tx, batch.id)
