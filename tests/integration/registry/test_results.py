"""Results are taken in once, and kept until they have become a credential."""

import datetime as dt

import pytest

from issuer.errors import DuplicateResult, NotFound
from issuer.model.assessment import Grade
from issuer.registry import learners, results
from issuer.registry.database import Database
from tests.town.registrar import Registrar


def test_a_result_comes_back_as_it_was(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        staged = registrar.stage(tx)
        assert staged.is_new
    with registry.read() as tx:
        assert results.get(tx, staged.id) == registrar.result()
        assert results.unfinished(tx, registrar.organisation.slug) == (staged.id,)
        assert results.unfinished(tx, "rival") == ()


def test_the_very_same_result_is_noticed_before_and_after_it_was_closed(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        first, second = registrar.stage(tx), registrar.stage(tx)
        results.close(tx, first.id)
        third = registrar.stage(tx)
        assert (first.is_new, second.is_new, third.is_new) == (True, False, False)
        assert first.id == second.id == third.id
        assert results.unfinished(tx, registrar.organisation.slug) == ()
        with pytest.raises(NotFound, match="closed"):
            results.get(tx, first.id)


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize(
    "change", [{"passed": False}, {"grade": Grade(value="A", scheme="A–F")}, {"assessor": "Dr. E"}]
)
def test_other_content_under_the_same_key_is_reported(
    registry: Database, registrar: Registrar, change: dict[str, object], closed: bool
) -> None:
    with registry.begin() as tx:
        staged = registrar.stage(tx)
        if closed:
            results.close(tx, staged.id)
        changed = registrar.result().model_copy(update=change)
        with pytest.raises(DuplicateResult) as caught:
            results.stage(tx, changed, learner_id=staged.learner_id, at=registrar.at)
    assert caught.value.details == {"staged_id": staged.id}
    for personal in (registrar.learner().key, "Eleftheria", "post.example"):
        assert personal not in caught.value.message


def test_one_source_id_for_two_people_is_reported(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        for number in (1, 2):
            learner_id = learners.find_or_add(tx, registrar.learner(number), at=registrar.at)
            result = registrar.result(number).model_copy(update={"source_id": "R-1"})
            if number == 1:
                results.stage(tx, result, learner_id=learner_id, at=registrar.at)
            else:
                with pytest.raises(DuplicateResult):
                    results.stage(tx, result, learner_id=learner_id, at=registrar.at)


def test_another_day_is_another_result(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        first = registrar.stage(tx)
        other = registrar.result().model_copy(update={"date": dt.date(2026, 6, 13)})
        again = results.stage(tx, other, learner_id=first.learner_id, at=registrar.at)
        assert again.is_new
        assert again.commitment != first.commitment


def test_a_commitment_stays_when_the_content_goes(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        staged = registrar.stage(tx)
        results.close(tx, staged.id)
        again = registrar.stage(tx)
        assert (again.id, again.is_new) == (staged.id, False)
        key = learners.data_key(tx, staged.learner_id)
        data = registrar.result().model_dump_json().encode()
        assert again.commitment == staged.commitment == tx.cipher.commitment(key, data)


def test_a_result_that_was_never_there_is_not_found(registry: Database) -> None:
    with registry.read() as tx, pytest.raises(NotFound):
        results.get(tx, 999)
