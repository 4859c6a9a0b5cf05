"""Errors become answers: the one table from error code to HTTP status, as JSON or as a page.

RFC 9457 (problem details), https://www.rfc-editor.org/rfc/rfc9457; RFC 9110 §10.2.3 (Retry-After),
§11.6.1 (WWW-Authenticate). People are shown a page, programs a problem document; nobody a trace.
What is our own fault is logged by the name of its class and told to nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import schemas
from issuer.errors import NotFound, TestamurError
from issuer.web import pages
from issuer.web.house import front, house_of
from keys.algorithms import VaultError

STATUS: Mapping[str, int] = {
    "internal.fault": 500,
    "input.unusable": 400,
    "input.malformed": 400,
    "input.too_large": 413,
    "input.forbidden_character": 400,
    "input.fields": 422,
    "input.rows": 422,
    "input.not_what_was_exported": 400,
    "jsonld.dropped_term": 400,
    "jsonld.unknown_context": 400,
    "jsonld.poison_graph": 400,
    "jsonld.deadline": 400,
    "proof.invalid": 400,
    "proof.unsupported": 400,
    "verify.not_passed": 400,
    "status.list_invalid": 400,
    "status.full": 503,
    "status.stale_backup": 503,
    "issue.lint": 422,
    "issue.incomplete": 422,
    "issue.self_check": 500,
    "issue.batch_stopped": 500,
    "issue.timestamp": 503,
    "issue.evidence": 503,
    "state.not_found": 404,
    "state.conflict": 409,
    "state.duplicate_result": 409,
    "state.transition": 409,
    "state.not_suspendable": 409,
    "state.held": 409,
    "state.awarded_by_rule": 409,
    "state.not_recognised": 409,
    "state.not_depositable": 409,
    "state.too_often": 429,
    # draft-ietf-httpapi-idempotency-key-header-06 §2.7: another payload is 422, a running one 409.
    "state.idempotency_mismatch": 422,
    "state.still_running": 409,
    "state.not_ready": 503,
    "auth.unauthenticated": 401,
    "auth.forbidden": 403,
    "busy": 503,
    "fetch.refused": 400,
    # Not 502: the caller named the address, and a proxy must not take it for a fault of ours.
    "fetch.failed": 422,
    "settings.invalid": 500,
    "keys.fault": 500,
    "keys.bad_signature": 400,
    "keys.malformed": 400,
    "keys.unsupported": 400,
    "keys.lifecycle": 409,
    "keys.certificate": 400,
    "keys.chain": 400,
    "keys.weak": 400,
    "keys.custody": 500,
    "keys.name_taken": 500,
    "schemas.fault": 500,
    "schemas.unknown_document": 500,
    "schemas.digest_mismatch": 500,
}
"""The one table: every code of the workshop, the vault and the library."""

MEDIA_TYPE = "application/problem+json"
_PROGRAMS = ("/api/", "/vc-api/")
_INTERNAL = HTTPStatus.INTERNAL_SERVER_ERROR
_OURS = "The fault is ours and was noted. Nothing was lost; try again, and tell us if it stays."
# RFC 9110 §15.1: a 404 may be kept unless it says otherwise, and what is hidden may be shared soon.
_NOT_KEPT = {"cache-control": "no-store"}
_RESERVED = frozenset({"type", "title", "status", "detail", "code"})
_log = structlog.get_logger("testamur.web")


@dataclass(frozen=True)
class Problem:
    """What is told about an error."""

    status: int
    detail: str
    code: str
    details: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The short name of the status (RFC 9457 §3.1.3)."""
        return HTTPStatus(self.status).phrase

    def as_json(self) -> dict[str, Any]:
        """JSON values of the problem document."""
        extra = {k: v for k, v in self.details.items() if k not in _RESERVED}
        return {
            "type": f"urn:testamur:problem:{quote(self.code)}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **jsonable_encoder(extra),
        }


def install(app: FastAPI) -> None:
    """Let every error of ``app`` be answered from here."""
    for kind, told in (
        (TestamurError, of_error),
        (VaultError, of_error),
        (schemas.LibraryError, of_error),
        (HTTPException, _of_http),
        (RequestValidationError, _of_validation),
    ):
        app.add_exception_handler(kind, _answering(told))


def _answering(told: Callable[[Any], Problem]) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, fault: Exception) -> Response:
        return response(request, told(fault))

    return answer


class Unexpected:
    """Answers what nobody expected; a server would log it with a trace, and what people sent."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as fault:  # noqa: BLE001 # The last door: whatever it is, it is answered.
            problem = of_error(fault)
            if not started:
                answer = await run_in_threadpool(response, Request(scope), problem)
                await answer(scope, receive, send)


def of_error(fault: Exception) -> Problem:
    """What is told about one of our errors, or of one that nobody expected."""
    code = str(getattr(fault, "code", "internal.fault"))
    status = STATUS.get(code, _INTERNAL)
    if status == _INTERNAL:
        # Its message may name a place on this machine: the operator reads the code in the log.
        _log.error("fault", error=type(fault).__name__, code=code)
        return Problem(status, _OURS, code if code in STATUS else "internal.fault")
    details = fault.details if isinstance(fault, TestamurError) else {}
    return Problem(status, str(fault), code, details, _headers(status, fault))


def _headers(status: int, fault: Exception) -> dict[str, str]:
    headers = {}
    retry_after_s = getattr(fault, "retry_after_s", None)
    if retry_after_s is not None:
        headers["retry-after"] = str(retry_after_s)
    if status == HTTPStatus.UNAUTHORIZED:
        # RFC 6750 §3: without a reason where no token came, and no more than this otherwise.
        headers["www-authenticate"] = 'Bearer realm="testamur"'
    return headers


def _of_http(fault: HTTPException) -> Problem:
    if fault.status_code == HTTPStatus.NOT_FOUND:
        return Problem(404, "There is no such page here, or it is not shared.", NotFound.code)
    code = f"http.{HTTPStatus(fault.status_code).name.lower()}"
    return Problem(fault.status_code, fault.detail, code, {}, fault.headers or {})


def _of_validation(fault: RequestValidationError) -> Problem:
    # What was sent is not repeated: it may be personal.
    wrong = [
        {"field": ".".join(str(p) for p in e["loc"][1:]) or str(e["loc"][0]), "fault": e["msg"]}
        for e in fault.errors()
    ]
    listed = "; ".join(f"{w['field']}: {w['fault']}" for w in wrong[:10])
    detail = f"This request cannot be used: {listed}. Correct it and send it again."
    return Problem(422, detail, "input.fields", {"fields": wrong})


def response(request: Request, problem: Problem) -> Response:
    """The problem as the client likes to have it: a page for people, JSON for programs."""
    if _for_people(request):
        try:
            return _page(request, problem)
        except Exception as fault:  # noqa: BLE001 # An error page that fails must not hide the error.
            _log.error("page", error=type(fault).__name__)  # A trace may hold what people sent.
    headers = {**problem.headers, **_NOT_KEPT}
    return JSONResponse(problem.as_json(), problem.status, headers=headers, media_type=MEDIA_TYPE)


def _for_people(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and not request.url.path.startswith(_PROGRAMS)


def _page(request: Request, problem: Problem) -> Response:
    site = front(house_of(request))
    if problem.code == NotFound.code:
        html = pages.not_found(site)
    else:
        html = pages.problem(
            site,
            status=problem.status,
            title=problem.title,
            detail=problem.detail,
            code=problem.code,
        )
    headers = {**problem.headers, **_NOT_KEPT}
    return HTMLResponse(html, problem.status, headers=headers)
