"""From a result to a revoked credential, through every door of the registry, on either database."""

import datetime as dt
import hashlib
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from issuer.errors import Busy
from issuer.model.achievement import DocumentFormat
from issuer.model.award import AwardState, DocumentState
from issuer.registry import (
    audit,
    awards,
    documents,
    idempotency,
    keyring,
    learners,
    published,
    results,
    slots,
    tokens,
)
from issuer.registry.database import Database
from issuer.registry.tables import documents as document_rows
from issuer.registry.tables import learners as learner_rows
from keys.algorithms import Algorithm
from keys.lifecycle import KeyPurpose, KeyRecord, KeyState
from keys.public import PublicKey
from tests.town import shift
from tests.town.registrar import SEED, Registrar

OB3 = DocumentFormat.OB3


def _whole_way(registry: Database, registrar: Registrar) -> str:
    """Issue, share, revoke and publish one credential; returns its award id."""
    slug, at = registrar.organisation.slug, registrar.at
    with registry.begin() as tx:
        token = tokens.add(tx, tokens.NewToken(slug, "sis", tokens.Role.ISSUER, "ab" * 32, at))
        request = idempotency.Request(token.id, "k0000001-2026", "cd" * 32)
        assert idempotency.begin(tx, request, at=at).outcome is idempotency.Outcome.NEW
    with registry.begin() as tx:
        award = registrar.approve(tx)
        (lease,) = slots.lease(tx, slug, count=1)
        slots.assign(tx, slug, list_number=lease.list_number, index=lease.first, award_id=award.id)
    with registry.begin() as tx:
        sealed = registrar.seal(tx, award)
        record = documents.get(tx, award.id, OB3)
        entry = audit.Entry(slug, at, "sis", "issue.keep", award.id, record.commitment)
        audit.append(tx, entry)
        award = awards.step(tx, award, AwardState.ACTIVE, reason=None, at=at)
        staged_id = awards.staged_of(tx, award.id)
        assert staged_id is not None
        results.close(tx, staged_id)
        idempotency.finish(tx, request, status=201, reference={"award": award.id})
    with registry.read() as tx:
        assert documents.sealed(tx, award.id, OB3) == sealed
    with registry.begin() as tx:
        award = awards.set_shared(tx, award, shared=True)
        award = awards.step(tx, award, AwardState.REVOKED, reason="issued in error", at=at)
        place = awards.slot_of(tx, award.id)
        assert place is not None
        slots.set_bits(
            tx,
            slug,
            list_number=place.list_number,
            index=place.index,
            bits=slots.Bits(revoked=True),
        )
        marked = slots.marked(tx, slug, list_number=1, purpose="revocation")
        assert marked == (place.index,)
        body = published.PublishedList(
            slug, 1, "revocation", len(marked), at, at + dt.timedelta(days=7), at, b"signed"
        )
        published.put(tx, body)
        public_key = PublicKey(
            Algorithm.ED25519,
            bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
        )
        record_ = KeyRecord("award-1", public_key, KeyPurpose.AWARD, KeyState.ACTIVE, at)
        keyring.put(tx, slug, record_, uri="file:keys/award-1")
    return award.id


def test_a_credential_goes_its_whole_way(registry: Database, registrar: Registrar) -> None:
    award_id = _whole_way(registry, registrar)
    slug = registrar.organisation.slug
    with registry.read() as tx:
        award = awards.get(tx, slug, award_id)
        assert (award.state, award.shared, award.reason) == (
            AwardState.REVOKED,
            True,
            "issued in error",
        )
        (record,) = documents.of_award(tx, award_id)
        assert record.state is DocumentState.SEALED
        assert record.reservation == registrar.reservation(award, OB3)
        assert learners.get(tx, slug, award.learner_id) == registrar.learner()
        assert audit.verify_chain(tx, slug).count == 1
        assert published.get_latest(tx, slug, number=1, purpose="revocation").body == b"signed"
        assert keyring.uri(tx, slug, "award-1") == "file:keys/award-1"
        digest = hashlib.sha256(documents.sealed(tx, award_id, OB3).data).hexdigest()
        assert documents.proven_time(tx, award_id, sha256=digest) == record.sealed_at


def test_nothing_personal_lies_on_the_disk(
    registry: Database, registrar: Registrar, stored: Callable[[], bytes]
) -> None:
    _whole_way(registry, registrar)
    with registry.begin() as tx:
        registrar.stage(tx, 2)  # One that is still waiting.
    everything = stored()
    assert b"issued in error" in everything  # We do look at what is stored.
    assert SEED not in everything
    _assert_anonymous(everything)


def _assert_anonymous(everything: bytes) -> None:
    found = everything.lower()
    for secret in (b"eleftheria", b"papadopoulou", b"post.example", b"k0000001", b"k0000002"):
        assert secret not in found
        assert secret.hex().encode() not in found
    for guess in (b"k0000001", b"eleftheria1@post.example", b"k0000001-2026"):
        for digest in (hashlib.sha256(guess).digest(), hashlib.md5(guess).digest()):  # noqa: S324  # What must not be there.
            assert digest not in found
            assert digest.hex().encode() not in found


def test_what_was_erased_is_not_on_the_disk_in_any_form(
    registry: Database, registrar: Registrar, stored: Callable[[], bytes]
) -> None:
    award_id = _whole_way(registry, registrar)
    slug = registrar.organisation.slug
    with registry.read() as tx:
        award = awards.find(tx, award_id)
        person = sa.select(learner_rows.c.wrapped_key, learner_rows.c.payload)
        secrets = [*tx.connection.execute(person).one()]
        secrets += tx.connection.scalars(sa.select(document_rows.c.sealed))
    before = stored()
    assert all(value in before or value.hex().encode() in before for value in secrets)
    with registry.begin() as tx:
        learners.erase(tx, slug, award.learner_id, at=registrar.at)
    registry.scrub()
    after = stored()
    assert not any(value in after or value.hex().encode() in after for value in secrets)


def test_what_somebody_still_reads_cannot_be_scrubbed(
    registry: Database, registrar: Registrar, database_url: str, stored: Callable[[], bytes]
) -> None:
    award_id = _whole_way(registry, registrar)
    slug = registrar.organisation.slug
    impatient = shift.opened(database_url, patience_s=0.3)
    with registry.read() as reader:
        award = awards.find(reader, award_id)
        [key] = reader.connection.scalars(sa.select(learner_rows.c.wrapped_key))
        with registry.begin() as tx:
            learners.erase(tx, slug, award.learner_id, at=registrar.at)
        # It sees the learner until it ends, and so would whoever copies the disk.
        with pytest.raises(Busy):
            impatient.scrub()
    impatient.scrub()
    impatient.dispose()
    assert key not in stored()
