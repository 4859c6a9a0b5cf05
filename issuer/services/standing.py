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
from issuer.registry import awards, completions, pathways, recognitions
from issuer.registry import notices as kept_notices
from issuer.registry.completions import Completion, CompletionState
from issuer.registry.database import Transaction
from issuer.registry.notices import NoticeKind
from issuer.registry.recognitions import Recognition, Withdrawal
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
    award: Award | None = None
    """The award as it is now."""


@dataclass(frozen=True)
class Told:
    """Something that became of an award of the learner, because of another."""

    kind: NoticeKind
    whole: str
    """Achievement of the award that changed."""
    about: str
    """Achievement of the one because of which it did."""
    on: dt.date


@dataclass(frozen=True)
class Unrecognised:
    """Somebody else's credential that stood for a part and does so no longer."""

    part: str
    issuer: str
    role: str
    """Who decided, as the pathway calls them."""
    reason: str
    on: dt.date


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
    unrecognised: tuple[Unrecognised, ...] = ()
    """Oldest first."""


def of_learner(
    tx: Transaction, organisation: str, learner_id: int, *, bench: Workbench
) -> tuple[Standing, ...]:
    """Every pathway on which a learner is, by slug."""
    there = ways.kept_versions(tx, organisation, learner_id)
    held = holdings.read(tx, organisation, learner_id, bench=bench, pathways=there)
    done = completions.of_learner(tx, organisation, learner_id)
    gone = recognitions.withdrawn_of(tx, organisation, learner_id)
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
                {name: _step(tx, one) for name, one in own.items()},
                {
                    name: awards.get(tx, organisation, award_id)
                    for name, parts in stands.counted.items()
                    if (award_id := sources[parts[0]].award_id) is not None
                },
                tuple(_unrecognised(one) for one in gone if one[0].pathway == pathway.slug),
            )
        )
    return tuple(found)


def notices(tx: Transaction, organisation: str, learner_id: int) -> tuple[Told, ...]:
    """What became of the learner's awards because of their parts: the newest ten, newest first."""
    kept = kept_notices.of_learner(tx, organisation, learner_id)[:_MOST_NOTICES]
    return tuple(
        Told(
            one.kind,
            awards.get(tx, organisation, one.award_id).achievement,
            awards.get(tx, organisation, one.about).achievement,
            one.at.date(),
        )
        for one in kept
    )


def _step(tx: Transaction, one: Completion) -> StepStanding:
    award = awards.get(tx, one.organisation, one.award_id) if one.award_id else None
    return StepStanding(one.state, one.award_id, one.completed_on, one.reason, award)


def _unrecognised(one: tuple[Recognition, Withdrawal]) -> Unrecognised:
    recognition, withdrawal = one
    part, decision = recognition.part, withdrawal.decision
    return Unrecognised(
        part.name, part.issuer or "", decision.role, withdrawal.reason, decision.at.date()
    )
