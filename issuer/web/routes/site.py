"""What an installation says about itself: courses, vocabulary, status lists, keys, its colour.

Bitstring Status List 1.0 §3 (status lists are fetched by anybody), the did:web method
(https://w3c-ccg.github.io/did-method-web/), RFC 7517 (JWK Set), RFC 9309 (robots). No personal data
is here; nothing is signed or decided here.
"""

import base64
import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from issuer.bootstrap import House
from issuer.errors import NotFound
from issuer.model.achievement import Achievement
from issuer.services import look, offer, pathways, present, publish
from issuer.web import pages
from issuer.web.house import OpenHouse, front
from issuer.web.routes import files
from issuer.web.routes.files import HTML, READ, File
from issuer.web.routes.negotiation import choose

router = APIRouter(include_in_schema=False)
_JSON = "application/json"
_LISTS = ("application/vc", "application/ld+json", _JSON)
_DIDS = (_JSON, "application/did+json", "application/did+ld+json", "application/did")
"""The document is good as each of them; what a browser shows comes first."""
_MOST_AGE_S = 300
"""Bitstring Status List 1.0 §2.2: a list that states no ttl is asked for again after 5 minutes."""
_ROBOTS = "User-agent: *\nAllow: /\nDisallow: /l/\n"


# --- Courses and vocabulary -----------------------------------------------------------------


@router.api_route("/achievements/{slug}", methods=READ)
def course(request: Request, house: OpenHouse, *, slug: str, lang: str | None = None) -> Response:
    """Criteria and syllabus in the newest version."""
    html = _course_page(house, _course(house, slug), language=lang)
    return files.answer(request, File(html.encode(), HTML, files.FIVE_MINUTES))


@router.api_route("/achievements/{slug}/v/{version}.json", methods=READ)
def course_data(request: Request, house: OpenHouse, *, slug: str, version: str) -> Response:
    """One version as it was frozen; SHA-256 of its ``syllabus`` is the ``syllabusDigest``."""
    data = _frozen(_course(house, slug, _number(version)))
    return files.answer(request, File(data, _JSON, files.FOR_GOOD))


@router.api_route("/achievements/{slug}/v/{version}", methods=READ)
def course_version(
    request: Request, house: OpenHouse, *, slug: str, version: str, lang: str | None = None
) -> Response:
    """Criteria and syllabus in one version, as a credential names it."""
    found = _course(house, slug, _number(version))
    if choose(request.headers.get("accept"), (HTML, _JSON)) == _JSON:
        answer = files.answer(request, File(_frozen(found), _JSON, files.ONE_DAY))
    else:
        html = _course_page(house, found, language=lang)
        answer = files.answer(request, File(html.encode(), HTML, files.ONE_DAY))
    answer.headers["vary"] = "Accept"
    return answer


@router.api_route("/vocabulary", methods=READ)
def vocabulary(request: Request, house: OpenHouse) -> Response:
    """Our terms."""
    html = pages.vocabulary(front(house), present.vocabulary())
    return files.answer(request, File(html.encode(), HTML, files.FIVE_MINUTES))


def _course(house: House, slug: str, version: int | None = None) -> Achievement:
    with house.bench.read() as tx:
        return offer.find(tx, slug, version=version)


def _number(text: str) -> int:
    # One address for one thing: neither 01 nor a number that no list or version can have.
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise NotFound("There is no such number here.")
    return int(text)


def _frozen(found: Achievement) -> bytes:
    return found.model_dump_json().encode()


def _course_page(house: House, found: Achievement, *, language: str | None) -> str:
    with house.bench.read() as tx:
        organisation = look.organisation_of(tx, found.organisation)
        versions = offer.versions(tx, found.organisation, found.slug)
        paths = pathways.with_achievement(tx, found)
    site = present.site(organisation, base_url=house.settings.base_url)
    view = present.course(found, organisation, versions=versions, language=language)
    return pages.achievement(site, view, paths=tuple(present.link(one) for one in paths))


