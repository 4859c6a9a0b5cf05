"""Step 2, decide: a result and the rules give an award, once.

Council Recommendation 2022/C 243/02 Annex I (a course that lacks an element cannot issue). What is
unknown never issues; what was decided is found again. Nothing is composed or signed here.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from issuer.errors import FieldsInvalid
from issuer.model.achievement import Achievement
from issuer.model.annex1 import Stated, require_complete
from issuer.model.assessment import AssessmentResult
from issuer.model.award import Award, AwardState, DocumentState, award_id
from issuer.model.organisation import Organisation
from issuer.registry import (
    achievements,
    audit,
    awards,
    documents,
    learners,
    organisations,
    results,
)
from issuer.registry.database import Transaction
from issuer.services import by_rule
from issuer.services.workbench import Workbench

_DECEMBER = 12


class Decided(StrEnum):
    """What came of a result."""

    APPROVED = "approved"
    ALREADY = "already"
    """The very same result was decided before; its award is returned."""
    NOT_PASSED = "not_passed"
    UNKNOWN = "unknown"
    """Nobody has said whether it was passed; unknown never issues."""


@dataclass(frozen=True)
class Decision:
    """What came of it, and the award if there is one."""

    outcome: Decided
    award: Award | None = None


def foresee(tx: Transaction, result: AssessmentResult) -> Decided:
    """What `decide` would say of a result that nobody has sent before, whatever its date."""
    return _foreseen(tx, result)[0]


def last_day(at: dt.datetime) -> dt.date:
    """The last day on which something can have been decided; ``at`` is in UTC."""
    # Elsewhere it is the next day already.
    return at.date() + dt.timedelta(days=1)


def require_timely(
    achievement: Achievement, organisation: Organisation, *, on: dt.date, at: dt.datetime
) -> None:
    """Return nothing if what was awarded ``on`` a day can be issued ``at`` a moment.

    Raises FieldsInvalid where the day is still to come, or what it awards has ended already.
    """
    if on > last_day(at):
        raise _untimely(on, "is still to come")
    until = valid_until(achievement, organisation, awarded_on=on)
    if until is not None and until <= at:
        months = achievement.valid_months
        raise _untimely(on, f"is more than the {months} months ago for which this is valid")


def _untimely(on: dt.date, fault: str) -> FieldsInvalid:
    said = f"{on.isoformat()} {fault}. Correct the date; nothing was issued"
    return FieldsInvalid(f"date: {said}.", fields=[{"field": "date", "fault": said}])


def _foreseen(tx: Transaction, result: AssessmentResult) -> tuple[Decided, Stated]:
    achievement = achievements.get(tx, result.organisation, result.achievement)
    organisation = organisations.get(tx, result.organisation)
    stated = Stated(achievement, organisation, result)
    require_complete(stated)
    if result.stack is None:
        by_rule.require_assessed(tx, result.organisation, result.achievement)
    if result.passed is None:
        return Decided.UNKNOWN, stated
    return (Decided.APPROVED if result.passed else Decided.NOT_PASSED), stated


def decide(
    tx: Transaction,
    result: AssessmentResult,
    *,
    actor: str,
    bench: Workbench,
    replaces: Award | None = None,
) -> Decision:
    """Decide on a result and, if it was passed, approve an award.

    One that ``replaces`` another is shared as that one was.
    Raises NotFound (course), Incomplete (Annex I), AwardedByRule (the step of a pathway, and no
    parts), FieldsInvalid (a date that cannot be right) and DuplicateResult (the same key with other
    content). A result that was not passed leaves no trace.
    """
    foreseen, stated = _foreseen(tx, result)
    if foreseen is not Decided.APPROVED:
        return Decision(foreseen)
    at = bench.moment
    # Of several who decide on one result at once the second finds the award of the first.
    organisations.lock(tx, result.organisation)
    learner_id = learners.find_or_add(tx, result.learner, at=at)
    staged = results.stage(tx, result, learner_id=learner_id, at=at)
    before = awards.by_staged(tx, staged.id)
    if before is not None and not never_sealed(tx, before.id, state=before.state):
        return Decision(Decided.ALREADY, before)
    # What completes a step is decided when it is completed, whenever its parts were. Nothing that
    # was taken in above stays where this is refused: the transaction is given up.
    if result.stack is None:
        require_timely(stated.achievement, stated.organisation, on=result.date, at=at)
    award = _award(stated, result, learner_id=learner_id, actor=actor, bench=bench)
    if replaces is not None:
        like = {"replaces": replaces.id, "shared": replaces.shared}
        award = award.model_copy(update=like)
    awards.add(tx, award, staged_id=staged.id)
    audit.append(
        tx,
        audit.Entry(
            award.organisation,
            at,
            actor,
            "decide.approve",
            award.id,
            staged.commitment,
            {"achievement": award.achievement, "version": award.achievement_version},
        ),
    )
    return Decision(Decided.APPROVED, award)


def never_sealed(tx: Transaction, award_id: str, *, state: AwardState) -> bool:
    """Whether all that was begun for it was voided: then the result may be decided anew.

    What a person revoked is not: `issuer.services.revoke` closes the result.
    """
    states = {record.state for record in documents.of_award(tx, award_id)}
    is_void = state is AwardState.REVOKED and states <= {DocumentState.VOID}
    return is_void and results.is_open(tx, awards.staged_of(tx, award_id))


def _award(
    stated: Stated, result: AssessmentResult, *, learner_id: int, actor: str, bench: Workbench
) -> Award:
    organisation, achievement = stated.organisation, stated.achievement
    return Award(
        id=award_id(organisation.code, bench.chance(10)),
        organisation=organisation.slug,
        achievement=achievement.slug,
        achievement_version=achievement.version,
        learner_id=learner_id,
        approved_by=actor,
        approved_at=bench.moment,
        awarded_on=result.date,
        valid_until=valid_until(achievement, organisation, awarded_on=result.date),
    )


def valid_until(
    achievement: Achievement, organisation: Organisation, *, awarded_on: dt.date
) -> dt.datetime | None:
    """The last second of the day so many months after the award, there where it was awarded."""
    if achievement.valid_months is None:
        return None
    years, month = divmod(awarded_on.month - 1 + achievement.valid_months, _DECEMBER)
    first = dt.date(awarded_on.year + years, month + 1, 1)
    following = dt.date(first.year + first.month // _DECEMBER, first.month % _DECEMBER + 1, 1)
    day = min(awarded_on.day, (following - first).days)
    local = dt.datetime.combine(
        first.replace(day=day), dt.time(23, 59, 59), ZoneInfo(organisation.time_zone)
    )
    return local.astimezone(dt.UTC)
