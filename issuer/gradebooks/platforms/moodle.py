"""Moodle's gradebook: CSV, XLSX and ODS with items in columns, and its XML with ids alone.

Moodle 3.11 to 5 (grade/export/lib.php, lib/classes/dataformat.php, public/lib/grade): numbers have
a decimal point in every language, text that begins with ``= + - @`` an apostrophe, a mark that is
not there is ``-``. The file never says passed; its last column says when it was downloaded.
"""

from issuer.gradebooks import cells
from issuer.gradebooks.columns import LETTER, PERCENT, POINTS, Header, display
from issuer.gradebooks.layout import Layout
from issuer.gradebooks.platforms import person
from issuer.gradebooks.table import Row, Table
from issuer.model.mapping import Mapping, Platform

DOWNLOADED = (
    "Last downloaded from this course", "Zuletzt aus diesem Kurs heruntergeladen",
    "Última descarga de este curso", "Dernier téléchargement depuis ce cours",
)  # fmt: skip
_STUDENT = person.STUDENT[:4]


def cleaned(text: str) -> str:
    """A cell without blanks at its ends and without Moodle's apostrophe."""
    return cells.clean(cells.without_apostrophe(cells.clean(text)))


def lay_out(table: Table, key: str) -> Layout | None:
    """The layout of a gradebook; None: it is another file."""
    header = Header(table.header)
    people = person.columns(header, key, student=(*_STUDENT, *person.STUDENT))
    shown = {display(name) for name in header.names}
    downloaded = header.first(*DOWNLOADED)
    if not (header.first(*person.GIVEN) and header.first(*person.FAMILY)) or not (
        downloaded or shown & (POINTS | PERCENT | LETTER)
    ):
        return None
    return Layout(
        Platform.MOODLE,
        table,
        header,
        Mapping(platform=Platform.MOODLE, **people),
        cleaned=cleaned,
        sign=".",
        exported_at=_downloaded_at(table, header, downloaded),
    )


def lay_out_xml(table: Table, key: str) -> Layout | None:
    """The layout of the XML export; None: it is another file."""
    if table.kind != "xml":
        return None
    header = Header(table.header)
    student = header.said(0) if key == "student_number" else None
    return Layout(
        Platform.MOODLE_XML,
        table,
        header,
        Mapping(platform=Platform.MOODLE_XML, key=student),
        sign=".",
        exported_at=table.exported_at,
    )


def _downloaded_at(table: Table, header: Header, column: str | None) -> int | None:
    if column is None:
        return None
    first = next((row for row in table.rows if isinstance(row, Row)), None)
    at = header.find(column)
    text = first.cells[at].strip() if first and at < len(first.cells) else ""
    most = 12
    return int(text) if text.isascii() and text.isdigit() and len(text) < most else None
