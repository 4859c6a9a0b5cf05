"""For those who keep it running: does it live, can it serve, what has it done.

Prometheus exposition format 0.0.4 (`/metrics`, on loopback or with a token; else it is not there).
Nothing about a person, an organisation or a credential is counted.
"""

import hmac
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import SecretStr

from issuer.bootstrap import House
from issuer.errors import NotFound, NotReady, TestamurError
from issuer.services import publish, running
from issuer.web.access import Meters
from issuer.web.house import OpenHouse
from issuer.web.wire import PROBLEMS

router = APIRouter(tags=["operating"], responses=PROBLEMS)
_FRESH = {"cache-control": "no-store"}


@router.get("/healthz")
@router.head("/healthz", include_in_schema=False)
def healthz(response: Response) -> dict[str, str]:
    """The process answers; nothing else is asked."""
    response.headers.update(_FRESH)
    return {"status": "alive"}


@router.get("/readyz")
@router.head("/readyz", include_in_schema=False)
def readyz(house: OpenHouse, response: Response) -> dict[str, str]:
    """The database has this version's schema and every status list is fresh; 503 otherwise."""
    response.headers.update(_FRESH)
    house.database.require_current()
    with house.bench.read() as tx:
        stale = publish.stale(tx, at=house.bench.now())
    if stale:
        raise NotReady(" ".join(stale), lists=list(stale))
    return {"status": "ready"}


@router.get("/metrics", response_class=Response)
@router.head("/metrics", include_in_schema=False)
def metrics(request: Request, house: OpenHouse) -> Response:
    """Counts of requests, connections, lists, workers; 404 without token and not from here."""
    presented = request.headers.get("authorization", "")
    if not (_is_here(request) or _has_token(presented, house.settings.metrics_token)):
        raise NotFound("There is no such page here, or it is not shared.")
    meters: Meters = request.app.state.meters
    return Response(meters.page(_facts(house)), media_type=CONTENT_TYPE_LATEST, headers=_FRESH)


def _facts(house: House) -> dict[str, tuple[str, float]]:
    up = ("testamur_database_up", "1 where the database answers with a schema that fits, else 0.")
    try:
        house.database.require_current()
        with house.bench.read() as tx:
            told = running.look(tx, at=house.bench.now())
    except TestamurError:
        # What is counted here is told all the same.
        return {up[0]: (up[1], 0)}
    facts: dict[str, tuple[str, float]] = {up[0]: (up[1], 1)}
    facts["testamur_workers_alive"] = ("Workers that were seen lately.", told.workers)
    if told.list_seconds_left is not None:
        what = "Seconds until the first status list expires; negative: one has."
        facts["testamur_status_list_seconds_left"] = (what, told.list_seconds_left)
    return facts


def _is_here(request: Request) -> bool:
    # Behind a proxy on this machine everybody is here: what was forwarded is not.
    forwarded = {"x-forwarded-for", "forwarded", "x-real-ip"} & set(request.headers)
    try:
        return (
            not forwarded and ip_address(request.client.host if request.client else "").is_loopback
        )
    except ValueError:
        return False


def _has_token(presented: str, token: SecretStr | None) -> bool:
    if token is None or not token.get_secret_value():
        return False
    expected = f"Bearer {token.get_secret_value()}"
    return hmac.compare_digest(presented.encode(), expected.encode())
