"""What `decide` would say of many results at once: nothing is written, hundreds in one question.

`issuer.services.decide` decides; this only foresees it, for a dry run of any size.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from issuer.errors import AwardedByRule, Incomplete, NotFound
from issuer.gradebooks.table import RowFault
from issuer.model.annex1 import Stated, require_complete
from issuer.model.assessment import AssessmentResult
from issuer.model.award import AwardState
from issuer.registry import achievements, awards, known, organisations
from issuer.registry.database import Transaction
from issuer.registry.known import KnownResult
from issuer.services import by_rule
from issuer.services.decide import Decided, never_sealed
from issuer.services.results_file import ReadRow

_OTHER_CONTENT = RowFault(
    0,
    "result_id",
    "",
    "a result of this learner and course with other content was taken in before",
    "If it is a correction, revoke the credential and send the result under a new result_id; if "
    "it is another run of the course, say which with --run",
)


@dataclass(frozen=True)
class Foreseen:
    """What would become of one row."""

    row: ReadRow
    outcome: Decided | None
    """None: it cannot be issued, and ``fault`` says why."""
    award_id: str | None = None
    is_unfinished: bool = False
    """It was approved before and never sealed: issuing goes on."""
    fault: RowFault | None = None
    holds_another: bool = False
    """The learner holds a credential of this course that rests on another result."""


class Foresight:
    """Foresees within one reading transaction; courses are looked at once."""

    def __init__(self, tx: Transaction, organisation: str) -> None:
        self._tx = tx
        self._organisation = organisations.get(tx, organisation)
        self._courses: dict[str, RowFault | None] = {}

    def of(self, rows: Sequence[ReadRow]) -> Iterator[Foreseen]:
        """What would become of each row; raises nothing for a row's own faults."""
        slug = self._organisation.slug
        passed = [row.result for row in rows if row.result.passed]
        found = known.results(self._tx, slug, passed)
        holders = self._holders([one for one in passed if one.natural_key not in found])
        for row in rows:
            yield self._foreseen(row, found, holders)

    def _holders(self, fresh: Sequence[AssessmentResult]) -> frozenset[tuple[str, str]]:
        by_course: dict[str, list[str]] = {}
        for one in fresh:
            by_course.setdefault(one.achievement, []).append(one.learner.key)
        slug = self._organisation.slug
        return frozenset(
            (course, key)
            for course, keys in by_course.items()
            for key in known.holders(self._tx, slug, keys, achievement=course)
        )

    def _foreseen(
        self,
        row: ReadRow,
        found: Mapping[str, KnownResult],
        holders: frozenset[tuple[str, str]],
    ) -> Foreseen:
        result = row.result
        if (fault := self._of_course(result)) is not None:
            return Foreseen(row, None, fault=_at(row, fault))
        if not result.passed:
            return Foreseen(row, Decided.UNKNOWN if result.passed is None else Decided.NOT_PASSED)
        before = found.get(result.natural_key)
        if before is None:
            holds = (result.achievement, result.learner.key) in holders
            return Foreseen(row, Decided.APPROVED, holds_another=holds)
        if not before.is_same:
            return Foreseen(row, None, fault=_at(row, _OTHER_CONTENT))
        return self._before(row, before)

    def _before(self, row: ReadRow, before: KnownResult) -> Foreseen:
        if before.award_id is None:
            return Foreseen(row, Decided.APPROVED)
        if before.award_state is AwardState.REVOKED:
            award = awards.get(self._tx, self._organisation.slug, before.award_id)
            if never_sealed(self._tx, award.id, state=award.state):
                return Foreseen(row, Decided.APPROVED)
        unfinished = before.award_state is AwardState.APPROVED
        return Foreseen(row, Decided.ALREADY, before.award_id, unfinished)

    def _of_course(self, result: AssessmentResult) -> RowFault | None:
        slug = result.achievement
        if slug not in self._courses:
            self._courses[slug] = self._fault_of(result)
        return self._courses[slug]

    def _fault_of(self, result: AssessmentResult) -> RowFault | None:
        try:
            course = achievements.get(self._tx, result.organisation, result.achievement)
            require_complete(Stated(course, self._organisation, result))
            by_rule.require_assessed(self._tx, result.organisation, result.achievement)
        except (AwardedByRule, Incomplete, NotFound) as fault:
            said, _, cure = fault.message.partition(". ")
            return RowFault(0, "course", "", said, cure)
        return None


def _at(row: ReadRow, fault: RowFault) -> RowFault:
    return RowFault(row.line, fault.column, fault.value, fault.fault, fault.cure)
