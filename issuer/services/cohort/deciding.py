"""Step 2 for a slice of results: the decisions of `issuer.services.decide`, in fewer statements.

Only results that were passed come here; what was decided before is found again. Nothing is composed
or signed here.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from issuer.errors import (
    AwardedByRule,
    DuplicateResult,
    FieldsInvalid,
    Incomplete,
    NotFound,
    TestamurError,
)
from issuer.model.achievement import Achievement
from issuer.model.annex1 import Stated, require_complete
from issuer.model.assessment import AssessmentResult
from issuer.model.award import AwardState, award_id
from issuer.model.organisation import Organisation
from issuer.registry import achievements, batches, cohorts, documents, organisations
from issuer.registry.cohorts import Taken
from issuer.registry.database import Transaction
from issuer.services import by_rule, decide
from issuer.services.workbench import Workbench


class Approved(NamedTuple):
    """A decision on one result."""

    award_id: str
    staged_id: int
    commitment: str
    """HMAC (hex) of the result under the learner's key."""
    is_to_be_issued: bool
    """False: its documents are there, or somebody else is at it."""


Decided = Approved | TestamurError


def decide_many(
    tx: Transaction,
    organisation: str,
    results: Sequence[AssessmentResult],
    *,
    actor: str,
    bench: Workbench,
) -> tuple[Decided, ...]:
    """Decide on results that were passed, each once; what hinders one is returned in its place."""
    organisations.lock(tx, organisation)
    house = organisations.get(tx, organisation)
    courses = _Courses(tx, house, bench.moment)
    decided: list[Decided | None] = [courses.fault(result) for result in results]
    sound = [result for result, fault in zip(results, decided, strict=True) if fault is None]
    at = bench.moment
    people = cohorts.find_or_add(tx, organisation, [result.learner for result in sound], at=at)
    taken = cohorts.stage(tx, organisation, sound, people=people, at=at)
    before = _Before(tx, organisation, taken)
    approval = _Approval(actor, at)
    fresh: list[dict[str, Any]] = []
    found: list[Decided] = []
    for result, person, one in zip(sound, people, taken, strict=True):
        if one.is_other:
            found.append(_other(result))
            continue
        known = before.award(tx, one)
        if known is None:
            id_ = award_id(house.code, bench.chance(10))
            row = {"id": id_, "learner_id": person.id, "staged_id": one.id}
            fresh.append({**courses.award(result, approval), **row})
            before.add(one.id, id_)
            known = Approved(id_, one.id, one.commitment, is_to_be_issued=True)
        found.append(known)
    cohorts.add_awards(tx, fresh)
    rest = iter(found)
    return tuple(next(rest) if one is None else one for one in decided)


@dataclass(frozen=True)
class _Approval:
    """By whom, and when."""

    actor: str
    at: dt.datetime


class _Courses:
    """The courses of a slice, each read and judged once."""

    def __init__(self, tx: Transaction, organisation: Organisation, at: dt.datetime) -> None:
        self._tx = tx
        self._organisation = organisation
        self._at = at
        self._days: dict[tuple[str, dt.date], TestamurError | None] = {}
        self._known: dict[str, Achievement | TestamurError] = {}
        self._awards: dict[tuple[str, dt.date], dict[str, Any]] = {}

    def fault(self, result: AssessmentResult) -> TestamurError | None:
        """Why nothing can be issued for the course and day of this result; None: it can."""
        found = self._known.get(result.achievement)
        if found is None:
            found = self._known[result.achievement] = self._read(result)
        if isinstance(found, TestamurError):
            return found
        day = (result.achievement, result.date)
        if day not in self._days:
            self._days[day] = self._untimely(found, result.date)
        return self._days[day]

    def _untimely(self, course: Achievement, on: dt.date) -> TestamurError | None:
        try:
            decide.require_timely(course, self._organisation, on=on, at=self._at)
        except FieldsInvalid as fault:
            return fault
        return None

    def award(self, result: AssessmentResult, approval: _Approval) -> Mapping[str, Any]:
        """What an award on this result says but for whose it is: the same for a course and day."""
        key = (result.achievement, result.date)
        found = self._awards.get(key)
        if found is None:
            found = self._awards[key] = self._award(result, approval)
        return found

    def _award(self, result: AssessmentResult, approval: _Approval) -> dict[str, Any]:
        course = self._known[result.achievement]
        if isinstance(course, TestamurError):
            raise course
        ends = decide.valid_until(course, self._organisation, awarded_on=result.date)
        # Every part of it was validated where it comes from: nothing need be again.
        return {
            "organisation": result.organisation,
            "achievement": course.slug,
            "achievement_version": course.version,
            "state": AwardState.APPROVED,
            "approved_by": approval.actor,
            "approved_at": approval.at,
            "awarded_on": result.date,
            "valid_until": ends,
            "replaces": None,
            "shared": False,
            "link_generation": 0,
            "reason": None,
            "changed_at": None,
        }

    def _read(self, result: AssessmentResult) -> Achievement | TestamurError:
        try:
            course = achievements.get(self._tx, result.organisation, result.achievement)
            # What Annex I asks of a result (a name, a date) no result can lack.
            require_complete(Stated(course, self._organisation, result))
            by_rule.require_assessed(self._tx, result.organisation, result.achievement)
        except (NotFound, Incomplete, AwardedByRule) as fault:
            return fault
        return course


class _Before:
    """What was decided before on results that were there."""

    def __init__(self, tx: Transaction, organisation: str, taken: Sequence[Taken]) -> None:
        known = {one.id for one in taken if not one.is_new}
        self._awards = cohorts.awards_on(tx, known) if known else {}
        approved = [a for a, state in self._awards.values() if state is AwardState.APPROVED]
        held = batches.held_awards(tx, organisation, of=approved) if approved else frozenset()
        # Somebody else is at them: another batch, or whoever seals what was written down here.
        self._in_hand = held | documents.wait_elsewhere(tx, approved)
        self._here: set[int] = set()

    def add(self, staged_id: int, award: str) -> None:
        """Remember what was decided in this very slice."""
        self._awards[staged_id] = (award, AwardState.APPROVED)
        self._here.add(staged_id)

    def award(self, tx: Transaction, one: Taken) -> Approved | None:
        """The decision that stands, or None where it is to be decided now."""
        found = self._awards.get(one.id)
        if found is None:
            return None
        known, state = found
        if state is AwardState.REVOKED and decide.never_sealed(tx, known, state=state):
            return None
        waits = state is AwardState.APPROVED and known not in self._in_hand
        return Approved(
            known, one.id, one.commitment, is_to_be_issued=waits and one.id not in self._here
        )


def _other(result: AssessmentResult) -> DuplicateResult:
    return DuplicateResult(
        f"A result with the same key ({result.achievement}, {result.date.isoformat()}) and other "
        "content was taken in before. Nothing was issued. If it is a correction, revoke the "
        "credential and send the corrected result under a new result id."
    )
