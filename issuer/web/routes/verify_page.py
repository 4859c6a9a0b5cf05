"""``/verify``: paste, upload or link a credential, with its parts, and read one plain answer.

RFC 7578 (multipart/form-data). The report is that of `issuer.services.handed_in`, the same as in
the API. Nothing that is handed in is kept, and opening the page fetches nothing.
"""

from dataclasses import dataclass
from typing import Annotated, TypeGuard
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile

from issuer.errors import FetchFailed, FetchRefused, UnusableInput
from issuer.services import handed_in, look, parts, present
from issuer.services.handed_in import HandedIn
from issuer.services.present import Asked
from issuer.web import bounds, forms, pages
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
_MANY_PARTS = f"At most {parts.MOST} parts are looked at with one credential. Choose fewer files."
_LARGE_PARTS = "The parts are larger than 10 MiB together. Hand in the credentials (JSON or JWT)."
_MOST_FILES = 100
"""More than are looked at: that they are too many is told on the page."""
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
    parts: tuple[tuple[str, bytes], ...] = ()
    """Name and content of each file that was chosen as a part."""


async def _entered(request: Request) -> _Entered:
    # Only the loop can read a body.
    async with forms.form(
        request, max_files=_MOST_FILES, max_fields=4, max_part_size=_MOST_PART
    ) as form:
        what, holder = (_text(form.get(name)) for name in ("what", "holder"))
        chosen = [file for file in form.getlist("parts") if _is_chosen(file)]
        own = [await _read(file) for file in chosen[: parts.MOST + 1]]
        file = form.get("file")
        name, data = await _read(file) if _is_chosen(file) else ("", b"")
        return _Entered(what, holder, name, data, tuple(own))


def _is_chosen(file: object) -> TypeGuard[UploadFile]:
    """Whether it is a file; browsers send one without a name where none was chosen."""
    return isinstance(file, UploadFile) and bool(file.filename)


async def _read(file: UploadFile) -> tuple[str, bytes]:
    # One byte more than may be, so that it is seen to be too much.
    return file.filename or "", await file.read(_MOST_BYTES + 1)


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
        own = _parts(entered)
        names, data = tuple(name for name, _ in own), tuple(data for _, data in own)
        handed = HandedIn(_handed(entered), _holder(entered), data, names)
        report = handed_in.check(house.bench, house.checker, handed)
    except (FetchRefused, FetchFailed, UnusableInput) as fault:
        # What was pasted comes back only while it is short: a link, not somebody's credential.
        text = entered.what if len(entered.what) <= _MOST_LINK else ""
        holder = entered.holder[:_MOST_HOLDER]
        html = pages.verify_form(site, fault=fault.message, text=text, holder=holder)
        return HTMLResponse(html, status_code=422, headers=_FRESH)
    with house.bench.read() as tx:
        zone = ZoneInfo(look.organisation_of(tx, site.slug).time_zone)
    asked = Asked(_named(entered), handed.holder, parts.unnamed(report, own))
    view = present.checked(report, zone=zone, asked=asked)
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


def _parts(entered: _Entered) -> tuple[tuple[str, bytes], ...]:
    if len(entered.parts) > parts.MOST:
        raise UnusableInput(_MANY_PARTS)
    if sum(len(data) for _, data in entered.parts) > _MOST_BYTES:
        raise UnusableInput(_LARGE_PARTS)
    return tuple((f"“{name[:_MOST_NAME]}”", data) for name, data in entered.parts)


def _holder(entered: _Entered) -> str | None:
    if len(entered.holder) > _MOST_HOLDER:
        raise UnusableInput(_LONG_HOLDER)
    return entered.holder or None


def _named(entered: _Entered) -> str:
    link = entered.what.lower().startswith(("https://", "http://"))
    what = "the link" if link else "the text you pasted"
    if entered.file_name:
        what = f"the file “{entered.file_name[:_MOST_NAME]}”"
    many = len(entered.parts)
    return f"{what} with {many} {'part' if many == 1 else 'parts'}" if many else what
