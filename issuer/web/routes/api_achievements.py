"""What is offered: every course with what Annex I finds in it, and a way to put one there.

Council Recommendation 2022/C 243/02 Annex I. A changed course becomes a new version; credentials
keep naming the one under which they were issued.
"""

from typing import Any

from fastapi import APIRouter, Response

from issuer.model.achievement import Achievement
from issuer.services import look, offer
from issuer.web.auth import Admin, Reader
from issuer.web.body import JsonObject, takes
from issuer.web.house import OpenHouse
from issuer.web.wire import PROBLEMS

router = APIRouter(tags=["courses"], responses=PROBLEMS)
_ADDRESS = "/api/v1/achievements"


@router.get(_ADDRESS)
def listing(token: Reader, house: OpenHouse) -> dict[str, list[dict[str, Any]]]:
    """The newest version of each course of the caller's organisation."""
    with house.bench.read() as tx:
        organisation = look.organisation_of(tx, token.organisation)
        courses = offer.listing(tx, token.organisation)
    return {"achievements": [offer.describe(course, organisation) for course in courses]}


@router.post(_ADDRESS, status_code=201, openapi_extra=takes(Achievement, without=("organisation",)))
def put(*, token: Admin, house: OpenHouse, value: JsonObject, response: Response) -> dict[str, Any]:
    """Keep a course: 201 with its version where its content is new, 200 where it was there."""
    bench = house.bench
    course = offer.achievement_from_json(value, organisation=token.organisation)
    with bench.begin() as tx:
        before = offer.versions(tx, token.organisation, course.slug)
        kept = offer.put_achievement(tx, course, at=bench.moment, actor=token.name)
        organisation = look.organisation_of(tx, token.organisation)
    if kept.version in before:
        response.status_code = 200
    return offer.describe(kept, organisation)
