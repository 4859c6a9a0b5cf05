"""One Chromium for the tests of a module, and one server for all of a process."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.theatre import browsing, chromium, serving
from tests.town.scenes import stage

_AXE = Path(__file__).parent.parent / "node" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium, closed before the tests of another module.

    Its driver keeps an event loop running in the thread in which tests run, and what is tested
    elsewhere (dbos, ``asyncio.run``) rightly refuses to work inside one.
    """
    if chromium() is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with browsing() as opened:
        yield opened
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()


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
