"""The learner's own page, at an address that only the learner has: look, share, take the files.

The address is the right: whoever has it may do what the page offers (a capability URL). GET changes
nothing. Nothing here is stored, cached or indexed: `issuer.web.headers` sees to ``/l/``.
Fetch Metadata (https://www.w3.org/TR/fetch-metadata/), RFC 6454 (Origin).
"""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer.bootstrap import House
from issuer.errors import Forbidden, NotFound
from issuer.model.achievement import DocumentFormat
from issuer.services import (
    deposit,
    europass_link,
    look,
    paper,
    present,
    share,
    standing,
    tongues,
    transcript,
)
from issuer.services.look import Shown
from issuer.services.present import (
    EuropassFacts,
    Faulty,
    LearnerFacts,
    LearnerLinks,
    PathView,
)
from issuer.web import pages
from issuer.web.house import OpenHouse
from issuer.web.routes import files
from issuer.web.routes.files import ENDINGS, READ, File

router = APIRouter(include_in_schema=False)
_LEARNER = "learner"
"""Who did it, in the audit line: the role and no name."""


@router.api_route("/l/{segment}", methods=READ)
def page(house: OpenHouse, segment: str) -> Response:
    """What I earned, whether it is public, and everything that I may take along."""
    return own_page(house, segment)


def own_page(
    house: House, segment: str, *, fault: Faulty | None = None, status: int = 200
) -> Response:
    """The learner's page, with what was wrong with what was just sent; raises NotFound."""
    shown = _shown(house, segment)
    base_url = house.settings.base_url
    view = present.learner(
        shown.award,
        shown.achievement,
        shown.organisation,
        links=LearnerLinks(
            f"{base_url}/c/{shown.award.id}",
            files.downloads(shown, folder=f"/l/{segment}/credential."),
            f"/l/{segment}",
            f"/l/{segment}/credential.jsonld" if DocumentFormat.EDC in shown.formats else "",
            tongues.qualified_seal_of(
                house.bench, shown.organisation.slug, award_id=shown.award.id
            ),
            _europass(house, shown, fault=fault),
            _paths(house, shown),
        ),
        facts=LearnerFacts(shown.learner.display_name, shown.learner.given_name),
    )
    site = present.site(shown.organisation, base_url=base_url)
    return HTMLResponse(pages.learner(site, view), status, {"cache-control": files.NOT_KEPT})


@router.post("/l/{segment}")
def switch(
    request: Request,
    house: OpenHouse,
    *,
    segment: str,
    share_: Annotated[Literal["on", "off"], Form(alias="share")],
) -> Response:
    """Switch the public page on or off, and show this page anew; raises Forbidden, NotFound."""
    require_own_page(request, house.settings.base_url)
    bench = house.bench
    with files.alike(), bench.begin() as tx:
        award = share.open_link(tx, segment, link_key=bench.link_key())
        share.set_sharing(tx, award, shared=share_ == "on", actor=_LEARNER, at=bench.moment)
    # A redirect, so that going back or reloading asks for nothing a second time.
    return RedirectResponse(f"/l/{segment}", status_code=303)


@router.api_route("/l/{segment}/credential.png", methods=READ)
def badge(request: Request, house: OpenHouse, segment: str) -> Response:
    """The badge with the credential inside, shared or not."""
    shown = _shown(house, segment)
    with files.alike(), house.bench.read() as tx:
        data = house.pictures.baked(tx, shown)
    name = files.saved_as(f"{shown.award.id}.png")
    return files.answer(request, File(data, "image/png", files.NOT_KEPT, name))


@router.api_route("/l/{segment}/credential.pdf", methods=READ)
def diploma(request: Request, house: OpenHouse, segment: str) -> Response:
    """The diploma as PDF with the credentials inside, shared or not; 409 if it is not in force."""
    shown = _shown(house, segment)
    with files.alike(), house.bench.read() as tx:
        data = house.pictures.paper(tx, shown, bench=house.bench)
    name = files.saved_as(f"{shown.award.id}.{paper.ENDING}")
    return files.answer(request, File(data, paper.MEDIA_TYPE, files.NOT_KEPT, name))


@router.api_route("/l/{segment}/transcript.pdf", methods=READ)
def everything(
    request: Request, house: OpenHouse, *, segment: str, path: str | None = None
) -> Response:
    """Everything that was earned on a pathway, on one page; 404 where there is none."""
    shown = _shown(house, segment)
    with files.alike(), house.bench.read() as tx:
        data = transcript.transcript(tx, house.bench, shown, pathway=path)
    name = files.saved_as(f"{shown.award.organisation}-transcript.pdf")
    return files.answer(request, File(data, paper.MEDIA_TYPE, files.NOT_KEPT, name))


@router.api_route("/l/{segment}/credential.{ending}", methods=READ)
def document(request: Request, house: OpenHouse, *, segment: str, ending: str) -> Response:
    """The signed document, shared or not."""
    shown = _shown(house, segment)
    with files.alike(), house.bench.read() as tx:
        if ending not in ENDINGS:
            raise NotFound("There is no such form of it.")
        sealed = look.sealed(tx, shown.award.id, ENDINGS[ending])
    name = files.saved_as(f"{shown.award.id}.{ending}")
    return files.answer(request, File(sealed.data, sealed.media_type, files.NOT_KEPT, name))


@router.api_route("/l/{segment}/qr.svg", methods=READ)
def code(request: Request, house: OpenHouse, segment: str) -> Response:
    """The QR code with the public address, which leads nowhere until it is shared."""
    shown = _shown(house, segment)
    data = house.pictures.qr(shown.award, base_url=house.settings.base_url)
    return files.answer(request, File(data, "image/svg+xml", files.NOT_KEPT))


def _shown(house: House, segment: str) -> Shown:
    bench = house.bench
    with files.alike(), bench.read() as tx:
        return look.shown(tx, share.open_link(tx, segment, link_key=bench.link_key()))


def _europass(house: House, shown: Shown, *, fault: Faulty | None) -> EuropassFacts:
    bench = house.bench
    offered = deposit.is_offered(bench, shown.award)
    with files.alike(), bench.read() as tx:
        return EuropassFacts(
            link=europass_link.find(tx, shown.award),
            offers_deposit=offered,
            last=deposit.last(tx, shown.award),
            fault=fault,
        )


def _paths(house: House, shown: Shown) -> tuple[PathView, ...]:
    award = shown.award
    with files.alike(), house.bench.read() as tx:
        there = standing.of_learner(tx, award.organisation, award.learner_id, bench=house.bench)
        told = standing.notices(tx, award.organisation, award.learner_id)
    return present.paths(there, told)


def require_own_page(request: Request, base_url: str) -> None:
    """Refuse what another site asks for in the learner's name; raises Forbidden."""
    said = request.headers.get("sec-fetch-site")
    if said is None:
        # Our pages send no referrer, so that a browser says null of our own form (Fetch, Origin
        # header). Only one without Fetch Metadata is asked: an old one, or one on plain http.
        origin = request.headers.get("origin", "null")
        own = origin == "null" or _same_origin(origin, base_url)
    else:
        own = said in {"same-origin", "none"}
    if not own:
        msg = "Another site asked for this in your name. Open your own page and switch it there."
        raise Forbidden(msg)


def _same_origin(one: str, other: str) -> bool:
    return urlsplit(one)[:2] == urlsplit(other)[:2]
