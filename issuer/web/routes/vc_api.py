"""The VC-API for test suites and integrators: verifying for anybody, issuing where it is turned on.

VC-API 0.7 (https://w3c-ccg.github.io/vc-api/). Its statuses are exact: 201 for what was issued, 200
for what passed, 400 with the report for whatever did not. What is issued is never an organisation's
(`issuer.services.vc_api`); each profile has an address of its own.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from issuer.services.tokens import Role
from issuer.web.auth import Requires, Tester
from issuer.web.body import JsonObject, takes
from issuer.web.house import OpenHouse
from issuer.web.routes import files
from issuer.web.routes.files import READ, File
from issuer.web.routes.negotiation import choose
from issuer.web.wire import PROBLEMS, IssueIn, VerifyCredentialIn, VerifyPresentationIn

router = APIRouter(tags=["VC-API"], responses=PROBLEMS)
_LISTS = ("application/vc", "application/ld+json", "application/json")
_NOT_KEPT = {"cache-control": "no-store"}


@router.get("/vc-api/{profile}", dependencies=[Depends(Requires(Role.VC_API))])
def about(profile: str, house: OpenHouse, response: Response) -> dict[str, Any]:
    """Who issues under a profile: the DID that ``issuer`` must name. 404 where it does not."""
    response.headers.update(_NOT_KEPT)
    return house.vc_api.describe(profile)


@router.post("/vc-api/{profile}/credentials/issue", status_code=201, openapi_extra=takes(IssueIn))
def issue(
    profile: str, *, token: Tester, house: OpenHouse, value: JsonObject, response: Response
) -> dict[str, Any]:
    """Issue a credential as it was sent, with the profile's own key."""
    response.headers.update(_NOT_KEPT)
    return house.vc_api.issue(profile, value, token=token)


@router.post("/vc-api/credentials/verify", openapi_extra=takes(VerifyCredentialIn))
def verify_credential(house: OpenHouse, value: JsonObject) -> Response:
    """Check a credential: 200 with the report if it passed, 400 with the report if not."""
    return _told(*house.vc_api.verify_credential(value))


@router.post("/vc-api/presentations/verify", openapi_extra=takes(VerifyPresentationIn))
def verify_presentation(house: OpenHouse, value: JsonObject) -> Response:
    """Check a presentation for a challenge and a domain: 200 or 400, with the report."""
    return _told(*house.vc_api.verify_presentation(value))


@router.api_route("/vc-api/status-lists/1", methods=READ, include_in_schema=False)
def status_list(request: Request, house: OpenHouse) -> Response:
    """The list that the profile ``status`` names in what it issues; nothing is ever set in it."""
    sealed = house.vc_api.status_list()
    kind = choose(request.headers.get("accept"), _LISTS) or sealed.media_type
    answer = files.answer(request, File(sealed.data, kind, files.FIVE_MINUTES))
    answer.headers["vary"] = "Accept"
    return answer


def _told(verified: bool, report: Mapping[str, Any]) -> Response:  # noqa: FBT001 # The service's pair, unpacked.
    # A verdict is of this moment.
    return JSONResponse(dict(report), 200 if verified else 400, _NOT_KEPT)
