"""Files of platforms in shapes beside those of the collection (`tests/vectors/test_lms.py`)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from issuer import gradebooks
from issuer.errors import MalformedDocument, UnusableInput
from issuer.gradebooks import platforms, wishes
from issuer.gradebooks.layout import Layout
from issuer.gradebooks.people import Person, Reader, Where
from issuer.gradebooks.table import RowFault
from issuer.model.mapping import Platform, Worded
from tests.town.spreadsheets import xlsx

NOON = dt.datetime(2026, 6, 20, 12, 0)  # noqa: DTZ001 # A cell of a workbook has no zone.
VIENNA = Where("Europe/Vienna", "student_number")


def laid_out(text: str | bytes, *, key: str = "student_number") -> Layout:
    data = text.encode() if isinstance(text, str) else text
    return platforms.lay_out(gradebooks.read(data), key=key)


def passed(layout: Layout, rule: str | None = None) -> dict[str, bool | None]:
    mapping = layout.guess
    if rule is not None:
        mapping = mapping.model_copy(update={"passed": wishes.rule(rule, layout=layout)})
    found = [*Reader(layout, mapping, VIENNA)]
    return {one.key: one.passed for one in found if isinstance(one, Person)}


# --- Ours, and what nobody knows ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "platform"),
    [
        ("course,date,passed,student_number", Platform.OWN),
        ("Course;Date", Platform.OWN),
        ("course,mark", Platform.OTHER),
        ("Prénom,Nom,Note", Platform.OTHER),
    ],
)
def test_ours_is_told_by_its_header(header: str, platform: Platform) -> None:
    assert laid_out(header).platform is platform


def test_columns_of_the_person_are_guessed_in_a_file_of_something_else() -> None:
    guess = laid_out("Matrikelnummer;Name;Mail;Note\n").guess
    assert (guess.key, guess.names, guess.email) == ("Matrikelnummer", ("Name",), "Mail")
    assert laid_out("Note;Wert\n", key="email").guess.key is None


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Matrikelnummer;Name;Vorname;Note (Punkte)", ("Vorname", "Name")),
        ("Matrikelnummer;Vorname;Note", ()),
        ("Matrikelnummer;Nachname;Name", ()),
        ("Matrikelnummer;Vollständiger Name", ("Vollständiger Name",)),
    ],
)
def test_half_a_name_is_never_taken_for_a_whole_one(header: str, names: tuple[str, ...]) -> None:
    layout = laid_out(f"{header}\n")
    assert (layout.platform, layout.guess.names) == (Platform.OTHER, names)


# --- Moodle ------------------------------------------------------------------------------------

FRENCH = (
    'Prénom,Nom,"Numéro d\'identification","Adresse de courriel","Test\u00a0: Examen (Brut)",'
    '"Total du cours (Brut)","Dernier téléchargement depuis ce cours"\n'
    "Zoë,Müller,7,zoe@example.org,50.00,75.00,1783073700\n"
)


def test_moodle_in_french() -> None:
    layout = laid_out(FRENCH)
    assert layout.platform is Platform.MOODLE
    assert passed(layout, "Examen >= 50") == {"7": True}
    assert passed(layout, "Total du cours > 75") == {"7": False}


def test_moodle_with_scales_and_the_escaped_dash_of_older_builds() -> None:
    text = (
        'Surname,"First name","ID number","Quiz: Final exam (Real)","Quiz: Final exam (Letter)"\n'
        "A,B,1,Satisfactory,S\nC,D,2,Unsatisfactory,U\nE,F,3,'-,'-\n"
    )
    found = passed(laid_out(text), "Quiz: Final exam (Real) is Satisfactory")
    assert found == {"1": True, "2": False, "3": None}


@pytest.mark.parametrize(
    ("last", "at"), [("1783073700", 1783073700), ("soon", None), ("9" * 20, None), ("", None)]
)
def test_moodle_says_when_it_was_exported(last: str, at: int | None) -> None:
    text = (
        f'First name,Last name,"Course total (Real)",Last downloaded from this course\nA,B,1,{last}'
    )
    assert laid_out(text).exported_at == at
    assert laid_out(text.split("\n", maxsplit=1)[0]).exported_at is None
    assert laid_out(text.replace("Last downloaded from this course", "x")).exported_at is None
    assert laid_out(text.replace("A,B,1,", "A,B,1")).exported_at is None


ACTIVITIES = (
    '"","Email address","Final exam","","Map project",2026-06-30\n'
    '"Ada Okonkwo",ada@example.edu,"Completed (achieved pass grade)","2026-06-20 09:05:00",'
    'Completed,"2026-06-21 23:05:00"\n'
    '"Mary-Kate O\'Brien",mk@example.edu,"Completed (did not achieve pass grade)",'
    '"2026-06-20 09:05:00",Completed,"2026-06-21 09:05:00"\n'
    '"Fatima Zahra",f@example.edu,"Not completed","","Not completed",""\n'
    '"Ola Nordmann",ola@example.edu,"Completed (set by Ada)","2026-06-20 09:05:00",'
    'Completed,"2026-06-21 09:05:00"\n'
)


def test_activity_completion_has_pairs_of_columns() -> None:
    layout = laid_out(ACTIVITIES, key="email")
    assert layout.platform is Platform.MOODLE_ACTIVITIES
    assert layout.header.names[0] == "Name"
    assert layout.header.names[5] == "Map project - Completion date"
    dates = ("Final exam - Completion date", "Map project - Completion date")
    rule = wishes.rule("all passed: Final exam; Map project", layout=layout)
    mapping = layout.guess.model_copy(update={"passed": rule, "dates": dates})
    found = [*Reader(layout, mapping, Where("Europe/Vienna", "email"))]
    people = [one for one in found if isinstance(one, Person)]
    assert [one.passed for one in people] == [True, False, None, None]
    assert people[0].whole == "Ada Okonkwo"
    assert people[0].date == dt.date(2026, 6, 21)


def test_an_empty_first_header_alone_is_no_activity_completion() -> None:
    assert laid_out('"",Mark\nAda,5\n').platform is Platform.OTHER
    # A row of another width shows nothing.
    assert laid_out('"",A,B\nAda,Completed\n').platform is Platform.OTHER


def test_course_completion_without_the_column_of_the_course_guesses_no_rule() -> None:
    layout = laid_out("ID,Name,Final exam,Final exam - Completion date\n1,A,Completed,\n")
    assert layout.platform is Platform.MOODLE_COURSE
    assert layout.guess.passed is None


def test_moodles_xml_identifies_by_student_number_alone() -> None:
    text = (
        "<results><result><assignment>E</assignment><student>7</student><score>5</score></result>"
        "</results>"
    )
    assert laid_out(text).platform is Platform.MOODLE_XML
    assert laid_out(text).guess.key == "student"
    assert laid_out(text, key="email").guess.key is None


def test_course_completion_says_when() -> None:
    layout = laid_out("ID,Name,Matriculation,Course complete\n1,A,7,2026-06-20 09:05:00\n")
    assert (layout.guess.dates, layout.guess.key) == (("Course complete",), "Matriculation")
    assert passed(layout) == {"7": True}


# --- Canvas ------------------------------------------------------------------------------------

RAGGED = (
    "LastName,FirstName,ID,SIS User ID,SIS Login ID,Section,Exam (1),Final Score,Final Grade\n"
    ",,,,,,Manual Posting,,,,,,\n"
    '    Points Possible,,,,,,"100,00",(read only),(read only)\n'
    "Okonkwo,Ada,7300,001,ada@example.edu,A,90,91,A\n"
    'Evil,"=""=1+1""",7301,002,evil@example.edu,A,10,11,F\n'
    "short,row\n"
)


