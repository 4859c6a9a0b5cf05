"""After a crash: finish what was begun or give it up, and never know less than the world.

What a killed process leaves is found by its state: an award without documents, a reserved or a
written-down document. Each is finished by the same steps as always; what cannot be is voided, its
slot burnt and its bit set. After an old backup new lists are opened, so that no slot that may have
been given out since is given out again.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from issuer.errors import Conflict, TestamurError
from issuer.model.award import UNFINISHED, Award, AwardState, DocumentState
from issuer.model.batch import RowState
from issuer.registry import agenda, audit, awards, batches, documents, organisations, slots
from issuer.registry.batches import Batch
from issuer.registry.database import Transaction
from issuer.services import given_out, issue, publish, revoke, stack
from issuer.services.cohort.giving_up import give_up
from issuer.services.composing_many import Failed
from issuer.services.publish import Purpose
from issuer.services.workbench import Workbench
from issuer.status.bitstring import StatusList

_PAGE = 500
_BEFORE = "This was decided before the registry was restored from a backup; why is not known."
_RESTORED = Failed(
    "status.stale_backup",
    "The registry was restored from a backup, and this may have been issued after it. Try it again "
    "or send it again: it gets a credential of its own.",
)
_IN_FORCE = frozenset({AwardState.APPROVED, AwardState.ACTIVE, AwardState.SUSPENDED})


@dataclass(frozen=True)
class Recovered:
    """What was done."""

    finished: tuple[str, ...]
    """Ids of awards that are complete now."""
    voided: tuple[str, ...]
    """Ids of awards that were given up; their slots are burnt."""
    published: int = 0
    """Status lists that were signed."""
    restored_bits: int = 0
    """Entries that the world had seen set and the registry had forgotten."""


def recover(bench: Workbench, organisation: str, *, actor: str) -> Recovered:
    """Finish or void every unfinished award; safe to run again, and at any time."""
    finished, voided = [], []
    for award in _unfinished(bench, organisation):
        try:
            issue.issue(bench, organisation, award.id, actor=actor, formats=_begun(bench, award))
            finished.append(award.id)
            stack.after_issue(bench, organisation, award.id)
        except Conflict as fault:
            # Somebody else works on it at this moment, unless it has come to its end.
            if _has_ended(bench, award) and _give_up(bench, award, actor=actor, reason=fault.code):
                voided.append(award.id)
        except TestamurError as fault:
            if _give_up(bench, award, actor=actor, reason=fault.code):
                voided.append(award.id)
            else:
                raise
    lists = publish.publish(bench, organisation)
    return Recovered(tuple(finished), tuple(voided), len(lists))


def _unfinished(bench: Workbench, organisation: str) -> tuple[Award, ...]:
    with bench.read() as tx:
        unfinished = documents.unfinished(tx, organisation)
        elsewhere = {record.award_id for record in unfinished if record.waits_elsewhere}
        # What a batch has in hand is finished or voided by its workers.
        held = batches.held_awards(tx, organisation)
        ids = {record.award_id for record in unfinished if not record.waits_elsewhere} - held
        found = [awards.get(tx, organisation, award_id) for award_id in sorted(ids)]
        after: str | None = None
        while page := awards.listing(
            tx, organisation, state=AwardState.APPROVED, after=after, limit=_PAGE
        ):
            # One that waits for a seal from elsewhere, and for nothing here, is not unfinished.
            found += [award for award in page if award.id not in ids | elsewhere | held]
            after = page[-1].id
        return tuple(found)


def _begun(bench: Workbench, award: Award) -> issue.Formats | None:
    """The formats that were reserved: no other is added; None where nothing was reserved yet."""
    with bench.read() as tx:
        return tuple(record.format for record in documents.of_award(tx, award.id)) or None


def _has_ended(bench: Workbench, award: Award) -> bool:
    with bench.read() as tx:
        now = awards.get(tx, award.organisation, award.id).state
    return now in {AwardState.REVOKED, AwardState.REPLACED}


# Doubt about the installation itself (no key, no disk), or an authority that does not answer, is no
# reason to give an award up.
_WAIT = (
    "state.not_ready",
    "busy",
    "jsonld.deadline",
    "proof.unsupported",
    "settings.",
    "status.",
    "issue.timestamp",
    "issue.evidence",
)


def _give_up(bench: Workbench, award: Award, *, actor: str, reason: str) -> bool:
    if reason.startswith(_WAIT):
        return False
    with bench.begin() as tx:
        records = documents.of_award(tx, award.id)
        released = any(record.state is DocumentState.SEALED for record in records)
        for record in records:
            # What waits for a seal from elsewhere is not at fault where the award is in force.
            if record.state in UNFINISHED and not (released and record.waits_elsewhere):
                issue.void(tx, award, record=record, actor=actor, reason=reason, bench=bench)
        if not documents.of_award(tx, award.id):
            # Nothing was even reserved for it, and there is no place to burn.
            issue.give_up(tx, award, reason=reason, at=bench.moment)
    return True


def after_restore(
    bench: Workbench, organisation: str, *, actor: str, accept_fewer_bits: bool = False
) -> Recovered:
    """After an old backup was restored: open new lists, and take back the bits that were lost.

    Every entry that the folder of published lists remembers as revoked or suspended, and the
    registry forgot, is set again, so that nothing that was revoked comes back. With
    ``accept_fewer_bits`` it is not, and what the registry says is published. What was approved and
    not begun at the time of the backup is ended: it may have been issued since, and a second
    document under its id would have another place. Sent again, or tried again in its batch, it is
    decided anew.
    """
    seen = publish.remembered(bench, organisation)
    with bench.begin() as tx:
        _open_beyond(bench, tx, organisation, seen=seen)
        lost = () if accept_fewer_bits else tuple(_lost(tx, organisation, seen=seen))
        for one in lost:
            _set_again(tx, organisation, one, actor=actor, at=bench.moment)
        restored = len(lost)
        detail = {"bits": restored}
        entry = audit.Entry(organisation, bench.moment, actor, "after_restore", detail=detail)
        audit.append(tx, entry)
    ended = _end_what_may_be_out(bench, organisation)
    # Lists from which places were given out that nobody here remembers are closed now.
    given_out.remember(bench, organisation, anew=True)
    lists = publish.publish(bench, organisation, accept_fewer_bits=accept_fewer_bits)
    done = recover(bench, organisation, actor=actor)
    voided = (*ended, *done.voided)
    return Recovered(done.finished, voided, done.published + len(lists), restored)


def _end_what_may_be_out(bench: Workbench, organisation: str) -> list[str]:
    """End every approved award that has no place yet, with its row; return their ids."""
    ended: list[str] = []
    with bench.read() as tx:
        living = [one for one in batches.unended(tx) if one.organisation == organisation]
    for batch in living:
        ended += _end_rows(bench, batch)
    after: str | None = None
    while True:
        with bench.begin() as tx:
            organisations.lock(tx, organisation)
            page = awards.listing(
                tx, organisation, state=AwardState.APPROVED, after=after, limit=_PAGE
            )
            for award in page:
                if awards.slot_of(tx, award.id) is None:
                    issue.give_up(tx, award, reason=_RESTORED.message, at=bench.moment)
                    ended.append(award.id)
        if not page:
            return ended
        after = page[-1].id


def _end_rows(bench: Workbench, batch: Batch) -> list[str]:
    """End what waits in a batch that has not ended, a chunk a transaction."""
    ended: list[str] = []
    chunk = 0
    while True:
        with bench.begin() as tx:
            organisations.lock(tx, batch.organisation)
            found = agenda.opened(tx, batch.id, after=chunk, most=1)
            if not found:
                return ended
            chunk = found[0]
            for row in batches.rows_of_chunk(tx, batch.id, chunk, states={RowState.WAITING}):
                if row.award_id is not None and awards.slot_of(tx, row.award_id) is None:
                    give_up(tx, bench, batch, row=row, why=_RESTORED)
                    ended.append(row.award_id)
            batches.touch(tx, batch.id)


def _open_beyond(
    bench: Workbench,
    tx: Transaction,
    organisation: str,
    *,
    seen: Mapping[tuple[str, int], StatusList],
) -> None:
    """Open a list with a number that the world has not seen; close all others."""
    lengths = {number: status.length for (_, number), status in seen.items()}
    usual = bench.limits.status_list_length
    there = len(slots.lists(tx, organisation))
    for number in range(there + 1, max(lengths, default=0) + 1):
        length = lengths.get(number, usual)
        slots.open_list(tx, organisation, length=length, seed=bench.chance(32), at=bench.moment)
    slots.close_lists(tx, organisation)
    slots.open_list(tx, organisation, length=usual, seed=bench.chance(32), at=bench.moment)


@dataclass(frozen=True)
class _Lost:
    """An entry that the world has seen set and the registry forgot."""

    purpose: Purpose
    number: int
    index: int


def _lost(
    tx: Transaction, organisation: str, *, seen: Mapping[tuple[str, int], StatusList]
) -> Iterator[_Lost]:
    # Revocations first: what is revoked need not be suspended.
    for purpose in publish.PURPOSES:
        for (of, number), status in sorted(seen.items(), key=lambda item: item[0]):
            if of == purpose:
                there = slots.marked(tx, organisation, list_number=number, purpose=purpose)
                for index in sorted(set(status.marked) - set(there)):
                    yield _Lost(purpose, number, index)


def _set_again(
    tx: Transaction, organisation: str, lost: _Lost, *, actor: str, at: dt.datetime
) -> None:
    place = {"list_number": lost.number, "index": lost.index}
    award_id = slots.award_at(tx, organisation, **place)
    state = awards.get(tx, organisation, award_id).state if award_id else None
    if award_id and lost.purpose == "revocation" and state in _IN_FORCE:
        revoke.revoke(tx, organisation, award_id, reason=_BEFORE, actor=actor, at=at)
    elif award_id and lost.purpose == "suspension" and state is AwardState.ACTIVE:
        revoke.suspend(tx, organisation, award_id, reason=_BEFORE, actor=actor, at=at)
    else:
        # Of an award that was issued after the backup only its place is known.
        is_revoked = lost.purpose == "revocation"
        bits = slots.Bits(burnt=True) if is_revoked else slots.Bits(suspended=True)
        slots.set_bits(tx, organisation, bits=bits, **place)
