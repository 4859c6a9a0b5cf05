"""Pathways, journeys, completions, parts, recognitions, holds and notices, on either database."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from issuer.errors import NotFound
from issuer.model.award import Award
from issuer.model.pathway import Pathway
from issuer.model.stack import Part
from issuer.registry import (
    completions,
    holds,
    journeys,
    learners,
    notices,
    pathways,
    recognitions,
    stack_parts,
)
from issuer.registry.completions import Completion, CompletionState
from issuer.registry.database import Database, Transaction
from issuer.registry.holds import Hold, HoldKind
from issuer.registry.journeys import Journey
from issuer.registry.notices import Notice, NoticeKind
from issuer.registry.recognitions import Decision, Listed, Withdrawal
from issuer.registry.stack_parts import StackPart
from tests.town.registrar import Registrar

Later = Callable[[float], dt.datetime]


def _pathway(registrar: Registrar, **changes: object) -> Pathway:
    value = {
        "slug": "data",
        "organisation": registrar.organisation.slug,
        "title": {"en": "Data"},
        "description": {"en": "From the first table to the last."},
        "parts": [{"achievement": "tables", "tier": "basic"}],
        "steps": [{"achievement": "data-basic", "tier": "basic", "rule": "tables"}],
    }
    return Pathway.model_validate(value | changes)


def _part() -> Part:
    return Part.model_validate(
        {
            "name": "tables",
            "title": {"en": "Tables"},
            "achievement": "https://other.example/tables",
            "tier": "basic",
            "earned": "2026-05-01",
            "issuer": "Other University",
            "documents": [
                {"format": "ob3", "id": "https://other.example/1", "digest": "uEi" + "A" * 44}
            ],
        }
    )


def _two(tx: Transaction, registrar: Registrar) -> tuple[Award, Award]:
    return registrar.approve(tx), registrar.approve(tx, 2)


def test_a_version_is_kept_and_the_same_content_makes_none(
    registry: Database, registrar: Registrar
) -> None:
    ours = registrar.organisation.slug
    changed = _pathway(registrar, title={"en": "Data again"})
    theirs = changed.model_copy(update={"organisation": registrar.rival.slug})
    with registry.begin() as tx:
        first = pathways.put(tx, _pathway(registrar), at=registrar.at)
        assert pathways.put(tx, first, at=registrar.at) == first
        second = pathways.put(tx, changed, at=registrar.at)
        other = pathways.put(tx, _pathway(registrar, slug="art"), at=registrar.at)
        pathways.put(tx, theirs, at=registrar.at)
    with registry.read() as tx:
        assert (first.version, second.version) == (1, 2)
        assert pathways.get(tx, ours, "data", version=1) == first
        assert pathways.get(tx, ours, "data") == second
        assert pathways.find(tx, "data") == second
        assert pathways.versions(tx, ours, "data") == (1, 2)
        assert pathways.listing(tx, ours) == (other, second)
        assert pathways.newest(tx, ours) == {"art": 1, "data": 2}
        for version in (None, 3, -1):
            with pytest.raises(NotFound):
                pathways.get(tx, ours, "none" if version is None else "data", version=version)
        with pytest.raises(NotFound):
            pathways.find(tx, "none")


def test_the_version_of_the_beginning_is_kept_until_somebody_moves_it(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    ours = registrar.organisation.slug
    with registry.begin() as tx:
        pathways.put(tx, _pathway(registrar), at=registrar.at)
        pathways.put(tx, _pathway(registrar, title={"en": "New"}), at=registrar.at)
        learner = registrar.approve(tx).learner_id
        begun = Journey(ours, learner, "data", 1, registrar.at)
        assert journeys.begin(tx, begun) == begun
        assert journeys.begin(tx, replace(begun, version=2)) == begun
        moved = journeys.move(tx, begun, version=2, by="dean", at=later(9))
        assert moved == replace(begun, version=2, moved_by="dean", moved_at=later(9))
        assert journeys.of_learner(tx, ours, learner) == (moved,)
        with pytest.raises(NotFound):
            journeys.get(tx, registrar.rival.slug, learner, pathway="data")


def test_a_step_has_one_completion(registry: Database, registrar: Registrar, later: Later) -> None:
    ours, state = registrar.organisation.slug, CompletionState
    with registry.begin() as tx:
        award = registrar.approve(tx)
        day = award.awarded_on
        one = Completion(ours, award.learner_id, "data", "basic", 1, state.PROPOSED, day)
        other = replace(one, step="top", completed_on=day - dt.timedelta(days=1))
        for each in (one, other):
            completions.put(tx, each)
        assert completions.listing(tx, ours, state=state.PROPOSED) == (other, one)
        awarded = replace(
            one,
            state=state.AWARDED,
            number=1,
            award_id=award.id,
            decided_by="dean",
            decided_at=later(1),
            reason="seen",
        )
        completions.put(tx, awarded)
        assert completions.of_learner(tx, ours, award.learner_id) == (awarded, other)
        assert completions.of_award(tx, ours, award.id) == awarded
        completions.remove(tx, other)
        with pytest.raises(NotFound):
            completions.get(tx, ours, award.learner_id, pathway="data", step="top")
        with pytest.raises(NotFound):
            completions.of_award(tx, ours, registrar.award(1, 99).id)
        found = completions.get(tx, ours, award.learner_id, pathway="data", step="basic")
        assert found == awarded


def test_a_whole_is_found_by_its_parts_and_they_by_it(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        whole, part = _two(tx, registrar)
        parts = (StackPart("one", part.id), StackPart("two", None, 7))
        stack_parts.add(tx, whole.organisation, whole.id, parts=parts)
        assert stack_parts.of_whole(tx, whole.id) == parts
        assert stack_parts.of_whole(tx, part.id) == ()
        assert stack_parts.wholes_with(tx, part.id) == (whole.id,)
        assert stack_parts.wholes_on(tx, whole.organisation, 7) == (whole.id,)
        assert stack_parts.wholes_on(tx, registrar.rival.slug, 7) == ()


def test_what_was_recognised_is_kept_encrypted_until_it_is_withdrawn(
    registry: Database, registrar: Registrar, stored: Callable[[], bytes]
) -> None:
    ours, decided = registrar.organisation.slug, Decision("examination board", "Dr B", registrar.at)
    with registry.begin() as tx:
        learner = registrar.approve(tx).learner_id
        number = recognitions.add(
            tx, ours, learner, pathway="data", accepted=(_part(), b"Eleftheria"), decision=decided
        )
    assert b"Other University" not in stored()
    with registry.begin() as tx:
        found = recognitions.get(tx, ours, number)
        assert (found.part, found.document, found.decision) == (_part(), b"Eleftheria", decided)
        assert recognitions.of_learner(tx, ours, learner) == (found,)
        assert recognitions.of_learner(tx, ours, learner, pathway="art") == ()
        assert recognitions.withdrawn(tx, [number]) == frozenset()
        said = Withdrawal(decided, "Eleftheria did not earn it")
        recognitions.withdraw(tx, found, said)
        gone = recognitions.get(tx, ours, number)
        assert gone == replace(found, withdrawal=said)
        assert recognitions.of_learner(tx, ours, learner, pathway="data") == ()
        assert recognitions.withdrawn_of(tx, ours, learner) == ((gone, said),)
        assert recognitions.withdrawn(tx, [number, 99]) == {number}
        (listed,) = recognitions.listing(tx, ours)
        assert listed == Listed(number, learner, "data", "tables", decided, registrar.at)
        with pytest.raises(NotFound, match="withdrawn before"):
            recognitions.withdraw(tx, found, said)
        with pytest.raises(NotFound):
            recognitions.get(tx, registrar.rival.slug, number)
    assert b"Eleftheria" not in stored()


def test_a_part_holds_a_whole_once_until_that_ends(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    ours = registrar.organisation.slug
    with registry.begin() as tx:
        whole, part = _two(tx, registrar)
        hold = Hold(ours, whole.id, part.id, HoldKind.SUSPENDED, registrar.at)
        revoked = replace(hold, kind=HoldKind.REVOKED, since=later(2))
        assert holds.begin(tx, hold)
        assert not holds.begin(tx, replace(hold, since=later(1)))
        assert holds.begin(tx, revoked)
        assert holds.of_whole(tx, whole.id) == holds.by_part(tx, part.id) == (hold, revoked)
        holds.end(tx, hold, by="dean", at=later(3))
        assert holds.listing(tx, ours) == (revoked,)
        assert holds.begin(tx, replace(hold, since=later(4)))
        assert not holds.listing(tx, registrar.rival.slug)


def test_a_notice_stays_until_it_was_seen(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    ours = registrar.organisation.slug
    with registry.begin() as tx:
        whole, part = _two(tx, registrar)
        notice = Notice(
            ours, whole.learner_id, whole.id, part.id, NoticeKind.PART_REVOKED, registrar.at
        )
        kept = replace(notice, id=notices.add(tx, notice))
        later_one = replace(notice, id=notices.add(tx, notice))
        assert notices.unseen(tx, ours) == (later_one, kept)
        notices.see(tx, kept, at=later(1))
        notices.see(tx, kept, at=later(2))
        seen = replace(kept, seen_at=later(1))
        assert notices.unseen(tx, ours) == (later_one,)
        assert notices.of_learner(tx, ours, whole.learner_id) == (later_one, seen)


def test_nothing_of_an_erased_learner_stands_on_a_way(
    registry: Database, registrar: Registrar
) -> None:
    ours, decided = registrar.organisation.slug, Decision("board", "Dr B", registrar.at)
    with registry.begin() as tx:
        pathways.put(tx, _pathway(registrar), at=registrar.at)
        whole, part = _two(tx, registrar)
        learner = whole.learner_id
        journeys.begin(tx, Journey(ours, learner, "data", 1, registrar.at))
        completion = Completion(
            ours, learner, "data", "basic", 1, CompletionState.RECORDED, whole.awarded_on
        )
        completions.put(tx, completion)
        number = recognitions.add(
            tx, ours, learner, pathway="data", accepted=(_part(), b"x"), decision=decided
        )
        notices.add(
            tx, Notice(ours, learner, whole.id, part.id, NoticeKind.PART_REVOKED, registrar.at)
        )
        stack_parts.add(tx, ours, whole.id, parts=[StackPart("tables", None, number)])
        learners.erase(tx, ours, learner, at=registrar.at)
        assert journeys.of_learner(tx, ours, learner) == ()
        assert completions.of_learner(tx, ours, learner) == ()
        assert recognitions.of_learner(tx, ours, learner) == ()
        assert notices.of_learner(tx, ours, learner) == ()
        assert stack_parts.of_whole(tx, whole.id) == (StackPart("tables", None),)
