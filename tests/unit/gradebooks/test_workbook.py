import datetime as dt
import io
from typing import Any

import pytest

from issuer import gradebooks
from issuer.errors import DeadlineExceeded, DocumentTooLarge, MalformedDocument, UnusableInput
from issuer.gradebooks import package_scan, workbook, workbook_child
from issuer.gradebooks.table import Reading, Row, Table
from tests.town.spreadsheets import ods_cell, ods_of, ods_row, ods_table, xlsx, xlsx_of

NOON = dt.datetime(2026, 6, 20, 9, 5)  # noqa: DTZ001 # A cell of a workbook has no zone.


def cells(table: Table) -> list[tuple[int, list[str]]]:
    return [(row.line, [*row.cells]) for row in table.rows if isinstance(row, Row)]


def test_a_sheet_becomes_texts_with_the_numbers_of_its_rows() -> None:
    rows: list[list[Any]] = [
        [None, "Name", "ID", "Mark", "On", "Seen"],
        [None, "Zoë", "00123", 91.5, NOON, True],
        [],
        [None, "Ada", 20260703123456789, 45, "-", 0.1],
    ]
    table = gradebooks.read(xlsx(rows))
    assert table.kind == "xlsx"
    # An empty first column stays, or every cell would move.
    assert table.header == ("", "Name", "ID", "Mark", "On", "Seen")
    assert cells(table) == [
        (2, ["", "Zoë", "00123", "91.5", "2026-06-20 09:05:00", "true"]),
        (4, ["", "Ada", "2.026070312345679e+16", "45", "-", "0.1"]),
    ]
    assert table.numbers == {2, 3, 5}
    assert cells(table) == cells(table)
    assert table.said() == "XLSX workbook, sheet 'Grades'"


def test_the_first_visible_sheet_is_read_and_the_others_are_named() -> None:
    more = {"Notes": "visible", "Old": "hidden"}
    table = gradebooks.read(xlsx([["a", "b"], [1, 2]], more=more))
    assert (table.sheet, table.other_sheets) == ("Grades", ("Notes", "Old"))
    assert "not read: Notes, Old" in table.said()
    with pytest.raises(MalformedDocument, match="sheet is empty"):
        gradebooks.read(xlsx([["a"]], more=more), reading=Reading(sheet="Notes"))
    with pytest.raises(UnusableInput, match=r"no such sheet.* There are: Grades, Notes"):
        gradebooks.read(xlsx([["a"]], more=more), reading=Reading(sheet="Marks"))


def test_hidden_rows_are_read_and_are_a_doubt() -> None:
    table = gradebooks.read(xlsx([["a", "b"], [1, 2], [3, 4]], hidden=[2]))
    assert len(cells(table)) == 2
    assert [doubt.code for doubt in table.doubts] == ["hidden_rows"]
    hidden = ods_row(ods_cell("x"), visibility="filter")
    table = gradebooks.read(ods_of(ods_table(ods_row(ods_cell("a")), hidden)))
    assert "1 rows of the workbook are hidden" in table.doubts[0].sentence
    other = ods_table(ods_row(ods_cell("a"))) + ods_table(hidden, name="Other")
    assert gradebooks.read(ods_of(other)).doubts == ()


def test_an_ods_is_read_without_its_long_empty_tail() -> None:
    tail = ods_row('<table:table-cell table:number-columns-repeated="1024"/>', rows=1_048_000)
    table = gradebooks.read(
        ods_of(
            ods_table(ods_row(ods_cell("Name"), ods_cell("Mark", columns="2")),
                      ods_row(ods_cell("Zoë"), ods_cell("1"), ods_cell("2")), tail)
        )
    )  # fmt: skip
    assert (table.kind, table.header) == ("ods", ("Name", "Mark", "Mark"))
    assert cells(table) == [(2, ["Zoë", "1", "2"])]


def test_a_reader_that_takes_too_long_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "DEADLINE_S", 0.01)
    with pytest.raises(DeadlineExceeded, match=r"longer than 0\.01 seconds"):
        gradebooks.read(xlsx([["a"], [1]]))


def test_a_reader_that_breaks_down_says_so() -> None:
    with pytest.raises(MalformedDocument, match="cannot be read"):
        gradebooks.read(
            xlsx_of("<nothing/>", place="xl/other.xml").replace(b"xl/other", b"xl/0ther")
        )


def test_more_text_than_a_file_of_text_may_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ANSWERED", 40)
    with pytest.raises(DocumentTooLarge, match="more than 40 bytes of text"):
        gradebooks.read(xlsx([["a"], ["b" * 40]]))


def test_a_text_that_no_cell_holds_is_refused_with_its_place() -> None:
    head, longest = ods_row(ods_cell("Name")), ods_row(ods_cell("x" * 131_071))
    assert len(cells(gradebooks.read(ods_of(ods_table(head, longest))))) == 1
    longer = ods_of(ods_table(head, longest, ods_row(ods_cell("x" * 131_072))))
    with pytest.raises(DocumentTooLarge, match="after row 2, has more than 131071 characters"):
        gradebooks.read(longer)
    named = ods_table(head) + ods_table(head, name="x" * 131_073)
    with pytest.raises(DocumentTooLarge, match="name of a sheet has more than 131072"):
        gradebooks.read(ods_of(named))


def test_the_child_answers_in_csv() -> None:
    data = xlsx([["a", "b"], [1, None], ["x", False]], more={"Old": "hidden"})
    answer = [*workbook_child.answer(data, "")]
    assert [*workbook_child.answer(xlsx([["a"], [], ["b"]]), "")][2:] == [["1", "ta"], ["3", "tb"]]
    assert answer == [
        ["Grades", "visible", "Old", "hidden"],
        ["Grades"],
        ["1", "ta", "tb"],
        ["2", "n1", ""],
        ["3", "tx", "tfalse"],
    ]
    to = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    workbook_child.write(iter(answer[:2]), to)
    to.flush()
    assert to.buffer.getvalue() == b'"Grades","visible","Old","hidden"\n"Grades"\n'
    assert [*workbook_child.answer(data, "Old")][1] == ["Old"]
    assert [*workbook_child.answer(data, "Nowhere")][1] == []


def test_what_is_large_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package_scan, "MOST_BYTES", 100)
    with pytest.raises(DocumentTooLarge, match="at most 100"):
        gradebooks.read(xlsx([["a"]]))
