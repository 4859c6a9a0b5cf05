"""The rows of many results at once: the same rows as one by one, in fewer statements.

What `learners`, `results`, `awards`, `slots` and `documents` do for one, this module does for a
slice of a cohort, with the organisation locked by whoever calls. Each change is conditional on the
state it was read in: where a row is not there any more, the whole transaction is given up.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from issuer.errors import IllegalTransition
from issuer.model.achievement import DocumentFormat
from issuer.model.assessment import AssessmentResult
from issuer.model.award import Award, AwardState, DocumentState, Reservation
from issuer.model.learner import Learner
from issuer.registry import documents as documents_of
from issuer.registry import learners as learners_of
from issuer.registry import results as results_of
from issuer.registry.database import Transaction
from issuer.registry.documents import Written
from issuer.registry.results import StagedState
from issuer.registry.tables import awards, batch_rows, documents, learners, slots, staged_results

_FINAL = (AwardState.REVOKED, AwardState.REPLACED)


@dataclass(frozen=True)
class Person:
    """A learner's row, and the key of the learner's records (32 bytes)."""

    id: int
    key: bytes


@dataclass(frozen=True)
class Taken:
    """A result that was taken in, or was there before."""

    id: int
    commitment: str
    is_new: bool
    is_other: bool
    """True: another content was taken in under the same key before."""


@dataclass(frozen=True)
class Begun:
    """One document of a cohort on its way, with what it is composed from."""

    number: int
    """Number of the row in its batch."""
    award: Award
    reservation: Reservation
    state: DocumentState
    digest: bytes | None
    """What was written down; None before."""
    result: bytes
    """The assessment result, as JSON."""
    key: bytes
    """Key of the learner's records."""


@dataclass(frozen=True)
class Kept:
    """The sealed bytes of one document."""

    award_id: str
    format: DocumentFormat
    data: bytes
    media_type: str
    key: bytes


def find_or_add(
    tx: Transaction, organisation: str, people: Sequence[Learner], *, at: dt.datetime
) -> tuple[Person, ...]:
    """The learners with these keys, in their order; other details replace the old ones."""
    indexes = [learners_of.index_of(tx, organisation, person.key) for person in people]
    there = _by_lookup(tx, organisation, set(indexes))
    # The last of several that say different things of one person counts, as one by one.
    newest = dict(zip(indexes, people, strict=True))
    fresh = {index: person for index, person in newest.items() if index not in there}
    if fresh:
        rows = [_learner_row(tx, index, person, at=at) for index, person in fresh.items()]
        tx.connection.execute(learners.insert(), rows)
        there |= _by_lookup(tx, organisation, set(fresh))
    found = {}
    for index, person in newest.items():
        row = there[index]
        key = tx.cipher.unwrap(row.wrapped_key)
        found[index] = Person(int(row.id), key)
        if index not in fresh:
            _bring_up_to_date(tx, row, person, index=index, key=key)
    return tuple(found[index] for index in indexes)


def _by_lookup(tx: Transaction, organisation: str, indexes: Collection[str]) -> dict[str, Any]:
    c = learners.c
    query = sa.select(c.id, c.lookup, c.wrapped_key, c.payload)
    query = query.where(c.organisation == organisation, c.lookup.in_(indexes))
    return {row.lookup: row for row in tx.connection.execute(query)}


def _learner_row(
    tx: Transaction, index: str, person: Learner, *, at: dt.datetime
) -> dict[str, Any]:
    wrapped = tx.cipher.new_data_key()
    key, place = tx.cipher.unwrap(wrapped), learners_of.place_of(person.organisation, index)
    return {
        "organisation": person.organisation,
        "lookup": index,
        "wrapped_key": wrapped,
        "payload": tx.cipher.encrypt(key, person.model_dump_json().encode(), place),
        "created_at": at,
    }


def _bring_up_to_date(
    tx: Transaction, row: sa.Row[Any], person: Learner, *, index: str, key: bytes
) -> None:
    data = person.model_dump_json().encode()
    place = learners_of.place_of(person.organisation, index)
    if tx.cipher.decrypt(key, row.payload, place) != data:
        change = learners.update().where(learners.c.id == row.id)
        tx.connection.execute(change.values(payload=tx.cipher.encrypt(key, data, place)))


def stage(
    tx: Transaction,
    organisation: str,
    results: Sequence[AssessmentResult],
    *,
    people: Sequence[Person],
    at: dt.datetime,
) -> tuple[Taken, ...]:
    """Take results in, each with its learner; the same content again is the same row."""
    keys = [results_of.index_of(tx, organisation, result.natural_key) for result in results]
    before = _staged(tx, organisation, set(keys))
    rows = {}
    for index, result, person in zip(keys, results, people, strict=True):
        if index not in before and index not in rows:
            rows[index] = _staged_row(tx, result, person=person, index=index, at=at)
    if rows:
        tx.connection.execute(staged_results.insert(), list(rows.values()))
    there = before | (_staged(tx, organisation, set(rows)) if rows else {})
    return tuple(
        _taken(tx, there[index], result, person=person, is_new=index in rows)
        for index, result, person in zip(keys, results, people, strict=True)
    )


