from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import DocumentTooLarge, MalformedDocument, UnusableInput
from issuer.gradebooks import backslash, text
from issuer.gradebooks.table import Reading, Row, RowFault, Table


def one(written: str, *, encoding: str = "utf-8", asked: str | None = None) -> Table:
    return text.read(written.encode(encoding), reading=Reading(encoding=asked))


def cells(table: Table) -> list[tuple[int, list[str]]]:
    return [(row.line, [*row.cells]) for row in table.rows if isinstance(row, Row)]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_encodings_are_found_out(encoding: str, said: str) -> None:
    table = one("Name,Mark\nZoë,1\n", encoding=encoding)
    assert (table.encoding, table.header) == (said, ("Name", "Mark"))
    assert cells(table) == [(2, ["Zoë", "1"])]
    assert [doubt.code for doubt in table.doubts] == ["encoding"] * (said == "Windows-1252")


def test_an_encoding_that_was_asked_for_is_no_doubt() -> None:
    table = one("Name,Mark\nZoë,1\n", encoding="cp1252", asked="Windows-1252")
    assert table.doubts == ()
    with pytest.raises(UnusableInput, match="utf-8, utf-16, windows-1252"):
        one("a,b\n", asked="latin-9")
    with pytest.raises(MalformedDocument, match="no encoding"):
        text.read(b"a,b\n\xff\xfe", reading=Reading(encoding="utf-8"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"\n \n,,\n", "is empty"),
        (b"a\x00b,c\n", "not text"),
        (b"\x81\x8d\xff", "no encoding"),
        (b"\xff\xfe\x00\xd8\x00", "no encoding"),
        (b'"a"b,c\n1,2\n', "Line 1, the header"),
        (b'"First name,Last name,ID number"\n"A,B,1"\n', "whole line stands in one column"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, sentence: str) -> None:
    with pytest.raises(MalformedDocument, match=sentence):
        text.read(data)


def test_bounds_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MOST_BYTES", 10)
    with pytest.raises(DocumentTooLarge, match="at most 10"):
        text.read(b"x" * 11)


@pytest.mark.parametrize(
    ("header", "separator", "width"),
    [
        ("a,b,c", ",", 3),
        ("a;b;c", ";", 3),
        ("a\tb\tc", "\t", 3),
        ("a|b|c", "|", 3),
        ("a:b:c", ":", 3),
        ('"a, b, c, d";e;f', ";", 3),
        ('"Quiz: x","Quiz: y"', ",", 2),
        ('a;"b\nc";d', ";", 3),
        ("alone", ",", 1),
    ],
)
def test_the_separator_that_gives_most_columns_is_meant(
    header: str, separator: str, width: int
) -> None:
    table = one(header + "\n")
    assert (table.separator, len(table.header)) == (separator, width)


def test_excels_first_line_says_the_separator() -> None:
    table = one("sep=;\na,b;c\n1;2\n")
    assert (table.header, table.separator) == (("a,b", "c"), ";")
    assert cells(table) == [(3, ["1", "2"])]


def test_lines_are_counted_as_an_editor_counts_them_and_empty_ones_skipped() -> None:
    table = one('a,b\n\n1,"x\ny"\n , \r\n2,z\n')
    assert cells(table) == [(3, ["1", "x\ny"]), (6, ["2", "z"])]
    assert cells(table) == cells(table), "it can be gone through again"


def test_a_row_is_neither_padded_nor_cut() -> None:
    assert cells(one("a,b\n1\n1,2,3\n")) == [(2, ["1"]), (3, ["1", "2", "3"])]


def test_a_row_that_is_not_well_formed_is_refused_by_line_and_the_next_is_read() -> None:
    table = one('a,b\n"x"y,2\n3,4\n')
    fault, row = table.rows
    assert isinstance(fault, RowFault)
    assert (fault.line, fault.cure) == (2, "Check its quotation marks")
    assert row == Row(3, ["3", "4"])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r'1,"C:\data\", then",x', ["1", r"C:\data\", then", "x"]),
        (r'"Robert \"Bob\"","Tables\",x', [r"Robert \"Bob\"", "Tables\\", "x"]),
        ('1,"a\\"\nb",x', ["1", 'a\\"\nb', "x"]),
        (r'1,"as \""in"" RFC 4180",x', ["1", r'as \"in" RFC 4180', "x"]),
    ],
)
def test_phps_backslash_is_read_back(written: str, read: list[str]) -> None:
    table = one(f"a,b,c\n{written}\n7,8,9\n")
    assert cells(table)[0] == (2, read)
    assert cells(table)[-1][1] == ["7", "8", "9"]


