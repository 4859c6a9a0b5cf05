"""A walk through a real installation: the learner shares, the employer looks, the page goes red."""

import socket
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.theatre import serving
from tests.town.installation import installation

pytestmark = pytest.mark.browser


def test_from_sharing_to_revocation(browser: Browser, tmp_path: Path) -> None:
    # The address is written into the credentials, so it is chosen before they are made.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        base = f"http://localhost:{port}"
        with (
            installation(tmp_path / "home", base_url=base, rows=1) as there,
            serving(there.app(), listener=listener),
        ):
            (award,) = there.awards
            mine = browser.new_context(viewport={"width": 360, "height": 800}).new_page()
            theirs = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()

            # 1. Nobody sees anything before the learner says so.
            refused = theirs.goto(f"{base}/c/{award.id}")
            assert refused is not None
            assert refused.status == 404

            # 2. The learner shares, and finds LinkedIn's link filled in.
            mine.goto(base + there.secret(award))
            mine.get_by_role("switch").click()
            mine.get_by_role("heading", name="Public page: on").wait_for()
            add = mine.get_by_role("link", name="Add to LinkedIn profile").get_attribute("href")
            query = parse_qs(urlsplit(add or "").query)
            assert query["name"] == ["Data Stewardship in Practice"]
            (public,) = query["certUrl"]

            # 3. The employer follows the link that stands in the profile.
            theirs.goto(public)
            assert theirs.get_by_role("heading", name="Genuine, unchanged").is_visible()
            assert theirs.locator("article").get_attribute("data-verdict") == "passed"
            picture = theirs.request.get(f"{public}/card.png")
            assert picture.headers["content-type"] == "image/png"

            # 4. The university revokes, and the next look is red.
            there.revoke(award, "Issued by mistake")
            theirs.get_by_role("link", name="Check again").click()
            theirs.get_by_role("heading", name="Revoked. Do not rely on it.").wait_for()
            assert theirs.locator("article").get_attribute("data-verdict") == "failed"
            assert theirs.get_by_text("Issued by mistake").first.is_visible()
            mine.reload()
            assert mine.get_by_role("link", name="Add to LinkedIn profile").count() == 0
            mine.context.close()
            theirs.context.close()
