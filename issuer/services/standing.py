"""Where a learner stands on each pathway: for pages, which show it and decide nothing.

Council Recommendation 2022/C 243/02, Annex I O4. A pathway is there once something that the learner
holds counts on it. Nothing is written here.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from issuer.model.achievement import Achievement
from issuer.model.award import Award
from issuer.model.pathway import Pathway
from issuer.model.progress import Progress, progress
from issuer.registry import awards, completions, pathways
from issuer.registry import notices as kept_notices
from issuer.registry.completions import Completion, CompletionState
from issuer.registry.database import Transaction
from issuer.registry.notices import Notice
from issuer.services import holdings, ways
from issuer.services.workbench import Workbench

_MOST_NOTICES = 10


@dataclass(frozen=True)
class StepStanding:
    """What came of a step that was completed."""

    state: CompletionState
    award_id: str | None
    completed_on: dt.date
    reason: str | None = None
    """Why it was declined."""


@dataclass(frozen=True)
class Standing:
    """A learner on one pathway."""

    pathway: Pathway
    """The version that the learner follows."""
    version_kept: int
    newest: int
    """The latest version there is."""
    progress: Progress
    offers: Mapping[str, Achievement]
    """The latest version of each part and step, by slug."""
    steps: Mapping[str, StepStanding]
    """By step; one that was not completed is not there."""
    awards: Mapping[str, Award]
    """The award behind each part that counts, by the part's name; none for what was recognised."""


def of_learner(
    tx: Transaction, organisation: str, learner_id: int, *, bench: Workbench
) -> tuple[Standing, ...]:
    """Every pathway on which a learner is, by slug."""
    there = ways.kept_versions(tx, organisation, learner_id)
    held = holdings.read(tx, organisation, learner_id, bench=bench, pathways=there)
    done = completions.of_learner(tx, organisation, learner_id)
    newest = pathways.newest(tx, organisation)
    found = []
    for pathway in there:
        own = {one.step: one for one in done if one.pathway == pathway.slug}
        if not (held.is_on(pathway) or own):
            continue
        sources = held.parts(pathway)
        stands = progress(pathway, sources)
        found.append(
            Standing(
                pathway,
                pathway.version,
                newest[pathway.slug],
                stands,
                {
                    name: held.newest[name]
                    for name in (*pathway.part_by_name, *pathway.step_by_name)
                    if name in held.newest
                },
                {name: _step(one) for name, one in own.items()},
                {
                    name: awards.get(tx, organisation, award_id)
                    for name, parts in stands.counted.items()
                    if (award_id := sources[parts[0]].award_id) is not None
                },
            )
        )
    return tuple(found)


def notices(tx: Transaction, organisation: str, learner_id: int) -> tuple[Notice, ...]:
    """What became of the learner's awards because of their parts: the newest ten, newest first."""
    return kept_notices.of_learner(tx, organisation, learner_id)[:_MOST_NOTICES]


def _step(one: Completion) -> StepStanding:
    return StepStanding(one.state, one.award_id, one.completed_on, one.reason)
