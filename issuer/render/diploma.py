"""The diploma: one design for the PDF that people want and the picture that ELM demands.

ISO 19005-3 (PDF/A-3, level a) and ISO 14289-1 (PDF/UA-1), as typst 0.15 checks them; sealed
documents are attached with the relationship Source (ISO 32000-2 §7.11.3). Two pages at most,
whatever comes in: what does not fit is counted and said. The same facts give the same bytes.
Nothing is sealed or read here.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import tomli_w

from issuer.errors import FieldsInvalid
from issuer.render import qr
from issuer.render.coverage import drawable
from issuer.render.logo import drawable_logo
from issuer.render.typesetting import directed, letter, line, look, typeset

TEMPLATE: Final = "testamur-diploma/1"
"""Name and version of the design; another one draws other pages from the same facts."""
MOST_ATTACHED: Final = 4 * 1024 * 1024
"""Bytes of all attachments together."""

MOST_PICTURE: Final = 150 * 1024
"""Bytes of a picture."""

# Pixels an inch: the largest with which a picture is small enough.
_PPIS: Final = (82, 72, 62, 52, 42)
_MOST_OUTCOMES: Final = 60
_MOST_ROWS: Final = 100
_MOST_ELEMENTS: Final = 18
_MOST_WORDS: Final = 6
_MOST_ATTACHMENTS: Final = 8
_MOST_URL: Final = 500
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,99}")
_STAMP: Final = re.compile(r"(testamur-diploma/[0-9]{1,4}), (typst/[0-9.]{1,20}), (#[0-9a-f]{6})")
# Words end at a blank or hyphen; Han and Hangul break everywhere.
_BETWEEN: Final = re.compile(r"[\s\u00ad\u2010\u2e80-\u9fff\uac00-\ud7a3-]+")
_UNDATED: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_NAMELESS: Final = "a name that cannot be printed here"
_UNPRINTED: Final = "(a text that cannot be printed here)"


@dataclass(frozen=True)
class Attachment:
    """A sealed document inside the PDF; text, because a template takes nothing else."""

    name: str
    """Of the file: ASCII letters, digits, ``.``, ``_`` and ``-``; no two alike."""
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
    url: str | None
    """Absolute address of the public page; the QR code holds it."""
    kind: str
    when: str
    proves: str
    """What the reader of the paper should do."""
    sealed: str
    place: str | None = None
    colour: str = "#3b2170"
    """``#rrggbb``, at least 7:1 against white."""
    tiers: tuple[int, ...] = ()
    language: str = "en"
    """BCP 47 tag of the texts of the issuer; our own are in English."""
    logo: bytes | None = None
    """PNG; one that `issuer.render.logo` does not draw leaves its place to a letter."""
    facts: tuple[FactOfFour, ...] = ()
    can_do: str | None = None
    description: str | None = None
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


def stamp(colour: str) -> tuple[str, str, str]:
    """The keywords of a PDF that is made here and now; `stamp_of` reads them."""
    return (TEMPLATE, typst_version(), colour.lower())


def stamp_of(keywords: str) -> Stamp | None:
    """Read the keywords of a PDF; None if they are not those of a diploma."""
    found = _STAMP.fullmatch(keywords)
    return Stamp(found[1], found[2], found[3]) if found else None


def diploma_pdf(
    facts: DiplomaFacts, *, attachments: Sequence[Attachment], made: dt.datetime
) -> bytes:
    """Return the diploma as PDF/A-3a and PDF/UA-1 with the documents attached.

    ``made`` (aware) is the date in its metadata. Raises FieldsInvalid for a colour or tier that is
    none, for a moment without a zone, and for attachments that are too large, not UTF-8 or badly
    named; UnusableInput for an address too long for a QR code.
    """
    style, said = _inputs(facts, attachments, made)
    texts = (*said, *(_text(one.data) for one in attachments))
    return typeset("diploma", style, form="pdf", texts=texts, standards=("a-3a", "ua-1"))[0]


def diploma_picture(facts: DiplomaFacts) -> bytes:
    """Return the first page as PNG of at most `MOST_PICTURE`; raises as `diploma_pdf` does.

    It stands for itself: what is on the second page of the PDF is said to be on the public page.
    """
    style, said = _inputs(facts, None, _UNDATED)
    drawn = (typeset("diploma", style, form="png", texts=said, ppi=ppi)[0] for ppi in _PPIS)
    # Forty-two pixels an inch are never too many.
    return next(page for page in drawn if len(page) <= MOST_PICTURE)


def _inputs(
    facts: DiplomaFacts, attachments: Sequence[Attachment] | None, made: dt.datetime
) -> tuple[dict[str, str | None], tuple[str, str, str]]:
    """What stays the same from learner to learner; the facts as TOML, QR code and logo as SVG.

    Without ``attachments`` (None, not an empty list) the first page stands alone.
    """
    style = look(colour=facts.colour, tiers=facts.tiers, language=facts.language)
    style["letter"] = letter(facts.institution)
    logo, logo_wide = drawable_logo(facts.logo) or ("", 0.0)
    url = _public(facts.url)
    said = {
        **_texts(facts),
        **_foot(facts, url),
        "logo_wide": logo_wide,
        "keywords": list(stamp(facts.colour)),
        "made": _moment(made),
        "attachments": _attached(attachments or ()),
        "alone": attachments is None,
    }
    # TOML has no nothing.
    written = tomli_w.dumps({key: value for key, value in said.items() if value is not None})
    return style, (written, qr.svg(url).decode() if url else "", logo)


