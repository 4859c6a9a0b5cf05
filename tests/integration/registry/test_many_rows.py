"""Many rows at once: the same is kept by SQLite, row by row, and by PostgreSQL, from arrays."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.errors import IllegalTransition
from issuer.model.achievement import DocumentFormat
from issuer.model.award import DocumentState
from issuer.model.batch import RowState
from issuer.registry import batches, chunks
from issuer.registry.batches import BatchRow
from issuer.registry.chunks import Begun, Kept, Source
from issuer.registry.database import Database, Transaction
from issuer.registry.inserting import run_many
from issuer.registry.listed import among
from issuer.registry.tables import did_documents, seen_keys, status_lists
from tests.town.registrar import Registrar
from tests.town.shift import queue


def test_rows_of_every_type_come_back_as_they_were(
    registry: Database, registrar: Registrar
) -> None:
    later = registrar.at + dt.timedelta(hours=1)
    same = {"organisation": registrar.rival.slug, "length": 16, "last_lease": 0}
    rows = [
        {
            **same,
            "number": 1,
            "seed": b'\x00"\\{}',
            "cursor": 0,
            "opened_at": later,
            "closed": True,
        },
        {
            **same,
            "number": 2,
            "seed": b"",
            "cursor": 16,
            "opened_at": registrar.at,
            "closed": False,
        },
    ]
    with registry.begin() as tx:
        assert run_many(tx, status_lists.insert(), rows) == 2
        query = sa.select(status_lists).where(status_lists.c.organisation == registrar.rival.slug)
        found = tx.connection.execute(query.order_by(status_lists.c.number)).mappings().all()
    assert [dict(row) for row in found] == rows


def test_texts_that_arrays_would_escape_and_what_is_not_there_are_kept(
    registry: Database, registrar: Registrar
) -> None:
    batch = queue(registry, registrar.organisation.slug, rows=0, size=2)
    faults = (None, "", "NULL", 'a "b", \\c {d}', "Ελευθερία")
    rows = [
        BatchRow(number, number, 0, RowState.FAILED, code="input.rows", fault=fault)
        for number, fault in enumerate(faults, start=1)
    ]
    with registry.begin() as tx:
        batches.add_rows(tx, batch, rows)
        assert list(batches.rows(tx, batch)) == rows


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 230])
def test_however_many_rows_there_are_each_is_kept_once(
    registry: Database, registrar: Registrar, count: int
) -> None:
    batch = queue(registry, registrar.organisation.slug, rows=0, size=2)
    said = (RowState.UNKNOWN, RowState.NOT_PASSED)
    rows = [BatchRow(n, n + 1, 0, said[n % 2], fault=f"{n}") for n in range(1, count + 1)]
    with registry.begin() as tx:
        batches.add_rows(tx, batch, rows)
        assert list(batches.rows(tx, batch)) == rows


def test_of_many_rows_all_are_kept_or_none(registry: Database, registrar: Registrar) -> None:
    batch = queue(registry, registrar.organisation.slug, rows=0, size=2)
    rows = [BatchRow(n, n, 0, RowState.UNKNOWN) for n in (*range(1, 150), 120)]
    with pytest.raises(sa.exc.IntegrityError), registry.begin() as tx:
        batches.add_rows(tx, batch, rows)
    with registry.read() as tx:
        assert batches.rows(tx, batch) == ()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_document_in_json_is_kept_whether_it_is_the_same_for_all_or_not(
    registry: Database, registrar: Registrar, count: int
) -> None:
    slug = registrar.rival.slug
    shared: dict[str, Any] = {"z": 1, "a": ["é", None]}
    documents: list[dict[str, Any]] = [shared, shared, {"own": True}][:count]
    rows = [
        {"organisation": slug, "published_at": registrar.at, "document": one} for one in documents
    ]
    with registry.begin() as tx:
        assert run_many(tx, did_documents.insert(), rows) == count
        query = sa.select(did_documents.c.document).where(did_documents.c.organisation == slug)
        found = list(tx.connection.scalars(query.order_by(did_documents.c.id)))
    assert [list(one.items()) for one in found] == [list(one.items()) for one in documents]


def test_rows_are_found_by_a_list_of_texts(database: Database, registrar: Registrar) -> None:
    keys = ["", "it's", '"a", {b}', "\\", "Ελευθερία"]
    seen = {"did": "did:web:a.example", "first_seen": registrar.at, "last_seen": registrar.at}
    with database.begin() as tx:
        run_many(tx, seen_keys.insert(), [{**seen, "key": key} for key in keys])
        query = sa.select(seen_keys.c.key).where(seen_keys.c.did == seen["did"])
        for wanted in ([], [keys[1]], keys[2:], keys):
            asked = query.where(among(tx, seen_keys.c.key, [*wanted, "not there"]))
            assert set(tx.connection.scalars(asked)) == set(wanted)
        assert not tx.connection.scalars(query.where(among(tx, seen_keys.c.key, ()))).all()


def test_only_rows_that_are_there_are_changed_and_counted(
    database: Database, registrar: Registrar
) -> None:
    later = registrar.at + dt.timedelta(hours=1)
    rows = [
        {"did": "did:web:a.example", "key": key, "first_seen": registrar.at, "last_seen": later}
        for key in ("one", "two", "three")
    ]
    change = (
        seen_keys.update()
        .where(seen_keys.c.key == sa.bindparam("its_key"), seen_keys.c.first_seen == registrar.at)
        .values(last_seen=sa.bindparam("its_moment"))
    )
    moments = {"one": registrar.at, "three": later, "four": later}
    with database.begin() as tx:
        run_many(tx, seen_keys.insert(), rows)
        asked = [{"its_key": key, "its_moment": moment} for key, moment in moments.items()]
        assert run_many(tx, change, asked) == 2
        found = tx.connection.execute(sa.select(seen_keys.c.key, seen_keys.c.last_seen)).all()
    assert {row.key: row.last_seen for row in found} == {
        "one": registrar.at,
        "two": later,
        "three": later,
    }


def test_a_chunk_moves_as_it_was_seen_or_not_at_all(
    registry: Database, registrar: Registrar
) -> None:
    batch = queue(registry, registrar.organisation.slug, rows=5, size=2)
    waiting, reserved = RowState.WAITING, RowState.RESERVED
    with registry.begin() as tx:
        seen = batches.rows_of_chunk(tx, batch, 2, states={waiting})
        assert [row.number for row in seen] == [3, 4]
        batches.settle_row(tx, batch, seen[0], to=RowState.ALREADY)
        batches.move_chunk(tx, batch, 2, count=1, to=reserved, now=waiting)
    with pytest.raises(IllegalTransition), registry.begin() as tx:
        batches.move_chunk(tx, batch, 1, count=1, to=reserved, now=waiting)
    with registry.read() as tx:
        states = [row.state for row in batches.rows(tx, batch)]
    # Of the first chunk there were two: the transaction was given up.
    assert states == [waiting, waiting, RowState.ALREADY, reserved, waiting]


def test_what_is_to_be_issued_is_counted_by_whole_chunks_and_the_last_one(
    registry: Database, registrar: Registrar
) -> None:
    slug = registrar.organisation.slug
    empty = queue(registry, slug, rows=0, size=2, name="empty")
    batch = queue(registry, slug, rows=5, size=2)
    with registry.begin() as tx:
        batches.add_rows(tx, batch, [BatchRow(6, 7, 0, RowState.NOT_PASSED)])
        assert batches.highest_row(tx, batch) == (6, 5)
        assert batches.highest_row(tx, empty) == (0, 0)
        batches.add_rows(tx, batch, [BatchRow(7, 8, 3, RowState.WAITING)])
        assert batches.highest_row(tx, batch) == (7, 6)


def test_no_estimate_rests_on_the_state_of_a_document(
    registry: Database, registrar: Registrar
) -> None:
    """PostgreSQL knows nothing of a table that is new, and takes a state for rare.

    It would go through all that was handed over once for each document of every other chunk.
    """
    with registry.begin() as tx:

        def keep() -> None:
            with pytest.raises(IllegalTransition):
                chunks.keep(tx, [_kept(number) for number in range(500)], at=registrar.at)

        said = _plan(tx, keep, nth=-1)
    if registry.kind == "sqlite":
        assert "(award_id=? AND format=?)" in said
    else:
        assert "CASE WHEN (state = 'written_down'::text) THEN true ELSE false END" in said


def test_no_estimate_rests_on_awards_that_have_no_place(
    registry: Database, registrar: Registrar
) -> None:
    """PostgreSQL would read all of a batch that wait for one, once more for each chunk."""
    slug = registrar.organisation.slug
    with registry.begin() as tx:

        def assign() -> None:
            with pytest.raises(IllegalTransition):
                chunks.assign(tx, slug, [(f"A{number}", 1, number) for number in range(500)])

        # After the statement it is asked why not all were given one.
        said = _plan(tx, assign, nth=-2)
    if registry.kind == "sqlite":
        assert "SEARCH awards USING INDEX sqlite_autoindex_awards_1 (id=?)" in said
        assert "(organisation=? AND list_number=? AND slot_index=?)" in said
        assert "SCAN" not in said
    else:
        assert "(list_number IS NULL)) THEN true ELSE false END" in said


def _plan(tx: Transaction, work: Callable[[], None], *, nth: int) -> str:
    """How the database goes about one of the statements of ``work``."""
    asked: list[tuple[str, Any]] = []

    def remember(*said: Any) -> None:
        asked.append((said[2], said[3]))

    sa.event.listen(tx.connection, "before_cursor_execute", remember)
    work()
    sa.event.remove(tx.connection, "before_cursor_execute", remember)
    text, values = asked[nth]
    one = values[0] if isinstance(values, list) else values
    how = "(FORMAT JSON)" if tx.connection.dialect.name == "postgresql" else "QUERY PLAN"
    plan = tx.connection.exec_driver_sql(f"EXPLAIN {how} {text}", one).all()
    return str([tuple(row) for row in plan])


def _kept(number: int) -> Kept:
    method = "did:web:example.org#k"
    reservation = {"format": DocumentFormat.OB3, "verification_method": method, "salt": "00"}
    award, key = {"id": f"A{number}"}, bytes(32)
    source = Source(number, RowState.WRITTEN, award, None, b"", key, key)
    begun = Begun(source, reservation, DocumentState.WRITTEN_DOWN, None)
    return Kept(begun, b"{}", "application/vc")
