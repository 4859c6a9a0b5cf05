"""A learner on one pathway: which version is followed, what is held on it, what it completes.

Council Recommendation 2022/C 243/02, Annex I O4. Nothing is written here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from issuer.model.pathway import Pathway
from issuer.model.progress import Completed, progress
from issuer.model.stack import Part
from issuer.registry import journeys, pathways
from issuer.registry.database import Transaction
from issuer.registry.journeys import Journey
from issuer.services import holdings
from issuer.services.holdings import Holdings, Source
from issuer.services.workbench import Workbench


@dataclass(frozen=True)
class Way:
    """A learner on one pathway, as far as that goes now."""

    pathway: Pathway
    learner_id: int
    sources: Mapping[Part, Source]
    completed: Mapping[str, Completed]
    """By step."""


def kept_versions(tx: Transaction, organisation: str, learner_id: int) -> tuple[Pathway, ...]:
    """Every pathway, in the version that a learner follows, or would if it began now."""
    begun = journeys.of_learner(tx, organisation, learner_id)
    return in_versions_of(tx, pathways.listing(tx, organisation), begun=begun)


def in_versions_of(
    tx: Transaction, there: Iterable[Pathway], *, begun: Iterable[Journey]
) -> tuple[Pathway, ...]:
    """Each of these pathways, in the version of the journey that was begun on it."""
    kept = {journey.pathway: journey.version for journey in begun}
    return tuple(
        newest
        if kept.get(newest.slug, newest.version) == newest.version
        else pathways.get(tx, newest.organisation, newest.slug, version=kept[newest.slug])
        for newest in there
    )


def read(
    tx: Transaction, organisation: str, learner_id: int, *, bench: Workbench, pathway: str
) -> Way:
    """A learner on one pathway; raises NotFound where it is not there."""
    there = kept_versions(tx, organisation, learner_id)
    own = next(one for one in there if one.slug == pathway)
    held = holdings.read(tx, organisation, learner_id, bench=bench, pathways=(own,))
    return on(own, learner_id, held)


def on(pathway: Pathway, learner_id: int, held: Holdings) -> Way:
    """What follows from what is held."""
    sources = held.parts(pathway)
    completed = progress(pathway, sources).completed
    return Way(pathway, learner_id, sources, {one.step.achievement: one for one in completed})
