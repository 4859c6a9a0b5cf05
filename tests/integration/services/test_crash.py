"""A process dies between any two steps of `issue`: nothing is lost, doubled or unknown."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import NotReady, SelfCheckFailed
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award, AwardState, DocumentState
from issuer.registry import awards as award_rows
from issuer.services import erase, keyring, offer, publish, recover, revoke, tongues
from issuer.services.decide import Decided
from issuer.services.results_file import ReadRow
from issuer.verify import Verdict
from keys.lifecycle import KeyPurpose
from tests.conftest import ROOT
from tests.town import intake
from tests.town.killed import KINDS, Killed, Point, die_here, mortal
from tests.town.workshop import Workshop

OB3, JWT = DocumentFormat.OB3, DocumentFormat.OB3_JWT
_MOST = 40


def _recover(workshop: Workshop) -> recover.Recovered:
    return recover.recover(workshop.bench, workshop.slug, actor="operator")


def _foreseen(workshop: Workshop) -> Decided | None:
    (outcome,) = intake.rehearse(workshop.bench, [ReadRow(2, workshop.result())])
    return outcome.outcome


def _killed(
    workshop: Workshop, award: Award, kind: str, number: int, *formats: DocumentFormat
) -> bool:
    """Issue and die at a point; False where it was not reached.

    Whenever something is signed, a row says so already: what exists is known.
    """

    def witness() -> None:
        states = workshop.states(award).values()
        assert "written_down" in states

    point = Point(kind, number, die_here)
    dying = workshop.with_bench(**mortal(workshop.bench, point, witness=witness))
    try:
        dying.issue(award, *formats)
    except Killed:
        return True
    return False


@pytest.mark.parametrize("kind", KINDS)
def test_whenever_it_dies_the_award_is_finished_as_it_was_begun(
    workshop: Workshop, kind: str
) -> None:
    seen = []
    for number in range(1, _MOST):
        award = workshop.approve(number)
        if not _killed(workshop, award, kind, number):
            break
        written = {f: r.digest for f, r in workshop.documents(award).items() if r.digest}
        place = workshop.slot(award)
        was_complete = workshop.award(award).state is AwardState.ACTIVE
        # Time passes; it is not in what is recomposed.
        workshop.clock.pass_by(hours=1)
        assert _recover(workshop).finished == (() if was_complete else (award.id,))
        assert workshop.award(award).state is AwardState.ACTIVE
        assert workshop.states(award) == {"ob3": "sealed", "ob3-jwt": "sealed"}
        documents = workshop.documents(award)
        assert {f: documents[f].digest for f in written} == written
        assert place is None or workshop.slot(award) == place
        for tongue in (OB3, JWT):
            assert workshop.check(workshop.sealed(award, tongue)).verdict is Verdict.PASSED
        seen.append(award)
    else:
        pytest.fail("it never came to an end")
    # Three commits of a document, all but the first twice, and the last step.
    assert len(seen) >= {"before": 6, "inside": 6, "after": 6}.get(kind, 2)
    places = [workshop.slot(award) for award in workshop.awards()]
    assert None not in places
    assert len({(p.list_number, p.index) for p in places if p}) == len(places) == len(seen) + 1
    assert workshop.bits() == set()
    lines = workshop.lines()
    assert lines.count("issue.keep") == 2 * len(places)


@pytest.mark.parametrize(
    ("kind", "number"),
    [("after", 1), ("after", 2), ("signed", 1), ("inside", 3), ("after", 3), ("inside", 5)],
)
def test_a_process_that_is_killed_loses_nothing(
    workshop: Workshop, database_url: str, tmp_path: Path, kind: str, number: int
) -> None:
    award = workshop.approve()
    command = [sys.executable, "-m", "tests.town.killed", database_url, str(tmp_path), award.id]
    done = subprocess.run(
        [*command, kind, str(number)], cwd=ROOT, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    written = {f: r.digest for f, r in workshop.documents(award).items() if r.digest}
    place = workshop.slot(award)
    _recover(workshop)
    assert workshop.award(award).state is AwardState.ACTIVE
    assert workshop.slot(award) == place
    documents = workshop.documents(award)
    assert {f: documents[f].digest for f in written} == written
    for tongue in (OB3, JWT):
        assert workshop.check(workshop.sealed(award, tongue)).verdict is Verdict.PASSED
    assert _recover(workshop) == recover.Recovered((), ())


def _rename(workshop: Workshop) -> None:
    renamed = workshop.organisation.model_copy(update={"locality": "Graz", "region": "Styria"})
    renamed = renamed.model_copy(
        update={"legal_name": type(renamed.legal_name).model_validate({"en": "Another Name"})}
    )
    with workshop.bench.begin() as tx:
        offer.put_organisation(tx, renamed, at=workshop.clock(), actor="operator")


def test_what_composes_differently_is_voided_and_its_slot_is_burnt(workshop: Workshop) -> None:
    award = workshop.approve()
    assert _killed(workshop, award, "signed", 1)
    assert workshop.states(award) == {"ob3": "written_down", "ob3-jwt": "reserved"}
    place = workshop.slot(award)
    assert place is not None
    _rename(workshop)
    done = _recover(workshop)
    assert (done.finished, done.voided) == ((), (award.id,))
    assert done.published == 1
    ended = workshop.award(award)
    assert ended.state is AwardState.REVOKED
    assert ended.reason is not None
    assert ended.reason.startswith("never issued")
    assert workshop.states(award) == {"ob3": "void", "ob3-jwt": "void"}
    # What a thief of the dead process's memory holds is out of force.
    assert workshop.bits() == {place.index}
    burnt = workshop.slot(award)
    assert burnt is not None
    assert burnt.burnt
    # The result is decided anew, and foreseen so: another award, another place.
    assert _foreseen(workshop) is Decided.APPROVED
    decision = workshop.decide(workshop.result())
    assert decision.outcome is Decided.APPROVED
    assert decision.award is not None
    fresh = workshop.issue(decision.award)
    assert fresh.id != award.id
    assert workshop.check(workshop.sealed(fresh)).verdict is Verdict.PASSED
    new_place = workshop.slot(fresh)
    assert new_place is not None
    assert new_place.index != place.index


def test_issuing_again_says_that_it_was_voided(workshop: Workshop) -> None:
    award = workshop.approve()
    assert _killed(workshop, award, "signed", 1, OB3)
    _rename(workshop)
    with pytest.raises(SelfCheckFailed, match="voided"):
        workshop.issue(award, OB3)
    assert workshop.award(award).state is AwardState.REVOKED


def test_a_void_further_format_leaves_the_sealed_one_in_force(workshop: Workshop) -> None:
    award = workshop.issue(workshop.approve(), OB3)
    assert _killed(workshop, award, "signed", 1, OB3, JWT)
    assert workshop.states(award) == {"ob3": "sealed", "ob3-jwt": "written_down"}
    _rename(workshop)
    assert _recover(workshop).voided == (award.id,)
    assert workshop.states(award) == {"ob3": "sealed", "ob3-jwt": "void"}
    assert workshop.award(award).state is AwardState.ACTIVE
    place = workshop.slot(award)
    assert place is not None
    assert not place.burnt
    assert workshop.bits() == set()
    assert workshop.check(workshop.sealed(award)).verdict is Verdict.PASSED


def test_the_formats_that_were_sealed_are_in_force_where_one_was_voided(
    workshop: Workshop,
) -> None:
    award = workshop.approve()
    # The first is sealed; of the second only the digest is written down.
    assert _killed(workshop, award, "signed", 2)
    assert workshop.states(award) == {"ob3": "sealed", "ob3-jwt": "written_down"}
    _rename(workshop)
    _recover(workshop)
    assert workshop.states(award) == {"ob3": "sealed", "ob3-jwt": "void"}
    # It is finished by the next run: nothing is left that nobody may see and nobody may issue.
    assert _recover(workshop).finished == (award.id,)
    assert workshop.award(award).state is AwardState.ACTIVE
    assert _recover(workshop) == recover.Recovered((), ())


def test_recovery_adds_no_format_that_nobody_asked_for(workshop: Workshop) -> None:
    award = workshop.approve()
    assert _killed(workshop, award, "signed", 1, OB3)
    assert _recover(workshop).finished == (award.id,)
    assert workshop.states(award) == {"ob3": "sealed"}


def test_what_was_revoked_before_it_was_finished_stays_revoked(workshop: Workshop) -> None:
    award = workshop.approve()
    assert _killed(workshop, award, "signed", 1)
    place = workshop.slot(award)
    assert place is not None
    with workshop.bench.begin() as tx:
        revoke.revoke(
            tx, workshop.slug, award.id, reason="A mistake", actor="registrar", at=workshop.clock()
        )
    assert _recover(workshop).voided == (award.id,)
    ended = workshop.award(award)
    assert (ended.state, ended.reason) == (AwardState.REVOKED, "A mistake")
    assert set(workshop.states(award).values()) == {"void"}
    assert workshop.bits() == {place.index}
    # A person has decided: the same file does not bring it back.
    assert _foreseen(workshop) is Decided.ALREADY
    assert workshop.decide(workshop.result()).outcome is Decided.ALREADY
    assert _recover(workshop) == recover.Recovered((), ())


def test_what_its_learner_took_back_is_given_up(workshop: Workshop) -> None:
    begun, approved = workshop.approve(1), workshop.approve(2)
    assert _killed(workshop, begun, "signed", 1)
    with workshop.bench.begin() as tx:
        for key in ("S1", "S2"):
            erase.erase(tx, workshop.slug, key, actor="operator", at=workshop.clock())
    done = _recover(workshop)
    assert set(done.voided) == {begun.id, approved.id}
    assert {a.state for a in workshop.awards()} == {AwardState.REVOKED}
    place = workshop.slot(begun)
    assert place is not None
    assert workshop.bits() == {place.index}
    assert _recover(workshop) == recover.Recovered((), ())


def test_what_a_stolen_key_had_begun_is_voided(workshop: Workshop) -> None:
    award = workshop.approve()
    assert _killed(workshop, award, "signed", 1)
    keyring.compromise(
        workshop.bench, workshop.vault, workshop.slug, kid="award-1", since=workshop.clock()
    )
    keyring.rotate(workshop.bench, workshop.vault, workshop.slug, purpose=KeyPurpose.AWARD)
    assert _recover(workshop).voided == (award.id,)
    place = workshop.slot(award)
    assert place is not None
    assert workshop.bits() == {place.index}
    again = workshop.decide(workshop.result()).award
    assert again is not None
    assert workshop.issue(again).state is AwardState.ACTIVE


def test_doubt_about_the_installation_is_no_reason_to_give_up(workshop: Workshop) -> None:
    award = workshop.approve()
    keyring.compromise(
        workshop.bench, workshop.vault, workshop.slug, kid="award-1", since=workshop.clock()
    )
    with pytest.raises(NotReady, match="no active award key"):
        _recover(workshop)
    assert workshop.award(award).state is AwardState.APPROVED
    keyring.rotate(workshop.bench, workshop.vault, workshop.slug, purpose=KeyPurpose.AWARD)
    assert _recover(workshop).finished == (award.id,)


def test_what_our_own_verifier_refuses_is_voided(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    award = workshop.approve()
    honest = tongues.seal

    def damaged(*args: Any, **named: Any) -> object:
        sealed = honest(*args, **named)
        return type(sealed)(
            data=sealed.data.replace(b"Python", b"Cobra!", 1),
            media_type=sealed.media_type,
            digest=sealed.digest,
        )

    monkeypatch.setattr(tongues, "seal", damaged)
    assert _recover(workshop).voided == (award.id,)
    assert set(workshop.states(award).values()) == {"void"}
    assert workshop.award(award).state is AwardState.REVOKED
    place = workshop.slot(award)
    assert place is not None
    assert workshop.bits() == {place.index}


def test_what_cannot_be_checked_yet_waits(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    award = workshop.approve()
    monkeypatch.setattr(publish, "publish", lambda *_, **__: ())
    workshop.clock.pass_by(days=30)  # The list has expired, and nobody signs it.
    with pytest.raises(NotReady, match="was not released"):
        workshop.issue(award)
    monkeypatch.undo()
    assert workshop.documents(award)[OB3].state is DocumentState.WRITTEN_DOWN
    assert _recover(workshop).finished == (award.id,)
    assert workshop.check(workshop.sealed(award)).verdict is Verdict.PASSED


def test_recovery_leaves_what_another_process_finishes_meanwhile(workshop: Workshop) -> None:
    award = workshop.approve()
    assert _killed(workshop, award, "signed", 1)
    raced: list[bool] = []

    def race(document: object, hash_name: str = "sha256") -> bytes:
        if not raced:
            raced.append(True)
            # The process that was thought dead keeps the first document just now.
            with pytest.raises(Killed):
                workshop.with_bench(**mortal(workshop.bench, Point("after", 2, die_here))).issue(
                    award
                )
        return workshop.bench.canonicalise(document, hash_name)  # type: ignore[arg-type]  # Handed on.

    done = recover.recover(workshop.with_bench(canonicalise=race).bench, workshop.slug, actor="x")
    assert (done.finished, done.voided) == ((), ())
    assert workshop.states(award) == {"ob3": "sealed", "ob3-jwt": "reserved"}
    assert _recover(workshop).finished == (award.id,)
    assert workshop.check(workshop.sealed(award, JWT)).verdict is Verdict.PASSED


def test_an_award_that_is_out_of_force_gets_no_further_format(workshop: Workshop) -> None:
    award = workshop.issue(workshop.approve(), OB3)
    with workshop.bench.begin() as tx:
        award_rows.step(
            tx, workshop.award(award), AwardState.REPLACED, reason=None, at=workshop.clock()
        )
    with pytest.raises(Exception, match="which is final") as caught:
        workshop.issue(award, JWT)
    assert type(caught.value).__name__ == "IllegalTransition"


def test_a_further_format_of_what_was_replaced_is_given_up(workshop: Workshop) -> None:
    award = workshop.issue(workshop.approve(), OB3)
    assert _killed(workshop, award, "signed", 1, OB3, JWT)
    with workshop.bench.begin() as tx:
        award_rows.step(
            tx, workshop.award(award), AwardState.REPLACED, reason=None, at=workshop.clock()
        )
    assert _recover(workshop).voided == (award.id,)
    assert workshop.states(award) == {"ob3": "sealed", "ob3-jwt": "void"}
    assert workshop.award(award).state is AwardState.REPLACED
    assert _recover(workshop) == recover.Recovered((), ())
