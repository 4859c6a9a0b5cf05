"""A file of results becomes a batch once somebody has confirmed it; before that it is rehearsed.

The same file confirmed again is the same batch while that has not ended, whoever confirms it.
Nothing is issued here: workers do that (`issuer.jobs`).
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from issuer.registry.batches import Batch
from issuer.services import cohort, intake, issue
from issuer.services.accept import ReadResults, RowFault
from issuer.services.workbench import Workbench


@dataclass(frozen=True)
class Handed:
    """A file as it was handed in."""

    organisation: str
    data: bytes
    actor: str
    """Name of the token, or ``operator``."""
    formats: issue.Formats = ()
    """Instead of those of the courses."""


@dataclass(frozen=True)
class Rehearsed:
    """What a file would do."""

    outcomes: dict[str, int]
    faults: tuple[RowFault, ...]

    def as_json(self) -> dict[str, Any]:
        """JSON values; what stands in a faulty cell is told to whoever sent it, and to nobody."""
        faults = [fault.__dict__ for fault in self.faults]
        return {"dry_run": True, "outcomes": self.outcomes, "faults": faults}


def rehearse(bench: Workbench, handed: Handed) -> Rehearsed:
    """Say what would come of each row; nothing is kept. Raises MalformedDocument, NotFound."""
    read = _read(bench, handed)
    planned = intake.rehearse(bench, read.rows, actor=handed.actor)
    faults = [*read.faults, *(one.fault for one in planned if one.fault)]
    counts = Counter(str(one.outcome) for one in planned if one.outcome)
    counts["faulty"] = len({fault.line for fault in faults})
    return Rehearsed(dict(counts), tuple(sorted(faults, key=lambda fault: fault.line)))


def confirm(bench: Workbench, handed: Handed, *, read: ReadResults | None = None) -> Batch:
    """Take every row in and queue the batch; ``read`` spares reading it again.

    Raises MalformedDocument, DocumentTooLarge, NotFound; what hinders a row is noted with the row.
    """
    found = read or _read(bench, handed)
    digest = hashlib.sha256(handed.data).hexdigest()
    order = cohort.Order(
        handed.organisation, "own CSV", digest, handed.actor, formats=handed.formats
    )
    return cohort.open_batch(bench, order, found)


def _read(bench: Workbench, handed: Handed) -> ReadResults:
    return intake.read(bench, handed.organisation, handed.data)
