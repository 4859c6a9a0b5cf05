"""Pages: views in, HTML out. Everything is escaped unless it says otherwise, and little does.

HTML Living Standard, WCAG 2.2 AA; the look is that of experience.md. No route, no service call, no
clock; values come from `issuer.services.present`. A page needs no script and no inline style.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from issuer.errors import Misconfigured
from issuer.services.present import (
    AchievementView,
    CourseTile,
    CredentialView,
    LearnerView,
    PathwayLink,
    PathwayView,
    Site,
    TermView,
)
from issuer.web.pages.drawings import gauge
from issuer.web.pages.texts import neutralised, prose

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
"""Files to serve at ``/static``; addresses carry a digest, so they may be cached for a year."""
_LONG_TITLE = 60


def home(
    site: Site, *, courses: tuple[CourseTile, ...], paths: tuple[PathwayLink, ...] = ()
) -> str:
    """The front door: three doors, pathways, courses by tier, what a micro-credential is."""
    tiers = tuple((tier, tuple(c for c in courses if c.tier == tier)) for tier in (3, 2, 1, 0))
    return _page("home.html", site, tiers=tuple(t for t in tiers if t[1]), paths=paths)


def verify_form(site: Site, *, fault: str | None = None, text: str = "", holder: str = "") -> str:
    """The form at ``/verify``; ``fault`` says what was wrong with what was handed in.

    Posts multipart to ``/verify``: ``what`` (a link, JSON or a JWT), ``file``, ``parts`` (several
    files), ``holder``.
    """
    return _page("verify.html", site, fault=fault, text=text, holder=holder)


def verify_result(site: Site, view: CredentialView) -> str:
    """The answer to what somebody handed in."""
    return _page("credential.html", site, view=view)


def credential(site: Site, view: CredentialView) -> str:
    """The page of a shared credential."""
    return _page("credential.html", site, view=view)


def learner(site: Site, view: LearnerView) -> str:
    """The learner's own page; its one form posts ``share=on`` or ``share=off`` to itself."""
    return _page("learner.html", site, view=view)


def achievement(site: Site, view: AchievementView, *, paths: tuple[PathwayLink, ...] = ()) -> str:
    """Criteria and syllabus of one version of a course, with anchors #criteria and #result.

    ``paths`` are the pathways on which it has a place.
    """
    return _page("achievement.html", site, view=view, paths=paths)


def pathway(site: Site, view: PathwayView) -> str:
    """One version of a pathway: its tiers as a picture, its rules in words."""
    return _page("pathway.html", site, view=view)


def vocabulary(site: Site, terms: tuple[TermView, ...]) -> str:
    """Our vocabulary for people."""
    return _page("vocabulary.html", site, terms=terms)


def not_found(site: Site) -> str:
    """One page for not shared, unknown and withdrawn: the same bytes, whatever was asked for."""
    return _page("not_found.html", site)


def problem(
    site: Site, *, status: int, title: str, detail: str, code: str, cure: str | None = None
) -> str:
    """An error for people: place, fault, cure; ``code`` is ours and stable."""
    return _page(
        "problem.html", site, status=status, title=title, detail=detail, code=code, cure=cure
    )


def colour_css(colour: str) -> str:
    """The style sheet of an organisation: its one colour; raises Misconfigured for another text.

    The organisation's colour was checked to be 7:1 against white when it was read.
    """
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        msg = f"{colour!r} is not a colour such as #3b2170: correct the organisation's colour."
        raise Misconfigured(msg)
    return f":root{{--issuer:{colour}}}\n"


@cache
def static(name: str) -> str:
    """The address of a static file, with a digest of its content."""
    return f"/static/{name}?v={digest(name)}"


@cache
def digest(name: str) -> str:
    """What the address of a static file says of its content."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _page(template: str, site: Site, **values: Any) -> str:
    return _environment().get_template(template).render(site=site, **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=neutralised,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = prose
    environment.globals |= {"static": static, "gauge": gauge, "LONG": _LONG_TITLE}
    return environment
