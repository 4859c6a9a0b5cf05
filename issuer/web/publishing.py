"""While the house is open its status lists stay fresh: looked after at the start and every 10 min.

Bitstring Status List 1.0 §2.2. `issuer.services.publish` signs only what is due; one that cannot be
signed is logged by its code, and ``/readyz`` turns red when it has expired.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from starlette.concurrency import run_in_threadpool

from issuer.bootstrap import House
from issuer.errors import TestamurError
from issuer.services import look, publish
from keys.algorithms import VaultError

EVERY_S = 600
_log = structlog.get_logger("testamur.publish")


def publish_all(house: House) -> None:
    """Publish what is due of every organisation; faults are logged and stop no other one."""
    try:
        with house.bench.read() as tx:
            slugs = [organisation.slug for organisation in look.all_organisations(tx)]
    except Exception as fault:  # noqa: BLE001 # Whatever it is: the next look may be luckier.
        _log.error("fault", code=_code(fault))  # The code says it; a trace is long.
        return
    for slug in slugs:
        publish_one(house, slug)


def publish_one(house: House, slug: str) -> bool:
    """Publish what is due of one organisation; False where it could not be, which is logged."""
    try:
        done = publish.publish(house.bench, slug)
    except Exception as fault:  # noqa: BLE001 # As above.
        _log.error("fault", organisation=slug, code=_code(fault))  # As above.
        return False
    _log.info("published", organisation=slug, lists=len(done))
    return True


def _code(fault: Exception) -> str:
    if isinstance(fault, TestamurError | VaultError):
        return fault.code
    return f"python.{type(fault).__name__}"


@asynccontextmanager
async def kept_published(house: House, *, every_s: float = EVERY_S) -> AsyncIterator[None]:
    """Publish now, and again every ``every_s`` seconds until this is left."""
    await run_in_threadpool(publish_all, house)
    task = asyncio.create_task(_again(house, every_s))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _again(house: House, every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        await run_in_threadpool(publish_all, house)
