"""What the migrations make is what the tables say, on either database."""

import concurrent.futures as cf
import datetime as dt
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from issuer.errors import Busy, NotReady
from issuer.registry import awards, migrations, schema, slots, tables
from issuer.registry.columns import Moment
from issuer.registry.database import Database, Transaction
from issuer.registry.tables import METADATA, schema_floor, seen_keys

Open = Callable[[str], Database]


def schema_steps() -> list[str]:
    """Every version there is, oldest first."""
    return [revision for revision, _ in schema.steps(None)]


@pytest.fixture
def migrated(open_database: Open, empty_database_url: str) -> Database:
    database = open_database(empty_database_url)
    with pytest.raises(NotReady):
        database.require_current()
    database.upgrade()
    database.require_current()
    return database


def test_migrated_schema_and_tables_are_equal(migrated: Database) -> None:
    with migrated.read() as tx:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(tx.connection, opts=options)
        assert compare_metadata(context, METADATA) == []


def _shape(inspector: sa.Inspector, table: str, dialect: sa.Dialect) -> dict[str, Any]:
    """What Alembic's comparison does not look at, too."""
    return {
        "columns": {
            column["name"]: (column["nullable"], column["type"].compile(dialect=dialect))
            for column in inspector.get_columns(table)
        },
        "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
        "foreign keys": sorted(
            (key["constrained_columns"], key["referred_table"], key["referred_columns"])
            for key in inspector.get_foreign_keys(table)
        ),
        "unique": sorted(u["column_names"] for u in inspector.get_unique_constraints(table)),
        "checks": sorted(str(c["name"]) for c in inspector.get_check_constraints(table)),
        "indexes": sorted(str(index["name"]) for index in inspector.get_indexes(table)),
    }


def test_migrated_schema_is_the_one_that_the_tables_make(migrated: Database) -> None:
    with migrated.begin() as tx:
        connection, names = tx.connection, sorted(METADATA.tables)
        inspector = sa.inspect(connection)
        assert sorted(inspector.get_table_names()) == sorted([*names, "alembic_version"])
        found = {name: _shape(inspector, name, connection.dialect) for name in names}
        METADATA.drop_all(connection)
        METADATA.create_all(connection)
        inspector = sa.inspect(connection)
        made = {name: _shape(inspector, name, connection.dialect) for name in names}
    assert found == made


def test_every_row_has_an_organisation_but_what_is_about_the_outside() -> None:
    without = {t.name for t in METADATA.sorted_tables if "organisation" not in t.columns}
    # What is of a batch belongs to the batch; workers and the floor to the whole installation.
    of_batches = {"batch_rows", "undecided"}
    assert without == {"organisations", "seen_keys", "workers", "schema_floor"} | of_batches
    for table in METADATA.sorted_tables:
        if "organisation" in table.columns:
            assert not table.c.organisation.nullable


def test_every_time_is_a_moment_in_utc() -> None:
    for table in METADATA.sorted_tables:
        for column in table.columns:
            assert not isinstance(column.type, sa.DateTime), f"{table.name}.{column.name}"
            if column.name.endswith("_at"):
                assert isinstance(column.type, Moment), f"{table.name}.{column.name}"


def test_versions_are_one_line_of_numbers() -> None:
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    scripts = ScriptDirectory.from_config(config)
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == [f"{n:04}" for n in range(len(revisions), 0, -1)]


@pytest.mark.parametrize("table", ["learners", "awards", "slots"])
def test_rows_that_dangle_are_refused(database: Database, table: str) -> None:
    rows = METADATA.tables[table]
    values = {
        column.name: _some(column)
        for column in rows.columns
        if not column.nullable and column.name != "id"
    }
    if table == "awards":
        values["id"] = "UNI-0000-0000-0000-0000"
    with pytest.raises(sa.exc.IntegrityError), database.begin() as tx:
        tx.connection.execute(rows.insert().values(values))


def _some(column: sa.Column[Any]) -> object:
    values: dict[type[sa.types.TypeEngine[Any]], object] = {
        Moment: dt.datetime(2026, 6, 12, tzinfo=dt.UTC),
        sa.Date: dt.date(2026, 6, 12),
        sa.Boolean: False,
        sa.LargeBinary: b"x",
        sa.Text: "x",
        sa.JSON: {"x": 1},
    }
    return next((value for kind, value in values.items() if isinstance(column.type, kind)), 1)


# --- From every version, with rows in it ----------------------------------------------------


