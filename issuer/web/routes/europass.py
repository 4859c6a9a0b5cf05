"""Europass on the learner's page: keep or remove a share link, send the file to a wallet.

As the switch of `issuer.web.routes.learner`: the address is the right, and another site asks for
nothing in the learner's name. What was typed comes back to the learner alone, and only where it was
wrong.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from issuer.errors import FieldsInvalid
from issuer.services import deposit, europass_link, share
from issuer.services.present import Faulty
from issuer.web.house import OpenHouse
from issuer.web.routes import files, learner

router = APIRouter(include_in_schema=False)
_LEARNER = "learner"
_MOST_REPEATED = 300
_UNUSABLE = 422


@router.post("/l/{segment}/europass-link")
def link(
    request: Request,
    house: OpenHouse,
    *,
    segment: str,
    step: Annotated[Literal["keep", "remove"], Form()],
    pasted: Annotated[str, Form(alias="link")] = "",
) -> Response:
    """Keep or remove the learner's share link; raises Forbidden, NotFound, Conflict."""
    learner.require_own_page(request, house.settings.base_url)
    bench = house.bench
    try:
        with files.alike(), bench.begin() as tx:
            award = share.open_link(tx, segment, link_key=bench.link_key())
            if step == "keep":
                europass_link.keep(tx, award, pasted, actor=_LEARNER, at=bench.moment)
            else:
                europass_link.remove(tx, award, actor=_LEARNER, at=bench.moment)
    except FieldsInvalid as fault:
        told = Faulty("link", pasted[:_MOST_REPEATED], fault.message)
        return learner.own_page(house, segment, fault=told, status=_UNUSABLE)
    return _back(segment)


@router.post("/l/{segment}/europass-wallet")
def wallet(
    request: Request,
    house: OpenHouse,
    *,
    segment: str,
    to: Annotated[str, Form()] = "",
) -> Response:
    """Send the file to a Europass wallet; raises Forbidden, NotFound, DepositRefused, TooOften."""
    learner.require_own_page(request, house.settings.base_url)
    bench = house.bench
    try:
        with files.alike():
            with bench.read() as tx:
                award = share.open_link(tx, segment, link_key=bench.link_key())
            deposit.deposit(bench, award, to, actor=_LEARNER)
    except FieldsInvalid as fault:
        told = Faulty("to", to[:_MOST_REPEATED], fault.message)
        return learner.own_page(house, segment, fault=told, status=_UNUSABLE)
    return _back(segment)


def _back(segment: str) -> Response:
    # A redirect, so that going back or reloading sends nothing a second time.
    return RedirectResponse(f"/l/{segment}#europass", status_code=303)
