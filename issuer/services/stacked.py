"""The award of a step: decided with its parts, once, in the transaction that knows of them.

``issuer.services.decide`` makes it, as any other award; here it is said from which parts. What it
replaces is out of force before it is in force, so that never two are. Decides on no step: see
`issuer.services.stack`.
"""

from dataclasses import dataclass, replace

from issuer.errors import Conflict, IllegalTransition
from issuer.model.assessment import AssessmentResult
from issuer.model.award import Award
from issuer.model.progress import Completed
from issuer.model.stack import Stack
from issuer.registry import audit, awards, completions, learners, notices, stack_parts
from issuer.registry.completions import Completion, CompletionState
from issuer.registry.database import Transaction
from issuer.registry.notices import Notice, NoticeKind
from issuer.registry.stack_parts import StackPart
from issuer.services import consequences, holdings, issue, revoke
from issuer.services.decide import decide
from issuer.services.ways import Way
from issuer.services.workbench import Workbench

REPLACED = "A part of it was issued anew; so was this, on the new part."


@dataclass(frozen=True)
class Stacked:
    """What came of a step."""

    pathway: str
    step: str
    state: CompletionState
    award_id: str | None = None


def award(  # For whom on which way, what was known of the step, who says so, what it replaces.
    tx: Transaction,
    bench: Workbench,
    way: Way,
    *,
    before: Completion,
    actor: str,
    replaces: Award | None = None,
) -> Stacked:
    """Approve the award of a completed step and keep from what; raises as `decide` does."""
    completed = way.completed[before.step]
    number = before.number + 1
    result = _result(tx, way, completed, number=number)
    made = decide(tx, result, actor=actor, bench=bench, replaces=replaces).award
    if made is None:  # pragma: no cover # It was passed.
        msg = "a result that was passed has an award"
        raise AssertionError(msg)
    after = replace(
        before,
        version=way.pathway.version,
        state=CompletionState.AWARDED,
        completed_on=completed.on,
        number=number,
        award_id=made.id,
        decided_by=actor,
        decided_at=bench.moment,
    )
    completions.put(tx, after)
    parts = [
        StackPart(part.name, way.sources[part].award_id, way.sources[part].recognition_id)
        for part in completed.parts
    ]
    stack_parts.add(tx, made.organisation, made.id, parts=parts)
    return Stacked(after.pathway, after.step, after.state, made.id)


def renewed(
    tx: Transaction, bench: Workbench, way: Way, *, before: Completion, actor: str
) -> Stacked:
    """Replace the award of a step by a new one on the parts in force; raises IllegalTransition."""
    old = awards.get(tx, before.organisation, str(before.award_id))
    if old.state in consequences.FINAL:
        msg = f"{old.id} is {old.state}, which is final: it is not awarded anew."
        raise IllegalTransition(msg, now=str(old.state))
    at = bench.moment
    revoke.replace(tx, old, reason=REPLACED, actor=actor, at=at)
    done = award(tx, bench, way, before=before, actor=actor, replaces=old)
    told = (old.organisation, old.learner_id, old.id, str(done.award_id))
    notices.add(tx, Notice(*told, NoticeKind.RENEWED, at))
    return done


def finish(bench: Workbench, organisation: str, award_id: str, *, actor: str) -> None:
    """Issue what was approved and committed, unless somebody else does so at this moment."""
    try:
        issue.issue(bench, organisation, award_id, actor=actor)
    except (IllegalTransition, Conflict):
        # Somebody else issues it at this moment, and what matters is that it is issued.
        return


def note(
    tx: Transaction, bench: Workbench, completion: Completion, *, verb: str, actor: str
) -> None:
    """One audit line about a step."""
    detail = {
        "pathway": completion.pathway,
        "version": completion.version,
        "step": completion.step,
        "learner": completion.learner_id,
    }
    entry = audit.Entry(completion.organisation, bench.moment, actor, verb, detail=detail)
    audit.append(tx, entry)


def _result(tx: Transaction, way: Way, completed: Completed, *, number: int) -> AssessmentResult:
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