def _staged(tx: Transaction, organisation: str, indexes: Collection[str]) -> dict[str, Any]:
    c = staged_results.c
    query = sa.select(c.id, c.natural_key, c.learner_id, c.commitment)
    query = query.where(c.organisation == organisation, c.natural_key.in_(indexes))
    return {row.natural_key: row for row in tx.connection.execute(query)}


def _staged_row(
    tx: Transaction, result: AssessmentResult, *, person: Person, index: str, at: dt.datetime
) -> dict[str, Any]:
    data = result.model_dump_json().encode()
    return {
        "organisation": result.organisation,
        "learner_id": person.id,
        "natural_key": index,
        "commitment": tx.cipher.commitment(person.key, data),
        "payload": tx.cipher.encrypt(person.key, data, results_of.place_of(index)),
        "state": StagedState.OPEN,
        "created_at": at,
    }


def _taken(
    tx: Transaction, row: sa.Row[Any], result: AssessmentResult, *, person: Person, is_new: bool
) -> Taken:
    if is_new:
        return Taken(row.id, row.commitment, is_new=True, is_other=False)
    said = tx.cipher.commitment(person.key, result.model_dump_json().encode())
    is_other = row.learner_id != person.id or row.commitment != said
    return Taken(row.id, row.commitment, is_new=False, is_other=is_other)


def awards_on(tx: Transaction, staged_ids: Collection[int]) -> dict[int, tuple[str, AwardState]]:
    """For each result that has an award: id and state of the one in force, else of the newest."""
    c = awards.c
    query = sa.select(c.staged_id, c.id, c.state).where(c.staged_id.in_(staged_ids))
    has_ended = sa.case((c.state.in_(_FINAL), 1), else_=0)
    # The best comes last and stays.
    rows = tx.connection.execute(query.order_by(has_ended.desc(), c.approved_at, c.id.desc()))
    return {row.staged_id: (row.id, AwardState(row.state)) for row in rows}


def add_awards(tx: Transaction, pairs: Sequence[tuple[Award, int]]) -> None:
    """Keep new awards, each with the number of its result, which has no other in force."""
    if pairs:
        rows = [{**award.__dict__, "staged_id": staged_id} for award, staged_id in pairs]
        tx.connection.execute(awards.insert(), rows)


@dataclass(frozen=True)
class Approval:
    """What a reservation asks of an award."""

    id: str
    state: AwardState
    achievement: str
    version: int
    place: tuple[int, int] | None
    """Number of its status list and index there; None: it has none yet."""


def approvals(tx: Transaction, award_ids: Collection[str]) -> dict[str, Approval]:
    """State, course and place of each award that is there."""
    c = awards.c
    query = sa.select(
        c.id, c.state, c.achievement, c.achievement_version, c.list_number, c.slot_index
    )
    found = {}
    for row in tx.connection.execute(query.where(c.id.in_(award_ids))):
        place = None if row.list_number is None else (row.list_number, row.slot_index)
        state = AwardState(row.state)
        found[row.id] = Approval(row.id, state, row.achievement, row.achievement_version, place)
    return found


def formats_of(tx: Transaction, award_ids: Collection[str]) -> dict[str, set[str]]:
    """The formats in which each award has a document, void ones too."""
    c = documents.c
    query = sa.select(c.award_id, c.format).where(c.award_id.in_(award_ids))
    found: dict[str, set[str]] = {}
    for row in tx.connection.execute(query):
        found.setdefault(row.award_id, set()).add(row.format)
    return found


def assign(tx: Transaction, organisation: str, places: Sequence[tuple[str, int, int]]) -> None:
    """Give each award (id, number of a list, index) its place, once; IllegalTransition if not."""
    if not places:
        return
    empty = {"revoked": False, "suspended": False, "burnt": False}
    rows = [
        {"organisation": organisation, "list_number": n, "slot_index": i, "award_id": a, **empty}
        for a, n, i in places
    ]
    tx.connection.execute(slots.insert(), rows)
    change = awards.update().where(
        awards.c.id == sa.bindparam("its_id"), awards.c.list_number.is_(None)
    )
    change = change.values(
        list_number=sa.bindparam("its_list"), slot_index=sa.bindparam("its_index")
    )
    _all(tx, change, [{"its_id": a, "its_list": n, "its_index": i} for a, n, i in places])


def reserve(
    tx: Transaction, organisation: str, reservations: Sequence[Reservation], *, at: dt.datetime
) -> None:
    """Keep what will be written into documents that are not there yet."""
    rows = [
        {
            **reservation.__dict__,
            "slot": reservation.slot.model_dump_json(),
            "organisation": organisation,
            "state": DocumentState.RESERVED,
            "versions": {},
            "reserved_at": at,
        }
        for reservation in reservations
    ]
    if rows:
        tx.connection.execute(documents.insert(), rows)


