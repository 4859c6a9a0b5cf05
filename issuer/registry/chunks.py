"""The rows of one chunk of a cohort: places, digests and sealed bytes, many at once.

What `slots`, `documents` and `awards` do for one, this module does for a chunk. The organisation is
locked by whoever calls. Each change is conditional on the state it was read in: where a row is not
there any more, IllegalTransition is raised and the whole transaction is given up.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from issuer.errors import IllegalTransition, StaleBackup
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award, AwardState, DocumentState, Reservation
from issuer.model.batch import UNFINISHED, RowState
from issuer.registry import documents as documents_of
from issuer.registry import results as results_of
from issuer.registry import slots as slots_of
from issuer.registry.batches import in_chunk
from issuer.registry.cipher import commit, commitment_key
from issuer.registry.database import Transaction
from issuer.registry.documents import Written
from issuer.registry.inserting import insert_many, run_many
from issuer.registry.listed import among
from issuer.registry.tables import awards, batch_rows, documents, learners, staged_results

Place = tuple[int, int]
"""Number of a status list, and index in it."""
_RESERVED = tuple(Reservation.model_fields)
_AWARD = tuple(Award.model_fields)


class Source(NamedTuple):
    """An award for which a chunk has a row, and what its documents are composed from."""

    number: int
    """Number of the row in its batch."""
    state: RowState
    """Where the row stands."""
    award: Mapping[str, Any]
    """The fields of an `Award`; they were validated when they went in."""
    place: Place | None
    """Its place in the status lists; None: it has none yet."""
    result: bytes
    """The assessment result, as JSON."""
    key: bytes
    """Key of the learner's records."""
    commitment_key: bytes
    """Under which they are committed to."""


class Begun(NamedTuple):
    """One document of a cohort on its way, with what it is composed from."""

    source: Source
    reservation: Mapping[str, Any]
    """The fields of a `Reservation`, its slot as JSON; validated, or made here."""
    state: DocumentState | None
    """None: nothing of it is kept yet."""
    digest: bytes | None
    """What was written down; None before."""
    place: Place | None = None
    """What its award is still to be given."""

    @property
    def number(self) -> int:
        """Number of the row in its batch."""
        return self.source.number

    @property
    def award_id(self) -> str:
        """The award of which it is a form."""
        award_id: str = self.source.award["id"]
        return award_id

    @property
    def format(self) -> DocumentFormat:
        """The tongue in which it is sealed."""
        tongue: DocumentFormat = self.reservation["format"]
        return tongue

    @property
    def method(self) -> str:
        """Absolute id of the key, or what stands where one is named."""
        method: str = self.reservation["verification_method"]
        return method


class Kept(NamedTuple):
    """The sealed bytes of one document."""

    begun: Begun
    data: bytes
    media_type: str


class Stand(NamedTuple):
    """How things stand with a row of a chunk, as far as anything can change meanwhile."""

    award_id: str
    state: str
    """Of the row."""
    award: str
    """The state of the award."""
    has_place: bool
    is_kept: bool
    """Whether there is still what it is composed from: a result, and the key of its learner."""


def without_place(tx: Transaction, batch_id: str, *, chunk: int) -> tuple[int, ...]:
    """Numbers of the rows that wait and whose approved award has no place in a list, in order."""
    number = batch_rows.c.number
    joined = batch_rows.join(awards, batch_rows.c.award_id == awards.c.id)
    here = in_chunk(batch_id, chunk, {RowState.WAITING})
    approved = sa.and_(awards.c.state == AwardState.APPROVED, awards.c.list_number.is_(None))
    query = sa.select(number).select_from(joined).where(here, approved)
    return tuple(sorted(tx.connection.scalars(query)))


