"""A line of the audit trail that is changed, left out or put in shows."""

import datetime as dt
import os
from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import Conflict, NotFound
from issuer.registry import audit
from issuer.registry.audit import Entry
from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database, Transaction
from issuer.registry.tables import audit as rows
from tests.town.registrar import Registrar

Later = Callable[[float], dt.datetime]


def _three(tx: Transaction, registrar: Registrar, later: Later) -> list[audit.Line]:
    slug = registrar.organisation.slug
    return [
        audit.append(
            tx,
            Entry(slug, later(n), "sis", f"verb.{n}", f"A-{n}", "ab" * 32, {"n": n, "z": ["ü"]}),
        )
        for n in range(3)
    ]


def test_lines_come_back_in_order_with_their_detail(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        made = _three(tx, registrar, later)
        audit.append(tx, Entry("rival", later(0), "operator", "init"))
    with registry.read() as tx:
        assert list(audit.lines(tx, slug)) == made
        assert list(audit.lines(tx, slug, after=1, limit=1)) == [made[1]]
        assert audit.verify_chain(tx, slug) == audit.ChainHead(3, made[2].hash)
        (theirs,) = audit.lines(tx, "rival")
        assert (theirs.number, theirs.entry.award_id, theirs.entry.detail) == (1, None, {})
        assert audit.verify_chain(tx, "nobody") == audit.ChainHead(0, "0" * 64)


CHANGES: dict[str, Any] = {
    "actor": "somebody else",
    "verb": "verb.9",
    "award_id": None,
    "commitment": "cd" * 32,
    "detail": '{"n":9}',
    "at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    "hash": "0" * 64,
    "previous": "0" * 64,
}


@pytest.mark.parametrize("column", sorted(CHANGES))
def test_a_changed_line_shows(
    registry: Database, registrar: Registrar, later: Later, column: str
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        _three(tx, registrar, later)
        change = rows.update().where(rows.c.number == 2, rows.c.organisation == slug)
        tx.connection.execute(change.values({column: CHANGES[column]}))
        with pytest.raises(Conflict, match="broken at line 2") as caught:
            audit.verify_chain(tx, slug)
        assert caught.value.details == {"line": 2}


@pytest.mark.parametrize("number", [1, 2])
def test_a_line_left_out_shows_even_when_the_others_move_up(
    registry: Database, registrar: Registrar, later: Later, number: int
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        _three(tx, registrar, later)
        tx.connection.execute(rows.delete().where(rows.c.number == number))
        with pytest.raises(Conflict, match=f"broken at line {number}"):
            audit.verify_chain(tx, slug)
        for later_one in range(number + 1, 4):
            moved = rows.update().where(rows.c.number == later_one)
            tx.connection.execute(moved.values(number=later_one - 1))
        with pytest.raises(Conflict, match=f"broken at line {number}"):
            audit.verify_chain(tx, slug)


def test_lines_left_out_at_the_end_show_against_a_head_that_was_noted(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        _three(tx, registrar, later)
        noted = audit.verify_chain(tx, slug)
        tx.connection.execute(rows.delete().where(rows.c.number == 3))
        assert audit.verify_chain(tx, slug) != noted


def test_who_has_the_database_alone_cannot_write_a_chain(
    registry: Database, registrar: Registrar, later: Later, database_url: str
) -> None:
    slug = registrar.organisation.slug
    thief = Database(database_url, cipher=RecordCipher(bytes(32), os.urandom))
    with thief.begin() as tx:
        _three(tx, registrar, later)
        assert audit.verify_chain(tx, slug).count == 3
    thief.dispose()
    with registry.read() as tx, pytest.raises(Conflict, match="line 1"):
        audit.verify_chain(tx, slug)


def test_a_chain_longer_than_a_page_is_followed_to_its_end(
    registry: Database, registrar: Registrar, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = registrar.organisation.slug
    monkeypatch.setattr(audit, "_PAGE", 2)
    with registry.begin() as tx:
        last = _three(tx, registrar, later)[-1]
        assert audit.verify_chain(tx, slug) == audit.ChainHead(3, last.hash)


def test_a_moment_is_the_same_in_any_zone(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    vienna = dt.timezone(dt.timedelta(hours=2))
    with registry.begin() as tx:
        audit.append(tx, Entry("rival", later(0).astimezone(vienna), "operator", "init"))
        assert audit.verify_chain(tx, "rival").count == 1
        assert audit.lines(tx, "rival")[0].entry.at == later(0)


def test_a_line_needs_its_organisation(registry: Database, later: Later) -> None:
    with registry.begin() as tx, pytest.raises(NotFound):
        audit.append(tx, Entry("nobody", later(0), "operator", "init"))
