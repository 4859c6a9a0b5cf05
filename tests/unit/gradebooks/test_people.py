import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from issuer import gradebooks
from issuer.errors import UnusableInput
from issuer.gradebooks import platforms, wishes
from issuer.gradebooks.people import Person, Reader, Where
from issuer.gradebooks.table import RowFault
from issuer.model.mapping import AtLeast, Filled, Mapping, NameOrder, Platform, Worded

VIENNA = Where("Europe/Vienna", "student_number")
BY_MAIL = Where("Europe/Vienna", "email")
HEADER = "ID;Given;Family;Mail;Mark;Word;Done;Grade"
MAPPING = Mapping(
    platform=Platform.OTHER,
    key="ID",
    names=("Given", "Family"),
    email="Mail",
    date=dt.date(2026, 7, 3),
)


def people(
    rows: str,
    *,
    header: str = HEADER,
    where: Where = VIENNA,
    rule: str | None = None,
    **changed: Any,
) -> list[Person | tuple[RowFault, ...]]:
    layout = platforms.lay_out(gradebooks.read(f"{header}\n{rows}\n".encode()), key=where.key)
    mapping = MAPPING.model_copy(update=changed)
    if rule is not None:
        mapping = mapping.model_copy(update={"passed": wishes.rule(rule, layout=layout)})
    return [*Reader(layout, mapping, where)]


def one(rows: str, **options: Any) -> Person:
    (found,) = people(rows, **options)
    assert isinstance(found, Person)
    return found


def fault(rows: str, **options: Any) -> RowFault:
    *_, found = people(rows, **options)
    assert not isinstance(found, Person)
    return found[0]


ROW = "7;Ada;Okonkwo;ada@Example.EDU;{mark};{word};{done};{grade}"


def row(**cells: str) -> str:
    return ROW.format(**{"mark": "", "word": "", "done": "", "grade": "", **cells})


def test_a_row_becomes_a_person() -> None:
    person = one(row(mark="60", grade="1,3"), rule="Mark >= 60", grade="Grade")
    assert person == Person(
        2, "7", "Ada", "Okonkwo", "", "ada@Example.EDU", dt.date(2026, 7, 3), True, "1,3"
    )


def test_where_learners_are_known_by_mail_its_domain_has_no_case() -> None:
    assert one(row(), where=BY_MAIL, key="Mail").key == "ada@example.edu"
    assert one(row(), where=BY_MAIL, key="ID").key == "7", "what is no address is told later"


@pytest.mark.parametrize(
    ("order", "name", "named"),
    [
        (NameOrder.FAMILY_COMMA_GIVEN, "Okonkwo, Ada, B.", ("Ada, B.", "Okonkwo", "")),
        (NameOrder.FAMILY_COMMA_GIVEN, "Suharto, -", ("", "Suharto", "")),
        (NameOrder.FAMILY_COMMA_GIVEN, "Suharto", ("", "Suharto", "")),
        (NameOrder.WHOLE, "Ada Okonkwo, B.", ("", "", "Ada Okonkwo, B.")),
        (NameOrder.WHOLE, "- Suharto", ("", "", "Suharto")),
        (NameOrder.WHOLE, "Suharto -", ("", "", "Suharto")),
        (NameOrder.WHOLE, "–\u00a0Suharto \t—", ("", "", "Suharto")),
        (NameOrder.WHOLE, "- -", ("", "", "-")),
        (NameOrder.WHOLE, "-Suharto-", ("", "", "-Suharto-")),
    ],
)
def test_a_name_in_one_column(order: NameOrder, name: str, named: tuple[str, str, str]) -> None:
    person = one(f'7;"{name}"', header="ID;Name", names=("Name",), order=order, email=None)
    assert (person.given, person.family, person.whole) == named


def test_very_many_blanks_in_a_name_are_gone_through_once() -> None:
    # A pattern that looks for blanks before the end began anew at each of them: minutes.
    name = f"A{' ' * 130_000}B"
    changed = {"names": ("Name",), "order": NameOrder.WHOLE, "email": None}
    assert one(f"7;{name}", header="ID;Name", **changed).whole == name


