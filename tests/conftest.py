"""What all tests share: honest skips, a fixed moment, countable chance, the examples, vectors.

Skips are counted: at the end the run lists what was skipped and why, and a skip that
``skips.toml`` does not allow makes it red. With ``TESTAMUR_REQUIRE_ALL=1`` a missing tool is a
failure too. Works in one process and under xdist, where the controller keeps the account.
"""

import datetime as dt
import hashlib
import os
import re
import tomllib
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from issuer.model.achievement import Achievement
from issuer.model.organisation import Organisation

HERE = Path(__file__).parent
ROOT = HERE.parent

# No test is timed: a busy machine is no fault of the code.
settings.register_profile("testamur", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("testamur")


# --- Skips ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Allowed:
    """One entry of skips.toml."""

    reason: str
    marker: str
    missing: str
    why: str


@dataclass
class SkipAccount:
    """Which tests were skipped and why; one for each run, kept by the process that reports."""

    allowed: tuple[Allowed, ...]
    require_all: bool
    data_is_there: bool
    skipped: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)

    def note(self, nodeid: str, reason: str, markers: frozenset[str]) -> None:
        self.skipped[nodeid] = (reason, markers)

    def fault(self, reason: str, markers: frozenset[str]) -> str | None:
        """Why this skip makes the run red, or None."""
        entry = next(
            (a for a in self.allowed if re.match(a.reason, reason) and a.marker in markers), None
        )
        if entry is None:
            return "not on the list in tests/skips.toml"
        if entry.missing == "tool" and self.require_all:
            return "TESTAMUR_REQUIRE_ALL=1 needs this tool"
        if entry.missing == "data" and self.data_is_there:
            return "TESTAMUR_VECTORS is set, so this is required"
        return None

    @property
    def red(self) -> bool:
        return any(self.fault(*entry) for entry in self.skipped.values())

    def lines(self) -> list[str]:
        counted: dict[tuple[str, str | None], list[str]] = {}
        for nodeid, entry in sorted(self.skipped.items()):
            counted.setdefault((entry[0], self.fault(*entry)), []).append(nodeid)
        return [
            f"{'RED ' if fault else ''}{len(ids)} × {reason}"
            + (
                f" [{fault}]: {', '.join(ids[:5])}{' …' if len(ids) > len(ids[:5]) else ''}"
                * bool(fault)
            )
            for (reason, fault), ids in counted.items()
        ]


_ACCOUNT = pytest.StashKey[SkipAccount]()


def pytest_configure(config: pytest.Config) -> None:
    entries = tomllib.loads((HERE / "skips.toml").read_text(encoding="utf-8"))["allowed"]
    config.stash[_ACCOUNT] = SkipAccount(
        allowed=tuple(Allowed(**entry) for entry in entries),
        require_all=os.environ.get("TESTAMUR_REQUIRE_ALL") == "1",
        data_is_there=bool(os.environ.get("TESTAMUR_VECTORS")),
    )
    # In a worker reports are sent on; only the controller, or the only process, keeps the account.
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Accountant(config.stash[_ACCOUNT]), "skip-accountant")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    # Keywords of a report hold the names of folders too; markers travel by themselves.
    markers = sorted({mark.name for mark in item.iter_markers()})
    report.user_properties.append(("markers", " ".join(markers)))
    return report


class _Accountant:
    """The hooks of the process that reports."""

    def __init__(self, account: SkipAccount) -> None:
        self._account = account

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome == "skipped":
            properties = dict(report.user_properties)
            markers = frozenset(str(properties.get("markers", "")).split())
            self._account.note(report.nodeid, _reason(report), markers)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        # A whole module that skips itself bears no marker that could be seen: never allowed.
        if report.outcome == "skipped":
            self._account.note(report.nodeid, _reason(report), frozenset())

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        lines = self._account.lines()
        terminalreporter.section("skipped, and why" if lines else "nothing was skipped")
        for line in lines:
            terminalreporter.line(line, red=line.startswith("RED "))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._account.red and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if hasattr(report, "wasxfail"):
        return f"expected to fail: {report.wasxfail}"
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


# --- Time and chance ------------------------------------------------------------------------


@pytest.fixture
def moment() -> dt.datetime:
    """The fixed moment at which everything happens, UTC: a Friday morning in June."""
    return dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def chance() -> Callable[[int], bytes]:
    """Bytes that look random and are the same in every run: SHA-256 over a counter."""
    drawn = 0

    def draw(size: int) -> bytes:
        nonlocal drawn
        found = b""
        while len(found) < size:
            found += hashlib.sha256(f"chance {drawn}".encode()).digest()
            drawn += 1
        return found[:size]

    return draw


# --- The examples ---------------------------------------------------------------------------


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def organisation() -> Organisation:
    """The demo university of ``examples/``."""
    return Organisation.model_validate(_toml(ROOT / "examples" / "organisation.toml"))


@pytest.fixture(scope="session")
def achievements(organisation: Organisation) -> Mapping[str, Achievement]:
    """Its courses by slug."""
    files = sorted((ROOT / "examples" / "achievements").glob("*.toml"))
    courses = [
        Achievement.model_validate({"organisation": organisation.slug, **_toml(f)}) for f in files
    ]
    return {course.slug: course for course in courses}


# --- Published vectors ----------------------------------------------------------------------


@pytest.fixture(scope="session")
def published() -> Callable[[str], Path]:
    """A file of the collection that TESTAMUR_VECTORS names: ``published("contexts/INDEX.json")``.

    Skips where the variable is not set; fails where it is and the file is not there.
    """

    def find(name: str) -> Path:
        folder = os.environ.get("TESTAMUR_VECTORS")
        if not folder:
            pytest.skip("TESTAMUR_VECTORS is not set")
        path = Path(folder) / name
        if not path.is_file():
            pytest.fail(f"TESTAMUR_VECTORS has no {name}")
        return path

    return find


@pytest.fixture(scope="session")
def vector(published: Callable[[str], Path]) -> Callable[[str], Path]:
    """A published vector: from ``tests/vectors/data``, else from the collection."""

    def find(name: str) -> Path:
        vendored = HERE / "vectors" / "data" / name
        if vendored.is_file():
            return vendored
        return published(name if name.startswith("contexts/") else f"vectors/{name}")

    return find
