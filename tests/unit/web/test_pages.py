"""Every page, in every state, as HTML: what may never stand in it, and what must."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from issuer.errors import Misconfigured
from issuer.services import present
from issuer.services.present.views import BlockView, StackView
from issuer.web import pages
from tests.town import scenes as town

_VOID = {"meta", "link", "input", "img", "br", "path", "rect", "circle", "use"}


class Outline(HTMLParser):
    """Tags with their attributes, and whether every tag was closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, name: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag == name]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def shown() -> Mapping[str, Outline]:
    return {name: Outline(html) for name, html in town.scenes().items()}


def every(test: Callable[..., None]) -> Any:
    return pytest.mark.parametrize("name", list(town.SCENES))(test)


@every
def test_tags_close_in_order(shown: Mapping[str, Outline], name: str) -> None:
    assert shown[name].open == []


@every
def test_no_inline_script_style_or_handler(shown: Mapping[str, Outline], name: str) -> None:
    for tag, attributes in shown[name].tags:
        assert tag != "style"
        assert "style" not in attributes
        assert not [a for a in attributes if a.startswith("on")]
        assert tag != "script" or attributes["src"].startswith("/static/")


@every
def test_whatever_is_loaded_is_loaded_from_here(shown: Mapping[str, Outline], name: str) -> None:
    page = shown[name]
    loaded = [a["src"] for _, a in page.tags if "src" in a]
    loaded += [a["href"] for a in page.all("link") if a["rel"] != "canonical"]
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)


@every
def test_links_lead_to_https_or_to_this_server(shown: Mapping[str, Outline], name: str) -> None:
    for link in shown[name].all("a"):
        assert re.match(r"https://|/(?!/)|#|\?$", link["href"]), link
        if link["href"].startswith("https://"):
            assert "noopener" in link["rel"]


@every
def test_one_title_one_heading_and_unique_ids(shown: Mapping[str, Outline], name: str) -> None:
    page = shown[name]
    assert len(page.all("h1")) == len(page.all("title")) == len(page.all("main")) == 1
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in page.tags:
        for reference in ("aria-labelledby", "aria-describedby", "for"):
            assert set(attributes.get(reference, "").split()) <= set(ids)
        if attributes.get("href", "").startswith("#") and attributes["href"] != "#":
            assert attributes["href"][1:] in ids


@every
def test_forms_post_to_this_server(shown: Mapping[str, Outline], name: str) -> None:
    for form in shown[name].all("form"):
        assert form["method"] == "post"
        assert form.get("action", "/").startswith("/")


@every
def test_no_reordering_control_reaches_the_page(name: str) -> None:
    html = town.scenes()[name]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", html)


def _social(page: Outline) -> dict[str, str]:
    return {a["property"]: a["content"] for a in page.all("meta") if "property" in a}


def test_a_shared_page_tells_linkedin_what_it_is(shown: Mapping[str, Outline]) -> None:
    tags = _social(shown["credential-passed"])
    assert tags["og:title"] == "Data Stewardship in Practice: Alex Example"
    assert tags["og:description"] == "Tier 2 of 3, 5 ECTS, EQF 6. Open the page to check it."
    assert tags["og:url"] == town.ADDRESS
    assert tags["og:image"] == f"{town.ADDRESS}/card.png"
    assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "627")


def test_a_revoked_page_does_not_boast(shown: Mapping[str, Outline]) -> None:
    tags = _social(shown["credential-revoked"])
    assert tags["og:description"] == "Revoked. Do not rely on it."


@pytest.mark.parametrize("name", [n for n in town.SCENES if not n.startswith("credential")])
def test_no_other_page_has_a_preview(shown: Mapping[str, Outline], name: str) -> None:
    assert _social(shown[name]) == {}


@pytest.mark.parametrize(
    "name", [n for n in town.SCENES if n.startswith(("result", "learner", "not-found", "problem"))]
)
def test_what_is_nobody_elses_business_is_not_indexed(
    shown: Mapping[str, Outline], name: str
) -> None:
    robots = [a["content"] for a in shown[name].all("meta") if a.get("name") == "robots"]
    assert robots
    assert "noindex" in robots[0]


def test_the_not_found_page_is_the_same_bytes_and_names_nobody() -> None:
    html = pages.not_found(town.site())
    assert html == town.scenes()["not-found"]
    assert "Alex" not in html
    assert town.AWARD_ID not in html


def test_the_verdict_stands_before_what_is_claimed(shown: Mapping[str, Outline]) -> None:
    for name, headline in (
        ("credential-passed", "Genuine, unchanged and in force."),
        ("credential-revoked", "Revoked. Do not rely on it."),
        ("credential-suspended", "Suspended. Do not rely on it for now."),
        ("credential-indeterminate", "We cannot say yet whether it is still in force."),
        ("result-forged", "Changed or forged. Do not rely on it."),
        ("result-stranger", "We cannot say who issued this."),
        ("result-unreadable", "This cannot be read as a credential."),
        ("result-holder", "It was awarded to somebody else."),
    ):
        text = shown[name].text
        assert headline in text
        assert text.index(headline) < text.index("Every check, one by one")


def test_all_twelve_checks_are_shown_with_clause_and_verdict(
    shown: Mapping[str, Outline],
) -> None:
    for name in ("credential-passed", "result-unreadable"):
        assert len([a for a in shown[name].all("li") if "data-check" in a]) == 12


def test_claims_of_a_stranger_stand_in_quotation_marks() -> None:
    html = town.scenes()["result-stranger"]
    assert "“<bdi>Certified Data Expert (Master Level)</bdi>”" in html
    assert "“<bdi>North Sea Data Academy</bdi>”" in html
    assert "NOT CONFIRMED" in html


