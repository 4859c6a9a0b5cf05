"""Reading: what pages and the API show of an award, of an organisation and of its keys.

What is not shared, not there or erased reads alike: NotFound. Nothing is changed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.errors import NotFound
from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.award import Award, AwardState, DocumentState
from issuer.model.drafts import Sealed
from issuer.model.learner import Learner
from issuer.model.organisation import Organisation
from issuer.registry import (
    achievements,
    awards,
    documents,
    keyring,
    learners,
    organisations,
)
from issuer.registry.database import Transaction
from issuer.services import share
from issuer.services.workbench import Workbench
from keys.algorithms import MalformedKey
from keys.documents import compose_jwks, did_web_url

_NOTHING = "There is no such page here, or it is not shared."


@dataclass(frozen=True)
class Shown:
    """An award and what belongs to it."""

    award: Award
    achievement: Achievement
    organisation: Organisation
    formats: tuple[DocumentFormat, ...]
    """The formats that are sealed."""
    learner: Learner


def shown(tx: Transaction, award: Award) -> Shown:
    """Everything about an award; raises NotFound when its learner was erased."""
    return Shown(
        award,
        achievements.get(
            tx, award.organisation, award.achievement, version=award.achievement_version
        ),
        organisations.get(tx, award.organisation),
        formats(tx, award.id),
        learners.get(tx, award.organisation, award.learner_id),
    )


def is_kept(tx: Transaction, award: Award) -> bool:
    """Whether the documents of an award can still be read: not once its learner was erased."""
    try:
        learners.data_key(tx, award.learner_id)
    except NotFound:
        return False
    return True


def formats(tx: Transaction, award_id: str) -> tuple[DocumentFormat, ...]:
    """The formats in which an award is sealed."""
    found = documents.of_award(tx, award_id)
    return tuple(r.format for r in found if r.state is DocumentState.SEALED)


def public_award(tx: Transaction, award_id: str) -> Award:
    """An award whose page is shared; raises NotFound alike for whatever stands against it.

    A revoked one stays to be seen while it is shared: the page says that it was revoked.
    """
    try:
        award = awards.find(tx, award_id)
    except NotFound as fault:
        raise NotFound(_NOTHING) from fault
    if not award.shared or award.state is AwardState.APPROVED or not formats(tx, award.id):
        raise NotFound(_NOTHING)
    return award


def award(tx: Transaction, organisation: str, award_id: str) -> Award:
    """An award of the organisation; raises NotFound."""
    return awards.get(tx, organisation, award_id)


def listing(
    tx: Transaction,
    organisation: str,
    *,
    state: AwardState | None = None,
    after: str | None = None,
    limit: int = 100,
) -> tuple[Award, ...]:
    """A page of awards, newest first."""
    return awards.listing(tx, organisation, state=state, after=after, limit=limit)


def sealed(tx: Transaction, award_id: str, document_format: DocumentFormat) -> Sealed:
    """The sealed bytes as they were kept; raises NotFound."""
    return documents.sealed(tx, award_id, document_format)


def organisation_of(tx: Transaction, slug: str) -> Organisation:
    """An organisation of this installation; raises NotFound."""
    return organisations.get(tx, slug)


def all_organisations(tx: Transaction) -> tuple[Organisation, ...]:
    """All of them, the first one first."""
    return organisations.listing(tx)


def describe(tx: Transaction, bench: Workbench, award: Award) -> dict[str, Any]:
    """What the API says of an award: state and links, and nothing about the person."""
    page = f"{bench.base_url}/c/{award.id}"
    there = formats(tx, award.id)
    # The public addresses answer once the learner shares; the learner's own always do.
    links = {"page": page, "learner": share.link(bench, award)}
    links |= {f.ending: f"{page}.{f.ending}" for f in there}
    return {
        "id": award.id,
        "state": str(award.state),
        "achievement": award.achievement,
        "achievement_version": award.achievement_version,
        "awarded_on": award.awarded_on.isoformat(),
        "valid_until": award.valid_until.isoformat() if award.valid_until else None,
        "approved_by": award.approved_by,
        "approved_at": award.approved_at.isoformat(),
        "shared": award.shared,
        "reason": award.reason,
        "formats": [str(f) for f in there],
        "links": links,
    }


def did_document(tx: Transaction, address: str) -> Mapping[str, Any]:
    """The DID document that belongs at ``address`` (absolute URL); raises NotFound."""
    found = keyring.did_documents(tx, _at(tx, address).slug)
    if not found:
        raise NotFound(_NOTHING)
    return found[-1].document


def jwks(tx: Transaction, slug: str) -> dict[str, Any]:
    """The JWK Set of an organisation; raises NotFound."""
    organisation = organisations.get(tx, slug)
    return compose_jwks(organisation.did, keyring.records(tx, slug))


def _at(tx: Transaction, address: str) -> Organisation:
    host = address.partition("://")[2].partition("/")[0]
    for organisation in organisations.listing(tx):
        try:
            place = did_web_url(organisation.did, http_hosts=frozenset({host}))
        except MalformedKey:
            continue
        if place == address:
            return organisation
    raise NotFound(_NOTHING)
