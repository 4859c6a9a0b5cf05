"""Share links and deposits in the registry: whose they are, how they are kept, how they go."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from issuer.errors import Misconfigured, NotFound
from issuer.registry import deposits, europass_links, learners
from issuer.registry.database import Database
from issuer.registry.tables import europass_links as rows
from tests.town.registrar import Registrar

SECRET = "aB3dE5gH7jK9mN1p"
LINK = f"https://europa.eu/europass/digital-credentials/viewer/#/shareview/{SECRET}"
Later = Callable[[float], dt.datetime]


def test_a_link_is_kept_replaced_and_removed(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    with registry.begin() as tx:
        award, other = registrar.approve(tx), registrar.approve(tx, 2)
        assert europass_links.find(tx, award) is None
        assert not europass_links.remove(tx, award)
        europass_links.put(tx, award, LINK, at=registrar.at)
        europass_links.put(tx, award, f"{LINK[:-1]}q", at=later(1))
    with registry.begin() as tx:
        assert europass_links.find(tx, award) == f"{LINK[:-1]}q"
        assert tx.connection.scalars(sa.select(rows.c.saved_at)).all() == [later(1)]
        assert europass_links.find(tx, other) is None
        assert europass_links.remove(tx, award)
        assert europass_links.find(tx, award) is None


def test_the_disk_holds_no_link(
    registry: Database, registrar: Registrar, stored: Callable[[], bytes]
) -> None:
    with registry.begin() as tx:
        europass_links.put(tx, registrar.approve(tx), LINK, at=registrar.at)
    kept = stored()
    # The test would see it, if it were there: the award stands beside it in the open.
    assert b"registrar" in kept
    for part in (SECRET, "shareview", "digital-credentials"):
        assert part.encode() not in kept


def test_a_link_opens_under_its_own_award_alone(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        award, other = registrar.approve(tx), registrar.approve(tx, 2)
        for one in (award, other):
            europass_links.put(tx, one, LINK, at=registrar.at)
        kept = sa.select(rows.c.link).where(rows.c.award_id == award.id)
        copied = rows.update().where(rows.c.award_id == other.id)
        tx.connection.execute(copied.values(link=kept.scalar_subquery()))
    with registry.read() as tx, pytest.raises(Misconfigured):
        europass_links.find(tx, other)


def test_another_organisation_finds_and_removes_nothing(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        award = registrar.approve(tx)
        europass_links.put(tx, award, LINK, at=registrar.at)
        deposits.add(tx, award, at=registrar.at)
        theirs = award.model_copy(update={"organisation": "rival"})
        assert europass_links.find(tx, theirs) is None
        assert not europass_links.remove(tx, theirs)
        assert deposits.last(tx, theirs) is None
        assert europass_links.find(tx, award) == LINK


def test_tries_are_counted_and_answered(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    with registry.begin() as tx:
        award, other = registrar.approve(tx), registrar.approve(tx, 2)
        assert deposits.last(tx, award) is None
        numbers = [deposits.add(tx, award, at=later(n)) for n in range(3)]
        deposits.add(tx, other, at=later(9))
        deposits.answer(tx, numbers[0], status=409, at=later(5))
        deposits.answer(tx, 10_000, status=200, at=later(5))
    with registry.read() as tx:
        since = deposits.since(tx, award, later(0))
        assert [found.id for found in since] == numbers[1:]
        assert deposits.since(tx, award, later(2)) == ()
        (first, *_) = deposits.since(tx, award, later(-1))
        assert first == deposits.Deposit(numbers[0], award.id, later(0), later(5), 409)
        assert deposits.last(tx, award) == deposits.Deposit(
            numbers[2], award.id, later(2), None, None
        )


def test_erasing_the_learner_removes_both(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    with registry.begin() as tx:
        award, other = registrar.approve(tx), registrar.approve(tx, 2)
        for one in (award, other):
            europass_links.put(tx, one, LINK, at=registrar.at)
            deposits.add(tx, one, at=registrar.at)
        learners.erase(tx, award.organisation, award.learner_id, at=later(1))
    with registry.begin() as tx:
        assert europass_links.find(tx, award) is None
        assert deposits.last(tx, award) is None
        with pytest.raises(NotFound):
            europass_links.put(tx, award, LINK, at=later(2))
        assert europass_links.find(tx, other) == LINK
        assert deposits.last(tx, other) is not None