def test_a_row_of_two_readings_is_refused() -> None:
    table = one('a,b\n"\\"",",a"\n1,2\n')
    fault, row = table.rows
    assert isinstance(fault, RowFault)
    assert "two ways" in fault.fault
    assert row == Row(3, ["1", "2"])
    # A name that ends in a backslash is the same in both.
    assert cells(one('a,b\n"x\\","y\\"\n')) == [(2, ["x\\", "y\\"])]


def test_a_row_by_phps_rule_has_a_hundred_lines_at_most() -> None:
    table = one('a,b\n1,"x\\"y\n' + "z\n" * 120)
    faults = [row for row in table.rows if isinstance(row, RowFault)]
    assert [fault.line for fault in faults] == [2]


def test_a_file_that_has_used_up_all_patience_is_tried_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text, "_PIECE", 1)
    monkeypatch.setattr(text, "_LOOKS", 1)
    tried: list[str] = []
    readings = backslash.readings

    def counted(row: str, **options: Any) -> list[list[str]]:
        tried.append(row)
        return readings(row, **options)

    monkeypatch.setattr(backslash, "readings", counted)
    # The first cell is none of PHP's, so it costs little to find that out, with each line again.
    lines = '\\"b,' + "x" * 500 + "\n"
    found = cells(one("a,b,c\n" + lines * 150))
    assert [len(row) for _, row in found] == [2] * 150
    assert 100 < len(tried) < 300


def test_a_header_that_no_separator_fits_is_refused() -> None:
    with pytest.raises(MalformedDocument, match="the header"):
        one('"' + "x" * 200_000 + '"\n')


def test_a_record_that_never_ends_is_one_bad_line() -> None:
    table = one('a,b\n1,"x\\"y\n2,z\n')
    fault, row = table.rows
    assert isinstance(fault, RowFault)
    assert row == Row(3, ["2", "z"])


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6))
def test_whatever_is_written_by_the_rules_is_read_back(rows: list[list[str]]) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    written = "\n".join(",".join(map(quoted, row)) for row in [["a", "b", "c"], *rows])
    wanted = [row for row in rows if any(cell and not cell.isspace() for cell in row)]
    read = [[*row.cells] for row in one(written).rows if isinstance(row, Row)]
    # Where a backslash stands before a quotation mark a row may be open, and is then refused.
    refused = [row for row in wanted if row not in read]
    assert all(any("\\" in cell for cell in row) for row in refused)
    assert [row for row in read if row not in wanted] == []


def php(cell: str) -> str:
    """As PHP's fputcsv writes a cell."""
    if not set(cell) & set('," \\\n\t\r'):
        return cell
    written, escaped = "", False
    for letter in cell:
        if letter == "\\":
            escaped = True
        elif not escaped and letter == '"':
            written += '"'
        else:
            escaped = False
        written += letter
    return f'"{written}"'


@given(st.lists(st.text('ab\\", ', max_size=6), min_size=4, max_size=4).filter(any))
def test_what_php_writes_is_read_back_or_refused_and_never_shifted(row: list[str]) -> None:
    table = one("h1,h2,h3,h4\n" + ",".join(map(php, row)) + "\n")
    for found in table.rows:
        if isinstance(found, Row) and len(found.cells) == 4:
            assert [*found.cells] == row
