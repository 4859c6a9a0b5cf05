"""Text of strangers on our pages: reordering characters made visible, Markdown made harmless.

Unicode Standard Annex 9 §2 (explicit directional formatting), Unicode Technical Report 36 §2,
CommonMark 0.31 (markdown-it-py) cleaned by nh3 (Ammonia). Escaping is not done here: the template
environment escapes everything that is not `Markup`.
"""

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

# Embeddings, overrides and isolates can make a text read as another one: they become visible.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Marks, and characters of no width, say nothing in a text that stands in its own <bdi>.
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_MOST_LETTERS = 20_000
_TAGS = {"p", "em", "strong", "ul", "ol", "li", "a", "code", "pre", "blockquote", "br"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(
    ["image", "html_block", "html_inline"]
)


def visible(text: str) -> str:
    """Return ``text`` with each reordering control written out, as in ``[U+202E]``."""
    return _REORDERING.sub(lambda found: f"[U+{ord(found.group()):04X}]", _UNSEEN.sub("", text))


def neutralised(value: object) -> object:
    """What the template environment prints: every plain text goes through `visible`."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value


def prose(markdown: str) -> Markup:
    """Markdown of a stranger as HTML: paragraphs, lists, emphasis, https links; nothing else.

    Of a giant text only the first 20 000 letters are read.
    """
    html = _MARKDOWN.render(visible(markdown[:_MOST_LETTERS]))
    return Markup(  # noqa: S704 # What is not on the list of nh3 was removed.
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"https"},
            # A relative address would point into this server, in the issuer's words.
            link_rel="noopener nofollow ugc",
            url_relative="deny",
            strip_comments=True,
        )
    )
