"""What a European document says that it is built from: ``hasPart`` of the claim, with our notes.

ELM 3.2 LearningAchievement; the notes are those of `issuer.formats.elm3.parts`, whose subject is a
term of our vocabulary. ELM allows one value or several everywhere. Others use ``hasPart``, too:
without a note of ours a document says nothing in our vocabulary. UNVERIFIED; nothing is judged.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import schemas
from issuer.formats.elm3.nodes import OWN
from issuer.formats.elm3.parts import MONTHS, PART_SCHEME, TIERS, YES
from issuer.formats.elm3.reading import claim_of, said_in, tongue_of
from issuer.formats.elm3.walk import listed, nodes
from issuer.formats.stacked import Stated, StatedPart, amount, reading, require_number_of_parts
from issuer.formats.tolerant import mapping, number
from issuer.model import rule as rules
from issuer.model.stack import IfRevoked

Json = Mapping[str, Any]
Notes = Mapping[str, list[Json]]
"""Notes by the term of our vocabulary that each is about."""
_OF_WHOLE = frozenset(
    {
        "pathway",
        "pathwayTitle",
        "rule",
        "ifPartRevoked",
        "totalCredits",
        "totalHours",
        "partsNotOlderThan",
    }
)
_OF_PART = frozenset(
    {
        "digestMultibase",
        "partName",
        "partTier",
        "partAchievement",
        "partHours",
        "partIssuer",
        "partStandsFor",
    }
)
_MONTHS = re.compile(rf"([1-9][0-9]{{0,5}}) {MONTHS}", re.ASCII)
_TIER_OF = {text: tier for tier, text in TIERS.items()}


def is_stacked(document: Json) -> bool:
    """Whether a European document says anything of parts in our vocabulary."""
    claim = _claim(document)
    if not _OF_WHOLE.isdisjoint(_notes(claim)):
        return True
    return any(not _OF_PART.isdisjoint(_notes(part)) for part in nodes(claim.get("hasPart")))


def parse(document: Json) -> Stated:
    """What a stacked document states; raises MalformedDocument, naming what is wrong."""
    with reading():
        return _stated(_claim(document), tongue_of(document))


def credits_of(document: Json) -> str | None:
    """The most ECTS credits that its claim says were received; None where it says none."""
    received = nodes(_claim(document).get("creditReceived"))
    said = (number(credit.get("point")) for credit in received if _is_ects(credit))
    return max((found for found in said if found), key=Decimal, default=None)


def _is_ects(credit: Json) -> bool:
    ects = schemas.code_list("credit").by_key("ects").iri
    return bool(mapping(credit.get("framework")).get("id") == ects)


def _claim(document: Json) -> Json:
    return claim_of(mapping(document.get("credentialSubject")))


def _notes(node: Json) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for one in nodes(node.get("additionalNote")):
        for subject in nodes(one.get("subject")):
            about = subject.get("id")
            if isinstance(about, str) and about.startswith(OWN):
                found.setdefault(about.removeprefix(OWN), []).append(one)
    return found


def _stated(claim: Json, tongue: str) -> Stated:
    parts, said = nodes(claim.get("hasPart")), _notes(claim)
    require_number_of_parts(len(parts))
    title = said.get("pathwayTitle", [])
    return Stated(
        pathway=_text(said, "pathway") or "",
        title=next((found for one in title if (found := _literal(one, tongue))), ""),
        rule=rules.decode(_required(said, "rule")),
        max_age_months=_months(said),
        if_revoked=IfRevoked(_required(said, "ifPartRevoked")),
        ects=_amount(said, "totalCredits"),
        hours=_amount(said, "totalHours"),
        parts=tuple(_part(part, tongue) for part in parts),
    )


def _literal(note: Json, tongue: str) -> str | None:
    return said_in(note.get("noteLiteral"), tongue)


def _months(said: Notes) -> int | None:
    written = _text(said, "partsNotOlderThan")
    if written is None:
        return None
    found = _MONTHS.fullmatch(written)
    if found is None:
        msg = "partsNotOlderThan is no number of months"
        raise ValueError(msg)
    return int(found[1])


def _part(node: Json, tongue: str) -> StatedPart:
    said = _notes(node)
    name, tier = _required(said, "partName"), _required(said, "partTier")
    if tier not in _TIER_OF:
        msg = "partTier is none of the three"
        raise ValueError(msg)
    credit = _credit(node)
    return StatedPart(
        id=_id(node),
        digest=_required(said, "digestMultibase"),
        name=name,
        title=said_in(node.get("title"), tongue) or name,
        achievement=_text(said, "partAchievement") or "",
        tier=_TIER_OF[tier],
        ects=None if credit is None else amount(credit, term="creditReceived"),
        hours=_amount(said, "partHours"),
        earned=_earned(node),
        issuer=_text(said, "partIssuer") or "",
        stands_for=_stands_for(said),
    )


def _id(node: Json) -> str:
    named = [n for n in nodes(node.get("identifier")) if n.get("schemeName") == PART_SCHEME]
    found = _one((one.get("notation") for one in named), "the identifier of a part")
    if found is None:
        msg = "the identifier of a part is missing"
        raise ValueError(msg)
    return found


def _credit(node: Json) -> str | None:
    credit = nodes(node.get("creditReceived"))
    if not all(map(_is_ects, credit)):
        msg = "creditReceived is not in ECTS"
        raise ValueError(msg)
    return _one((_written(one.get("point")) for one in credit), "creditReceived")


def _written(value: object) -> object:
    # ELM writes numbers as texts; one that is a number says the same.
    return str(value) if isinstance(value, int | float) else value


def _earned(node: Json) -> dt.date:
    days = (one.get("awardingDate") for one in nodes(node.get("awardedBy")))
    found = _one(days, "awardingDate")
    if found is None:
        msg = "awardingDate is missing"
        raise ValueError(msg)
    return dt.date.fromisoformat(found[:10])


def _stands_for(said: Notes) -> bool:
    written = _text(said, "partStandsFor")
    if written not in {None, YES}:
        msg = f"partStandsFor is not {YES}"
        raise ValueError(msg)
    return written is not None


def _amount(said: Notes, term: str) -> Decimal | None:
    written = _text(said, term)
    return None if written is None else amount(written, term=term)


def _required(said: Notes, term: str) -> str:
    found = _text(said, term)
    if found is None:
        msg = f"{term} is missing"
        raise ValueError(msg)
    return found


def _text(said: Notes, term: str) -> str | None:
    """The one text of the notes about a term; in several languages it has to be the same."""
    return _one((text for note in said.get(term, ()) for text in _literals(note)), term)


def _literals(note: Json) -> Iterator[object]:
    # A note without a text must not pass as no note.
    texts = [text for one in nodes(note.get("noteLiteral")) for text in one.values()]
    yield from (listed(texts) or [""])


def _one(said: Iterable[object], what: str) -> str | None:
    """The one text that is stated, None where there is none; raises ValueError for any other."""
    found = list(said)
    if not found:
        return None
    first = found[0]
    if not isinstance(first, str) or not first.strip():
        msg = f"{what} is no text"
        raise ValueError(msg)
    if any(other != first for other in found):
        msg = f"{what} is stated in two ways"
        raise ValueError(msg)
    return first
