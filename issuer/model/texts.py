"""Texts and addresses as every noun uses them: clean, bounded, language-tagged.

Sources: RFC 5646 (BCP 47 language tags); RDF 1.2 / RDFC-1.0 escaping differences between
libraries (C0 controls, DEL, U+FFFE, U+FFFF, surrogates), hence refused at input.
This module does *not* judge meaning, translate or render.
"""

import base64
import re
import unicodedata
from collections.abc import Iterator
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, RootModel, StringConstraints
from pydantic_core import to_json

# Non-characters stand at the end of each of the 17 planes and at U+FDD0–FDEF.
_PLANE_ENDS = "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
_FORBIDDEN = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ud800-\udfff{_PLANE_ENDS}]"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_LINE_ENDS = re.compile("[\t\n\r\u2028\u2029]")
# RFC 3986 without square brackets, which only an IPv6 host may hold; one fragment at most.
_URI_TEXT = r"(?:[!$&'()*+,\-./0-9:;=?@A-Z_a-z~]|%[0-9A-Fa-f]{2})"
_URI = re.compile(rf"{_URI_TEXT}+(?:#{_URI_TEXT}*)?")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_T = TypeVar("_T")
_put = object.__setattr__


class Noun(BaseModel):
    """A frozen, validated value; unknown fields are refused so that nothing is lost in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @classmethod
    def known(cls, fields: dict[str, Any]) -> Self:
        """The value with these fields, each of which was validated when it was made.

        As `model_construct`, in a fifth of the time; ``fields`` must not be used again.
        """
        if fields.keys() != cls.__pydantic_fields__.keys():
            # What was kept by an older program has its newer fields by default.
            return cls.model_construct(None, **fields)
        noun = cls.__new__(cls)
        _put(noun, "__dict__", fields)
        _put(noun, "__pydantic_fields_set__", set(fields))
        _put(noun, "__pydantic_extra__", None)
        _put(noun, "__pydantic_private__", None)
        return noun

    def as_json(self) -> bytes:
        """The value as JSON in UTF-8: as `model_dump_json`, without the text in between."""
        return to_json(self, by_alias=False)


def clean(text: str) -> str:
    """Return ``text`` in NFC with plain line ends.

    Raises ValueError on characters that signatures disagree about, and where there is nothing to
    read (spaces, invisible and directional characters alone).
    """
    # Most texts begin with a letter or digit and print: nothing of what follows is in them.
    if text[:1].isalnum() and text.isprintable() and unicodedata.is_normalized("NFC", text):
        return text
    if found := _FORBIDDEN.search(text):
        msg = (
            f"holds the control or non-character U+{ord(found.group()):04X} at position "
            f"{found.start() + 1}: remove it"
        )
        raise ValueError(msg)
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in text):
        msg = "holds nothing that can be read"
        raise ValueError(msg)
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def from_right_to_left(text: str) -> bool:
    """Whether ``text`` is read so: its first strong character says (UAX #9, rules P2 and P3)."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"


def without_bidi(text: str) -> str:
    """Return ``text`` without bidirectional controls, for places that cannot isolate it."""
    return _BIDI.sub("", text)


def _one_line(text: str) -> str:
    # As below, where most lines end.
    if text.isascii() and text.isprintable() and text[:1].isalnum():
        return text
    if not text.isprintable() and _LINE_ENDS.search(text):
        msg = "must be one line without tabs"
        raise ValueError(msg)
    return clean(text)


def language_tag(tag: str) -> str:
    """Return a BCP 47 tag (language, script, region) or raise ValueError."""
    if not _LANGUAGE.fullmatch(tag):
        msg = f"{tag!r} is not a BCP 47 language tag such as en, de-AT or zh-Hant"
        raise ValueError(msg)
    return tag


def https_url(url: str) -> str:
    """Return an absolute https address without userinfo (http for localhost), or raise ValueError.

    A document may carry links that people click; ``javascript:`` and its kin never pass.
    """
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"}
    if not (parts.scheme == "https" or local) or not parts.hostname or "@" in parts.netloc:
        msg = f"{url[:80]!r} is not an https address"
        raise ValueError(msg)
    # Plain ASCII without spaces, quotes or brackets: the same IRI in every serialisation.
    if not _URI.fullmatch(url):
        msg = f"{url[:80]!r} holds characters that must be percent-encoded in an address"
        raise ValueError(msg)
    return url


def absolute_iri(iri: str) -> str:
    """Return an https, http or urn IRI in plain ASCII, or raise ValueError."""
    if not re.match(r"https?://[^/?#]|urn:[a-z0-9][a-z0-9-]+:.", iri):
        msg = f"{iri[:80]!r} is not an absolute http, https or urn identifier"
        raise ValueError(msg)
    if not _URI.fullmatch(iri):
        msg = f"{iri[:80]!r} must be plain ASCII (percent-encode the rest)"
        raise ValueError(msg)
    return iri


def distinct(values: tuple[_T, ...]) -> tuple[_T, ...]:
    """Return ``values``; raise ValueError if one stands there twice."""
    twice = next((v for i, v in enumerate(values) if v in values[:i]), None)
    if twice is not None:
        msg = f"{twice!s:.80} stands there twice"
        raise ValueError(msg)
    return values


def png_in_base64(text: str) -> str:
    """Return ``text`` if it is a PNG of at most 4 096 pixels a side in base64; raise ValueError.

    Only its head is read (PNG 3rd edition §5.2, §11.2.1): pictures are drawn elsewhere.
    """
    most = 4_096
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as fault:
        msg = "must be a PNG in base64"
        raise ValueError(msg) from fault
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        msg = "must be a PNG in base64"
        raise ValueError(msg)
    if not (1 <= width <= most and 1 <= height <= most):
        msg = f"the picture has {width} × {height} pixels; 1 to {most} a side are possible"
        raise ValueError(msg)
    return text


Line = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_one_line)]
"""One line of clean text, 1–300 characters, NFC."""

