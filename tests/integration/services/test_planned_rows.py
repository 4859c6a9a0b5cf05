"""Rows of a file that must not be issued from: a learner twice, a day to come, doubtful letters."""

import datetime as dt

import pytest

from issuer.errors import UnusableInput
from issuer.gradebooks.table import Reading
from issuer.services import confirm, planning
from issuer.services.confirm import Handed
from issuer.services.planning import Plan, Wanted
from tests.town.workshop import Workshop

COURSE = "python-basics"
OWN = "course,date,passed,student_number,given_name,family_name\n"
MARKS = "Matrikelnummer;Vorname;Nachname;Note\n"
DATED = "ID,Name,Matriculation,Course complete\n"
RULE = Wanted(course=COURSE, pass_if="Note >= 60", passed_on=dt.date(2026, 6, 12))


def plan(workshop: Workshop, text: str, wanted: Wanted = RULE, *, encoding: str = "utf-8") -> Plan:
    return planning.plan(workshop.bench, workshop.slug, text.encode(encoding), wanted=wanted)


# --- Twice -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        ("S1;Ada;A;72\nS1;Ada;A;41\n", (1, 0, 0, 1)),
        ("S1;Ada;A;41\nS1;Ada;A;72\n", (0, 1, 0, 1)),
        ("S1;Ada;A;-\nS1;Ada;A;72\n", (0, 0, 1, 1)),
        ("S1;Ada;A;72\nS1;Ada;A;72\n", (1, 0, 0, 1)),
        # Nobody knows whether they are one: nothing is issued without a key.
        (";Ada;A;41\n;Ada;A;41\n", (0, 2, 0, 0)),
    ],
)
def test_a_learner_who_stands_there_twice_counts_once(
    workshop: Workshop, rows: str, counts: tuple[int, ...]
) -> None:
    found = plan(workshop, MARKS + rows)
    seen = ("new", "not_passed", "unknown", "faulty")
    assert tuple(found.counts[name] for name in seen) == counts
    for fault in found.faults:
        assert (fault.line, fault.column, fault.value) == (3, "Matrikelnummer", "S1")
        assert fault.fault == "the same learner as line 2"
        assert "--run" in fault.cure


def test_two_days_in_one_file_give_no_two_credentials(workshop: Workshop) -> None:
    rows = "1,Ada A,S1,2026-06-10 09:00:00\n1,Ada A,S1,2026-06-11 09:00:00\n"
    found = plan(workshop, DATED + rows, Wanted(course=COURSE))
    assert [row.line for row in found.results()] == [2]
    assert (found.counts["new"], found.counts["faulty"]) == (1, 1)


def test_attempts_that_do_not_count_are_no_second_row(workshop: Workshop) -> None:
    text = (
        "Name;Benutzername;Matrikelnummer;Testergebnis in Punkten;Bewerteter Durchlauf;Durchlauf\n"
        '"A, Ada";ada;S1;41;2;1\n"A, Ada";ada;S1;72;2;2\n'
    )
    wanted = Wanted(course=COURSE, pass_if="#4 >= 60", passed_on=dt.date(2026, 6, 12))
    found = plan(workshop, text, wanted)
    assert (found.counts["new"], found.faults) == (1, ())
    assert found.skipped == {"an attempt that does not count": 1}


# --- To come -----------------------------------------------------------------------------------


def test_a_day_to_come_is_a_fault_of_its_row(workshop: Workshop) -> None:
    # Somewhere it is tomorrow already.
    days = [workshop.bench.moment.date() + dt.timedelta(days=n) for n in (0, 1, 2)]
    rows = [f"{COURSE},{day},yes,S{n},Ada,A\n" for n, day in enumerate(days)]
    found = plan(workshop, OWN + "".join(rows), Wanted())
    assert [row.line for row in found.results()] == [2, 3]
    (fault,) = found.faults
    assert (fault.line, fault.column, fault.value) == (4, "date", str(days[2]))
    assert fault.fault == "the date is still to come"
    rows = [f"{n},Ada A,S{n},{day} 09:00:00\n" for n, day in enumerate(days)]
    (fault,) = plan(workshop, DATED + "".join(rows), Wanted(course=COURSE)).faults
    assert (fault.line, fault.column) == (4, "Course complete")
    late = Wanted(course=COURSE, pass_if="Note >= 60", passed_on=days[2])
    (fault,) = plan(workshop, MARKS + "S1;Ada;A;72\n", late).faults
    assert (fault.line, fault.column) == (2, "date")


def test_the_end_of_the_calendar_stops_no_batch(workshop: Workshop) -> None:
    rows = f"{COURSE},2026-06-12,yes,S1,Ada,A\n{COURSE},9999-12-31,yes,S2,Eve,E\n"
    handed = Handed(workshop.slug, (OWN + rows).encode(), "registrar")
    found = confirm.plan(workshop.bench, handed)
    assert (found.counts["new"], found.counts["faulty"]) == (1, 1)
    batch = confirm.confirm(workshop.bench, handed, plan=found)
    assert batch is not None
    assert batch.state == "queued"
    rows = "1,Ada A,S1,9999-12-31 09:00:00\n2,Eve E,S2,9999-12-31T23:59:59Z\n"
    found = plan(workshop, DATED + rows, Wanted(course=COURSE))
    assert {fault.column for fault in found.faults} == {"Course complete"}
    assert found.counts["faulty"] == 2


# --- Letters -----------------------------------------------------------------------------------


def test_our_own_csv_that_is_not_utf_8_waits_for_its_encoding(workshop: Workshop) -> None:
    rows = f"{COURSE},2026-06-12,yes,S1,Lech,Wałęsa\n"
    found = plan(workshop, OWN + rows, Wanted(), encoding="cp1250")
    assert [one.code for one in found.questions] == ["encoding"]
    with pytest.raises(UnusableInput, match="--encoding windows-1252"):
        found.require_answered()
    said = Wanted(reading=Reading(encoding="windows-1252"))
    assert plan(workshop, OWN + rows, said, encoding="cp1250").questions == ()


def test_a_name_of_our_own_csv_that_lost_letters_is_refused(workshop: Workshop) -> None:
    found = plan(workshop, OWN + f"{COURSE},2026-06-12,yes,S1,Lech,Wa?esa\n", Wanted())
    (fault,) = found.faults
    assert (fault.line, fault.column, fault.value) == (2, "family_name", "Wa?esa")
