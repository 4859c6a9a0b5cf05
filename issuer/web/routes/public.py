"""The front door, and the page of a shared credential with its files.

RFC 9110 §12 (content negotiation), Open Badges 3.0 §5.3 (baked badge). Not shared, unknown,
withdrawn and erased are one NotFound. The verdict is that of `issuer.services.check`, fresh each
time; the view is made by `issuer.services.present`.
"""

from contextlib import suppress
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from issuer.bootstrap import House
from issuer.errors import NotFound
from issuer.model.achievement import DocumentFormat
from issuer.model.drafts import Sealed
from issuer.services import europass_link, look, offer, own_parts, paper, pathways, present
from issuer.services.look import Shown
from issuer.services.present import PublicPage
from issuer.verify import Report
from issuer.web import pages
from issuer.web.house import OpenHouse, front
from issuer.web.routes import files
from issuer.web.routes.files import ENDINGS, HTML, READ, File
from issuer.web.routes.negotiation import choose

router = APIRouter(include_in_schema=False)
_FORMS = {
    "application/vc": "json",
    "application/ld+json": "jsonld",
    "application/json": "json",
    "application/vc+jwt": "jwt",
}
"""What a program may ask for at the page's own address (media types of VCDM 2.0, VC-JOSE-COSE)."""
_WITHOUT_EDC = {"application/ld+json": "json"}
"""Every W3C credential is linked data; where there is a European document, it is meant."""
_VARY = {"vary": "Accept"}


@router.api_route("/", methods=READ)
def home(request: Request, house: OpenHouse) -> Response:
    """The front door, with every course in its newest version."""
    with house.bench.read() as tx:
        courses = [
            course
            for organisation in look.all_organisations(tx)
            for course in offer.listing(tx, organisation.slug)
        ]
        paths = [
            present.link(path)
            for organisation in look.all_organisations(tx)
            for path in pathways.listing(tx, organisation.slug)
        ]
    tiles = tuple(present.tile(course) for course in courses)
    html = pages.home(front(house), courses=tiles, paths=tuple(paths))
    return files.answer(request, File(html.encode(), HTML, files.FIVE_MINUTES))


# The files first: an award's number would match what stands before their endings too.
@router.api_route("/c/{award_id}.png", methods=READ)
def badge(request: Request, house: OpenHouse, award_id: str) -> Response:
    """The badge with the credential inside."""
    with files.alike(), house.bench.read() as tx:
        shown = look.shown(tx, look.public_award(tx, award_id))
        data = house.pictures.baked(tx, shown)
    name = files.saved_as(f"{shown.award.id}.png", shown=True)
    return files.answer(request, File(data, "image/png", files.ASKED_AGAIN, name))


@router.api_route("/c/{award_id}.pdf", methods=READ)
def diploma(request: Request, house: OpenHouse, award_id: str) -> Response:
    """The diploma as PDF with the credentials inside; 409 for an award that is not in force."""
    shown = _shown(house, award_id)
    name = files.saved_as(f"{shown.award.id}.{paper.ENDING}", shown=True)
    file = File(_paper(house, shown), paper.MEDIA_TYPE, files.ASKED_AGAIN, name)
    return files.answer(request, file)


@router.api_route("/c/{award_id}.{ending}", methods=READ)
def document(request: Request, house: OpenHouse, *, award_id: str, ending: str) -> Response:
    """The signed document as JSON or JWT, byte for byte."""
    with files.alike():
        shown = _shown(house, award_id)
        sealed = _sealed(house, shown, ending)
    name = files.saved_as(f"{shown.award.id}.{ending}")
    return files.answer(request, File(sealed.data, sealed.media_type, files.ASKED_AGAIN, name))


@router.api_route("/c/{award_id}/card.png", methods=READ)
def card(request: Request, house: OpenHouse, award_id: str) -> Response:
    """The picture for link previews."""
    shown = _shown(house, award_id)
    data = house.pictures.card(shown, base_url=house.settings.base_url)
    return files.answer(request, File(data, "image/png", files.ASKED_AGAIN))


@router.api_route("/c/{award_id}/qr.svg", methods=READ)
def code(request: Request, house: OpenHouse, award_id: str) -> Response:
    """The QR code with the public address."""
    shown = _shown(house, award_id)
    data = house.pictures.qr(shown.award, base_url=house.settings.base_url)
    return files.answer(request, File(data, "image/svg+xml", files.ASKED_AGAIN))


@router.api_route("/c/{award_id}", methods=READ)
def credential(request: Request, house: OpenHouse, award_id: str) -> Response:
    """The page, or the signed document where a program asks for that."""
    shown = _shown(house, award_id)
    forms = _FORMS if DocumentFormat.EDC in shown.formats else _FORMS | _WITHOUT_EDC
    there = [kind for kind, ending in forms.items() if ENDINGS[ending] in shown.formats]
    there += [paper.MEDIA_TYPE] if paper.is_printed(shown) else []
    wanted = choose(request.headers.get("accept"), (HTML, *there)) or HTML
    if wanted == HTML:
        html = _page(house, shown)
        return HTMLResponse(html, headers=_VARY | {"cache-control": files.NOT_KEPT})
    with files.alike():
        data = (
            _paper(house, shown)
            if wanted == paper.MEDIA_TYPE
            else _sealed(house, shown, forms[wanted]).data
        )
    answer = files.answer(request, File(data, wanted, files.ASKED_AGAIN))
    answer.headers.update(_VARY)
    return answer


def _page(house: House, shown: Shown) -> str:
    site = present.site(shown.organisation, base_url=house.settings.base_url)
    with files.alike(), house.bench.read() as tx:
        sealed = look.sealed(tx, shown.award.id, _checked(shown))
        also = europass_link.public(tx, shown.award)
    here, course = f"/c/{shown.award.id}", shown.achievement
    report = house.checker.check(sealed.data)
    view = present.credential(
        report,
        page=PublicPage(
            address=site.base_url + here,
            award_id=shown.award.id,
            site_name=site.name,
            downloads=files.downloads(shown, folder=f"{here}."),
            achievement_href=f"/achievements/{course.slug}/v/{course.version}",
            europass_link=also,
            open_parts=_open_parts(house, report),
        ),
        zone=ZoneInfo(shown.organisation.time_zone),
    )
    return pages.credential(site, view)


def _open_parts(house: House, report: Report) -> dict[str, str]:
    # A part that is not shared has no page; the whole says that it is in force all the same.
    ids, found = [part.id for part in report.parts], {}
    base_url = house.settings.base_url
    with house.bench.read() as tx:
        there = own_parts.awards_of(tx, report.document or {}, ids, base_url=base_url)
        for part_id, award_id in there.items():
            with suppress(NotFound):
                found[part_id] = f"/c/{look.public_award(tx, award_id).id}"
    return found


def _checked(shown: Shown) -> DocumentFormat:
    # The form that the page offers first is the one of which it tells the verdict.
    return DocumentFormat.OB3 if DocumentFormat.OB3 in shown.formats else shown.formats[0]


def _shown(house: House, award_id: str) -> Shown:
    with files.alike(), house.bench.read() as tx:
        return look.shown(tx, look.public_award(tx, award_id))


def _paper(house: House, shown: Shown) -> bytes:
    with files.alike(), house.bench.read() as tx:
        return house.pictures.paper(tx, shown, bench=house.bench)


def _sealed(house: House, shown: Shown, ending: str) -> Sealed:
    if ending not in ENDINGS:
        raise NotFound("There is no such form of it.")
    with house.bench.read() as tx:
        return look.sealed(tx, shown.award.id, ENDINGS[ending])
