"""Text files made to shift, shorten or poison: refused by row, or kept as the text they are."""

import datetime as dt

import pytest

from issuer import gradebooks
from issuer.errors import DocumentTooLarge, UnusableInput
from issuer.gradebooks import platforms, wishes
from issuer.gradebooks.backslash import Patience, readings
from issuer.gradebooks.people import Person, Reader, Where
from issuer.gradebooks.table import Row, RowFault

HEADER = "First name,Last name,ID number,Course total (Real),Note\n"
WHERE = Where("Europe/Vienna", "student_number")


def people(rows: str, *, rule: str = "Course total >= 60") -> list[Person | tuple[RowFault, ...]]:
    layout = platforms.lay_out(gradebooks.read((HEADER + rows).encode()), key="student_number")
    changed = {"passed": wishes.rule(rule, layout=layout), "date": dt.date(2026, 7, 3)}
    return [*Reader(layout, layout.guess.model_copy(update=changed), WHERE)]


def test_phps_backslash_moves_no_mark_into_another_column() -> None:
    row = r'"Robert \"Bob\"","Tables\",7,59.00,"C:\99\", then"' + "\n"
    (found,) = people(row)
    assert isinstance(found, Person)
    assert (found.given, found.family) == (r"Robert \"Bob\"", "Tables\\")
    assert found.passed is False


def test_an_open_quotation_mark_swallows_nobody() -> None:
    found = people('Ada,"Okonkwo,7,90.00,x\nEve,Example,8,90.00,y\n')
    assert isinstance(found[-1], Person)
    assert found[-1].key == "8"
    assert not isinstance(found[0], Person)


def test_a_formula_as_a_name_is_kept_as_text_and_runs_nowhere() -> None:
    (found,) = people('"\'=HYPERLINK(""http://example.com"",""x"")",Evil,7,90.00,\n')
    assert isinstance(found, Person)
    assert found.given == '=HYPERLINK("http://example.com","x")'


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Ada,Okonkwo,7,05. Okt,\n", "Course total (Real)"),
        ("Ada,Okonkwo,7,2026-10-05,\n", "Course total (Real)"),
        ('Ada,Okonkwo,7,"60,00",\n', "Course total (Real)"),
        ('Ada,Okonkwo,"1,78307E+09",90.00,\n', "ID number"),
        ("Ada,Okonkwo,20260703123456792.0,90.00,\n", "ID number"),
        ("Zo?,Okonkwo,7,90.00,\n", "First name"),
    ],
)
def test_a_mangled_cell_is_refused_and_not_repaired(row: str, column: str) -> None:
    (found,) = people(row)
    assert not isinstance(found, Person)
    assert [(fault.line, fault.column) for fault in found] == [(2, column)]


def test_two_columns_of_one_name_are_not_chosen_between() -> None:
    table = gradebooks.read(b"Name,Mark,Mark\nA,10,90\n")
    layout = platforms.lay_out(table, key="email")
    with pytest.raises(UnusableInput, match="2 columns may be meant by “Mark”: #2 “Mark”, #3"):
        wishes.rule("Mark >= 60", layout=layout)


def test_a_header_of_ten_thousand_columns_is_refused() -> None:
    with pytest.raises(DocumentTooLarge, match="10000 columns"):
        gradebooks.read(b";".join(b"c%d" % n for n in range(10_000)))


def test_backslashes_made_to_be_tried_in_every_way_cost_no_more_than_the_file() -> None:
    hard = '"' + r"a\"," * 20_000 + "\n"
    rows = [*gradebooks.read(("a,b,c\n" + hard * 5).encode()).rows]
    # None is of the width of the header, so each is refused with its line.
    assert [len(row.cells) for row in rows if isinstance(row, Row)] == [20_001] * 5
    patience = Patience(1_000_000)
    assert readings(hard, separator=",", width=3, patience=patience) == []
    assert patience.left <= 0
