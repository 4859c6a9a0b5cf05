"""The diploma: one design for the PDF that people want and the picture that ELM demands.

ISO 19005-3 (PDF/A-3, level a) and ISO 14289-1 (PDF/UA-1), as typst 0.15 checks them; sealed
documents are attached with the relationship Source (ISO 32000-2 §7.11.3). Two pages at most,
whatever comes in: what does not fit is counted and said. The same facts give the same bytes.
Nothing is sealed or read here.
"""

import base64
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import tomli_w

from issuer.errors import FieldsInvalid
from issuer.render import qr
from issuer.render.typesetting import letter, line, look, typeset

TEMPLATE: Final = "testamur-diploma/1"
"""Name and version of the design; another one draws other pages from the same facts."""
_PPI: Final = 82
_MOST_LOGO: Final = 64 * 1024
_MOST_SIDE: Final = 2_000
_MOST_OUTCOMES: Final = 60
_MOST_ROWS: Final = 100
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_STAMP: Final = re.compile(r"(testamur-diploma/[0-9]{1,4}), (typst/[0-9.]{1,20}), (#[0-9a-f]{6})")
_UNKNOWN: Final = "a name that cannot be printed here"


@dataclass(frozen=True)
class Attachment:
    """A sealed document inside the PDF; text, because a template takes nothing else."""

    name: str
    media_type: str
    description: str
    data: bytes
    """UTF-8."""


@dataclass(frozen=True)
class FactOfFour:
    """One of the four numbers of the first page."""

    gauge: str
    """``weeks``, ``ects``, ``eqf`` or ``tier``."""
    number: float
    label: str
    big: str
    of: str | None
    sentence: str


@dataclass(frozen=True)
class DiplomaFacts:
    """What a diploma says; every text in any script and of any length."""

    title: str
    name: str
    """Of the learner."""
    institution: str
    number: str
    """Of the credential."""
    url: str
    """Absolute address of the public page; the QR code holds it."""
    kind: str
    where_when: str
    proves: str
    """What the reader of the paper should do."""
    sealed: str
    colour: str = "#3b2170"
    """``#rrggbb``, at least 7:1 against white."""
    tiers: tuple[int, ...] = ()
    language: str = "en"
    """BCP 47 tag of the texts of the issuer."""
    logo: bytes | None = None
    """PNG of at most 64 KiB and 2 000 pixels a side; another one is left out."""
    facts: tuple[FactOfFour, ...] = ()
    can_do: str | None = None
    description: str = ""
    outcomes: tuple[str, ...] = ()
    elements: tuple[tuple[str, str, str], ...] = ()
    """Number, name and value of each element of Annex I."""
    units: tuple[tuple[str, str], ...] = ()
    """Units of the syllabus with their hours."""
    together: str | None = None
    syllabus_version: str | None = None
    evidence: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    """What the words mean."""


@dataclass(frozen=True)
class Stamp:
    """What is needed beside the attachments to make the same pages again."""

    template: str
    typst: str
    """``typst/<version>``."""
    colour: str

    @property
    def is_ours(self) -> bool:
        """Whether this installation draws with the same template and typesetter."""
        return (self.template, self.typst) == (TEMPLATE, typst_version())


def typst_version() -> str:
    """``typst/0.15.2``."""
    return f"typst/{version('typst')}"


def stamp_of(keywords: str) -> Stamp | None:
    """Read the keywords of a PDF; None if they are not those of a diploma."""
    found = _STAMP.fullmatch(keywords)
    return Stamp(found[1], found[2], found[3]) if found else None


def diploma_pdf(
    facts: DiplomaFacts, *, attachments: Sequence[Attachment], made: dt.datetime
) -> bytes:
    """Return the diploma as PDF/A-3a and PDF/UA-1 with the documents attached.

    ``made`` (aware) is the date in its metadata. Raises FieldsInvalid for a colour or tier that is
    none, or an attachment that is not UTF-8.
    """
    inputs = _inputs(facts, attachments, made)
    return typeset("diploma", inputs, form="pdf", standards=("a-3a", "ua-1"))[0]


