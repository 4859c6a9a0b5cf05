"""Documents: written down before they are sealed, kept byte for byte, never twice."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from issuer.errors import Conflict, IllegalTransition, Misconfigured, NotFound
from issuer.model.achievement import DocumentFormat
from issuer.model.award import DocumentState, step_document
from issuer.registry import documents
from issuer.registry.database import Database, Transaction
from issuer.registry.documents import DocumentRecord
from issuer.registry.tables import documents as rows
from tests.town.registrar import Registrar

S = DocumentState
OB3, JWT = DocumentFormat.OB3, DocumentFormat.OB3_JWT
WAYS = {
    S.RESERVED: (),
    S.WRITTEN_DOWN: (S.WRITTEN_DOWN,),
    S.SEALED: (S.WRITTEN_DOWN, S.SEALED),
    S.VOID: (S.VOID,),
}
Later = Callable[[float], dt.datetime]


def _go(tx: Transaction, registrar: Registrar, award_id: str, to: DocumentState) -> DocumentRecord:
    sealed = registrar.sealed_of(award_id)
    if to is S.WRITTEN_DOWN:
        written = documents.Written(sealed.digest, "eddsa-rdfc-2022", {"testamur": "0.1.0"})
        documents.write_down(tx, award_id, OB3, written=written, at=registrar.at)
        return documents.get(tx, award_id, OB3)
    if to is S.SEALED:
        return documents.keep(tx, award_id, OB3, sealed=sealed, at=registrar.at)
    return documents.void(tx, award_id, OB3, at=registrar.at)


def _allowed(now: DocumentState, to: DocumentState) -> bool:
    try:
        return step_document(now, to) is to
    except IllegalTransition:
        return False


@pytest.mark.parametrize("now", list(S))
def test_the_registry_takes_the_steps_of_the_state_machine_and_no_others(
    registry: Database, registrar: Registrar, now: DocumentState
) -> None:
    for number, to in enumerate((S.WRITTEN_DOWN, S.SEALED, S.VOID), start=1):
        with registry.begin() as tx:
            award = registrar.approve(tx, number)
            record = documents.reserve(tx, registrar.reservation(award, OB3), at=registrar.at)
            for step in WAYS[now]:
                record = _go(tx, registrar, award.id, step)
            assert record.state is now
        with registry.begin() as tx:
            if _allowed(now, to):
                assert _go(tx, registrar, award.id, to).state is to
            else:
                with pytest.raises(IllegalTransition):
                    _go(tx, registrar, award.id, to)
                assert documents.get(tx, award.id, OB3) == record
            # Whatever state it is in: there is one row a format of an award, for ever.
            with pytest.raises(Conflict, match="already"):
                documents.reserve(tx, registrar.reservation(award, OB3), at=registrar.at)


def test_a_reservation_comes_back_as_it_was_to_compose_the_same_bytes(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        reservation = registrar.reservation(award, JWT)
        paired = reservation.slot.model_copy(
            update={"suspension_list": "https://uni.example/s/1", "suspension_index": 7}
        )
        reservation = reservation.model_copy(update={"slot": paired})
        made = documents.reserve(tx, reservation, at=registrar.at)
    with registry.read() as tx:
        record = documents.get(tx, award.id, JWT)
        assert record == made
        assert record.reservation == reservation
        assert (record.award_id, record.format) == (award.id, JWT)
        assert (record.digest, record.suite, record.written_at) == (None, None, None)


def test_what_was_written_down_is_there_for_a_second_try(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        documents.reserve(tx, registrar.reservation(award, OB3), at=registrar.at)
        _go(tx, registrar, award.id, S.WRITTEN_DOWN)
    with registry.read() as tx:
        (record,) = documents.unfinished(tx)
        assert record.digest == registrar.sealed(award).digest
        assert record.suite == "eddsa-rdfc-2022"
        assert record.versions == {"testamur": "0.1.0"}
        assert record.written_at == registrar.at
        with pytest.raises(NotFound):
            documents.sealed(tx, award.id, OB3)


@pytest.mark.parametrize("whose", [None, "own"])
def test_what_is_unfinished_is_found_by_an_index_that_has_nothing_else(
    registry: Database, registrar: Registrar, whose: str | None
) -> None:
    asked: list[tuple[str, object]] = []

    def remember(*said: object) -> None:
        asked.append((str(said[2]), said[3]))

    with registry.begin() as tx:
        awards = [registrar.approve(tx, number) for number in range(1, 5)]
        for award, state in zip(awards, S, strict=True):
            documents.reserve(tx, registrar.reservation(award, OB3), at=registrar.at)
            for step in WAYS[state]:
                _go(tx, registrar, award.id, step)
        how = "EXPLAIN QUERY PLAN"
        if registry.kind == "postgresql":
            # Of four documents it would read all.
            tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            how = "EXPLAIN"
        sa.event.listen(tx.connection, "before_cursor_execute", remember)
        organisation = whose and registrar.organisation.slug
        found = {record.award_id for record in documents.unfinished(tx, organisation)}
        sa.event.remove(tx.connection, "before_cursor_execute", remember)
        ((text, values),) = asked
        plan = tx.connection.exec_driver_sql(f"{how} {text}", values).all()  # type: ignore[arg-type] # As the driver was given them.
    assert found == {
        award.id
        for award, state in zip(awards, S, strict=True)
        if len(WAYS[state]) < 2 and state is not S.VOID
    }
    assert "ix_documents_unfinished" in str([tuple(row) for row in plan])


def test_sealed_bytes_come_back_byte_for_byte(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        sealed = registrar.seal(tx, award)
    with registry.read() as tx:
        assert documents.sealed(tx, award.id, OB3) == sealed
        record = documents.get(tx, award.id, OB3)
        assert record.media_type == "application/vc"
        key_less = hashlib.sha256(sealed.data).hexdigest()
        assert record.commitment not in {None, key_less}


def test_other_bytes_than_were_written_down_are_not_kept(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        documents.reserve(tx, registrar.reservation(award, OB3), at=registrar.at)
        _go(tx, registrar, award.id, S.WRITTEN_DOWN)
        other = replace(registrar.sealed(award), digest=bytes(32))
        with pytest.raises(Conflict, match="not what was written down"):
            documents.keep(tx, award.id, OB3, sealed=other, at=registrar.at)
        assert documents.get(tx, award.id, OB3).state is S.WRITTEN_DOWN


def test_a_step_that_another_process_took_first_is_refused(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        stale = documents.reserve(tx, registrar.reservation(award, OB3), at=registrar.at)
        documents.void(tx, award.id, OB3, at=registrar.at)
        with pytest.raises(IllegalTransition, match="another process works on it"):
            documents._step(tx, stale, S.WRITTEN_DOWN, {})


def test_bytes_moved_to_another_document_do_not_open(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        for tongue in (OB3, JWT):
            registrar.seal(tx, award, tongue)
        moved = sa.select(rows.c.sealed).where(rows.c.format == JWT).scalar_subquery()
        tx.connection.execute(rows.update().where(rows.c.format == OB3).values(sealed=moved))
        with pytest.raises(Misconfigured):
            documents.sealed(tx, award.id, OB3)


def test_a_further_format_has_a_row_of_its_own(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        registrar.seal(tx, award)
        documents.reserve(tx, registrar.reservation(award, JWT), at=registrar.at)
        states = [(r.format, r.state) for r in documents.of_award(tx, award.id)]
        assert states == [(OB3, S.SEALED), (JWT, S.RESERVED)]
        slug = registrar.organisation.slug
        for found in (documents.unfinished(tx), documents.unfinished(tx, slug)):
            assert [(r.award_id, r.format) for r in found] == [(award.id, JWT)]
        assert documents.unfinished(tx, "rival") == ()


def test_what_a_key_sealed_is_found_with_its_times(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    method, slug = "did:web:uni.example#award-1", registrar.organisation.slug
    with registry.begin() as tx:
        award, waiting = registrar.approve(tx, 1), registrar.approve(tx, 2)
        sealed = registrar.seal(tx, award)
        documents.reserve(tx, registrar.reservation(waiting, OB3), at=registrar.at)
    digest = hashlib.sha256(sealed.data).hexdigest()
    with registry.read() as tx:
        assert [r.award_id for r in documents.sealed_by(tx, slug, method)] == [award.id]
        assert documents.sealed_by(tx, slug, method[:-1] + "2") == ()
        assert documents.sealed_by(tx, "rival", method) == ()
        times = {f"sha256:{digest}": later(1)}
        assert documents.proven_times(tx, slug) == times
        assert documents.proven_times(tx, slug, verification_method=method) == times
        assert documents.proven_times(tx, slug, verification_method=method[:-1] + "2") == {}
        assert documents.proven_times(tx, "rival") == {}
        assert documents.proven_time(tx, award.id, sha256=digest) == later(1)
        # A forger's bytes under our id were never held by us, nor ours under another id.
        other = hashlib.sha256(sealed.data + b" ").hexdigest()
        assert documents.proven_time(tx, award.id, sha256=other) is None
        assert documents.proven_time(tx, waiting.id, sha256=digest) is None


def test_documents_of_unknown_awards_are_not_found(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        stranger = registrar.award(award.learner_id, 9)
        with pytest.raises(NotFound):
            documents.reserve(tx, registrar.reservation(stranger, OB3), at=registrar.at)
        for step in (S.WRITTEN_DOWN, S.SEALED, S.VOID):
            for award_id in (stranger.id, award.id, "\0"):
                with pytest.raises(NotFound):
                    _go(tx, registrar, award_id, step)
        assert documents.of_award(tx, stranger.id) == ()
