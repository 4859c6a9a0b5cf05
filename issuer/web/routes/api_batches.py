"""Batches: a file is rehearsed, confirmed, followed, paused, cancelled.

RFC 9110 §13.1.2 (If-None-Match): whoever polls is answered 304 until something changed. A file is
the body itself or the part ``file`` of a form. Its bytes are bounded in `issuer.web.bounds`.
"""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import UploadFile

from issuer.bootstrap import House
from issuer.errors import FieldsInvalid
from issuer.model.achievement import DocumentFormat
from issuer.services import conduct, confirm, follow
from issuer.services.confirm import Handed
from issuer.services.planning import Wanted
from issuer.services.tokens import Token
from issuer.web import forms
from issuer.web.auth import Issuer, Reader
from issuer.web.house import OpenHouse
from issuer.web.wire import PROBLEMS, BatchesOut, BatchOut

router = APIRouter(tags=["issuing"], responses=PROBLEMS)
ADDRESS = "/api/v1/batches"
_ONE = ADDRESS + "/{batch_id}"
_ACCEPTED = 202
_NOT_MODIFIED = 304
_FILE = {"schema": {"type": "string", "format": "binary"}}
_FORM = {
    "schema": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": _FILE,
            "application/octet-stream": _FILE,
            "multipart/form-data": _FORM,
        },
    }
}


async def _file(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        return await request.body()
    async with forms.form(request, max_files=1, max_fields=4) as form:
        file = form.get("file")
        if isinstance(file, UploadFile):
            return await file.read()
    msg = "The form has no file. Send it as the part `file`, or the file itself as the body."
    raise FieldsInvalid(msg, fields=[{"field": "file", "fault": "missing"}])


class _Asked:
    """How the file is to be read."""

    def __init__(  # FastAPI makes a parameter of each.
        self,
        *,
        achievement: Annotated[
            str | None, Query(description="Slug of the course; our own CSV names it itself.")
        ] = None,
        mapping: Annotated[
            str | None, Query(description="Name of a saved mapping of this course.")
        ] = None,
        pass_if: Annotated[
            str | None, Query(description="What counts as passed: Course total >= 60.")
        ] = None,
        passed_on: Annotated[
            dt.date | None, Query(description="Date of the decision for all rows.")
        ] = None,
        run: Annotated[str | None, Query(description="Which run of the course.")] = None,
        tongues: Annotated[
            list[DocumentFormat] | None,
            Query(alias="format", description="Instead of the courses'."),
        ] = None,
    ) -> None:
        self.formats = tuple(tongues or ())
        self.wanted = Wanted(
            course=achievement, mapping=mapping, pass_if=pass_if, passed_on=passed_on, run=run
        )


@router.post(ADDRESS, responses={_ACCEPTED: {"model": BatchOut}}, openapi_extra=_BODY)
def create(  # FastAPI hands a route what it asks for, by name.
    *,
    token: Issuer,
    house: OpenHouse,
    data: Annotated[bytes, Depends(_file)],
    asked: Annotated[_Asked, Depends()],
    response: Response,
    confirmed: Annotated[
        bool, Query(alias="confirm", description="Issue it; otherwise it is a dry run.")
    ] = False,
) -> dict[str, Any]:
    """Say what a file would issue (200), or with ``confirm=true`` queue it as a batch (202)."""
    handed = Handed(token.organisation, data, token.name, asked.wanted, asked.formats)
    plan = confirm.plan(house.bench, handed)
    if not confirmed:
        return confirm.as_json(plan)
    batch = confirm.confirm(house.bench, handed, plan=plan)
    if batch is None:
        return confirm.as_json(plan) | {"dry_run": False}
    response.status_code = _ACCEPTED
    response.headers["location"] = f"{ADDRESS}/{batch.id}"
    return _told(house, token, batch.id).as_json()


@router.get(ADDRESS, response_model=BatchesOut)
def listing(token: Reader, house: OpenHouse) -> Any:
    """The newest batches of the caller's organisation, newest first."""
    with house.bench.read() as tx:
        found = follow.listing(tx, token.organisation)
    return {"batches": [one.as_json() for one in found]}


@router.get(_ONE, response_model=BatchOut, responses={_NOT_MODIFIED: {"description": "Unchanged."}})
def get(batch_id: str, *, token: Reader, house: OpenHouse, request: Request) -> Any:
    """How far a batch is, with its faults; 304 where nothing changed since ``If-None-Match``."""
    with house.bench.read() as tx:
        found = follow.follow(tx, token.organisation, batch_id)
    tag = f'"{found.tag}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    asked = {one.strip() for one in request.headers.get("if-none-match", "").split(",")}
    if asked & {tag, f"W/{tag}", "*"}:
        return Response(status_code=_NOT_MODIFIED, headers=headers)
    shown = BatchOut.model_validate(found.as_json())
    return Response(shown.model_dump_json(), media_type="application/json", headers=headers)


@router.post(_ONE + "/pause", response_model=BatchOut)
def pause(batch_id: str, *, token: Issuer, house: OpenHouse) -> Any:
    """Begin no further chunk; what was begun is finished."""
    return _change(house, token, batch_id, verb=conduct.Verb.PAUSE)


@router.post(_ONE + "/resume", response_model=BatchOut)
def resume(batch_id: str, *, token: Issuer, house: OpenHouse) -> Any:
    """Go on with a batch that was paused or stopped."""
    return _change(house, token, batch_id, verb=conduct.Verb.RESUME)


@router.post(_ONE + "/retry", response_model=BatchOut)
def retry(batch_id: str, *, token: Issuer, house: OpenHouse) -> Any:
    """Try the rows that failed again, each as a new award."""
    return _change(house, token, batch_id, verb=conduct.Verb.RETRY)


@router.post(_ONE + "/cancel", response_model=BatchOut)
def cancel(batch_id: str, *, token: Issuer, house: OpenHouse) -> Any:
    """Issue nothing more: what is sealed stays, and workers void the rest."""
    return _change(house, token, batch_id, verb=conduct.Verb.CANCEL)


def _change(house: House, token: Token, batch_id: str, *, verb: conduct.Verb) -> dict[str, Any]:
    bench = house.bench
    with bench.begin() as tx:
        conduct.change(
            tx, bench, batch_id, organisation=token.organisation, verb=verb, actor=token.name
        )
    return _told(house, token, batch_id).as_json()


def _told(house: House, token: Token, batch_id: str) -> follow.Followed:
    with house.bench.read() as tx:
        return follow.follow(tx, token.organisation, batch_id)
