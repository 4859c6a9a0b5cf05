import io
import zipfile

import pytest

from issuer.errors import DocumentTooLarge, MalformedDocument
from issuer.gradebooks import package_scan
from issuer.gradebooks.package_scan import scan
from tests.town.spreadsheets import (
    ODS_MIMETYPE,
    ods_cell,
    ods_of,
    ods_row,
    ods_table,
    packed,
    sheet_xml,
    xlsx,
    xlsx_of,
)


def test_a_plain_workbook_of_either_kind_is_fine() -> None:
    assert scan(xlsx([["a", "b"], [1, 2]])).kind == "xlsx"
    # Cells and rows need not say where they are.
    assert scan(xlsx_of(sheet_xml("<row><c/><c/></row><row hidden='1'/>"))).hidden_rows == {
        "xl/worksheets/sheet1.xml": 1
    }
    assert scan(ods_of(ods_table(ods_row(ods_cell("a"))))).kind == "ods"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04nothing", "damaged"),
        (packed({"a.txt": "x"}), "no XLSX and no ODS"),
        (packed({"content.xml": "<a/>"}), "no XLSX and no ODS"),
        (packed({"content.xml": "<a/>", "mimetype": "application/epub+zip"}), "no XLSX"),
        (packed({"xl/workbook.xml": "<a>"}), "damaged"),
        (packed({"xl/workbook.xml": "<a/>", "xl/vbaProject.bin": "x"}), "macros"),
        (xlsx_of(sheet_xml('<row r="2"><c r="A2"><f>1+1</f></c></row>')), r"formulas \(row 2\)"),
        (xlsx_of(sheet_xml('<row r="x"/>')), "damaged"),
        (xlsx_of(sheet_xml(f'<c r="{"A" * 30}1"/>')), f"stands at '{'A' * 20}', which is no place"),
        (xlsx_of(sheet_xml('<c r="A12345678"/>')), "stands at 'A12345678'"),
        (xlsx_of("<?xml version='1.0' encoding='x'?><worksheet/>"), "an encoding that is not read"),
        (xlsx_of("<!DOCTYPE a><worksheet/>"), "document type"),
        (ods_of(ods_table(ods_row(ods_cell("2", formula="of:=1+1")))), r"formulas \(row 1\)"),
    ],
)
def test_what_is_not_wanted_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(MalformedDocument, match=sentence):
        scan(data)


def test_a_package_of_very_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package_scan, "_MOST_PARTS", 3)
    with pytest.raises(MalformedDocument, match="too many parts"):
        scan(xlsx([["a"]]))


@pytest.mark.parametrize(
    "data",
    [
        xlsx_of(sheet_xml('<row r="1"><c r="A1"/></row><row r="200001"><c r="A200001"/></row>')),
        xlsx_of(sheet_xml('<row r="1"><c r="XFD1"/></row><row r="900"><c r="A900"/></row>')),
        xlsx_of(sheet_xml('<row r="1"><c r="A200001"/></row>')),
        xlsx_of(sheet_xml('<row r="200001"><c r="A200001"/></row>'), place="xl/elsewhere.dat"),
        ods_of(ods_table(ods_row(ods_cell("a"), rows=200_001))),
        ods_of(ods_table(ods_row(ods_cell("a", columns="16384"), rows=500))),
    ],
)
def test_a_sheet_that_reaches_too_far_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentTooLarge, match="A sheet reaches to row"):
        scan(data)


def test_far_rows_without_content_do_not_count() -> None:
    rows = [ods_row(ods_cell("a")), ods_row("<table:table-cell/>", rows=1_000_000)]
    assert scan(ods_of(ods_table(*rows) + ods_table(*rows, name="b"))).hidden_rows == {}
    assert scan(xlsx_of(sheet_xml('<row r="1048576"/>'))).kind == "xlsx"


def test_all_that_is_unpacked_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package_scan, "MOST_UNPACKED", 1_000)
    with pytest.raises(DocumentTooLarge, match="unpacks to more than 1000 bytes"):
        scan(xlsx([["a"]]))


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_unpack_without_a_most_are_refused(packing: int) -> None:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/a.xml", "<a/>", compress_type=packing)
    with pytest.raises(MalformedDocument, match="packed in a way that none is"):
        scan(to.getvalue())


def test_of_a_mimetype_only_the_beginning_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int | None] = []
    read = zipfile.ZipExtFile.read

    def counted(part: zipfile.ZipExtFile, most: int | None = -1) -> bytes:
        asked.append(most)
        return read(part, most)

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    with pytest.raises(MalformedDocument, match="no XLSX and no ODS"):
        scan(packed({"mimetype": "x" * 1_000_000, "content.xml": "<a/>"}))
    assert asked == [len(ODS_MIMETYPE)]


def test_a_long_tag_is_refused_and_a_long_text_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package_scan, "_PIECE", 10)
    monkeypatch.setattr(package_scan, "_MOST_IN_ONE_TAG", 200)
    assert scan(packed({"xl/workbook.xml": f"<a>{'x' * 500}</a>"})).kind == "xlsx"
    for part in (f"<a b='{'x' * 500}'/>", f"<a><!--{'x' * 500}--></a>"):
        with pytest.raises(DocumentTooLarge, match=r"One tag or comment .* more than 200 bytes"):
            scan(packed({"xl/workbook.xml": part}))


def test_a_large_picture_may_have_any_byte_where_it_is_read_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(package_scan, "_PIECE", 4)
    assert scan(packed({"xl/workbook.xml": "<a/>", "xl/media/a.png": "PNG.<bc>"})).kind == "xlsx"


def test_pictures_are_not_parsed() -> None:
    data = packed({"xl/workbook.xml": "<a/>", "xl/a.png": b"\x89PNG", "xl/b.vml": "<br>"})
    assert scan(data).kind == "xlsx"
