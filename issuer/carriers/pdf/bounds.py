"""How much work a PDF may be to read: steps are counted, where the library counts only bytes.

ISO 32000-2 §7.5.4, §7.5.7 and §7.5.8. A small file can say that it has a thousand million objects,
lead through one table a thousand times, or never come to an end. No clock is asked, so that the
same file is read, or refused, everywhere.
"""

import re
from collections.abc import Sequence
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Final

from pyhanko.pdf_utils.decode_limits import (
    DecodeContext,
    DecodeLimits,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import PdfFileReader, process_data_at_eof
from pyhanko.pdf_utils.xref import XRefBuilder

from issuer.errors import DocumentTooLarge, MalformedDocument

# About a second; a diploma under a seal that lasts takes a tenth of them.
_MOST_STEPS: Final = 1_000_000
_MOST_REVISIONS: Final = 64
_MOST_PACKED: Final = 256 * 1024
# With which the library reads on in a number, and a row of a table.
_PIECE, _ROW = 16, 20
_STEPS_A_ROW: Final = 4


class Steps(BytesIO):
    """A file of which parts are read so often, and no more."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left, self._pieces = _MOST_STEPS, 0

    def read(self, size: int | None = -1) -> bytes:
        """As BytesIO; raises DocumentTooLarge where it was read too often."""
        # A number is copied for every further piece of it, so a long one costs more and more.
        self._pieces = self._pieces + 1 if size == _PIECE else 0
        self.count(_STEPS_A_ROW if size == _ROW else 1 + self._pieces)
        return super().read(size)

    def count(self, steps: int) -> None:
        """Take so many steps; raises DocumentTooLarge."""
        self._left -= steps
        if self._left < 0:
            msg = "This PDF takes too long to read. Hand in the file as it was issued."
            raise DocumentTooLarge(msg)


class Tables(XRefBuilder):
    """The tables of a file, gone through once as the library will, to see how many they are."""

    def _read_xref_stream_object(self) -> tuple[Any, Any]:
        reference, table = super()._read_xref_stream_object()  # type: ignore[no-untyped-call] # The library's.
        pairs = [*table.get("/Index", (0, table.get("/Size")))]
        widths = [*table.get("/W")]
        if not _are_counts([*pairs, *widths]) or not any(widths):
            raise ValueError("A table of entries without a size.")
        self.stream.count(_STEPS_A_ROW * sum(pairs[1::2]))
        return reference, table


class Reader(PdfFileReader):
    """The library's reader, for which every object inside a stream is work as well."""

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        # It goes through the whole stream for each, and for ever where a comment has no end.
        packed = self.get_object(Reference(stmnum))  # type: ignore[no-untyped-call] # The library's.
        size = len(packed.data)
        self.stream.count(size if size <= _MOST_PACKED else _MOST_STEPS + 1)
        if b"%" in re.split(rb"[\r\n]", packed.data)[-1]:
            raise ValueError("A stream of objects that may end in a comment.")
        return super()._get_object_from_stream(idnum, stmnum, idx)  # type: ignore[no-untyped-call] # The library's.


def opened(data: bytes, *, most_unpacked: int) -> Reader:
    """A reader of the file that unpacks so many bytes at most, a third of them from one stream.

    Raises DocumentTooLarge, MalformedDocument, and what the library raises.
    """
    limits = DecodeLimits(
        per_stream=StreamDecodeLimits(max_output_size=most_unpacked // 3),
        document_budget=DocumentDecodeBudget(base_allowance=most_unpacked, max_ratio=1),
    )
    file = Steps(data)
    file.seek(-1, 2)
    context: Any = SimpleNamespace(strict=True, decode_context=DecodeContext(limits, len(data)))
    start = process_data_at_eof(file)
    # Not strict: it is asked whether all tables fit together when it is known that they are few.
    tables: Any = Tables(context, file, strict=False, last_startxref=start)
    if len(tables.read_xrefs()) > _MOST_REVISIONS:
        raise MalformedDocument(
            "This PDF was changed too often. Hand in the file as it was issued."
        )
    return Reader(file, strict=True, decode_limits=limits)


def _are_counts(numbers: Sequence[Any]) -> bool:
    return all(isinstance(number, int) and number >= 0 for number in numbers)
