"""Many rows at once are the same rows as one by one, on either database."""

import sqlalchemy as sa

from issuer.registry import cohorts, learners, results
from issuer.registry.database import Database
from issuer.registry.inserting import number_many
from issuer.registry.tables import learners as learner_rows
from tests.town.registrar import Registrar


def test_each_learner_has_the_number_and_the_key_that_are_found_later(
    registry: Database, registrar: Registrar
) -> None:
    slug, at = registrar.organisation.slug, registrar.at
    people = [registrar.learner(number) for number in (3, 1, 2, 1)]
    with registry.begin() as tx:
        there = learners.find_or_add(tx, registrar.learner(2), at=at)
        found = cohorts.find_or_add(tx, slug, people, at=at)
        assert found[2].id == there
        assert found[1] == found[3]
        assert len({one.id for one in found}) == len({one.key for one in found}) == 3
    with registry.read() as tx:
        for one, person in zip(found, people, strict=True):
            assert learners.lookup(tx, slug, person.key) == one.id
            assert learners.data_key(tx, one.id) == one.key
            assert learners.get(tx, slug, one.id) == person


def test_the_last_details_of_a_learner_count(registry: Database, registrar: Registrar) -> None:
    slug, at = registrar.organisation.slug, registrar.at
    old = [registrar.learner(number) for number in (1, 2)]
    new = [one.model_copy(update={"display_name": f"{one.display_name} MSc"}) for one in old]
    with registry.begin() as tx:
        first = learners.find_or_add(tx, old[0], at=at)
        found = cohorts.find_or_add(tx, slug, [*old, *new], at=at)
        assert found[0].id == first
        assert [learners.get(tx, slug, one.id) for one in found] == [*new, *new]


def test_each_result_is_of_its_learner_and_found_again(
    registry: Database, registrar: Registrar
) -> None:
    slug, at = registrar.organisation.slug, registrar.at
    said = [registrar.result(number) for number in (2, 1, 3)]
    with registry.begin() as tx:
        there = registrar.stage(tx, 1)
        people = cohorts.find_or_add(tx, slug, [one.learner for one in said], at=at)
        taken = cohorts.stage(tx, slug, said, people=people, at=at)
        assert [one.is_new for one in taken] == [True, False, True]
        assert (taken[1].id, taken[1].commitment) == (there.id, there.commitment)
        again = cohorts.stage(tx, slug, said, people=people, at=at)
        assert [(one.id, one.commitment) for one in again] == [
            (one.id, one.commitment) for one in taken
        ]
        assert not any(one.is_new or one.is_other for one in again)
        for one, result in zip(taken, said, strict=True):
            assert results.get(tx, one.id) == result
            learner_id = learners.lookup(tx, slug, result.learner.key)
            assert results.stage(tx, result, learner_id=learner_id, at=at).id == one.id


def test_rows_are_numbered_behind_those_of_every_organisation(
    registry: Database, registrar: Registrar
) -> None:
    def row(slug: str, lookup: str) -> dict[str, object]:
        return {"organisation": slug, "lookup": lookup, "created_at": registrar.at}

    ours, theirs = registrar.organisation.slug, registrar.rival.slug
    with registry.begin() as tx:
        assert number_many(tx, learner_rows, []) == []
        before = number_many(tx, learner_rows, [row(theirs, "a"), row(theirs, "b")])
        found = number_many(tx, learner_rows, [row(ours, "b"), row(ours, "a")])
        c = learner_rows.c
        stored = tx.connection.execute(sa.select(c.id, c.organisation, c.lookup)).all()
        assert {number: (slug, lookup) for number, slug, lookup in stored} == {
            **dict(zip(before, [(theirs, "a"), (theirs, "b")], strict=True)),
            **dict(zip(found, [(ours, "b"), (ours, "a")], strict=True)),
        }
        assert min(found) > max(before)


def test_a_number_that_was_drawn_is_given_to_nobody_else(
    registry: Database, registrar: Registrar
) -> None:
    slug, at = registrar.organisation.slug, registrar.at
    c = learner_rows.c
    with registry.begin() as tx:
        row = {"organisation": slug, "created_at": at}
        drawn = number_many(tx, learner_rows, [{**row, "lookup": "a"}, {**row, "lookup": "b"}])
        # Also where the row is gone, and where the database counts by itself.
        tx.connection.execute(learner_rows.delete().where(c.id == max(drawn)))
        single = learners.find_or_add(tx, registrar.learner(1), at=at)
        after = number_many(tx, learner_rows, [{**row, "lookup": "c"}])
    assert max(drawn) < single < after[0]
