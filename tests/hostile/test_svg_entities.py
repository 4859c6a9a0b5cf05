"""An SVG with a document type or entities is refused before any of it expands or is fetched."""

from pathlib import Path

import pytest

from issuer.carriers import svg
from issuer.errors import MalformedDocument

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


def _svg(doctype: str, body: str) -> bytes:
    document = f"<svg {NS}><openbadges:credential>{body}</openbadges:credential></svg>"
    return (doctype + document).encode()


@pytest.mark.parametrize(
    ("doctype", "body"),
    [
        (f'<!DOCTYPE svg [<!ENTITY l0 "{{}}">{LAUGHS}]>', "&l9;"),
        ('<!DOCTYPE svg [<!ENTITY a "{}">]>', "&a;"),
        ('<!DOCTYPE svg [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>', "{}"),
        ('<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://127.0.0.1:1/svg11.dtd">', "{}"),
        ('<?xml version="1.0" standalone="yes"?><!DOCTYPE svg>', "{}"),
    ],
)
def test_document_types_are_refused(doctype: str, body: str) -> None:
    with pytest.raises(MalformedDocument, match="document type or entities"):
        svg.extract(_svg(doctype, body))
    with pytest.raises(MalformedDocument, match="document type or entities"):
        svg.embed(_svg(doctype, body), "{}")


def test_a_file_is_not_read_through_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text('{"secret": true}', encoding="utf-8")
    with pytest.raises(MalformedDocument, match="document type or entities"):
        svg.extract(_svg(f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{secret.as_uri()}">]>', "&x;"))


def test_an_undeclared_entity_is_no_text() -> None:
    with pytest.raises(MalformedDocument, match="well-formed"):
        svg.extract(_svg("", "{&undeclared;}"))


def test_an_inclusion_or_stylesheet_is_not_followed() -> None:
    xinclude = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    with pytest.raises(MalformedDocument, match="holds elements"):
        svg.extract(_svg('<?xml-stylesheet href="http://127.0.0.1:1/x.xsl"?>', xinclude))
