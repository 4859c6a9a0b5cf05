"""The files that are attached to a PDF, and what it says it was made with.

ISO 32000-2 §7.11.4 and §14.13 (embedded and associated files), §14.3.3 (document information).
They are what the last revision of the file has: a later change may have put in others.
"""

from dataclasses import dataclass
from typing import Any, Final

from issuer.carriers.pdf.library import members_of, reading, value_of
from issuer.errors import MalformedDocument

_MOST_ATTACHED: Final = 16
_MOST_NODES: Final = 64
_MOST_KEYWORDS: Final = 200


@dataclass(frozen=True)
class Attached:
    """A file inside a PDF, as it was put in."""

    name: str
    media_type: str
    """As stated; empty if it is not."""
    description: str
    data: bytes


@dataclass(frozen=True)
class Contents:
    """What a PDF carries beside its pages; everything UNVERIFIED."""

    attached: tuple[Attached, ...]
    """In the order of their names."""
    keywords: str
    """Of the document information; empty if there are none, or too many."""


def extract(data: bytes) -> Contents:
    """Read the attachments of a PDF.

    Raises MalformedDocument (no PDF, damaged, encrypted, more than sixteen attachments, two of one
    name) or DocumentTooLarge.
    """
    with reading(data) as reader:
        tree = value_of(value_of(reader.root, "/Names", otherwise={}), "/EmbeddedFiles")
        found = [_attached(name, spec) for name, spec in _named(tree or {})]
        information = value_of(reader.trailer_view, "/Info", otherwise={})
        keywords = value_of(information, "/Keywords", otherwise="")
    if len({one.name for one in found}) != len(found):
        raise MalformedDocument("This PDF has two files of one name attached to it.")
    is_text = isinstance(keywords, str) and len(keywords) <= _MOST_KEYWORDS
    return Contents(
        tuple(sorted(found, key=lambda one: one.name)), str(keywords) if is_text else ""
    )


def _named(tree: Any) -> list[tuple[str, Any]]:
    # ISO 32000-2 §7.9.6: a name tree; names and their values stand in turn.
    found: list[tuple[str, Any]] = []
    nodes, seen = [tree], 0
    while nodes:
        node, seen = nodes.pop(), seen + 1
        listed, kids = members_of(node, "/Names"), members_of(node, "/Kids")
        if seen > _MOST_NODES or len(kids) > _MOST_NODES:
            raise MalformedDocument("This PDF hides its attachments too deep to be looked for.")
        if len(found) + len(listed) // 2 > _MOST_ATTACHED:
            raise MalformedDocument("This PDF has more than sixteen files attached to it.")
        found += [(str(listed[at]), listed[at + 1]) for at in range(0, len(listed), 2)]
        nodes += kids
    return found


def _attached(name: str, spec: Any) -> Attached:
    files = spec["/EF"]
    stream = files["/F"]
    # §7.11.4: some readers take the one, some the other.
    if "/UF" in files and files.raw_get("/UF") != files.raw_get("/F"):
        raise MalformedDocument("This PDF has two files under one name attached to it.")
    return Attached(
        name=str(value_of(spec, "/UF", otherwise=name)),
        media_type=str(value_of(stream, "/Subtype", otherwise="")).removeprefix("/"),
        description=str(value_of(spec, "/Desc", otherwise="")),
        data=bytes(stream.data),
    )
