"""Pathways for everybody: a page, and the version as it was frozen.

A stacked credential names the version of its pathway by this address. Nothing about a person is
here; nothing is decided here.
"""

import re

from fastapi import APIRouter, Request, Response

from issuer.bootstrap import House
from issuer.errors import NotFound
from issuer.model.pathway import Pathway
from issuer.services import look, pathways, present
from issuer.web import pages
from issuer.web.house import OpenHouse
from issuer.web.routes import files
from issuer.web.routes.files import HTML, READ, File
from issuer.web.routes.negotiation import choose

router = APIRouter(include_in_schema=False)
_JSON = "application/json"


@router.api_route("/pathways/{slug}", methods=READ)
def newest(request: Request, house: OpenHouse, slug: str) -> Response:
    """The newest version for people."""
    html = _page(house, _found(house, slug))
    return files.answer(request, File(html.encode(), HTML, files.FIVE_MINUTES))


@router.api_route("/pathways/{slug}/v/{version}", methods=READ)
def one_version(request: Request, house: OpenHouse, *, slug: str, version: str) -> Response:
    """One version, as a credential names it, for people and programs."""
    # One address for one thing: neither 01 nor a number that no version can have.
    if not re.fullmatch(r"[1-9][0-9]{0,8}", version):
        raise NotFound("There is no such version here.")
    found = _found(house, slug, int(version))
    if choose(request.headers.get("accept"), (HTML, _JSON)) == _JSON:
        data = found.model_dump_json().encode()
        answer = files.answer(request, File(data, _JSON, files.ONE_DAY))
    else:
        html = _page(house, found)
        answer = files.answer(request, File(html.encode(), HTML, files.FIVE_MINUTES))
    answer.headers["vary"] = "Accept"
    return answer


def _found(house: House, slug: str, version: int | None = None) -> Pathway:
    with house.bench.read() as tx:
        return pathways.find(tx, slug, version=version)


def _page(house: House, found: Pathway) -> str:
    with house.bench.read() as tx:
        organisation = look.organisation_of(tx, found.organisation)
        versions = pathways.versions(tx, found.organisation, found.slug)
        offers = pathways.offers(tx, found)
    site = present.site(organisation, base_url=house.settings.base_url)
    return pages.pathway(
        site, present.pathway(found, organisation, offers=offers, versions=versions)
    )