def test_names_are_isolated_and_titles_say_their_language() -> None:
    html = town.scenes()["credential-arabic"]
    assert '<bdi lang="ar">إدارة البيانات عمليًا</bdi>' in html
    assert "<bdi>ليلى مثال</bdi>" in html


def test_a_pathway_is_laid_out_in_the_direction_of_its_title() -> None:
    shown = town.scenes()
    assert '<html lang="en" dir="rtl">' in shown["pathway-arabic"]
    assert '<html lang="en" dir="ltr">' in shown["pathway"]
    assert '<section class="rule flow" dir="rtl"' in shown["learner-path-arabic"]
    assert '<section class="rule flow" dir="ltr"' in shown["learner-path-begun"]


def test_the_learner_finds_linkedin_only_while_the_page_is_public(
    shown: Mapping[str, Outline],
) -> None:
    def linkedin(name: str) -> list[str]:
        return [a["href"] for a in shown[name].all("a") if "linkedin.com" in a["href"]]

    add, share = linkedin("learner-on")
    assert "issueYear=2026&issueMonth=6" in add
    assert "certUrl=https%3A%2F%2Fcredentials.uni.example%2Fc%2FEUAS-7Q4M" in add
    assert share.startswith("https://www.linkedin.com/sharing/share-offsite/?url=https%3A%2F%2F")
    assert linkedin("learner-off") == []
    assert linkedin("learner-revoked") == []
    assert "about a week" in shown["learner-off"].text
    assert "about a week" in shown["learner-on"].text


def test_the_switch_asks_for_the_opposite_by_post(shown: Mapping[str, Outline]) -> None:
    for name, state, asks in (("learner-off", "false", "on"), ("learner-on", "true", "off")):
        (switch,) = [a for a in shown[name].all("button") if a.get("role") == "switch"]
        assert (switch["aria-checked"], switch["name"], switch["value"]) == (state, "share", asks)


def test_while_it_is_off_nothing_of_the_public_page_is_asked_for(
    shown: Mapping[str, Outline],
) -> None:
    assert not [a for a in shown["learner-off"].all("img") if a["src"].startswith("/c/")]


def test_a_course_has_the_anchors_that_documents_name(shown: Mapping[str, Outline]) -> None:
    ids = {a["id"] for _, a in shown["achievement"].tags if "id" in a}
    assert {"criteria", "result", "syllabus"} <= ids
    links = {a["href"] for a in shown["achievement"].all("a")}
    assert "/achievements/data-stewardship/v/1?lang=de" in links
    assert "/achievements/data-stewardship/v/2" in links


def test_a_course_in_german_says_so(shown: Mapping[str, Outline]) -> None:
    assert (
        '<bdi lang="de">Data Stewardship in der Praxis</bdi>' in town.scenes()["achievement-german"]
    )


def test_every_term_of_the_vocabulary_has_its_place(shown: Mapping[str, Outline]) -> None:
    ids = {a["id"] for a in shown["vocabulary"].all("div") if "id" in a}
    assert {term.name for term in present.vocabulary()} == ids


def test_what_was_typed_comes_back_as_text(shown: Mapping[str, Outline]) -> None:
    assert "&lt;hello&gt;" in town.scenes()["verify-fault"]
    assert shown["verify-fault"].all("textarea")[0]["aria-invalid"] == "true"


def test_an_error_names_place_fault_cure_and_code(shown: Mapping[str, Outline]) -> None:
    text = shown["problem"].text
    assert "All our checkers are busy." in text
    assert "Try again in a few seconds." in text
    assert "pool.busy (503)" in text.replace(" )", ")")


def test_the_organisations_colour_is_a_style_sheet_of_its_own() -> None:
    assert pages.colour_css("#3b2170") == ":root{--issuer:#3b2170}\n"


@pytest.mark.parametrize("colour", ["red", "#fff", "#3b2170}body{display:none", "#3B2170\n"])
def test_nothing_but_a_colour_becomes_a_style_sheet(colour: str) -> None:
    with pytest.raises(Misconfigured, match="not a colour"):
        pages.colour_css(colour)


def test_static_addresses_change_with_the_file() -> None:
    assert re.fullmatch(r"/static/testamur\.css\?v=[0-9a-f]{12}", pages.static("testamur.css"))


def test_fonts_carry_their_licences() -> None:
    names = {path.name for path in (pages.STATIC / "fonts").iterdir()}
    assert {"NOTICE.txt", "LICENSE-sans.txt", "LICENSE-serif.txt"} <= names


@pytest.mark.parametrize("tone", ["passed", "indeterminate", "failed"])
def test_only_a_part_that_passed_is_drawn_as_a_solid_block(tone: Any) -> None:
    block = BlockView("Tier 1", "Law", "3 ECTS", tone)
    view = replace(_stack(), rows=((block,), (block,)))
    page = present.credential(town.report(), page=town.public_page(), zone=town.VIENNA)
    html = pages.credential(town.site(), replace(page, stack=view))
    blocks = [a["class"].split() for a in Outline(html).all("div") if "blk" in a.get("class", "")]
    assert len(blocks) == 2
    assert all(("done" in one) is (tone == "passed") for one in blocks)
    assert all(("skip" in one) is (tone != "passed") for one in blocks)
    assert ("joined" in blocks[1]) is (tone == "passed")


def _stack() -> StackView:
    return StackView(
        lead="One part.",
        together="3 ECTS",
        rule="Law",
        rows=(),
        parts=(),
        ects="3",
        hours="",
        caption="Each part is checked.",
        tiers=(),
    )
