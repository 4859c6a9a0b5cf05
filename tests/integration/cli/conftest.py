"""Installations made and used through the command line alone."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from issuer.cli import run

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
# Whatever opens a socket, or looks a name up, in this process ends it.
_CLOSED = """
import socket, sys
class Closed(socket.socket):
    def __new__(cls, *_, **__):
        raise SystemExit(99)
def closed(*_, **__):
    raise SystemExit(99)
socket.socket, socket.create_connection, socket.getaddrinfo = Closed, closed, closed
from issuer.cli import run
sys.exit(run(sys.argv[1:]))
"""


@dataclass(frozen=True)
class Said:
    """What a verb answered."""

    code: int
    out: str
    err: str


Tell = Callable[..., Said]


@pytest.fixture
def tell(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Run a verb in this process."""
    for name in [n for n in os.environ if n.startswith("TESTAMUR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TESTAMUR_PASSPHRASE", "for tests")
    # A passphrase of tests need not resist anybody; the cost is written into each file.
    cheap = {"memory_kib": 8, "passes": 1, "lanes": 1}
    monkeypatch.setattr("keys.custody.file._COST", cheap)

    def ask(*arguments: str | Path) -> Said:
        capfd.readouterr()
        code = run([str(a) for a in arguments])
        captured = capfd.readouterr()
        return Said(code, captured.out, captured.err)

    return ask


@pytest.fixture
def offline() -> Tell:
    """Run a verb in a process of its own in which nothing can open a socket."""

    def ask(*arguments: str | Path) -> Said:
        done = subprocess.run(
            [sys.executable, "-c", _CLOSED, *map(str, arguments)],
            capture_output=True,
            check=False,
            text=True,
            timeout=120,
            env={k: v for k, v in os.environ.items() if not k.startswith("TESTAMUR_")},
            cwd=ROOT,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return ask


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, as ``make demo SERVE=0`` makes it; the folder with what it wrote."""
    home = tmp_path_factory.mktemp("demo") / "home"
    command = [sys.executable, "-m", "issuer.cli", "demo", "--home", str(home), "--no-serve"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TESTAMUR_")}
    subprocess.run(command, check=True, capture_output=True, timeout=300, env=environment, cwd=ROOT)
    return home / "out"


@pytest.fixture
def home(tmp_path: Path, tell: Tell, database_url: str) -> Path:
    """An installation with the example university and its courses, on either kind of database."""
    place = tmp_path / "home"
    if not database_url.startswith("sqlite:"):
        place.mkdir()
        setting = f"database_url = '{database_url}'\n"
        (place / "testamur.toml").write_text(setting, encoding="utf-8")
    assert tell("init", EXAMPLES / "organisation.toml", "--home", place).code == 0
    courses = sorted((EXAMPLES / "achievements").glob("*.toml"))
    assert tell("achievement", "add", *courses, "--home", place).code == 0
    return place
