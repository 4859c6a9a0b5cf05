"""The dry run: what a file would do, before and after, in bulk; and the mapping that is kept."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from issuer.errors import Conflict, DocumentTooLarge, FieldsInvalid, NotFound, UnusableInput
from issuer.gradebooks.table import Reading
from issuer.model.award import AwardState
from issuer.model.mapping import AtLeast, Mapping, Platform
from issuer.services import accept, mappings, offer, planning, revoke
from issuer.services.mappings import SavedMapping
from issuer.services.planning import Plan, Wanted
from tests.conftest import ROOT
from tests.town import intake
from tests.town.spreadsheets import xlsx
from tests.town.workshop import Workshop

COURSE = "python-basics"
MOODLE = (ROOT / "examples" / "moodle-gradebook.csv").read_bytes()
ON = dt.date(2026, 7, 3)
RULE = "Course total >= 60%"
FULL = Wanted(course=COURSE, pass_if=RULE, passed_on=ON)
XML = (
    b"<results><result><assignment>E</assignment><student>1</student><score>1</score></result>"
    b"</results>"
)
OPENEDX = "Student ID,Email,Username,Grade,Whole,Number\n1,a@b.example,a,{},Ada,S1\n"
OPENEDX_COLUMNS = {"key": "Number", "name": "Whole"}
HEADER = "result_id,course,date,passed,student_number,given_name,family_name,email\n"


@pytest.fixture(autouse=True)
def _in_july(workshop: Workshop) -> None:
    """All that the files hold is past."""
    workshop.clock.pass_by(days=30)


def plan(workshop: Workshop, data: bytes = MOODLE, wanted: Wanted = FULL, **said: Any) -> Plan:
    return planning.plan(workshop.bench, workshop.slug, data, wanted=replace(wanted, **said))


def own(*rows: str) -> bytes:
    return (HEADER + "\n".join(rows)).encode()


def take(workshop: Workshop, found: Plan) -> int:
    rows = [*found.results()]
    for row in rows:
        intake.take(workshop.bench, row, actor="registrar")
    return len(rows)


def keep(workshop: Workshop, mapping: Mapping | None, name: str = "final") -> None:
    assert mapping is not None
    saved = SavedMapping(COURSE, name, mapping, "registrar", workshop.bench.moment)
    with workshop.bench.begin() as tx:
        mappings.save(tx, workshop.slug, saved)


def test_a_gradebook_is_planned_and_issued_once(workshop: Workshop) -> None:
    found = plan(workshop)
    assert found.platform is Platform.MOODLE
    assert found.counts == {"new": 6, "already": 0, "not_passed": 2, "unknown": 1, "faulty": 0}
    assert (found.faults, found.questions, found.conflicts) == ((), (), ())
    assert found.exported_at == dt.datetime(2026, 7, 3, 10, 15, tzinfo=dt.UTC)
    assert found.preview is not None
    assert (found.preview.name, found.preview.date) == ("Alex Example", ON)
    assert found.preview.valid_until is not None
    assert workshop.awards() == (), "a plan keeps nothing"
    assert take(workshop, found) == 6
    again = plan(workshop)
    assert again.counts == {"new": 0, "already": 6, "not_passed": 2, "unknown": 1, "faulty": 0}
    assert [*again.results()] == []
    assert again.preview is None


def test_another_date_by_hand_issues_nobody_twice(workshop: Workshop) -> None:
    take(workshop, plan(workshop))
    found = plan(workshop, passed_on=ON + dt.timedelta(days=1))
    assert (found.counts["new"], found.counts["faulty"]) == (0, 6)
    assert "other content" in found.faults[0].fault
    assert found.faults[0].column == "ID number"
    other = plan(workshop, passed_on=ON + dt.timedelta(days=1), run="2027")
    assert other.counts["new"] == 6
    assert "6 of these learners hold a credential of this course already" in other.conflicts[0]


def test_what_is_not_said_is_asked_and_nothing_is_issued(workshop: Workshop) -> None:
    found = plan(workshop, wanted=Wanted(course=COURSE))
    assert [one.code for one in found.questions] == ["passed", "date"]
    assert "2026-07-03, which is not when" in found.questions[1].cure
    assert found.counts["unknown"] == 9
    assert [*found.results()] == []
    with pytest.raises(UnusableInput, match="What counts as passed"):
        found.require_answered()
    plan(workshop).require_answered()


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"Student ID,Email,Username,Grade,Certificate Delivered\n1,a@b.example,a,1,Y\n",
         ["learner", "name", "date"]),
        (XML, ["name", "passed", "date"]),
        (b"ID,Name,Course complete\n1,Ada,2026-06-20 09:00:00\n", ["learner"]),
        ("Matrikelnummer;Vorname;Nachname;Note\n1;Zoë;B;1\n".encode("cp1252"),
         ["passed", "date", "encoding"]),
        (xlsx([["Matrikelnummer", "Name"], ["1", "Ada"]], hidden=[2]),
         ["passed", "date", "hidden_rows"]),
    ],
)  # fmt: skip
def test_each_kind_of_file_leaves_something_open(
    workshop: Workshop, data: bytes, codes: list[str]
) -> None:
    found = plan(workshop, data, Wanted(course=COURSE))
    assert [one.code for one in found.questions] == codes
    assert all(one.sentence and one.cure for one in found.questions)


def test_what_was_doubtful_is_answered(workshop: Workshop) -> None:
    data = "Matrikelnummer;Vorname;Nachname;Note\n1;Zoë;B;70\n".encode("cp1252")
    said = replace(FULL, pass_if="Note >= 60", reading=Reading(encoding="windows-1252"))
    assert plan(workshop, data, said).counts["new"] == 1
    data = xlsx([["Matrikelnummer", "Name", "Note"], [17, "Ada", 70]], hidden=[2])
    found = plan(workshop, data, said, reading=Reading(), hidden_rows=True)
    assert (found.questions, found.counts["new"]) == ((), 1)
    assert "leading zeros may be lost" in found.conflicts[0]


def test_a_file_that_names_no_course_needs_one(workshop: Workshop) -> None:
    with pytest.raises(UnusableInput, match="--achievement"):
        plan(workshop, course=None)
    with pytest.raises(NotFound):
        plan(workshop, course="alchemy")


def test_every_fault_is_named_and_good_rows_are_not_held_back(workshop: Workshop) -> None:
    data = MOODLE + (
        b'Zo?,Lost,S9,,x@learner.example,1,1,1,1,"70.00 %",1\n'
        b'Ada,Twice,S1001,,x@learner.example,1,1,1,1,"70.00 %",1\n'
        b'Ada,Mark,S8,,x@learner.example,1,1,1,1,"05. Okt",1\n'
        b'Ada,Mail,S7,,nobody,1,1,1,1,"70.00 %",1\n'
        b'-,-,S6,,x@learner.example,1,1,1,1,"70.00 %",1\n'
        b"short,row\n"
    )
    found = plan(workshop, data)
    assert (found.counts["new"], found.counts["faulty"]) == (6, 6)
    assert [(one.line, one.column) for one in found.faults] == [
        (11, "First name"),
        (12, "ID number"),
        (13, "Course total (Percentage)"),
        (14, "Email address"),
        (15, "First name, Last name"),
        (16, "all"),
    ]


def test_the_most_points_can_be_said(workshop: Workshop) -> None:
    with pytest.raises(UnusableInput, match="maximum=100"):
        plan(workshop, pass_if="#8 >= 60%")
    found = plan(workshop, pass_if="#8 >= 80%", columns={"maximum": "50"})
    assert found.counts["new"] == 3


def test_the_grade_stands_in_the_preview_with_what_it_means(workshop: Workshop) -> None:
    found = plan(workshop, columns={"grade": "Course total (Percentage)"})
    assert [one.code for one in found.questions] == ["grade_scheme"]
    columns = {"grade": "Course total (Percentage)", "grade_scheme": "per cent"}
    found = plan(workshop, columns=columns)
    assert found.preview is not None
    assert found.preview.grade == "84.33 % (per cent)"
    assert found.preview.shown.startswith("name, grade;")


def test_addresses_that_differ_only_in_capital_letters_are_shown(workshop: Workshop) -> None:
    row = '{},Rossi,{},,{},1,1,1,1,"70.00 %",1\n'
    data = (
        MOODLE
        + "".join(
            row.format("Maria", f"S5{n}", mail)
            for n, mail in enumerate(["m@a.example", "M@a.example", "M@A.example"])
        ).encode()
    )
    found = plan(workshop, data)
    assert found.conflicts[0].startswith("lines 11 and 12: their e-mail addresses differ only")
    assert found.counts["new"] == 9


def test_very_many_of_them_are_counted(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issuer.services.conflicts._MOST", 1)
    row = 'Maria,Rossi,S5{},,{},1,1,1,1,"70.00 %",1\n'
    mails = ["m@a.example", "M@a.example", "n@a.example", "N@a.example"]
    data = MOODLE + "".join(row.format(n, mail) for n, mail in enumerate(mails)).encode()
    assert plan(workshop, data).conflicts[1] == "1 more addresses differ only in capital letters"
    take(workshop, plan(workshop))
    assert "(lines 2, …)" in plan(workshop, run="2027").conflicts[0]


# --- Mappings ----------------------------------------------------------------------------------


def test_a_mapping_that_was_kept_is_used_again(workshop: Workshop) -> None:
    keep(workshop, plan(workshop).mapping)
    found = plan(workshop, wanted=Wanted(course=COURSE, passed_on=ON))
    assert (found.mapping_name, found.counts["new"]) == ("final", 6)
    named = plan(workshop, wanted=Wanted(course=COURSE, mapping="final", passed_on=ON))
    assert named.mapping == found.mapping
    # The date belongs to one file and is asked for again.
    assert [one.code for one in plan(workshop, wanted=Wanted(course=COURSE)).questions] == ["date"]
    changed = plan(workshop, pass_if="Course total >= 90%")
    assert (changed.mapping_name, changed.counts["new"]) == (None, 1)


def test_a_mapping_may_be_handed_in_as_it_is(workshop: Workshop) -> None:
    mapping = plan(workshop).mapping
    found = plan(workshop, wanted=Wanted(course=COURSE, mapping=mapping))
    assert found.counts["new"] == 6


def test_a_mapping_whose_columns_are_not_there_is_not_used(workshop: Workshop) -> None:
    keep(workshop, plan(workshop).mapping)
    other = MOODLE.replace(b"ID number", b"Matriculation")
    found = plan(workshop, other, Wanted(course=COURSE))
    assert found.mapping_name is None
    with pytest.raises(UnusableInput, match="no column “ID number”"):
        plan(workshop, other, Wanted(course=COURSE, mapping="final"))
    with pytest.raises(NotFound, match="no mapping"):
        plan(workshop, mapping="other")


def test_of_two_mappings_that_fit_one_is_to_be_named(workshop: Workshop) -> None:
    keep(workshop, plan(workshop).mapping)
    keep(workshop, plan(workshop).mapping, "resit")
    with pytest.raises(Conflict, match="final, resit"):
        plan(workshop, wanted=Wanted(course=COURSE))


def test_a_mapping_that_names_places_is_used_only_where_somebody_says_so(
    workshop: Workshop,
) -> None:
    by_place = MOODLE.replace(b"Course total (Real)", b"Course total (Percentage)")
    said = Wanted(course=COURSE, pass_if="#10 >= 60%", passed_on=ON)
    mapping = plan(workshop, by_place, said).mapping
    assert mapping is not None
    assert mapping.columns()[-1] == "#10"
    keep(workshop, mapping)
    # What was said for this file is what was saved: it can be confirmed as it was tried.
    assert plan(workshop, by_place, said).mapping_name == "final"
    with pytest.raises(Conflict, match=r"names a column by its place \(#10\).* --mapping final"):
        plan(workshop, wanted=Wanted(course=COURSE, passed_on=ON))
    named = plan(workshop, by_place, Wanted(course=COURSE, mapping="final", passed_on=ON))
    assert (named.mapping_name, named.counts["new"]) == ("final", 6)


def test_a_saved_percentage_is_of_the_points_that_the_file_names(workshop: Workshop) -> None:
    first = OPENEDX.format("0.7").encode()
    said = Wanted(course=COURSE, pass_if="Grade >= 60%", passed_on=ON, columns=OPENEDX_COLUMNS)
    found = plan(workshop, first, said)
    assert found.counts["new"] == 1
    keep(workshop, found.mapping)
    again = Wanted(course=COURSE, passed_on=ON)
    assert plan(workshop, first, again).mapping_name == "final"
    other = OPENEDX.format("35%").encode()
    with pytest.raises(Conflict, match="“Grade” has 1 points at most; in this file it has 100"):
        plan(workshop, other, again)
    anew = plan(workshop, other, replace(again, pass_if="Grade >= 60%"))
    assert (anew.counts["new"], anew.counts["not_passed"]) == (0, 1)


@pytest.mark.parametrize(
    ("column", "data"),
    [
        ("Final Score", "Student,ID,Section,SIS User ID,Final Score\nA,1,S,S1,70\n"),
        ("Course total (Percentage)", MOODLE.decode()),
    ],
)
def test_a_percentage_of_points_is_not_used_for_a_column_in_per_cent(
    workshop: Workshop, column: str, data: str
) -> None:
    rule = AtLeast(column=column, threshold=Decimal(60), above=True, percent_of=Decimal(48))
    mapping = plan(workshop, data.encode(), Wanted(course=COURSE)).mapping
    assert mapping is not None
    mapping = mapping.model_copy(update={"passed": rule})
    with pytest.raises(Conflict, match=r"has 48 points at most; in this file it has 100.* > 60%"):
        plan(workshop, data.encode(), Wanted(course=COURSE, mapping=mapping, passed_on=ON))


def test_the_most_points_that_are_said_are_those_of_the_rule(workshop: Workshop) -> None:
    keep(workshop, plan(workshop, pass_if="#8 >= 80%", columns={"maximum": "50"}).mapping)
    said = Wanted(course=COURSE, mapping="final", passed_on=ON)
    assert plan(workshop, wanted=said).counts["new"] == 3
    with pytest.raises(Conflict, match="has 50 points at most; in this file it has 40"):
        plan(workshop, wanted=replace(said, columns={"maximum": "40"}))


def test_a_mapping_is_kept_for_a_course_that_is_there_under_a_plain_name(
    workshop: Workshop,
) -> None:
    mapping = Mapping(platform=Platform.OTHER)
    at = workshop.bench.moment
    with workshop.bench.begin() as tx:
        with pytest.raises(UnusableInput, match="no name for a mapping"):
            mappings.save(tx, workshop.slug, SavedMapping(COURSE, "My Own", mapping, "me", at))
        with pytest.raises(NotFound):
            mappings.save(tx, workshop.slug, SavedMapping("alchemy", "final", mapping, "me", at))
        assert mappings.listing(tx, workshop.slug) == ()


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"key": "Institution"}, {"key": "Institution"}),
        ({"email": "#5"}, {"email": "Email address"}),
        ({"name": "Last name"}, {"names": ("Last name",)}),
        ({"last_first": "Last name"}, {"names": ("Last name",)}),
        ({"given_name": "Last name", "family_name": "First name"},
         {"names": ("Last name", "First name")}),
        ({"date": "Institution"}, {"dates": ("Institution",)}),
        ({"decimal": ","}, {"decimal": ","}),
    ],
)  # fmt: skip
def test_each_field_of_a_mapping_can_be_said(
    workshop: Workshop, columns: dict[str, str], found: dict[str, object]
) -> None:
    mapping = plan(workshop, wanted=Wanted(course=COURSE, columns=columns)).mapping
    assert mapping is not None
    assert {name: getattr(mapping, name) for name in found} == found


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"colour": "Institution"}, UnusableInput),
        ({"given_name": "First name"}, UnusableInput),
        ({"key": "Nowhere"}, UnusableInput),
        ({"decimal": ";"}, FieldsInvalid),
    ],
)
def test_what_cannot_be_said_is_refused(
    workshop: Workshop, columns: dict[str, str], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        plan(workshop, columns=columns)
    with pytest.raises(FieldsInvalid, match="time zone"):
        plan(workshop, time_zone="Europe/Nowhere")


def test_dates_of_a_report_count_where_its_clock_stood(workshop: Workshop) -> None:
    data = (
        b"ID,Name,Matriculation,Course complete\n1,Ada Okonkwo,S1,2026-06-20 23:30:00\n"
        b"2,Sam Sample,S2,\n"
    )
    said = Wanted(course=COURSE, time_zone="America/New_York")
    (row,) = plan(workshop, data, said).results()
    assert row.result.date == dt.date(2026, 6, 21)
    assert row.result.source_id is None
    (other,) = plan(workshop, data, said, run="2").results()
    assert other.result.source_id is not None
    rule = replace(said, pass_if="Name is Sam Sample or Ada Okonkwo")
    assert plan(workshop, data, rule).faults[0].fault == "passed, and no date says when"


# --- Our own CSV -------------------------------------------------------------------------------


def test_our_own_csv_needs_no_mapping(workshop: Workshop) -> None:
    data = own(
        f"R-1,{COURSE},2026-06-12,yes,S1,Alex,Example,a@b.example",
        f"R-2,{COURSE},2026-06-12,no,S2,Bea,Example,",
        f"R-3,{COURSE},2026-06-12,,S3,Cem,Example,",
        "R-4,alchemy,2026-06-12,yes,S4,Dora,Example,",
    )
    found = plan(workshop, data, Wanted())
    assert (found.mapping, found.platform) == (None, Platform.OWN)
    assert found.counts == {"new": 1, "already": 0, "not_passed": 1, "unknown": 1, "faulty": 1}
    assert plan(workshop, data, Wanted(course=COURSE)).counts["new"] == 1
    assert plan(workshop, data, Wanted(course="ethik-der-ki")).counts["faulty"] == 4
    with pytest.raises(NotFound):
        plan(workshop, data, Wanted(course="alchemy"))


def test_a_course_that_cannot_issue_is_a_fault_of_each_row(workshop: Workshop) -> None:
    bare = offer.achievement_from_json(
        {"slug": "bare", "title": {"en": "Bare"}, "description": {"en": "Bare."}},
        organisation=workshop.slug,
    )
    with workshop.bench.begin() as tx:
        offer.put_achievement(tx, bare, at=workshop.bench.moment, actor="registrar")
    data = own(*(f"R-{n},bare,2026-06-12,yes,S{n},Al,Ex," for n in range(2)))
    found = plan(workshop, data, Wanted())
    assert found.counts["faulty"] == 2
    assert {one.column for one in found.faults} == {"course"}


def test_what_was_left_unfinished_goes_on(workshop: Workshop) -> None:
    data = own(f"R-1,{COURSE},2026-06-12,yes,S1,Alex,Example,")
    (row,) = plan(workshop, data, Wanted()).results()
    decision = workshop.decide(row.result)
    found = plan(workshop, data, Wanted())
    assert (found.counts["already"], found.counts["new"]) == (1, 0)
    assert take(workshop, found) == 1
    assert [one.state for one in workshop.awards()] == [AwardState.ACTIVE]
    assert decision.award is not None
    done = plan(workshop, data, Wanted())
    assert (done.counts["already"], [*done.results()]) == (1, [])


def test_what_was_revoked_is_issued_already(workshop: Workshop) -> None:
    data = own(f"R-1,{COURSE},2026-06-12,yes,S1,Alex,Example,")
    take(workshop, plan(workshop, data, Wanted()))
    (award,) = workshop.awards()
    with workshop.bench.begin() as tx:
        said: Any = {"reason": "A mistake.", "actor": "registrar", "at": workshop.bench.moment}
        revoke.revoke(tx, workshop.slug, award.id, **said)
    assert plan(workshop, data, Wanted()).counts["already"] == 1


def test_a_key_of_another_learner_is_other_content(workshop: Workshop) -> None:
    take(workshop, plan(workshop, own(f"R-1,{COURSE},2026-06-12,yes,S1,Alex,Ex,"), Wanted()))
    found = plan(workshop, own(f"R-1,{COURSE},2026-06-12,yes,S2,Alex,Ex,"), Wanted())
    assert found.faults[0].column == "result_id"


def test_faults_beyond_the_first_are_counted(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "MOST_FAULTS", 2)
    data = own(*(f"R-{n},{COURSE},never,maybe,S{n},A,B," for n in range(3)))
    found = plan(workshop, data, Wanted())
    assert (len(found.faults), found.more_faults, found.counts["faulty"]) == (2, 4, 3)


def test_more_rows_than_are_read_are_refused(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accept, "MAX_ROWS", 3)
    with pytest.raises(DocumentTooLarge, match="at most 3"):
        plan(workshop)
    with pytest.raises(DocumentTooLarge, match="at most 3"):
        plan(workshop, wanted=Wanted(course=COURSE))


def test_nothing_is_rehearsed_of_nothing(workshop: Workshop) -> None:
    assert intake.rehearse(workshop.bench, ()) == ()
