"""The learner's own page, at an address that only the learner has: look, share, take the files.

The address is the right: whoever has it may do what the page offers (OWASP capability URL). GET
changes nothing. Nothing here is stored, cached or indexed: `issuer.web.headers` sees to ``/l/``.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer.bootstrap import House
from issuer.errors import NotFound
from issuer.services import look, present, share
from issuer.services.look import Shown
from issuer.services.present import LearnerFacts, LearnerLinks, Site
from issuer.web import pages
from issuer.web.routes.pages import ENDINGS, downloads, file_of, first_site, or_not_found

_LEARNER = "learner"
"""Who did it, in the audit line: the role and no name."""


class LearnerPages:
    """The learners' pages of one installation."""

    def __init__(self, house: House) -> None:
        """Take what the pages are made from."""
        self._house = house

    def router(self) -> APIRouter:
        """The addresses and what answers them."""
        router = APIRouter(include_in_schema=False)
        for address, answer in (
            ("/l/{secret}", self.page),
            ("/l/{secret}/credential.png", self.badge),
            ("/l/{secret}/credential.{ending}", self.document),
        ):
            router.add_api_route(address, answer, methods=["GET", "HEAD"], response_model=None)
        router.add_api_route("/l/{secret}", self.switch, methods=["POST"], response_model=None)
        return router

    def site(self) -> Site:
        """Whose the page is that says that there is nothing."""
        return first_site(self._house)

    @or_not_found
    def page(self, secret: str) -> Response:
        """What I earned, whether it is public, and everything that I may take along."""
        shown = self._shown(secret)
        base_url = self._house.settings.base_url
        view = present.learner(
            shown.award,
            shown.achievement,
            shown.organisation,
            links=LearnerLinks(
                f"{base_url}/c/{shown.award.id}",
                downloads(shown, folder=f"/l/{secret}/credential."),
            ),
            facts=LearnerFacts(shown.learner.display_name, shown.learner.given_name),
        )
        site = present.site(shown.organisation, base_url=base_url)
        return HTMLResponse(pages.learner(site, view))

    @or_not_found
    def switch(
        self, secret: str, share_: Annotated[Literal["on", "off"], Form(alias="share")]
    ) -> Response:
        """Switch the public page on or off, and show this page anew."""
        bench = self._house.bench
        with bench.begin() as tx:
            award = share.open_link(tx, secret, link_key=bench.link_key())
            share.set_sharing(tx, award, shared=share_ == "on", actor=_LEARNER, at=bench.moment)
        # A redirect, so that going back or reloading asks for nothing a second time.
        return RedirectResponse(f"/l/{secret}", status_code=303)

    @or_not_found
    def document(self, secret: str, ending: str) -> Response:
        """The signed document, shared or not."""
        if ending not in ENDINGS:
            raise NotFound("There is no such form of it.")
        shown = self._shown(secret)
        with self._house.bench.read() as tx:
            sealed = look.sealed(tx, shown.award.id, ENDINGS[ending])
        return file_of(sealed, f"{shown.award.id}.{ending}")

    @or_not_found
    def badge(self, secret: str) -> Response:
        """The badge with the credential inside, shared or not."""
        shown = self._shown(secret)
        with self._house.bench.read() as tx:
            data = self._house.pictures.baked(tx, shown)
        name = f'attachment; filename="{shown.award.id}.png"'
        return Response(data, media_type="image/png", headers={"content-disposition": name})

    def _shown(self, secret: str) -> Shown:
        bench = self._house.bench
        with bench.read() as tx:
            return look.shown(tx, share.open_link(tx, secret, link_key=bench.link_key()))
