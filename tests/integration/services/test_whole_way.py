"""From a file of results to documents that anybody checks offline, and again from the same file."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from issuer.errors import DuplicateResult, Incomplete, NotFound, NotReady, UnusableInput
from issuer.model.achievement import DocumentFormat
from issuer.model.award import AwardState
from issuer.services import erase, export, look, offer, trust
from issuer.services.decide import Decided, foresee
from issuer.services.pictures import Pictures
from issuer.verify import Policy, Verdict, verify
from issuer.verify.material import decode
from tests.conftest import ROOT
from tests.town import intake
from tests.town.workshop import DID, Workshop, canonicalise

RESULTS = (ROOT / "examples" / "results.csv").read_bytes()
HEADER, *ROWS = RESULTS.decode().splitlines(keepends=True)
OB3, JWT = DocumentFormat.OB3, DocumentFormat.OB3_JWT


def _take(workshop: Workshop, data: bytes) -> list[intake.RowOutcome]:
    rows = intake.read(workshop.bench, workshop.slug, data)
    assert rows.faults == ()
    return [intake.take(workshop.bench, row, actor="registrar") for row in rows.rows]


def _some(*numbers: int) -> bytes:
    """The rows with these numbers of the example."""
    return "".join([HEADER, *(ROWS[number - 1] for number in numbers)]).encode()


def test_results_become_credentials_that_anybody_checks_offline(
    workshop: Workshop, tmp_path: Path
) -> None:
    # Some of them were decided in July.
    workshop.clock.pass_by(days=30)
    done = _take(workshop, RESULTS)
    assert [d.outcome for d in done].count(Decided.APPROVED) == 12
    assert {d.line: d.outcome for d in done if d.outcome is not Decided.APPROVED} == {
        5: Decided.NOT_PASSED,
        11: Decided.UNKNOWN,
    }
    assert {a.state for a in workshop.awards()} == {AwardState.ACTIVE}
    exported = export.export(workshop.bench, tmp_path / "out", pictures=Pictures())
    assert len(exported.documents) == 4 * 12
    # Somebody else reads what was written, years later, and asks nobody.
    material = replace(decode(exported.material.read_bytes()), trusted=())
    trusted = trust.decode(exported.trust.read_bytes())
    assert [t.did for t in trusted] == [DID]
    for place in exported.documents:
        report = verify(
            place.read_bytes(),
            material=replace(material, trusted=trusted),
            policy=Policy(),
            at=workshop.clock(),
            canonicalise=canonicalise,
        )
        assert report.verdict is Verdict.PASSED, place.name
        assert (place.stat().st_mode & 0o777) == 0o600
    lines = workshop.lines()
    assert lines.count("decide.approve") == 12
    assert lines.count("issue.write_down") == lines.count("issue.keep") == 24


def test_the_same_file_twice_issues_nothing_new(workshop: Workshop) -> None:
    first = _take(workshop, _some(1, 4, 6, 10))
    before, lines = workshop.awards(), workshop.lines()
    again = _take(workshop, _some(1, 4, 6, 10))
    assert workshop.awards() == before
    assert workshop.lines() == lines
    assert [d.outcome for d in again] == [
        Decided.ALREADY,
        Decided.NOT_PASSED,
        Decided.ALREADY,
        Decided.UNKNOWN,
    ]
    assert [d.award_id for d in again] == [d.award_id for d in first]


def test_the_same_key_with_other_content_issues_nothing(workshop: Workshop) -> None:
    _take(workshop, _some(1))
    before = workshop.awards()
    changed = _some(1).replace(b"1.7, good", b"1.0, excellent")
    (outcome,) = _take(workshop, changed)
    assert outcome.outcome is None
    assert outcome.fault is not None
    assert (outcome.line, outcome.fault.column) == (2, "result_id")
    assert "Nothing was issued" in outcome.fault.cure
    assert workshop.awards() == before
    result = workshop.result(source_id="R1")
    workshop.decide(result)
    with pytest.raises(DuplicateResult):
        workshop.decide(workshop.result(2, source_id="R1"))


def test_nothing_is_staged_for_what_is_not_issued(workshop: Workshop) -> None:
    for passed, outcome in ((False, Decided.NOT_PASSED), (None, Decided.UNKNOWN)):
        result = workshop.result(passed=passed)
        decision = workshop.decide(result)
        assert (decision.outcome, decision.award) == (outcome, None)
        with workshop.bench.read() as tx:
            assert foresee(tx, result) is outcome
    # It was unknown and is known now: that is no other content.
    assert workshop.decide(workshop.result()).outcome is Decided.APPROVED
    assert len(workshop.awards()) == 1


def test_a_course_that_lacks_an_element_names_it_and_its_field(workshop: Workshop) -> None:
    course = workshop.courses["python-basics"].model_copy(update={"can_do": None, "slug": "bare"})
    bare = course.model_copy(update={"assessment_types": ()})
    with workshop.bench.begin() as tx:
        offer.put_achievement(tx, bare, at=workshop.clock(), actor="operator")
    with pytest.raises(Incomplete) as caught:
        workshop.decide(workshop.result(achievement="bare"))
    assert "assessment_types" in str(caught.value)
    assert "M8" in str(caught.value) or "assessment" in str(caught.value)
    assert workshop.awards() == ()
    csv = b"course,date,passed,student_number,display_name\nbare,2026-06-01,yes,S1,A B\n"
    (outcome,) = _take(workshop, csv)
    assert outcome.fault is not None
    assert outcome.fault.column == "course"


def test_a_course_that_is_not_there_is_not_found(workshop: Workshop) -> None:
    with pytest.raises(NotFound):
        workshop.decide(workshop.result(achievement="alchemy"))


def test_a_rehearsal_says_what_will_happen_and_keeps_nothing(workshop: Workshop) -> None:
    lines = workshop.lines()
    rows = intake.read(workshop.bench, workshop.slug, _some(1, 4, 10)).rows
    foreseen = intake.rehearse(workshop.bench, rows)
    assert [o.outcome for o in foreseen] == [
        Decided.APPROVED,
        Decided.NOT_PASSED,
        Decided.UNKNOWN,
    ]
    assert workshop.awards() == ()
    assert workshop.lines() == lines
    _take(workshop, _some(1))
    rows = intake.read(
        workshop.bench, workshop.slug, _some(1).replace(b"1.7, good", b"2.0, fair")
    ).rows
    (outcome,) = intake.rehearse(workshop.bench, rows)
    assert outcome.fault is not None


def test_a_file_that_was_taken_in_halfway_is_finished(workshop: Workshop) -> None:
    rows = intake.read(workshop.bench, workshop.slug, _some(1)).rows
    workshop.decide(rows[0].result)
    (outcome,) = _take(workshop, _some(1))
    assert outcome.outcome is Decided.ALREADY
    assert [a.state for a in workshop.awards()] == [AwardState.ACTIVE]


def test_an_award_is_valid_as_long_as_its_course_says(workshop: Workshop) -> None:
    award = workshop.issued()
    # 60 months after 29 May 2026, at the end of that day in Vienna.
    assert award.valid_until == dt.datetime(2031, 5, 29, 21, 59, 59, tzinfo=dt.UTC)
    data = workshop.sealed(award)
    after = award.valid_until + dt.timedelta(seconds=1)
    assert workshop.check(data, at=after).check("validity").verdict is Verdict.FAILED


def test_a_further_format_takes_the_place_of_the_award(workshop: Workshop) -> None:
    award = workshop.issue(workshop.approve(), OB3)
    assert award.state is AwardState.ACTIVE
    assert workshop.states(award) == {"ob3": "sealed"}
    before, place = workshop.sealed(award), workshop.slot(award)
    workshop.clock.pass_by(days=1)
    assert workshop.issue(award, OB3, JWT).state is AwardState.ACTIVE
    assert workshop.states(award) == {"ob3": "sealed", "ob3-jwt": "sealed"}
    assert workshop.sealed(award) == before
    assert workshop.slot(award) == place
    records = workshop.documents(award)
    assert records[OB3].reservation.slot == records[JWT].reservation.slot
    assert workshop.check(workshop.sealed(award, JWT)).verdict is Verdict.PASSED


def test_issuing_again_changes_nothing(workshop: Workshop) -> None:
    award = workshop.issued()
    before, lines = workshop.sealed(award), workshop.lines()
    assert workshop.issue(award) == award
    assert workshop.sealed(award) == before
    assert workshop.lines() == lines


def test_export_leaves_out_who_was_erased_and_keeps_the_others(
    workshop: Workshop, tmp_path: Path
) -> None:
    gone, kept = workshop.issued(1), workshop.issued(2)
    with workshop.bench.begin() as tx:
        erase.erase(tx, workshop.slug, "S1", actor="operator", at=workshop.clock())
    exported = export.export(workshop.bench, tmp_path / "out", pictures=Pictures())
    assert {place.stem for place in exported.documents} == {kept.id}
    with workshop.bench.read() as tx, pytest.raises(NotFound):
        look.shown(tx, workshop.award(gone))


def test_export_says_where_it_could_not_write(workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnusableInput, match="--to"):
        export.export(workshop.bench, tmp_path / "file" / "out", pictures=Pictures())


def test_a_result_that_is_no_longer_kept_cannot_be_issued(workshop: Workshop) -> None:
    award = workshop.approve()
    with workshop.bench.begin() as tx:
        erase.erase(tx, workshop.slug, "S1", actor="operator", at=workshop.clock())
    with pytest.raises(NotFound):
        workshop.issue(award)
    assert workshop.slot(award) is None


def test_an_award_without_a_result_is_not_issued(workshop: Workshop) -> None:
    from issuer.registry import awards  # noqa: PLC0415 # Services make no such award.

    award = workshop.issued()
    changed = award.id[:-1] + ("2" if award.id[-1] == "1" else "1")
    other = award.model_copy(update={"id": changed, "state": AwardState.APPROVED})
    with workshop.bench.begin() as tx:
        awards.add(tx, other, staged_id=None)
    with pytest.raises(NotReady, match="rests on no result"):
        workshop.issue(other)
