"""Static files: kept for good where the address names the content, else asked for again soon.

RFC 9111 §5.2.2, RFC 8246 (immutable). Pages and style sheets name each file with a digest of its
content. Which files there are is the pages' matter.
"""

from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from issuer.web import pages
from issuer.web.routes import files


class Static(StaticFiles):
    """The files of the pages, with how long they may be kept."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or 304; anybody may keep it as long as its address means it."""
        answer = await super().get_response(path, scope)
        named = parse_qs(scope["query_string"].decode("latin-1")).get("v", [])
        same = named == [pages.digest(path)]
        answer.headers["cache-control"] = files.FOR_GOOD if same else files.FIVE_MINUTES
        return answer
