"""The rows of one chunk of a cohort: places, reservations, digests and sealed bytes, many at once.

What `slots`, `documents` and `awards` do for one, this module does for a chunk. The organisation is
locked by whoever calls. Each change is conditional on the state it was read in: where a row is not
there any more, IllegalTransition is raised and the whole transaction is given up.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from issuer.errors import IllegalTransition, StaleBackup
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award, AwardState, DocumentState, Reservation
from issuer.model.batch import RowState
from issuer.registry import documents as documents_of
from issuer.registry import results as results_of
from issuer.registry import slots as slots_of
from issuer.registry.batches import in_chunk
from issuer.registry.cipher import commit, commitment_key
from issuer.registry.database import Transaction
from issuer.registry.documents import Written
from issuer.registry.inserting import run_many
from issuer.registry.tables import awards, batch_rows, documents, learners, staged_results


@dataclass(frozen=True)
class Begun:
    """One document of a cohort on its way, with what it is composed from."""

    number: int
    """Number of the row in its batch."""
    award: Mapping[str, Any]
    """The fields of an `Award`; they were validated when they went in."""
    reservation: Mapping[str, Any]
    """The fields of a `Reservation`, its slot as JSON; as above."""
    state: DocumentState
    digest: bytes | None
    """What was written down; None before."""
    result: bytes
    """The assessment result, as JSON."""
    key: bytes
    """Key of the learner's records."""
    commitment_key: bytes
    """Under which they are committed to."""

    @property
    def award_id(self) -> str:
        """The award of which it is a form."""
        return str(self.award["id"])

    @property
    def format(self) -> DocumentFormat:
        """The tongue in which it is sealed."""
        return DocumentFormat(self.reservation["format"])

    @property
    def method(self) -> str:
        """Absolute id of the key, or what stands where one is named."""
        return str(self.reservation["verification_method"])


_RESERVED = tuple(Reservation.model_fields)
_AWARD = tuple(Award.model_fields)


@dataclass(frozen=True)
class Kept:
    """The sealed bytes of one document."""

    begun: Begun
    data: bytes
    media_type: str


@dataclass(frozen=True)
class Approval:
    """What a reservation asks of an award."""

    id: str
    state: AwardState
    achievement: str
    version: int
    place: tuple[int, int] | None
    """Number of its status list and index there; None: it has none yet."""


def approvals(tx: Transaction, batch_id: str, *, chunk: int) -> dict[str, Approval]:
    """State, course and place of each award for which a chunk waits."""
    c = awards.c
    query = sa.select(
        c.id, c.state, c.achievement, c.achievement_version, c.list_number, c.slot_index
    )
    joined = batch_rows.join(awards, batch_rows.c.award_id == c.id)
    query = query.select_from(joined).where(in_chunk(batch_id, chunk, {RowState.WAITING}))
    found = {}
    for row in tx.connection.execute(query).all():
        place = None if row.list_number is None else (row.list_number, row.slot_index)
        state = AwardState(row.state)
        found[row.id] = Approval(row.id, state, row.achievement, row.achievement_version, place)
    return found


def formats_of(tx: Transaction, batch_id: str, *, chunk: int) -> dict[str, set[str]]:
    """The formats in which awards for which a chunk waits have a document, void ones too."""
    c = documents.c
    query = sa.select(c.award_id, c.format).where(in_chunk(batch_id, chunk, {RowState.WAITING}))
    query = query.select_from(batch_rows.join(documents, batch_rows.c.award_id == c.award_id))
    found: dict[str, set[str]] = {}
    for row in tx.connection.execute(query):
        found.setdefault(row.award_id, set()).add(row.format)
    return found


def assign(tx: Transaction, organisation: str, places: Sequence[tuple[str, int, int]]) -> None:
    """Give each award (id, number of a list, index) its place, once.

    Raises IllegalTransition where an award has one already or is not there, NotFound where there is
    no such place, and StaleBackup where one was given out before: the lease was made a second time.
    """
    for number in {number for _, number, _ in places}:
        highest = max(index for _, of, index in places if of == number)
        slots_of.require_place(tx, organisation, list_number=number, index=highest)
    rows = [
        {"its_award": a, "its_organisation": organisation, "its_list": n, "its_index": i}
        for a, n, i in places
    ]
    try:
        given = run_many(tx, slots_of.GIVE, rows)
    except sa.exc.IntegrityError as fault:
        raise _given_before(organisation) from fault
    if given != len(rows):
        if slots_of.are_marked(tx, organisation, ((n, i) for _, n, i in places)):
            raise _given_before(organisation)
        raise _moved()


