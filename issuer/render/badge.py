"""The badge picture of a course: a square of 800 × 800 pixels, into which a credential is baked.

Open Badges 3.0 §5.3 (https://www.imsglobal.org/spec/ob/v3p0/#baked-badge) asks for a PNG or SVG and
nothing more. The picture names no learner and states no verdict. Baking is `issuer.carriers`'.
"""

from dataclasses import dataclass

from issuer.render.typesetting import draw, letter, line, look

SIDE = 800
"""Pixels."""


@dataclass(frozen=True)
class BadgeFacts:
    """What a badge says; every text in any script, of any length."""

    title: str
    institution: str
    colour: str = "#3b2170"
    """Ground, ``#rrggbb``, at least 7:1 against white."""
    tiers: tuple[int, ...] = ()
    """The tiers (1–3) that the credential certifies; empty: the course states none."""
    ects: str | None = None
    eqf: int | None = None
    language: str = "en"
    """BCP 47 tag of the title."""
    other_titles: tuple[str, ...] = ()
    """The title in other languages: the first that can be drawn stands in."""


def badge(facts: BadgeFacts) -> bytes:
    """Return the badge picture as PNG; the same facts give the same bytes.

    Raises FieldsInvalid for a colour or tier that is none.
    """
    titles = (line(title, most=150) for title in (facts.title, *facts.other_titles))
    institution = line(facts.institution, most=120)
    return draw(
        "badge",
        {
            **look(colour=facts.colour, tiers=facts.tiers, language=facts.language),
            "title": next(filter(None, titles), "Micro-credential"),
            "institution": institution or " ",
            "letter": letter(institution),
            "ects": line(facts.ects, most=5),
            "eqf": None if facts.eqf is None else str(facts.eqf),
        },
    )
