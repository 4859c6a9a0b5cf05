import pytest

from issuer import gradebooks
from issuer.errors import DocumentTooLarge, MalformedDocument
from issuer.gradebooks import moodle_xml, table
from issuer.gradebooks.table import Row, RowFault


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old kind"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page or XML"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><Workbook/>", "web page or XML"),
        (b"PK\x05\x06" + bytes(18), "no XLSX and no ODS"),
    ],
)
def test_what_a_file_is_its_first_bytes_say(data: bytes, sentence: str) -> None:
    with pytest.raises(MalformedDocument, match=sentence):
        gradebooks.read(data)


def test_a_long_name_of_a_column_is_refused_with_its_place() -> None:
    assert gradebooks.read(f"a,{'b' * 1_000}\n".encode()).header == ("a", "b" * 1_000)
    with pytest.raises(DocumentTooLarge, match="name of column 2 has 1001 characters"):
        gradebooks.read(f"a,{'b' * 1_001}\n".encode())
    # Of a file that was not split this is not what helps.
    with pytest.raises(MalformedDocument, match="whole line stands in one column"):
        gradebooks.read(f'"{"b," * 1_000}"\n'.encode())


def test_text_and_xml_are_read() -> None:
    assert gradebooks.read(b"a,b\n1,2\n").said() == "text in UTF-8, separated by ','"
    assert gradebooks.read(b"a\tb\n").said() == "text in UTF-8, separated by tab"
    assert gradebooks.read(b"<results/>").said() == "Moodle's XML"


def test_a_header_of_very_many_columns_is_refused() -> None:
    with pytest.raises(DocumentTooLarge, match="10000 columns; at most 2000"):
        gradebooks.read(b",".join([b"x"] * 10_000))
    assert len(table.checked_header(["x"] * 2_000)) == 2_000


RESULT = "<result><assignment>{}</assignment><student>{}</student><score>{}</score></result>"


def xml(*results: tuple[str, str, str], batch: str = "x") -> bytes:
    inner = "\n".join(RESULT.format(*one) for one in results)
    return f'<results batch="{batch}">{inner}<result/></results>'.encode()


def test_results_become_rows_of_persons() -> None:
    found = moodle_xml.read(
        xml(("E", "1", "5"), ("M", "2", "6"), ("M", "1", ""), ("E", "", "1"),
            batch="xml_export_1783073700")
    )  # fmt: skip
    assert found.header == ("student", "E", "M")
    assert [*found.rows] == [Row(1, ["1", "5", ""]), Row(2, ["2", "", "6"])]
    assert found.exported_at == 1783073700


def test_a_second_mark_of_one_item_is_a_fault() -> None:
    found = moodle_xml.read(xml(("E", "1", "5"), ("E", "1", "5"), ("E", "1", "6")))
    (row, fault) = found.rows
    assert row == Row(1, ["1", "5"])
    assert isinstance(fault, RowFault)
    assert (fault.line, fault.column, fault.value) == (3, "E", "1")
    assert found.exported_at is None


def test_xml_that_is_large_declares_a_type_or_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(MalformedDocument, match="document type"):
        gradebooks.read(b"<!DOCTYPE x [<!ENTITY a 'a'>]><results>&a;</results>")
    with pytest.raises(MalformedDocument, match="Line 1 of this XML is not well-formed"):
        gradebooks.read(b"<results><a></results>")
    monkeypatch.setattr(moodle_xml, "MOST_BYTES", 5)
    with pytest.raises(DocumentTooLarge, match="at most 5"):
        gradebooks.read(b"<results/>")


@pytest.mark.parametrize("encoding", ["nothing-of-this-name", "euc-jp", "hex"])
def test_xml_in_an_encoding_that_is_not_read_is_refused(encoding: str) -> None:
    xml_of = f"<?xml version='1.0' encoding='{encoding}'?><results/>"
    with pytest.raises(MalformedDocument, match="encoding that is not read"):
        moodle_xml.read(xml_of.encode())


def test_results_that_make_a_giant_table_are_refused_before_it_is_made() -> None:
    items = [(f"i{n}", "1", "5") for n in range(1_999)]
    most = [("i1", f"s{n}", "5") for n in range(4_001)]
    with pytest.raises(DocumentTooLarge, match="has 8004000 cells; at most 8000000"):
        moodle_xml.read(xml(*items, *most))


def test_fields_in_fields_put_their_text_together_once() -> None:
    deep = 300_000
    data = "<results>" + "<score>" * deep + "x" * 5_000_000 + "</score>" * deep + "</results>"
    assert moodle_xml.read(data.encode()).rows == ()


def test_a_fault_is_one_sentence() -> None:
    fault = RowFault(3, "Mark", "05. Okt", "a date", "Look it up")
    assert str(fault) == "line 3, column Mark ('05. Okt'): a date. Look it up"
    assert str(RowFault(3, "all", "", "short", "Mend it")) == "line 3, column all: short. Mend it"