def _moment(made: dt.datetime) -> list[int]:
    try:
        at = made.astimezone(dt.UTC)
    except OverflowError as fault:
        msg = f"A diploma cannot be dated {made.isoformat()}: that is no year in UTC."
        raise FieldsInvalid(msg) from fault
    if made.tzinfo is None:
        # It would mean another moment on another machine.
        raise FieldsInvalid("The moment at which a diploma is made needs a time zone.")
    return [at.year, at.month, at.day, at.hour, at.minute, at.second]


def _attached(attachments: Sequence[Attachment]) -> list[dict[str, str]]:
    names = {one.name for one in attachments}
    if not len(names) == len(attachments) <= _MOST_ATTACHMENTS:
        msg = f"A diploma takes up to {_MOST_ATTACHMENTS} attachments, no two of one name."
        raise FieldsInvalid(msg)
    if sum(len(one.data) for one in attachments) > MOST_ATTACHED:
        msg = f"The attachments of a diploma have {MOST_ATTACHED} bytes at most. Leave some out."
        raise FieldsInvalid(msg)
    for one in attachments:
        if not (_NAME.fullmatch(one.name) and _MEDIA_TYPE.fullmatch(one.media_type)):
            msg = f"{one.name!r:.60} is no file name, or {one.media_type!r:.60} no media type."
            raise FieldsInvalid(msg)
    return [
        {
            "name": one.name,
            "media_type": one.media_type,
            "description": line(one.description, most=200) or one.name,
        }
        for one in attachments
    ]


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as fault:
        msg = "An attachment of a diploma must be UTF-8 text."
        raise FieldsInvalid(msg) from fault


def _texts(facts: DiplomaFacts) -> dict[str, Any]:
    return {
        "title": directed(facts.title, most=240) or "Micro-credential",
        "longest": _longest(facts.title),
        "name": directed(facts.name, most=110) or _NAMELESS,
        "longest_of_name": _longest(facts.name),
        "institution": directed(facts.institution, most=160) or "an institution",
        "number": line(facts.number, most=60) or "",
        "kind": line(facts.kind, most=80) or "",
        "when": line(facts.when, most=80) or "",
        "place": directed(facts.place, most=60),
        "facts": [_fact(one) for one in facts.facts[:4]],
        "can_do": directed(facts.can_do, most=240),
        "description": directed(facts.description, most=700),
        "outcomes": [directed(t, most=240) or _UNPRINTED for t in facts.outcomes[:_MOST_OUTCOMES]],
        "unlisted": max(0, len(facts.outcomes) - _MOST_OUTCOMES),
        "elements": [
            [line(n, most=5) or "", line(label, most=60) or "", directed(v, most=320) or _UNPRINTED]
            for n, label, v in facts.elements[:_MOST_ELEMENTS]
        ],
        **_lists(facts),
        "words": [
            [line(word, most=40) or "", line(means, most=260) or ""]
            for word, means in facts.words[:_MOST_WORDS]
        ],
    }


def _lists(facts: DiplomaFacts) -> dict[str, Any]:
    return {
        "units": [
            [directed(t, most=120) or _UNPRINTED, line(hours, most=12) or ""]
            for t, hours in facts.units[:_MOST_ROWS]
        ],
        "more_units": max(0, len(facts.units) - _MOST_ROWS),
        "together": line(facts.together, most=12),
        "syllabus_version": directed(facts.syllabus_version, most=40),
        "evidence": [
            [directed(t, most=160) or _UNPRINTED, line(note, most=90) or ""]
            for t, note in facts.evidence[:_MOST_ROWS]
        ],
        "more_evidence": max(0, len(facts.evidence) - _MOST_ROWS),
    }


def _public(url: str | None) -> str | None:
    """An address that can be printed and scanned; None for another one."""
    is_short = url is not None and len(url) <= _MOST_URL
    return url if is_short and drawable(url or "") == url else None


def _foot(facts: DiplomaFacts, url: str | None) -> dict[str, Any]:
    return {
        "proves": line(facts.proves, most=300) or "",
        "sealed": line(facts.sealed, most=260) or "",
        "elsewhere": "on the public page" if url else "in the signed data",
        "url": url,
        "url_short": line(url.partition("://")[2] or url, most=110) if url else None,
    }


def _fact(one: FactOfFour) -> dict[str, Any]:
    return {
        "gauge": one.gauge,
        "number": float(one.number),
        "label": line(one.label, most=30) or "",
        "big": line(one.big, most=13) or "",
        "sentence": line(one.sentence, most=180) or "",
        "of": line(one.of, most=10) or "",
    }


def _longest(text: str) -> str:
    """The longest word: how large a text may be set depends on it."""
    return max(_BETWEEN.split(line(text, most=240) or ""), key=len)
