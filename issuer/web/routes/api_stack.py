"""Pathways, and the steps on them that wait for a person: to be looked at, agreed to or declined.

Council Recommendation 2022/C 243/02, Annex I O4. Learners are named by their numbers here: no
answer holds personal data.
"""

from typing import Any

from fastapi import APIRouter

from issuer.services import pathways, stack_decisions
from issuer.web.auth import Issuer, Reader
from issuer.web.house import OpenHouse
from issuer.web.publishing import publish_one
from issuer.web.wire import PROBLEMS, ReasonIn

router = APIRouter(tags=["stacking"], responses=PROBLEMS)
_PENDING = "/api/v1/stack/pending"
_ONE = f"{_PENDING}/{{learner}}/{{pathway}}/{{step}}"


@router.get("/api/v1/pathways")
def listing(token: Reader, house: OpenHouse) -> dict[str, list[dict[str, Any]]]:
    """The newest version of each pathway of the caller's organisation."""
    with house.bench.read() as tx:
        found = pathways.listing(tx, token.organisation)
    return {"pathways": [one.model_dump(mode="json", exclude_none=True) for one in found]}


@router.get("/api/v1/pathways/{slug}")
def get(
    slug: str, *, token: Reader, house: OpenHouse, version: int | None = None
) -> dict[str, Any]:
    """One pathway, in its newest version or in another one."""
    with house.bench.read() as tx:
        found = pathways.get(tx, token.organisation, slug, version=version)
        told = found.model_dump(mode="json", exclude_none=True)
        return told | {"versions": list(pathways.versions(tx, token.organisation, slug))}


@router.get(_PENDING)
def pending(token: Reader, house: OpenHouse) -> dict[str, list[dict[str, Any]]]:
    """The steps that wait for a person to agree, oldest first."""
    with house.bench.read() as tx:
        found = stack_decisions.pending(tx, token.organisation)
    return {
        "pending": [
            {
                "learner": one.learner_id,
                "pathway": one.pathway,
                "version": one.version,
                "step": one.step,
                "completed_on": one.completed_on.isoformat(),
            }
            for one in found
        ]
    }


@router.post(f"{_ONE}/approve")
def approve(
    learner: int, pathway: str, step: str, *, token: Issuer, house: OpenHouse
) -> dict[str, Any]:
    """Award a step that was proposed; 409 where that was decided before or is complete no more."""
    done = stack_decisions.approve(
        house.bench, token.organisation, learner, place=(pathway, step), actor=token.name
    )
    published = publish_one(house, token.organisation)
    return {"state": str(done.state), "award": done.award_id, "published": published}


@router.post(f"{_ONE}/decline")
def decline(  # Which step of whom, who says so and why.
    learner: int, pathway: str, step: str, *, token: Issuer, house: OpenHouse, why: ReasonIn
) -> dict[str, Any]:
    """Do not award a step that was proposed; the learner reads why."""
    done = stack_decisions.decline(
        house.bench,
        token.organisation,
        learner,
        place=(pathway, step),
        actor=token.name,
        reason=why.reason,
    )
    return {"state": str(done.state), "reason": done.reason}
