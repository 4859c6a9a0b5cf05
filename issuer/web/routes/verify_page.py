"""``/verify``: paste, upload or link a credential, and read one plain answer.

RFC 7578 (multipart/form-data). The report is that of `issuer.services.handed_in`, the same as in
the API. Nothing that is handed in is kept, and opening the page fetches nothing.
"""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile

from issuer.errors import FetchFailed, FetchRefused, UnusableInput
from issuer.services import handed_in, look, present
from issuer.services.handed_in import HandedIn
from issuer.services.present import Asked
from issuer.web import bounds, pages
from issuer.web.house import OpenHouse, front
from issuer.web.routes import files
from issuer.web.routes.files import READ

router = APIRouter(include_in_schema=False)
_MIB = 1024 * 1024
_MOST_BYTES = 10 * _MIB
"""10 MiB: a picture may be larger than the credential inside, which has a bound of its own."""
_MOST_PART = bounds.MOST_PICTURE
"""As much as the whole form: what is too long is told on the page, by whoever knows the field."""
_MOST_LINK = 2_000
_MOST_HOLDER = 300
_MOST_NAME = 100
_EMPTY = "Nothing was handed in. Paste a link or a credential, or choose a file."
_EMPTY_FILE = "This file is empty. Choose another one, or download it again."
_LONG_TEXT = "This text is longer than 1 MiB. Paste a link, or the credential itself (JSON or JWT)."
_TOO_LARGE = "This file is larger than 10 MiB. Hand in the credential itself (JSON or JWT)."
_LONG_HOLDER = f"This name has more than {_MOST_HOLDER} characters. Give it as on an application."
_FRESH = {"cache-control": files.NOT_KEPT}


@dataclass(frozen=True)
class _Entered:
    """What stood in the form."""

    what: str
    holder: str
    file_name: str = ""
    """Empty: no file was chosen."""
    data: bytes = b""


async def _entered(request: Request) -> _Entered:
    # Only the loop can read a body.
    async with request.form(max_files=1, max_fields=4, max_part_size=_MOST_PART) as form:
        what, holder, file = (form.get(name) for name in ("what", "holder", "file"))
        entered = _Entered(_text(what), _text(holder))
        if not isinstance(file, UploadFile) or not file.filename:
            return entered
        # One byte more than may be, so that it is seen to be too much.
        data = await file.read(_MOST_BYTES + 1)
        return _Entered(entered.what, entered.holder, file.filename, data)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


@router.api_route("/verify", methods=READ)
def form(house: OpenHouse, url: str = "") -> Response:
    """The form; ``url`` stands in it already and is fetched only when it is handed in."""
    html = pages.verify_form(front(house), text=url[:_MOST_LINK])
    return HTMLResponse(html, headers=_FRESH)


@router.post("/verify")
def check(house: OpenHouse, entered: Annotated[_Entered, Depends(_entered)]) -> Response:
    """Check a file, a pasted credential, or a link to one."""
    site = front(house)
    try:
        handed = HandedIn(_handed(entered), _holder(entered))
        report = handed_in.check(house.bench, house.checker, handed)
    except (FetchRefused, FetchFailed, UnusableInput) as fault:
        # What was pasted comes back only while it is short: a link, not somebody's credential.
        text = entered.what if len(entered.what) <= _MOST_LINK else ""
        holder = entered.holder[:_MOST_HOLDER]
        html = pages.verify_form(site, fault=fault.message, text=text, holder=holder)
        return HTMLResponse(html, status_code=422, headers=_FRESH)
    with house.bench.read() as tx:
        zone = ZoneInfo(look.organisation_of(tx, site.slug).time_zone)
    view = present.checked(report, zone=zone, asked=Asked(_named(entered), handed.holder))
    return HTMLResponse(pages.verify_result(site, view), headers=_FRESH)


def _handed(entered: _Entered) -> bytes:
    if not entered.file_name:
        if not entered.what:
            raise UnusableInput(_EMPTY)
        pasted = entered.what.encode(errors="replace")
        if len(pasted) > _MIB:
            raise UnusableInput(_LONG_TEXT)
        return pasted
    if not entered.data.strip():
        raise UnusableInput(_EMPTY_FILE)
    if len(entered.data) > _MOST_BYTES:
        raise UnusableInput(_TOO_LARGE)
    return entered.data


def _holder(entered: _Entered) -> str | None:
    if len(entered.holder) > _MOST_HOLDER:
        raise UnusableInput(_LONG_HOLDER)
    return entered.holder or None


def _named(entered: _Entered) -> str:
    if entered.file_name:
        return f"the file “{entered.file_name[:_MOST_NAME]}”"
    link = entered.what.lower().startswith(("https://", "http://"))
    return "the link" if link else "the text you pasted"