def reserve(
    tx: Transaction,
    organisation: str,
    reservations: Sequence[Mapping[str, Any]],
    *,
    at: dt.datetime,
) -> None:
    """Keep what will be written into documents that are not there yet.

    Each has the fields of a `Reservation`, its slot as JSON.
    """
    same = {
        "organisation": organisation,
        "state": DocumentState.RESERVED,
        "versions": {},
        "reserved_at": at,
    }
    run_many(tx, documents.insert(), [{**one, **same} for one in reservations])


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
        *(awards.c[name].label(f"award_{name}") for name in _AWARD),
        *(documents.c[name].label(f"reserved_{name}") for name in _RESERVED),
        documents.c.state,
        documents.c.digest,
        s.payload,
        s.natural_key,
        learners.c.wrapped_key,
    ).select_from(joined)
    open_ones = documents.c.state.in_((DocumentState.RESERVED, DocumentState.WRITTEN_DOWN))
    here = in_chunk(batch_id, chunk, {RowState.RESERVED, RowState.WRITTEN})
    kept = sa.and_(s.payload.is_not(None), learners.c.wrapped_key.is_not(None))
    rows = tx.connection.execute(query.where(here, open_ones, kept)).all()
    return tuple(_begun(tx, row) for row in sorted(rows, key=_order))


def _order(row: Any) -> tuple[int, str]:
    return row.number, row.reserved_format


def _begun(tx: Transaction, row: Any) -> Begun:
    number, *values = tuple(row)
    award = dict(zip(_AWARD, values, strict=False))
    reservation = dict(zip(_RESERVED, values[len(_AWARD) :], strict=False))
    key = tx.cipher.unwrap(row.wrapped_key)
    digest = None
    if row.digest is not None:
        place = documents_of.place_of(award["id"], reservation["format"], "digest")
        digest = tx.cipher.decrypt(key, row.digest, place)
    return Begun(
        number=number,
        award=award,
        reservation=reservation,
        state=DocumentState(row.state),
        digest=digest,
        result=tx.cipher.decrypt(key, row.payload, results_of.place_of(row.natural_key)),
        key=key,
        commitment_key=commitment_key(key),
    )


def write_down(
    tx: Transaction, pairs: Sequence[tuple[Begun, Written]], *, at: dt.datetime
) -> tuple[str, ...]:
    """Keep the digests of what will be signed; returns a commitment (HMAC, hex) to each."""
    rows, said = [], []
    for begun_one, written in pairs:
        award_id, tongue = begun_one.award_id, begun_one.format
        place = documents_of.place_of(award_id, tongue, "digest")
        rows.append(
            {
                "its_award": award_id,
                "its_format": tongue,
                "its_digest": tx.cipher.encrypt(begun_one.key, written.digest, place),
                "its_suite": written.suite,
                "its_versions": written.versions,
            }
        )
        said.append(commit(begun_one.commitment_key, written.digest))
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
        award_id, tongue = one.begun.award_id, one.begun.format
        place = documents_of.place_of(award_id, tongue, "sealed")
        commitment = commit(one.begun.commitment_key, hashlib.sha256(one.data).digest())
        rows.append(
            {
                "its_award": award_id,
                "its_format": tongue,
                "its_bytes": tx.cipher.encrypt(one.begun.key, one.data, place),
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


def activate(tx: Transaction, batch_id: str, *, chunk: int, at: dt.datetime) -> frozenset[str]:
    """Put the approved awards of what a chunk has written down into force; returns which."""
    c = awards.c
    written = sa.select(batch_rows.c.award_id).where(in_chunk(batch_id, chunk, {RowState.WRITTEN}))
    change = awards.update().where(c.id.in_(written), c.state == AwardState.APPROVED)
    values = {"state": AwardState.ACTIVE, "changed_at": at}
    return frozenset(tx.connection.scalars(change.values(values).returning(c.id)).all())


def _document(now: DocumentState) -> sa.Update:
    c = documents.c
    # Hidden in a case: PostgreSQL would take a state for rare, read every document that is in it
    # and look through all that was handed over for each, instead of finding each by its key.
    is_now = sa.case((c.state == now, sa.true()), else_=sa.false())
    return documents.update().where(
        c.award_id == sa.bindparam("its_award"), c.format == sa.bindparam("its_format"), is_now
    )


def _all(tx: Transaction, change: sa.Update, rows: Sequence[Mapping[str, Any]]) -> None:
    if run_many(tx, change, rows) != len(rows):
        raise _moved()


def _moved() -> IllegalTransition:
    msg = "Something in this chunk was changed by somebody else meanwhile: it is read again."
    return IllegalTransition(msg)


def _given_before(organisation: str) -> StaleBackup:
    msg = (
        f"A place that {organisation} leased just now was given out before: the database is older "
        "than what the world has seen. Run `testamur recover --after-restore`."
    )
    return StaleBackup(msg, organisation=organisation)
