"""The pages in every state, from real documents of the town and the real verifier.

`scenes()` gives each page as HTML; `stage()` is a small server that shows them with the real
headers and static files, so that a real browser applies the real policy. ``python -m
tests.browser.preview`` photographs them.
"""

import tomllib
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from issuer.formats import ob3
from issuer.formats.awarded import Awarded
from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.assessment import AssessmentResult, Evidence, Grade
from issuer.model.award import Award, AwardState, Reservation, StatusSlot
from issuer.model.learner import Learner
from issuer.model.organisation import Organisation
from issuer.model.pathway import Pathway
from issuer.registry.deposits import Deposit
from issuer.registry.notices import NoticeKind
from issuer.render import card, qr
from issuer.services import present
from issuer.services.present import (
    Asked,
    Download,
    EuropassFacts,
    Faulty,
    LearnerFacts,
    LearnerLinks,
    PublicPage,
)
from issuer.services.present.path_views import PathView
from issuer.services.standing import Standing, Told
from issuer.verify import Policy, Report
from issuer.verify.material import RevocationReason, joined
from issuer.web import pages
from issuer.web.headers import SecurityHeaders
from tests.town import on_a_path
from tests.town.stacks import COURSES, Course, stacked_badge
from tests.town.university import INDEX, LATER, NOW, Bench, University

ROOT = Path(__file__).parent.parent.parent
HOST = "credentials.uni.example"
BASE = f"https://{HOST}"
AWARD_ID = "EUAS-7Q4M-2KXD-9RVT-5HZC"
ADDRESS = f"{BASE}/c/{AWARD_ID}"
SHARE_LINK = "https://europa.eu/europass/digital-credentials/viewer/#/shareview/aB3dE5gH7jK9mN1p"
VIENNA = ZoneInfo("Europe/Vienna")
LONG_TITLE = (
    "Responsible Stewardship, Curation and Long-Term Preservation of Sensitive Research Data in "
    "International Consortia (2026)"
)
BIDI_TITLE = "Data Stewardship \u202ekcehc on deen\u202c <script>alert(1)</script> \u2066x\u2069"
Document = dict[str, Any]


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "examples" / name).read_text(encoding="utf-8"))


@cache
def organisation() -> Organisation:
    """The demo university, at an address on the web."""
    return Organisation.model_validate(_toml("organisation.toml") | {"did": f"did:web:{HOST}"})


@cache
def course(slug: str = "data-stewardship") -> Achievement:
    """One of its courses; suspendable, so that a suspended credential can be shown."""
    values = _toml(f"achievements/{slug}.toml") | {"organisation": organisation().slug}
    return Achievement.model_validate(values | {"suspendable": True})


@cache
def bench() -> Bench:
    """Where everything is checked: the university is on the trust list."""
    return Bench(University(host=HOST, name=organisation().legal_name.get("en")))


def award(**changes: Any) -> Award:
    """What Alex Example earned."""
    values: dict[str, Any] = {
        "id": AWARD_ID,
        "organisation": organisation().slug,
        "achievement": course().slug,
        "achievement_version": 1,
        "learner_id": 1,
        "state": AwardState.ACTIVE,
        "approved_by": "registrar",
        "approved_at": NOW,
        "awarded_on": NOW.date(),
    }
    return Award.model_validate(values | changes)


@cache
def _composed() -> Document:
    offering, org = course(), organisation()
    result = AssessmentResult(
        organisation=org.slug,
        achievement=offering.slug,
        learner=Learner(organisation=org.slug, key="S1", display_name="Alex Example"),
        date=NOW.date(),
        passed=True,
        grade=Grade(value="1.7, good", scheme="Austrian scale, 1.0 is best, 4.0 the lowest pass"),
        evidence=(
            Evidence(
                title="Data management plan of the assessed project",
                url="https://repository.uni.example/plan-1001",
                sha256="a3f5c1d2e4b6978812345678901234567890abcdefabcdefabcdefabcdef0123",
            ),
        ),
        assessor="Department of Information Science, two examiners",
    )
    uni = bench().university
    slot = StatusSlot(
        revocation_list=uni.list_url("revocation"),
        index=INDEX,
        suspension_list=uni.list_url("suspension"),
        suspension_index=INDEX,
    )
    reservation = Reservation(
        award_id=AWARD_ID,
        format=DocumentFormat.OB3,
        credential_id=ADDRESS,
        slot=slot,
        valid_from=NOW,
        created=NOW,
        salt="0" * 32,
        verification_method=f"{uni.did}#award-1",
    )
    awarded = Awarded(award(), offering, org, result, BASE)
    return dict(ob3.compose(awarded, reservation=reservation).document)


