"""Headers that every answer carries: what a browser may do with our pages, and what it may tell.

CSP Level 3 (https://www.w3.org/TR/CSP3/), Fetch (nosniff), Referrer Policy, Permissions Policy,
RFC 6797 (HSTS), RFC 9111 (no-store). A pure ASGI middleware: it reads no body and logs nothing.
"""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""No inline script or style, nothing from elsewhere, no frame, no other target of a form."""

_ALWAYS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # An address may be a secret or name a person: no other site learns it, nor its origin.
    "referrer-policy": "no-referrer",
    "permissions-policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), microphone=(), midi=(), payment=(), usb=()"
    ),
    "cross-origin-opener-policy": "same-origin",
}
_PRIVATE = {
    # Neither this browser's cache nor a search engine nor another site keeps the learner's page.
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "cross-origin-resource-policy": "same-origin",
}
_PRIVATE_PATH = "/l/"
_API_PATHS = ("/api/", "/vc-api/")
_CACHE = b"cache-control"
_NO_STORE = (_CACHE, b"no-store")
_ONE_YEAR = 31_536_000


class SecurityHeaders:
    """Adds the headers above; under ``/l/`` also those of a page that belongs to one person."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """Wrap ``app``; ``https`` says whether the installation's public address is https."""
        self._app = app
        # What is the same in every answer is written once.
        always = dict(_ALWAYS)
        if https:
            always["strict-transport-security"] = f"max-age={_ONE_YEAR}"
        self._public = _written(always)
        self._private = _written(always | _PRIVATE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        ours = self._private if scope["path"].startswith(_PRIVATE_PATH) else self._public
        is_api = scope["path"].startswith(_API_PATHS)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                # A route may not loosen anything here, by mistake or otherwise.
                said = [one for one in message.get("headers", ()) if one[0].lower() not in ours]
                # An answer may hold the learner's link; one that may be kept says so itself.
                if is_api and all(one[0].lower() != _CACHE for one in said):
                    said.append(_NO_STORE)
                message = {**message, "headers": [*said, *ours.values()]}
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _written(headers: Mapping[str, str]) -> dict[bytes, tuple[bytes, bytes]]:
    """Headers as ASGI has them, by their names in lower case."""
    return {
        name.encode("latin-1"): (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in headers.items()
    }
