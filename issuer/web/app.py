"""The door, put together: routes, errors, bounds, log, headers, over one open house.

FastAPI, Starlette (ASGI 3.0), RFC 9457. Routes are plain functions and run in threads. The house
is opened and closed by whoever calls `create_app`; nothing is decided here.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from issuer.bootstrap import House
from issuer.bootstrap.logs import log
from issuer.web import pages, problems
from issuer.web.access import AccessLog, Meters
from issuer.web.bounds import BodyBounds
from issuer.web.headers import SecurityHeaders
from issuer.web.publishing import kept_published
from issuer.web.routes import PAGES, ROUTERS
from issuer.web.static import Static
from issuer.web.working import kept_working

_ABOUT = """Micro-credentials from assessment results, and their verification.

Errors are RFC 9457 problem documents with a stable `code`. Calls that issue or change anything need
`Authorization: Bearer …` with a token made by `testamur token create`; verifying needs none."""


def create_app(house: House) -> FastAPI:
    """Make the application over an open house; the caller closes the house."""
    log(house.settings.log_level)
    app = FastAPI(
        title="testamur",
        version=version("testamur"),
        description=_ABOUT,
        lifespan=_lifespan,
        # Their pages need scripts from elsewhere; the document is at /openapi.json.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Requests are counted here (`issuer.web.access`), and told to nobody else.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.house = house
    app.state.meters = Meters(lambda: house.database.pool)
    problems.install(app)
    for router in (*ROUTERS, *PAGES):
        app.include_router(router)
    app.mount("/static", Static(directory=pages.STATIC))
    _wrap(app, house)
    return app


def _wrap(app: FastAPI, house: House) -> None:
    # The last one added is the first to see a request: whatever is answered carries the headers.
    app.add_middleware(BodyBounds)
    app.add_middleware(problems.Unexpected)
    app.add_middleware(AccessLog, meters=app.state.meters)
    app.add_middleware(SecurityHeaders, https=house.settings.base_url.startswith("https:"))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings = app.state.house.settings
    # Each document that is checked or waits for that holds a thread: nothing else stands behind it.
    threads = current_default_thread_limiter()
    threads.total_tokens += settings.queue_length + settings.worker_processes
    async with kept_published(app.state.house), kept_working(app.state.house):
        yield
