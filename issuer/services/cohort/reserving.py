"""Step 3 for a chunk: places in the status lists, and what will be written into each document.

The places are leased, row by row, and committed before anything is composed. The rest of a
reservation is made when it is composed, and kept with what is written down. A chunk that is tried
again takes the lease that it has.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic_core import to_json

from issuer.errors import Busy, ListFull
from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.award import UNFINISHED, AwardState
from issuer.model.batch import BatchState, RowState
from issuer.model.organisation import Organisation
from issuer.registry import achievements, batches, chunks, leases, organisations, slots
from issuer.registry.batches import Batch
from issuer.registry.chunks import Begun, Place, Source, Stand
from issuer.registry.database import Transaction
from issuer.registry.leases import Held
from issuer.registry.slots import Lease
from issuer.services import material, tongues
from issuer.services.cohort.under_way import locked
from issuer.services.workbench import Workbench
from issuer.status import permutation


def reserve(tx: Transaction, bench: Workbench, batch_id: str, *, chunk: int) -> int:
    """Lease a place for each waiting award of a chunk that has none; return how many it needs.

    Raises IllegalTransition where the batch is not running.
    """
    batch = locked(tx, batch_id, states={BatchState.RUNNING})
    needed = chunks.without_place(tx, batch_id, chunk=chunk)
    there = {number for held in leases.held(tx, batch_id, chunk=chunk) for number in held.rows}
    if fresh := [number for number in needed if number not in there]:
        leased = _lease(tx, bench, batch.organisation, len(fresh))
        leases.hold(tx, batch_id, chunk=chunk, leased=leased, rows=fresh)
    batches.touch(tx, batch_id)
    return len(needed)


@dataclass(frozen=True)
class Reserved:
    """What a chunk is about to compose."""

    begun: tuple[Begun, ...]
    standing: Mapping[int, Stand]
    """How things stood with each row of it."""
    leases: tuple[Held, ...]
    """From which the places come that are given with it."""


def reservations(tx: Transaction, bench: Workbench, batch: Batch, *, chunk: int) -> Reserved:
    """Every document of a chunk that is not sealed: as it was begun, or with its reservation.

    Raises Busy where an award waits for which `reserve` has leased no place, NotReady where nothing
    can sign.
    """
    sources, standing = chunks.sources(tx, batch.id, chunk=chunk)
    there = chunks.documents_of_chunk(tx, batch.id, chunk=chunk, of=sources)
    leased = leases.held(tx, batch.id, chunk=chunk)
    places = _places(leased)
    desk = _Desk(tx, bench, batch)
    found: list[Begun] = []
    for source in sources:
        own = there.get(source.award["id"], {})
        found += [one for _, one in sorted(own.items()) if one.state in UNFINISHED]
        if source.state is RowState.WAITING and source.award["state"] == AwardState.APPROVED:
            found += desk.begin(source, own, leased=places.get(source.number))
    return Reserved(tuple(found), standing, leased)


def _places(leased: Iterable[Held]) -> dict[int, Place]:
    """Numbers of rows and the places that are leased for them."""
    found = {}
    for lease, rows in leased:
        seed, length = lease.seed, lease.length
        for number, one in zip(rows, lease.ordinals, strict=True):
            found[number] = lease.list_number, permutation.slot(one, seed=seed, length=length)
    return found


def _lease(tx: Transaction, bench: Workbench, organisation: str, count: int) -> tuple[Lease, ...]:
    """So many places, from one list or several; opens a list where all are full."""
    while True:
        try:
            return slots.lease(tx, organisation, count=count)
        except ListFull:
            slots.open_list(
                tx,
                organisation,
                length=bench.limits.status_list_length,
                seed=bench.chance(32),
                at=bench.moment,
            )


@dataclass
class _Desk:
    """What the reservations of a chunk have in common, read once."""

    tx: Transaction
    bench: Workbench
    batch: Batch
    _courses: dict[tuple[str, int], Achievement] = field(default_factory=dict)
    _said: dict[DocumentFormat, Mapping[str, Any]] = field(default_factory=dict)
    _lists: dict[tuple[str, int], str] = field(default_factory=dict)

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation that awards."""
        return organisations.get(self.tx, self.batch.organisation)

    @cached_property
    def at(self) -> dt.datetime:
        """One moment for the whole chunk."""
        return self.bench.moment

    def begin(
        self, source: Source, there: Mapping[DocumentFormat, Begun], *, leased: Place | None
    ) -> list[Begun]:
        """The documents of an award that are not ``there``; raises Busy where it has no place."""
        course = self._course(source)
        missing = self.batch.formats or course.formats
        if there:
            missing = tuple(tongue for tongue in missing if tongue not in there)
        if not missing:
            return []
        place, given = source.place, None
        if place is None:
            place = given = leased
        if place is None:
            msg = "An award waits in this chunk for which no place was leased: it is begun again."
            raise Busy(msg, retry_after_s=1)
        slot = self._slot(place, is_paired=course.suspendable)
        return [self._begun(source, tongue, slot=slot, given=given) for tongue in missing]

    def _begun(
        self, source: Source, tongue: DocumentFormat, *, slot: str, given: Place | None
    ) -> Begun:
        # Every part of it is made here, so that nothing is validated again for each award.
        award_id = source.award["id"]
        reservation = {
            **self._same(tongue),
            "award_id": award_id,
            "credential_id": tongues.credential_id(self.bench, award_id, tongue=tongue),
            "slot": slot,
            "salt": self.bench.chance(16).hex(),
        }
        return Begun(source, reservation, None, None, given)

    def _course(self, source: Source) -> Achievement:
        """The version of the course that was awarded."""
        key = source.award["achievement"], source.award["achievement_version"]
        if key not in self._courses:
            self._courses[key] = achievements.get(
                self.tx, self.batch.organisation, key[0], version=key[1]
            )
        return self._courses[key]

    def _same(self, tongue: DocumentFormat) -> Mapping[str, Any]:
        """What the reservations of one format have in common."""
        if tongue not in self._said:
            method = tongues.method_of(self.tx, self.bench, self.organisation, tongue=tongue)
            moments = {"valid_from": self.at, "created": self.at}
            self._said[tongue] = {"format": tongue, "verification_method": method, **moments}
        return self._said[tongue]

    def _slot(self, place: Place, *, is_paired: bool) -> str:
        """A `StatusSlot` as JSON."""
        number, index = place
        said = {
            "revocation_list": self._list("revocation", number),
            "index": index,
            "suspension_list": self._list("suspension", number) if is_paired else None,
            "suspension_index": index if is_paired else None,
        }
        return to_json(said).decode()

    def _list(self, purpose: str, number: int) -> str:
        key = (purpose, number)
        if key not in self._lists:
            self._lists[key] = material.list_url(
                self.bench.base_url, self.batch.organisation, purpose=purpose, number=number
            )
        return self._lists[key]
