"""Attack: every text of a credential is markup, and every value may be of another kind.

What must hold: no text becomes a tag, an attribute, a handler or a link that is not https, on any
page that shows a document; and no value, however odd, makes a page fail.
"""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.proofs import jcs
from issuer.services import present
from issuer.services.present import Asked
from issuer.verify import Report, Verdict
from issuer.verify.report import PartReport
from issuer.web import pages
from tests.town import scenes as town
from tests.town.stacks import stacked_badge
from tests.town.university import Bench, University

PAYLOADS = [
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% include 'home.html' %}",
    "</title><script>alert(1)</script>",
    "\u202e</bdi></h1><base href=//evil.example>",
    'https://good.example/" onmouseover="alert(1)',
    "x" * 5_000,
]


class Tags(HTMLParser):
    """The tags and attributes that a browser would find."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.found: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.found += [(name, value or "") for name, value in attrs]

    @property
    def attributes(self) -> set[str]:
        return {name for name, _ in self.found}

    def values(self, wanted: str) -> list[str]:
        return [value for name, value in self.found if name == wanted]


KEPT = {"@context", "type", "achievementType", "identityType", "hashed"}


def _poisoned(value: Any, payload: str, name: str = "") -> Any:
    if name in KEPT:
        return value
    if isinstance(value, dict):
        return {key: _poisoned(item, payload, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_poisoned(item, payload, name) for item in value]
    return payload if isinstance(value, str) else value


def _shown(report: Report) -> tuple[str, str]:
    public = present.credential(report, page=town.public_page(), zone=town.VIENNA)
    result = present.checked(report, zone=town.VIENNA, asked=Asked("the text you pasted"))
    return pages.credential(town.site(), public), pages.verify_result(town.site(), result)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_markup(payload: str) -> None:
    report = replace(town.report(), document=_poisoned(town.document(), payload))
    for html in _shown(report):
        page = Tags(html)
        assert {"base", "iframe", "object", "style", "form"}.isdisjoint(page.names)
        assert not [name for name in page.attributes if name.startswith("on")]
        assert all(address.startswith("/") for address in page.values("src"))
        assert all(re.match(r"https://|/(?!/)|#|\?$", link) for link in page.values("href"))
        assert "49" not in re.findall(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)[0]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_about_a_part_becomes_markup(uni: University, bench: Bench, payload: str) -> None:
    document = jcs.decode(stacked_badge(uni).data)
    for part in document["credentialSubject"]["stackedFrom"]["part"]:
        part |= {"partTitle": payload, "partIssuer": payload, "id": payload}
    report = bench.verify(jcs.encode_document(document))
    told = tuple(PartReport(payload, payload, Verdict.FAILED, payload) for _ in range(4))
    for html in _shown(replace(report, parts=told)):
        page = Tags(html)
        assert 'id="path"' in html
        assert {"base", "iframe", "object", "style", "form", "img"} & page.names <= {"img"}
        assert not [name for name in page.attributes if name.startswith("on")]
        assert all(re.match(r"https://|/(?!/)|#|\?$", link) for link in page.values("href"))


_ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        if key != "@context":
            found += _places(item, (*path, key))
    return found


PLACES = _places(town.document())


@settings(max_examples=60, deadline=None)
@given(place=st.sampled_from(PLACES), odd=_ODD)
def test_no_value_makes_a_page_fail(place: tuple[Any, ...], odd: Any) -> None:
    document = town.document()
    parent: Any = document
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = odd
    for html in _shown(replace(town.report(), document=document)):
        assert html.rstrip().endswith("</html>")
