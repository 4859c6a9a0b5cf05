"""Keys are planned, rotated and retired by people who are interrupted, and by several at once."""

import threading
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from issuer.errors import Busy, Conflict, NotReady
from issuer.model.award import AwardState
from issuer.registry import keyring as rows
from issuer.services import keyring, look, recover, signing
from issuer.services.keyring import Step
from issuer.services.workbench import Limits
from issuer.verify import Verdict
from keys.algorithms import Algorithm, CustodyError, LifecycleError, NameTaken
from keys.lifecycle import KeyPurpose, KeyRecord, KeyState
from keys.signer import Signer
from tests.town.killed import Killed, Point, die_here, mortal
from tests.town.workshop import DID, Workshop
from tests.town.writers import at_once

AWARD, STATUS = KeyPurpose.AWARD, KeyPurpose.STATUS


def _plan(workshop: Workshop, algorithm: Algorithm | None = None) -> KeyRecord:
    home = (workshop.bench, workshop.vault, workshop.slug)
    return keyring.plan(*home, purpose=AWARD, algorithm=algorithm)


def _activate(workshop: Workshop, kid: str = "award-2") -> Step:
    return keyring.activate(workshop.bench, workshop.vault, workshop.slug, kid=kid)


def _rotate(workshop: Workshop, purpose: KeyPurpose = AWARD) -> Step:
    return keyring.rotate(workshop.bench, workshop.vault, workshop.slug, purpose=purpose)


def _retire(workshop: Workshop, kid: str) -> Step:
    return keyring.retire(workshop.bench, workshop.vault, workshop.slug, kid=kid)


def _states(workshop: Workshop, purpose: KeyPurpose = AWARD) -> dict[str, KeyState]:
    with workshop.bench.read() as tx:
        there = keyring.records(tx, workshop.slug)
    return {record.kid: record.state for record in there if record.purpose is purpose}


def _secret(workshop: Workshop, kid: str) -> Path:
    return workshop.vault.folder / f"{workshop.slug}-{kid}"


def _orphan(workshop: Workshop, kid: str) -> bytes:
    """What a crash leaves between the secret and the row that names it."""
    workshop.vault.create(workshop.slug, kid, algorithm=Algorithm.ED25519)
    return _secret(workshop, kid).read_bytes()


# --- Interrupted -----------------------------------------------------------------------------


def test_a_secret_that_no_row_names_is_left_alone(workshop: Workshop) -> None:
    before = _orphan(workshop, "award-2")
    assert _rotate(workshop).key.kid == "award-3"
    assert _secret(workshop, "award-2").read_bytes() == before
    # Nor is its name given away later.
    assert _plan(workshop).kid == "award-4"
    data = workshop.sealed(workshop.issued())
    assert f"{DID}#award-3".encode() in data
    assert workshop.check(data).verdict is Verdict.PASSED


def test_where_every_name_is_taken_it_is_said(workshop: Workshop) -> None:
    for number in range(2, 102):
        _orphan(workshop, f"award-{number}")
    with pytest.raises(NameTaken):
        _rotate(workshop)
    assert _states(workshop) == {"award-1": KeyState.ACTIVE}


def test_a_key_that_a_crash_left_planned_is_taken_up(workshop: Workshop) -> None:
    dying = workshop.with_bench(**mortal(workshop.bench, Point("after", 1, die_here)))
    with pytest.raises(Killed):
        _rotate(dying)
    assert _states(workshop) == {"award-1": KeyState.ACTIVE, "award-2": KeyState.PLANNED}
    assert _rotate(workshop).key.kid == "award-2"
    assert _states(workshop) == {"award-1": KeyState.RETIRED, "award-2": KeyState.ACTIVE}


def test_a_key_that_had_to_wait_for_documents_is_taken_up(workshop: Workshop) -> None:
    award = workshop.approve()
    dying = workshop.with_bench(**mortal(workshop.bench, Point("sign", 1, die_here)))
    with pytest.raises(Killed):
        dying.issue(award)
    for _ in range(2):
        with pytest.raises(NotReady, match="`testamur recover`, then `testamur keys activate aw"):
            _rotate(workshop)
    assert _states(workshop) == {"award-1": KeyState.ACTIVE, "award-2": KeyState.PLANNED}
    recover.recover(workshop.bench, workshop.slug, actor="operator")
    assert _rotate(workshop).key.kid == "award-2"
    assert b"#award-1" in workshop.sealed(award)
    assert b"#award-2" in workshop.sealed(workshop.issued(2))


