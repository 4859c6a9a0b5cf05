"""Automatic stacking: what completes a step is recorded, proposed or awarded, once.

Council Recommendation 2022/C 243/02, Annex I O4. All that was decided of a learner is asked and
written under the organisation's lock, so it does not matter in which order results come, how often
one asks, and how many ask at once. A step whose award was made before is not awarded again: what
becomes of it then is decided by a person, unless a part was merely replaced.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from issuer.errors import NotFound, TestamurError
from issuer.model.award import Award, AwardState
from issuer.model.pathway import Approval, Pathway, Step
from issuer.registry import (
    audit,
    awards,
    batches,
    completions,
    holds,
    journeys,
    learners,
    organisations,
    pathways,
    stack_parts,
    undecided,
)
from issuer.registry import (
    holdings as held_awards,
)
from issuer.registry.completions import Completion, CompletionState
from issuer.registry.database import Transaction
from issuer.registry.journeys import Journey
from issuer.services import consequences, holdings, lined_up, stacked, ways
from issuer.services.decide import never_sealed
from issuer.services.holdings import Holdings
from issuer.services.stacked import Stacked
from issuer.services.ways import Way
from issuer.services.workbench import Workbench
from keys.algorithms import CustodyError

ACTOR = "stacking"
LineUp = Callable[[Transaction, Sequence[str]], None]
"""What is done with awards that were approved, in the same transaction."""
_PAGE = 200
_TOGETHER = 20
_HINDRANCES = (TestamurError, CustodyError)


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
        done = _decided(tx, bench, organisation, (learner_id,), actor=actor)[learner_id]
    _finish(bench, organisation, done, actor=actor)
    return done


def after_issue(bench: Workbench, organisation: str, award_id: str) -> None:
    """`consider` for the learner of an award that was issued; what hinders it hinders nobody.

    It is noted in the audit trail, and `testamur stack run` does it again.
    """
    with bench.read() as tx:
        learner_id = awards.get(tx, organisation, award_id).learner_id
    _attempt(bench, organisation, learner_id)


def after_cohort(
    bench: Workbench,
    organisation: str,
    learner_ids: Sequence[int],
    *,
    line_up: LineUp | None = None,
) -> int:
    """`consider` for each of these, as `after_issue`; returns how many steps were new.

    What is awarded goes to ``line_up``, in the transaction that approves it, or is issued here.
    """
    return sum(
        len(done)
        for group in _groups(learner_ids)
        for done in _attempt_many(bench, organisation, group, line_up=line_up)
    )


def consider_all(
    bench: Workbench, organisation: str, *, actor: str = ACTOR
) -> Iterator[tuple[int, tuple[Stacked, ...]]]:
    """`consider` for every learner who holds anything; yields learner and what is new.

    A page of learners is in memory at a time. What was left to be decided after batches is decided
    with it.
    """
    with bench.read() as tx:
        left = undecided.batches(tx, organisation)
    for page in _pages(bench, organisation):
        for group in _groups(page):
            found = _each(bench, organisation, group, actor=actor)
            yield from ((learner_id, done) for learner_id, done in found if done)
    with bench.begin() as tx:
        organisations.lock(tx, organisation)
        for batch_id in left:
            undecided.clear(tx, batch_id)
            lined_up.release(tx, bench, batches.find(tx, batch_id))


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


def _attempt(bench: Workbench, organisation: str, learner_id: int) -> tuple[Stacked, ...]:
    try:
        return consider(bench, organisation, learner_id)
    except _HINDRANCES as fault:
        _note_hindered(bench, organisation, learner_id, fault=fault)
        return ()


def _attempt_many(
    bench: Workbench,
    organisation: str,
    learner_ids: Sequence[int],
    *,
    line_up: LineUp | None,
) -> Iterator[tuple[Stacked, ...]]:
    decided = _together(bench, organisation, learner_ids, actor=ACTOR, line_up=line_up)
    if decided is None:
        yield from (_attempt(bench, organisation, one) for one in learner_ids)
        return
    for learner_id, done in decided.items():
        try:
            if line_up is None:
                _finish(bench, organisation, done, actor=ACTOR)
        except _HINDRANCES as fault:
            _note_hindered(bench, organisation, learner_id, fault=fault)
        yield done


def _each(
    bench: Workbench, organisation: str, learner_ids: Sequence[int], *, actor: str
) -> Iterator[tuple[int, tuple[Stacked, ...]]]:
    decided = _together(bench, organisation, learner_ids, actor=actor)
    if decided is None:
        for learner_id in learner_ids:
            yield learner_id, consider(bench, organisation, learner_id, actor=actor)
        return
    for learner_id, done in decided.items():
        _finish(bench, organisation, done, actor=actor)
        yield learner_id, done


def _together(
    bench: Workbench,
    organisation: str,
    learner_ids: Sequence[int],
    *,
    actor: str,
    line_up: LineUp | None = None,
) -> dict[int, tuple[Stacked, ...]] | None:
    """Decide for a few in one transaction; None where one is hindered, and nothing was kept."""
    try:
        with bench.begin() as tx:
            organisations.lock(tx, organisation)
            there = learners.not_erased(tx, learner_ids)
            decided = _decided(tx, bench, organisation, there, actor=actor)
            if line_up is not None:
                every = (one.award_id for done in decided.values() for one in done)
                line_up(tx, [award_id for award_id in every if award_id is not None])
            return decided
    except _HINDRANCES:
        return None


def _note_hindered(
    bench: Workbench, organisation: str, learner_id: int, *, fault: TestamurError | CustodyError
) -> None:
    with bench.begin() as tx:
        detail = {"code": fault.code, "learner": learner_id}
        entry = audit.Entry(organisation, bench.moment, ACTOR, "stack.hindered", detail=detail)
        audit.append(tx, entry)


def _finish(bench: Workbench, organisation: str, done: Iterable[Stacked], *, actor: str) -> None:
    for one in done:
        if one.award_id is not None:
            stacked.finish(bench, organisation, one.award_id, actor=actor)


def _pages(bench: Workbench, organisation: str) -> Iterator[tuple[int, ...]]:
    """Learners who hold anything; none where there is no pathway."""
    after = 0
    with bench.read() as tx:
        is_offered = bool(pathways.newest(tx, organisation))
    while is_offered:
        with bench.read() as tx:
            found = held_awards.learners_with(tx, organisation, after=after, most=_PAGE)
        if not found:
            return
        yield found
        after = found[-1]


def _groups(learner_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """A few each: whoever else writes waits no longer than one of them takes."""
    for start in range(0, len(learner_ids), _TOGETHER):
        yield learner_ids[start : start + _TOGETHER]


def take_over(tx: Transaction, old: Award, *, new: Award) -> None:
    """Let an award that was made again as it was stand where the old one stood, with its holds."""
    parts = stack_parts.of_whole(tx, old.id)
    if parts and not stack_parts.of_whole(tx, new.id):
        stack_parts.add(tx, new.organisation, new.id, parts=parts)
        before = completions.of_award(tx, old.organisation, old.id)
        completions.put(tx, replace(before, award_id=new.id))
        for hold in holds.of_whole(tx, old.id):
            if not consequences.is_by_hand(hold):
                by_itself = hold.part_award_id == old.id
                part = new.id if by_itself else hold.part_award_id
                holds.begin(tx, replace(hold, award_id=new.id, part_award_id=part))


def _is_on_any(tx: Transaction, bench: Workbench, organisation: str, learner_id: int) -> bool:
    there = pathways.listing(tx, organisation)
    if not there:
        return False
    try:
        learners.data_key(tx, learner_id)
    except NotFound:
        return False
    # A version that is followed may name what the newest does not.
    if journeys.of_learner(tx, organisation, learner_id):
        return True
    held = holdings.read(tx, organisation, learner_id, bench=bench, pathways=())
    return any(map(held.is_on, there))


@dataclass(frozen=True)
class _Learner:
    """A learner on every pathway there is, before anything is decided."""

    id: int
    there: tuple[Pathway, ...]
    begun: frozenset[str]
    """Slugs of the pathways on which the learner is."""
    held: Holdings
    known: tuple[Completion, ...]


def _decided(
    tx: Transaction, bench: Workbench, organisation: str, learner_ids: Sequence[int], *, actor: str
) -> dict[int, tuple[Stacked, ...]]:
    found = _learners(tx, bench, organisation, learner_ids)
    return {one.id: tuple(_considered(tx, bench, one, actor=actor)) for one in found}


def _learners(
    tx: Transaction, bench: Workbench, organisation: str, learner_ids: Sequence[int]
) -> Iterator[_Learner]:
    newest = pathways.listing(tx, organisation)
    begun = journeys.of_learners(tx, organisation, learner_ids)
    known = completions.of_learners(tx, organisation, learner_ids)
    there = {one: ways.in_versions_of(tx, newest, begun=begun[one]) for one in learner_ids}
    held = holdings.read_many(tx, organisation, there, bench=bench)
    for one in learner_ids:
        slugs = frozenset(journey.pathway for journey in begun[one])
        yield _Learner(one, there[one], slugs, held[one], known[one])


def _considered(
    tx: Transaction, bench: Workbench, learner: _Learner, *, actor: str
) -> Iterator[Stacked]:
    known = {(c.pathway, c.step): c for c in learner.known}
    for pathway in learner.there:
        if pathway.slug not in learner.begun:
            if not learner.held.is_on(pathway):
                continue
            place = (pathway.organisation, learner.id, pathway.slug)
            journeys.begin(tx, Journey(*place, pathway.version, bench.moment))
        way = ways.on(pathway, learner.id, learner.held)
        for step in pathway.steps:
            before = known.get((pathway.slug, step.achievement))
            done = _stepped(tx, bench, way, step=step, before=before, actor=actor)
            if done is not None:
                yield done


def _stepped(  # A step of whom on which way, what was known of it, and who asks.
    tx: Transaction,
    bench: Workbench,
    way: Way,
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
        return stacked.award(tx, bench, way, before=fresh, actor=actor)
    completions.put(tx, fresh)
    stacked.note(tx, bench, fresh, verb=f"stack.{state}", actor=actor)
    return Stacked(fresh.pathway, fresh.step, state)


def _followed(
    tx: Transaction, bench: Workbench, way: Way, *, before: Completion, actor: str
) -> Stacked | None:
    """What becomes of a step that has its award: it is finished, decided anew, or renewed."""
    award = awards.get(tx, before.organisation, str(before.award_id))
    done = Stacked(before.pathway, before.step, before.state, award.id)
    if award.state is AwardState.APPROVED:
        # It was decided, and whoever did so could not issue.
        return done
    if before.step not in way.completed:
        return None
    if award.state not in consequences.FINAL and _is_to_be_renewed(tx, award):
        return stacked.renewed(tx, bench, way, before=before, actor=actor)
    if never_sealed(tx, award.id, state=award.state):
        return stacked.award(tx, bench, way, before=before, actor=actor)
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


def _fresh(way: Way, *, step: Step, state: CompletionState) -> Completion:
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
