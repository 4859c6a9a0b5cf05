"""A walk through a real installation: the learner shares, the employer looks, the page goes red."""

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.services import look
from tests.browser.theatre import serving
from tests.town.installation import Installation, installation

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with two awards, served at the address that stands in them."""
    # The address is written into the credentials, so it is chosen before they are made.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        base = f"http://localhost:{listener.getsockname()[1]}"
        home = tmp_path_factory.mktemp("walk") / "home"
        with (
            installation(home, base_url=base, rows=2) as made,
            serving(made.app(), listener=listener),
        ):
            yield made


@pytest.fixture(scope="module")
def built(open_house: Installation) -> tuple[Award, tuple[Award, ...]]:
    """An award that is built from two others, and these."""
    return open_house.stacked("S-stacked")


def _page(browser: Browser, width: int) -> Page:
    return browser.new_context(viewport={"width": width, "height": 900}).new_page()


def test_from_sharing_to_revocation(browser: Browser, open_house: Installation) -> None:
    base, award = open_house.house.settings.base_url, open_house.awards[0]
    mine, theirs = _page(browser, 360), _page(browser, 1440)
    said: list[str] = []
    theirs.on("console", lambda message: said.append(message.text))

    # 1. Nobody sees anything before the learner says so, and LinkedIn is not offered.
    refused = theirs.goto(f"{base}/c/{award.id}")
    assert refused is not None
    assert refused.status == 404
    mine.goto(base + open_house.secret(award))
    assert mine.get_by_role("link", name="Add to LinkedIn profile").count() == 0

    # 2. The learner shares, and finds LinkedIn's links filled in.
    mine.get_by_role("switch").click()
    mine.get_by_role("heading", name="Public page: on").wait_for()
    assert mine.url == base + open_house.secret(award)
    add = mine.get_by_role("link", name="Add to LinkedIn profile").get_attribute("href")
    link = urlsplit(add or "")
    assert (link.scheme, link.netloc, link.path) == ("https", "www.linkedin.com", "/profile/add")
    query = parse_qs(link.query)
    assert query["name"] == ["Data Stewardship in Practice"]
    assert query["certId"] == [award.id]
    assert (query["issueYear"], query["issueMonth"]) == (["2026"], ["6"])
    (public,) = query["certUrl"]
    assert public == f"{base}/c/{award.id}"
    post = mine.get_by_role("link", name="Share on LinkedIn").get_attribute("href")
    assert parse_qs(urlsplit(post or "").query) == {"url": [public]}

    # 3. The employer follows the link that stands in the profile.
    theirs.goto(public)
    assert theirs.get_by_role("heading", name="Genuine, unchanged").is_visible()
    assert theirs.locator("article").get_attribute("data-verdict") == "passed"
    image = theirs.locator('meta[property="og:image"]').get_attribute("content")
    picture = theirs.request.get(image or "")
    assert (picture.status, picture.headers["content-type"]) == (200, "image/png")

    # 4. The university revokes, and the next look is red.
    open_house.revoke(award, "Issued by mistake")
    theirs.get_by_role("link", name="Check again").click()
    theirs.get_by_role("heading", name="Revoked. Do not rely on it.").wait_for()
    assert theirs.locator("article").get_attribute("data-verdict") == "failed"
    assert theirs.get_by_text("Issued by mistake").first.is_visible()
    mine.reload()
    assert mine.get_by_role("link", name="Add to LinkedIn profile").count() == 0
    assert mine.get_by_text("This is final.").is_visible()
    # The first look, at nothing, is the only one at which the browser complained.
    assert [text for text in said if "404" not in text] == []
    mine.context.close()
    theirs.context.close()


def test_the_employer_hands_in_what_the_learner_took_along(
    browser: Browser, open_house: Installation, tmp_path: Path
) -> None:
    base, award = open_house.house.settings.base_url, open_house.awards[1]
    page = _page(browser, 768)
    page.goto(base + open_house.secret(award))
    with page.expect_download() as taken:
        page.get_by_role("link", name="Badge picture (PNG)").click()
    badge = tmp_path / taken.value.suggested_filename
    assert badge.name == f"{award.id}.png"
    taken.value.save_as(badge)

    page.goto(f"{base}/verify")
    page.get_by_label("Or choose or drop a file").set_input_files(badge)
    page.get_by_label("Whose should it be?").fill("Zoë Müller-Đorđević")
    page.get_by_role("button", name="Check it").click()
    page.get_by_role("heading", name="Genuine, unchanged").wait_for()
    assert page.get_by_text("Yes, that is the name in it.").first.is_visible()
    # It was never shared: what is known of it here stays here.
    hidden = page.goto(f"{base}/c/{award.id}")
    assert hidden is not None
    assert hidden.status == 404
    page.context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_employer_hands_the_parts_in_along_with_the_whole(
    browser: Browser,
    open_house: Installation,
    built: tuple[Award, tuple[Award, ...]],
    tmp_path: Path,
    width: int,
) -> None:
    files = []
    # Nothing is a part of itself.
    for number, award in enumerate((built[0], *built[1], built[0])):
        with open_house.house.bench.read() as tx:
            data = look.sealed(tx, award.id, DocumentFormat.OB3).data
        files.append(tmp_path / f"{number}.json")
        files[-1].write_bytes(data)
    page = _page(browser, width)
    page.goto(f"{open_house.house.settings.base_url}/verify")
    page.get_by_label("Or choose or drop a file").set_input_files(files[0])
    page.get_by_label("Is it built from smaller ones?").set_input_files(files[1:])
    page.get_by_role("button", name="Check it").click()
    page.get_by_role("heading", name="What it is built from").wait_for()
    assert page.get_by_text("Checked the file “0.json” with 3 parts").is_visible()
    assert page.get_by_text("It does not name “3.json” as a part").is_visible()
    rows = page.locator("table", has_text="Together").first.locator("tbody tr")
    assert rows.count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_nothing_handed_in_is_told_in_the_form(browser: Browser, open_house: Installation) -> None:
    base = open_house.house.settings.base_url
    page = _page(browser, 360)
    page.goto(f"{base}/verify?url={base}/c/nothing")
    assert page.get_by_label("Paste a link").input_value() == f"{base}/c/nothing"
    page.get_by_role("button", name="Check it").click()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "There is no shared credential at this address" in alert.inner_text()
    page.get_by_label("Paste a link").fill("")
    page.get_by_role("button", name="Check it").click()
    page.get_by_text("Nothing was handed in.").wait_for()
    page.context.close()