@pytest.mark.parametrize("begun", schema_steps()[:-1])
def test_rows_of_every_version_come_through(
    open_database: Open, empty_database_url: str, begun: str
) -> None:
    database = open_database(empty_database_url)
    _upgrade_to(database, begun)
    with database.begin() as tx:
        there = set(sa.inspect(tx.connection).get_table_names())
        # The floor has its one row from the migration that made it.
        there.discard(schema_floor.name)
        rows = {t: _row(t) for t in METADATA.sorted_tables if t.name in there}
        for table, row in rows.items():
            tx.connection.execute(table.insert().values(row))
    with pytest.raises(NotReady, match=f"has schema {begun}"):
        database.require_current()
    assert "UPDATE alembic_version" in database.preview()
    assert database.upgrade() == tuple(r for r in schema_steps() if r > begun)
    database.require_current()
    assert database.preview() == ""
    with database.read() as tx:
        for table, row in rows.items():
            (found,) = tx.connection.execute(sa.select(table)).mappings()
            assert {name: found[name] for name in row} == row


def test_places_given_before_0006_are_those_of_their_awards(
    open_database: Open, empty_database_url: str
) -> None:
    database = open_database(empty_database_url)
    _upgrade_to(database, "0005")
    bits = {"A1": (False, False, False), "A2": (True, False, True), "A3": (False, True, False)}
    c = ("organisation", "list_number", "slot_index", "award_id", "revoked", "suspended", "burnt")
    before = sa.table("slots", *map(sa.column, c))
    with database.begin() as tx:
        for name in ("organisations", "achievements", "learners", "status_lists"):
            tx.connection.execute(
                METADATA.tables[name].insert().values(_row(METADATA.tables[name]))
            )
        for number, (award, (revoked, suspended, burnt)) in enumerate(bits.items(), start=1):
            place = {"organisation": "x", "list_number": 1, "slot_index": number}
            row = {**_row(tables.awards), "id": award, **place}
            tx.connection.execute(tables.awards.insert().values(row))
            said = {"award_id": award, "revoked": revoked, "suspended": suspended, "burnt": burnt}
            tx.connection.execute(before.insert().values({**place, **said}))
        # Burnt before anybody had it.
        row = {**place, "slot_index": 9, "revoked": False, "suspended": False, "burnt": True}
        tx.connection.execute(before.insert().values(row))
    assert database.upgrade() == ("0006", "0007")
    with database.read() as tx:
        for number, (award, set_there) in enumerate(bits.items(), start=1):
            assert awards.slot_of(tx, award) == awards.LeasedSlot("x", 1, number, *set_there)
            assert slots.award_at(tx, "x", list_number=1, index=number) == award
        assert slots.award_at(tx, "x", list_number=1, index=9) is None
        assert slots.marked(tx, "x", list_number=1, purpose="revocation") == (2, 9)
        assert slots.marked(tx, "x", list_number=1, purpose="suspension") == (3,)
        assert tx.connection.scalar(sa.select(sa.func.count()).select_from(tables.slots)) == 4
        assert schema.floor(tx.connection) == "0006"
        named = {index["name"] for index in sa.inspect(tx.connection).get_indexes("documents")}
        assert "ix_documents_unfinished" in named
        assert "ix_documents_organisation_state" not in named


def test_a_program_before_0006_is_told_and_sets_no_bit_of_nothing(
    open_database: Open, database_url: str
) -> None:
    """It asks `slots` for the place of an award: finding none, it would set no bit."""
    database = open_database(database_url)
    asked = "SELECT list_number FROM slots WHERE award_id = 'A1'"
    with database.read() as tx, pytest.raises(sa.exc.DBAPIError, match="award_id"):
        tx.connection.exec_driver_sql(asked)


def _upgrade_to(database: Database, revision: str) -> None:
    with database.begin() as tx:
        engine = tx.connection.engine
    # As `schema.upgrade` does: on PostgreSQL each step has a transaction of its own.
    is_apart = engine.dialect.name == "postgresql"
    with engine.connect() if is_apart else engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", migrations.__path__[0])
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _row(table: sa.Table) -> dict[str, object]:
    # All alike, so that whatever refers to something finds it.
    return {c.name: _some(c) for c in table.columns if not c.nullable}


