"""What `testamur db check` finds in a SQLite file; PostgreSQL is in tests/integration/registry."""

import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from issuer.model.organisation import Organisation
from issuer.registry import audit, condition, organisations
from issuer.registry.cipher import RecordCipher
from issuer.registry.condition import Finding, Level
from issuer.registry.database import Database
from issuer.registry.tables import workers

Examine = Callable[[], list[Finding]]


@pytest.fixture
def examine(database: Database, tmp_path: Path, moment: dt.datetime) -> Examine:
    def look() -> list[Finding]:
        found = condition.examine(database, now=lambda: moment, processes=2, folder=tmp_path)
        said = list(found)
        if not any(f.level is Level.FAULT for f in said):
            said += condition.examine_trail(database, at=moment)
        return said

    return look


def _bad(found: list[Finding]) -> list[tuple[Level, str]]:
    return [(f.level, f.sentence) for f in found if f.level is not Level.FINE]


def test_a_fresh_database_is_well(examine: Examine) -> None:
    found = examine()
    assert _bad(found) == []
    said = " ".join(f.sentence for f in found)
    for fact in ("Engine: SQLite", "the newest", "journal wal, synchronous FULL", "GiB free",
                 "Writing: works", "Workers: 0 alive."):  # fmt: skip
        assert fact in said
    # What was written to try was taken back.
    assert examine() == found


def test_an_old_schema_is_a_fault_and_the_rest_is_not_asked(examine: Examine, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    found = examine()
    assert [level for level, _ in _bad(found)] == [Level.FAULT]
    assert "testamur db upgrade" in _bad(found)[0][1]
    assert not any("Writing" in f.sentence for f in found)


def test_a_newer_schema_that_fits_is_a_warning(examine: Examine, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert [level for level, _ in _bad(examine())] == [Level.WARNING]


def test_an_old_engine_is_a_fault(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    assert [level for level, _ in _bad(examine())] == [Level.FAULT]


def test_who_cannot_write_is_told(
    file: Path, tmp_path: Path, cipher: RecordCipher, moment: dt.datetime
) -> None:
    impatient = Database(f"sqlite:///{file}", cipher=cipher, patience_s=0.01)
    impatient.upgrade()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = list(condition.examine(impatient, now=lambda: moment, processes=1, folder=tmp_path))
    impatient.dispose()
    assert [f.sentence.partition(".")[0] for f in found if f.level is Level.FAULT] == [
        "Writing does not work"
    ]


def test_little_room_and_no_folder_are_told(
    database: Database, tmp_path: Path, moment: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.disk_usage

    def little(place: Path) -> object:
        return SimpleNamespace(free=real(place).free and 1024)

    monkeypatch.setattr(shutil, "disk_usage", little)
    nowhere = tmp_path / "nowhere"
    found = list(condition.examine(database, now=lambda: moment, processes=1, folder=nowhere))
    assert [level for level, _ in _bad(found)] == [Level.WARNING, Level.FAULT]


def test_a_network_file_system_is_a_fault(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(condition, "file_system", lambda _: "nfs4")
    ((level, said),) = _bad(examine())
    assert level is Level.FAULT
    assert "nfs4" in said


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/srv/data/x.sqlite", "nfs4"),
        ("/srv/other", "ext4"),
        ("/srv/data2/x", "ext4"),
        ("/with space/x", "cifs"),
        ("/twice/x", "9p"),
    ],
)
def test_the_file_system_of_a_place_is_that_of_its_mount(
    tmp_path: Path, place: str, kind: str
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/a / ext4 rw 0 0\nserver:/x /srv/data nfs4 rw 0 0\n//s/x /with\\040space cifs rw 0 0\n"
        "/dev/b /twice xfs rw 0 0\nhost /twice 9p rw 0 0\n"
    )
    assert condition.file_system(Path(place), mounts=mounts) == kind


def test_where_no_mounts_are_told_nothing_is_said(tmp_path: Path) -> None:
    assert condition.file_system(tmp_path, mounts=tmp_path / "nowhere") == ""


def test_a_broken_trail_is_a_fault_and_one_of_tomorrow_a_warning(
    database: Database, examine: Examine, organisation: Organisation, moment: dt.datetime
) -> None:
    tomorrow = moment + dt.timedelta(days=1)
    with database.begin() as tx:
        organisations.put(tx, organisation)
        for at in (moment, tomorrow):
            audit.append(tx, audit.Entry(organisation.slug, at, "operator", "test"))
    ((level, said),) = _bad(examine())
    assert (level, "still to come" in said) == (Level.WARNING, True)
    with database.begin() as tx:
        tx.connection.exec_driver_sql("UPDATE audit SET actor = 'nobody' WHERE number = 1")
    ((level, said),) = _bad(examine())
    assert (level, "broken at line 1" in said) == (Level.FAULT, True)


def test_workers_are_counted_by_when_they_were_seen(
    database: Database, examine: Examine, moment: dt.datetime
) -> None:
    seen: Mapping[str, int] = {"one": 0, "two": condition.LIVING_S, "three": 31}
    with database.begin() as tx:
        for name, ago in seen.items():
            at = moment - dt.timedelta(seconds=ago)
            row = {"executor": name, "version": "1", "started_at": at, "seen_at": at}
            tx.connection.execute(workers.insert().values(row))
    said = [f.sentence for f in examine() if "Workers" in f.sentence]
    assert said == ["Workers: 2 alive, 1 not seen for 30 s (stopped, or dead)."]
