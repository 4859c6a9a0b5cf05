"""What a level and a tier mean to somebody who has never heard of either.

European Qualifications Framework, Council Recommendation 2017/C 189/03 (levels 1–8); the tiers are
the university's own (docs/explanation/tiers-and-levels.md). Words alone: nothing is judged here.
"""

from issuer.model.achievement import Cycle, Tier

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
