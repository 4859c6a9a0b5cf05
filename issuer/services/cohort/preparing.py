"""Steps 4 to 7 for a chunk: compose, then write down what will be signed.

`prepare` writes nothing and can be done again; what was written down before must come out the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from issuer.errors import Busy, IllegalTransition
from issuer.model.achievement import DocumentFormat
from issuer.model.award import AwardState, DocumentState, Reservation
from issuer.model.batch import UNFINISHED, RowState
from issuer.registry import achievements, batches, chunks, leases, organisations
from issuer.registry.batches import Batch
from issuer.registry.chunks import Begun
from issuer.registry.database import Transaction
from issuer.registry.documents import Written
from issuer.services import composing_many, publish, tongues
from issuer.services.cohort.giving_up import leave_out
from issuer.services.cohort.reserving import Reserved, reservations
from issuer.services.cohort.under_way import GOING_ON, locked, note
from issuer.services.composing import EUROPEAN, Hand, versions
from issuer.services.composing_many import (
    Composed,
    Failed,
    Part,
    Setting,
    Task,
    reservation_of,
)
from issuer.services.crew import parts
from issuer.services.workbench import Workbench

_NOT_WRITTEN = frozenset({None, DocumentState.RESERVED})
_OTHERWISE = "It composes differently than what was written down. Send the result again."


@dataclass(frozen=True)
class PreparedChunk:
    """What a chunk will sign: each document that was begun, and what was composed of it."""

    reserved: Reserved
    composed: tuple[Composed, ...]

    @property
    def begun(self) -> tuple[Begun, ...]:
        """The documents, in the order of ``composed``."""
        return self.reserved.begun

    @cached_property
    def sound(self) -> tuple[tuple[Begun, Composed], ...]:
        """What can be signed: no document of an award is, where one of them failed."""
        bad = {number for number, _ in self.failed}
        pairs = zip(self.begun, self.composed, strict=True)
        return tuple((one, what) for one, what in pairs if one.number not in bad)

    @cached_property
    def failed(self) -> tuple[tuple[int, Failed], ...]:
        """The rows that cannot be issued, each with its first fault."""
        found: dict[int, Failed] = {}
        for one, what in zip(self.begun, self.composed, strict=True):
            fault = what if isinstance(what, Failed) else _moved(one, what)
            if fault is not None:
                found.setdefault(one.number, fault)
        return tuple(found.items())


def _moved(one: Begun, what: Composed) -> Failed | None:
    if one.source.award["state"] in {AwardState.REVOKED, AwardState.REPLACED}:
        return Failed("state.transition", "The award was revoked before it was issued.")
    if one.digest is not None and digest_of(what) != one.digest:
        return Failed("issue.self_check", _OTHERWISE)
    return None


def digest_of(what: Composed) -> bytes:
    """The digest of what will be signed; empty for what failed."""
    if isinstance(what, Failed):
        return b""
    return what.unsigned.digest if isinstance(what, composing_many.Ready) else what.prepared.digest


def _suite_of(what: Composed) -> str:
    if isinstance(what, Failed):
        return ""
    return what.unsigned.suite if isinstance(what, composing_many.Ready) else what.prepared.suite


def prepare(bench: Workbench, batch_id: str, *, chunk: int) -> PreparedChunk:
    """Compose, lint and prepare every document of a chunk; what fails is in the result.

    Raises NotReady, CustodyError where nothing can sign, StaleBackup, NotFound; Busy where it has
    to be reserved first; Busy and DeadlineExceeded where a document of a new shape found no process
    that canonicalises in time.
    """
    with bench.read() as tx:
        batch = batches.find(tx, batch_id)
        reserved = reservations(tx, bench, batch, chunk=chunk)
    begun, organisation = reserved.begun, batch.organisation
    # A list that was opened for this chunk, and places that were given out: the world knows first.
    publish.ensure(bench, organisation)
    setting = _setting(bench, organisation, begun)
    # By its shape an Open Badge is composed in less time than a process is asked and answers.
    quick = Part(setting, _tasks(one for one in begun if one.format not in EUROPEAN))
    slow = _tasks(one for one in begun if one.format in EUROPEAN)
    by_crew = bench.crew.run(
        composing_many.compose, [Part(setting, part) for part in parts(slow, crew=bench.crew)]
    )
    done = chain.from_iterable(by_crew)
    here = iter(composing_many.compose(quick, full=bench.canonicalise))
    composed = (next(done if one.format in EUROPEAN else here) for one in begun)
    return PreparedChunk(reserved, tuple(composed))


def _tasks(begun: Iterable[Begun]) -> list[Task]:
    return [Task(one.source.award, one.reservation, one.source.result) for one in begun]


def _setting(bench: Workbench, organisation: str, begun: Sequence[Begun]) -> Setting:
    hands: dict[tuple[DocumentFormat, str], Hand | Failed] = {}
    courses: dict[tuple[str, int], bytes] = {}
    for one in begun:
        key = (one.format, one.method)
        if key not in hands:
            hands[key] = _hand(bench, organisation, reservation_of(one.reservation))
    with bench.read() as tx:
        for one in begun:
            award = one.source.award
            course = (award["achievement"], award["achievement_version"])
            if course not in courses:
                noun = achievements.get(tx, organisation, course[0], version=course[1])
                courses[course] = noun.model_dump_json().encode()
        house = organisations.get(tx, organisation).model_dump_json().encode()
    return Setting(house, courses, bench.base_url, hands)


def _hand(bench: Workbench, organisation: str, reservation: Reservation) -> Hand | Failed:
    reason = tongues.cannot_sign(bench, organisation, reservation)
    if reason is not None:
        return Failed("issue.self_check", f"It can no longer be signed: {reason}.")
    return tongues.hand_of(bench, organisation, reservation=reservation)


def write_down(
    tx: Transaction, bench: Workbench, batch_id: str, *, chunk: int, prepared: PreparedChunk
) -> int:
    """Give the awards their places and write down what will be signed; give up what cannot be.

    Returns how many documents. Raises IllegalTransition where somebody else did it meanwhile or the
    batch goes on no more, Busy where anything it was prepared from is different by now.
    """
    batch = locked(tx, batch_id, states=GOING_ON)
    _require_unchanged(tx, bench, batch, chunk=chunk, reserved=prepared.reserved)
    standing = prepared.reserved.standing
    failed, sound = dict(prepared.failed), {one.number for one, _ in prepared.sound}
    if left := standing.keys() - sound:
        for row in batches.rows_of_chunk(tx, batch_id, chunk, states=UNFINISHED):
            if row.number in left:
                state = AwardState(standing[row.number].award)
                leave_out(tx, bench, batch, row=row, award=state, why=failed.get(row.number))
    pairs = [(one, what) for one, what in prepared.sound if one.state in _NOT_WRITTEN]
    chunks.assign(tx, batch.organisation, _given(one for one, _ in pairs))
    fresh = [(one, Written(digest_of(what), _suite_of(what), versions())) for one, what in pairs]
    commitments = chunks.write_down(tx, batch.organisation, fresh, at=bench.moment)
    leases.let_go(tx, batch_id, chunk=chunk)
    for now in (RowState.WAITING, RowState.RESERVED):
        count = sum(standing[number].state == now for number in sound)
        batches.move_chunk(tx, batch_id, chunk, count=count, to=RowState.WRITTEN, now=now)
    batches.touch(tx, batch_id)
    note(tx, batch, verb="batch.write_down", chunk=chunk, commitments=commitments, bench=bench)
    return len(fresh)


def _given(begun: Iterable[Begun]) -> list[tuple[str, int, int]]:
    """Award, list and index, once for each award that gets its place."""
    return list({one.award_id: (one.award_id, *one.place) for one in begun if one.place}.values())


def _require_unchanged(
    tx: Transaction,
    bench: Workbench,
    batch: Batch,
    *,
    chunk: int,
    reserved: Reserved,
) -> None:
    """Nothing of what it was prepared from is different.

    Raises IllegalTransition where somebody else went on with it, Busy where it is to be begun
    again, NotReady where nothing can sign.
    """
    leased = leases.held(tx, batch.id, chunk=chunk)
    standing = chunks.standing(tx, batch.id, chunk=chunk)
    there = {number: stand.state for number, stand in standing.items()}
    if any(there.get(number) != stand.state for number, stand in reserved.standing.items()):
        msg = f"Somebody else went on with chunk {chunk} of {batch.id} meanwhile."
        raise IllegalTransition(msg)
    if standing != reserved.standing or leased != reserved.leases:
        msg = f"Something in chunk {chunk} of {batch.id} was changed meanwhile: it is begun again."
        raise Busy(msg, retry_after_s=1)
    house = organisations.get(tx, batch.organisation)
    # Whoever changes a key waits for us, or we see it: nothing new is begun with an old one.
    for tongue, method in {(one.format, one.method) for one in reserved.begun if not one.state}:
        if tongues.method_of(tx, bench, house, tongue=tongue) != method:
            msg = f"Another key signs by now: chunk {chunk} of {batch.id} is begun again."
            raise Busy(msg, retry_after_s=1)
