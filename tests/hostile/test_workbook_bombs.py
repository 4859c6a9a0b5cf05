"""Workbooks that ask for more than there is: refused before a reader opens them, or with it.

Had the look-through missed one, the reading process has 1 GiB and 30 s of CPU: it dies alone.
"""

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from issuer import gradebooks
from issuer.errors import DocumentTooLarge, MalformedDocument
from issuer.gradebooks import workbook
from tests.town.spreadsheets import ods_cell, ods_of, ods_row, ods_table, sheet_xml, xlsx_of

FAR = sheet_xml(
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
)


def test_a_small_file_that_asks_for_512_gib_is_refused() -> None:
    bomb = xlsx_of(FAR)
    assert len(bomb) < 2_000
    with pytest.raises(DocumentTooLarge, match="reaches to row 1048576"):
        gradebooks.read(bomb)


def test_the_reading_process_dies_alone_of_what_the_scan_missed() -> None:
    with pytest.raises(MalformedDocument, match="needs more memory or time"):
        workbook._asked(xlsx_of(FAR), "")


def test_a_sheet_in_a_part_that_is_called_otherwise_is_looked_at_too() -> None:
    with pytest.raises(DocumentTooLarge, match="reaches to row 1048576"):
        gradebooks.read(xlsx_of(FAR, place="xl/media/picture.png"))


@pytest.mark.parametrize(
    "row",
    [
        ods_row(ods_cell("x"), rows=16_000_000_000),
        ods_row(ods_cell("x", columns="16000000000")),
        ods_row(ods_cell("x", columns="16000"), rows=1_000_000),
    ],
)
def test_a_cell_that_is_repeated_billions_of_times_is_refused(row: str) -> None:
    with pytest.raises(DocumentTooLarge, match="A sheet reaches"):
        gradebooks.read(ods_of(ods_table(row)))


def test_two_gigabytes_in_an_archive_of_two_megabytes_are_not_unpacked() -> None:
    to = BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(b"<worksheet>")
            blank = b" " * (1 << 20)
            # More than is unpacked at most; the rest of two gigabytes would not be looked at.
            for _ in range(600):
                part.write(blank)
    with pytest.raises(DocumentTooLarge, match="unpacks to more than"):
        gradebooks.read(to.getvalue())


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    "<worksheet>&c;</worksheet>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><worksheet>&a;</worksheet>'


@pytest.mark.parametrize("xml", [LAUGHS, OUTSIDE])
def test_entities_of_a_workbook_are_refused(xml: str) -> None:
    with pytest.raises(MalformedDocument, match="document type"):
        gradebooks.read(xlsx_of(xml))


@pytest.mark.parametrize("xml", [LAUGHS, OUTSIDE])
def test_entities_of_moodles_xml_are_refused(xml: str) -> None:
    with pytest.raises(MalformedDocument, match="document type"):
        gradebooks.read(xml.replace("worksheet", "results").encode())


def test_the_reading_process_holds_nothing_of_ours() -> None:
    """It loads this room and no web, no database and no keys."""
    code = (
        "import sys, io; import issuer.gradebooks.workbook_child; import python_calamine; "
        "print(sorted(m for m in sys.modules if m.split('.')[0] in "
        "('sqlalchemy', 'fastapi', 'keys', 'cryptography')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"
