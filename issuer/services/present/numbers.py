"""Hours, credits, level and tier: each number with one sentence for a newcomer.

The words and their sources are in `issuer.model.meanings`; the printed diploma has them too.
Nothing is judged here: a number is repeated as it was stated.
"""

from decimal import Decimal

from issuer.model.achievement import Cycle, Tier
from issuer.model.meanings import (
    AS_DEMANDING_AS,
    CREDITS_A_YEAR,
    CREDITS_COUNT_WORK,
    CYCLES,
    HOURS_A_WEEK,
    LEVELS,
    TIER_MEANS,
    TIERS,
    how_demanding,
    tier_in_words,
)
from issuer.services.present import words
from issuer.services.present.views import Kind, Number


def work(hours: Decimal | None) -> Number:
    """The workload; a box is a working week."""
    if hours is None:
        return _unstated("hours", "Work", "The document does not state the hours of work.")
    return Number(
        kind="hours",
        label="Work",
        big=words.hours(hours),
        small="",
        sentence=f"About {words.duration(hours)} in all: teaching, own work and assessment.",
        filled=float(hours / HOURS_A_WEEK),
        whole=float(hours / HOURS_A_WEEK),
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
        sentence=CREDITS_COUNT_WORK,
        filled=min(float(ects), CREDITS_A_YEAR),
        whole=CREDITS_A_YEAR,
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
            small=f"of {LEVELS}",
            sentence=f"{how_demanding(eqf)}, and it is not a degree.{also}",
            filled=eqf,
            whole=LEVELS,
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
        small=f"of {TIERS}",
        sentence=f"{TIER_MEANS[stated]} Tiers are the university’s own three steps.",
        filled=stated.number,
        whole=TIERS,
    )


def tier_words(stated: Tier | None) -> str:
    """``tier 2 of 3, intermediate``; empty where no tier is stated."""
    return tier_in_words(stated) if stated else ""


def line(
    *, stated: Tier | None, hours: Decimal | None, ects: Decimal | None, eqf: int | None
) -> tuple[str, ...]:
    """``Tier 2 of 3``, ``135 hours``, ``5 ECTS``, ``EQF 6``: those that are stated."""
    return tuple(
        part
        for part in (
            f"Tier {stated.number} of {TIERS}" if stated else "",
            words.hours(hours),
            f"{words.plain(ects)} ECTS" if ects else "",
            f"EQF {eqf}" if eqf else "",
        )
        if part
    )


def _unstated(kind: Kind, label: str, sentence: str, *, big: str = "Not stated") -> Number:
    return Number(kind=kind, label=label, big=big, small="", sentence=sentence)
