"""An organisation is held from the first time it is asked for until the transaction ends."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from issuer.errors import NotFound
from issuer.registry import organisations
from issuer.registry.database import Database
from tests.town.registrar import Registrar


@pytest.fixture
def asked(registry: Database) -> Iterator[list[str]]:
    """Every statement that is asked of organisations, in order."""
    seen: list[str] = []

    def note(*given: object) -> None:
        statement = str(given[2])
        if "FROM organisations" in statement:
            seen.append(statement)

    sa.event.listen(registry.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(registry.engine, "before_cursor_execute", note)


def test_it_is_asked_for_once_in_each_transaction(
    registry: Database, registrar: Registrar, asked: list[str]
) -> None:
    slug = registrar.organisation.slug
    for number in (1, 2):
        with registry.begin() as tx:
            organisations.lock(tx, slug)
            organisations.lock(tx, slug)
            # Of another one nothing is known by that.
            organisations.lock(tx, registrar.rival.slug)
        assert len(asked) == 2 * number


def test_what_a_savepoint_gives_back_is_asked_for_again(
    registry: Database, registrar: Registrar, asked: list[str]
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        savepoint = tx.connection.begin_nested()
        organisations.lock(tx, slug)
        savepoint.rollback()
        organisations.lock(tx, slug)
        assert len(asked) == 2
        # What was held before it is still held in it, and after it.
        savepoint = tx.connection.begin_nested()
        organisations.lock(tx, slug)
        savepoint.rollback()
        organisations.lock(tx, slug)
        assert len(asked) == 2


def test_one_that_is_not_there_is_not_held(registry: Database) -> None:
    with registry.begin() as tx:
        for _ in range(2):
            with pytest.raises(NotFound):
                organisations.lock(tx, "nobody")
