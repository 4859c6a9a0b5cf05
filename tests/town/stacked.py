"""A stack of four parts, one of them another institution's, and an award that is built from it."""

import datetime as dt
from decimal import Decimal
from typing import Any

from issuer.formats.awarded import Awarded
from issuer.model import rule as rules
from issuer.model.achievement import DocumentFormat, Tier
from issuer.model.stack import IfRevoked, Part, PartDocument, Stack
from issuer.model.texts import LangText
from issuer.proofs.digest_multibase import of_bytes
from tests.town import awards

_CHOICE = '{"n":1,"of":["law","visualisation"]}'
_CREDITS = '{"credits":"10","of":["foundations","practice","law","visualisation"]}'
RULE = rules.decode(
    f'{{"all_of":["foundations","practice",{_CHOICE},{_CREDITS},'
    '{"tier":"intermediate"},{"capstone":"project"}]}'
)


def digest_of(data: bytes) -> str:
    """``digestMultibase`` of bytes."""
    return of_bytes(data)


def part(name: str, tier: Tier, ects: int | None, *, earned: dt.date, **more: Any) -> Part:
    """A part of the demo university, in two forms."""
    address = f"{awards.BASE}/c/{name}"
    stated: dict[str, Any] = {
        "name": name,
        "title": LangText.of(en=name.title(), de=name.upper()),
        "achievement": f"{awards.BASE}/achievements/{name}/v/1",
        "tier": tier,
        "ects": None if ects is None else Decimal(ects),
        "hours": None if ects is None else Decimal(ects * 26),
        "earned": earned,
        "documents": (
            PartDocument(format=DocumentFormat.OB3, id=address, digest=digest_of(name.encode())),
            PartDocument(
                format=DocumentFormat.EDC,
                id=f"urn:credential:{name}",
                digest=digest_of(name.upper().encode()),
            ),
        ),
    }
    return Part.model_validate(stated | more)


def parts() -> tuple[Part, ...]:
    """Foundations, practice, law (recognised from elsewhere) and the project."""
    return (
        part("foundations", Tier.BASIC, 2, earned=dt.date(2025, 11, 14)),
        part("law", Tier.INTERMEDIATE, 3, earned=dt.date(2026, 1, 30), issuer="Other University"),
        part("practice", Tier.INTERMEDIATE, 5, earned=dt.date(2026, 2, 27)),
        part("project", Tier.PROFESSIONAL, 5, earned=dt.date(2026, 6, 12)),
    )


def stack(**more: Any) -> Stack:
    """Those four, in the second version of the pathway."""
    stated: dict[str, Any] = {
        "pathway": "data-steward",
        "pathway_version": 2,
        "pathway_title": LangText.of(en="Professional Data Steward"),
        "step": "professional-data-steward",
        "rule": RULE,
        "max_age_months": 60,
        "if_revoked": IfRevoked.FAILED,
        "parts": parts(),
    }
    return Stack.model_validate(stated | more)


def stacked_award(built: Stack | None = None) -> Awarded:
    """An award of the demo course that is built from it."""
    return awards.awarded(stack=built or stack())
