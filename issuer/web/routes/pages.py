"""The pages that anybody may open: home, verify, a shared credential, courses, vocabulary.

Answers are HTML and the files that belong to a shared credential; every view is made by
`issuer.services.present`. Nothing is kept of what is handed in, and no browser keeps anything about
a credential: sharing ends at once. Errors other than NotFound are left to the application.
"""

import base64
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Concatenate, ParamSpec, Protocol, TypeVar
from zoneinfo import ZoneInfo

from fastapi import APIRouter, File, Form, Header, Path, Response, UploadFile
from fastapi.responses import HTMLResponse

from issuer.bootstrap import House
from issuer.errors import FetchFailed, FetchRefused, NotFound, NotReady
from issuer.model.achievement import DocumentFormat
from issuer.model.drafts import Sealed
from issuer.model.organisation import Organisation
from issuer.services import look, offer, present
from issuer.services.look import Shown
from issuer.services.present import Asked, Download, PublicPage, Site
from issuer.verify import Policy, Report
from issuer.web import pages
from issuer.web.routes.negotiation import choose

_P = ParamSpec("_P")
_MOST_BYTES = 1024 * 1024
_HTML = "text/html"
FRESH = {"cache-control": "no-store"}
"""A verdict is of this moment, and what is withdrawn shows nothing at once."""
_YEAR = {"cache-control": "public, max-age=31536000, immutable"}
_ANYBODY = {"access-control-allow-origin": "*"}
"""Checkers in other people's browsers may read what is public."""
ENDINGS = {"json": DocumentFormat.OB3, "jwt": DocumentFormat.OB3_JWT}
Version = Annotated[int, Path(ge=1, le=1_000_000)]


class _HasSite(Protocol):
    """Pages that know whose they are: everybody's, and the learner's."""

    def site(self) -> Site:
        """Whose these pages are."""
        ...


_Pages = TypeVar("_Pages", bound=_HasSite)


def or_not_found(
    page: Callable[Concatenate[_Pages, _P], Response],
) -> Callable[Concatenate[_Pages, _P], Response]:
    """Answer NotFound with the one page for it."""

    @wraps(page)
    def answer(self: _Pages, /, *args: _P.args, **kwargs: _P.kwargs) -> Response:
        try:
            return page(self, *args, **kwargs)
        except NotFound:
            return not_found(self.site())

    return answer


def not_found(site: Site) -> HTMLResponse:
    """The one answer for not shared, unknown and withdrawn."""
    return HTMLResponse(pages.not_found(site), status_code=404, headers=FRESH)


def first_site(house: House) -> Site:
    """The first organisation's: whose the pages are that belong to no other. Raises NotReady."""
    with house.bench.read() as tx:
        found = look.all_organisations(tx)
    if not found:
        raise NotReady("There is no organisation yet. Make one with `testamur init`.")
    return present.site(found[0], base_url=house.settings.base_url)


def file_of(sealed: Sealed, name: str) -> Response:
    """A sealed document, byte for byte, to be saved under ``name``."""
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(sealed.data, media_type=sealed.media_type, headers=disposition | FRESH)


