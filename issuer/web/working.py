"""While the house is open its confirmed batches are done, unless a `testamur worker` does them.

For an installation of one machine and one process: `testamur serve` alone finishes what was
confirmed. ``jobs_in_serve = false`` leaves all of it to workers. The durable engine is loaded when
there is a batch, and not before.
"""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.concurrency import run_in_threadpool

from issuer.bootstrap import House, foreman


@asynccontextmanager
async def kept_working(house: House) -> AsyncIterator[None]:
    """Look after batches until this is left; what is in hand then is finished."""
    if not house.settings.jobs_in_serve:
        yield
        return
    ours = foreman(house, kind="serve")
    thread = threading.Thread(target=ours.run, name="testamur-foreman")
    thread.start()
    try:
        yield
    finally:
        ours.stop()
        await run_in_threadpool(thread.join)
