import pytest
from markupsafe import Markup

from issuer.web.pages.texts import neutralised, prose, visible


@pytest.mark.parametrize(
    "control",
    ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"],
)
def test_a_reordering_control_is_written_out(control: str) -> None:
    assert visible(f"a{control}b") == f"a[U+{ord(control):04X}]b"


@pytest.mark.parametrize("unseen", ["\u200e", "\u200f", "\u061c", "\u200b", "\ufeff", "\U000e0041"])
def test_marks_and_characters_of_no_width_are_dropped(unseen: str) -> None:
    assert visible(f"a{unseen}b") == "ab"


def test_joiners_that_persian_needs_stay() -> None:
    assert visible("می\u200cخواهم") == "می\u200cخواهم"


def test_only_plain_text_is_neutralised() -> None:
    assert neutralised("\u202e") == "[U+202E]"
    assert neutralised(Markup("<b>")) == Markup("<b>")
    assert neutralised(3) == 3


def test_markdown_keeps_paragraphs_lists_and_emphasis() -> None:
    html = prose("Some *words*.\n\n- one\n- **two**\n")
    assert "<p>Some <em>words</em>.</p>" in html
    assert "<li>one</li>" in html
    assert "<strong>two</strong>" in html


def test_an_https_link_is_clickable_and_vouched_for_by_nobody() -> None:
    html = prose("[here](https://uni.example/x)")
    assert '<a href="https://uni.example/x" rel="noopener nofollow ugc">here</a>' in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<p style='position:fixed'>x</p>",
        "<iframe src=https://evil.example></iframe>",
        "<form action=https://evil.example><input></form>",
        "![pixel](https://evil.example/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](http://plain.example/)",
        "[x](/l/secret)",
        "[x](//evil.example/)",
        "[x][1]\n\n[1]: javascript:alert(1)",
        '<https://good.example/" onmouseover=alert(1)>',
        "<!-- --><base href=https://evil.example>",
    ],
)
def test_nothing_of_an_attack_becomes_markup(attack: str) -> None:
    html = str(prose(attack))
    for tag in ("<script", "<img", "<svg", "<p style", "<iframe", "<form", "<input", "<base"):
        assert tag not in html
    for part in html.split("<")[1:]:
        markup = part.partition(">")[0]
        assert "on" not in markup.replace("strong", "").replace("noopener", "")
        assert "href" not in markup or 'href="https://' in markup


def test_a_giant_text_is_cut_before_it_is_read() -> None:
    assert len(prose("[" * 1_000_000)) < 200_000
