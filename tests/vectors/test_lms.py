"""Files as learning platforms write them: the same fifteen people with the same traps in each.

The collection's own README tells the traps; its files are own work, and every person in them is
invented. What is asserted: who is read, with which id, name and address, and who has passed.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from issuer import gradebooks
from issuer.errors import MalformedDocument
from issuer.gradebooks import platforms, wishes
from issuer.gradebooks.layout import Layout
from issuer.gradebooks.people import Person, Reader, Where
from issuer.gradebooks.table import RowFault
from issuer.model.mapping import Mapping, Platform

pytestmark = pytest.mark.vectors
Published = Callable[[str], Path]

FORMULA = '=HYPERLINK("http://example.com/x","Ada")'
PEOPLE = (
    ("00123456", "Ada", "Okonkwo", "ada.okonkwo@example.edu"),
    ("00123457", "Zoë", "Nuñez de la Peña", "zoe@example.org"),
    ("00123458", "明", "李", "li.ming@example.net"),
    ("00123459", "Jón Þór", "Einarsson", "jon.thor@example.org"),
    ("00123460", "Mary-Kate", "O'Brien-Smith", "mk.obrien@example.edu"),
    ("00123461", "", "Suharto", "suharto@example.com"),
    ("00123462", FORMULA, "Evil", "evil@example.com"),
    ("00123463", "Maria", "Rossi", "maria.rossi@example.com"),
    ("00123464", "Maria", "Rossi", "MARIA.ROSSI@example.com"),
    ("+4791234567", "Ola", "Nordmann", "ola.nordmann@example.org"),
    ("", "Fatima", "Zahra", ""),
    ("00123467", "Peter", "Müller", "peter.mueller@example.edu"),
    # Decomposed, as it stands in the file; the blank behind it that does not break is gone.
    ("00123468", "Andre\u0301", "Le\u0301ve\u0302que", "andre@example.org"),
    ("00123469", r"Robert \"Bob\"", "Tables\\", "bob@example.org"),
    ("00123470", "محمد", "علي", "m.ali@example.net"),
)
EVIL, MARY, OLA, FATIMA, PETER = "00123462", "00123460", "+4791234567", "", "00123467"


def laid_out(path: Path, *, key: str = "student_number") -> Layout:
    return platforms.lay_out(gradebooks.read(path.read_bytes()), key=key)


def read(layout: Layout, mapping: Mapping, *, key: str = "student_number") -> list[Person]:
    found = [*Reader(layout, mapping, Where("Europe/Vienna", key))]
    assert [one for one in found if not isinstance(one, Person)] == []
    return [one for one in found if isinstance(one, Person)]


def ruled(layout: Layout, rule: str | None) -> Mapping:
    if rule is None:
        return layout.guess
    return layout.guess.model_copy(update={"passed": wishes.rule(rule, layout=layout)})


@pytest.mark.parametrize(
    ("name", "platform", "rule", "failed", "unknown", "with_mail"),
    [
        ("moodle_en_comma_real_percentage_letter_feedback.csv", Platform.MOODLE,
         "Course total >= 75", {EVIL, PETER}, {FATIMA}, True),
        ("moodle_en_comma_real_percentage_letter_feedback.csv", Platform.MOODLE,
         "Quiz: Final exam >= 50%", {EVIL, PETER, MARY}, {FATIMA}, True),
        ("moodle_de_semicolon_real.csv", Platform.MOODLE,
         "Abschlussprüfung >= 50", {EVIL, PETER, MARY}, {FATIMA}, True),
        ("moodle_es_tab_real.csv", Platform.MOODLE,
         "Examen final > 49.99", {EVIL, PETER, MARY}, {FATIMA}, True),
        ("moodle_en_grades.xlsx", Platform.MOODLE,
         "Final exam >= 50", {EVIL, PETER, MARY}, {FATIMA}, True),
        ("moodle_es_calificaciones.ods", Platform.MOODLE,
         "Total del curso >= 75", {EVIL, PETER}, {FATIMA}, True),
        ("canvas_en_comma.csv", Platform.CANVAS, None, {EVIL, PETER, FATIMA}, set(), False),
        ("canvas_en_comma.csv", Platform.CANVAS,
         "Final exam >= 50%", {EVIL, PETER, MARY}, {FATIMA, OLA, "00123458"}, False),
        ("canvas_de_semicolon_bom.csv", Platform.CANVAS,
         "Final Score >= 50", {EVIL, PETER, FATIMA}, set(), False),
        ("canvas_de_semicolon_bom.csv", Platform.CANVAS,
         "Final exam >= 50", {EVIL, PETER, MARY}, {FATIMA, OLA, "00123458"}, False),
        ("openolat_de_course_results.xlsx", Platform.OPENOLAT,
         "Abschlusstest: Bestanden is ja", {EVIL, PETER, MARY}, {FATIMA}, True),
        ("openolat_de_course_results.xlsx", Platform.OPENOLAT,
         "Kartenprojekt: Punkte >= 60%", {EVIL, PETER, "00123459", "00123463"}, {FATIMA}, True),
        ("blackboard_original_gc_GIS101_fullgc_2026-07-03-10-15-00.xls", Platform.BLACKBOARD,
         None, {EVIL, PETER}, {FATIMA}, False),
        ("blackboard_ultra_gc_GIS101_fullgc_2026-07-03-10-15-00.csv", Platform.BLACKBOARD,
         "Final exam >= 50", {EVIL, PETER, MARY}, {FATIMA, OLA, "00123458"}, False),
    ],
)  # fmt: skip
def test_the_fifteen_are_read_with_ids_names_addresses_and_marks(
    published: Published,
    name: str,
    platform: Platform,
    rule: str | None,
    failed: set[str],
    unknown: set[str],
    with_mail: bool,
) -> None:
    layout = laid_out(published(f"lms/{name}"))
    assert layout.platform is platform
    people = read(layout, ruled(layout, rule))
    assert [(p.key, p.given, p.family) for p in people] == [one[:3] for one in PEOPLE]
    assert [p.email for p in people] == [one[3] if with_mail else "" for one in PEOPLE]
    assert {p.key for p in people if p.passed is False} == failed
    assert {p.key for p in people if p.passed is None} == unknown


def test_moodle_says_when_it_was_exported_and_in_which_line_each_stands(
    published: Published,
) -> None:
    layout = laid_out(published("lms/moodle_en_comma_real_percentage_letter_feedback.csv"))
    at = dt.datetime(2026, 7, 3, 10, 15, tzinfo=dt.UTC).timestamp()
    assert layout.exported_at == at
    # A line break stands in somebody's feedback.
    assert [p.line for p in read(layout, layout.guess)] == [*range(2, 15), 16, 17]
    rows = {row.line: row.cells for row in layout.people() if not isinstance(row, RowFault)}
    assert rows[16][11] == r"See C:\data\", then the map."
    assert rows[14][11] == "Line one\nLine two, after a line break"


@pytest.mark.parametrize("name", ["moodle_course_completion", "moodle_course_completion_excel"])
def test_course_completion_says_who_and_when(published: Published, name: str) -> None:
    layout = laid_out(published(f"lms/{name}.csv"), key="email")
    assert layout.platform is Platform.MOODLE_COURSE
    people = read(layout, layout.guess, key="email")
    names = [p.whole for p in people]
    assert names[:2] == ["Ada Okonkwo", "Zoë Nuñez de la Peña"]
    assert names[5:7] == ["Suharto", f"{FORMULA} Evil"]
    assert names[12:14] == ["Andre\u0301 Le\u0301ve\u0302que", r"Robert \"Bob\" Tables" + "\\"]
    assert {p.key: p.date for p in people if p.passed}["jon.thor@example.org"] == dt.date(
        2026, 6, 23
    )
    assert {p.whole for p in people if not p.passed} == {
        "Mary-Kate O'Brien-Smith", f"{FORMULA} Evil", "Fatima Zahra", "Peter Müller",
    }  # fmt: skip
    assert False not in {p.passed for p in people}
    mapping = ruled(layout, "all passed: Final exam; Map project")
    people = read(layout, mapping, key="email")
    assert {p.whole for p in people if p.passed is False} == {
        "Mary-Kate O'Brien-Smith", f"{FORMULA} Evil", "Peter Müller",
    }  # fmt: skip
    assert [p.whole for p in people if p.passed is None] == ["Fatima Zahra"]


def test_moodles_own_number_of_a_user_is_no_student_number(published: Published) -> None:
    assert laid_out(published("lms/moodle_course_completion.csv")).guess.key is None


def test_moodles_xml_has_ids_and_marks_alone(published: Published) -> None:
    layout = laid_out(published("lms/moodle_grades.xml"))
    people = read(layout, ruled(layout, "EXAM-1 >= 50"))
    assert [p.key for p in people] == [one[0] for one in PEOPLE if one[0]]
    assert {p.key for p in people if not p.passed} == {EVIL, MARY, PETER}
    assert layout.guess.names == ()


def test_moodles_xml_with_feedback_is_refused_with_advice(published: Published) -> None:
    path = published("lms/moodle_grades_feedback_not_wellformed.xml")
    with pytest.raises(MalformedDocument, match="Export it again without feedback"):
        gradebooks.read(path.read_bytes())


@pytest.mark.parametrize("name", ["canvas_en_comma", "canvas_de_semicolon_bom"])
def test_rows_of_canvas_that_are_no_people_are_skipped(published: Published, name: str) -> None:
    layout = laid_out(published(f"lms/{name}.csv"))
    skipped = [one for one in layout.sorted_rows() if isinstance(one, str)]
    assert skipped == ["Manual Posting", "Points Possible", "the test student"]
    assert layout.maxima[6] == Decimal(100)


def test_open_edx_has_marks_and_nobodys_name(published: Published) -> None:
    layout = laid_out(published("lms/openedx_grade_report.csv"), key="email")
    assert layout.guess.names == ()
    people = read(layout, layout.guess, key="email")
    assert len(people) == 15
    assert {p.passed for p in people} == {True, None}
    people = read(layout, ruled(layout, "Grade >= 83%"), key="email")
    # 0.8300000000000001 is enough, and 0.83 would be.
    assert {p.key for p in people if p.passed} == {
        "ada.okonkwo@example.edu", "zoe@example.org", "MARIA.ROSSI@example.com",
        "andre@example.org", "m.ali@example.net",
    }  # fmt: skip
    exam = read(layout, ruled(layout, "Final Exam >= 50%"), key="email")
    assert [p.key for p in exam if p.passed is None] == ["user10@example.net"]


def test_of_two_attempts_in_ilias_the_scored_one_counts(published: Published) -> None:
    layout = laid_out(published("lms/ilias_de_testergebnisse.xlsx"))
    assert layout.platform is Platform.ILIAS
    people = read(layout, ruled(layout, "Testergebnis in Punkten >= 49.99"))
    there = [one for one in PEOPLE if one[0]]
    assert [(p.key, p.given, p.family, p.email) for p in people] == there
    assert {p.key for p in people if not p.passed} == {EVIL, PETER}
    assert {p.date for p in people} == {dt.date(2026, 6, 20)}


def test_words_of_ilias_need_somebody_who_says_what_they_mean(published: Published) -> None:
    layout = laid_out(published("lms/ilias_de_testergebnisse.xlsx"))
    rule = "Testergebnis als Note is bestanden or 1,3 or 2,3, not nicht bestanden or 5,0"
    people = read(layout, ruled(layout, rule))
    assert {p.key for p in people if not p.passed} == {EVIL, PETER, MARY}
