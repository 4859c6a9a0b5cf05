"""Hours, credits, level and tier: each number with one sentence for a newcomer.

ECTS Users' Guide 2015 (25–30 hours a credit, 60 a year); European Qualifications Framework,
Council Recommendation 2017/C 189/03 (levels 1–8). The tier is the university's own. Nothing is
judged here: a number is repeated as it was stated.
"""

from decimal import Decimal

from issuer.model.achievement import Cycle, Tier
from issuer.model.meanings import AS_DEMANDING_AS, CYCLES, TIER_MEANS
from issuer.services.present import words
from issuer.services.present.views import Kind, Number

_HOURS_A_WEEK = Decimal(40)
_CREDITS_A_YEAR = 60
_LEVELS = 8
_TIERS = 3


def work(hours: Decimal | None) -> Number:
    """The workload; a box is a working week."""
    if hours is None:
        return _unstated("hours", "Work", "The document does not state the hours of work.")
    return Number(
        kind="hours",
        label="Work",
        big=f"{words.plain(hours)} {'hour' if hours == 1 else 'hours'}",
        small="",
        sentence=f"About {words.duration(hours)} in all: teaching, own work and assessment.",
        filled=float(hours / _HOURS_A_WEEK),
        whole=float(hours / _HOURS_A_WEEK),
    )


def credit(ects: Decimal | None) -> Number:
    """The credits, drawn against a year of study."""
    if ects is None:
        return _unstated("ects", "Credits", "The document states no European credits (ECTS).")
    return Number(
        kind="ects",
        label="Credits",
        big=f"{words.plain(ects)} ECTS",
        small="",
        sentence=(
            "European credits count work: one is 25 to 30 hours, a full year of study is "
            f"{_CREDITS_A_YEAR}."
        ),
        filled=min(float(ects), _CREDITS_A_YEAR),
        whole=_CREDITS_A_YEAR,
    )


def level(
    eqf: int | None, *, national: str | None, cycle: Cycle | None, not_applicable: bool
) -> Number:
    """How demanding: the European level, else the national one, else the cycle."""
    also = f" In its own country it is {national}." if national else ""
    if eqf in AS_DEMANDING_AS:
        return Number(
            kind="eqf",
            label="How demanding",
            big=f"EQF {eqf}",
            small=f"of {_LEVELS}",
            sentence=(
                f"As demanding as {AS_DEMANDING_AS[eqf]}. It says how hard, not how long, and "
                f"it is not a degree.{also}"
            ),
            filled=eqf,
            whole=_LEVELS,
        )
    if national or cycle:
        return _unstated(
            "eqf",
            "How demanding",
            "A level of a national or European framework; no European level (EQF) is stated.",
            big=national or (CYCLES[cycle] if cycle else ""),
        )
    if not_applicable:
        return _unstated(
            "eqf",
            "How demanding",
            "The issuer says that no level applies to it.",
            big="No level",
        )
    return _unstated("eqf", "How demanding", "The document states no level (EQF).")


def tier(stated: Tier | None) -> Number | None:
    """The step on the university's own path; None where it is not stated."""
    if stated is None:
        return None
    return Number(
        kind="tier",
        label="Step on the path",
        big=f"Tier {stated.number}",
        small=f"of {_TIERS}",
        sentence=f"{TIER_MEANS[stated]} Tiers are the university’s own three steps.",
        filled=stated.number,
        whole=_TIERS,
    )


def tier_words(stated: Tier | None) -> str:
    """``tier 2 of 3, intermediate``; empty where no tier is stated."""
    return f"tier {stated.number} of {_TIERS}, {stated}" if stated else ""


def line(
    *, stated: Tier | None, hours: Decimal | None, ects: Decimal | None, eqf: int | None
) -> tuple[str, ...]:
    """``Tier 2 of 3``, ``135 hours``, ``5 ECTS``, ``EQF 6``: those that are stated."""
    return tuple(
        part
        for part in (
            f"Tier {stated.number} of {_TIERS}" if stated else "",
            f"{words.plain(hours)} {'hour' if hours == 1 else 'hours'}" if hours else "",
            f"{words.plain(ects)} ECTS" if ects else "",
            f"EQF {eqf}" if eqf else "",
        )
        if part
    )


def _unstated(kind: Kind, label: str, sentence: str, *, big: str = "Not stated") -> Number:
    return Number(kind=kind, label=label, big=big, small="", sentence=sentence)
