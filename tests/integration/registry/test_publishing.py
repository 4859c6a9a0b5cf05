"""What was published: lists, keys, DID documents; and whose keys were seen."""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest

from issuer.errors import Conflict, NotFound
from issuer.registry import keyring, organisations, published, seen_keys, slots
from issuer.registry.database import Database
from issuer.registry.published import PublishedList
from issuer.registry.tables import published_lists
from keys.algorithms import Algorithm
from keys.lifecycle import KeyPurpose, KeyRecord, KeyState
from keys.public import PublicKey
from tests.town.registrar import Registrar

Later = Callable[[float], dt.datetime]
# RFC 8032 §7.1 tests 1 and 2; P-256: the generator of the curve.
FIRST = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
SECOND = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
P256 = "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
DID = "did:web:other.example"


def _list(registrar: Registrar, at: dt.datetime, popcount: int) -> PublishedList:
    until = at + dt.timedelta(days=7)
    body = f"signed with {popcount}".encode()
    slug = registrar.organisation.slug
    return PublishedList(slug, 1, "revocation", popcount, at, until, at, body)


def test_the_list_published_last_is_the_one_in_force(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    slug = registrar.organisation.slug
    older, newer = _list(registrar, later(0), 1), _list(registrar, later(60), 2)
    suspension = replace(older, purpose="suspension")
    with registry.begin() as tx:
        # By the order of publishing, whatever a clock said.
        for each in (newer, older, suspension, newer):
            published.put(tx, each)
    with registry.read() as tx:
        assert published.get_latest(tx, slug, number=1, purpose="revocation") == newer
        assert published.all_latest(tx, slug) == (newer, suspension)
        assert published.all_latest(tx, "rival") == ()


@pytest.mark.parametrize(
    ("owner", "number", "purpose"),
    [
        ("rival", 1, "revocation"),
        ("euas", 2, "revocation"),
        ("euas", 1, "suspension"),
        ("euas", 10**30, "revocation"),
        ("euas", -1, "revocation"),
        ("\0", 1, "revocation"),
        ("euas", 1, "\0"),
    ],
)
def test_lists_that_nobody_published_are_not_found(
    registry: Database, registrar: Registrar, owner: str, number: int, purpose: str
) -> None:
    with registry.begin() as tx:
        published.put(tx, _list(registrar, registrar.at, 1))
        with pytest.raises(NotFound):
            published.get_latest(tx, owner, number=number, purpose=purpose)


def test_keys_come_back_with_their_dates(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    slug = registrar.organisation.slug
    award = KeyRecord(
        "award-1",
        PublicKey(Algorithm.ED25519, bytes.fromhex(FIRST)),
        KeyPurpose.AWARD,
        KeyState.PLANNED,
        later(0),
    )
    status = KeyRecord(
        "status-1",
        PublicKey(Algorithm.P256, bytes.fromhex(P256)),
        KeyPurpose.STATUS,
        KeyState.PLANNED,
        later(1),
    )
    with registry.begin() as tx:
        for record in (status, award):
            keyring.put(tx, slug, record, uri=f"file:{record.kid}")
        stolen = award.activate(later(2)).compromise(since=later(3), at=later(4))
        keyring.put(tx, slug, stolen, uri=None)
    with registry.read() as tx:
        assert keyring.records(tx, slug) == (stolen, status)
        assert keyring.get(tx, slug, "award-1") == stolen
        assert keyring.uri(tx, slug, "award-1") is None
        assert keyring.uri(tx, slug, "status-1") == "file:status-1"
        assert keyring.records(tx, "rival") == ()
        for name in ("award-2", "\0", ""):
            with pytest.raises(NotFound):
                keyring.get(tx, slug, name)


def test_the_name_of_a_key_is_never_used_for_another(
    registry: Database, registrar: Registrar
) -> None:
    first, second = (PublicKey(Algorithm.ED25519, bytes.fromhex(raw)) for raw in (FIRST, SECOND))
    slug = registrar.organisation.slug
    record = KeyRecord("award-1", first, KeyPurpose.AWARD, KeyState.ACTIVE, registrar.at)
    with registry.begin() as tx:
        keyring.put(tx, slug, record, uri="file:1")
        keyring.put(tx, "rival", replace(record, public_key=second), uri="file:2")
        with pytest.raises(Conflict, match="never used again"):
            keyring.put(tx, slug, replace(record, public_key=second), uri="file:2")
        assert keyring.get(tx, slug, "award-1") == record


def test_every_did_document_is_kept_with_its_date_and_the_order_of_its_members(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    slug = registrar.organisation.slug
    documents = [{"id": DID, "@context": ["b", "a"], "é": "Ελ"}, {"@context": [], "id": DID}]
    with registry.begin() as tx:
        for number, document in enumerate(documents):
            keyring.add_did_document(tx, slug, document, at=later(number))
    with registry.read() as tx:
        versions = keyring.did_documents(tx, slug)
        assert [list(v.document.items()) for v in versions] == [list(d.items()) for d in documents]
        assert [v.published_at for v in versions] == [later(0), later(1)]
        assert keyring.did_documents(tx, "rival") == ()


def test_keys_that_overlap_are_taken_over(registry: Database, later: Later) -> None:
    with registry.begin() as tx:
        for number, keys in enumerate((["z1"], ["z1", "z2"], ["z2", "z3"], ["z3"])):
            assert not seen_keys.see(tx, DID, keys=keys, at=later(number))


def test_keys_without_overlap_are_told_until_the_operator_accepts_them(
    registry: Database, later: Later
) -> None:
    with registry.begin() as tx:
        seen_keys.see(tx, DID, keys=["z1"], at=later(0))
        assert seen_keys.see(tx, DID, keys=["z9"], at=later(1))
        # Asking twice does not make a thief's key the known one.
        assert seen_keys.see(tx, DID, keys=["z9"], at=later(2))
        assert seen_keys.see(tx, DID, keys=[], at=later(2))
        assert not seen_keys.see(tx, DID, keys=["z1"], at=later(3))
        seen_keys.accept(tx, DID, keys=["z9", "z9"], at=later(4))
        assert not seen_keys.see(tx, DID, keys=["z9"], at=later(5))
        assert seen_keys.see(tx, DID, keys=["z1"], at=later(6))
        assert not seen_keys.see(tx, "did:web:another.example", keys=["z1"], at=later(6))


def test_only_keys_of_the_last_time_count(registry: Database, later: Later) -> None:
    with registry.begin() as tx:
        seen_keys.see(tx, DID, keys=["z1"], at=later(0))
        seen_keys.see(tx, DID, keys=["z1", "z2"], at=later(1))
        seen_keys.see(tx, DID, keys=["z2"], at=later(2))
        assert seen_keys.see(tx, DID, keys=["z1"], at=later(3))


def test_a_list_needs_its_organisation(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx, pytest.raises(NotFound):
        slots.open_list(tx, "nobody", length=9, seed=bytes(32), at=registrar.at)


def test_whatever_is_published_changes_how_things_stand(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    house = registrar.organisation
    public = PublicKey(Algorithm.ED25519, bytes.fromhex(FIRST))
    key = KeyRecord("k1", public, KeyPurpose.AWARD, KeyState.ACTIVE, later(0))
    with registry.begin() as tx:
        stands = [published.stand(tx), published.stand(tx)]
        assert stands[0] == stands[1]
        published.put(tx, _list(registrar, later(0), 1))
        stands.append(published.stand(tx))
        keyring.put(tx, house.slug, key, uri="file:k1")
        stands.append(published.stand(tx))
        keyring.put(tx, house.slug, replace(key, state=KeyState.COMPROMISED), uri=None)
        stands.append(published.stand(tx))
        keyring.add_did_document(tx, house.slug, {"id": house.did}, at=later(0))
        stands.append(published.stand(tx))
        organisations.put(tx, house.model_copy(update={"homepage": "https://other.example/"}))
        stands.append(published.stand(tx))
    assert len(set(stands)) == len(stands) - 1


def test_of_two_who_publish_at_once_the_one_that_commits_later_is_seen(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    """PostgreSQL gives a number out before the row that has it is committed."""
    first = asdict(_list(registrar, later(0), 1))
    with registry.begin() as tx:
        slots.open_list(tx, registrar.rival.slug, length=9, seed=bytes(32), at=later(0))
        rows = published_lists.insert()
        tx.connection.execute(rows.values({**first, "id": 1_000_011}))
        before = published.stand(tx)
        other = {**first, "organisation": registrar.rival.slug, "id": 1_000_010}
        tx.connection.execute(rows.values(other))
        assert published.stand(tx) != before
