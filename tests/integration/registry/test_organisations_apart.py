"""Another organisation's objects read as if they were not there."""

from collections.abc import Callable

import pytest

from issuer.errors import NotFound
from issuer.model.achievement import DocumentFormat
from issuer.model.award import AwardState
from issuer.registry import achievements, awards, documents, learners, slots
from issuer.registry.database import Database
from tests.town.registrar import Registrar


def test_every_door_is_closed_to_the_other_organisation(
    registry: Database, registrar: Registrar
) -> None:
    rival = registrar.rival.slug
    with registry.begin() as tx:
        award = registrar.approve(tx)
        registrar.seal(tx, award)
        theirs = award.model_copy(update={"organisation": rival})
        staged_id = awards.staged_of(tx, award.id)
        attempts: list[Callable[[], object]] = [
            lambda: awards.get(tx, rival, award.id),
            lambda: awards.listing(tx, rival, after=award.id),
            lambda: awards.step(tx, theirs, AwardState.REVOKED, reason="ha", at=registrar.at),
            lambda: awards.set_shared(tx, theirs, shared=True),
            lambda: awards.raise_link_generation(tx, theirs),
            lambda: awards.add(tx, theirs, staged_id=staged_id),
            lambda: learners.get(tx, rival, award.learner_id),
            lambda: learners.lookup(tx, rival, registrar.learner().key),
            lambda: learners.erase(tx, rival, award.learner_id, at=registrar.at),
            lambda: achievements.get(tx, rival, award.achievement),
            lambda: slots.assign(tx, rival, list_number=1, index=7, award_id=award.id),
            lambda: slots.set_bits(
                tx, rival, list_number=1, index=7, bits=slots.Bits(revoked=True)
            ),
        ]
        said = set()
        for attempt in attempts:
            with pytest.raises(NotFound) as caught:
                attempt()
            said.add(caught.value.message)
        assert awards.find(tx, award.id) == award
        assert awards.slot_of(tx, award.id) is None
        assert learners.get(tx, award.organisation, award.learner_id) == registrar.learner()
        assert not awards.listing(tx, rival)
        assert not documents.unfinished(tx, rival)
        # The message tells nothing that the asker did not know.
        assert not any(registrar.organisation.slug in text for text in said)


def test_what_is_not_there_and_what_is_not_yours_read_the_same(
    registry: Database, registrar: Registrar
) -> None:
    rival = registrar.rival.slug
    with registry.begin() as tx:
        award = registrar.approve(tx)
        said = []
        for award_id in (award.id, registrar.award(1, 99).id):
            with pytest.raises(NotFound) as caught:
                awards.get(tx, rival, award_id)
            said.append(caught.value.message.replace(award_id, "…"))
    assert said[0] == said[1]
    assert DocumentFormat.OB3 not in said[0]