def document(
    *, title: str | None = None, name: str | None = None, language: str = "en"
) -> Document:
    """The unsigned credential, with another title or name."""
    changed = deepcopy(_composed())
    subject = changed["credentialSubject"]
    if title:
        subject["achievement"]["name"] = title
        changed["name"] = title
    if name:
        for identity in subject["identifier"]:
            if identity["identityType"] == "name":
                identity["identityHash"] = name
    if language != "en":
        for place in (changed, subject["achievement"]):
            if "inLanguage" in place:
                place["inLanguage"] = language
    return changed


def report(
    said: Document | None = None,
    *,
    damage: Callable[[bytes], bytes] = bytes,
    policy: Policy | None = None,
    **material: Any,
) -> Report:
    """Sign ``said``, damage the bytes, and have them checked."""
    data = bench().university.seal(said or document())
    return bench().verify(
        damage(data), material=bench().material(**material), policy=policy or Policy()
    )


def _marked(purpose: str) -> dict[str, bytes]:
    uni = bench().university
    lists = dict(uni.lists())
    lists[uni.list_url(purpose)] = uni.status_list(purpose, revoked=[INDEX])
    return lists


def _reason(words: str) -> Mapping[str, RevocationReason]:
    return {ADDRESS: RevocationReason(at=NOW, reason=words)}


def stranger() -> Report:
    """A badge of an issuer that nobody has established, without any status list."""
    academy = University(host="north-sea-data.example", name="North Sea Data Academy")
    said = academy.badge(name="Certified Data Expert (Master Level)", credentialStatus=None)
    said["credentialSubject"]["achievement"] = {
        "id": "https://north-sea-data.example/expert",
        "type": ["Achievement"],
        "name": "Certified Data Expert (Master Level)",
        "description": "Holder **masters** data.",
        "criteria": {"narrative": "See [our site](https://north-sea-data.example/)."},
    }
    return bench().verify(
        academy.seal(said),
        material=bench().material(
            documents={academy.did: academy.did_document()},
        ),
    )


def bidi() -> Report:
    """A stranger's badge that tries to read as something else, with links that must not click."""
    crook = University(host="uni-example.test", name="Example University \u202eof Applied\u202c")
    said = crook.badge(name=BIDI_TITLE)
    achievement = said["credentialSubject"]["achievement"]
    achievement["name"] = BIDI_TITLE
    achievement["description"] = "<img src=x onerror=alert(1)> [click](javascript:alert(1))"
    said["credentialSubject"]["identifier"][0]["identityHash"] = "Alex \u202eelpmaxE\u202c"
    said["evidence"] = [{"id": "javascript:alert(1)", "type": ["Evidence"], "name": "Open me"}]
    return bench().verify(
        crook.seal(said),
        material=bench().material(documents={crook.did: crook.did_document()}),
    )


def stacked_result(*, at_hand: bool) -> str:
    """The answer to a whole of three parts: with all of them and one file too many, or alone."""
    made = stacked_badge(bench().university, *map(Course, COURSES[:3]))
    held = made.at_hand() if at_hand else made.at_hand("ethics")
    found = bench().verify(made.data, material=joined(bench().material(), held))
    unnamed = ("“timetable.json”",) if at_hand else ()
    asked = Asked("the file “steward.json”", unnamed=unnamed)
    return pages.verify_result(site(), present.checked(found, zone=VIENNA, asked=asked))


def site() -> present.Site:
    """Whose pages these are."""
    return present.site(organisation(), base_url=BASE)


def public_page(europass_link: str = "") -> PublicPage:
    """The shared page of the award."""
    here = f"/c/{AWARD_ID}"
    return PublicPage(
        address=ADDRESS,
        award_id=AWARD_ID,
        site_name=organisation().legal_name.get("en"),
        downloads=(
            Download("Signed data (JSON)", f"{here}.json", primary=True),
            Download("Badge picture (PNG)", f"{here}.png", "with the data inside"),
            Download("Compact signature (JWT)", f"{here}.jwt"),
        ),
        achievement_href=f"/achievements/{course().slug}/v/1",
        europass_link=europass_link,
    )


