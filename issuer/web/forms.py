"""Forms with files: read as UTF-8, and in no other encoding that a request may name.

RFC 7578 §5.1.2 (https://www.rfc-editor.org/rfc/rfc7578). Starlette would read texts by whatever
codec of Python the content type names, and some of these fail in ways of their own.
"""

from contextlib import AbstractAsyncContextManager
from email.message import Message
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request

from issuer.errors import UnusableInput

_KNOWN = frozenset({"", "utf-8", "utf8"})


def form(request: Request, **most: Any) -> AbstractAsyncContextManager[FormData]:
    """The form of a request, as `Request.form` reads it; raises UnusableInput."""
    # By the same rules by which Starlette finds it.
    kind = Message()
    kind["content-type"] = request.headers.get("content-type", "")
    if kind.get_content_charset("") not in _KNOWN:
        msg = "This form says that it is not in UTF-8. Send it as multipart/form-data in UTF-8."
        raise UnusableInput(msg)
    return request.form(**most)
