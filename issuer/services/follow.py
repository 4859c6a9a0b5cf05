"""How far batches are: what the command line and the API show of them, to the organisation's own.

Numbers, states and sentences, and no person. Nothing is changed here: see
`issuer.services.cohort.control`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.model.batch import UNFINISHED, RowState
from issuer.registry import batches, undecided
from issuer.registry.batches import Batch, BatchRow
from issuer.registry.database import Transaction

_FAULTY = frozenset({RowState.FAILED, RowState.REFUSED})
_ISSUED = frozenset({RowState.KEPT, RowState.ALREADY, RowState.FAILED, RowState.VOIDED})
_MOST_FAULTS = 100
_OPERATORS = ("keys.", "settings.", "schemas.")


@dataclass(frozen=True)
class Followed:
    """A batch at a moment."""

    batch: Batch
    counts: Mapping[RowState, int]
    faults: tuple[BatchRow, ...] = ()
    """The first rows with faults."""
    undecided: int = 0
    """At most for so many rows it is still to be decided what their learners complete."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.batch.has_ended and not self.undecided

    @property
    def to_do(self) -> int:
        """How many rows are to be issued in all, whatever came of them."""
        return self.done + sum(self.counts.get(state, 0) for state in UNFINISHED)

    @property
    def done(self) -> int:
        """How many of these are at their end."""
        return sum(self.counts.get(state, 0) for state in _ISSUED)

    @property
    def tag(self) -> str:
        """A text that changes whenever something else would be shown: a strong ETag's inside."""
        counted = ".".join(str(self.counts.get(state, 0)) for state in RowState)
        return f"{self.batch.id}.{self.batch.version}.{counted}.{self.undecided}"

    def as_json(self) -> dict[str, Any]:
        """JSON values."""
        batch = self.batch
        return {
            "id": batch.id,
            "state": str(batch.state),
            "reason": _public(batch.reason),
            "source": batch.source,
            "input_sha256": batch.input_sha256,
            "formats": [str(one) for one in batch.formats],
            "approved_by": batch.approved_by,
            "created_at": batch.created_at,
            "started_at": batch.started_at,
            "ended_at": batch.ended_at,
            "version": batch.version,
            "rows": {str(state): self.counts.get(state, 0) for state in RowState},
            "progress": {"done": self.done, "of": self.to_do},
            "undecided": self.undecided,
            "faults": [
                {"line": row.line, "code": row.code, "fault": row.fault} for row in self.faults
            ],
        }


def _public(reason: str | None) -> str | None:
    """The reason, without the places on this machine that the operator alone is told."""
    if reason is None or not reason.startswith(_OPERATORS):
        return reason
    return f"{reason.partition(':')[0]}: the operator reads more with `testamur batch show`."


def follow(tx: Transaction, organisation: str, batch_id: str) -> Followed:
    """A batch of an organisation with its counts and its first faults; raises NotFound."""
    batch = batches.get(tx, organisation, batch_id)
    return _read(tx, batch, batches.rows_in(tx, batch.id, states=_FAULTY, limit=_MOST_FAULTS))


def listing(tx: Transaction, organisation: str) -> tuple[Followed, ...]:
    """The newest batches of an organisation with their counts, newest first."""
    return tuple(_read(tx, batch) for batch in batches.listing(tx, organisation))


def progress(tx: Transaction, organisation: str, batch_id: str) -> Followed:
    """As `follow`, without the faults: what is asked again and again."""
    return _read(tx, batches.get(tx, organisation, batch_id))


def _read(tx: Transaction, batch: Batch, faults: tuple[BatchRow, ...] = ()) -> Followed:
    counts = batches.counts(tx, batch.id)
    left = undecided.left(tx, batch.id) * undecided.SLICE
    return Followed(batch, counts, faults, min(left, sum(counts.values())))
