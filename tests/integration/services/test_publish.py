"""Lists are signed when they must be, never go back, and outlive an old backup."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from issuer.errors import MalformedDocument, NotFound, NotReady, StaleBackup
from issuer.jsonld.canonical import Json
from issuer.model.award import Award, AwardState
from issuer.registry import published as registry
from issuer.registry import slots
from issuer.registry.published import PublishedList
from issuer.services import given_out, keyring, publish, recover, revoke
from issuer.verify import Verdict
from keys.lifecycle import KeyPurpose
from tests.conftest import ROOT
from tests.integration.services.conftest import OpenWorkshop
from tests.town.workshop import Workshop
from tests.town.writers import at_once

Backup = Callable[[Workshop], str]


def _revoke(workshop: Workshop, award: Award) -> None:
    with workshop.bench.begin() as tx:
        revoke.revoke(
            tx, workshop.slug, award.id, reason="A mistake", actor="registrar", at=workshop.clock()
        )


def _body(workshop: Workshop, number: int = 1, purpose: str = "revocation") -> PublishedList:
    with workshop.bench.read() as tx:
        return publish.list_body(tx, workshop.slug, number=number, purpose=purpose)


def _stale(workshop: Workshop) -> tuple[str, ...]:
    with workshop.bench.read() as tx:
        return publish.stale(tx, at=workshop.clock())


def _place(workshop: Workshop, award: Award) -> int:
    place = workshop.slot(award)
    assert place is not None
    return place.index


# --- When ------------------------------------------------------------------------------------


def test_a_list_is_signed_anew_at_half_of_its_life(workshop: Workshop) -> None:
    first = _body(workshop)
    assert first.valid_until - first.valid_from == dt.timedelta(days=7)
    workshop.clock.pass_by(days=3, hours=11)
    assert workshop.publish() == 0
    assert _body(workshop) == first
    workshop.clock.pass_by(hours=1)
    assert workshop.publish() == 2
    assert _body(workshop).valid_from == workshop.clock()
    assert workshop.publish() == 0
    assert workshop.publish(force=True) == 2


def test_a_list_that_expired_is_stale_and_says_what_to_do(workshop: Workshop) -> None:
    assert _stale(workshop) == ()
    workshop.clock.pass_by(days=7)
    said = _stale(workshop)
    assert len(said) == 2
    assert said[0].startswith("The revocation list 1 of euas expired on 2026-06-19")
    assert all("testamur publish" in sentence for sentence in said)
    workshop.publish()
    assert _stale(workshop) == ()


def test_a_list_that_was_never_published_is_stale(workshop: Workshop) -> None:
    with workshop.bench.begin() as tx:
        slots.open_list(tx, workshop.slug, length=131_072, seed=bytes(32), at=workshop.clock())
    assert [s.split(". ")[0] for s in _stale(workshop)] == [
        "The revocation list 2 of euas was never published",
        "The suspension list 2 of euas was never published",
    ]
    assert workshop.publish() == 2
    assert _stale(workshop) == ()


def test_every_signed_list_passes_our_own_verifier(workshop: Workshop) -> None:
    award = workshop.issued()
    for purpose in publish.PURPOSES:
        # A document whose lists were not what they should be would not pass.
        assert workshop.check(workshop.sealed(award)).check(purpose).verdict is Verdict.PASSED
        assert _body(workshop, purpose=purpose).popcount == 0


def test_only_lists_that_there_are_can_be_had(workshop: Workshop) -> None:
    for number, purpose in ((2, "revocation"), (1, "message"), (-1, "revocation"), (1, "x" * 999)):
        with pytest.raises(NotFound):
            _body(workshop, number, purpose)


def test_the_first_list_is_opened_once(workshop: Workshop) -> None:
    publish.ensure_list(workshop.bench, workshop.slug)
    with workshop.bench.read() as tx:
        assert [record.number for record in slots.lists(tx, workshop.slug)] == [1]


# --- The folder remembers --------------------------------------------------------------------


def test_the_folder_has_what_is_published(workshop: Workshop) -> None:
    place = workshop.bench.published / workshop.slug / "revocation" / "1.json"
    assert place.read_bytes() == _body(workshop).body
    _revoke(workshop, workshop.issued())
    workshop.publish()
    assert place.read_bytes() == _body(workshop).body
    assert sorted(p.name for p in place.parent.iterdir()) == ["1.json"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("1.json", b"nothing"),
        ("1.json", b"{}"),
        ("1.json", b'{"type": "BitstringStatusListCredential", "credentialSubject": []}'),
        ("copy of 1.json", None),
    ],
)
def test_a_damaged_memory_is_named(workshop: Workshop, name: str, content: bytes | None) -> None:
    folder = workshop.bench.published / workshop.slug / "revocation"
    (folder / name).write_bytes((folder / "1.json").read_bytes() if content is None else content)
    with pytest.raises(MalformedDocument, match="move it away") as caught:
        workshop.publish(force=True)
    assert name in str(caught.value)


# --- Two at once -----------------------------------------------------------------------------


def test_a_folder_that_cannot_be_used_says_so_and_nothing_is_issued(workshop: Workshop) -> None:
    award, folder = workshop.issued(1), workshop.bench.published / workshop.slug
    whole = folder.rename(folder.with_name("away"))
    folder.write_bytes(b"no folder")
    _revoke(workshop, award)
    with pytest.raises(NotReady, match="setting published_dir"):
        workshop.publish()
    with pytest.raises(NotReady, match="cannot be read"):
        workshop.issued(2)
    with pytest.raises(NotReady, match="cannot be written"):
        given_out.write(folder / "places.json", b"{}")
    folder.unlink()
    whole.rename(folder)
    # What was revoked is kept, and what was asked for is finished by asking again.
    assert workshop.publish() == 1
    assert workshop.issued(2).state is AwardState.ACTIVE


def test_an_older_list_is_never_put_over_a_newer_one(workshop: Workshop) -> None:
    first, second = workshop.issued(1), workshop.issued(2)
    _revoke(workshop, first)
    raced: list[bool] = []

    def slow(document: Json, hash_name: str = "sha256") -> bytes:
        if not raced:
            raced.append(True)
            # While this one signs what it read, somebody else revokes and publishes more.
            _revoke(workshop, second)
            assert workshop.publish() == 1
        return workshop.bench.canonicalise(document, hash_name)

    assert workshop.with_bench(canonicalise=slow).publish() == 0
    both = {_place(workshop, first), _place(workshop, second)}
    assert workshop.bits() == both
    known = publish.remembered(workshop.bench, workshop.slug)
    assert set(known["revocation", 1].marked) == both


def test_what_changes_while_it_is_signed_is_in_the_list(workshop: Workshop) -> None:
    first, second = workshop.issued(1), workshop.issued(2)
    _revoke(workshop, first)
    raced: list[bool] = []

    def slow(document: Json, hash_name: str = "sha256") -> bytes:
        if not raced:
            raced.append(True)
            _revoke(workshop, second)
        return workshop.bench.canonicalise(document, hash_name)

    assert workshop.with_bench(canonicalise=slow).publish() == 1
    assert workshop.bits() == {_place(workshop, first), _place(workshop, second)}


def test_many_publish_at_once(workshop: Workshop) -> None:
    many = [workshop.issued(number) for number in range(1, 5)]

    def work(number: int) -> int:
        _revoke(workshop, many[number])
        return workshop.publish()

    signed = at_once(work, count=4)
    assert sum(signed) >= 1
    workshop.publish()
    assert workshop.bits() == {_place(workshop, award) for award in many}
    assert workshop.publish() == 0


def test_two_processes_publish_at_once(
    workshop: Workshop, database_url: str, tmp_path: Path
) -> None:
    award = workshop.issued()
    _revoke(workshop, award)
    command = [sys.executable, "-m", "tests.town.publisher", database_url, str(tmp_path)]
    both = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    # One of them signed the list that changed; the other found it done, or did it before.
    assert sorted(said) == [b"0\n", b"1\n"]
    assert workshop.bits() == {_place(workshop, award)}


# --- Lists that are full ---------------------------------------------------------------------


def test_a_full_list_is_followed_by_another(open_workshop: OpenWorkshop) -> None:
    workshop = open_workshop().found()
    with workshop.bench.begin() as tx:
        slots.lease(tx, workshop.slug, count=131_071)
    last, first = workshop.issued(1), workshop.issued(2)
    places = [workshop.slot(last), workshop.slot(first)]
    assert [place.list_number for place in places if place] == [1, 2]
    assert workshop.check(workshop.sealed(first)).verdict is Verdict.PASSED
    _revoke(workshop, first)
    assert workshop.publish() == 1
    assert (workshop.bits(number=1), len(workshop.bits(number=2))) == (set(), 1)


# --- An old backup ---------------------------------------------------------------------------


def test_an_old_backup_takes_nothing_back(workshop: Workshop, backup: Backup) -> None:
    revoked, kept = workshop.issued(1), workshop.issued(2)
    url = backup(workshop)
    _revoke(workshop, revoked)
    lost = workshop.issued(3)
    data = workshop.sealed(lost)
    workshop.publish()
    assert workshop.bits() == {_place(workshop, revoked)}
    # The world has seen it; now the old copy comes back.
    old = workshop.copied(url)
    with pytest.raises(StaleBackup, match="after-restore") as caught:
        old.publish()
    assert caught.value.details["seen"] == 1
    assert old.bits() == set()
    with pytest.raises(StaleBackup):
        old.issued(4)
    done = recover.after_restore(old.bench, old.slug, actor="operator")
    assert done.restored_bits == 1
    assert old.bits(number=1) == {_place(workshop, revoked)}
    # The new list has a number that nobody has seen, and every new award a place in it.
    fresh = old.issued(5)
    place = old.slot(fresh)
    assert place is not None
    assert place.list_number == 2
    # What was issued since stays valid, and its place is nobody else's.
    assert old.check(data).verdict is Verdict.PASSED
    for award, verdict in ((revoked, Verdict.FAILED), (kept, Verdict.PASSED)):
        assert old.check(old.sealed(award)).verdict is verdict
    assert old.award(revoked).state is AwardState.REVOKED
    assert "after_restore" in old.lines()


def test_what_was_suspended_since_an_old_backup_is_suspended_again(
    workshop: Workshop, backup: Backup
) -> None:
    award = workshop.issued(1)
    url = backup(workshop)
    lost = workshop.issued(2)
    data = workshop.sealed(lost)
    for one in (award, lost):
        with workshop.bench.begin() as tx:
            revoke.suspend(
                tx, workshop.slug, one.id, reason="Dispute", actor="x", at=workshop.clock()
            )
    workshop.publish()
    old = workshop.copied(url)
    assert recover.after_restore(old.bench, old.slug, actor="operator").restored_bits == 2
    assert old.award(award).state is AwardState.SUSPENDED
    assert old.bits(purpose="suspension") == {_place(workshop, award), _place(workshop, lost)}
    for sealed in (old.sealed(award), data):
        assert old.check(sealed).check("suspension").verdict is Verdict.FAILED


def test_a_list_that_the_backup_does_not_know_is_never_opened_again(
    workshop: Workshop, backup: Backup
) -> None:
    url = backup(workshop)
    with workshop.bench.begin() as tx:
        slots.lease(tx, workshop.slug, count=131_072)
    lost = workshop.issued(1)
    data, index = workshop.sealed(lost), _place(workshop, lost)
    _revoke(workshop, lost)
    workshop.publish()
    old = workshop.copied(url)
    with pytest.raises(StaleBackup, match="does not know it"):
        old.publish()
    with pytest.raises(StaleBackup):
        old.issued(2)
    recover.after_restore(old.bench, old.slug, actor="operator")
    with old.bench.read() as tx:
        lists = slots.lists(tx, old.slug)
    assert [(record.number, record.closed) for record in lists] == [
        (1, True),
        (2, True),
        (3, False),
    ]
    # The list lives on with its bit, although nobody remembers the award.
    assert old.bits(number=2) == {index}
    assert old.check(data).verdict is Verdict.FAILED
    place = old.slot(old.issued(2))
    assert place is not None
    assert place.list_number == 3


def _forgetful(workshop: Workshop, backup: Backup) -> tuple[Workshop, Award]:
    """An old database that knows an award and not that it was revoked."""
    award = workshop.issued(1)
    url = backup(workshop)
    _revoke(workshop, award)
    workshop.publish()
    return workshop.copied(url), award


def test_an_operator_may_accept_fewer_bits(workshop: Workshop, backup: Backup) -> None:
    old, award = _forgetful(workshop, backup)
    done = recover.after_restore(old.bench, old.slug, actor="operator", accept_fewer_bits=True)
    assert done.restored_bits == 0
    assert old.bits() == set()
    assert old.check(old.sealed(award)).verdict is Verdict.PASSED
    assert old.publish() == 0
    place = old.slot(old.issued(2))
    assert place is not None
    assert place.list_number == 2


def test_publishing_alone_may_accept_fewer_bits(workshop: Workshop, backup: Backup) -> None:
    old, _ = _forgetful(workshop, backup)
    with pytest.raises(StaleBackup):
        old.publish()
    assert old.publish(accept_fewer_bits=True) == 1
    assert old.bits() == set()
    assert old.publish() == 0


def test_as_many_bits_in_other_places_are_noticed(workshop: Workshop, backup: Backup) -> None:
    first, second = workshop.issued(1), workshop.issued(2)
    url = backup(workshop)
    _revoke(workshop, first)
    workshop.publish()
    old = workshop.copied(url)
    _revoke(old, second)
    with pytest.raises(StaleBackup):
        old.publish()


def test_a_backup_of_what_the_world_knows_is_no_old_one(workshop: Workshop, backup: Backup) -> None:
    award = workshop.issued(1)
    _revoke(workshop, award)
    workshop.publish()
    old = workshop.copied(backup(workshop))
    assert old.publish() == 0
    assert old.publish(force=True) == 2
    assert recover.after_restore(old.bench, old.slug, actor="operator").restored_bits == 0


def test_a_crash_before_the_row_was_kept_is_no_old_backup(workshop: Workshop) -> None:
    award = workshop.issued(1)
    _revoke(workshop, award)

    def refuse(*_: object) -> None:
        raise RuntimeError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "put", refuse)
        with pytest.raises(RuntimeError):
            workshop.publish()
    # The folder knows more than the registry, never less; the next time both know.
    assert workshop.bits() == set()
    assert set(publish.remembered(workshop.bench, workshop.slug)["revocation", 1].marked)
    assert workshop.publish() == 1
    assert workshop.bits() == {_place(workshop, award)}


def test_lists_are_signed_by_the_new_status_key(workshop: Workshop) -> None:
    award = workshop.issued()
    keyring.rotate(workshop.bench, workshop.vault, workshop.slug, purpose=KeyPurpose.STATUS)
    assert workshop.publish() == 2
    assert b"#status-2" in _body(workshop).body
    assert workshop.publish() == 0
    assert workshop.check(workshop.sealed(award)).verdict is Verdict.PASSED


# --- Places that were given out --------------------------------------------------------------


def test_a_backup_that_forgot_only_what_was_issued_is_noticed(
    workshop: Workshop, backup: Backup
) -> None:
    kept = workshop.issued(1)
    url = backup(workshop)
    lost = workshop.issued(2)
    data, index = workshop.sealed(lost), _place(workshop, lost)
    old = workshop.copied(url)
    with pytest.raises(StaleBackup, match=r"2 places of list 1 .* knows of 1"):
        old.publish()
    # Nor is a place given out a second time.
    waiting = old.approve(3)
    with pytest.raises(StaleBackup):
        old.issue(waiting)
    recover.after_restore(old.bench, old.slug, actor="operator")
    assert old.publish() == 0
    # What had not begun may be out as well: it is ended, and decided anew at another place.
    assert (old.slot(waiting), old.award(waiting).state) == (None, AwardState.REVOKED)
    place = old.slot(old.issued(3))
    assert place is not None
    assert place.list_number == 2
    assert old.check(data).verdict is Verdict.PASSED
    assert index != _place(old, kept)


def test_fewer_places_may_be_accepted(workshop: Workshop, backup: Backup) -> None:
    url = backup(workshop)
    workshop.issued(1)
    old = workshop.copied(url)
    old.publish(accept_fewer_bits=True)
    assert old.publish() == 0


@pytest.mark.parametrize("said", [b"", b"[]", b"{}", b'{"places_given_out":{"one":1}}'])
def test_what_was_given_out_is_not_guessed(workshop: Workshop, said: bytes) -> None:
    place = workshop.bench.published / workshop.slug / "places.json"
    assert place.exists()
    place.write_bytes(said)
    with pytest.raises(MalformedDocument, match="move it away"):
        workshop.publish()
    # An installation that never remembered begins now.
    place.unlink()
    assert workshop.publish() == 0
    assert place.exists()


def test_of_two_who_remember_at_once_none_forgets(workshop: Workshop) -> None:
    at_once(workshop.issued, count=4)
    assert given_out.remembered(workshop.bench, workshop.slug) == {1: 4}
    # Whoever comes late knows no less than the folder.
    given_out.write(
        workshop.bench.published / workshop.slug / "places.json",
        b'{"places_given_out":{"1":9}}',
    )
    given_out.remember(workshop.bench, workshop.slug)
    assert given_out.remembered(workshop.bench, workshop.slug) == {1: 9}
