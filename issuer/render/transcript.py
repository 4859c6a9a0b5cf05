"""The transcript: one A4 page with everything that was earned on a pathway, each part counted once.

PDF/UA-1 (ISO 14289-1) as typst 0.15 checks it. It is a reading copy: it is not sealed, carries no
credential and says so. The same facts give the same bytes. What it says is decided elsewhere.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import tomli_w

from issuer.render import qr
from issuer.render.coverage import drawable
from issuer.render.typesetting import directed, letter, line, look, typeset

MOST_PARTS: Final = 36
"""Rows that one page can hold."""
_MOST_URL: Final = 200


@dataclass(frozen=True)
class TranscriptRow:
    """One part that was earned; numbers as they are printed, empty where none is stated."""

    title: str
    tier: str
    earned: str
    ects: str
    hours: str
    note: str = ""
    """The number of the credential, or who issued it, where it is another institution's."""


@dataclass(frozen=True)
class TranscriptFacts:
    """What a transcript says; every text in any script and of any length."""

    title: str
    """Of the pathway."""
    name: str
    """Of the learner."""
    institution: str
    line: str
    """One sentence: what was reached."""
    parts: tuple[TranscriptRow, ...]
    ects: str
    hours: str
    proves: str
    """How to check it."""
    printed: str
    url: str | None = None
    """Public page of the highest award, where the learner shows it."""
    colour: str = "#3b2170"
    language: str = "en"


def transcript_pdf(facts: TranscriptFacts, *, made: dt.date) -> bytes:
    """Return the transcript as a PDF of one page; ``made`` is the date in its metadata.

    Raises FieldsInvalid for a colour that is none.
    """
    style = look(colour=facts.colour, tiers=(), language=facts.language)
    style["letter"] = letter(facts.institution)
    url = facts.url if facts.url and _printable(facts.url) else None
    said: dict[str, Any] = {
        "title": directed(facts.title, most=200) or "Pathway",
        "name": directed(facts.name, most=110) or "a name that cannot be printed here",
        "institution": directed(facts.institution, most=160) or "an institution",
        "line": line(facts.line, most=300) or "",
        "parts": [_row(row) for row in facts.parts[:MOST_PARTS]],
        "unlisted": max(0, len(facts.parts) - MOST_PARTS),
        "ects": line(facts.ects, most=12) or "",
        "hours": line(facts.hours, most=12) or "",
        "proves": line(facts.proves, most=300) or "",
        "printed": line(facts.printed, most=120) or "",
        "url": url.partition("://")[2] if url else "",
        "made": [made.year, made.month, made.day],
    }
    texts = (tomli_w.dumps(said), qr.svg(url).decode() if url else "")
    return typeset("transcript", style, form="pdf", texts=texts, standards=("ua-1",))[0]


def _printable(url: str) -> bool:
    return len(url) <= _MOST_URL and drawable(url) == url


def _row(row: TranscriptRow) -> dict[str, str]:
    return {
        "title": directed(row.title, most=120) or "(a title that cannot be printed here)",
        "tier": line(row.tier, most=4) or "",
        "earned": line(row.earned, most=24) or "",
        "ects": line(row.ects, most=8) or "",
        "hours": line(row.hours, most=8) or "",
        "note": directed(row.note, most=60) or "",
    }