def test_a_ragged_row_of_canvas_is_no_reason_to_refuse_the_file() -> None:
    layout = laid_out(RAGGED)
    assert [one for one in layout.sorted_rows() if isinstance(one, str)] == [
        "Manual Posting", "Points Possible",
    ]  # fmt: skip
    found = [*Reader(layout, layout.guess, VIENNA)]
    people = [one for one in found if isinstance(one, Person)]
    assert [(one.key, one.given, one.family) for one in people] == [
        ("001", "Ada", "Okonkwo"),
        ("002", "=1+1", "Evil"),
    ]
    (fault,) = [one for one in found if not isinstance(one, Person)]
    assert (fault[0].line, fault[0].fault) == (6, "2 cells where the header has 9")
    assert layout.maxima == {6: Decimal("100.00")}
    assert passed(layout, "Exam >= 90%") == {"001": True, "002": False}


def test_the_test_student_of_canvas_is_no_person() -> None:
    header = "Student,ID,SIS User ID,SIS Login ID,Section\n"
    layout = laid_out(f'{header}"Student, Test",7,,{"a1b2" * 10},S\nTest,8,1,ada,S\n')
    assert [one for one in layout.sorted_rows() if isinstance(one, str)] == ["the test student"]


def test_a_login_of_canvas_may_be_an_address() -> None:
    assert laid_out(RAGGED, key="email").guess.key == "SIS Login ID"
    assert laid_out(RAGGED).guess.email == "SIS Login ID"
    named = RAGGED.replace("@example.edu", "")
    assert laid_out(named, key="email").guess.key is None
    assert laid_out("Student,ID,Section\nA,1,S\n", key="email").guess.key is None