Prose = Annotated[str, StringConstraints(min_length=1, max_length=10_000), AfterValidator(clean)]
"""Clean text of several lines, 1–10 000 characters, NFC."""

LanguageTag = Annotated[str, AfterValidator(language_tag)]
HttpsUrl = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(https_url)]
Iri = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(absolute_iri)]
Picture = Annotated[str, StringConstraints(max_length=400_000), AfterValidator(png_in_base64)]
"""A PNG in base64, at most 400 000 characters and 4 096 pixels a side; never fetched."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$")]
"""Lower-case name for addresses: letters, digits, hyphens, 1–64 characters."""


class LangText(RootModel[dict[LanguageTag, Prose]]):
    """A text in one or more languages: a map from BCP 47 tag to text, in the given order."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    def model_post_init(self, _context: object) -> None:
        """Refuse an empty map, and one without end."""
        most = 40
        if not 1 <= len(self.root) <= most:
            msg = 'needs a text in 1 to 40 languages, for example {en = "…"}'
            raise ValueError(msg)

    @classmethod
    def of(cls, **texts: str) -> Self:
        """Make one from keywords: ``LangText.of(en="Title", de="Titel")``."""
        return cls(dict(texts))

    def __iter__(self) -> Iterator[tuple[str, str]]:  # type: ignore[override]  # A map iterates as pairs here.
        """Iterate over (tag, text)."""
        return iter(self.root.items())

    def __eq__(self, other: object) -> bool:
        """Compare with the order: the first language is the one a document is written in."""
        return isinstance(other, LangText) and [*self] == [*other]

    def __hash__(self) -> int:
        """Hash by content, so that nouns may be dictionary keys."""
        return hash(tuple(self.root.items()))

    @property
    def languages(self) -> tuple[str, ...]:
        """The tags, in the given order."""
        return tuple(self.root)

    def get(self, *tags: str) -> str:
        """The text in the first of ``tags`` that exists (then by base language), else the first."""
        for tag in tags:
            if tag in self.root:
                return self.root[tag]
            for own, text in self.root.items():
                if own.split("-", maxsplit=1)[0] == tag.split("-", maxsplit=1)[0]:
                    return text
        return next(iter(self.root.values()))