def begun(tx: Transaction, batch_id: str, *, chunk: int) -> tuple[Begun, ...]:
    """Every document of a chunk that is not sealed, with what it is composed from.

    Left out is what nothing can be composed from any more: an erased learner, a closed result.
    """
    b, s = batch_rows.c, staged_results.c
    joined = (
        batch_rows.join(awards, b.award_id == awards.c.id)
        .join(documents, documents.c.award_id == awards.c.id)
        .join(staged_results, s.id == awards.c.staged_id)
        .join(learners, learners.c.id == awards.c.learner_id)
    )
    query = sa.select(
        b.number,
        *(awards.c[name].label(f"award_{name}") for name in Award.model_fields),
        *documents.c,
        s.payload,
        s.natural_key,
        learners.c.wrapped_key,
    ).select_from(joined)
    open_ones = documents.c.state.in_((DocumentState.RESERVED, DocumentState.WRITTEN_DOWN))
    here = sa.and_(b.batch_id == batch_id, b.chunk == chunk, b.state.in_(("reserved", "written")))
    kept = sa.and_(s.payload.is_not(None), learners.c.wrapped_key.is_not(None))
    query = query.where(here, open_ones, kept).order_by(b.number, documents.c.format)
    return tuple(_begun(tx, row) for row in tx.connection.execute(query))


def _begun(tx: Transaction, row: Any) -> Begun:
    key = tx.cipher.unwrap(row.wrapped_key)
    values = {name: getattr(row, f"award_{name}") for name in Award.model_fields}
    digest = None
    if row.digest is not None:
        place = documents_of.place_of(row.award_id, row.format, "digest")
        digest = tx.cipher.decrypt(key, row.digest, place)
    return Begun(
        number=row.number,
        award=Award.model_validate(values),
        reservation=documents_of.reservation_of(row),
        state=DocumentState(row.state),
        digest=digest,
        result=tx.cipher.decrypt(key, row.payload, results_of.place_of(row.natural_key)),
        key=key,
    )


def write_down(
    tx: Transaction, pairs: Sequence[tuple[Begun, Written]], *, at: dt.datetime
) -> tuple[str, ...]:
    """Keep the digests of what will be signed; returns a commitment (HMAC, hex) to each."""
    rows, said = [], []
    for begun_one, written in pairs:
        award_id, tongue = begun_one.award.id, begun_one.reservation.format
        place = documents_of.place_of(award_id, tongue, "digest")
        rows.append(
            {
                "its_award": award_id,
                "its_format": tongue,
                "its_digest": tx.cipher.encrypt(begun_one.key, written.digest, place),
                "its_suite": written.suite,
                "its_versions": dict(written.versions),
            }
        )
        said.append(tx.cipher.commitment(begun_one.key, written.digest))
    change = _document(DocumentState.RESERVED).values(
        state=DocumentState.WRITTEN_DOWN,
        digest=sa.bindparam("its_digest"),
        suite=sa.bindparam("its_suite"),
        versions=sa.bindparam("its_versions"),
        written_at=at,
    )
    _all(tx, change, rows)
    return tuple(said)


def keep(tx: Transaction, sealed: Sequence[Kept], *, at: dt.datetime) -> tuple[str, ...]:
    """Keep sealed bytes; returns the commitment (HMAC, hex) to each, as it is kept beside it."""
    rows, said = [], []
    for one in sealed:
        place = documents_of.place_of(one.award_id, one.format, "sealed")
        commitment = tx.cipher.commitment(one.key, hashlib.sha256(one.data).digest())
        rows.append(
            {
                "its_award": one.award_id,
                "its_format": one.format,
                "its_bytes": tx.cipher.encrypt(one.key, one.data, place),
                "its_commitment": commitment,
                "its_type": one.media_type,
            }
        )
        said.append(commitment)
    change = _document(DocumentState.WRITTEN_DOWN).values(
        state=DocumentState.SEALED,
        sealed=sa.bindparam("its_bytes"),
        sealed_commitment=sa.bindparam("its_commitment"),
        media_type=sa.bindparam("its_type"),
        sealed_at=at,
    )
    _all(tx, change, rows)
    return tuple(said)


def activate(tx: Transaction, award_ids: Sequence[str], *, at: dt.datetime) -> None:
    """Put approved awards into force; IllegalTransition where one is not approved any more."""
    c = awards.c
    change = awards.update().where(c.id.in_(award_ids), c.state == AwardState.APPROVED)
    values = {"state": AwardState.ACTIVE, "changed_at": at}
    if award_ids and tx.connection.execute(change.values(values)).rowcount != len(award_ids):
        raise _moved()


def _document(now: DocumentState) -> sa.Update:
    c = documents.c
    return documents.update().where(
        c.award_id == sa.bindparam("its_award"),
        c.format == sa.bindparam("its_format"),
        c.state == now,
    )


def _all(tx: Transaction, change: sa.Update, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows and tx.connection.execute(change, list(rows)).rowcount != len(rows):
        raise _moved()


def _moved() -> IllegalTransition:
    msg = "Something in this chunk was changed by somebody else meanwhile: it is read again."
    return IllegalTransition(msg)
