"""Pathways: kept in versions, found and listed.

Council Recommendation 2022/C 243/02, Annex I O4. What makes no sense is refused before it is kept
(`issuer.services.sound`), because no version is ever changed.
"""

import datetime as dt

from issuer.errors import Conflict
from issuer.model.achievement import Achievement
from issuer.model.annex1 import Stated, require_complete
from issuer.model.pathway import Pathway
from issuer.registry import achievements, audit, organisations, pathways
from issuer.registry.database import Transaction
from issuer.services import sound


def put(tx: Transaction, pathway: Pathway, *, at: dt.datetime, actor: str) -> Pathway:
    """Keep a pathway and return it with its version: a new one where the content is new.

    Raises FieldsInvalid (it makes no sense), Incomplete (what a step awards lacks an element of
    Annex I) and Conflict (another pathway awards a step of it).
    """
    organisations.lock(tx, pathway.organisation)
    sound.require(tx, pathway)
    house = organisations.get(tx, pathway.organisation)
    for step in pathway.steps:
        require_complete(Stated(achievements.get(tx, house.slug, step.achievement), house))
    _require_own(tx, pathway)
    before = set(pathways.versions(tx, pathway.organisation, pathway.slug))
    kept = pathways.put(tx, pathway, at=at)
    if kept.version not in before:
        detail = {"pathway": kept.slug, "version": kept.version}
        audit.append(tx, audit.Entry(kept.organisation, at, actor, "pathway.put", detail=detail))
    return kept


def get(tx: Transaction, organisation: str, slug: str, *, version: int | None = None) -> Pathway:
    """One version, or the latest; raises NotFound."""
    return pathways.get(tx, organisation, slug, version=version)


def find(tx: Transaction, slug: str, *, version: int | None = None) -> Pathway:
    """One version, or the latest, of whichever organisation; raises NotFound."""
    return pathways.find(tx, slug, version=version)


def listing(tx: Transaction, organisation: str) -> tuple[Pathway, ...]:
    """The latest version of each pathway, by slug."""
    return pathways.listing(tx, organisation)


def versions(tx: Transaction, organisation: str, slug: str) -> tuple[int, ...]:
    """The versions there are."""
    return pathways.versions(tx, organisation, slug)


def offers(tx: Transaction, pathway: Pathway) -> dict[str, Achievement]:
    """The latest version of each part, substitute and step that is offered, by slug."""
    names = {*pathway.role_of, *pathway.step_by_name}
    there = achievements.listing(tx, pathway.organisation)
    return {offer.slug: offer for offer in there if offer.slug in names}


def with_achievement(tx: Transaction, achievement: Achievement) -> tuple[Pathway, ...]:
    """The latest version of each pathway on which an achievement has a place, by slug."""
    there = pathways.listing(tx, achievement.organisation)
    return tuple(one for one in there if achievement.slug in {*one.role_of, *one.step_by_name})


def _require_own(tx: Transaction, pathway: Pathway) -> None:
    # Twice the same credential for the same work is one too many.
    for other in pathways.listing(tx, pathway.organisation):
        shared = pathway.step_by_name.keys() & other.step_by_name.keys()
        if other.slug != pathway.slug and shared:
            msg = (
                f"{min(shared)} is awarded by the pathway {other.slug} already. Let this pathway "
                "award an achievement of its own."
            )
            raise Conflict(msg, pathway=other.slug)