# --- Status lists and keys ------------------------------------------------------------------


@router.api_route("/status/{organisation}/{purpose}/{number}", methods=READ)
def status_list(
    request: Request, house: OpenHouse, *, organisation: str, purpose: str, number: str
) -> Response:
    """A status list, as it was signed."""
    with house.bench.read() as tx:
        found = publish.list_body(tx, organisation, number=_number(number), purpose=purpose)
    cache = _kept(found.valid_until - house.bench.now())
    kind = choose(request.headers.get("accept"), _LISTS) or _LISTS[0]
    answer = files.answer(request, File(found.body, kind, cache))
    answer.headers["vary"] = "Accept"
    return answer


def _kept(left: dt.timedelta) -> str:
    """How long a list may be kept that is valid for so long."""
    seconds = max(int(left.total_seconds()), 0)
    # Half of what is left at most: who asks a cache never gets one that is about to expire. While
    # we are down a cache goes on with it for as long as it is valid.
    age = min(seconds // 2, _MOST_AGE_S)
    return f"public, max-age={age}, stale-if-error={seconds - age}"


@router.api_route("/.well-known/jwks.json", methods=READ)
def first_jwks(request: Request, house: OpenHouse) -> Response:
    """The keys of the first organisation as a JWK Set."""
    return _jwks(request, house, front(house).slug)


@router.api_route("/o/{slug}/jwks.json", methods=READ)
def jwks(request: Request, house: OpenHouse, slug: str) -> Response:
    """The keys of one organisation as a JWK Set."""
    return _jwks(request, house, slug)


def _jwks(request: Request, house: House, slug: str) -> Response:
    with house.bench.read() as tx:
        found = look.jwks(tx, slug)
    return files.answer(request, File(_json(found), "application/jwk-set+json", files.FIVE_MINUTES))


def _json(value: Mapping[str, Any]) -> bytes:
    # Neither is signed: how it is written does not matter.
    return bytes(JSONResponse(dict(value)).body)


# --- The look of an organisation ------------------------------------------------------------


@router.api_route("/o/{slug}/colour.css", methods=READ)
def colour(request: Request, house: OpenHouse, *, slug: str, v: str = "") -> Response:
    """The organisation's colour, as a style sheet of one rule."""
    with house.bench.read() as tx:
        value = look.organisation_of(tx, slug).colour
    # Pages name the colour in the address; any other address may come to mean another one.
    cache = files.FOR_GOOD if f"#{v}" == value else files.FIVE_MINUTES
    return files.answer(request, File(pages.colour_css(value).encode(), "text/css", cache))


@router.api_route("/o/{slug}/logo", methods=READ)
def logo(request: Request, house: OpenHouse, slug: str) -> Response:
    """The organisation's logo, a PNG."""
    with house.bench.read() as tx:
        found = look.organisation_of(tx, slug).logo
    if found is None:
        raise NotFound("This organisation has no logo.")
    return files.answer(request, File(base64.b64decode(found), "image/png", files.FIVE_MINUTES))


@router.api_route("/robots.txt", methods=READ)
def robots(request: Request) -> Response:
    """Anybody may look at what is public; a learner's own page is nobody's to list."""
    return files.answer(request, File(_ROBOTS.encode(), "text/plain", files.ONE_DAY))


# The last of all: whatever ends like this and is nothing else.
@router.api_route("/{path:path}/did.json", methods=READ)
def did_document(request: Request, house: OpenHouse, path: str) -> Response:
    """The DID document that belongs at this address: ``/.well-known`` or a did:web path."""
    with house.bench.read() as tx:
        found = look.did_document(tx, f"{house.settings.base_url}/{path}/did.json")
    kind = choose(request.headers.get("accept"), _DIDS) or _JSON
    answer = files.answer(request, File(_json(found), kind, files.FIVE_MINUTES))
    answer.headers["vary"] = "Accept"
    return answer