def test_words_of_canvas_are_guessed_where_nobody_has_overridden_them() -> None:
    header = "Student,ID,Section,Final Grade,Override Grade\n"
    assert laid_out(header + "A,1,S,Pass,\nB,2,S,Fail,\n").guess.passed is not None
    assert laid_out(header + "A,1,S,Pass,Fail\n").guess.passed is None
    assert laid_out(header + "A,1,S,A+,\n").guess.passed is None


@pytest.mark.parametrize("column", ["Current Score", "Unposted Final Score", "Current Grade"])
def test_marks_of_canvas_that_are_not_final_are_known(column: str) -> None:
    layout = laid_out(f"Student,ID,Section,{column}\n")
    assert [*layout.not_final] == [3]


# --- Open edX ----------------------------------------------------------------------------------


def test_another_report_of_open_edx_has_other_columns() -> None:
    layout = laid_out("Student ID,Email,Username,Name,Grade\n1,a@example.edu,a,Ada,0.5\n")
    assert layout.platform is Platform.OPENEDX
    assert (layout.guess.passed, layout.guess.names) == (None, ("Name",))
    assert layout.maxima == {4: Decimal(1)}


# --- ILIAS -------------------------------------------------------------------------------------


def test_ilias_of_older_versions_repeats_its_header() -> None:
    header = "Name;Benutzername;Matrikelnummer;Testergebnis in Punkten"
    layout = laid_out(f'{header}\n"A, B";ab;1;5\n{header}\n"C, D";cd;2;6\n')
    assert layout.platform is Platform.ILIAS
    assert passed(layout, "Testergebnis in Punkten >= 6") == {"1": False, "2": True}
    assert "the header once more" in [*layout.sorted_rows()]
    assert (layout.guess.dates, layout.maxima) == ((), {})


def test_the_number_of_an_attempt_in_ilias_is_no_result() -> None:
    header = "Name;Login;Test Result in Points;Maximum Available Points;Scored Pass;Pass"
    layout = laid_out(f'{header}\n"A, B";ab;5;10;2;1\n"A, B";ab;6;10;2;2\n"C, D";cd;7;20;;1\nx;y\n')
    rule = Worded(columns=("Pass",), passed=("1",))
    with pytest.raises(UnusableInput, match="counts attempts"):
        Reader(layout, layout.guess.model_copy(update={"passed": rule}), VIENNA)
    assert layout.maxima == {}
    rows = [*layout.sorted_rows()]
    assert rows[0] == "an attempt that does not count"
    assert isinstance(rows[-1], RowFault)
    same = laid_out(f'{header}\n"A, B";ab;5;10;1;1\n')
    assert same.maxima == {2: Decimal(10)}
    assert laid_out(f"{header}\nA;ab;5;;1;1\n").maxima == {}


