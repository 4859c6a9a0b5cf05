"""How large a request may be: counted while it comes in, whatever it says of itself.

RFC 9110 §15.5.14 (413 Content Too Large). A pure ASGI middleware; it reads nothing itself. The
bounds of documents (nesting, 1 MiB) are those of `issuer.proofs.jcs`.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuer.errors import DocumentTooLarge
from issuer.web.problems import of_error, response

_MIB = 1024 * 1024
MOST = 11 * _MIB // 10
"""1.1 MiB: a document of 1 MiB and what is around it."""
MOST_PICTURE = 12 * _MIB
"""12 MiB: a picture that carries a credential, where credentials are checked."""
MOST_FILE = 21 * _MIB
"""21 MiB: a file of results of 20 MiB and the form around it, where batches are made."""
_FILES_AT = "/api/v1/batches"
_PICTURES_AT = frozenset({"/verify", "/api/v1/verify"})
_PICTURES = ("multipart/form-data", "image/")


class BodyBounds:
    """Answers 413 as soon as a body is larger than it may be."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = _most(scope)
        headers = dict(scope["headers"])
        said = headers.get(b"content-length", b"0")
        counted = _Counted(most, receive, send)
        if said.isdigit() and int(said[:20]) > most:
            counted.exceeded = True
        else:
            # The error that is raised beyond the bound is answered in there; see below.
            await self._app(scope, counted.receive, counted.send)
        if counted.exceeded and not counted.started:
            fault = DocumentTooLarge(f"At most {most} bytes can be sent here. Send less.")
            # An error page reads the database: not in the loop.
            answer = await run_in_threadpool(response, Request(scope), of_error(fault))
            await answer(scope, receive, send)


class _Counted:
    """The two ends of one request, with what has come in so far."""

    def __init__(self, most: int, receive: Receive, send: Send) -> None:
        self._left = most
        self._receive = receive
        self._send = send
        self.exceeded = False
        self.started = False

    async def receive(self) -> Message:
        """Hand on what comes in; raises DocumentTooLarge."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.exceeded = True
            raise DocumentTooLarge("The body is too large.")
        return message

    async def send(self, message: Message) -> None:
        """Hand on the answer, unless it is about a body that was cut off."""
        if self.exceeded and not self.started:
            return
        self.started = True
        await self._send(message)


def _most(scope: Scope) -> int:
    if scope["path"] == _FILES_AT:
        return MOST_FILE
    kind = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1").lower()
    if scope["path"] in _PICTURES_AT and kind.startswith(_PICTURES):
        return MOST_PICTURE
    return MOST
