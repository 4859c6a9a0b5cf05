"""Whether anybody has committed, told without a transaction."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database
from issuer.registry.watching import Watch

ADD = sa.text("INSERT INTO seen_keys VALUES ('did:web:uni.example', :key, '2026', '2026')")


def _add(database: Database, key: str) -> None:
    with database.begin() as tx:
        tx.connection.execute(ADD, {"key": key})


def test_nobody_has_committed_while_the_answer_is_the_same(database: Database) -> None:
    asked = database.commits()
    assert asked is not None
    with database.read() as tx:
        tx.connection.execute(sa.text("SELECT 1 FROM seen_keys"))
    assert database.commits() == asked


def test_whoever_commits_is_noticed(database: Database, file: Path, cipher: RecordCipher) -> None:
    answers = [database.commits()]
    _add(database, "z1")
    answers.append(database.commits())
    # Another process, as far as the file can tell.
    another = Database(f"sqlite:///{file}", cipher=cipher)
    _add(another, "z2")
    answers.append(database.commits())
    another.dispose()
    assert len(set(answers)) == len(answers)


def test_what_is_begun_or_undone_is_no_commit(database: Database) -> None:
    asked = database.commits()

    def undone() -> None:
        with database.begin() as tx:
            tx.connection.execute(ADD, {"key": "z1"})
            assert database.commits() == asked
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undone()
    assert database.commits() == asked


def test_it_stands_in_nobodys_way(database: Database, file: Path) -> None:
    _add(database, "z1")
    assert database.commits() is not None
    # Only where nobody reads is the log emptied.
    database.scrub()
    assert file.with_name(f"{file.name}-wal").stat().st_size == 0


def test_the_last_one_to_leave_takes_the_log_along(database: Database, file: Path) -> None:
    _add(database, "z1")
    assert database.commits() is not None
    database.dispose()
    assert not file.with_name(f"{file.name}-wal").exists()


def test_a_connection_that_is_opened_anew_is_never_believed_to_be_the_old_one(
    database: Database, file: Path
) -> None:
    watch = Watch(str(file))
    first = watch.commits()
    watch.close()
    watch.close()
    _add(database, "z1")
    again = watch.commits()
    watch.close()
    assert first is not None
    assert again not in {first, None}


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    watch = Watch(str(tmp_path / "missing.sqlite"))
    assert watch.commits() is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_database_tells_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a file #1?.sqlite"
    file.write_bytes(os.urandom(8192))
    watch = Watch(str(file))
    assert watch.commits() is None
    # It is asked anew: there may be one now.
    file.unlink()
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE one (a)")
    assert watch.commits() is not None
    watch.close()
