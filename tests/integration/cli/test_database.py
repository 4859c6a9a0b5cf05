"""``testamur db``: what it finds, what it would do, what it does; on either kind of database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from issuer.registry import schema
from tests.integration.cli.conftest import EXAMPLES, Tell


def test_a_fresh_installation_is_well_and_needs_nothing(home: Path, tell: Tell) -> None:
    done = tell("db", "check", "--home", home)
    # The tests' server does not wait for its disk, which is a fault on any other.
    on_server = "fsync is off" in done.out
    assert done.code == (64 if on_server else 0)
    assert done.out.count("✗") == int(on_server)
    assert f"Schema: {schema.newest()}" in done.out
    # Where something is at fault, there is more to do than to read the trail.
    assert ("Audit trail of euas" in done.out) is not on_server
    assert "Audit trail" not in tell("db", "check", "--no-trail", "--home", home).out
    assert tell("db", "upgrade", "--home", home).out.strip() == "Nothing to do."
    done = tell("db", "upgrade", "--dry-run", "--home", home)
    assert (done.code, done.out.strip()) == (0, "The schema is the newest: nothing to do.")


@pytest.fixture
def behind(tmp_path: Path, tell: Tell) -> Path:
    """An installation whose database is empty: the schema is none."""
    place = tmp_path / "home"
    assert tell("init", EXAMPLES / "organisation.toml", "--home", place).code == 0
    for file in place.glob("testamur.sqlite*"):
        file.unlink()
    return place


def test_a_schema_that_is_missing_is_told_shown_and_made(behind: Path, tell: Tell) -> None:
    done = tell("db", "check", "--home", behind)
    assert done.code == 64
    assert "schema none" in done.out
    assert "1 of these must be mended." in done.out
    done = tell("db", "upgrade", "--dry-run", "--home", behind)
    assert (done.code, "CREATE TABLE awards" in done.out) == (0, True)
    assert tell("token", "list", "--home", behind).code == 64
    done = tell("db", "upgrade", "--home", behind)
    said = [f"Schema {step}: done." for step, _ in schema.steps(None)]
    assert done.out.splitlines() == [*said, "The schema is the newest."]
    assert tell("db", "check", "--home", behind).code == 0


def test_a_newer_schema_is_told(behind: Path, tell: Tell) -> None:
    assert tell("db", "upgrade", "--home", behind).code == 0
    with closing(sqlite3.connect(behind / "testamur.sqlite")) as file, file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    done = tell("db", "check", "--home", behind)
    assert done.code == 0
    assert "Usable; 1 warnings." in done.out
    with closing(sqlite3.connect(behind / "testamur.sqlite")) as file, file:
        file.execute("UPDATE schema_floor SET revision = '9999'")
    for verb in (("db", "upgrade"), ("token", "list")):
        done = tell(*verb, "--home", behind)
        assert done.code == 64
        assert "Upgrade the program" in done.err
