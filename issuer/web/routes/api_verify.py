"""Checking for programs, and for anybody: a credential in, a report out, no token needed.

The same verifier as on the page `/verify`. 200 means that the question was answered: the verdict
stands in the report. Nothing of what is handed in is kept.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from issuer.services import handed_in
from issuer.services.handed_in import HandedIn
from issuer.web import forms
from issuer.web.body import takes
from issuer.web.house import OpenHouse, house_of
from issuer.web.wire import PROBLEMS, ReportOut, VerifyIn

_MOST_PART = 11 * 1024 * 1024 // 10
_MOST_FILES = 100
"""More parts than are looked at, so that whoever knows the bound says that they are too many."""
_KINDS = (
    "text/plain",
    "application/vc",
    "application/vc+jwt",
    "image/png",
    "image/svg+xml",
    "multipart/form-data",
)


async def _handed(request: Request) -> HandedIn:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _form(request)
    raw = await request.body()
    return handed_in.read_json(raw) if kind == "application/json" else HandedIn(raw)


async def _form(request: Request) -> HandedIn:
    async with forms.form(
        request, max_files=_MOST_FILES, max_fields=4, max_part_size=_MOST_PART
    ) as form:
        file, text = form.get("file"), form.get("credential")
        holder = handed_in.holder_of(form.get("holder"))
        chosen = [part for part in form.getlist("parts") if isinstance(part, UploadFile)]
        own = tuple([await part.read() for part in chosen])
        if isinstance(file, UploadFile):
            return HandedIn(await file.read(), holder, own)
    return HandedIn(text.encode() if isinstance(text, str) else b"", holder, own)


class _Straight(APIRoute):
    """Hands a route here what it asks for, without looking up for each request what that is.

    https://fastapi.tiangolo.com/how-to/custom-request-and-route/. A check by shape takes little
    longer than the search for its two parameters.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Make what answers a request; the route runs in a thread, as every one does."""
        if self.dependencies:
            msg = "this route asks for nothing but what it is handed: it would not be looked up"
            raise TypeError(msg)
        answer: Callable[..., Response] = self.endpoint

        async def handle(request: Request) -> Response:
            handed = await _handed(request)
            return await run_in_threadpool(answer, house_of(request), handed)

        return handle


router = APIRouter(tags=["verifying"], responses=PROBLEMS, route_class=_Straight)


@router.post(
    "/api/v1/verify",
    response_model=ReportOut,
    openapi_extra=takes(VerifyIn, also=_KINDS),
)
def verify(house: OpenHouse, handed: Annotated[HandedIn, Depends(_handed)]) -> Response:
    """Check a credential: JSON, a token, a picture that carries one, or a link to one."""
    report = handed_in.check(house.bench, house.checker, handed)
    # Written here: FastAPI would hand it to another thread. A verdict is of this moment.
    said = ReportOut.model_validate(report.as_json()).model_dump_json(exclude_unset=True)
    return Response(said, media_type="application/json", headers={"cache-control": "no-store"})
