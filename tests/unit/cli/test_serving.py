"""How processes are made and ended; real ones are in tests/integration/cli/test_serving.py."""

import asyncio
import pickle
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from issuer.cli import serving
from issuer.settings import Settings


class _House(SimpleNamespace):
    closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[_House, bytes]]:
    """Each installation that was opened, and with which passphrase."""
    found: list[tuple[_House, bytes]] = []

    def open_it(settings: Settings, *, passphrase: Callable[[], bytes], role: str) -> _House:
        assert role == "web"
        found.append((_House(settings=settings), passphrase()))
        return found[-1][0]

    monkeypatch.setattr("issuer.bootstrap.open_house", open_it)
    return found


def test_several_processes_share_one_socket_and_one_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[tuple[_House, bytes]]
) -> None:
    monkeypatch.setenv("TESTAMUR_PASSPHRASE", "for tests")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # Put back at the end.
    seen: list[Any] = []

    class _Processes:
        def __init__(self, config: Any, sockets: list[Any]) -> None:
            seen.append((config, sockets))

        def run(self) -> None:
            (config, (socket,)) = seen[-1]
            assert config.workers == 3
            assert not config.proxy_headers
            socket.close()
            # As it travels to each process.
            there = pickle.loads(pickle.dumps(config.app))  # noqa: S301 # Our own.
            assert "for tests" not in repr(there)
            assert isinstance(there(), serving._Closing)

    monkeypatch.setattr("uvicorn.supervisors.Multiprocess", _Processes)
    monkeypatch.setattr("issuer.web.app.create_app", lambda house: house)
    serving.run_server(tmp_path, host="127.0.0.1", port=0, processes=3)
    # Once to see whether it can be opened at all, and closed at once.
    assert [(house.closed, told) for house, told in opened] == [
        (1, b"for tests"),
        (0, b"for tests"),
    ]


@pytest.mark.parametrize(("kind", "closed"), [("http", 0), ("lifespan", 1)])
def test_the_installation_is_closed_when_the_server_has_ended(kind: str, closed: int) -> None:
    house, served = _House(), []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        await asyncio.sleep(0)
        served.append(scope["type"])

    async def nothing(*_: Any) -> Any:
        return {}

    closing = serving._Closing(app, house)  # type: ignore[arg-type] # A stand-in.
    asyncio.run(closing({"type": kind}, nothing, nothing))
    assert (served, house.closed) == ([kind], closed)
