"""A walk along a pathway: the learner sees it, completes it, shares it, and a part is revoked."""

import datetime as dt
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from issuer.model.assessment import AssessmentResult
from issuer.model.award import Award
from issuer.model.learner import Learner
from issuer.services import issue, look, offer, pathway_file, pathways, stack
from issuer.services.decide import decide
from tests.browser.theatre import serving
from tests.town.installation import Installation, installation

pytestmark = pytest.mark.browser
_EXAMPLES = Path(__file__).parents[2] / "examples"
PARTS = ("data-stewardship-foundations", "research-data-law")
LAST = "data-stewardship"
WHOLE = "practising-data-steward"


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with the pathway of the examples, served at the address that stands in it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        base = f"http://localhost:{listener.getsockname()[1]}"
        home = tmp_path_factory.mktemp("stacking") / "home"
        with (
            installation(home, base_url=base, rows=0) as made,
            serving(made.app(), listener=listener),
        ):
            _found(made)
            yield made


def _found(made: Installation) -> None:
    bench = made.house.bench
    for path in sorted((_EXAMPLES / "achievements").glob("*.toml")):
        course = offer.read_achievement(path.read_bytes(), organisation=made.slug)
        with bench.begin() as tx:
            offer.put_achievement(tx, course, at=bench.moment, actor="registrar")
    data = (_EXAMPLES / "pathways" / "data-steward.yaml").read_bytes()
    with bench.begin() as tx:
        noun = pathway_file.read(data, organisation=made.slug)
        pathways.put(tx, noun, at=bench.moment, actor="registrar")


def _earn(made: Installation, slug: str) -> Award:
    """Do what the university does when a result comes in."""
    bench = made.house.bench
    result = AssessmentResult(
        organisation=made.slug,
        achievement=slug,
        learner=Learner(organisation=made.slug, key="S9", display_name="Lea Esempio"),
        date=dt.date(2026, 6, 12),
        passed=True,
    )
    with bench.begin() as tx:
        award = decide(tx, result, actor="registrar", bench=bench).award
    assert award is not None
    issued = issue.issue(bench, made.slug, award.id, actor="registrar")
    stack.after_issue(bench, made.slug, award.id)
    return issued


def _whole(made: Installation) -> list[Award]:
    with made.house.bench.read() as tx:
        return [a for a in look.listing(tx, made.slug) if a.achievement == WHOLE]


def _page(browser: Browser, width: int) -> Page:
    return browser.new_context(viewport={"width": width, "height": 900}).new_page()


def test_from_the_first_part_to_one_that_is_revoked(
    browser: Browser, open_house: Installation
) -> None:
    base = open_house.house.settings.base_url
    mine, theirs = _page(browser, 390), _page(browser, 1440)

    # 1. The learner has two parts, sees what they are good for, and what comes next.
    first = [_earn(open_house, slug) for slug in PARTS]
    mine.goto(base + open_house.secret(first[0]))
    path = mine.locator("#path")
    assert path.get_by_role("heading", name="Your path: Data Steward").is_visible()
    assert path.locator(".blk.done h3").all_inner_texts() == [
        "Research Data and the Law",
        "Data Stewardship Foundations",
    ]
    assert path.locator(".blk.now h3").all_inner_texts() == ["Data Stewardship in Practice"]
    assert path.get_by_text("5 of 15 ECTS").is_visible()
    assert path.get_by_text("Where you may stop: anywhere.").is_visible()
    assert _whole(open_house) == []

    # 2. The last part comes in, and what is built from them is there.
    _earn(open_house, LAST)
    (whole,) = _whole(open_house)
    mine.reload()
    done = path.locator(".blk.done", has_text="Practising Data Steward")
    assert done.get_by_text("Reached 12 June 2026").is_visible()
    assert path.get_by_text("10 of 15 ECTS").is_visible()
    with mine.expect_download() as saved:
        path.get_by_role("link", name="Transcript on one page (PDF)").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF-")

    # 3. It is shared, and an employer sees what it is built from.
    mine.goto(base + open_house.secret(whole))
    mine.get_by_role("switch").click()
    mine.get_by_role("heading", name="Public page: on").wait_for()
    theirs.goto(f"{base}/c/{whole.id}")
    assert theirs.get_by_role("heading", name="Genuine, unchanged").is_visible()
    assert theirs.get_by_role("heading", name="What it is built from").is_visible()
    rows = theirs.locator("table", has_text="Together").first.locator("tbody tr")
    assert rows.count() == 3
    assert all("PASSED" in row for row in rows.all_inner_texts())

    # 4. The university revokes a part: the whole is suspended, and both pages say why.
    open_house.revoke(first[1], "The report was not the learner's own work")
    theirs.get_by_role("link", name="Check again").click()
    theirs.get_by_role("heading", name="Suspended").wait_for()
    assert theirs.locator("article").get_attribute("data-verdict") == "failed"
    assert theirs.get_by_text("Research Data and the Law").first.is_visible()
    mine.goto(base + open_house.secret(first[0]))
    assert path.get_by_text("A part of it was revoked: Research Data and the Law.").is_visible()
    held = path.locator(".blk.skip", has_text="Practising Data Steward")
    assert held.get_by_text("Suspended: Part of it was revoked").is_visible()

    # 5. Everybody may look at the pathway itself.
    theirs.goto(f"{base}/pathways/data-steward")
    assert theirs.get_by_role("heading", name="What each step needs").is_visible()
    assert theirs.get_by_text("Who decides.").is_visible()
