"""Documents: what was reserved, what was written down before signing, and the sealed bytes.

*reserved → written down → sealed | void*, one row a format of an award. Sealed bytes are kept as
they are, encrypted under the learner's key; so is the digest, which beside its salt could be
guessed. This module signs nothing and checks no proof.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from issuer.errors import Conflict, IllegalTransition, NotFound
from issuer.model.achievement import DocumentFormat
from issuer.model.award import (
    SEALED_ELSEWHERE,
    UNFINISHED,
    DocumentState,
    Reservation,
    StatusSlot,
    step_document,
)
from issuer.model.drafts import Sealed
from issuer.registry.database import Transaction
from issuer.registry.inserting import add_missing
from issuer.registry.listed import among
from issuer.registry.names import require_name
from issuer.registry.tables import awards, documents
from issuer.registry.tables import learners as learner_rows

_C = documents.c
_JOINED = documents.join(awards, _C.award_id == awards.c.id).join(
    learner_rows, awards.c.learner_id == learner_rows.c.id
)
_QUERY = sa.select(documents, learner_rows.c.wrapped_key).select_from(_JOINED)
# Without the bytes, of which a listing may have very many.
_LISTED = sa.select(*(c for c in _C if c is not _C.sealed), learner_rows.c.wrapped_key)
_LISTED = _LISTED.select_from(_JOINED)
# Asked with every single result, so written once.
_OF_AWARD = _LISTED.where(_C.award_id == sa.bindparam("its_award")).order_by(_C.format)
_ONE = _QUERY.where(
    _C.award_id == sa.bindparam("its_award"), _C.format == sa.bindparam("its_format")
)
_OWNER = sa.select(awards.c.organisation).where(awards.c.id == sa.bindparam("its_award"))
_CHANGE = documents.update().where(
    _C.award_id == sa.bindparam("its_award"),
    _C.format == sa.bindparam("its_format"),
    _C.state == sa.bindparam("its_state"),
)
# Said in the statement itself: by an index that has these alone they are found only so.
_UNFINISHED = _C.state.in_(
    sa.bindparam(
        "unfinished",
        sorted(UNFINISHED),
        expanding=True,
        literal_execute=True,
    )
)


@dataclass(frozen=True)
class Written:
    """What is written down, and committed, before anything is signed."""

    digest: bytes
    """The digest of the Prepared, 32 bytes."""
    suite: str
    """Cryptosuite name, or ``jose``."""
    versions: Mapping[str, str]
    """Software, contexts and vocabulary with which the same bytes are made again."""


@dataclass(frozen=True)
class DocumentRecord:
    """One format of one award, without its bytes."""

    organisation: str
    reservation: Reservation
    state: DocumentState
    reserved_at: dt.datetime
    digest: bytes | None
    """Of the Prepared; None before it is written down and after the learner was erased."""
    suite: str | None
    versions: Mapping[str, str]
    written_at: dt.datetime | None
    media_type: str | None
    sealed_at: dt.datetime | None
    voided_at: dt.datetime | None
    commitment: str | None
    """HMAC (hex) of the sealed bytes' SHA-256 under the learner's key, for audit lines."""

    @property
    def award_id(self) -> str:
        """The award of which it is a form."""
        return self.reservation.award_id

    @property
    def format(self) -> DocumentFormat:
        """The tongue in which it is sealed."""
        return self.reservation.format

    @property
    def waits_elsewhere(self) -> bool:
        """Whether everything here is done, and somebody else has to seal it."""
        # Of an erased learner nothing can come back: the digest cannot be read any more.
        written = self.state is DocumentState.WRITTEN_DOWN and self.digest is not None
        return written and self.reservation.is_sealed_elsewhere


def reserve(tx: Transaction, reservation: Reservation, *, at: dt.datetime) -> DocumentRecord:
    """Keep what will be written into the document; raises Conflict where there is one already."""
    named = {"its_award": reservation.award_id}
    organisation = tx.connection.execute(_OWNER, named).scalar_one_or_none()
    if organisation is None:
        raise _unknown(reservation.award_id, reservation.format)
    values = {
        **reservation.model_dump(exclude={"slot"}),
        "slot": reservation.slot.model_dump_json(),
        "organisation": organisation,
        "state": DocumentState.RESERVED,
        "versions": {},
        "reserved_at": at,
    }
    if not add_missing(tx, documents, values):
        msg = (
            f"Award {reservation.award_id} has a document in {reservation.format} already. Finish "
            "or void it with `testamur recover`; after a void one, issue a new award."
        )
        raise Conflict(msg, award_id=reservation.award_id, format=str(reservation.format))
    return DocumentRecord(
        organisation=organisation,
        reservation=reservation,
        state=DocumentState.RESERVED,
        reserved_at=at,
        digest=None,
        suite=None,
        versions={},
        written_at=None,
        media_type=None,
        sealed_at=None,
        voided_at=None,
        commitment=None,
    )


def write_down(
    tx: Transaction,
    award_id: str,
    tongue: DocumentFormat,
    *,
    written: Written,
    at: dt.datetime,
) -> str:
    """Keep the digest of what will be signed; returns a commitment (HMAC, hex) to it.

    Raises IllegalTransition, NotFound.
    """
    row = _row(tx, award_id, tongue)
    now, key = _record(tx, row), _key_of(tx, row)
    values = {
        "digest": tx.cipher.encrypt(key, written.digest, place_of(award_id, tongue, "digest")),
        "suite": written.suite,
        "versions": dict(written.versions),
        "written_at": at,
    }
    _step(tx, now, DocumentState.WRITTEN_DOWN, values)
    return _commitment(tx, key, written.digest)


def keep(
    tx: Transaction,
    award_id: str,
    tongue: DocumentFormat,
    *,
    sealed: Sealed,
    at: dt.datetime,
) -> DocumentRecord:
    """Keep the sealed bytes.

    Raises Conflict where their digest is not the one written down, IllegalTransition, NotFound.
    """
    row = _row(tx, award_id, tongue)
    now, key = _record(tx, row), _key_of(tx, row)
    step_document(now.state, DocumentState.SEALED)
    if now.digest != sealed.digest:
        msg = (
            f"What was sealed for {award_id} in {tongue} is not what was written down before. It "
            "is not kept; void the document with `testamur recover`."
        )
        raise Conflict(msg, award_id=award_id, format=str(tongue))
    commitment = _commitment(tx, key, hashlib.sha256(sealed.data).digest())
    values = {
        "sealed": tx.cipher.encrypt(key, sealed.data, place_of(award_id, tongue, "sealed")),
        "sealed_commitment": commitment,
        "media_type": sealed.media_type,
        "sealed_at": at,
    }
    _step(tx, now, DocumentState.SEALED, values)
    return replace(
        now,
        state=DocumentState.SEALED,
        media_type=sealed.media_type,
        sealed_at=at,
        commitment=commitment,
    )


def void(
    tx: Transaction,
    award_id: str,
    tongue: DocumentFormat,
    *,
    at: dt.datetime,
) -> DocumentRecord:
    """Give the document up for ever; raises IllegalTransition where it is sealed, NotFound."""
    now = get(tx, award_id, tongue)
    _step(tx, now, DocumentState.VOID, {"voided_at": at})
    return replace(now, state=DocumentState.VOID, voided_at=at)


def get(tx: Transaction, award_id: str, tongue: DocumentFormat) -> DocumentRecord:
    """One format of an award; raises NotFound."""
    return _record(tx, _row(tx, award_id, tongue))


def of_award(tx: Transaction, award_id: str) -> tuple[DocumentRecord, ...]:
    """All formats of an award, void ones too, by name."""
    require_name(award_id, what="award")
    return _records(tx, tx.connection.execute(_OF_AWARD, {"its_award": award_id}))


def sealed(tx: Transaction, award_id: str, tongue: DocumentFormat) -> Sealed:
    """The sealed bytes; raises NotFound where there are none or the learner was erased."""
    row = _row(tx, award_id, tongue)
    if row.sealed is None or row.wrapped_key is None:
        raise _unknown(award_id, tongue)
    key = tx.cipher.unwrap(row.wrapped_key)
    return Sealed(
        data=tx.cipher.decrypt(key, row.sealed, place_of(award_id, tongue, "sealed")),
        media_type=row.media_type,
        digest=tx.cipher.decrypt(key, row.digest, place_of(award_id, tongue, "digest")),
    )


def unfinished(tx: Transaction, organisation: str | None = None) -> tuple[DocumentRecord, ...]:
    """What was reserved or written down and not finished, oldest first."""
    query = _LISTED.where(_UNFINISHED)
    if organisation is not None:
        query = query.where(_C.organisation == organisation)
    query = query.order_by(_C.reserved_at, _C.award_id, _C.format)
    return _records(tx, tx.connection.execute(query))


def wait_elsewhere(tx: Transaction, award_ids: Collection[str]) -> frozenset[str]:
    """Those of the awards that have unfinished documents, all of which somebody else has to seal.

    Whether their learners were erased is not looked at.
    """
    if not award_ids:
        return frozenset()
    query = sa.select(_C.award_id, _C.state, _C.verification_method)
    query = query.where(among(tx, _C.award_id, award_ids), _UNFINISHED)
    found = tx.connection.execute(query).all()
    away = DocumentState.WRITTEN_DOWN, SEALED_ELSEWHERE
    here = {award_id for award_id, *stands in found if tuple(stands) != away}
    return frozenset(row.award_id for row in found) - here


def sealed_by(
    tx: Transaction, organisation: str, verification_method: str
) -> tuple[DocumentRecord, ...]:
    """What was sealed by one key, oldest first; for a key that was stolen."""
    query = _LISTED.where(
        _C.organisation == organisation,
        _C.verification_method == verification_method,
        _C.state == DocumentState.SEALED,
    )
    query = query.order_by(_C.sealed_at, _C.award_id, _C.format)
    return _records(tx, tx.connection.execute(query))


def proven_time(tx: Transaction, award_id: str, *, sha256: str) -> dt.datetime | None:
    """When we first held these very bytes: a time that does not rest on the document's word.

    ``sha256`` is the hex digest of the sealed bytes. None where we never held them.
    """
    require_name(award_id, what="award")
    rows = tx.connection.execute(_QUERY.where(_C.award_id == award_id, _C.sealed.is_not(None)))
    for row in rows:
        key = tx.cipher.unwrap(row.wrapped_key)
        if row.sealed_commitment == _commitment(tx, key, bytes.fromhex(sha256)):
            moment: dt.datetime = row.sealed_at
            return moment
    return None


def proven_times(
    tx: Transaction, organisation: str, *, verification_method: str | None = None
) -> dict[str, dt.datetime]:
    """``sha256:<hex>`` of every sealed document → when we first held it.

    With ``verification_method`` only what that key sealed.
    """
    # Of an erased learner nothing can be read any more.
    there = sa.and_(_C.sealed.is_not(None), learner_rows.c.wrapped_key.is_not(None))
    query = _QUERY.where(_C.organisation == organisation, there)
    if verification_method is not None:
        query = query.where(_C.verification_method == verification_method)
    found = {}
    for row in tx.connection.execute(query):
        key, place = tx.cipher.unwrap(row.wrapped_key), place_of(row.award_id, row.format, "sealed")
        data = tx.cipher.decrypt(key, row.sealed, place)
        found[f"sha256:{hashlib.sha256(data).hexdigest()}"] = row.sealed_at
    return found


def _step(
    tx: Transaction, now: DocumentRecord, to: DocumentState, values: Mapping[str, Any]
) -> None:
    step_document(now.state, to)
    seen = {"its_award": now.award_id, "its_format": now.format, "its_state": now.state}
    if tx.connection.execute(_CHANGE, {**seen, "state": to, **values}).rowcount == 0:
        after = get(tx, now.award_id, now.format).state
        msg = (
            f"The document {now.award_id} in {now.format} was {now.state} and is {after} now: "
            "another process works on it. Leave it to that one."
        )
        raise IllegalTransition(msg, now=str(after), to=str(to))


def _row(tx: Transaction, award_id: str, tongue: DocumentFormat) -> sa.Row[Any]:
    require_name(award_id, what="award")
    named = {"its_award": award_id, "its_format": tongue}
    row = tx.connection.execute(_ONE, named).first()
    if row is None:
        raise _unknown(award_id, tongue)
    return row


def _key_of(tx: Transaction, row: sa.Row[Any]) -> bytes:
    if row.wrapped_key is None:
        raise _unknown(row.award_id, row.format)
    return tx.cipher.unwrap(row.wrapped_key)


def _records(tx: Transaction, found: sa.Result[Any]) -> tuple[DocumentRecord, ...]:
    return tuple(_record(tx, row) for row in found.all())


def _record(tx: Transaction, row: sa.Row[Any]) -> DocumentRecord:
    digest = None
    if row.digest is not None and row.wrapped_key is not None:
        key, place = tx.cipher.unwrap(row.wrapped_key), place_of(row.award_id, row.format, "digest")
        digest = tx.cipher.decrypt(key, row.digest, place)
    return DocumentRecord(
        organisation=row.organisation,
        reservation=reservation_of(row),
        state=DocumentState(row.state),
        reserved_at=row.reserved_at,
        digest=digest,
        suite=row.suite,
        versions=row.versions,
        written_at=row.written_at,
        media_type=row.media_type,
        sealed_at=row.sealed_at,
        voided_at=row.voided_at,
        commitment=row.sealed_commitment,
    )


def reservation_of(row: sa.Row[Any]) -> Reservation:
    """What was reserved, from a row with the columns of the table."""
    return Reservation(
        award_id=row.award_id,
        format=DocumentFormat(row.format),
        credential_id=row.credential_id,
        slot=StatusSlot.model_validate_json(row.slot),
        valid_from=row.valid_from,
        created=row.created,
        salt=row.salt,
        verification_method=row.verification_method,
    )


def _commitment(tx: Transaction, key: bytes, sha256: bytes) -> str:
    return tx.cipher.commitment(key, sha256)


def place_of(award_id: str, tongue: str, column: str) -> bytes:
    """The place of a column of a document, as additional data of its encryption."""
    return f"documents/{award_id}/{tongue}/{column}".encode()


def _unknown(award_id: str, tongue: str) -> NotFound:
    msg = f"There is no document {tongue!s:.20} of an award {award_id[:60]!r} here."
    return NotFound(msg, award_id=award_id[:60])
