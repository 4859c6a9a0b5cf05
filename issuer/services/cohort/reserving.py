"""Step 3 for a chunk: places in the status lists, and what will be written into each document.

Committed before anything is composed. What a crash leaves of a lease is lost, never given again.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from issuer.errors import ListFull
from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.award import AwardState, StatusSlot
from issuer.model.batch import BatchState, RowState
from issuer.model.organisation import Organisation
from issuer.registry import achievements, batches, chunks, organisations, slots
from issuer.registry.batches import Batch, BatchRow
from issuer.registry.chunks import Approval
from issuer.registry.database import Transaction
from issuer.services import material, tongues
from issuer.services.cohort.under_way import locked, settle
from issuer.services.workbench import Workbench
from issuer.status import permutation

Place = tuple[int, int]
"""Number of a list, and index in it."""


def reserve(tx: Transaction, bench: Workbench, batch_id: str, *, chunk: int) -> int:
    """Give each waiting award of a chunk its place and reserve its documents; return how many.

    Raises IllegalTransition where the batch is not running, NotReady where nothing can sign.
    """
    batch = locked(tx, batch_id, states={BatchState.RUNNING})
    waiting = batches.rows_of_chunk(tx, batch_id, chunk, states={RowState.WAITING})
    there = chunks.approvals(tx, batch_id, chunk=chunk)
    ready: list[tuple[BatchRow, Approval]] = []
    for row in waiting:
        award = there.get(row.award_id or "")
        if award is None or award.state is not AwardState.APPROVED:
            settle(tx, batch_id, row, state=award.state if award else None)
        else:
            ready.append((row, award))
    _reserve(tx, bench, batch, chunk=chunk, awards=[award for _, award in ready])
    batches.move_chunk(
        tx, batch_id, chunk, count=len(ready), to=RowState.RESERVED, now=RowState.WAITING
    )
    batches.touch(tx, batch_id)
    return len(ready)


def _reserve(
    tx: Transaction, bench: Workbench, batch: Batch, *, chunk: int, awards: Sequence[Approval]
) -> None:
    without = [award.id for award in awards if award.place is None]
    fresh = dict(zip(without, _lease(tx, bench, batch.organisation, len(without)), strict=True))
    chunks.assign(tx, batch.organisation, [(award, *place) for award, place in fresh.items()])
    desk = _Desk(tx, bench, batch)
    there = chunks.formats_of(tx, batch.id, chunk=chunk)
    reservations = [
        desk.reservation(award, tongue, place=award.place or fresh[award.id])
        for award in awards
        for tongue in desk.formats(award)
        if tongue not in there.get(award.id, frozenset())
    ]
    chunks.reserve(tx, batch.organisation, reservations, at=bench.moment)


def _lease(tx: Transaction, bench: Workbench, organisation: str, count: int) -> list[Place]:
    """So many places, from one list or several; opens a list where all are full."""
    if not count:
        return []
    while True:
        try:
            leases = slots.lease(tx, organisation, count=count)
        except ListFull:
            slots.open_list(
                tx,
                organisation,
                length=bench.limits.status_list_length,
                seed=bench.chance(32),
                at=bench.moment,
            )
            continue
        return [
            (part.list_number, permutation.slot(one, seed=part.seed, length=part.length))
            for part in leases
            for one in part.ordinals
        ]


@dataclass
class _Desk:
    """What the reservations of a chunk have in common, read once."""

    tx: Transaction
    bench: Workbench
    batch: Batch
    _courses: dict[tuple[str, int], Achievement] = field(default_factory=dict)
    _methods: dict[DocumentFormat, str] = field(default_factory=dict)
    _lists: dict[tuple[str, int], str] = field(default_factory=dict)

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation that awards."""
        return organisations.get(self.tx, self.batch.organisation)

    @cached_property
    def at(self) -> dt.datetime:
        """One moment for the whole chunk."""
        return self.bench.moment

    def course(self, award: Approval) -> Achievement:
        """The version of the course that was awarded."""
        key = (award.achievement, award.version)
        if key not in self._courses:
            self._courses[key] = achievements.get(
                self.tx, self.batch.organisation, award.achievement, version=award.version
            )
        return self._courses[key]

    def formats(self, award: Approval) -> tuple[DocumentFormat, ...]:
        """The formats in which this award is issued."""
        return self.batch.formats or self.course(award).formats

    def reservation(
        self, award: Approval, tongue: DocumentFormat, *, place: Place
    ) -> Mapping[str, Any]:
        """What will be written into one document: the fields of a `Reservation`.

        Every part of it is made here, so that nothing is validated again for each award.
        """
        bench = self.bench
        return {
            "award_id": award.id,
            "format": tongue,
            "credential_id": tongues.credential_id(bench, award.id, tongue=tongue),
            "slot": self._slot(place, is_paired=self.course(award).suspendable),
            "valid_from": self.at,
            "created": self.at,
            "salt": bench.chance(16).hex(),
            "verification_method": self._method(tongue),
        }

    def _method(self, tongue: DocumentFormat) -> str:
        if tongue not in self._methods:
            self._methods[tongue] = tongues.method_of(
                self.tx, self.bench, self.organisation, tongue=tongue
            )
        return self._methods[tongue]

    def _slot(self, place: Place, *, is_paired: bool) -> str:
        """A `StatusSlot` as JSON."""
        number, index = place
        suspension = self._list("suspension", number) if is_paired else None
        paired = index if is_paired else None
        slot = StatusSlot.known(
            {
                "revocation_list": self._list("revocation", number),
                "index": index,
                "suspension_list": suspension,
                "suspension_index": paired,
            }
        )
        return slot.model_dump_json()

    def _list(self, purpose: str, number: int) -> str:
        key = (purpose, number)
        if key not in self._lists:
            self._lists[key] = material.list_url(
                self.bench.base_url, self.batch.organisation, purpose=purpose, number=number
            )
        return self._lists[key]
