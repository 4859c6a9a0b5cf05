"""``testamur serve``: pages and API, in one process or several that share a port.

uvicorn (https://www.uvicorn.org/settings/). Each process opens the installation for itself; what
they share is the database and the folders. Nothing that a proxy says of a client is believed:
addresses are built from base_url alone.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from issuer.cli import terminal
from issuer.cli.opening import Home, load
from issuer.settings import Settings, share_meters

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from issuer.bootstrap import House

_HOW: dict[str, Any] = {
    # Our own access log leaves out what is secret; uvicorn's would not.
    "access_log": False,
    "server_header": False,
    "proxy_headers": False,
    # Longer than a proxy keeps a connection: it must not send into one that we are closing.
    "timeout_keep_alive": 75,
    # What was begun is finished before a process ends.
    "timeout_graceful_shutdown": 30,
    # A process that is busy opening the installation is not taken for a dead one.
    "timeout_worker_healthcheck": 60,
}


def serve(
    *,
    home: Home = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes that share the port.")
    ] = None,
) -> None:
    """Serve pages and API until stopped, and sign status lists when they are due."""
    settings = load(home)
    run_server(
        home,
        host=host or settings.host,
        port=port or settings.port,
        processes=processes or settings.processes,
    )


def run_server(home: Path | None, *, host: str, port: int, processes: int = 1) -> None:
    """Serve an installation on ``host`` and ``port``; raises NotReady, CustodyError."""
    import uvicorn  # noqa: PLC0415 # Only this verb pays for the web.

    settings = load(home)
    asked = terminal.passphrase(settings)
    # What is wrong is told once and now, not by each process.
    _open(settings, asked).close()
    terminal.say(f"Serving {settings.base_url} on {host}:{port}. Stop with Ctrl-C.")
    door = _Door(home, asked)
    if processes == 1:
        uvicorn.run(door, factory=True, host=host, port=port, workers=1, **_HOW)
    else:
        with TemporaryDirectory(prefix="testamur-meters-") as folder:
            share_meters(folder)
            _run_several(door, host=host, port=port, processes=processes)


def _run_several(door: "_Door", *, host: str, port: int, processes: int) -> None:
    from uvicorn import Config  # noqa: PLC0415 # As above.
    from uvicorn.supervisors import Multiprocess  # noqa: PLC0415 # As above.

    config = Config(door, factory=True, host=host, port=port, workers=processes, **_HOW)
    # One that dies is replaced; on SIGHUP each is, after its replacement answers.
    Multiprocess(config, sockets=[config.bind_socket()]).run()


def _open(settings: Settings, passphrase: bytes) -> "House":
    from issuer import bootstrap  # noqa: PLC0415 # Verbs that open nothing do not pay for it.

    return bootstrap.open_house(settings, passphrase=lambda: passphrase, role="web")


@dataclass(frozen=True, repr=False)
class _Door:
    """Makes the application in each process: it travels there, the passphrase by a pipe.

    Each process reads the settings for itself: one that takes the place of another after a change
    goes by what they say then, also where it is of a newer version that knows more of them.
    """

    home: Path | None
    passphrase: bytes

    def __call__(self) -> "ASGIApp":
        from issuer.web.app import create_app  # noqa: PLC0415 # Only this verb pays for the web.

        house = _open(load(self.home), self.passphrase)
        return _Closing(create_app(house), house)


@dataclass(frozen=True, eq=False)
class _Closing:
    """The application, which closes its installation when it has ended."""

    app: "ASGIApp"
    house: "House"

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one request, or the whole life of the server."""
        try:
            await self.app(scope, receive, send)
        finally:
            if scope["type"] == "lifespan":
                self.house.close()
