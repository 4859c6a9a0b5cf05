"""An answer that is kept or asked for again: its type, its name, its digest, how long it is good.

RFC 9110 §13.1.2 (If-None-Match), §8.8.3 (ETag); RFC 9111 §5.2.2 (Cache-Control); RFC 5861
(stale-if-error); RFC 6266 (names).
What stands in an answer and who may have it is decided elsewhere.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import Request, Response

from issuer.errors import NotFound
from issuer.model.achievement import DocumentFormat
from issuer.services import paper
from issuer.services.look import Shown
from issuer.services.present import Download

READ = ["GET", "HEAD"]
"""Methods of an address that changes nothing."""
HTML = "text/html"
ENDINGS = {tongue.ending: tongue for tongue in DocumentFormat}
"""The sealed formats by the end of their file's name."""
NOT_KEPT = "no-store"
"""A verdict is of this moment, and a page with a name on it stays in no browser."""
ASKED_AGAIN = "private, no-cache"
"""Sharing may end at any moment, so that no cache shows what its learner has withdrawn; and a name
lies in no cache that others share, where erasing would not reach it."""
_ONE_DAY_S = 86_400
FIVE_MINUTES = f"public, max-age=300, stale-if-error={_ONE_DAY_S}"
"""What a cache may show for a day while we are down (RFC 5861 §4)."""
ONE_DAY = f"public, max-age={_ONE_DAY_S}, stale-if-error={_ONE_DAY_S}"
FOR_GOOD = "public, max-age=31536000, immutable"
"""Another content would have another address."""
_NOTHING = "There is no such page here, or it is not shared."


@dataclass(frozen=True)
class File:
    """Bytes to be answered."""

    data: bytes
    media_type: str
    cache: str
    """The Cache-Control header."""
    disposition: str = ""
    """The Content-Disposition header, see `saved_as`; empty: none."""


def saved_as(name: str, *, shown: bool = False) -> str:
    """Content-Disposition for a file of that name; ``shown``: a browser may show it in place."""
    return f'{"inline" if shown else "attachment"}; filename="{name}"'


def answer(request: Request, file: File) -> Response:
    """The file, or 304 where the client has it already."""
    # RFC 9110 §8.8.3: the same bytes under another type are another representation.
    digest = hashlib.sha256(f"{file.media_type}\n".encode() + file.data).hexdigest()
    headers = {"etag": f'"{digest[:32]}"', "cache-control": file.cache}
    if file.cache != NOT_KEPT:
        # What anybody may have, a checker in somebody's browser may have too.
        headers["access-control-allow-origin"] = "*"
    if _has_it(request.headers.get("if-none-match", ""), headers["etag"]):
        return Response(status_code=304, headers=headers)
    if file.disposition:
        headers["content-disposition"] = file.disposition
    return Response(file.data, media_type=file.media_type, headers=headers)


def _has_it(known: str, etag: str) -> bool:
    # RFC 9110 §13.1.2: the weak comparison; a proxy that compresses makes our tag a weak one.
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return etag in tags or tags == ["*"]


@contextmanager
def alike() -> Iterator[None]:
    """Make every NotFound inside the same one: not shared, unknown, withdrawn and erased."""
    try:
        yield
    except NotFound as fault:
        raise NotFound(_NOTHING) from fault


def downloads(shown: Shown, *, folder: str) -> tuple[Download, ...]:
    """The files of an award; ``folder`` is what stands before ``json``, ``pdf`` and so on."""
    found = []
    if paper.is_printed(shown):
        note = "to print or send, with the data inside"
        found.append(Download("Diploma (PDF)", f"{folder}{paper.ENDING}", note))
    if DocumentFormat.OB3 in shown.formats:
        found.append(Download("Signed data (JSON)", f"{folder}json", "to keep", primary=True))
        found.append(Download("Badge picture (PNG)", f"{folder}png", "with the data inside"))
    if DocumentFormat.OB3_JWT in shown.formats:
        found.append(Download("Compact signature (JWT)", f"{folder}jwt"))
    if DocumentFormat.EDC in shown.formats:
        found.append(Download("European Digital Credential", f"{folder}jsonld", "for Europass"))
    return tuple(found)
