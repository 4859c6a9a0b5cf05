"""One server and one Chromium for all browser tests of a process."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.theatre import browsing, chromium, serving
from tests.town.scenes import stage

_AXE = Path(__file__).parent.parent / "node" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    if chromium() is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with browsing() as opened:
        yield opened


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the stage shows the scenes."""
    with serving(stage()) as url:
        yield url


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker, as a script."""
    if not _AXE.is_file():
        pytest.skip("no Node: npm ci --prefix tests/node")
    return _AXE.read_text(encoding="utf-8")


@pytest.fixture
def place(address: str) -> Callable[[str], str]:
    """The address of a scene."""

    def find(name: str) -> str:
        return address + (f"/l/{name}" if name.startswith("learner") else f"/scene/{name}")

    return find
