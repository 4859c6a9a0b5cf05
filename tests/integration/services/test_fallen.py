"""A person decides of a whole whose part is gone: revoked, or awarded anew on other parts."""

import pytest

from issuer.errors import Conflict, FieldsInvalid, NotFound
from issuer.model.award import Award, AwardState
from issuer.registry import audit, learners, stack_parts
from issuer.services import fallen, stack
from tests.town import paths
from tests.town.standings import do, told
from tests.town.workshop import Workshop

BY = "Prof. Mira Example"
WHY = "The project was not the learner's own"
ALL = ("tables", "sources", "sharing", "statistics")


@pytest.fixture
def steward(workshop: Workshop) -> Award:
    """A data steward whose choice was sharing, and who passed statistics as well."""
    paths.found(workshop)
    for slug in ALL:
        paths.earn(workshop, 1, [slug])
        _consider(workshop)
    return _of(workshop, "data-steward")


def _consider(workshop: Workshop) -> None:
    with workshop.bench.read() as tx:
        learner = learners.lookup(tx, workshop.slug, "S1")
    stack.consider(workshop.bench, workshop.slug, learner)


def _of(workshop: Workshop, achievement: str) -> Award:
    own = [a for a in workshop.awards() if a.achievement == achievement]
    (found,) = [a for a in own if a.state is not AwardState.REPLACED]
    return found


def _revoked(workshop: Workshop, slug: str) -> Award:
    return do(workshop, "revoke", _of(workshop, slug))


def _give_up(workshop: Workshop, whole: Award, reason: str = WHY) -> Award:
    with workshop.bench.begin() as tx:
        return fallen.give_up(
            tx, workshop.slug, whole.id, reason=reason, by=BY, at=workshop.clock()
        )


def test_what_waits_is_named_until_it_is_decided(workshop: Workshop, steward: Award) -> None:
    with workshop.bench.read() as tx:
        assert fallen.waiting(tx, workshop.slug) == ()
    part = _revoked(workshop, "sharing")
    with workshop.bench.read() as tx:
        (one,) = fallen.waiting(tx, workshop.slug)
    assert (one.whole.id, one.parts, one.since) == (steward.id, (part.id,), workshop.clock())
    _give_up(workshop, steward)
    with workshop.bench.read() as tx:
        assert fallen.waiting(tx, workshop.slug) == ()


def test_it_is_revoked_with_the_name_and_the_reason(workshop: Workshop, steward: Award) -> None:
    part = _revoked(workshop, "sharing")
    done = _give_up(workshop, steward)
    assert (done.state, done.reason) == (AwardState.REVOKED, WHY)
    assert told(workshop)[-1] == ("revoked", steward.id, part.id)
    with workshop.bench.read() as tx:
        *_, line = audit.lines(tx, workshop.slug)
    assert (line.entry.verb, line.entry.actor) == ("stack.decide", BY)
    assert line.entry.detail == {"decision": "revoke"}
    # Nothing of it comes back by itself, although other parts would complete it.
    _consider(workshop)
    assert _of(workshop, "data-steward").id == steward.id


def test_it_is_awarded_anew_on_other_parts(workshop: Workshop, steward: Award) -> None:
    _revoked(workshop, "sharing")
    # Nobody but a person does so.
    _consider(workshop)
    assert workshop.award(steward).state is AwardState.SUSPENDED
    new = fallen.renew(workshop.bench, workshop.slug, steward.id, reason=WHY, by=BY)
    assert (new.state, new.replaces) == (AwardState.ACTIVE, steward.id)
    old = workshop.award(steward)
    assert (old.state, old.reason) == (AwardState.REPLACED, WHY)
    with workshop.bench.read() as tx:
        parts = {one.part for one in stack_parts.of_whole(tx, new.id)}
        assert fallen.waiting(tx, workshop.slug) == ()
    assert parts == {"tables", "sources", "statistics"}
    assert told(workshop)[-1] == ("renewed", steward.id, new.id)


def test_it_is_not_awarded_anew_without_the_parts(workshop: Workshop, steward: Award) -> None:
    _revoked(workshop, "tables")
    with pytest.raises(Conflict, match="do not complete"):
        fallen.renew(workshop.bench, workshop.slug, steward.id, reason=WHY, by=BY)
    assert workshop.award(steward).state is AwardState.SUSPENDED


def test_where_nothing_is_gone_nothing_is_decided(workshop: Workshop, steward: Award) -> None:
    do(workshop, "suspend", _of(workshop, "sharing"))
    with pytest.raises(Conflict, match="nothing to decide"):
        _give_up(workshop, steward)
    with pytest.raises(Conflict, match="nothing to decide"):
        fallen.renew(workshop.bench, workshop.slug, steward.id, reason=WHY, by=BY)
    with pytest.raises(NotFound):
        fallen.renew(workshop.bench, workshop.slug, "EUAS-0000", reason=WHY, by=BY)
    with pytest.raises(FieldsInvalid):
        fallen.renew(workshop.bench, workshop.slug, steward.id, reason="", by=BY)


def test_notices_are_marked_as_seen(workshop: Workshop, steward: Award) -> None:
    part = _revoked(workshop, "sharing")
    with workshop.bench.begin() as tx:
        (one,) = fallen.told(tx, workshop.slug)
        assert (one.award_id, one.about) == (steward.id, part.id)
        assert fallen.see(tx, workshop.slug, at=workshop.clock()) == 1
        assert fallen.told(tx, workshop.slug) == ()
        assert fallen.see(tx, workshop.slug, at=workshop.clock()) == 0
