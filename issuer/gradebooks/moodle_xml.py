"""Moodle's XML export of grades: one result an item and person, turned into a row a person.

Moodle grade/export/xml: no declaration, ids instead of names, people without an ID number left
out, feedback not escaped (so it may be no XML at all). The time of the export is in ``batch``.
Document type declarations are refused, so nothing expands.
"""

import re
from xml.parsers import expat

from issuer.errors import DocumentTooLarge, MalformedDocument
from issuer.gradebooks.package_scan import MOST_CELLS
from issuer.gradebooks.table import Row, RowFault, Table, checked_header

MOST_BYTES = 20 * 1024 * 1024
"""Largest XML, 20 MiB."""

_STUDENT = "student"
_FIELDS = ("assignment", _STUDENT, "score")
_BATCH = re.compile(r"xml_export_(\d{9,11})")


def read(data: bytes) -> Table:
    """Read the export; raises MalformedDocument and DocumentTooLarge."""
    if len(data) > MOST_BYTES:
        msg = f"The file has {len(data)} bytes; at most {MOST_BYTES}. Export CSV instead."
        raise DocumentTooLarge(msg)
    found = _Results()
    try:
        found.parse(data)
    except expat.ExpatError as fault:
        msg = (
            f"Line {fault.lineno} of this XML is not well-formed: Moodle does not escape feedback. "
            "Export it again without feedback, or as CSV."
        )
        raise MalformedDocument(msg) from fault
    except (LookupError, ValueError) as fault:
        # Python knows no such encoding, or expat cannot read it.
        msg = (
            "This XML says that it is written in an encoding that is not read. Save it again as "
            "UTF-8, or export CSV."
        )
        raise MalformedDocument(msg) from fault
    header = checked_header((_STUDENT, *found.items))
    found.require_small()
    return Table(header, tuple(found.rows()), "xml", exported_at=found.exported_at)


class _Results:
    """What is found while parsing: marks of each person by item, and their lines."""

    def __init__(self) -> None:
        self.items: dict[str, None] = {}
        self.exported_at: int | None = None
        self._lines: dict[str, int] = {}
        self._marks: dict[tuple[str, str], str] = {}
        self._twice: list[RowFault] = []
        self._one: dict[str, str] = {}
        self._text: list[str] = []
        self._parser = expat.ParserCreate()

    def parse(self, data: bytes) -> None:
        """Go through the document."""
        parser = self._parser
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_declaration
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.Parse(data, True)  # noqa: FBT003 # Positional in expat: this is the last part.

    def require_small(self) -> None:
        """Raises DocumentTooLarge: a result for each takes less than the table of all of them."""
        cells = len(self._lines) * (len(self.items) + 1)
        if cells > MOST_CELLS:
            msg = (
                f"The table of this export has {cells} cells; at most {MOST_CELLS} are read. "
                "Export fewer items, or CSV."
            )
            raise DocumentTooLarge(msg, cells=cells)

    def rows(self) -> list[Row | RowFault]:
        """A row a person, in the order of the file, then what stands there twice."""
        rows = [
            Row(line, [student, *(self._marks.get((student, item), "") for item in self.items)])
            for student, line in self._lines.items()
        ]
        return [*rows, *self._twice]

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._text.clear()
        if name == "results" and (found := _BATCH.fullmatch(attributes.get("batch", ""))):
            self.exported_at = int(found[1])
        if name == "result":
            self._one = {}

    def _end(self, name: str) -> None:
        if name in _FIELDS:
            self._one[name] = "".join(self._text).strip()
            # Fields in fields would each put together the same text.
            self._text.clear()
        elif name == "result" and self._one.get(_STUDENT):
            self._keep(self._one[_STUDENT], self._one.get("assignment", ""))

    def _keep(self, student: str, item: str) -> None:
        line = self._parser.CurrentLineNumber
        self.items[item] = None
        self._lines.setdefault(student, line)
        if self._marks.setdefault((student, item), self._one.get("score", "")) != self._one.get(
            "score", ""
        ):
            fault = "another mark of this person for the same item stands further up"
            self._twice.append(RowFault(line, item, student, fault, "Export the file again"))


def _refuse_declaration(*_declared: object) -> None:
    msg = "This XML declares a document type, which no export of Moodle does. It is not read."
    raise MalformedDocument(msg)