def test_without_a_mapping_of_names_key_or_rule_nothing_is_known() -> None:
    person = one(row(), names=(), key=None, email=None)
    assert (person.key, person.given, person.whole, person.email) == ("", "", "", "")
    assert person.passed is None


@pytest.mark.parametrize(
    ("mark", "passed"),
    [("60", True), ("59.99", False), ("-", None), ("", None), ("EX", None), ("N/A", None)],
)
def test_a_mark_is_enough_or_not_or_unknown(mark: str, passed: bool | None) -> None:
    assert one(row(mark=mark), rule="Mark >= 60").passed is passed


def test_the_decimal_sign_is_that_of_the_column_and_not_of_the_separator() -> None:
    rows = "\n".join([row(mark="60"), row(mark="59,9"), row(mark="1.234"), row(mark="60.5")])
    found = people(rows, rule="Mark >= 60")
    assert [one.passed for one in found if isinstance(one, Person)] == [True, False]
    assert [one[0].line for one in found if not isinstance(one, Person)] == [4, 5]


def test_where_the_column_shows_no_sign_another_one_does() -> None:
    assert one(row(mark="1.234", grade="91.5"), rule="Mark >= 1").passed is True
    refused = fault(row(mark="1.234", grade="91,5"), rule="Mark >= 1")
    assert (refused.column, refused.value) == ("Mark", "1.234")
    assert "thousands" in fault("\n" + row(mark="1.234"), rule="Mark >= 1").fault
    said = one(row(mark="1.234"), rule="Mark >= 1", decimal=".")
    assert said.passed is True


def test_a_sign_is_looked_for_in_all_of_the_column_and_in_the_head_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("issuer.gradebooks.people._SIGN_ROWS", 1)
    rows = "\n".join([row(mark="60"), row(mark="1.234", grade="1,5")])
    assert "thousands" in fault(rows, rule="Mark >= 60").fault
    found = people(rows + "\n" + row(mark="1.5"), rule="Mark >= 1")
    assert all(isinstance(one, Person) for one in found)


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        # 35 per cent are not 35 of 1, and 3500 times enough.
        (AtLeast(column="Grade", threshold=Decimal(60), percent_of=Decimal(1)), None),
        (AtLeast(column="Grade", threshold=Decimal("0.6")), None),
        ("Grade >= 60%", [False, True]),
    ],
)
def test_a_mark_in_per_cent_is_never_taken_for_points(
    rule: AtLeast | str, found: list[bool] | None
) -> None:
    header = "Student ID,Email,Username,Grade"
    data = f"{header}\n1,a@b.example,a,35%\n2,c@d.example,c,60 %\n".encode()
    layout = platforms.lay_out(gradebooks.read(data), key="email")
    said = wishes.rule(rule, layout=layout) if isinstance(rule, str) else rule
    read = [*Reader(layout, layout.guess.model_copy(update={"passed": said}), BY_MAIL)]
    if found is None:
        assert [one[0].fault for one in read if not isinstance(one, Person)] == [
            "it is in per cent, and the rule counts in points"
        ] * 2
    else:
        assert [one.passed for one in read if isinstance(one, Person)] == found


def test_where_only_some_marks_are_in_per_cent_those_are_faults() -> None:
    found = people("\n".join([row(mark="45"), row(mark="60 %")]), rule="Mark >= 50")
    assert [isinstance(one, Person) for one in found] == [True, False]
    assert one(row(mark="60 %"), rule="Mark >= 50").passed is True
    header = HEADER.replace("Mark", "Mark (Percentage)")
    found = people("\n".join([row(mark="45"), row(mark="60 %")]), header=header, rule="Mark >= 50")
    assert [one.passed for one in found if isinstance(one, Person)] == [False, True]


def test_rows_that_cannot_be_read_show_no_sign() -> None:
    found = people('"a"b;1\n' + row(mark="60,5"), rule="Mark >= 60")
    assert not isinstance(found[0], Person)
    assert isinstance(found[1], Person)