class PublicPages:
    """The pages of one installation."""

    def __init__(self, house: House) -> None:
        """Take what the pages are made from."""
        self._house = house

    def router(self) -> APIRouter:
        """The addresses and what answers them."""
        router = APIRouter(include_in_schema=False)
        for address, answer in (
            ("/", self.home),
            ("/verify", self.verify_form),
            ("/vocabulary", self.vocabulary),
            ("/achievements/{slug}", self.course),
            ("/achievements/{slug}/v/{version:int}", self.course_version),
            ("/o/{slug}/colour.css", self.colour),
            ("/o/{slug}/logo", self.logo),
            ("/c/{award_id}/card.png", self.card),
            ("/c/{award_id}/qr.svg", self.code),
            ("/c/{award_id}.png", self.badge),
            ("/c/{award_id}.{ending}", self.document),
            ("/c/{award_id}", self.credential),
        ):
            router.add_api_route(address, answer, methods=["GET", "HEAD"], response_model=None)
        router.add_api_route("/verify", self.verify, methods=["POST"], response_model=None)
        return router

    def site(self) -> Site:
        """Whose these pages are."""
        return first_site(self._house)

    def home(self) -> Response:
        """The front door, with every course in its newest version."""
        with self._house.bench.read() as tx:
            courses = [
                course
                for organisation in look.all_organisations(tx)
                for course in offer.listing(tx, organisation.slug)
            ]
        tiles = tuple(present.tile(course) for course in courses)
        return HTMLResponse(pages.home(self.site(), courses=tiles))

    def vocabulary(self) -> Response:
        """Our terms."""
        return HTMLResponse(pages.vocabulary(self.site(), present.vocabulary()))

    # --- Checking ----------------------------------------------------------------------------

    def verify_form(self) -> Response:
        """The empty form."""
        return HTMLResponse(pages.verify_form(self.site()))

    def verify(
        self,
        what: Annotated[str, Form()] = "",
        holder: Annotated[str, Form(max_length=300)] = "",
        file: Annotated[UploadFile | None, File()] = None,
    ) -> Response:
        """Check a file, a pasted credential, or a link to one."""
        site, named = self.site(), holder.strip() or None
        policy = Policy(holder=named)
        try:
            if file is not None and file.filename:
                asked = f"the file “{file.filename[:100]}”"
                # One byte more than may be, so that the verifier sees that it is too much.
                report = self._house.checker.check(file.file.read(_MOST_BYTES + 1), policy=policy)
            elif what.strip():
                asked, report = self._pasted(what.strip(), policy)
            else:
                fault = "Nothing was handed in. Paste a link or a credential, or choose a file."
                return self._form_again(site, fault, what=what, holder=holder)
        except (FetchRefused, FetchFailed) as fault:
            return self._form_again(site, fault.message, what=what, holder=holder)
        zone = ZoneInfo(self._first().time_zone)
        view = present.checked(report, zone=zone, asked=Asked(asked, named))
        return HTMLResponse(pages.verify_result(site, view), headers=FRESH)

    def _form_again(self, site: Site, fault: str, *, what: str, holder: str) -> Response:
        # What was pasted comes back only while it is short: a link, not somebody's credential.
        text = what if len(what) <= 2_000 else ""  # noqa: PLR2004 # The usual bound of a link.
        html = pages.verify_form(site, fault=fault, text=text, holder=holder)
        return HTMLResponse(html, status_code=422, headers=FRESH)

    def _pasted(self, what: str, policy: Policy) -> tuple[str, Report]:
        own = f"{self._house.settings.base_url}/c/"
        if what.startswith(own) and "\n" not in what:
            return "the credential at that address", self._own(what.removeprefix(own), policy)
        asked = "the link" if what.startswith(("https://", "http://")) else "the text you pasted"
        return asked, self._house.checker.anything(what.encode(), policy=policy)

    def _own(self, rest: str, policy: Policy) -> Report:
        # Our own pages are not fetched over the network: that would be asking ourselves to wait.
        award_id = rest.partition(".")[0].partition("/")[0].partition("?")[0]
        try:
            sealed = self._sealed(self._shown(award_id))
        except NotFound as fault:
            raise FetchFailed("There is no shared credential at this address.") from fault
        return self._house.checker.check(sealed.data, policy=policy)

    # --- A shared credential -----------------------------------------------------------------

    @or_not_found
    def credential(
        self, award_id: str, accept: Annotated[str | None, Header(max_length=2_000)] = None
    ) -> Response:
        """The page, or the signed document where a program asks for that."""
        shown = self._shown(award_id)
        kinds = {"application/vc": "json", "application/json": "json", "application/vc+jwt": "jwt"}
        there = {k: e for k, e in kinds.items() if ENDINGS[e] in shown.formats}
        wanted = choose(accept, (_HTML, *there))
        if wanted in there:
            answer = self.document(award_id, there[wanted])
        else:
            answer = self._credential_page(shown)
        answer.headers["vary"] = "accept"
        return answer

    def _credential_page(self, shown: Shown) -> Response:
        site = present.site(shown.organisation, base_url=self._house.settings.base_url)
        report = self._house.checker.check(self._sealed(shown).data)
        view = present.credential(
            report,
            page=self._public_page(shown, site),
            zone=ZoneInfo(shown.organisation.time_zone),
        )
        return HTMLResponse(pages.credential(site, view), headers=FRESH)

    def _public_page(self, shown: Shown, site: Site) -> PublicPage:
        here = f"/c/{shown.award.id}"
        course = shown.achievement
        return PublicPage(
            address=site.base_url + here,
            award_id=shown.award.id,
            site_name=site.name,
            downloads=downloads(shown, folder=f"{here}."),
            achievement_href=f"/achievements/{course.slug}/v/{course.version}",
        )

    @or_not_found
    def document(self, award_id: str, ending: str) -> Response:
        """The signed document as JSON or JWT."""
        if ending not in ENDINGS:
            raise NotFound("There is no such form of it.")
        shown = self._shown(award_id)
        with self._house.bench.read() as tx:
            sealed = look.sealed(tx, shown.award.id, ENDINGS[ending])
        answer = file_of(sealed, f"{award_id}.{ending}")
        answer.headers.update(_ANYBODY)
        return answer

    @or_not_found
    def badge(self, award_id: str) -> Response:
        """The badge with the credential inside."""
        shown = self._shown(award_id)
        with self._house.bench.read() as tx:
            data = self._house.pictures.baked(tx, shown)
        return Response(data, media_type="image/png", headers=FRESH | _ANYBODY)

    @or_not_found
    def card(self, award_id: str) -> Response:
        """The picture for link previews."""
        shown = self._shown(award_id)
        data = self._house.pictures.card(shown, base_url=self._house.settings.base_url)
        return Response(data, media_type="image/png", headers=FRESH | _ANYBODY)

    @or_not_found
    def code(self, award_id: str) -> Response:
        """The QR code with the public address."""
        award = self._shown(award_id).award
        data = self._house.pictures.qr(award, base_url=self._house.settings.base_url)
        return Response(data, media_type="image/svg+xml", headers=FRESH)

    # --- Courses and colours -----------------------------------------------------------------

    @or_not_found
    def course(self, slug: str, lang: str | None = None) -> Response:
        """Criteria and syllabus in the newest version."""
        return self._course(slug, version=None, language=lang)

    @or_not_found
    def course_version(self, slug: str, version: Version, lang: str | None = None) -> Response:
        """Criteria and syllabus in one version, as a credential names it."""
        return self._course(slug, version=version, language=lang)

    def _course(self, slug: str, *, version: int | None, language: str | None) -> Response:
        with self._house.bench.read() as tx:
            course = offer.find(tx, slug, version=version)
            organisation = look.organisation_of(tx, course.organisation)
            versions = offer.versions(tx, course.organisation, slug)
        site = present.site(organisation, base_url=self._house.settings.base_url)
        view = present.course(course, organisation, versions=versions, language=language)
        return HTMLResponse(pages.achievement(site, view))

    @or_not_found
    def colour(self, slug: str) -> Response:
        """The organisation's colour, as a style sheet of one rule."""
        css = pages.colour_css(self._organisation(slug).colour)
        return Response(css, media_type="text/css", headers=_YEAR)

    @or_not_found
    def logo(self, slug: str) -> Response:
        """The organisation's logo."""
        logo = self._organisation(slug).logo
        if logo is None:
            raise NotFound("This organisation has no logo.")
        return Response(base64.b64decode(logo), media_type="image/png")

    # --- Looking up --------------------------------------------------------------------------

    def _shown(self, award_id: str) -> Shown:
        with self._house.bench.read() as tx:
            return look.shown(tx, look.public_award(tx, award_id))

    def _sealed(self, shown: Shown) -> Sealed:
        with self._house.bench.read() as tx:
            return look.sealed(tx, shown.award.id, shown.formats[0])

    def _organisation(self, slug: str) -> Organisation:
        with self._house.bench.read() as tx:
            return look.organisation_of(tx, slug)

    def _first(self) -> Organisation:
        with self._house.bench.read() as tx:
            return look.all_organisations(tx)[0]


def downloads(shown: Shown, *, folder: str) -> tuple[Download, ...]:
    """The files of an award; ``folder`` is what stands before ``json``, ``png`` and ``jwt``."""
    found = []
    if DocumentFormat.OB3 in shown.formats:
        found.append(Download("Signed data (JSON)", f"{folder}json", "to keep", primary=True))
        found.append(Download("Badge picture (PNG)", f"{folder}png", "with the data inside"))
    if DocumentFormat.OB3_JWT in shown.formats:
        found.append(Download("Compact signature (JWT)", f"{folder}jwt"))
    return tuple(found)