_B, _S, _L = batch_rows.c, staged_results.c, learners.c
_JOINED = (
    batch_rows.join(awards, _B.award_id == awards.c.id)
    .outerjoin(staged_results, _S.id == awards.c.staged_id)
    .join(learners, _L.id == awards.c.learner_id)
)
_STANDING = (
    _B.number,
    _B.award_id,
    _B.state,
    awards.c.state,
    awards.c.list_number.is_not(None),
    sa.and_(_S.payload.is_not(None), _L.wrapped_key.is_not(None)),
)
_SOURCE = (awards.c.list_number, awards.c.slot_index, _S.payload, _S.natural_key, _L.wrapped_key)
_STANDS = sa.select(*_STANDING).select_from(_JOINED)
_SOURCES = sa.select(
    *(column.label(f"stand_{place}") for place, column in enumerate(_STANDING)),
    *_SOURCE,
    *(awards.c[name] for name in _AWARD),
).select_from(_JOINED)


def standing(tx: Transaction, batch_id: str, *, chunk: int) -> dict[int, Stand]:
    """How things stand with each unfinished row of a chunk, by its number."""
    query = _STANDS.where(in_chunk(batch_id, chunk, UNFINISHED))
    return {row[0]: Stand(*row[1:]) for row in tx.connection.execute(query).all()}


def sources(
    tx: Transaction, batch_id: str, *, chunk: int
) -> tuple[tuple[Source, ...], dict[int, Stand]]:
    """The unfinished rows of a chunk by number, each with what it is composed from; and `standing`.

    Left out of the first is what nothing can be composed from any more: an erased learner, a closed
    result.
    """
    query = _SOURCES.where(in_chunk(batch_id, chunk, UNFINISHED))
    found, stands = [], {}
    for row in tx.connection.execute(query).all():
        number, *stood = row[: len(_STANDING)]
        stand = stands[number] = Stand(*stood)
        if stand.is_kept:
            found.append(_source(tx, number, stand, said=row[len(_STANDING) :]))
    return tuple(sorted(found, key=itemgetter(0))), stands


def _source(tx: Transaction, number: int, stand: Stand, *, said: Sequence[Any]) -> Source:
    of, index, payload, natural_key, wrapped, *award = said
    key = tx.cipher.unwrap(wrapped)
    return Source(
        number,
        RowState(stand.state),
        dict(zip(_AWARD, award, strict=True)),
        None if of is None else (of, index),
        tx.cipher.decrypt(key, payload, results_of.place_of(natural_key)),
        key,
        commitment_key(key),
    )


def documents_of_chunk(
    tx: Transaction, batch_id: str, *, chunk: int, of: Sequence[Source]
) -> dict[str, dict[DocumentFormat, Begun]]:
    """What is kept of documents of the awards ``of`` a chunk, void and sealed ones too."""
    c = documents.c
    query = sa.select(*(c[name] for name in _RESERVED), c.state, c.digest)
    query = query.select_from(batch_rows.join(documents, batch_rows.c.award_id == c.award_id))
    found: dict[str, dict[DocumentFormat, Begun]] = {}
    known = {str(source.award["id"]): source for source in of}
    rows = tx.connection.execute(query.where(in_chunk(batch_id, chunk, UNFINISHED))).all()
    for row in rows:
        if row.award_id in known:
            one = _begun(tx, row, known[row.award_id])
            found.setdefault(row.award_id, {})[one.format] = one
    return found


def _begun(tx: Transaction, row: Any, source: Source) -> Begun:
    reservation = dict(zip(_RESERVED, row, strict=False))
    reservation["format"] = DocumentFormat(row.format)
    digest = None
    if row.digest is not None:
        place = documents_of.place_of(row.award_id, row.format, "digest")
        digest = tx.cipher.decrypt(source.key, row.digest, place)
    return Begun(source, reservation, DocumentState(row.state), digest)


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


