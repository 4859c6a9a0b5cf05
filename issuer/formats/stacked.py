"""What a stacked award is built from, in our small vocabulary: ``stackedFrom`` of a badge.

The terms are in ``schemas/vocabulary/testamur-stacking-v1.json``; ``digestMultibase`` is that of
VCDM 2.0 §5.3. `compose` and `parse` stand side by side; a European document is read in
`issuer.formats.elm3`, to the same values, and `issuer.formats.stacking` asks either. Nothing is
judged here.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import schemas
from issuer.errors import MalformedDocument
from issuer.formats.tolerant import listed, mapping, mappings, text
from issuer.formats.vocabulary import plain
from issuer.model import rule as rules
from issuer.model.achievement import DocumentFormat, Tier
from issuer.model.rule import Held, Rule
from issuer.model.stack import MOST_PARTS, IfRevoked, Part, Stack

TERM = "stackedFrom"
_BADGES = (DocumentFormat.OB3, DocumentFormat.OB3_JWT)
_MOST_CREDITS = 10_000


@dataclass(frozen=True)
class StatedPart:
    """A part as a document names it, UNVERIFIED; empty texts are not stated."""

    id: str
    digest: str
    name: str
    title: str
    achievement: str
    tier: Tier
    ects: Decimal | None
    hours: Decimal | None
    earned: dt.date
    issuer: str
    stands_for: bool

    @property
    def held(self) -> Held:
        """The part as a rule sees it."""
        own = not self.issuer and not self.stands_for
        return Held(self.name, self.tier, self.ects, self.earned, own)


@dataclass(frozen=True)
class Stated:
    """What a document says that it is built from, UNVERIFIED."""

    pathway: str
    title: str
    rule: Rule
    max_age_months: int | None
    if_revoked: IfRevoked
    ects: Decimal | None
    hours: Decimal | None
    parts: tuple[StatedPart, ...]


def compose(stack: Stack, *, credential_id: str, base_url: str, language: str) -> dict[str, Any]:
    """State it: the value of ``stackedFrom``. Texts are in ``language``."""
    node: dict[str, Any] = {
        "id": f"{credential_id}#stack",
        "type": ["Stack"],
        "pathway": f"{base_url}/pathways/{stack.pathway}/v/{stack.pathway_version}",
        "pathwayTitle": stack.pathway_title.get(language),
        "rule": rules.encode(stack.rule),
        "ifPartRevoked": f"{schemas.VOCABULARY}{stack.if_revoked}",
        "totalCredits": plain(stack.ects),
        "totalHours": plain(stack.hours),
        "part": [_part(part, language) for part in stack.parts],
    }
    if stack.max_age_months is not None:
        node["partsNotOlderThan"] = stack.max_age_months
    return node


def _part(part: Part, language: str) -> dict[str, Any]:
    document = part.document(*_BADGES)
    node: dict[str, Any] = {
        "id": document.id,
        "type": ["StackedPart"],
        "digestMultibase": document.digest,
        "partName": part.name,
        "partTitle": part.title.get(language),
        "partAchievement": part.achievement,
        "partTier": f"{schemas.VOCABULARY}{part.tier}",
        "partEarned": part.earned.isoformat(),
    }
    if part.ects is not None:
        node["partCredits"] = plain(part.ects)
    if part.hours is not None:
        node["partHours"] = plain(part.hours)
    if part.issuer is not None:
        node["partIssuer"] = part.issuer
    if part.substitute:
        node["partStandsFor"] = True
    return node


def is_stacked(document: Mapping[str, Any]) -> bool:
    """Whether a document says, in our vocabulary, that it is built from parts."""
    ours = any(map(schemas.is_stacking_context, listed(document.get("@context"))))
    return ours and TERM in mapping(document.get("credentialSubject"))


def parse(document: Mapping[str, Any]) -> Stated:
    """What a stacked document states; raises MalformedDocument, naming what is wrong."""
    node = mapping(mapping(document.get("credentialSubject")).get(TERM))
    with reading():
        return _stated(node)


@contextmanager
def reading() -> Iterator[None]:
    """What is found wrong within is a MalformedDocument that says so."""
    try:
        yield
    except (ValueError, ArithmeticError, KeyError) as fault:
        msg = f"What it says of its parts cannot be read: {fault}"
        raise MalformedDocument(msg) from fault


def require_number_of_parts(many: int) -> None:
    """Raise ValueError for no part, and for more than there can be."""
    if not 1 <= many <= MOST_PARTS:
        msg = f"it names {many} parts; 1 to {MOST_PARTS} are possible"
        raise ValueError(msg)


def amount(written: str, *, term: str) -> Decimal:
    """Credits or hours; raises ValueError or ArithmeticError for what is no such number."""
    value = Decimal(written)
    if not (value.is_finite() and 0 <= value <= _MOST_CREDITS):
        msg = f"{term} is no number that can be"
        raise ValueError(msg)
    return value


def _stated(node: Mapping[str, Any]) -> Stated:
    listed_parts = mappings(node.get("part"))
    require_number_of_parts(len(listed_parts))
    months = node.get("partsNotOlderThan")
    if months is not None and (type(months) is not int or months < 1):
        msg = "partsNotOlderThan is no number of months"
        raise ValueError(msg)
    return Stated(
        pathway=text(node.get("pathway")) or "",
        title=text(node.get("pathwayTitle")) or "",
        rule=rules.decode(_required(node, "rule")),
        max_age_months=months,
        if_revoked=IfRevoked(_own(node, "ifPartRevoked")),
        ects=_decimal(node, "totalCredits"),
        hours=_decimal(node, "totalHours"),
        parts=tuple(map(_stated_part, listed_parts)),
    )


def _stated_part(node: Mapping[str, Any]) -> StatedPart:
    return StatedPart(
        id=_required(node, "id"),
        digest=_required(node, "digestMultibase"),
        name=_required(node, "partName"),
        title=text(node.get("partTitle")) or _required(node, "partName"),
        achievement=text(node.get("partAchievement")) or "",
        tier=Tier(_own(node, "partTier")),
        ects=_decimal(node, "partCredits"),
        hours=_decimal(node, "partHours"),
        earned=dt.date.fromisoformat(_required(node, "partEarned")),
        issuer=text(node.get("partIssuer")) or "",
        stands_for=node.get("partStandsFor") is True,
    )


def _required(node: Mapping[str, Any], term: str) -> str:
    found = text(node.get(term))
    if found is None:
        msg = f"{term} is missing"
        raise ValueError(msg)
    return found


def _own(node: Mapping[str, Any], term: str) -> str:
    return _required(node, term).removeprefix(schemas.VOCABULARY)


def _decimal(node: Mapping[str, Any], term: str) -> Decimal | None:
    found = node.get(term)
    if found is None:
        return None
    # What is stated and is no number must not pass as not stated.
    return amount(text(found) or str(found), term=term)
