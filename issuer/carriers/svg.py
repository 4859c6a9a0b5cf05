"""A credential in an SVG: one ``openbadges:credential`` element directly after the root's tag.

Open Badges 3.0 §5.3.2 (https://www.imsglobal.org/spec/ob/v3p0/#svg); XML 1.0 §2.7, §2.11, §4.2
(https://www.w3.org/TR/xml/). The picture is neither drawn nor cleaned of scripts here, and what is
not touched stays byte for byte. Document types and entities are refused, so nothing ever expands.
"""

import re
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

from issuer.carriers.cargo import check_picture_size, checked_text, is_compact
from issuer.errors import MalformedDocument

_OB: Final = "https://purl.imsglobal.org/ob/v3p0"
_CREDENTIAL: Final = f"{_OB} credential"
_ROOT: Final = "http://www.w3.org/2000/svg svg"
_MOST_DEPTH: Final = 256
_MOST_ELEMENTS: Final = 200_000
_START_TAG = re.compile(rb"""<(?P<name>[^\s/>]+)(?:[^"'>]|"[^"]*"|'[^']*')*>""")


def embed(picture: bytes, credential: bytes | str) -> bytes:
    """Return the SVG with the credential in it; one that was already there is replaced.

    Raises MalformedDocument, ForbiddenCharacter or DocumentTooLarge (see `cargo.checked_text`).
    """
    text = checked_text(credential)
    seen = _read(picture)
    if seen.prefix not in {None, _OB}:
        msg = "This SVG uses the prefix 'openbadges' for something else. Use an unbaked picture."
        raise MalformedDocument(msg)
    plain = picture
    for start, end in reversed(seen.spans):
        plain = plain[:start] + plain[end:]
    return _insert(plain, seen, _element(text))


def extract(data: bytes) -> bytes:
    """Return the credential that an SVG carries, UTF-8.

    Raises MalformedDocument (no SVG, a document type or entities, no credential, or two of them)
    or DocumentTooLarge (picture over 10 MiB, credential over 1 MiB).
    """
    seen = _read(data)
    if not seen.spans:
        msg = "This SVG carries no Open Badges 3.0 credential. Hand in the file as it was issued."
        raise MalformedDocument(msg)
    if len(seen.spans) > 1:
        raise MalformedDocument("This SVG carries two credentials, so neither can be relied on.")
    body = "".join(seen.text)
    # OB 3.0 §5.3.2: a JWT stands in the attribute, JSON in the body; both at once would be two.
    if seen.verify is not None and body.strip():
        raise MalformedDocument("This SVG carries a JWT and a body, so neither can be relied on.")
    said = body if seen.verify is None else seen.verify
    return checked_text(said.strip() if is_compact(said.strip()) else said).encode()


def _element(text: str) -> bytes:
    if is_compact(text):
        return f'<openbadges:credential verify="{text}"/>'.encode()
    # XML §2.7: CDATA ends at the first "]]>"; XML §2.11: a reader turns CR into LF unless it is
    # written as a reference, which must stand outside CDATA.
    cdata = text.replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[")
    return f"<openbadges:credential><![CDATA[{cdata}]]></openbadges:credential>".encode()


def _insert(picture: bytes, seen: "_Seen", element: bytes) -> bytes:
    found = _START_TAG.match(picture, seen.root_at)
    if found is None:  # pragma: no cover # The parser has just accepted this very tag.
        raise MalformedDocument("This SVG has no root element that could be read.")
    start, end = found.span()
    closed = picture[:end].endswith(b"/>")
    tag = picture[start : end - 2 if closed else end - 1]
    # OB 3.0 §5.3.2: "add an xmlns:openbadges attribute to the root <svg> tag".
    declared = b"" if seen.prefix else f' xmlns:openbadges="{_OB}"'.encode()
    last = b"</" + found["name"] + b">" if closed else b""
    return b"".join([picture[:start], tag, declared, b">", element, last, picture[end:]])


@dataclass
class _Seen:
    """What one reading of an SVG has found; places are byte offsets."""

    data: bytes
    parser: expat.XMLParserType
    root_at: int = 0
    prefix: str | None = None
    """What the prefix ``openbadges`` stands for on the root element."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    verify: str | None = None
    text: list[str] = field(default_factory=list)
    path: list[tuple[str, int]] = field(default_factory=list)
    elements: int = 0

    def refuse(self, *_: object) -> NoReturn:
        """Refuse a document type or an entity before anything of it is read."""
        msg = "This SVG has a document type or entities. Remove the <!DOCTYPE …> and try again."
        raise MalformedDocument(msg)

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        """Note the prefix ``openbadges``; declarations come before their element."""
        if prefix == "openbadges" and not self.path:
            self.prefix = uri

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note the root and each credential; bound depth and number."""
        self.elements += 1
        if len(self.path) >= _MOST_DEPTH or self.elements > _MOST_ELEMENTS:
            raise MalformedDocument("This SVG has too many elements, or too deep. Simplify it.")
        if self.path and self.path[-1][0] == _CREDENTIAL:
            raise MalformedDocument("The credential in this SVG holds elements, not JSON.")
        if not self.path:
            self.root_at = self.parser.CurrentByteIndex
            if name != _ROOT:
                raise MalformedDocument("This is not an SVG: its root element is another.")
        if name == _CREDENTIAL:
            self.verify = attributes.get("verify")
        self.path.append((name, self.parser.CurrentByteIndex))

    def end(self, name: str) -> None:
        """Note where a credential ends."""
        _, start = self.path.pop()
        if name == _CREDENTIAL:
            at = self.parser.CurrentByteIndex
            # For an empty-element tag the parser already stands behind it.
            tag = self.data[at : at + 2] == b"</"
            self.spans.append((start, self.data.index(b">", at) + 1 if tag else at))

    def characters(self, text: str) -> None:
        """Keep the text of a credential."""
        if self.path[-1][0] == _CREDENTIAL:
            self.text.append(text)


def _read(data: bytes) -> _Seen:
    check_picture_size(data)
    # The encoding is fixed: what is inserted is UTF-8, whatever the declaration says.
    parser = expat.ParserCreate("UTF-8", " ")
    seen = _Seen(data, parser)
    parser.StartDoctypeDeclHandler = seen.refuse
    parser.EntityDeclHandler = seen.refuse
    parser.ExternalEntityRefHandler = seen.refuse
    parser.StartNamespaceDeclHandler = seen.namespace
    parser.StartElementHandler = seen.start
    parser.EndElementHandler = seen.end
    parser.CharacterDataHandler = seen.characters
    try:
        # A byte order mark would win over the encoding that is fixed above.
        data.decode()
        parser.Parse(data, True)  # noqa: FBT003 # Positional in expat: this is the last part.
    except (expat.ExpatError, UnicodeDecodeError) as fault:
        msg = f"This SVG is not well-formed UTF-8 XML: {fault}. Save it anew as plain SVG."
        raise MalformedDocument(msg) from fault
    return seen
