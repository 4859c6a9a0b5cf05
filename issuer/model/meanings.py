"""What credits, a level and a tier mean to somebody who has never heard of any of them.

ECTS Users' Guide 2015 (25–30 hours a credit, 60 a year); European Qualifications Framework, Council
Recommendation 2017/C 189/03 (levels 1–8); the tiers are the university's own
(docs/explanation/tiers-and-levels.md). Words alone: nothing is judged here.
"""

from issuer.model.achievement import Cycle, Tier

HOURS_A_WEEK = 40
"""Hours of a working week, by which a workload is pictured."""
CREDITS_A_YEAR = 60
"""European credits of a full year of study."""
LEVELS = 8
"""Levels of the European Qualifications Framework."""
TIERS = 3
"""Tiers of the university's own path."""
CREDITS_COUNT_WORK = (
    f"European credits count work: one is 25 to 30 hours, a full year of study is {CREDITS_A_YEAR}."
)
"""What European credits are, in one sentence."""
AS_DEMANDING_AS = {
    1: "what is learned by the end of primary school",
    2: "what is learned by the end of compulsory school",
    3: "the work for a first vocational certificate",
    4: "the work for a school-leaving certificate that opens the way to university",
    5: "the first two years of higher education",
    6: "the work for a bachelor’s degree",
    7: "the work for a master’s degree",
    8: "the work for a doctorate",
}
"""EQF level to what people know."""
CYCLES = {
    Cycle.SHORT: "Short cycle",
    Cycle.FIRST: "First cycle",
    Cycle.SECOND: "Second cycle",
    Cycle.THIRD: "Third cycle",
}
"""Bologna cycle to its name."""
TIER_MEANS = {
    Tier.BASIC: "Basic: works with guidance.",
    Tier.INTERMEDIATE: "Intermediate: works without help in familiar situations.",
    Tier.PROFESSIONAL: "Professional: leads others and decides in new situations.",
}
"""Tier to what a holder can do, in one sentence."""


def how_demanding(eqf: int) -> str:
    """What an EQF level says, 1 to 8, as a beginning: whoever uses it ends the sentence."""
    return f"As demanding as {AS_DEMANDING_AS[eqf]}. It says how hard, not how long"


def tier_in_words(tier: Tier) -> str:
    """``tier 2 of 3, intermediate``."""
    return f"tier {tier.number} of {TIERS}, {tier}"
