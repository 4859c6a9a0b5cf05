"""Automatic stacking: what completes a step is recorded, proposed or awarded, once.

Council Recommendation 2022/C 243/02, Annex I O4. All that was decided of a learner is asked and
written under the organisation's lock, so it does not matter in which order results come, how often
one asks, and how many ask at once. A step whose award was made before is not awarded again: what
becomes of it then is decided by a person, unless a part was merely replaced.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from issuer.errors import Conflict, IllegalTransition, NotFound, TestamurError
from issuer.model.assessment import AssessmentResult
from issuer.model.award import Award, AwardState
from issuer.model.pathway import Approval, Pathway, Step
from issuer.model.progress import Completed, progress
from issuer.model.stack import Part, Stack
from issuer.registry import (
    audit,
    awards,
    completions,
    holds,
    journeys,
    learners,
    notices,
    organisations,
    pathways,
    stack_parts,
)
from issuer.registry import (
    holdings as held_awards,
)
from issuer.registry.completions import Completion, CompletionState
from issuer.registry.database import Transaction
from issuer.registry.journeys import Journey
from issuer.registry.notices import Notice, NoticeKind
from issuer.registry.stack_parts import StackPart
from issuer.services import consequences, holdings, issue, revoke
from issuer.services.consequences import Cause
from issuer.services.decide import decide, never_sealed
from issuer.services.holdings import Holdings, Source
from issuer.services.workbench import Workbench

ACTOR = "stacking"
REPLACED = "A part of it was issued anew; so was this, on the new part."
_PAGE = 200
_GONE = frozenset({AwardState.REVOKED, AwardState.REPLACED})


@dataclass(frozen=True)
class Stacked:
    """What came of a step."""

    pathway: str
    step: str
    state: CompletionState
    award_id: str | None = None


@dataclass(frozen=True)
class _Way:
    """A learner on one pathway, as far as that goes now."""

    pathway: Pathway
    learner_id: int
    sources: dict[Part, Source]
    completed: dict[str, Completed]
    """By step."""


def consider(
    bench: Workbench, organisation: str, learner_id: int, *, actor: str = ACTOR
) -> tuple[Stacked, ...]:
    """Decide on each step that a learner has completed; return what came of those that are new.

    What was decided before and not issued is issued. Nothing is done for a learner who was erased.
    Raises what `issue.issue` raises; what was decided stays.
    """
    with bench.read() as tx:
        if not _is_on_any(tx, bench, organisation, learner_id):
            return ()
    with bench.begin() as tx:
        organisations.lock(tx, organisation)
        done = tuple(_considered(tx, bench, organisation, learner_id, actor=actor))
    for one in done:
        if one.award_id is not None:
            _issue(bench, organisation, one.award_id, actor=actor)
    return done


def after_issue(bench: Workbench, organisation: str, award_id: str) -> None:
    """`consider` for the learner of an award that was issued; what hinders it hinders nobody.

    It is noted in the audit trail, and `testamur stack run` does it again.
    """
    with bench.read() as tx:
        learner_id = awards.get(tx, organisation, award_id).learner_id
    try:
        consider(bench, organisation, learner_id)
    except TestamurError as fault:
        with bench.begin() as tx:
            detail = {"code": fault.code}
            entry = audit.Entry(
                organisation, bench.moment, ACTOR, "stack.hindered", award_id, detail=detail
            )
            audit.append(tx, entry)


def consider_all(
    bench: Workbench, organisation: str, *, actor: str = ACTOR
) -> Iterator[tuple[int, tuple[Stacked, ...]]]:
    """`consider` for every learner who holds anything, a page at a time; yields where it is new."""
    after = 0
    with bench.read() as tx:
        if not pathways.newest(tx, organisation):
            return
    while True:
        with bench.read() as tx:
            page = held_awards.learners_with(tx, organisation, after=after, most=_PAGE)
        if not page:
            return
        for learner_id in page:
            if done := consider(bench, organisation, learner_id, actor=actor):
                yield learner_id, done
        after = page[-1]


def pending(tx: Transaction, organisation: str) -> tuple[Completion, ...]:
    """Steps that wait for a person to agree, oldest first."""
    return completions.listing(tx, organisation, state=CompletionState.PROPOSED)


def approve(
    bench: Workbench,
    organisation: str,
    learner_id: int,
    *,
    place: tuple[str, str],
    actor: str,
) -> Stacked:
    """Award a step that was proposed; ``place`` is pathway and step, ``actor`` who agrees.

    Raises NotFound, Conflict (decided before, or not complete any more) and what `issue` raises.
    """
    pathway, step = place
    with bench.begin() as tx:
        organisations.lock(tx, organisation)
        before = _proposed(tx, organisation, learner_id, pathway=pathway, step=step)
        way = _way(tx, bench, organisation, learner_id, pathway=pathway)
        if step not in way.completed:
            msg = f"Learner number {learner_id} does not hold what {step} needs any more."
            raise Conflict(msg)
        done = _award(tx, bench, way, before=before, actor=actor)
    _issue(bench, organisation, str(done.award_id), actor=actor)
    return done


def decline(
    tx: Transaction,
    bench: Workbench,
    completion: Completion,
    *,
    actor: str,
    reason: str,
) -> Completion:
    """Do not award a step that was proposed; the learner sees why. Raises NotFound, Conflict."""
    organisations.lock(tx, completion.organisation)
    before = _proposed(
        tx,
        completion.organisation,
        completion.learner_id,
        pathway=completion.pathway,
        step=completion.step,
    )
    said = revoke.said(reason)
    after = replace(
        before,
        state=CompletionState.DECLINED,
        decided_by=actor,
        decided_at=bench.moment,
        reason=said,
    )
    completions.put(tx, after)
    _note(tx, bench, after, verb="stack.decline", actor=actor)
    return after


def move(
    bench: Workbench,
    organisation: str,
    learner_id: int,
    *,
    pathway: str,
    version: int,
    actor: str,
) -> tuple[Stacked, ...]:
    """Let a learner follow another version, as ``actor`` decided; what that completes is decided.

    What was awarded stays. Raises NotFound (version, or a learner who is not on the way).
    """
    with bench.begin() as tx:
        organisations.lock(tx, organisation)
        pathways.get(tx, organisation, pathway, version=version)
        journey = journeys.get(tx, organisation, learner_id, pathway=pathway)
        journeys.move(tx, journey, version=version, by=actor, at=bench.moment)
        detail = {"pathway": pathway, "from": journey.version, "to": version}
        detail |= {"learner": learner_id}
        entry = audit.Entry(organisation, bench.moment, actor, "stack.move", detail=detail)
        audit.append(tx, entry)
    return consider(bench, organisation, learner_id, actor=actor)


def renew(bench: Workbench, organisation: str, whole: str, *, actor: str) -> Stacked:
    """Award a whole anew on the parts that are in force now, in the place of the old one.

    The old one is replaced in the transaction that decides on the new: never are two in force.
    What held the old one ends with it. Raises NotFound, IllegalTransition (it has ended) and
    Conflict where the parts in force do not complete the step.
    """
    with bench.begin() as tx:
        organisations.lock(tx, organisation)
        before = completions.of_award(tx, organisation, whole)
        way = _way(tx, bench, organisation, before.learner_id, pathway=before.pathway)
        if before.step not in way.completed:
            msg = (
                f"The parts in force do not complete {before.step} any more. Decide about {whole}."
            )
            raise Conflict(msg, award_id=whole)
        done = _renewed(tx, bench, way, before=before, actor=actor)
    _issue(bench, organisation, str(done.award_id), actor=actor)
    return done


def _is_on_any(tx: Transaction, bench: Workbench, organisation: str, learner_id: int) -> bool:
    there = pathways.listing(tx, organisation)
    if not there:
        return False
    try:
        learners.data_key(tx, learner_id)
    except NotFound:
        return False
    held = holdings.read(tx, bench, organisation, learner_id, pathways=())
    return any(map(held.is_on, there)) or bool(completions.of_learner(tx, organisation, learner_id))


def _considered(
    tx: Transaction, bench: Workbench, organisation: str, learner_id: int, *, actor: str
) -> Iterator[Stacked]:
    there = kept_versions(tx, organisation, learner_id)
    held = holdings.read(tx, bench, organisation, learner_id, pathways=there)
    known = {(c.pathway, c.step): c for c in completions.of_learner(tx, organisation, learner_id)}
    for pathway in there:
        if held.is_on(pathway):
            begun = Journey(organisation, learner_id, pathway.slug, pathway.version, bench.moment)
            journeys.begin(tx, begun)
        way = _on(pathway, learner_id, held)
        for step in pathway.steps:
            before = known.get((pathway.slug, step.achievement))
            done = _stepped(tx, bench, way, step=step, before=before, actor=actor)
            if done is not None:
                yield done


def kept_versions(tx: Transaction, organisation: str, learner_id: int) -> tuple[Pathway, ...]:
    """Every pathway, in the version that a learner follows, or would if it began now."""
    kept = {j.pathway: j.version for j in journeys.of_learner(tx, organisation, learner_id)}
    return tuple(
        newest
        if kept.get(newest.slug, newest.version) == newest.version
        else pathways.get(tx, organisation, newest.slug, version=kept[newest.slug])
        for newest in pathways.listing(tx, organisation)
    )


def _way(
    tx: Transaction, bench: Workbench, organisation: str, learner_id: int, *, pathway: str
) -> _Way:
    there = kept_versions(tx, organisation, learner_id)
    own = next(one for one in there if one.slug == pathway)
    held = holdings.read(tx, bench, organisation, learner_id, pathways=(own,))
    return _on(own, learner_id, held)


def _on(pathway: Pathway, learner_id: int, held: Holdings) -> _Way:
    sources = held.parts(pathway)
    completed = progress(pathway, sources).completed
    return _Way(pathway, learner_id, sources, {one.step.achievement: one for one in completed})


def _stepped(  # A step of whom on which way, what was known of it, and who asks.
    tx: Transaction,
    bench: Workbench,
    way: _Way,
    *,
    step: Step,
    before: Completion | None,
    actor: str,
) -> Stacked | None:
    """Do what is to be done for one step; None: nothing."""
    if before is not None and before.award_id is not None:
        return _followed(tx, bench, way, before=before, actor=actor)
    if step.achievement not in way.completed:
        if before is not None and before.state is not CompletionState.DECLINED:
            completions.remove(tx, before)
        return None
    state = _state(way.pathway, step)
    if before is not None and before.state in {state, CompletionState.DECLINED}:
        return None
    fresh = _fresh(way, step=step, state=state)
    if state is CompletionState.AWARDED:
        return _award(tx, bench, way, before=fresh, actor=actor)
    completions.put(tx, fresh)
    _note(tx, bench, fresh, verb=f"stack.{state}", actor=actor)
    return Stacked(fresh.pathway, fresh.step, state)


def _followed(
    tx: Transaction, bench: Workbench, way: _Way, *, before: Completion, actor: str
) -> Stacked | None:
    """What becomes of a step that has its award: it is finished, decided anew, or renewed."""
    award = awards.get(tx, before.organisation, str(before.award_id))
    done = Stacked(before.pathway, before.step, before.state, award.id)
    if award.state is AwardState.APPROVED:
        # It was decided, and whoever did so could not issue.
        return done
    if before.step not in way.completed:
        return None
    if award.state not in _GONE and _is_to_be_renewed(tx, award):
        return _renewed(tx, bench, way, before=before, actor=actor)
    if never_sealed(tx, award.id, state=award.state):
        return _award(tx, bench, way, before=before, actor=actor)
    return None


def _is_to_be_renewed(tx: Transaction, whole: Award) -> bool:
    """Whether parts of it were replaced, and nothing else stands against it."""
    named = [part.part_award_id for part in stack_parts.of_whole(tx, whole.id)]
    found = [awards.get(tx, whole.organisation, one) for one in named if one is not None]
    replaced = {part.id for part in found if part.state is AwardState.REPLACED}
    held = {hold.part_award_id for hold in holds.of_whole(tx, whole.id)}
    return bool(replaced) and held <= replaced


def _state(pathway: Pathway, step: Step) -> CompletionState:
    if not pathway.is_certified(step):
        return CompletionState.RECORDED
    by_person = step.approval is Approval.PERSON
    return CompletionState.PROPOSED if by_person else CompletionState.AWARDED


def _fresh(way: _Way, *, step: Step, state: CompletionState) -> Completion:
    pathway = way.pathway
    return Completion(
        pathway.organisation,
        way.learner_id,
        pathway.slug,
        step.achievement,
        pathway.version,
        state,
        way.completed[step.achievement].on,
    )


def _renewed(
    tx: Transaction, bench: Workbench, way: _Way, *, before: Completion, actor: str
) -> Stacked:
    old = awards.get(tx, before.organisation, str(before.award_id))
    if old.state in _GONE:
        msg = f"{old.id} is {old.state}, which is final: it is not awarded anew."
        raise IllegalTransition(msg, now=str(old.state))
    cause = Cause(REPLACED, actor, bench.moment)
    consequences.change(tx, old, to=AwardState.REPLACED, cause=cause)
    revoke.void_waiting(tx, old, actor=actor, at=cause.at)
    done = _award(tx, bench, way, before=before, actor=actor, replaces=old)
    told = (old.organisation, old.learner_id, old.id, str(done.award_id))
    notices.add(tx, Notice(*told, NoticeKind.RENEWED, cause.at))
    return done


def _award(  # As `_stepped`, and what it replaces.
    tx: Transaction,
    bench: Workbench,
    way: _Way,
    *,
    before: Completion,
    actor: str,
    replaces: Award | None = None,
) -> Stacked:
    completed = way.completed[before.step]
    number = before.number + 1
    result = _result(tx, way, completed, number=number)
    award = decide(tx, result, actor=actor, bench=bench, replaces=replaces).award
    if award is None:  # pragma: no cover # It was passed.
        msg = "a result that was passed has an award"
        raise AssertionError(msg)
    after = replace(
        before,
        version=way.pathway.version,
        state=CompletionState.AWARDED,
        completed_on=completed.on,
        number=number,
        award_id=award.id,
        decided_by=actor,
        decided_at=bench.moment,
    )
    completions.put(tx, after)
    parts = [
        StackPart(part.name, way.sources[part].award_id, way.sources[part].recognition_id)
        for part in completed.parts
    ]
    stack_parts.add(tx, award.organisation, award.id, parts=parts)
    return Stacked(after.pathway, after.step, after.state, award.id)


def _result(tx: Transaction, way: _Way, completed: Completed, *, number: int) -> AssessmentResult:
    pathway, step = way.pathway, completed.step
    stack = Stack(
        pathway=pathway.slug,
        pathway_version=pathway.version,
        pathway_title=pathway.title,
        step=step.achievement,
        rule=pathway.unfolded[step.achievement],
        max_age_months=step.max_age_months,
        if_revoked=step.if_revoked,
        parts=tuple(holdings.sealed(tx, part, way.sources[part]) for part in completed.parts),
    )
    return AssessmentResult(
        organisation=pathway.organisation,
        achievement=step.achievement,
        learner=learners.get(tx, pathway.organisation, way.learner_id),
        date=completed.on,
        passed=True,
        source_id=f"stack:{pathway.slug}:{step.achievement}:{way.learner_id}:{number}",
        stack=stack,
    )


def _proposed(
    tx: Transaction, organisation: str, learner_id: int, *, pathway: str, step: str
) -> Completion:
    found = completions.get(tx, organisation, learner_id, pathway=pathway, step=step)
    if found.state is not CompletionState.PROPOSED:
        msg = f"{step} of learner number {learner_id} is {found.state}: nothing waits for you."
        raise Conflict(msg)
    return found


def _issue(bench: Workbench, organisation: str, award_id: str, *, actor: str) -> None:
    try:
        issue.issue(bench, organisation, award_id, actor=actor)
    except (IllegalTransition, Conflict):
        # Somebody else issues it at this moment, and what matters is that it is issued.
        return


def _note(
    tx: Transaction, bench: Workbench, completion: Completion, *, verb: str, actor: str
) -> None:
    detail = {
        "pathway": completion.pathway,
        "version": completion.version,
        "step": completion.step,
        "learner": completion.learner_id,
    }
    entry = audit.Entry(completion.organisation, bench.moment, actor, verb, detail=detail)
    audit.append(tx, entry)