def test_an_older_program_works_beside_a_newer_schema(
    open_database: Open, database_url: str
) -> None:
    database = open_database(database_url)
    version = sa.table("alembic_version", sa.column("version_num"))
    with database.begin() as tx:
        tx.connection.execute(version.update().values(version_num="9999"))
    database.require_current()
    assert database.upgrade() == ()
    with database.begin() as tx:
        tx.connection.execute(schema_floor.update().values(revision="9998"))
    with pytest.raises(NotReady, match="knows 9998"):
        database.require_current()


# --- Beside traffic -------------------------------------------------------------------------

_NEXT = '''"""An index on a table that has rows; and what a program must know from now on."""

import sqlalchemy as sa
from alembic import op

from issuer.registry.migrations import beside

revision = "9001"
down_revision = "{newest}"


def upgrade() -> None:
    op.add_column("seen_keys", sa.Column("note", sa.Text(), nullable=True))
    beside.add_index("ix_seen_keys_last_seen", "seen_keys", ["last_seen"])
    beside.require_program("9001")
'''


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that has one migration more."""
    _add_version(_NEXT, tmp_path, monkeypatch)


def _add_version(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    text = text.replace("{newest}", schema.newest())
    (folder / "versions" / "9001_next.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(schema, "MIGRATIONS", folder)


def _see(tx: Transaction, key: str) -> None:
    at = dt.datetime(2026, 6, 12, tzinfo=dt.UTC)
    row = {"did": "did:web:uni.example", "key": key, "first_seen": at, "last_seen": at}
    tx.connection.execute(seen_keys.insert().values(row))


def test_an_index_is_built_while_others_write(
    open_database: Open, database_url: str, next_version: None
) -> None:
    assert next_version is None
    database = open_database(database_url)
    assert "CREATE INDEX" in database.preview()
    with cf.ThreadPoolExecutor(2) as threads:
        # Two who begin at once, while somebody is in the middle of writing.
        with database.begin() as tx:
            _see(tx, "before")
            upgrades = [threads.submit(database.upgrade) for _ in range(2)]
            if database.kind == "postgresql":
                # Whoever comes now is not kept waiting by those who wait for the table.
                with database.begin() as other:
                    _see(other, "meanwhile")
        taken = sorted(upgrade.result(60) for upgrade in upgrades)
    assert taken == [(), ("9001",)]
    with database.read() as tx:
        assert schema.floor(tx.connection) == "9001"
        indexes = sa.inspect(tx.connection).get_indexes("seen_keys")
        assert "ix_seen_keys_last_seen" in {index["name"] for index in indexes}


@pytest.mark.postgres
def test_a_table_that_others_hold_is_asked_for_again(
    open_database: Open,
    database_url: str,
    next_version: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert next_version is None
    if database_url.startswith("sqlite:"):
        return
    monkeypatch.setattr(schema, "_LOCK_TIMEOUT_MS", 50)
    monkeypatch.setattr(schema, "_PAUSE_S", 0.01)
    database = open_database(database_url)
    with database.begin() as tx:
        _see(tx, "before")
        with pytest.raises(Busy):
            database.upgrade()
    assert database.upgrade() == ("9001",)


_TAKES_AWAY = '''"""A column goes that refers to another table."""

from issuer.registry.migrations import beside

revision = "9001"
down_revision = "{newest}"


def upgrade() -> None:
    beside.drop_column("deposits", "award_id", kept=[], referred="awards")
    beside.require_program("9001")
'''


@pytest.mark.postgres
def test_whoever_comes_to_two_tables_the_other_way_round_is_let_through(
    open_database: Open, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step has one table and waits for the other, a reader the other way round."""
    if database_url.startswith("sqlite:"):
        return
    _add_version(_TAKES_AWAY, tmp_path, monkeypatch)
    monkeypatch.setattr(schema, "_LOCK_TIMEOUT_MS", 30_000)
    monkeypatch.setattr(schema, "_PAUSE_S", 0.01)
    database = open_database(database_url)
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'deposits'::regclass"
    with cf.ThreadPoolExecutor(1) as threads:
        with database.read() as tx:
            tx.connection.execute(sa.select(tables.deposits.c.id)).all()
            upgrade = threads.submit(database.upgrade)
            while not upgrade.done() and not _count(database, waiting):
                time.sleep(0.01)
            assert tx.connection.execute(sa.select(tables.awards.c.id)).all() == []
        assert upgrade.result(60) == ("9001",)


def _count(database: Database, question: str) -> int:
    with database.read() as tx:
        return int(tx.connection.exec_driver_sql(question).scalar_one())
