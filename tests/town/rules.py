"""Rules, parts and pathways of every kind, for Hypothesis: small, so that many are fulfilled."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from issuer.model.achievement import Tier
from issuer.model.pathway import Pathway
from issuer.model.rule import AllOf, Capstone, CreditsOf, Held, Rule, SomeOf, TierOf
from issuer.model.stack import Part

NAMES = ("a", "b", "c", "d", "e")
CAPSTONE = "z"
TIERS = dict(zip((*NAMES, CAPSTONE), [*Tier, *Tier], strict=True))
DAY = dt.date(2026, 1, 1)
NOTHING = {"en": "Of the town"}

tiers = st.sampled_from(list(Tier))
names = st.sampled_from(NAMES)
days = st.integers(0, 1_500).map(lambda number: DAY + dt.timedelta(days=number))
credits_ = st.none() | st.integers(1, 6).map(Decimal)
_simple: st.SearchStrategy[Rule] = st.one_of(
    names,
    st.builds(TierOf, tier=tiers),
    st.just(Capstone(capstone=CAPSTONE)),
    st.builds(
        CreditsOf,
        credits=st.integers(1, 8).map(Decimal),
        of=st.lists(names, min_size=1, max_size=4, unique=True).map(tuple),
    ),
)


def _combined(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(AllOf, all_of=several), st.builds(SomeOf, n=st.integers(1, 3), of=several)
    )


rules: st.SearchStrategy[Rule] = st.recursive(_simple, _combined, max_leaves=6)
helds = st.lists(
    st.builds(
        Held,
        name=st.sampled_from((*NAMES, CAPSTONE)),
        tier=tiers,
        ects=credits_,
        earned=days,
        own=st.booleans(),
    ),
    unique_by=lambda held: held.name,
    max_size=6,
)


def part(name: str, number: int = 0, **changes: Any) -> Part:
    """A part, as the whole names it."""
    digest = f"uEi{name}{number:043d}"
    value = {
        "name": name,
        "title": NOTHING,
        "achievement": f"https://uni.example/achievements/{name}",
        "tier": TIERS.get(name, Tier.BASIC),
        "ects": 2,
        "hours": 50,
        "earned": DAY,
        "documents": [
            {"format": "ob3", "id": f"https://uni.example/c/{name}/{number}", "digest": digest}
        ],
    }
    return Part.model_validate(value | changes)


@st.composite
def holdings(draw: st.DrawFn) -> list[Part]:
    """What a learner holds; some parts twice, none of them the same award."""
    found = draw(
        st.lists(st.tuples(st.sampled_from((*NAMES, CAPSTONE)), days, credits_), max_size=8)
    )
    return [
        part(name, number, earned=day, ects=ects) for number, (name, day, ects) in enumerate(found)
    ]


@st.composite
def pathways(draw: st.DrawFn) -> Pathway:
    """A pathway of five parts and a capstone, with needs, and steps that may name lower ones."""
    needs = draw(st.lists(st.none() | rules, min_size=5, max_size=5))
    parts = [
        {"achievement": name, "tier": TIERS[name], "needs": need}
        for name, need in zip(NAMES, needs, strict=True)
    ]
    parts.append({"achievement": CAPSTONE, "tier": TIERS[CAPSTONE], "capstone": True})
    steps: list[dict[str, Any]] = []
    count, above = draw(st.tuples(st.integers(1, 3), st.booleans()))
    for number in range(count):
        rule = draw(rules)
        if steps and above:
            rule = AllOf(all_of=(steps[-1]["achievement"], rule))
        steps.append(
            {
                "achievement": f"step-{number}",
                "tier": draw(tiers),
                "rule": rule,
                "max_age_months": draw(st.none() | st.integers(1, 30)),
            }
        )
    return pathway(parts=parts, steps=steps)


def pathway(**changes: Any) -> Pathway:
    """A pathway of one part and one step, unless told otherwise."""
    value: dict[str, Any] = {
        "slug": "way",
        "organisation": "uni",
        "title": NOTHING,
        "description": NOTHING,
        "parts": [{"achievement": "a", "tier": "basic"}],
        "steps": [{"achievement": "step", "tier": "basic", "rule": "a"}],
    }
    return Pathway.model_validate(value | changes)
