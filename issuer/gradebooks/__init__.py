"""Files of learning platforms: bytes become a table, told by their first bytes and not their name.

Text (`text`), workbooks (`workbook`) and Moodle's XML (`moodle_xml`); `platforms` knows who wrote
it, `people` reads persons from it by a mapping. What is an award is not known here.
"""

from issuer.errors import MalformedDocument
from issuer.gradebooks import moodle_xml, text, workbook
from issuer.gradebooks.table import Reading, Table

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0"
_HEAD = 2_000


def read(data: bytes, *, reading: Reading = Reading()) -> Table:  # noqa: B008 # It is frozen.
    """Read a file of results.

    Raises MalformedDocument (none that is read here, damaged, with formulas), DocumentTooLarge,
    DeadlineExceeded and UnusableInput (no such encoding or sheet); each says what to do.
    """
    if data.startswith(_ZIP):
        return workbook.read(data, sheet=reading.sheet)
    if data.startswith(_OLE):
        msg = (
            "This is a workbook of the old kind (.xls), or one with a password. Save it as .xlsx "
            "or as CSV UTF-8 without a password, or better export CSV from the platform."
        )
        raise MalformedDocument(msg)
    if data.startswith(b"%PDF"):
        msg = "This is a PDF. Export the results as CSV, XLSX or ODS."
        raise MalformedDocument(msg)
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(b"<"):
        return text.read(data, reading=reading)
    if b"<results" in head:
        return moodle_xml.read(data)
    msg = (
        "This is a web page or XML that calls itself a table. Open it in a spreadsheet and save "
        "it as .xlsx, or better export CSV from the platform."
    )
    raise MalformedDocument(msg)
