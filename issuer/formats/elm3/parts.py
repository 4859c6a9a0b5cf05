"""The parts of a stacked award in ELM: ``hasPart`` of the claim, a LearningAchievement each.

ELM 3.2 LearningAchievement; the sealed document of a part stands as an identifier, its digest
(VCDM 2.0 §5.3, ``digestMultibase``) and what else ELM has no property for as notes whose subject is
a term of our vocabulary. The rule stands on the claim itself. What stands there is read back in
`issuer.formats.elm3.stated`.
"""

from collections.abc import Mapping

from issuer.formats.elm3.nodes import Ids, Node, compact, identifier, midnight, note, texts
from issuer.formats.vocabulary import plain
from issuer.model import rule as rules
from issuer.model.achievement import DocumentFormat, Tier
from issuer.model.stack import Part, Stack

_FIRST = (DocumentFormat.EDC, DocumentFormat.OB3, DocumentFormat.OB3_JWT)
PART_SCHEME = "Credential"
"""The scheme of the identifier that is the id of a part's document."""
TIERS = {tier: f"Tier {tier.number} of 3, {tier}" for tier in Tier}
MONTHS = "months"
YES = "yes"
"""How a note says what is true: the texts are for people first."""


def parts(stack: Stack, ids: Ids, *, body: Node) -> list[Node]:
    """A claim for each part; ``body`` is the organisation's node."""
    return [_part(part, ids, body=body) for part in stack.parts]


def notes(stack: Stack, ids: Ids, *, base_url: str) -> list[Node]:
    """The rule that the parts fulfil, and what follows if one of them is revoked."""
    page = f"{base_url}/pathways/{stack.pathway}/v/{stack.pathway_version}"
    said = {
        "pathway": (page, "pathway"),
        "rule": (rules.encode(stack.rule), "rule"),
        "ifPartRevoked": (str(stack.if_revoked), "if a part is revoked"),
        "totalCredits": (plain(stack.ects), "credits of all parts"),
        "totalHours": (plain(stack.hours), "hours in all"),
    }
    if stack.max_age_months is not None:
        said["partsNotOlderThan"] = (
            f"{stack.max_age_months} {MONTHS}",
            "parts not older than",
        )
    title = texts(stack.pathway_title)
    return [
        *_notes(said, ids),
        note(ids, title, about="pathwayTitle", label="title of the pathway"),
    ]


def _notes(said: Mapping[str, tuple[str, str]], ids: Ids) -> list[Node]:
    # Words for machines are in no language of the award; ELM wants one for every note.
    return [
        note(ids, {"en": text}, about=term, label=label) for term, (text, label) in said.items()
    ]


def _part(part: Part, ids: Ids, *, body: Node) -> Node:
    document = part.document(*_FIRST)
    said = {
        "partName": (part.name, "name of the part"),
        "partTier": (TIERS[part.tier], "tier of the part"),
        "partAchievement": (part.achievement, "achievement of the part"),
        "digestMultibase": (document.digest, "digest of the sealed part"),
    }
    if part.hours is not None:
        said["partHours"] = (plain(part.hours), "hours of the part")
    if part.issuer is not None:
        said["partIssuer"] = (part.issuer, "issuer of the part")
    if part.substitute:
        said["partStandsFor"] = (YES, "stands for the part that the rule names")
    credit = None
    if part.ects is not None:
        credit = {
            "id": ids.new("creditPoint"),
            "type": "CreditPoint",
            "framework": ids.concept("credit", "ects"),
            "point": plain(part.ects),
        }
    return compact(
        {
            "id": ids.new("learningAchievement"),
            "type": "LearningAchievement",
            "title": texts(part.title),
            "identifier": identifier(ids, document.id, scheme=PART_SCHEME),
            "awardedBy": {
                "id": ids.new("awardingProcess"),
                "type": "AwardingProcess",
                "awardingBody": body,
                "awardingDate": midnight(part.earned),
            },
            "creditReceived": credit,
            "additionalNote": _notes(said, ids),
        }
    )
