"""What is kept of a batch when it has ended: its receipt, the time-stamp over it, and the leaves.

A receipt is kept once for each time that a batch ends, by a conditional UPDATE, and then stays as
it is. Leaves are read from the rows and documents, in one order for ever. Nothing is signed here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from issuer.model.achievement import DocumentFormat
from issuer.model.award import SEALED_ELSEWHERE, DocumentState
from issuer.model.batch import RowState
from issuer.registry import achievements
from issuer.registry.batches import Batch
from issuer.registry.database import Transaction
from issuer.registry.names import require_name, unknown
from issuer.registry.tables import awards, batch_rows, batches, documents

_C = batches.c
_R = batch_rows.c
_A = awards.c
_D = documents.c
_PAGE = 1_000


@dataclass(frozen=True)
class Papers:
    """The receipt of a batch, as it was signed, and the time-stamp over its root (DER)."""

    receipt: bytes | None
    stamp: bytes | None


@dataclass(frozen=True)
class Leaf:
    """One issued document, in its place."""

    award_id: str
    format: DocumentFormat
    commitment: str
    """HMAC (hex) of the sealed bytes' SHA-256 under the learner's key."""


def get(tx: Transaction, batch_id: str) -> Papers:
    """What is kept; raises NotFound where there is no such batch."""
    require_name(batch_id, what="batch")
    row = tx.connection.execute(sa.select(_C.receipt, _C.stamp).where(_C.id == batch_id)).first()
    if row is None:
        raise unknown(batch_id, what="batch")
    return Papers(row.receipt, row.stamp)


def keep_receipt(tx: Transaction, batch: Batch, *, receipt: bytes) -> bool:
    """Keep the receipt of a batch; False where it has one or is not as it was when it was read."""
    here = sa.and_(_C.id == batch.id, _C.version == batch.version, _C.receipt.is_(None))
    return _change(tx, here, {"receipt": receipt})


def keep_stamp(tx: Transaction, batch_id: str, *, receipt: bytes, stamp: bytes) -> bool:
    """Keep the time-stamp over this very receipt; False where it has one or the receipt is gone."""
    here = sa.and_(_C.id == batch_id, _C.receipt == receipt, _C.stamp.is_(None))
    return _change(tx, here, {"stamp": stamp})


def leaves(tx: Transaction, batch: Batch) -> Iterator[Leaf]:
    """The documents that were issued, by row of the file, then by the name of their format.

    Those in the formats of the batch (else of the course) that were sealed in this house: what is
    sealed later in another format, or elsewhere, changes nothing.
    """
    wanted = _Wanted(tx, batch)
    last = tx.connection.scalar(sa.select(sa.func.max(_R.number)).where(_R.batch_id == batch.id))
    for start in range(1, (last or 0) + 1, _PAGE):
        page = _LEAVES.where(
            _R.batch_id == batch.id, _R.number.between(start, start + _PAGE - 1)
        ).order_by(_R.number)
        # Sorted here: a database may sort hyphens as its country does.
        rows = sorted(tx.connection.execute(page), key=lambda row: (row.number, row.format))
        yield from (_leaf(row) for row in rows if wanted.has(row))


def batch_of(tx: Transaction, award_id: str) -> str | None:
    """The batch that issued an award, if one did and has its receipt."""
    query = (
        sa.select(_R.batch_id)
        .join(batches, _C.id == _R.batch_id)
        .where(_R.award_id == award_id, _R.state == RowState.KEPT, _C.receipt.is_not(None))
        .order_by(_C.created_at, _C.id)
        .limit(1)
    )
    found: str | None = tx.connection.execute(query).scalar_one_or_none()
    return found


_LEAVES = (
    sa.select(
        _R.number,
        _A.organisation,
        _A.achievement,
        _A.achievement_version,
        _D.award_id,
        _D.format,
        _D.sealed_commitment,
    )
    .join(awards, _A.id == _R.award_id)
    .join(documents, _D.award_id == _A.id)
    .where(
        _R.state == RowState.KEPT,
        _D.state == DocumentState.SEALED,
        _D.verification_method != SEALED_ELSEWHERE,
    )
)


class _Wanted:
    """Which formats a batch issues of each course."""

    def __init__(self, tx: Transaction, batch: Batch) -> None:
        self._tx = tx
        self._asked: Sequence[DocumentFormat] = batch.formats
        self._known: dict[tuple[str, int], Sequence[DocumentFormat]] = {}

    def has(self, row: Any) -> bool:
        """Whether the document of a row is one that the batch was to issue."""
        return row.format in (self._asked or self._of_course(row))

    def _of_course(self, row: Any) -> Sequence[DocumentFormat]:
        course = (row.achievement, row.achievement_version)
        if course not in self._known:
            noun = achievements.get(
                self._tx, row.organisation, row.achievement, version=row.achievement_version
            )
            self._known[course] = noun.formats
        return self._known[course]


def _leaf(row: Any) -> Leaf:
    return Leaf(row.award_id, DocumentFormat(row.format), row.sealed_commitment)


def _change(tx: Transaction, here: sa.ColumnElement[bool], values: dict[str, Any]) -> bool:
    change = batches.update().where(here).values(**values, version=_C.version + 1)
    return tx.connection.execute(change).rowcount == 1
