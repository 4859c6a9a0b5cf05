"""What a person decides of a step: to award it, not to, or to award it anew on other parts.

Council Recommendation 2022/C 243/02, Annex I O4. Who decided, and when, is kept with the step.
"""

from dataclasses import replace

from issuer.errors import Conflict
from issuer.registry import completions, organisations
from issuer.registry.completions import Completion, CompletionState
from issuer.registry.database import Transaction
from issuer.services import revoke, stacked, ways
from issuer.services.stacked import Stacked
from issuer.services.workbench import Workbench


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
        way = ways.read(tx, organisation, learner_id, bench=bench, pathway=pathway)
        if step not in way.completed:
            msg = f"Learner number {learner_id} does not hold what {step} needs any more."
            raise Conflict(msg)
        done = stacked.award(tx, bench, way, before=before, actor=actor)
    stacked.finish(bench, organisation, str(done.award_id), actor=actor)
    return done


def decline(
    bench: Workbench,
    organisation: str,
    learner_id: int,
    *,
    place: tuple[str, str],
    actor: str,
    reason: str,
) -> Completion:
    """Do not award a step that was proposed; the learner sees why.

    Raises NotFound, Conflict (decided before) and FieldsInvalid (the reason).
    """
    pathway, step = place
    with bench.begin() as tx:
        organisations.lock(tx, organisation)
        before = _proposed(tx, organisation, learner_id, pathway=pathway, step=step)
        after = replace(
            before,
            state=CompletionState.DECLINED,
            decided_by=actor,
            decided_at=bench.moment,
            reason=revoke.said(reason),
        )
        completions.put(tx, after)
        stacked.note(tx, bench, after, verb="stack.decline", actor=actor)
    return after


def renew(bench: Workbench, organisation: str, whole: str, *, actor: str) -> Stacked:
    """Award a whole anew on the parts that are in force now, in the place of the old one.

    The old one is replaced in the transaction that decides on the new: never are two in force.
    What held the old one ends with it. Raises NotFound, IllegalTransition (it has ended) and
    Conflict where the parts in force do not complete the step.
    """
    with bench.begin() as tx:
        organisations.lock(tx, organisation)
        before = completions.of_award(tx, organisation, whole)
        way = ways.read(tx, organisation, before.learner_id, bench=bench, pathway=before.pathway)
        if before.step not in way.completed:
            msg = (
                f"The parts in force do not complete {before.step} any more. Decide about {whole}."
            )
            raise Conflict(msg, award_id=whole)
        done = stacked.renewed(tx, bench, way, before=before, actor=actor)
    stacked.finish(bench, organisation, str(done.award_id), actor=actor)
    return done


def _proposed(
    tx: Transaction, organisation: str, learner_id: int, *, pathway: str, step: str
) -> Completion:
    found = completions.get(tx, organisation, learner_id, pathway=pathway, step=step)
    if found.state is not CompletionState.PROPOSED:
        msg = f"{step} of learner number {learner_id} is {found.state}: nothing waits for you."
        raise Conflict(msg)
    return found