def write_down(
    tx: Transaction,
    organisation: str,
    pairs: Sequence[tuple[Begun, Written]],
    *,
    at: dt.datetime,
) -> tuple[str, ...]:
    """Keep what will be signed and its digests; returns a commitment (HMAC, hex) to each."""
    digests = _encrypted(tx, [(one, written.digest) for one, written in pairs], "digest")
    fresh, there, said = [], [], []
    for (one, written), digest in zip(pairs, digests, strict=True):
        row = {"digest": digest, "suite": written.suite, "versions": written.versions}
        if one.state is None:
            fresh.append({**one.reservation, **row})
        else:
            named = {"its_award": one.award_id, "its_format": one.format}
            there.append(named | {f"its_{name}": value for name, value in row.items()})
        said.append(commit(one.source.commitment_key, written.digest))
    same = {"state": DocumentState.WRITTEN_DOWN, "written_at": at}
    first = {"organisation": organisation, "reserved_at": at, **same}
    try:
        insert_many(tx, documents, [{**row, **first} for row in fresh])
    except sa.exc.IntegrityError as fault:
        # Somebody else has begun one of them, beside the batch.
        raise _moved() from fault
    change = _document(DocumentState.RESERVED).values(
        digest=sa.bindparam("its_digest"),
        suite=sa.bindparam("its_suite"),
        versions=sa.bindparam("its_versions"),
        **same,
    )
    _all(tx, change, there)
    return tuple(said)


def keep(tx: Transaction, sealed: Sequence[Kept], *, at: dt.datetime) -> tuple[str, ...]:
    """Keep sealed bytes; returns the commitment (HMAC, hex) to each, as it is kept beside it.

    Raises IllegalTransition where they are not of what was written down.
    """
    data = _encrypted(tx, [(one.begun, one.data) for one in sealed], "sealed")
    rows, said = [], []
    for one, encrypted in zip(sealed, data, strict=True):
        begun = one.begun
        commitment = commit(begun.source.commitment_key, hashlib.sha256(one.data).digest())
        rows.append(
            {
                "its_award": begun.award_id,
                "its_format": begun.format,
                "its_salt": begun.reservation["salt"],
                "its_bytes": encrypted,
                "its_commitment": commitment,
                "its_type": one.media_type,
            }
        )
        said.append(commitment)
    its_own = documents.c.salt == sa.bindparam("its_salt")
    change = (
        _document(DocumentState.WRITTEN_DOWN)
        .where(its_own)
        .values(
            state=DocumentState.SEALED,
            sealed=sa.bindparam("its_bytes"),
            sealed_commitment=sa.bindparam("its_commitment"),
            media_type=sa.bindparam("its_type"),
            sealed_at=at,
        )
    )
    _all(tx, change, rows)
    return tuple(said)


def _encrypted(tx: Transaction, records: Sequence[tuple[Begun, bytes]], column: str) -> list[bytes]:
    """Each of what goes into a column of documents, under the key of its learner."""
    place_of = documents_of.place_of
    return tx.cipher.encrypt_many(
        [
            (one.source.key, data, place_of(one.award_id, one.format, column))
            for one, data in records
        ]
    )


def salts(tx: Transaction, batch_id: str, *, chunk: int) -> frozenset[tuple[str, str, str]]:
    """Award, format and salt of each document that a chunk has written down and not sealed.

    A salt is drawn anew each time something is composed: it tells one composition from another.
    """
    c = documents.c
    joined = batch_rows.join(documents, batch_rows.c.award_id == c.award_id)
    query = sa.select(c.award_id, c.format, c.salt, c.state).select_from(joined)
    rows = tx.connection.execute(query.where(in_chunk(batch_id, chunk, {RowState.WRITTEN}))).all()
    written = DocumentState.WRITTEN_DOWN
    return frozenset((award, tongue, salt) for award, tongue, salt, now in rows if now == written)


def activate(
    tx: Transaction, batch_id: str, *, chunk: int, but: Sequence[str] = (), at: dt.datetime
) -> frozenset[str]:
    """Put the approved awards of what a chunk has written down into force; returns which.

    Not those of a learner who was erased meanwhile, nor the awards ``but``.
    """
    c = awards.c
    there = sa.exists().where(learners.c.id == c.learner_id, learners.c.wrapped_key.is_not(None))
    written = sa.select(batch_rows.c.award_id).where(in_chunk(batch_id, chunk, {RowState.WRITTEN}))
    change = awards.update().where(c.id.in_(written), c.state == AwardState.APPROVED, there)
    if but:
        change = change.where(sa.not_(among(tx, c.id, but)))
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
