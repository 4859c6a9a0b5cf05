"""What a route asks for: the open installation, and the institution whose front door this is.

The house stands on ``app.state``: `issuer.web.app` puts it there. Nothing is opened here.
"""

from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from issuer.bootstrap import House
from issuer.errors import NotReady
from issuer.services import look, present
from issuer.services.present import Site


def house_of(connection: HTTPConnection) -> House:
    """The open installation to which a request belongs."""
    house: House = connection.app.state.house
    return house


# Async, though it waits for nothing: anything else would be handed to another thread.
async def _asked(request: Request) -> House:
    return house_of(request)


OpenHouse = Annotated[House, Depends(_asked)]
"""Parameter of a route: the open installation."""


def front(house: House) -> Site:
    """The institution whose front door this is: the first one; raises NotReady without one."""
    with house.bench.read() as tx:
        there = look.all_organisations(tx)
    if not there:
        msg = "This installation has no organisation yet. Make one with `testamur init`."
        raise NotReady(msg)
    return present.site(there[0], base_url=house.settings.base_url)
