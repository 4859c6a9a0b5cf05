"""The front door and a shared credential: who sees what, when, in which form."""

import base64
import re

import pytest
from starlette.testclient import TestClient

from issuer.carriers import png
from issuer.model.award import Award
from issuer.services import erase, look
from tests.town.installation import Installation

BASE = "http://localhost:8000"
UNKNOWN = "EUAS-0000-0000-0000-0000"
FORMS = ["", ".json", ".jwt", ".png", ".pdf", "/card.png", "/qr.svg"]


def test_home_lists_the_courses(web: TestClient) -> None:
    page = web.get("/")
    assert page.status_code == 200
    assert "Data Stewardship in Practice" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["cache-control"] == "public, max-age=300, stale-if-error=86400"
    assert page.headers["content-type"] == "text/html; charset=utf-8"


# --- Nothing is there -----------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("accept", ["text/html,*/*;q=0.8", "*/*", "application/vc"])
def test_not_shared_unknown_and_withdrawn_are_the_same_bytes(
    web: TestClient, there: Installation, award: Award, form: str, accept: str
) -> None:
    def ask(number: str) -> tuple[int, bytes, dict[str, str]]:
        answer = web.get(f"/c/{number}{form}", headers={"accept": accept})
        return answer.status_code, answer.content, dict(answer.headers)

    unknown, hidden, nonsense = ask(UNKNOWN), ask(award.id), ask("%3Cscript%3E")
    there.share(award)
    assert ask(award.id)[0] == 200
    there.share(award, on=False)
    withdrawn = ask(award.id)
    assert unknown == hidden == withdrawn == nonsense
    assert unknown[0] == 404


def test_what_is_said_of_nothing_names_nobody(web: TestClient, award: Award) -> None:
    page = web.get(f"/c/{award.id}")
    assert "og:" not in page.text
    assert "Alex" not in page.text
    assert award.id not in page.text
    assert "Data Stewardship" not in page.text
    problem = web.get(f"/c/{award.id}", headers={"accept": "application/vc"})
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["code"] == "state.not_found"
    assert award.id not in problem.text
    # A cache that kept it would hide the page once it is shared.
    assert {found.headers["cache-control"] for found in (page, problem)} == {"no-store"}


def test_a_form_that_does_not_exist_is_nothing_too(web: TestClient, shared: Award) -> None:
    nothing = web.get(f"/c/{UNKNOWN}.exe")
    answer = web.get(f"/c/{shared.id}.exe")
    assert (answer.status_code, answer.content) == (404, nothing.content)


def test_of_an_erased_learner_nothing_is_left(web: TestClient, there: Installation) -> None:
    award = there.awards[1]
    there.share(award)
    before = {form: web.get(f"/c/{award.id}{form}").status_code for form in FORMS}
    assert set(before.values()) == {200}
    bench = there.house.bench
    with bench.begin() as tx:
        key = look.shown(tx, award).learner.key
        erase.erase(tx, there.slug, key, actor="registrar", at=bench.moment)
    unknown = web.get(f"/c/{UNKNOWN}")
    for form in FORMS:
        answer = web.get(f"/c/{award.id}{form}")
        assert (answer.status_code, answer.content) == (404, unknown.content)
    assert web.get(there.secret(award)).content == unknown.content


# --- A shared credential --------------------------------------------------------------------


def test_a_shared_page_is_checked_at_this_moment(web: TestClient, shared: Award) -> None:
    page = web.get(f"/c/{shared.id}")
    assert "Genuine, unchanged and in force." in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["vary"] == "Accept"
    assert "etag" not in page.headers
    assert f"{BASE}/status/euas/revocation/1" in page.text
    assert f'href="{BASE}/' not in page.text.replace(f'canonical" href="{BASE}/', "")


