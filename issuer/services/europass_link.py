"""Share: the link under which a learner shows the same credential in Europass, if there is one.

It is what the learner says: nobody here has looked there, and it may end on a day that the learner
picked. What such a link looks like is known in `issuer.delivery.europass_link`.
"""

import datetime as dt

from issuer.delivery import europass_link
from issuer.errors import Conflict
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award, AwardState
from issuer.registry import audit, europass_links, organisations
from issuer.registry.database import Transaction
from issuer.services import look


def keep(tx: Transaction, award: Award, text: str, *, actor: str, at: dt.datetime) -> None:
    """Keep the link that a learner pasted, in place of another one.

    Raises FieldsInvalid for what is no share link of Europass, Conflict for an award that cannot be
    there, NotFound for an erased learner. The audit line does not hold it.
    """
    link = europass_link.read(text)
    organisations.lock(tx, award.organisation)
    _require_possible(tx, award)
    europass_links.put(tx, award, link, at=at)
    audit.append(tx, audit.Entry(award.organisation, at, actor, "europass.keep_link", award.id))


def remove(tx: Transaction, award: Award, *, actor: str, at: dt.datetime) -> None:
    """Remove the link; nothing happens where there is none."""
    organisations.lock(tx, award.organisation)
    if europass_links.remove(tx, award):
        verb = "europass.remove_link"
        audit.append(tx, audit.Entry(award.organisation, at, actor, verb, award.id))


def find(tx: Transaction, award: Award) -> str:
    """The link, for its learner; empty where there is none."""
    return europass_links.find(tx, award) or ""


def public(tx: Transaction, award: Award) -> str:
    """The link as others may see it: of an award that is shared and in force, else empty.

    Europass shows no revocation: what is not in force is not pointed to there.
    """
    return find(tx, award) if award.shared and award.state is AwardState.ACTIVE else ""


def _require_possible(tx: Transaction, award: Award) -> None:
    if award.state is not AwardState.ACTIVE:
        msg = "This credential is not in force, so no link to it in Europass is shown."
        raise Conflict(msg)
    if DocumentFormat.EDC not in look.formats(tx, award.id):
        msg = "There is no European Digital Credential of this award, so none can be in Europass."
        raise Conflict(msg)