def test_only_a_planned_key_of_the_kind_that_is_wanted_is_taken_up(workshop: Workshop) -> None:
    other = workshop.with_bench(limits=Limits(suite="ecdsa-rdfc-2019"))
    assert _plan(other, Algorithm.P256).kid == "award-2"
    assert _rotate(workshop).key.kid == "award-3"
    # The setting was changed back since that key was planned.
    with pytest.raises(Conflict, match="award_suite"):
        _activate(workshop)
    assert _states(workshop)["award-3"] is KeyState.ACTIVE


# --- Secrets that are away -------------------------------------------------------------------


def test_an_old_secret_that_is_away_is_no_fault_of_the_rotation(workshop: Workshop) -> None:
    place = _secret(workshop, "award-1")
    away = place.rename(place.with_name("on a stick"))
    step = _rotate(workshop)
    assert step.key.kid == "award-2"
    assert step.warning is not None
    assert "testamur keys destroy award-1" in step.warning
    assert _states(workshop) == {"award-1": KeyState.RETIRED, "award-2": KeyState.ACTIVE}
    home = (workshop.bench, workshop.vault, workshop.slug)
    with pytest.raises(CustodyError):
        keyring.destroy(*home, kid="award-1")
    # Its place is remembered, so it can still be destroyed when the stick is back.
    away.rename(place)
    keyring.destroy(*home, kid="award-1")
    assert not place.exists()
    assert _rotate(workshop).warning is None


def test_a_stolen_secret_that_is_away_is_declared_stolen_all_the_same(workshop: Workshop) -> None:
    award = workshop.issued()
    _secret(workshop, "award-1").unlink()
    home = (workshop.bench, workshop.vault, workshop.slug)
    found = keyring.compromise(*home, kid="award-1", since=workshop.clock())
    assert {record.award_id for record in found.sealed} == {award.id}
    assert found.warning is not None
    assert _states(workshop) == {"award-1": KeyState.COMPROMISED}


def test_no_key_is_retired_for_one_that_cannot_sign(workshop: Workshop) -> None:
    _plan(workshop)
    _secret(workshop, "award-2").unlink()
    with pytest.raises(NotReady, match="testamur keys retire award-2"):
        _rotate(workshop)
    # The file of another key was put in its place.
    _orphan(workshop, "award-2")
    with pytest.raises(NotReady, match="another key's"):
        _rotate(workshop)
    assert _states(workshop) == {"award-1": KeyState.ACTIVE, "award-2": KeyState.PLANNED}
    assert _secret(workshop, "award-1").exists()
    assert _retire(workshop, "award-2").warning is None
    assert _rotate(workshop).key.kid == "award-3"


# --- Retired without a successor -------------------------------------------------------------


def test_a_key_that_never_signed_is_given_up_and_nobody_is_told_of_it(workshop: Workshop) -> None:
    made = _plan(workshop)
    _retire(workshop, made.kid)
    assert not _secret(workshop, made.kid).exists()
    _rotate(workshop)
    with workshop.bench.read() as tx:
        shown = str(rows.did_documents(tx, workshop.slug)[-1].document)
        shown += str(look.jwks(tx, workshop.slug))
    assert "#award-1" in shown
    assert "#award-3" in shown
    assert "#award-2" not in shown
    assert made.public_key.multibase() not in shown


def test_an_active_key_is_retired_and_what_it_signed_stays(workshop: Workshop) -> None:
    award, waiting = workshop.issued(1), workshop.approve(2)
    dying = workshop.with_bench(**mortal(workshop.bench, Point("sign", 1, die_here)))
    with pytest.raises(Killed):
        dying.issue(waiting)
    with pytest.raises(NotReady, match="then `testamur keys retire award-1`"):
        _retire(workshop, "award-1")
    workshop.issue(waiting)
    step = _retire(workshop, "award-1")
    assert (step.key.state, step.warning) == (KeyState.RETIRED, None)
    assert not _secret(workshop, "award-1").exists()
    with pytest.raises(NotReady, match="testamur keys rotate award"):
        workshop.issued(3)
    with pytest.raises(LifecycleError):
        _retire(workshop, "award-1")
    _rotate(workshop)
    assert workshop.check(workshop.sealed(award)).verdict is Verdict.PASSED
    assert workshop.award(workshop.issued(3)).state is AwardState.ACTIVE


