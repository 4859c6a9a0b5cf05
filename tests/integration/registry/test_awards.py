"""Awards and their state machine, one conditional UPDATE a step."""

import datetime as dt
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from issuer.errors import Conflict, IllegalTransition, NotFound
from issuer.model.award import AwardState, step_award
from issuer.registry import awards
from issuer.registry.database import Database
from tests.town.registrar import Registrar

S = AwardState
Later = Callable[[float], dt.datetime]
WAYS = {
    S.APPROVED: (),
    S.ACTIVE: (S.ACTIVE,),
    S.SUSPENDED: (S.ACTIVE, S.SUSPENDED),
    S.REVOKED: (S.ACTIVE, S.REVOKED),
    S.REPLACED: (S.ACTIVE, S.REPLACED),
}


def _allowed(now: AwardState, to: AwardState) -> bool:
    try:
        return step_award(now, to) is to
    except IllegalTransition:
        return False


@pytest.mark.parametrize("now", list(S))
def test_the_registry_takes_the_steps_of_the_state_machine_and_no_others(
    registry: Database, registrar: Registrar, now: AwardState
) -> None:
    at = registrar.at
    for number, to in enumerate(S, start=1):
        with registry.begin() as tx:
            award = registrar.approve(tx, number)
            for step in WAYS[now]:
                award = awards.step(tx, award, step, reason=None, at=at)
            assert award.state is now
        with registry.begin() as tx:
            if _allowed(now, to):
                after = awards.step(tx, award, to, reason="said so", at=at)
                assert (after.state, after.reason, after.changed_at) == (to, "said so", at)
            else:
                with pytest.raises(IllegalTransition):
                    awards.step(tx, award, to, reason="said so", at=at)
                after = award
        with registry.read() as tx:
            assert awards.find(tx, award.id) == after


def test_a_step_from_a_state_that_has_passed_is_refused(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        stale = awards.step(tx, registrar.approve(tx), S.ACTIVE, reason=None, at=registrar.at)
        awards.step(tx, stale, S.REVOKED, reason="first", at=registrar.at)
        with pytest.raises(IllegalTransition, match="was active when it was read and is revoked"):
            awards.step(tx, stale, S.SUSPENDED, reason="second", at=registrar.at)
        assert awards.find(tx, stale.id).reason == "first"


@pytest.mark.parametrize("reason", ["", "a\nb", "\0", "\ud800", "x" * 301])
def test_a_reason_that_could_not_be_read_again_is_not_written(
    registry: Database, registrar: Registrar, reason: str
) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        with pytest.raises(ValidationError):
            awards.step(tx, award, S.REVOKED, reason=reason, at=registrar.at)
        assert awards.find(tx, award.id) == award


def test_an_award_comes_back_as_it_was(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    vienna = dt.timezone(dt.timedelta(hours=2))
    with registry.begin() as tx:
        staged = registrar.stage(tx)
        award = registrar.award(staged.learner_id).model_copy(
            update={"valid_until": later(86_400).astimezone(vienna)}
        )
        awards.add(tx, award, staged_id=staged.id)
    with registry.read() as tx:
        assert awards.find(tx, award.id) == award
        assert awards.get(tx, award.organisation, award.id) == award
        assert awards.by_staged(tx, staged.id) == award
        assert awards.by_staged(tx, 999) is None
        assert awards.staged_of(tx, award.id) == staged.id
        assert awards.slot_of(tx, award.id) is None


def test_sharing_and_the_link_change_nothing_else(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        shown = awards.set_shared(tx, award, shared=True)
        assert shown == award.model_copy(update={"shared": True})
        raised = awards.raise_link_generation(tx, award)
        raised = awards.raise_link_generation(tx, award)
        assert raised == shown.model_copy(update={"link_generation": 2})
        assert awards.set_shared(tx, award, shared=False).shared is False


def test_a_result_has_one_living_award(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        first = registrar.approve(tx)
        staged_id = awards.staged_of(tx, first.id)
        second = registrar.award(first.learner_id, 2)
        with pytest.raises(Conflict) as caught:
            awards.add(tx, second, staged_id=staged_id)
        assert caught.value.details == {"award_id": first.id}
        awards.step(tx, first, S.REVOKED, reason="error", at=registrar.at)
        awards.add(tx, second, staged_id=staged_id)
        replacing = registrar.award(first.learner_id, 3).model_copy(update={"replaces": second.id})
        awards.add(tx, replacing, staged_id=staged_id)
        assert awards.find(tx, replacing.id).replaces == second.id


def test_an_award_may_rest_on_no_result_that_is_kept(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        staged = registrar.stage(tx)
        award = registrar.award(staged.learner_id)
        awards.add(tx, award, staged_id=None)
        assert awards.staged_of(tx, award.id) is None


def test_a_result_of_somebody_else_is_not_found(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        hers, his = registrar.stage(tx, 1), registrar.stage(tx, 2)
        with pytest.raises(NotFound, match="of this learner"):
            awards.add(tx, registrar.award(his.learner_id), staged_id=hers.id)
        with pytest.raises(NotFound):
            awards.add(tx, registrar.award(his.learner_id), staged_id=999)


def test_pages_of_the_listing_meet_without_gap_or_overlap(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    made = []
    with registry.begin() as tx:
        for number in range(1, 8):
            staged = registrar.stage(tx, number)
            # Several at the same moment: the id decides then.
            moment = {"approved_at": later(number // 3)}
            award = registrar.award(staged.learner_id, number).model_copy(update=moment)
            awards.add(tx, award, staged_id=staged.id)
            made.append(award)
        slug = registrar.organisation.slug
        wanted = sorted(made, key=lambda a: (-a.approved_at.timestamp(), a.id))
        found: list[object] = []
        page = awards.listing(tx, slug, limit=3)
        while page:
            found += page
            page = awards.listing(tx, slug, after=page[-1].id, limit=3)
        assert found == wanted
        active = awards.step(tx, made[2], S.ACTIVE, reason=None, at=registrar.at)
        assert awards.listing(tx, slug, state=S.ACTIVE) == (active,)
        assert awards.listing(tx, "rival") == ()


@pytest.mark.parametrize("name", ["UNI-0000-0000-0000-0000", "", "\0", "ü", "x" * 5000, "' OR 1=1"])
def test_ids_that_nobody_has_are_not_found(registry: Database, name: str) -> None:
    with registry.read() as tx:
        for ask in (awards.find, awards.staged_of):
            with pytest.raises(NotFound):
                ask(tx, name)
        with pytest.raises(NotFound):
            awards.get(tx, "euas", name)
        with pytest.raises(NotFound):
            awards.listing(tx, "euas", after=name)
