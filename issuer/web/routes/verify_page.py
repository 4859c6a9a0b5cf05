"""``/verify``: paste, upload or link a credential, and read one plain answer.

The report is that of `issuer.services.check`, the same as in the API and on the command line.
Nothing that is handed in is kept, and opening the page fetches nothing.
"""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, File, Form, Response, UploadFile
from fastapi.responses import HTMLResponse

from issuer.bootstrap import House
from issuer.errors import FetchFailed, FetchRefused, NotFound, UnusableInput
from issuer.services import look, present
from issuer.services.present import Asked
from issuer.verify import Policy, Report
from issuer.web import pages
from issuer.web.house import OpenHouse, front
from issuer.web.routes import files
from issuer.web.routes.files import READ

router = APIRouter(include_in_schema=False)
_MOST_BYTES = 10 * 1024 * 1024
"""10 MiB: a picture may be larger than the credential inside, which has a bound of its own."""
_MOST_LINK = 2_000
_MOST_HOLDER = 300
_MOST_NAME = 100
_EMPTY = "Nothing was handed in. Paste a link or a credential, or choose a file."
_EMPTY_FILE = "This file is empty. Choose another one, or download it again."
_TOO_LARGE = "This file is larger than 10 MiB. Hand in the credential itself (JSON or JWT)."
_LONG_HOLDER = f"This name has more than {_MOST_HOLDER} characters. Give it as on an application."


@router.api_route("/verify", methods=READ)
def form(house: OpenHouse, url: str = "") -> Response:
    """The form; ``url`` stands in it already and is fetched only when it is handed in."""
    html = pages.verify_form(front(house), text=url[:_MOST_LINK])
    return HTMLResponse(html, headers={"cache-control": files.NOT_KEPT})


@router.post("/verify")
def check(
    house: OpenHouse,
    what: Annotated[str, Form()] = "",
    holder: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Check a file, a pasted credential, or a link to one."""
    site = front(house)
    try:
        asked, report = _checked(house, what.strip(), _policy(holder), file)
    except (FetchRefused, FetchFailed, UnusableInput) as fault:
        # What was pasted comes back only while it is short: a link, not somebody's credential.
        text = what if len(what) <= _MOST_LINK else ""
        html = pages.verify_form(site, fault=fault.message, text=text, holder=holder[:_MOST_HOLDER])
        return HTMLResponse(html, 422, {"cache-control": files.NOT_KEPT})
    with house.bench.read() as tx:
        zone = ZoneInfo(look.organisation_of(tx, site.slug).time_zone)
    view = present.checked(report, zone=zone, asked=Asked(asked, holder.strip() or None))
    return HTMLResponse(pages.verify_result(site, view), headers={"cache-control": files.NOT_KEPT})


def _policy(holder: str) -> Policy:
    if len(holder) > _MOST_HOLDER:
        raise UnusableInput(_LONG_HOLDER)
    return Policy(holder=holder.strip() or None)


def _checked(
    house: House, what: str, policy: Policy, file: UploadFile | None
) -> tuple[str, Report]:
    if file is not None and file.filename:
        asked = f"the file “{file.filename[:_MOST_NAME]}”"
        return asked, house.checker.check(_bytes(file), policy=policy)
    if not what:
        raise UnusableInput(_EMPTY)
    own = f"{house.settings.base_url}/c/"
    if what.startswith(own) and "\n" not in what:
        return "the credential at that address", _own(house, what.removeprefix(own), policy)
    link = what.lower().startswith(("https://", "http://"))
    asked = "the link" if link else "the text you pasted"
    return asked, house.checker.anything(what.encode(errors="replace"), policy=policy)


def _bytes(file: UploadFile) -> bytes:
    data = file.file.read(_MOST_BYTES + 1)
    if not data:
        raise UnusableInput(_EMPTY_FILE)
    if len(data) > _MOST_BYTES:
        raise UnusableInput(_TOO_LARGE)
    return data


def _own(house: House, rest: str, policy: Policy) -> Report:
    # Our own pages are not fetched over the network: that would be asking ourselves to wait.
    award_id = rest.partition(".")[0].partition("/")[0].partition("?")[0].partition("#")[0]
    try:
        with house.bench.read() as tx:
            shown = look.shown(tx, look.public_award(tx, award_id))
            sealed = look.sealed(tx, award_id, shown.formats[0])
    except NotFound as fault:
        raise FetchFailed("There is no shared credential at this address.") from fault
    return house.checker.check(sealed.data, policy=policy)
