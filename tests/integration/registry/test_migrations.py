"""What the migrations make is what the tables say, on either database."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from issuer.errors import NotReady
from issuer.registry import migrations
from issuer.registry.columns import Moment
from issuer.registry.database import Database
from issuer.registry.tables import METADATA

Open = Callable[[str], Database]


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
    # A row of a batch belongs to the batch; workers and the floor to the whole installation.
    assert without == {"organisations", "seen_keys", "batch_rows", "workers", "schema_floor"}
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

    if isinstance(column.type, Moment):
        return dt.datetime(2026, 6, 12, tzinfo=dt.UTC)
    if isinstance(column.type, sa.Date):
        return dt.date(2026, 6, 12)
    if isinstance(column.type, sa.Boolean):
        return False
    return "x" if isinstance(column.type, sa.Text) else 1