def diploma_picture(facts: DiplomaFacts) -> bytes:
    """Return the first page as PNG; raises FieldsInvalid for a colour or tier that is none."""
    inputs = _inputs(facts, (), dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    return typeset("diploma", inputs, form="png", ppi=_PPI)[0]


def _inputs(
    facts: DiplomaFacts, attachments: Sequence[Attachment], made: dt.datetime
) -> dict[str, str]:
    style = look(colour=facts.colour, tiers=facts.tiers, language=facts.language)
    at = made.astimezone(dt.UTC)
    said = {
        **_texts(facts),
        "lang": style["lang"],
        "logo": _picture(facts.logo),
        "qr": qr.svg(facts.url).decode(),
        "keywords": [TEMPLATE, typst_version(), facts.colour.lower()],
        "made": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "attachments": [
            {"name": a.name, "media_type": a.media_type, "description": a.description}
            for a in attachments
        ],
    }
    inputs = {key: value for key, value in style.items() if value is not None}
    inputs["letter"] = letter(facts.institution)
    inputs["facts"] = tomli_w.dumps({k: v for k, v in said.items() if v is not None})
    for number, one in enumerate(attachments):
        inputs[f"attachment{number}"] = _text(one.data)
    return inputs


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as fault:
        msg = "An attachment of a diploma must be UTF-8 text."
        raise FieldsInvalid(msg) from fault


def _texts(facts: DiplomaFacts) -> dict[str, Any]:
    return {
        "title": line(facts.title, most=300) or "Micro-credential",
        "name": line(facts.name, most=120) or _UNKNOWN,
        "institution": line(facts.institution, most=160) or "an institution",
        "number": line(facts.number, most=80) or "",
        "url": facts.url,
        "url_short": line(facts.url.partition("://")[2], most=120) or facts.url,
        "kind": facts.kind,
        "where_when": line(facts.where_when, most=120) or "",
        "proves": facts.proves,
        "sealed": line(facts.sealed, most=300) or "",
        "facts": [_fact(one) for one in facts.facts[:4]],
        "can_do": line(facts.can_do, most=220),
        "description": line(facts.description, most=900) or "",
        "outcomes": _lines(facts.outcomes[:_MOST_OUTCOMES], most=240),
        "elements": [[n, label, line(v, most=320) or "–"] for n, label, v in facts.elements],
        "units": [[line(t, most=120) or "–", h] for t, h in facts.units[:_MOST_ROWS]],
        "together": facts.together,
        "syllabus_version": line(facts.syllabus_version, most=80),
        "evidence": [[line(t, most=160) or "–", h] for t, h in facts.evidence[:_MOST_ROWS]],
        "words": [list(pair) for pair in facts.words],
    }


def _fact(one: FactOfFour) -> dict[str, Any]:
    return {
        "gauge": one.gauge,
        "number": one.number,
        "label": one.label,
        "big": one.big,
        "sentence": one.sentence,
        # TOML has no nothing.
        "of": one.of or "",
    }


def _lines(texts: Sequence[str], *, most: int) -> list[str]:
    """Each text as it can be drawn; one that cannot be is named as such, never left out."""
    return [line(text, most=most) or "(a text that cannot be printed here)" for text in texts]


def _picture(logo: bytes | None) -> str | None:
    """The logo as an SVG around its PNG; None for what is no small PNG."""
    if logo is None or not logo.startswith(_PNG) or len(logo) > _MOST_LOGO:
        return None
    width, height = (int.from_bytes(logo[i : i + 4], "big") for i in (16, 20))
    if not (0 < width <= _MOST_SIDE and 0 < height <= _MOST_SIDE):
        return None
    data = base64.b64encode(logo).decode("ascii")
    # At most four times as wide as high, so that the name of the institution has its place.
    shown = min(width, 4 * height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {shown} {height}" width="{shown}" height="{height}">'
        f'<image width="{shown}" height="{height}" xlink:href="data:image/png;base64,{data}"/>'
        "</svg>"
    )
