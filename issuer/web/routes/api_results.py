"""One result in, a credential out: what a student information system calls.

Idempotency-Key: draft-ietf-httpapi-idempotency-key-header-06. The body's digest is that of the
bytes as they came. Everything is decided by `issuer.services.submit`.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from issuer.model.assessment import AssessmentResult
from issuer.services import submit
from issuer.web.auth import Issuer
from issuer.web.body import JsonObject, Raw, takes
from issuer.web.house import OpenHouse
from issuer.web.wire import PROBLEMS, SubmittedOut

router = APIRouter(tags=["issuing"], responses=PROBLEMS)


@router.post(
    "/api/v1/results",
    status_code=submit.CREATED,
    response_model=SubmittedOut,
    response_model_exclude_unset=True,
    openapi_extra=takes(AssessmentResult, without=("organisation", "stack")),
)
def create(  # FastAPI hands a route what it asks for, by name.
    *,
    token: Issuer,
    house: OpenHouse,
    raw: Raw,
    value: JsonObject,
    response: Response,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Any:
    """Take one result in and issue for it: 201; 200 where nothing was issued now."""
    done = submit.submit(house.bench, value, token=token, body=raw, idempotency_key=idempotency_key)
    response.status_code = done.status
    return done.body
