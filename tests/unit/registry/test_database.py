"""Where transactions begin and end, and what is said when they cannot."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from issuer.errors import Busy, Misconfigured, NotReady
from issuer.registry import schema
from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database, Transaction
from issuer.registry.engine import Pooling
from issuer.registry.tables import seen_keys


def _count(tx: Transaction) -> int:
    return int(
        tx.connection.execute(sa.select(sa.func.count()).select_from(seen_keys)).scalar_one()
    )


def _add(tx: Transaction, key: str) -> None:
    tx.connection.execute(
        sa.text("INSERT INTO seen_keys VALUES ('did:web:uni.example', :key, '2026', '2026')"),
        {"key": key},
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://localhost/testamur",
        # Its file would be encrypted, and ours would not be.
        "sqlite+pysqlcipher://:secret@/file.sqlite",
    ],
)
def test_only_files_and_postgresql_are_databases(url: str, cipher: RecordCipher) -> None:
    with pytest.raises(Misconfigured, match="database_url"):
        Database(url, cipher=cipher)


def test_what_is_done_is_committed_at_the_end(database: Database) -> None:
    with database.begin() as tx:
        _add(tx, "z1")
        with database.read() as other:
            assert _count(other) == 0
    with database.read() as tx:
        assert _count(tx) == 1


def test_any_exception_undoes_everything(database: Database) -> None:
    def interrupted() -> None:
        with database.begin() as tx:
            _add(tx, "z1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with database.read() as tx:
        assert _count(tx) == 0


def test_reading_writes_nothing_and_writing_works_again_after(database: Database) -> None:
    # One connection all the time; it is told anew whenever it changes sides.
    for number in (1, 2):
        with pytest.raises(NotReady) as caught, database.read() as tx:
            _add(tx, f"z{number}")
        assert isinstance(caught.value.__cause__, sa.exc.OperationalError)
        with database.begin() as tx:
            _add(tx, f"z{number}")
            assert _count(tx) == number


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.read() as reader:
        assert _count(reader) == 0
        with database.begin() as writer:
            _add(writer, "z1")
        assert _count(reader) == 0


def test_a_second_writer_waits_from_its_very_beginning(database: Database) -> None:
    """BEGIN IMMEDIATE: with plain BEGIN both would read, and one would overwrite the other."""
    with database.begin(), pytest.raises(Busy) as caught, database.begin():
        pytest.fail("two writers at once")
    assert caught.value.retry_after_s == 1


def test_whoever_waited_in_vain_hinders_nobody(database: Database) -> None:
    with database.begin() as tx:
        _add(tx, "z1")
        with pytest.raises(Busy), database.begin():
            pass
        with database.read() as other, pytest.raises(sa.exc.OperationalError):
            _add(other, "z2")
    with database.begin() as tx:
        _add(tx, "z3")
    with database.read() as tx:
        assert _count(tx) == 2


def test_a_writer_goes_on_when_the_other_one_has_ended(
    file: Path, database: Database, cipher: RecordCipher
) -> None:
    patient = Database(f"sqlite:///{file}", cipher=cipher)
    begun, done = threading.Event(), threading.Event()

    def first() -> None:
        with patient.begin() as tx:
            begun.set()
            done.wait(10)
            _add(tx, "z1")

    thread = threading.Thread(target=first)
    thread.start()
    begun.wait(10)
    threading.Timer(0.05, done.set).start()
    with patient.begin() as tx:
        assert _count(tx) == 1
    thread.join()
    patient.dispose()


def test_the_file_is_safe_against_power_cuts_and_dangling_rows(
    file: Path, database: Database
) -> None:
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "secure_delete": 1}
    # What takes a statement back is no file beside it, also after the schema was made.
    wanted["temp_store"] = 2
    # The log is bounded, whatever else is kept in it.
    wanted["wal_autocheckpoint"] = 8192
    with database.begin() as tx:
        found = {
            name: tx.connection.execute(sa.text(f"PRAGMA {name}")).scalar_one() for name in wanted
        }
    assert found == wanted


def test_a_database_without_schema_is_not_ready(tmp_path: Path, cipher: RecordCipher) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}", cipher=cipher)
    with pytest.raises(NotReady, match="has schema none, and this version needs 0007"):
        empty.require_current()
    with pytest.raises(NotReady, match="testamur init"), empty.read() as tx:
        _count(tx)
    empty.dispose()


def _of_a_newer_program(file: Path, *, floor: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE schema_floor SET revision = ?", (floor,))


def test_a_database_that_a_newer_version_only_added_to_is_ready(
    file: Path, database: Database
) -> None:
    _of_a_newer_program(file, floor=schema.newest())
    database.require_current()
    assert database.upgrade() == ()


def test_a_database_that_wants_a_newer_version_is_not_ready(file: Path, database: Database) -> None:
    _of_a_newer_program(file, floor="9998")
    for refused in (database.require_current, database.upgrade):
        with pytest.raises(NotReady, match=r"has schema 9999.*knows 9998\. Upgrade the program"):
            refused()
    with pytest.raises(NotReady, match="Upgrade the program"):
        database.preview()


def test_an_older_database_wants_an_upgrade(file: Path, database: Database) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    with pytest.raises(NotReady, match=r"has schema 0002.*testamur db upgrade"):
        database.require_current()
    assert "CREATE TABLE batches" in database.preview()


def test_a_preview_says_what_would_be_run_and_runs_nothing(
    tmp_path: Path, cipher: RecordCipher
) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}", cipher=cipher)
    said = empty.preview()
    assert "CREATE TABLE awards" in said
    assert "INSERT INTO schema_floor" in said
    with pytest.raises(NotReady, match="schema none"):
        empty.require_current()
    assert empty.upgrade() == tuple(revision for revision, _ in schema.steps(None))
    assert empty.preview() == ""
    empty.dispose()


def test_connections_are_counted_and_come_to_an_end(file: Path, cipher: RecordCipher) -> None:
    small = Database(
        f"sqlite:///{file}",
        cipher=cipher,
        pooling=Pooling(size=1, overflow=1, wait_s=0.05),
    )
    small.upgrade()
    assert (small.pool.used, small.pool.most) == (0, 2)
    with small.read(), small.read():
        assert small.pool.used == 2
        with pytest.raises(Busy, match="database_pool_overflow"), small.read():
            pytest.fail("a third connection")
    small.dispose()


def test_a_file_that_cannot_be_opened_is_not_ready(tmp_path: Path, cipher: RecordCipher) -> None:
    nowhere = Database(f"sqlite:///{tmp_path / 'nowhere' / 'x.sqlite'}", cipher=cipher)
    with pytest.raises(NotReady) as caught, nowhere.begin():
        pytest.fail("opened")
    # The caller is told what to do, not where our files are.
    assert str(tmp_path) not in caught.value.message


def test_an_upgrade_twice_changes_nothing(database: Database) -> None:
    with database.begin() as tx:
        _add(tx, "z1")
    database.upgrade()
    with database.read() as tx:
        assert _count(tx) == 1


def test_rows_never_show_in_an_error(database: Database) -> None:
    with database.begin() as tx:
        _add(tx, "eleftheria@post.example")
    with pytest.raises(sa.exc.IntegrityError) as caught, database.begin() as tx:
        _add(tx, "eleftheria@post.example")
    assert "eleftheria" not in str(caught.value)


def test_erased_bytes_leave_the_log(file: Path, database: Database) -> None:
    secret = "zErased" * 30
    with database.begin() as tx:
        _add(tx, secret)
    with database.begin() as tx:
        tx.connection.execute(seen_keys.delete())

    def stored() -> bytes:
        return b"".join(found.read_bytes() for found in file.parent.glob(f"{file.name}*"))

    assert secret.encode() in stored()
    database.scrub()
    assert secret.encode() not in stored()


def test_what_a_reader_still_sees_cannot_be_scrubbed(database: Database) -> None:
    with database.read() as reader:
        assert _count(reader) == 0
        with database.begin() as tx:
            _add(tx, "z1")
        with pytest.raises(Busy):
            database.scrub()
    database.scrub()
