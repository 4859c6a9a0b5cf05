"""What is counted: alone, and by several processes that count together in a folder."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import values

from issuer.web import access
from issuer.web.access import Meters

NAME = "testamur_database_connections"
SCOPE: dict[str, Any] = {"type": "http", "method": "GET", "path": "/healthz"}


@dataclass(frozen=True)
class _Use:
    used: int = 1
    idle: int = 2
    most: int = 20


@pytest.fixture
def together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Count in files, as a process of several does from its beginning."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    several = values.MultiProcessValue()  # type: ignore[no-untyped-call] # It has no types.
    monkeypatch.setattr("prometheus_client.metrics.values.ValueClass", several)
    return tmp_path


def test_what_one_process_counts() -> None:
    meters = Meters(_Use)
    meters.count(SCOPE, status=200, seconds=0.1)
    page = meters.page({"testamur_workers_alive": ("Workers.", 3)}).decode()
    for line in (
        'testamur_requests_total{method="GET",route="none",status="200"} 1.0',
        'testamur_database_connections{state="most"} 20.0',
        "testamur_workers_alive 3.0",
    ):
        assert line in page.splitlines()


def test_connections_are_shown_as_they_are_now() -> None:
    now = [_Use(used=1), _Use(used=1), _Use(used=3), _Use(used=0)]
    meters = Meters(lambda: now.pop(0))
    shown = []
    for _ in range(4):
        meters.count(SCOPE, status=200, seconds=0.1)
        shown.append(meters.registry.get_sample_value(NAME, {"state": "used"}))
    assert shown == [1, 1, 3, 0]


def test_what_several_count_is_added_up(together: Path) -> None:
    # The same process twice; what makes a process another one is its number.
    first = Meters(_Use)
    first.count(SCOPE, status=200, seconds=0.1)
    for file in together.glob("*.db"):
        # Another living process counted the same.
        file.with_name(file.name.replace(str(os.getpid()), "1")).write_bytes(file.read_bytes())
    page = first.page({}).decode()
    assert 'testamur_requests_total{method="GET",route="none",status="200"} 2.0' in page
    assert 'testamur_database_connections{state="most"} 40.0' in page


def test_connections_of_the_dead_are_counted_no_more(together: Path) -> None:
    Meters(_Use).count(SCOPE, status=200, seconds=0.1)
    (mine,) = together.glob("gauge_livesum_*.db")
    dead = mine.with_name("gauge_livesum_4194304.db")  # More than there can be.
    dead.write_bytes(mine.read_bytes())
    page = Meters(_Use).page({}).decode()
    assert not dead.exists()
    assert 'testamur_database_connections{state="most"} 20.0' in page


def test_a_process_is_alive_or_not() -> None:
    assert access._is_alive(os.getpid())
    assert not access._is_alive(4194304)