@pytest.mark.parametrize("scored", ["Bewerteter Durchlauf", "Scored Pass"])
def test_with_all_attempts_ilias_writes_two_columns_of_one_name(scored: str) -> None:
    header = f"{scored};Name;Benutzername;Matrikelnummer;Testergebnis in Punkten;{scored};Durchlauf"
    layout = laid_out(f'{header}\n;"A, B";ab;1;80;2;1\nx;"A, B";ab;1;20;2; 2\nshort;row\n')
    assert [*layout.not_final] == [6, 0, 5]
    rows = [*layout.sorted_rows()]
    assert rows[0] == "an attempt that does not count"
    assert isinstance(rows[2], RowFault)
    assert passed(layout, "Testergebnis in Punkten >= 50") == {"1": False}


@pytest.mark.parametrize("most", ["37.125", "100 Punkte", "-"])
def test_most_points_in_ilias_that_cannot_be_read_are_none(most: str) -> None:
    header = "Name;Login;Test Result in Points;Maximum Available Points"
    assert laid_out(f'{header}\n"A, B";ab;5;{most}\n').maxima == {}


# --- OpenOlat ----------------------------------------------------------------------------------

OLAT: list[list[Any]] = [
    ["No.", "URL", "First name", "Last name", "Institutional identifier", "Test", None, None],
    [None, None, None, None, None, "Score", "Passed", "Last update"],
    [1, "https://olat.example.edu/1", "Ada", "Okonkwo", "001", "91.5", "yes",
     NOON],
    [2, "https://olat.example.edu/2", "Sam", "Sample", "002", "10", "no",
     NOON],
    ["Legend"],
    ["Test"],
    [None, None, "maxValue", "100"],
    [None, None, "cutValue", "50"],
    ["Other"],
    [None, None, "maxValue", "7"],
]  # fmt: skip


def test_openolat_with_one_element_says_passed_and_when() -> None:
    layout = laid_out(xlsx(OLAT))
    assert layout.platform is Platform.OPENOLAT
    assert layout.guess.dates == ("Test: Last update",)
    assert passed(layout) == {"001": True, "002": False}
    assert layout.maxima == {5: Decimal(100)}


def test_openolat_with_two_elements_leaves_it_open() -> None:
    rows = [[*row] for row in OLAT]
    rows[1] += ["Passed"]
    rows[0] += ["Other"]
    assert laid_out(xlsx(rows)).guess.passed is None


def test_whoever_stands_below_a_line_with_one_cell_is_not_lost() -> None:
    eve = [3, "https://olat.example.edu/3", "Eve", "Example", "003", "70", "yes", NOON]
    layout = laid_out(xlsx([*OLAT[:4], ["Group B"], eve, *OLAT[4:]]))
    rows = [*layout.sorted_rows()]
    assert [type(row).__name__ for row in rows[:2]] == ["Row", "Row"]
    assert rows[2] == "legend"
    fault = rows[3]
    assert isinstance(fault, RowFault)
    assert (fault.line, fault.cure) == (6, "Remove line 5 if this row is a person")
    assert rows[4:] == ["legend"] * 6
    assert passed(layout) == {"001": True, "002": False}
    assert layout.maxima == {5: Decimal(100)}


@pytest.mark.parametrize("second", [",Points,x", ",Points"])
def test_a_torn_header_of_openolat_is_told(second: str) -> None:
    with pytest.raises(MalformedDocument, match=r"^Line 2, .* cells where the first has \d\."):
        laid_out(f"URL,Name,Mail,Note\n{second}\n")


def test_a_maximum_that_is_no_number_leaves_the_rest_readable() -> None:
    rows = [[*row] for row in OLAT]
    rows[6][3] = "100,5"
    layout = laid_out(xlsx(rows))
    assert layout.maxima == {}
    assert passed(layout) == {"001": True, "002": False}


def test_a_column_called_url_alone_is_not_openolat() -> None:
    assert laid_out("URL,Name\nx,y\n").platform is Platform.OTHER
    assert laid_out("URL,Name\n").platform is Platform.OTHER
    assert laid_out(",URL\n,y\n").platform is Platform.OTHER


