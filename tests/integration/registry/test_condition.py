"""What `testamur db check` finds on a PostgreSQL server, and which settings endanger what is kept.

One server whose settings are as they should be, but for `fsync`, which tests turn off.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from issuer.bootstrap import clock
from issuer.registry import condition
from issuer.registry.cipher import RecordCipher
from issuer.registry.condition import Level
from issuer.registry.database import Database
from issuer.registry.engine import Pooling
from tests.integration.conftest import with_settings

pytestmark = pytest.mark.postgres
Findings = list[tuple[Level, str]]


@pytest.fixture
def examine(
    postgres_database_url: str, cipher: RecordCipher, tmp_path: Path
) -> Callable[..., Findings]:
    def look(*, most: int = 20, ahead_s: float = 0, **settings: str) -> Findings:
        url = with_settings(postgres_database_url, settings)
        pooling = Pooling(size=1, overflow=most - 1)
        database = Database(url, cipher=cipher, pooling=pooling)

        def now() -> dt.datetime:
            # The server has the real clock too.
            return clock.now() + dt.timedelta(seconds=ahead_s)

        found = condition.examine(database, now=now, processes=4, folder=tmp_path)
        said = [(f.level, f.sentence) for f in found]
        database.dispose()
        return said

    return look


def _bad(found: Findings) -> Findings:
    return [(level, s) for level, s in found if level is not Level.FINE and "fsync" not in s]


def test_a_server_that_is_well(examine: Callable[..., Findings]) -> None:
    found = examine()
    assert _bad(found) == []
    said = " ".join(sentence for _, sentence in found)
    for fact in (
        "Engine: PostgreSQL",
        "repeatable read",
        "may open 80",
        "Clocks",
        "Writing: works",
    ):
        assert fact in said
    # The tests' own server: what is committed there would not survive a power cut.
    assert [level for level, s in found if s.startswith("fsync is off")] == [Level.FAULT]


def test_a_commit_that_is_not_waited_for_is_a_fault(examine: Callable[..., Findings]) -> None:
    ((level, said),) = _bad(examine(synchronous_commit="off"))
    assert level is Level.FAULT
    assert "given out again" in said


def test_more_connections_than_the_server_allows_are_a_warning(
    examine: Callable[..., Findings],
) -> None:
    ((level, said),) = _bad(examine(most=30))
    assert level is Level.WARNING
    assert "may open 120" in said


@pytest.mark.parametrize("ahead_s", [-5, 5])
def test_clocks_that_differ_are_a_warning(examine: Callable[..., Findings], ahead_s: float) -> None:
    ((level, said),) = _bad(examine(ahead_s=ahead_s))
    assert level is Level.WARNING
    assert "NTP" in said
