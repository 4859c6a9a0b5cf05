"""Learners are found by their key alone, and can be erased."""

import datetime as dt
import os
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from issuer.errors import Misconfigured, NotFound
from issuer.model.achievement import DocumentFormat
from issuer.model.award import DocumentState
from issuer.registry import awards, documents, learners, results
from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database
from issuer.registry.tables import learners as rows
from tests.town.registrar import Registrar

OB3 = DocumentFormat.OB3
Later = Callable[[float], dt.datetime]


def test_a_known_learner_keeps_number_and_key_and_gets_new_details(
    registry: Database, registrar: Registrar
) -> None:
    slug, married = (
        registrar.organisation.slug,
        registrar.learner().model_copy(
            update={"family_name": "Nikolaidou", "display_name": "Eleftheria Nikolaidou"}
        ),
    )
    with registry.begin() as tx:
        first = learners.find_or_add(tx, registrar.learner(), at=registrar.at)
        key = learners.data_key(tx, first)
        assert learners.find_or_add(tx, registrar.learner(2), at=registrar.at) != first
        assert learners.find_or_add(tx, married, at=registrar.at) == first
        assert learners.get(tx, slug, first) == married
        assert learners.data_key(tx, first) == key
        assert learners.lookup(tx, slug, married.key) == first


def test_the_same_details_are_not_written_again(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        learners.find_or_add(tx, registrar.learner(), at=registrar.at)
        before = tx.connection.execute(sa.select(rows)).all()
        learners.find_or_add(tx, registrar.learner(), at=registrar.at)
        assert tx.connection.execute(sa.select(rows)).all() == before


def test_the_same_key_in_another_organisation_is_another_learner(
    registry: Database, registrar: Registrar
) -> None:
    theirs = registrar.learner().model_copy(update={"organisation": "rival"})
    with registry.begin() as tx:
        ours = learners.find_or_add(tx, registrar.learner(), at=registrar.at)
        assert learners.find_or_add(tx, theirs, at=registrar.at) != ours
        indexes = set(tx.connection.scalars(sa.select(rows.c.lookup)))
        # Two organisations cannot even see that they know the same person.
        assert len(indexes) == 2


def test_nobody_has_the_data_under_another_master_key(
    registry: Database, registrar: Registrar, database_url: str
) -> None:
    with registry.begin() as tx:
        learner_id = learners.find_or_add(tx, registrar.learner(), at=registrar.at)
    stranger = Database(database_url, cipher=RecordCipher(bytes(32), os.urandom))
    with stranger.read() as tx:
        with pytest.raises(Misconfigured, match="same backup"):
            learners.get(tx, registrar.organisation.slug, learner_id)
        with pytest.raises(NotFound):
            learners.lookup(tx, registrar.organisation.slug, registrar.learner().key)
    stranger.dispose()


def test_a_payload_copied_to_another_learner_does_not_open(
    registry: Database, registrar: Registrar
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        hers, his = (
            learners.find_or_add(tx, registrar.learner(n), at=registrar.at) for n in (1, 2)
        )
        copied = sa.select(rows.c.wrapped_key, rows.c.payload).where(rows.c.id == hers)
        row = tx.connection.execute(copied).one()
        change = rows.update().where(rows.c.id == his)
        tx.connection.execute(change.values(wrapped_key=row.wrapped_key, payload=row.payload))
    with registry.read() as tx, pytest.raises(Misconfigured):
        learners.get(tx, slug, his)


def test_erasing_leaves_the_award_and_nobody_in_it(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    slug, at = registrar.organisation.slug, later(60)
    with registry.begin() as tx:
        award = awards.set_shared(tx, registrar.approve(tx), shared=True)
        registrar.seal(tx, award)
        waiting = registrar.stage(tx, 2)
        key = learners.data_key(tx, award.learner_id)
        commitment = documents.get(tx, award.id, OB3).commitment
    with registry.begin() as tx:
        learners.erase(tx, slug, award.learner_id, at=at)
    with registry.read() as tx:
        staged_id = awards.staged_of(tx, award.id)
        assert staged_id is not None
        asked: list[Callable[[], object]] = [
            lambda: learners.get(tx, slug, award.learner_id),
            lambda: learners.data_key(tx, award.learner_id),
            lambda: learners.lookup(tx, slug, registrar.learner().key),
            lambda: results.get(tx, staged_id),
            lambda: documents.sealed(tx, award.id, OB3),
        ]
        for ask in asked:
            with pytest.raises(NotFound):
                ask()
        record = documents.get(tx, award.id, OB3)
        assert (record.state, record.digest) == (DocumentState.SEALED, None)
        # The commitment stays in row and audit line; who has no key learns nothing from it.
        assert record.commitment == commitment != tx.cipher.commitment(bytes(32), key)
        assert not awards.find(tx, award.id).shared
        assert learners.erased(tx, slug) == (learners.Erasure(award.learner_id, at),)
        assert documents.proven_times(tx, slug) == {}
        assert documents.proven_time(tx, award.id, sha256="00" * 32) is None
        # Nobody else is touched.
        assert results.get(tx, waiting.id) == registrar.result(2)


def test_an_erased_learner_who_comes_back_is_a_new_one(
    registry: Database, registrar: Registrar
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        first = registrar.stage(tx)
        learners.erase(tx, slug, first.learner_id, at=registrar.at)
        again = registrar.stage(tx)
        assert again.is_new
        assert again.learner_id != first.learner_id
        with pytest.raises(NotFound):
            results.stage(tx, registrar.result(3), learner_id=first.learner_id, at=registrar.at)


def test_erasing_twice_or_somebody_elses_learner_finds_nothing(
    registry: Database, registrar: Registrar
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        learner_id = learners.find_or_add(tx, registrar.learner(), at=registrar.at)
        for organisation, number in (("rival", learner_id), (slug, 999), (slug, -1)):
            with pytest.raises(NotFound):
                learners.erase(tx, organisation, number, at=registrar.at)
        assert learners.get(tx, slug, learner_id) == registrar.learner()
        learners.erase(tx, slug, learner_id, at=registrar.at)
        with pytest.raises(NotFound):
            learners.erase(tx, slug, learner_id, at=registrar.at)


def test_a_document_of_an_erased_learner_can_only_be_voided(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        documents.reserve(tx, registrar.reservation(award, OB3), at=registrar.at)
        sealed = registrar.sealed(award)
        written = documents.Written(sealed.digest, "eddsa-rdfc-2022", {})
        documents.write_down(tx, award.id, OB3, written=written, at=registrar.at)
        learners.erase(tx, registrar.organisation.slug, award.learner_id, at=registrar.at)
        with pytest.raises(NotFound):
            documents.keep(tx, award.id, OB3, sealed=sealed, at=registrar.at)
        assert documents.void(tx, award.id, OB3, at=registrar.at).state is DocumentState.VOID


def test_a_learner_who_is_erased_in_the_very_moment_of_being_added_is_not_found(
    registry: Database, registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learners, "add_missing", lambda *_: False)  # Theirs was first, and went.
    with registry.begin() as tx, pytest.raises(NotFound, match="Ask again"):
        learners.find_or_add(tx, registrar.learner(), at=registrar.at)