# --- Brightspace -------------------------------------------------------------------------------

BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,Email,"
    '"Exam Points Grade <Numeric MaxPoints:80 Weight:60>","Bonus Points Grade <MaxPoints:0>",'
    "End-of-Line Indicator\n"
    "#00123,#ada,Okonkwo,Ada,ada@example.edu,40,1,#\n"
    "##124,#sam,Sample,Sam,sam@example.edu,39.5,1,#\n"
)


def test_brightspace_keeps_zeros_behind_a_hash() -> None:
    layout = laid_out(BRIGHTSPACE)
    assert layout.platform is Platform.BRIGHTSPACE
    assert passed(layout, "Exam >= 50%") == {"00123": True, "#124": False}
    assert layout.guess.email == "Email"


# --- Blackboard --------------------------------------------------------------------------------


def test_of_two_columns_of_blackboard_that_say_it_none_is_guessed() -> None:
    header = (
        '"Last Name","First Name","Username","A [Total Pts: up to 1 Pass/Fail] |1",'
        '"B [Total Pts: up to 0 Pass/Fail] |2"'
    )
    layout = laid_out(f'{header}\n"A","B","c","Pass","Fail"\n')
    assert layout.platform is Platform.BLACKBOARD
    assert (layout.guess.passed, layout.guess.key) == (None, None)
    assert layout.maxima == {3: Decimal(1)}


def test_pass_and_fail_of_one_item_of_blackboard_is_not_the_rule() -> None:
    header = (
        '"Last Name","First Name","Username","Was there [Total Pts: 1 Pass/Fail] |1",'
        '"Total [Total Pts: up to 150 {}] |2"'
    )
    layout = laid_out(f'{header.format("Score")}\n"A","B","c","Pass","12"\n')
    assert layout.guess.passed is None
    layout = laid_out(f'{header.format("Pass/Fail")}\n"A","B","c","Pass","Fail"\n')
    assert isinstance(layout.guess.passed, Worded)
    assert layout.guess.passed.columns == ("Total [Total Pts: up to 150 Pass/Fail] |2",)


def test_a_percentage_of_blackboard_is_no_number_of_points() -> None:
    grade = "Final Grade with extra credit [Total Pts: up to 48.05 Percentage] |1141581"
    layout = laid_out(
        f'"Last Name","First Name","Username","Student ID","{grade}"\n'
        '"A","B","a","1","35.10"\n"C","D","c","2","60"\n'
    )
    assert layout.maxima == {}
    assert passed(layout, "Final Grade with extra credit >= 60%") == {"1": False, "2": True}


# --- Saved again by a spreadsheet --------------------------------------------------------------

RESAVED = (
    "Vorname;Nachname;ID-Nummer;Kurs gesamt (Punkte);\r\n"
    "Zoë;Nuñez;123457;91,5;\r\n"
    "??;?;123458;77,25;\r\n"
    "Ada;Okonkwo;1,78307E+09;80,0;\r\n"
    "Jón;Þór;123459;01. Jan;\r\n"
    ";;;;\r\n"
)


def test_what_a_german_spreadsheet_makes_of_a_file_is_refused_row_by_row() -> None:
    data = RESAVED.replace("Þ", "T").encode("cp1252")
    layout = laid_out(data)
    assert [doubt.code for doubt in layout.table.doubts] == ["encoding"]
    rule = wishes.rule("Kurs gesamt >= 60", layout=layout)
    mapping = layout.guess.model_copy(update={"passed": rule, "decimal": ","})
    found = [*Reader(layout, mapping, VIENNA)]
    assert [one.family for one in found if isinstance(one, Person)] == ["Nuñez"]
    faults = [fault for one in found if not isinstance(one, Person) for fault in one]
    assert {(fault.line, fault.column) for fault in faults} == {
        (3, "Vorname"), (3, "Nachname"), (4, "ID-Nummer"), (5, "Kurs gesamt (Punkte)"),
    }  # fmt: skip