@pytest.mark.parametrize(
    ("cells", "column", "part"),
    [
        ({"mark": "05. Okt"}, "Mark", "into a date"),
        ({"mark": "Distinction"}, "Mark", "not a number"),
    ],
)
def test_a_damaged_cell_is_a_fault_of_its_row(
    cells: dict[str, str], column: str, part: str
) -> None:
    found = fault(row(**cells), rule="Mark >= 60")
    assert (found.line, found.column, found.value) == (2, column, cells["mark"])
    assert part in found.fault
    assert found.cure


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ("1,7E+09;Ada;Okonkwo;a@b.example;60;;;", "ID"),
        ("7;Zo?;Okonkwo;a@b.example;60;;;", "Given"),
        (";Ada;Okonkwo;a@b.example;60;;;", "ID"),
        ("7;Ada;Okonkwo", "all"),
    ],
)
def test_a_damaged_person_is_a_fault_of_the_row(written: str, column: str) -> None:
    assert fault(written, rule="Mark >= 60").column == column


def test_who_has_no_id_and_has_not_passed_is_no_fault() -> None:
    assert one(";Fatima;Zahra;;-;;;", rule="Mark >= 60").passed is None
    assert one(";Fatima;Zahra;;5;;;", rule="Mark >= 60").passed is False


@pytest.mark.parametrize(
    ("word", "passed"),
    [("Pass", True), ("PASS ", True), ("Fail", False), ("", None), ("In Progress", None)],
)
def test_a_word_counts(word: str, passed: bool | None) -> None:
    assert one(row(word=word), rule="Word is Pass").passed is passed


def test_a_word_that_nobody_has_told_is_a_fault() -> None:
    assert "neither a word" in fault(row(word="Merit"), rule="Word is Pass").fault


def test_words_may_leave_it_open() -> None:
    rule = Worded(columns=("Word",), passed=("Y",), undecided=("N", "Completed (set by *"))
    for word in ("n", "Completed (set by Ada)"):
        assert one(row(word=word), passed=rule).passed is None


@pytest.mark.parametrize(
    ("first", "second", "passed"),
    [
        ("yes", "yes", True), ("yes", "no", False), ("no", "yes", False), ("no", "", False),
        ("", "no", False), ("yes", "", None), ("", "yes", None), ("", "", None),
    ],
)  # fmt: skip
def test_all_of_them_have_to_be_passed(first: str, second: str, passed: bool | None) -> None:
    rule = Worded(columns=("Word", "Grade"), passed=("yes",), not_passed=("no",))
    assert one(row(word=first, grade=second), passed=rule).passed is passed


@pytest.mark.parametrize(("done", "passed"), [("2026-06-20 23:30:00", True), ("", None)])
def test_a_date_that_is_there_counts(done: str, passed: bool | None) -> None:
    person = one(
        row(done=done), passed=Filled(column="Done"), dates=("Done",), time_zone="America/New_York"
    )
    assert person.passed is passed
    assert person.date == (dt.date(2026, 6, 21) if passed else None)


def test_the_latest_of_several_dates_counts() -> None:
    person = one(row(done="2026-06-20", grade="2026-06-25"), dates=("Done", "Grade"))
    assert person.date == dt.date(2026, 6, 25)
    assert "not a date" in fault(row(done="soon"), dates=("Done",)).fault


def test_a_grade_that_is_not_there_is_none() -> None:
    assert one(row(grade="-"), grade="Grade").grade == ""


def test_two_columns_of_one_name_are_usable_by_place_alone() -> None:
    header = HEADER.replace("Word", "Mark")
    with pytest.raises(UnusableInput, match=r"2 columns may be meant by “Mark”: #5 .* #6"):
        people(row(), header=header, rule="Mark >= 60")
    assert one(row(mark="10", word="60"), header=header, rule="#6 >= 60").passed is True
    found = fault(row(mark="10", word="x"), header=header, rule="#6 >= 60")
    assert found.column == "Mark"


def test_from_marks_that_are_not_final_nothing_is_issued() -> None:
    header = "Student,ID,Section,Current Score,Final Score"
    layout = platforms.lay_out(gradebooks.read(header.encode()), key="email")
    rule = wishes.rule("Current Score >= 50", layout=layout)
    mapping = layout.guess.model_copy(update={"passed": rule})
    with pytest.raises(UnusableInput, match="are not final"):
        Reader(layout, mapping, VIENNA)
