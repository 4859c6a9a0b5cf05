"""The share card of a credential: what a link shows when it is posted, 1200 × 627 pixels.

LinkedIn and Open Graph (https://ogp.me/) take PNG of this size. The card states no verdict: a
picture cannot be fresh. Where it goes and who may see it is not decided here.
"""

from dataclasses import dataclass

from issuer.render.typesetting import draw, letter, line, look

WIDTH = 1200
"""Pixels."""
HEIGHT = 627
"""Pixels."""


@dataclass(frozen=True)
class CardFacts:
    """What a card says; every text in any script, of any length."""

    title: str
    institution: str
    host: str
    """Host name of the public page."""
    colour: str = "#3b2170"
    """Ground, ``#rrggbb``, at least 7:1 against white."""
    name: str | None = None
    """Of the learner; left out if it cannot be drawn."""
    tiers: tuple[int, ...] = ()
    """The tiers (1–3) that this credential certifies; empty: the course states none."""
    hours: str | None = None
    ects: str | None = None
    eqf: int | None = None
    language: str = "en"
    """BCP 47 tag of the title."""
    other_titles: tuple[str, ...] = ()
    """The title in other languages: the first that can be drawn stands in."""


def card(facts: CardFacts) -> bytes:
    """Return the share card as PNG; the same facts give the same bytes.

    Raises FieldsInvalid for a colour or tier that is none.
    """
    titles = (line(title, most=170) for title in (facts.title, *facts.other_titles))
    institution = line(facts.institution, most=150)
    return draw(
        "card",
        {
            **look(colour=facts.colour, tiers=facts.tiers, language=facts.language),
            "title": next(filter(None, titles), "Micro-credential"),
            "institution": institution or line(facts.host, most=60) or " ",
            "letter": letter(institution),
            "name": line(facts.name, most=90),
            "hours": line(facts.hours, most=7),
            "ects": line(facts.ects, most=5),
            "eqf": None if facts.eqf is None else str(facts.eqf),
            "host": line(facts.host, most=60) or "testamur",
        },
    )
