"""Eight writers at once: nothing is given twice and nothing is lost, on either database."""

from collections.abc import Callable

import sqlalchemy as sa

from issuer.errors import Conflict, IllegalTransition
from issuer.model.award import Award, AwardState
from issuer.registry import achievements as courses
from issuer.registry import audit, awards, idempotency, learners, results, slots, tokens
from issuer.registry.database import Database
from issuer.registry.tables import awards as award_rows
from issuer.registry.tables import slots as slot_rows
from tests.town.registrar import Registrar
from tests.town.writers import Desk, at_once, issue_at_desks, upgrade_at_desks

EACH, SHORT = 2, 10


def test_four_processes_with_eight_threads_never_share_a_slot(
    registry: Database, registrar: Registrar, database_url: str
) -> None:
    slug, total = registrar.organisation.slug, 4 * 8 * EACH
    with registry.begin() as tx:
        slots.close_lists(tx, slug)  # Only short lists, so that they fill and new ones open.
    desk = Desk(database_url, registrar.organisation, registrar.course, registrar.at, SHORT)
    places = issue_at_desks(desk, desks=4, threads=8, each=EACH)
    assert len(places) == len(set(places)) == total
    with registry.read() as tx:
        stored = tx.connection.execute(
            sa.select(award_rows.c.list_number, award_rows.c.slot_index).order_by(None)
        )
        assert {tuple(row) for row in stored} == set(places)
        # No bit is set anywhere: of none of them more is written than that it is given.
        assert tx.connection.scalar(sa.select(sa.func.count()).select_from(slot_rows)) == 0
        opened = [found for found in slots.lists(tx, slug) if not found.closed]
        # Nobody opened a list that somebody else had just opened, and none was left half full.
        assert [found.cursor for found in opened] == [SHORT] * (total // SHORT) + [total % SHORT]
        assert audit.verify_chain(tx, slug).count == total


def test_of_several_steps_from_one_state_one_is_taken(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        award = awards.step(tx, award, AwardState.ACTIVE, reason=None, at=registrar.at)

    def step(number: int) -> AwardState | None:
        to = AwardState.REVOKED if number % 2 else AwardState.SUSPENDED
        try:
            with registry.begin() as tx:
                return awards.step(tx, award, to, reason=f"{number}", at=registrar.at).state
        except IllegalTransition:
            return None

    taken = [state for state in at_once(step) if state is not None]
    assert len(taken) == 1
    with registry.read() as tx:
        assert awards.find(tx, award.id).state is taken[0]


def test_of_several_requests_under_one_key_one_is_new(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        new = tokens.NewToken(
            registrar.organisation.slug, "sis", tokens.Role.ISSUER, "0" * 64, registrar.at
        )
        request = idempotency.Request(tokens.add(tx, new).id, "key", "1" * 64)

    def ask(_number: int) -> idempotency.Outcome:
        with registry.begin() as tx:
            return idempotency.begin(tx, request, at=registrar.at).outcome

    assert sorted(at_once(ask)) == [idempotency.Outcome.NEW] + [idempotency.Outcome.RUNNING] * 7


def test_an_abandoned_request_is_given_to_one(
    registry: Database, registrar: Registrar, later: Callable[[float], object]
) -> None:
    with registry.begin() as tx:
        new = tokens.NewToken(
            registrar.organisation.slug, "sis", tokens.Role.ISSUER, "0" * 64, registrar.at
        )
        request = idempotency.Request(tokens.add(tx, new).id, "key", "1" * 64)
        idempotency.begin(tx, request, at=registrar.at)

    def ask(_number: int) -> idempotency.Outcome:
        with registry.begin() as tx:
            at = registrar.at + idempotency.ABANDONED
            return idempotency.begin(tx, request, at=at).outcome

    assert sorted(at_once(ask)) == [idempotency.Outcome.NEW] + [idempotency.Outcome.RUNNING] * 7


def test_one_learner_added_by_many_is_one(registry: Database, registrar: Registrar) -> None:
    def add(_number: int) -> int:
        with registry.begin() as tx:
            return learners.find_or_add(tx, registrar.learner(), at=registrar.at)

    assert len(set(at_once(add))) == 1


def test_one_result_delivered_by_many_is_new_once(registry: Database, registrar: Registrar) -> None:
    def stage(_number: int) -> results.Staged:
        with registry.begin() as tx:
            return registrar.stage(tx)

    found = at_once(stage)
    assert len({staged.id for staged in found}) == 1
    assert [staged.is_new for staged in found].count(True) == 1


def test_one_result_gets_one_award(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        staged = registrar.stage(tx)

    def approve(number: int) -> Award | None:
        award = registrar.award(staged.learner_id, number)
        try:
            with registry.begin() as tx:
                awards.add(tx, award, staged_id=staged.id)
        except Conflict:
            return None
        return award

    (only,) = [award for award in at_once(approve) if award is not None]
    with registry.read() as tx:
        assert awards.by_staged(tx, staged.id) == only


def test_versions_of_a_course_have_no_gap(registry: Database, registrar: Registrar) -> None:
    def put(number: int) -> int:
        changed = registrar.course.model_copy(update={"valid_months": number + 1})
        with registry.begin() as tx:
            return courses.put(tx, changed, at=registrar.at).version

    assert sorted(at_once(put)) == list(range(2, 10))


def test_lines_of_the_audit_trail_make_one_chain(registry: Database, registrar: Registrar) -> None:
    slug = registrar.organisation.slug

    def append(number: int) -> int:
        with registry.begin() as tx:
            entry = audit.Entry(slug, registrar.at, f"desk {number}", "test")
            return audit.append(tx, entry).number

    assert sorted(at_once(append)) == list(range(1, 9))
    with registry.read() as tx:
        assert audit.verify_chain(tx, slug).count == 8


def test_several_processes_may_upgrade_at_once(empty_database_url: str) -> None:
    upgrade_at_desks(empty_database_url, desks=3)