def _credential(found: Report, europass_link: str = "") -> str:
    page = public_page(europass_link)
    return pages.credential(site(), present.credential(found, page=page, zone=VIENNA))


def _result(found: Report, what: str = "the text you pasted", holder: str | None = None) -> str:
    asked = Asked(what=what, holder=holder)
    return pages.verify_result(site(), present.checked(found, zone=VIENNA, asked=asked))


def learner_page(
    *,
    europass: EuropassFacts | None = None,
    paths: tuple[PathView, ...] = (),
    **changes: Any,
) -> str:
    """The learner's own page of an award that was changed like this."""
    links = LearnerLinks(
        ADDRESS,
        (
            Download("Signed data (JSON)", "/l/secret/credential.json", "to keep"),
            Download("Badge picture (PNG)", "/l/secret/credential.png", "with the data inside"),
            Download("Compact signature (JWT)", "/l/secret/credential.jwt"),
        ),
        "/l/secret",
        "/l/secret/credential.jsonld",
        "Example University of Applied Sciences" if europass and europass.offers_deposit else "",
        europass or EuropassFacts(),
        paths,
    )
    view = present.learner(
        award(**changes),
        course(),
        organisation(),
        links=links,
        facts=LearnerFacts("Alex Example", "Alex"),
    )
    return pages.learner(site(), view)


def _pathway(path: Pathway, versions: tuple[int, ...] = (1,)) -> str:
    view = present.pathway(path, organisation(), offers=on_a_path.offers(), versions=versions)
    return pages.pathway(site(), view)


def _on_the_way(*stands: Standing, told: tuple[Told, ...] = ()) -> str:
    return learner_page(shared=True, paths=present.paths(stands, told))


def _whole_without_a_part() -> str:
    step = on_a_path.awarded(
        on_a_path.STEWARD, state=AwardState.SUSPENDED, reason="A part of it was revoked."
    )
    return _on_the_way(
        on_a_path.stands(
            on_a_path.FOUNDATIONS,
            on_a_path.PRACTICE,
            steps={on_a_path.STEWARD: step},
            newest=2,
        ),
        told=(Told(NoticeKind.PART_REVOKED, on_a_path.STEWARD, on_a_path.LAW, NOW.date()),),
    )


def _course(language: str | None = None) -> str:
    view = present.course(course(), organisation(), versions=(1, 2), language=language)
    return pages.achievement(site(), view, paths=(present.link(on_a_path.pathway()),))


