from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.carriers import svg as carrier
from issuer.errors import DocumentTooLarge, MalformedDocument

OB = "https://purl.imsglobal.org/ob/v3p0"
NS = f'xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{OB}"'
PARTS = st.sampled_from(
    ["]]>", "]]", ">", "\r\n", "\r", "\n", "\t", "&", "&amp;", "<!--", "<![CDATA["]
)
ANY_TEXT = st.lists(
    PARTS | st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])), max_size=8
).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ANY_TEXT)
def test_what_is_embedded_is_extracted(svg: bytes, text: str) -> None:
    credential = ("{" + text).encode()
    assert carrier.extract(carrier.embed(svg, credential)) == credential
    twice = carrier.embed(carrier.embed(carrier.embed(svg, "e30.e30.AA"), "{}"), credential)
    assert carrier.extract(twice) == credential


def test_a_jwt_stands_in_the_attribute_and_the_picture_is_untouched(svg: bytes) -> None:
    baked = carrier.embed(svg, "e30.e30.AA")
    element = b'<openbadges:credential verify="e30.e30.AA"/>'
    assert b"viewBox='0 0 8 8'  xmlns:openbadges=\"" + OB.encode() + b'">' + element in baked
    assert baked.replace(element, b"").replace(f' xmlns:openbadges="{OB}"'.encode(), b"") == svg
    assert carrier.extract(baked) == b"e30.e30.AA"


def test_another_parser_reads_the_same() -> None:
    baked = carrier.embed(b"<s:svg xmlns:s='http://www.w3.org/2000/svg'/>", '{"a":"]]>"}')
    root = ET.fromstring(baked)  # noqa: S314 # Our own bytes.
    assert [(e.tag, e.text) for e in root] == [(f"{{{OB}}}credential", '{"a":"]]>"}')]
    assert carrier.extract(baked) == b'{"a":"]]>"}'


@pytest.mark.parametrize(
    ("inside", "credential"),
    [
        ('<openbadges:credential verify=" a.b.c "></openbadges:credential  >', b"a.b.c"),
        ("<openbadges:credential>\n a.b.c\n</openbadges:credential>", b"a.b.c"),
        ("<g><openbadges:credential>\n{&quot;&lt;}</openbadges:credential></g>", b'\n{"<}'),
        (f'<credential xmlns="{OB}"><![CDATA[{{}}]]></credential>', b"{}"),
    ],
)
def test_other_spellings_are_read(inside: str, credential: bytes) -> None:
    assert carrier.extract(f"<svg {NS}>{inside}</svg>".encode()) == credential


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (f"<svg {NS}/>", "no Open Badges"),
        (f"<svg {NS}><openbadges:credential/></svg>", "neither a JSON"),
        (f"<svg {NS}>{'<openbadges:credential>{}</openbadges:credential>' * 2}</svg>", "two"),
        (
            f'<svg {NS}><openbadges:credential verify="a.b.c">{{}}</openbadges:credential></svg>',
            "JWT and",
        ),
        (f"<svg {NS}><openbadges:credential><a/>{{}}</openbadges:credential></svg>", "elements"),
        ("<svg/>", "root element"),
        (f"<html {NS}/>", "root element"),
        (f"<svg {NS}>", "well-formed"),
        (f"<svg {NS}><x:y/></svg>", "well-formed"),
        ("", "well-formed"),
        (f"<svg {NS}>{'<g>' * 300}", "too deep"),
        (f"<svg {NS}>{'<g/>' * 200_001}", "too many"),
    ],
)
def test_what_cannot_be_relied_on_is_refused(document: str, fault: str) -> None:
    with pytest.raises(MalformedDocument, match=fault):
        carrier.extract(document.encode())


def test_only_utf8_is_read() -> None:
    with pytest.raises(MalformedDocument, match="UTF-8"):
        carrier.extract(f"<svg {NS}/>".encode("utf-16"))


def test_a_prefix_that_means_something_else_is_refused() -> None:
    other = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org"/>'
    with pytest.raises(MalformedDocument, match="something else"):
        carrier.embed(other, "{}")
    inner = b'<svg xmlns="http://www.w3.org/2000/svg"><g xmlns:openbadges="urn:x"/></svg>'
    assert carrier.extract(carrier.embed(inner, "{}")) == b"{}"


def test_too_large_is_refused() -> None:
    with pytest.raises(DocumentTooLarge, match="10 MiB"):
        carrier.extract(b" " * (10 << 20) + b"<svg/>")
