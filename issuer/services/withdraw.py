"""Withdraw a recognition: somebody else's credential stands for a part no longer.

Council Recommendation 2022/C 243/02, Annex I O4: the receiving body decides, and the same role that
may accept may take it back. What is built from it is suspended until a named person decides
(`issuer.services.consequences`); the learner reads why. Nothing is deleted.
"""

from dataclasses import dataclass

from issuer.errors import Conflict
from issuer.registry import audit, organisations, pathways, recognitions
from issuer.registry.database import Transaction
from issuer.registry.recognitions import Decision, Listed, Recognition, Withdrawal
from issuer.services import consequences, revoke
from issuer.services.consequences import Cause


@dataclass(frozen=True)
class Withdrawn:
    """What came of it."""

    number: int
    learner_id: int
    part: str
    wholes: tuple[str, ...]
    """Ids of the awards that were built from it and wait for a decision now."""
    is_new: bool = True
    """False: it was withdrawn before, and nothing was done."""


def withdraw(
    tx: Transaction, organisation: str, number: int, *, decision: Decision, reason: str
) -> Withdrawn:
    """Accept it no longer; a second time changes nothing.

    Raises NotFound, FieldsInvalid (the reason) and Conflict (another role decides).
    """
    why = revoke.said(reason)
    organisations.lock(tx, organisation)
    found = recognitions.get(tx, organisation, number)
    _require_role(tx, found, decision.role)
    if found.withdrawal is not None:
        return Withdrawn(number, found.learner_id, found.part.name, (), is_new=False)
    recognitions.withdraw(tx, found, Withdrawal(decision, why))
    # The reason might hold a name: it stands with what was recognised, not in the audit line.
    detail = {"pathway": found.pathway, "part": found.part.name, "recognition": number}
    detail |= {"role": decision.role}
    entry = audit.Entry(organisation, decision.at, decision.by, "recognise.withdraw", detail=detail)
    audit.append(tx, entry)
    cause = Cause(why, decision.by, decision.at, f"recognition {number}")
    held = consequences.withdraw(tx, organisation, number, cause=cause)
    return Withdrawn(number, found.learner_id, found.part.name, tuple(one.id for one in held))


def listing(tx: Transaction, organisation: str) -> tuple[Listed, ...]:
    """What was recognised of whom, by numbers, newest first; also what is so no longer."""
    return recognitions.listing(tx, organisation)


def _require_role(tx: Transaction, found: Recognition, role: str) -> None:
    """Raise Conflict unless it is the role that accepted it, or one that the pathway names now."""
    newest = pathways.get(tx, found.organisation, found.pathway)
    named = {one.decided_by for one in newest.recognised if one.part == found.part.name}
    roles = sorted({found.decision.role, *named})
    if role not in roles:
        msg = f"Nothing was changed: this is decided by: {', '.join(roles)}."
        raise Conflict(msg, roles=roles)
