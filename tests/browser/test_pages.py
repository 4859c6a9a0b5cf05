"""The pages in a real Chromium: each width and scheme, by keyboard, without scripts, on paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.town import scenes as town

pytestmark = pytest.mark.browser
Place = Callable[[str], str]
LOOKS = {"light": (1440, 768, 360), "dark": (1440, 360)}


def _open(browser: Browser, width: int, scheme: str = "light", **options: object) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        **options,  # type: ignore[arg-type]  # Options of a browser context.
    )
    return context.new_page()


@pytest.mark.node
@pytest.mark.parametrize(("scheme", "widths"), LOOKS.items())
def test_axe_finds_nothing(
    browser: Browser, place: Place, axe: str, scheme: str, widths: tuple[int, ...]
) -> None:
    # The policy forbids foreign scripts, the checker's too.
    page = _open(browser, 1440, scheme, bypass_csp=True)
    found = []
    for name in town.SCENES:
        page.goto(place(name))
        page.evaluate(axe)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            result = page.evaluate("axe.run({rules: {'target-size': {enabled: true}}})")
            found += [
                (name, width, v["id"], [n["html"][:120] for n in v["nodes"]])
                for v in result["violations"]
            ]
    page.context.close()
    assert found == []


def test_nothing_is_wider_than_the_window(browser: Browser, place: Place) -> None:
    page = _open(browser, 1440)
    wider = []
    for name in town.SCENES:
        page.goto(place(name))
        # WCAG 2.2 §1.4.10 asks for 320.
        for width in (1440, 1024, 768, 360, 320):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wider.append((name, width))
    page.context.close()
    assert wider == []


def test_the_browser_has_nothing_to_complain_about(
    browser: Browser, place: Place, address: str
) -> None:
    said: list[str] = []
    asked: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        said.append(message.text)

    def note(request: Request) -> None:
        asked.append(request.url)

    def fail(request: Request) -> None:
        # Leaving a page ends what is still under way; everything else is a fault.
        if request.failure != "net::ERR_ABORTED":
            said.append(f"{request.url}: {request.failure}")

    page = _open(browser, 1440)
    page.on("console", hear)
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.on("requestfailed", fail)
    page.on("request", note)
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.log(e.blockedURI))"
    )
    for name in town.SCENES:
        page.goto(place(name))
        page.evaluate("document.fonts.ready.then(() => true)")
    page.context.close()
    assert said == []
    assert asked
    # Nobody else learns that somebody looked.
    assert [url for url in asked if not url.startswith(address)] == []


def test_no_cookie_and_nothing_is_stored(browser: Browser, place: Place) -> None:
    page = _open(browser, 1440)
    page.goto(place("credential-passed"))
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.context.close()


def test_without_scripts_everything_is_said_and_the_address_can_be_taken(
    browser: Browser, place: Place
) -> None:
    page = _open(browser, 360, java_script_enabled=False)
    page.goto(place("credential-passed"))
    assert page.get_by_role("heading", name="Genuine, unchanged and in force.").is_visible()
    assert page.locator("[data-check]").count() == 12
    assert page.get_by_label("Address of this page").input_value() == town.ADDRESS
    assert not page.get_by_role("button", name="Copy").is_visible()
    page.goto(place("learner-off"))
    page.get_by_role("switch").click()
    assert page.url.endswith("/l/learner-on")
    assert page.get_by_role("switch", name="Public page: on").is_visible()
    page.context.close()


def test_with_scripts_a_button_copies_the_link(browser: Browser, place: Place) -> None:
    page = _open(browser, 1440, permissions=["clipboard-read", "clipboard-write"])
    page.goto(place("learner-on"))
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == town.ADDRESS
    page.context.close()


def test_the_clipboard_may_be_closed(browser: Browser, place: Place) -> None:
    page = _open(browser, 1440)
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error())")
    page.goto(place("learner-on"))
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Selected: copy it with your keyboard.").wait_for()
    assert page.evaluate("getSelection().toString()") in {"", town.ADDRESS}
    page.context.close()


def test_by_keyboard_one_skips_to_the_content_and_switches(browser: Browser, place: Place) -> None:
    page = _open(browser, 1440)
    page.goto(place("learner-off"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    assert page.get_by_text("Skip to content").bounding_box() is not None
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "switch":
            break
    page.keyboard.press("Space")
    page.get_by_role("switch", name="Public page: on").wait_for()
    page.context.close()


def test_a_screen_reader_hears_the_verdict_and_the_questions(
    browser: Browser, place: Place
) -> None:
    page = _open(browser, 1440)
    page.goto(place("credential-revoked"))
    assert page.get_by_role("region", name="Revoked. Do not rely on it.").is_visible()
    for question in (
        "Is it unaltered?",
        "Is it from who it says?",
        "Is it still in force?",
        "Does it say all it should?",
    ):
        page.get_by_role("link", name=question).click()
        assert page.get_by_role("heading", name=question).is_visible()
    page.context.close()


def test_the_scheme_of_the_reader_is_kept(browser: Browser, place: Place) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        page = _open(browser, 1440, scheme)
        page.goto(place("home"))
        grounds.append(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
        page.context.close()
    assert grounds == ["rgb(241, 239, 245)", "rgb(17, 14, 24)"]


def test_the_organisations_colour_is_the_ground(browser: Browser, place: Place) -> None:
    page = _open(browser, 1440)
    page.goto(place("credential-passed"))
    script = "getComputedStyle(document.querySelector('.deed-head')).backgroundColor"
    assert page.evaluate(script) == "rgb(59, 33, 112)"
    page.context.close()


def test_on_paper_there_is_a_code_and_no_navigation(browser: Browser, place: Place) -> None:
    page = _open(browser, 690)
    page.goto(place("credential-passed"))
    assert not page.get_by_text("A print proves nothing").is_visible()
    page.emulate_media(media="print")
    assert page.get_by_text("A print proves nothing").is_visible()
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert not page.get_by_role("link", name="Check again").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 690
    page.context.close()


def test_a_name_cannot_reorder_the_sentence_around_it(browser: Browser, place: Place) -> None:
    page = _open(browser, 1440)
    page.goto(place("credential-arabic"))
    name = page.locator(".holder bdi").bounding_box()
    label = page.get_by_text("awarded to").first.bounding_box()
    assert name is not None
    assert label is not None
    # The name stands where a name stands: at the beginning of its line, under its label.
    assert abs(name["x"] - label["x"]) < 2
    page.goto(place("result-bidi"))
    assert "[U+202E]" in page.locator("h1").inner_text()
    page.context.close()


def test_a_pathway_that_is_read_from_the_right_is_laid_out_from_there(
    browser: Browser, place: Place
) -> None:
    page = _open(browser, 1280)
    page.goto(place("pathway"))
    edge = page.locator(".doc > section").first.bounding_box()
    page.goto(place("pathway-arabic"))
    tower, title = (page.locator(one).bounding_box() for one in (".tower", "h1 bdi"))
    assert edge is not None
    assert tower is not None
    assert title is not None
    assert tower["x"] + tower["width"] < title["x"]
    # Every text begins at the right edge, and keeps the direction of its own language.
    right = edge["x"] + edge["width"]
    ends = page.evaluate(
        """() => [...document.querySelectorAll(".doc h2, .doc > section > p")].map(one => {
            const text = document.createRange();
            text.selectNodeContents(one);
            return Math.max(...[...text.getClientRects()].map(line => line.right));
        })"""
    )
    assert len(ends) > 5
    assert [end for end in ends if abs(end - right) > 24] == []
    fees = page.get_by_text("nothing is paid here.")
    assert fees.evaluate("one => getComputedStyle(one).unicodeBidi") == "plaintext"
    page.goto(place("learner-path-arabic"))
    assert page.locator("#path").get_attribute("dir") == "rtl"
    assert page.locator("html").get_attribute("dir") == "ltr"
    page.context.close()