# --- Several at once -------------------------------------------------------------------------


def test_of_many_who_plan_at_once_each_has_a_key_of_its_own(workshop: Workshop) -> None:
    def plan(_: int) -> KeyRecord:
        while True:
            with suppress(Busy):
                return _plan(workshop)

    made = at_once(plan, count=6)
    assert len({record.kid for record in made}) == 6
    with workshop.bench.read() as tx:
        places = {r.kid: rows.uri(tx, workshop.slug, r.kid) for r in made}
    for record in made:
        place = places[record.kid]
        assert place is not None
        assert workshop.bench.signer(place).public_key == record.public_key


def test_of_many_who_rotate_at_once_the_last_key_signs(workshop: Workshop) -> None:
    def rotate(_: int) -> str:
        while True:
            # Who was overtaken twice rotates once more.
            with suppress(Busy, LifecycleError):
                return _rotate(workshop).key.kid

    kids = at_once(rotate, count=4)
    states = _states(workshop)
    (active,) = (kid for kid, state in states.items() if state is KeyState.ACTIVE)
    assert active in kids
    for kid, state in states.items():
        assert _secret(workshop, kid).exists() is (state is not KeyState.RETIRED)
    assert f"#{active}".encode() in workshop.sealed(workshop.issued())


@pytest.mark.parametrize(("times", "outcome"), [(1, KeyState.ACTIVE), (2, KeyState.RETIRED)])
def test_a_key_that_another_rotation_took_up_is_found(
    workshop: Workshop, times: int, outcome: KeyState
) -> None:
    def others() -> None:
        for _ in range(times):
            _rotate(workshop)

    slow = workshop.with_bench(**mortal(workshop.bench, Point("before", 2, others)))
    if outcome is KeyState.ACTIVE:
        assert _rotate(slow).key.kid == "award-2"
    else:
        with pytest.raises(LifecycleError, match="award-2 is retired"):
            _rotate(slow)
    assert _states(workshop)["award-2"] is outcome


def _issue_until(workshop: Workshop, stop: threading.Event, *, first: int) -> None:
    for number in range(first, first + 100):
        award = workshop.approve(number)
        while workshop.award(award).state is AwardState.APPROVED:
            with suppress(Busy):
                workshop.issue(award)
        if stop.is_set():
            return


def _rotate_until(workshop: Workshop, stop: threading.Event) -> None:
    for _ in range(500):
        with suppress(Busy, NotReady):
            _rotate(workshop)
            break
    stop.set()


def test_a_key_that_is_rotated_away_while_it_is_opened_does_not_sign(workshop: Workshop) -> None:
    opened: list[str] = []

    def signer(uri: str) -> Signer:
        opened.append(uri)
        if len(opened) == 1:
            _rotate(workshop, STATUS)
        return workshop.vault.open(uri)

    slow = workshop.with_bench(signer=signer)
    key, found = signing.active_signer(slow.bench, workshop.slug, purpose=STATUS)
    assert (key.kid, found.public_key) == ("status-2", key.public_key)
    assert len(opened) == 2


def test_an_active_key_whose_secret_is_away_is_told(workshop: Workshop) -> None:
    def signer(uri: str) -> Signer:
        raise CustodyError(f"{uri} is not there")

    blind = workshop.with_bench(signer=signer)
    with pytest.raises(CustodyError):
        signing.active_signer(blind.bench, workshop.slug, purpose=STATUS)


def test_a_key_is_rotated_while_credentials_are_issued(workshop: Workshop) -> None:
    stop = threading.Event()
    works = [
        partial(_issue_until, workshop, stop, first=100),
        partial(_issue_until, workshop, stop, first=200),
        partial(_rotate_until, workshop, stop),
    ]
    at_once(lambda number: works[number](), count=len(works))
    if _states(workshop)["award-1"] is KeyState.ACTIVE:
        # There was always a document that waited: now there is none.
        _rotate(workshop)
    # However often it had to wait, one key was made, and it is that one which signs at last.
    assert _states(workshop) == {"award-1": KeyState.RETIRED, "award-2": KeyState.ACTIVE}
    for award in workshop.awards():
        assert workshop.check(workshop.sealed(award)).verdict is Verdict.PASSED