def test_a_preview_stands_in_raw_html(web: TestClient, shared: Award) -> None:
    page = web.get(f"/c/{shared.id}", headers={"user-agent": "LinkedInBot/1.0"}).text
    assert 'property="og:title" content="Data Stewardship in Practice: Alex Example"' in page
    assert f'property="og:url" content="{BASE}/c/{shared.id}"' in page
    (image,) = re.findall(r'property="og:image" content="([^"]+)"', page)
    card = web.get(image)
    assert (card.status_code, card.headers["content-type"]) == (200, "image/png")
    width, height = (int.from_bytes(card.content[i : i + 4], "big") for i in (16, 20))
    assert (width, height) == (1200, 627)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/vc", "application/vc"),
        ("application/json", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("application/vc+jwt, */*;q=0.1", "application/vc+jwt"),
        ("application/vc, application/vc+jwt, application/json;q=0.9", "application/vc"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("image/avif", "text/html; charset=utf-8"),
    ],
)
def test_a_program_gets_the_document_at_the_same_address(
    web: TestClient, shared: Award, accept: str, kind: str
) -> None:
    answer = web.get(f"/c/{shared.id}", headers={"accept": accept})
    assert answer.headers["content-type"] == kind
    assert answer.headers["vary"] == "Accept"
    ending = {"application/vc+jwt": ".jwt", "text/html; charset=utf-8": ""}.get(kind, ".json")
    if ending:
        assert answer.content == web.get(f"/c/{shared.id}{ending}").content


def test_the_files_of_a_shared_credential(web: TestClient, shared: Award) -> None:
    here = f"/c/{shared.id}"
    document, token = web.get(f"{here}.json"), web.get(f"{here}.jwt")
    assert document.headers["content-type"] == "application/vc"
    assert document.headers["content-disposition"] == f'attachment; filename="{shared.id}.json"'
    assert document.json()["id"] == f"{BASE}{here}"
    assert token.headers["content-type"] == "application/vc+jwt"
    payload = token.text.split(".")[1]
    assert shared.id.encode() in base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    badge = web.get(f"{here}.png")
    assert png.extract(badge.content) == document.content
    assert badge.headers["content-disposition"] == f'inline; filename="{shared.id}.png"'
    code = web.get(f"{here}/qr.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    assert f"{BASE}{here}" in code.text


@pytest.mark.parametrize("form", FORMS[1:])
def test_a_file_is_asked_for_again_and_only_sent_when_it_changed(
    web: TestClient, there: Installation, shared: Award, form: str
) -> None:
    address = f"/c/{shared.id}{form}"
    first = web.get(address)
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["access-control-allow-origin"] == "*"
    tag = first.headers["etag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        again = web.get(address, headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == "private, no-cache"
    assert web.get(address, headers={"if-none-match": '"x"'}).content == first.content
    # What was withdrawn is gone, whatever a cache knows of it.
    there.share(shared, on=False)
    assert web.get(address, headers={"if-none-match": tag}).status_code == 404


def test_two_types_of_the_same_bytes_have_two_tags(web: TestClient, shared: Award) -> None:
    answers = [
        web.get(f"/c/{shared.id}", headers={"accept": accept})
        for accept in ("application/vc", "application/json")
    ]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["etag"] != answers[1].headers["etag"]


@pytest.mark.parametrize("form", FORMS)
def test_a_crawler_may_ask_for_the_head_alone(web: TestClient, shared: Award, form: str) -> None:
    whole, head = (ask(f"/c/{shared.id}{form}") for ask in (web.get, web.head))
    assert head.status_code == 200
    assert head.headers["content-type"] == whole.headers["content-type"]


# --- Suspended and revoked ------------------------------------------------------------------


def test_a_revoked_credential_says_when_and_why_on_its_page(
    web: TestClient, there: Installation
) -> None:
    award = there.awards[-1]
    there.share(award)
    there.revoke(award, "The examination had <not> been passed")
    page = web.get(f"/c/{award.id}")
    assert '<article class="deed" data-verdict="failed">' in page.text
    assert "Revoked. Do not rely on it." in page.text
    assert "The examination had &lt;not&gt; been passed" in page.text
    with there.house.bench.read() as tx:
        changed = look.award(tx, there.slug, award.id).changed_at
    assert changed is not None
    assert f"{changed.day} {changed:%B} {changed.year}" in page.text
    assert web.get(f"/c/{award.id}.json").status_code == 200
    # No new paper is made of it, and none is offered.
    refused = web.get(f"/c/{award.id}.pdf")
    assert refused.status_code == 409
    assert "a PDF is made only of what is in force" in refused.text
    assert f"{award.id}.pdf" not in page.text
    own = web.get(there.secret(award)).text
    assert "This is final." in own
    assert "linkedin.com/profile" not in own
    assert "linkedin.com/sharing" not in own
