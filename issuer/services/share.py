"""Step 11, share: the learner's secret link, and whether the public page shows the award.

The link holds HMAC-SHA256 (128 bits of it) over award and generation: nothing is stored, it can be
printed and mailed again, and it is withdrawn by raising the generation. Nothing is rendered here.
"""

import datetime as dt
import hashlib
import hmac

from issuer.errors import NotFound
from issuer.model.award import Award
from issuer.registry import audit, awards, organisations
from issuer.registry.database import Transaction
from issuer.services.workbench import Workbench
from keys.public import b64url

_BYTES = 16
_GONE = "This link leads nowhere. It may have been withdrawn: ask your university for a new one."


def link_secret(award: Award, *, link_key: bytes) -> str:
    """The path segment after ``/l/``: the award's id, a dot and 22 characters."""
    message = f"learner's link\n{award.id}\n{award.link_generation}".encode()
    secret = hmac.new(link_key, message, hashlib.sha256).digest()[:_BYTES]
    return f"{award.id}.{b64url(secret)}"


def link(bench: Workbench, award: Award) -> str:
    """The learner's address."""
    return f"{bench.base_url}/l/{link_secret(award, link_key=bench.link_key())}"


def open_link(tx: Transaction, segment: str, *, link_key: bytes) -> Award:
    """The award to which a link belongs; raises NotFound, alike for whatever is wrong with it."""
    award_id = segment.partition(".")[0]
    try:
        award = awards.find(tx, award_id)
    except NotFound as fault:
        raise NotFound(_GONE) from fault
    expected = link_secret(award, link_key=link_key)
    if not hmac.compare_digest(segment.encode(errors="replace"), expected.encode()):
        raise NotFound(_GONE)
    return award


def set_sharing(
    tx: Transaction, award: Award, *, shared: bool, actor: str, at: dt.datetime
) -> Award:
    """Show or hide the public page; returns the award as it is now."""
    organisations.lock(tx, award.organisation)
    changed = awards.set_shared(tx, award, shared=shared)
    verb = "share.on" if shared else "share.off"
    audit.append(tx, audit.Entry(award.organisation, at, actor, verb, award.id))
    return changed


def withdraw_link(tx: Transaction, award: Award, *, actor: str, at: dt.datetime) -> Award:
    """Make every learner's link of the award that was given out lead nowhere."""
    organisations.lock(tx, award.organisation)
    changed = awards.raise_link_generation(tx, award)
    audit.append(tx, audit.Entry(award.organisation, at, actor, "share.withdraw_link", award.id))
    return changed