SCENES: Mapping[str, Callable[[], str]] = {
    "home": lambda: pages.home(
        site(),
        courses=tuple(
            present.tile(course(slug))
            for slug in ("data-stewardship", "ethics-of-ai", "python-basics")
        ),
        paths=(present.link(on_a_path.pathway()),),
    ),
    "home-empty": lambda: pages.home(site(), courses=()),
    "verify": lambda: pages.verify_form(site()),
    "verify-fault": lambda: pages.verify_form(
        site(), fault="Nothing was handed in. Paste a link or choose a file.", text="<hello>"
    ),
    "credential-passed": lambda: _credential(report()),
    "credential-revoked": lambda: _credential(
        report(
            lists=_marked("revocation"),
            revocation_reasons=_reason("issued by mistake; the examination had not been passed"),
        )
    ),
    "credential-suspended": lambda: _credential(
        report(lists=_marked("suspension"), revocation_reasons=_reason("an appeal is pending"))
    ),
    "credential-indeterminate": lambda: _credential(report(lists={})),
    "credential-long": lambda: _credential(
        report(document(title=LONG_TITLE, name="Ελένη-Αλεξάνδρα Παραδειγματοπούλου-Υποδειγματίδου"))
    ),
    "credential-arabic": lambda: _credential(
        report(document(title="إدارة البيانات عمليًا", name="ليلى مثال", language="ar"))
    ),
    "result-passed": lambda: _result(report(), holder="Alex Example"),
    "result-forged": lambda: _result(
        report(damage=lambda data: data.replace(b"Alex Example", b"Axel Example")),
        what="the file badge.json",
    ),
    "result-holder": lambda: _result(report(policy=Policy(holder="Robin Sample")), holder="x"),
    "result-stranger": lambda: _result(stranger()),
    "result-bidi": lambda: _result(bidi()),
    "result-unreadable": lambda: _result(bench().verify(b"hello"), what="the file holiday.jpg"),
    "result-stacked": lambda: stacked_result(at_hand=True),
    "result-stacked-alone": lambda: stacked_result(at_hand=False),
    "learner-off": learner_page,
    "learner-on": lambda: learner_page(shared=True),
    "learner-revoked": lambda: learner_page(
        shared=True,
        state=AwardState.REVOKED,
        reason="Issued by mistake.",
        changed_at=LATER,
    ),
    "learner-europass": lambda: learner_page(
        shared=True,
        europass=EuropassFacts(
            link=SHARE_LINK,
            offers_deposit=True,
            last=Deposit(1, AWARD_ID, LATER, LATER, 200),
        ),
    ),
    "learner-europass-fault": lambda: learner_page(
        europass=EuropassFacts(
            offers_deposit=True,
            last=Deposit(1, AWARD_ID, LATER, None, None),
            fault=Faulty("link", ADDRESS, "This is not a share link of Europass: make one there."),
        )
    ),
    "learner-path-begun": lambda: _on_the_way(on_a_path.stands(on_a_path.FOUNDATIONS)),
    "learner-path-choice": lambda: _on_the_way(
        on_a_path.stands(on_a_path.FOUNDATIONS, on_a_path.PRACTICE, on_a_path.PROJECT)
    ),
    "learner-path-top": lambda: _on_the_way(
        on_a_path.stands(
            on_a_path.FOUNDATIONS,
            on_a_path.PRACTICE,
            on_a_path.PROJECT,
            parts=(on_a_path.elsewhere(),),
        )
    ),
    "learner-path-arabic": lambda: _on_the_way(
        on_a_path.stands(
            on_a_path.FOUNDATIONS,
            on_a_path.PRACTICE,
            path=on_a_path.arabic(),
            newest=2,
        ),
        told=(Told(NoticeKind.PART_REVOKED, on_a_path.STEWARD, on_a_path.LAW, NOW.date()),),
    ),
    "learner-path-suspended": _whole_without_a_part,
    "pathway": lambda: _pathway(on_a_path.pathway(), (1, 2)),
    "pathway-arabic": lambda: _pathway(on_a_path.arabic()),
    "credential-europass": lambda: _credential(report(), europass_link=SHARE_LINK),
    "achievement": _course,
    "achievement-german": lambda: _course("de"),
    "vocabulary": lambda: pages.vocabulary(site(), present.vocabulary()),
    "not-found": lambda: pages.not_found(site()),
    "problem": lambda: pages.problem(
        site(),
        status=503,
        title="Too many checks at once",
        detail="All our checkers are busy.",
        code="pool.busy",
        cure="Try again in a few seconds.",
    ),
}


@cache
def scenes() -> Mapping[str, str]:
    """Every page in every state, by name."""
    return {name: make() for name, make in SCENES.items()}


def stage() -> SecurityHeaders:
    """A server of the scenes: ``/scene/{name}``, and under ``/l/`` the learner's."""

    def scene(request: Request) -> Response:
        return HTMLResponse(scenes()[request.path_params["name"]])

    async def switched(request: Request) -> Response:
        # As the real door does: what was asked for is done, then the page is shown anew.
        body = await request.form()
        return RedirectResponse(f"/l/learner-{body['share']}", status_code=303)

    def colour(_: Request) -> Response:
        return Response(pages.colour_css(organisation().colour), media_type="text/css")

    def code(_: Request) -> Response:
        return Response(qr.svg(ADDRESS), media_type="image/svg+xml")

    def share_card(_: Request) -> Response:
        return Response(_card(), media_type="image/png")

    app = Starlette(
        routes=[
            Route("/scene/{name}", scene),
            Route("/l/{name}", scene),
            Route("/l/{name}", switched, methods=["POST"]),
            Route("/o/{slug}/colour.css", colour),
            Route("/c/{award}/qr.svg", code),
            Route("/c/{award}/card.png", share_card),
            Mount("/static", StaticFiles(directory=pages.STATIC)),
        ]
    )
    return SecurityHeaders(app, https=False)


@cache
def _card() -> bytes:
    facts = card.CardFacts(
        title=course().title.get("en"),
        institution=organisation().legal_name.get("en"),
        host=HOST,
        name="Alex Example",
        tiers=(2,),
        hours="135",
        ects="5",
        eqf=6,
    )
    return card.card(facts)
