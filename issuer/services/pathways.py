"""Pathways: kept in versions, found and listed.

Council Recommendation 2022/C 243/02, Annex I O4. What a pathway names must be offered, and what it
awards must be such that it can be suspended: it is in force only while its parts are. Whether its
rules make sense is asked in `issuer.model.pathway_checks`.
"""

import datetime as dt
from decimal import Decimal

from issuer.errors import Conflict, NotSuspendable
from issuer.model.achievement import Achievement
from issuer.model.annex1 import Stated, require_complete
from issuer.model.pathway import Pathway
from issuer.registry import achievements, audit, organisations, pathways
from issuer.registry.database import Transaction


def put(tx: Transaction, pathway: Pathway, *, at: dt.datetime, actor: str) -> Pathway:
    """Keep a pathway and return it with its version: a new one where the content is new.

    Raises NotFound (an achievement), NotSuspendable and Incomplete (what a step awards), Conflict
    (credits that its parts cannot make up, a step that another pathway awards).
    """
    organisations.lock(tx, pathway.organisation)
    offers = {
        name: achievements.get(tx, pathway.organisation, name)
        for name in (*pathway.role_of, *pathway.step_by_name)
    }
    for step in pathway.steps:
        _require_issuable(tx, pathway, offers, step=step.achievement)
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


def _require_issuable(
    tx: Transaction, pathway: Pathway, offers: dict[str, Achievement], *, step: str
) -> None:
    offer = offers[step]
    require_complete(Stated(offer, organisations.get(tx, pathway.organisation)))
    if not offer.suspendable:
        msg = (
            f"{step} is awarded for other credentials and has to stand and fall with them, so it "
            "must be possible to suspend it. Set suspendable = true for it and add it again."
        )
        raise NotSuspendable(msg, achievement=step)
    own = [offers[part.achievement] for part in pathway.parts]
    _require_sum(step, "ECTS credits", offer.ects, [part.ects for part in own])
    hours = [part.workload_hours for part in own]
    _require_sum(step, "hours", offer.workload_hours, hours)


def _require_sum(step: str, what: str, stated: Decimal | None, parts: list[Decimal | None]) -> None:
    most = sum((number for number in parts if number), Decimal(0))
    if stated is not None and most < stated:
        msg = (
            f"{step} states {stated} {what}, and all parts of the pathway together have {most}. "
            "Correct one of the two."
        )
        raise Conflict(msg, achievement=step)


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
