"""Recovery is itself killed, at any of its steps, and run again: the end is the same."""

from collections.abc import Callable

import pytest

from issuer.model.award import AwardState
from issuer.registry import slots
from issuer.services import recover, revoke
from issuer.verify import Verdict
from tests.town.killed import Killed, Point, die_here, mortal
from tests.town.workshop import Workshop

Backup = Callable[[Workshop], str]
_MOST = 30


def _recover(workshop: Workshop) -> recover.Recovered:
    return recover.recover(workshop.bench, workshop.slug, actor="operator")


def _after_restore(workshop: Workshop) -> recover.Recovered:
    return recover.after_restore(workshop.bench, workshop.slug, actor="operator")


def _dies(
    workshop: Workshop, what: Callable[[Workshop], recover.Recovered], kind: str, number: int
) -> bool:
    """Do it and die at a point; False where it was not reached."""
    dying = workshop.with_bench(**mortal(workshop.bench, Point(kind, number, die_here)))
    try:
        what(dying)
    except Killed:
        return True
    return False


@pytest.mark.parametrize("kind", ["inside", "after", "signed"])
def test_a_recovery_that_dies_is_run_again(workshop: Workshop, kind: str) -> None:
    begun = workshop.approve(1)
    killed = workshop.with_bench(**mortal(workshop.bench, Point("signed", 1, die_here)))
    with pytest.raises(Killed):
        killed.issue(begun)
    digests = {f: record.digest for f, record in workshop.documents(begun).items() if record.digest}
    assert digests
    waiting = workshop.approve(2)
    number = 1
    # Each recovery gets one step further than the last, and dies there.
    while _dies(workshop, _recover, kind, number):
        number += 1
        assert number < _MOST
    assert number > 1
    for award in (begun, waiting):
        assert workshop.award(award).state is AwardState.ACTIVE
        assert workshop.states(award) == {"ob3": "sealed", "ob3-jwt": "sealed"}
        assert workshop.check(workshop.sealed(award)).verdict is Verdict.PASSED
    documents = workshop.documents(begun)
    assert {f: documents[f].digest for f in digests} == digests
    places = {workshop.slot(award) for award in (begun, waiting)}
    assert len(places) == 2
    assert workshop.lines().count("issue.keep") == 4
    assert _recover(workshop) == recover.Recovered((), ())


def test_what_was_approved_before_a_backup_gets_no_second_document_under_its_id(
    workshop: Workshop, backup: Backup
) -> None:
    award = workshop.approve(1)
    url = backup(workshop)
    held = workshop.sealed(workshop.issue(award))
    workshop.publish()
    old = workshop.copied(url)
    assert _after_restore(old).voided == (award.id,)
    assert old.award(award).state is AwardState.REVOKED
    assert old.documents(award) == {}
    # Sent again it is another one, and what is out stays what it was.
    again = old.issued(1)
    assert again.id != award.id
    assert old.check(old.sealed(again)).verdict is Verdict.PASSED
    assert old.check(held).verdict is Verdict.PASSED


@pytest.mark.parametrize("kind", ["before", "inside", "after", "signed"])
def test_a_restoration_that_dies_is_run_again(
    workshop: Workshop, backup: Backup, kind: str
) -> None:
    revoked, kept = workshop.issued(1), workshop.issued(2)
    url = backup(workshop)
    lost = workshop.issued(3)
    held = workshop.sealed(lost)
    for award in (revoked, lost):
        with workshop.bench.begin() as tx:
            at = workshop.clock()
            revoke.revoke(tx, workshop.slug, award.id, reason="A mistake", actor="x", at=at)
    workshop.publish()
    taken = {place.index for award in (revoked, kept, lost) if (place := workshop.slot(award))}
    old = workshop.copied(url)
    number = 1
    while _dies(old, _after_restore, kind, number):
        # What the world has seen revoked never comes back, wherever it dies.
        assert old.bits() in (set(), workshop.bits())
        number += 1
        assert number < _MOST
    assert number > 1
    assert old.bits() == workshop.bits()
    assert old.award(revoked).state is AwardState.REVOKED
    for data in (held, old.sealed(revoked)):
        assert old.check(data).verdict is Verdict.FAILED
    assert old.check(old.sealed(kept)).verdict is Verdict.PASSED
    fresh = old.issued(4)
    place = old.slot(fresh)
    assert place is not None
    assert place.list_number > 1 or place.index not in taken
    with old.bench.read() as tx:
        lists = slots.lists(tx, old.slug)
    # One list is open, and it is the last.
    assert [record.closed for record in lists] == [True] * (len(lists) - 1) + [False]
    assert place.list_number == lists[-1].number
    assert old.check(old.sealed(fresh)).verdict is Verdict.PASSED
    old.lines()
