"""Workbooks as platforms and people make them, and such as nobody should."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

ODS_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def xlsx(
    rows: Sequence[Sequence[Any]],
    *,
    more: Mapping[str, str] | None = None,
    hidden: Sequence[int] = (),
) -> bytes:
    """A workbook with these rows in its first sheet.

    ``more`` are further sheets with their states, ``hidden`` rows that are hidden.
    """
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Grades"
    for row in rows:
        sheet.append(list(row))
    for number in hidden:
        sheet.row_dimensions[number].hidden = True
    for name, state in (more or {}).items():
        book.create_sheet(name).sheet_state = state
    to = io.BytesIO()
    book.save(to)
    return to.getvalue()


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    """An archive of these parts."""
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return to.getvalue()


def xlsx_of(sheet: str | bytes, *, place: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook with this XML as its one sheet, in whatever part of the package."""
    kind = f"{_REL}/worksheet"
    target = place.removeprefix("xl/")
    relations = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{kind}" '
        f'Target="{target}"/></Relationships>'
    )
    root = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    book = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets><sheet name="Grades" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>'
    )
    types = f'<Types xmlns="{_PACKAGE}/content-types"/>'
    return packed(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": root,
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": relations,
            place: sheet,
        }
    )


def sheet_xml(rows: str) -> str:
    """The XML of a sheet of an XLSX with these rows."""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def ods_of(tables: str) -> bytes:
    """An ODS with this XML as its tables."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_OFFICE}><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    return packed(
        {"mimetype": ODS_MIMETYPE, "META-INF/manifest.xml": manifest, "content.xml": content}
    )


def ods_cell(text: str, **attributes: str) -> str:
    """A cell of an ODS; ``columns`` is how often it is repeated."""
    repeated = attributes.get("columns")
    extra = f' table:number-columns-repeated="{repeated}"' if repeated else ""
    extra += f' table:formula="{attributes["formula"]}"' if "formula" in attributes else ""
    return (
        f'<table:table-cell office:value-type="string"{extra}><text:p>{text}</text:p>'
        "</table:table-cell>"
    )


def ods_row(*cells: str, rows: int = 1, visibility: str = "") -> str:
    """A row of an ODS; ``rows`` is how often it is repeated."""
    shown = f' table:visibility="{visibility}"' if visibility else ""
    return (
        f'<table:table-row table:number-rows-repeated="{rows}"{shown}>{"".join(cells)}'
        "</table:table-row>"
    )


def ods_table(*rows: str, name: str = "Grades") -> str:
    """A table of an ODS."""
    return f'<table:table table:name="{name}">{"".join(rows)}</table:table>'
