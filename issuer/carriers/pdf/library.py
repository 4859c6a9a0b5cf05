"""The one door to the library that reads PDF files: strict, and within bounds.

``pyhanko.pdf_utils`` (ISO 32000-2 §7.5). How much there is to do is bounded by
`issuer.carriers.pdf.bounds`; what the library raises is told to the reader in one sentence. Nothing
is interpreted here.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from issuer.errors import DocumentTooLarge, MalformedDocument

SIGNATURE: Final = b"%PDF-"
"""The first five bytes of every PDF (ISO 32000-2 §7.5.2)."""
END: Final = re.compile(rb"startxref\s+[0-9]{1,10}\s+%%EOF[\r\n]{0,2}\Z")
"""How every revision of one ends (§7.5.5)."""
MOST_BYTES: Final = 8 << 20
"""Bytes of a file that is read (8 MiB)."""
MOST_UNPACKED: Final = 48 << 20
"""Bytes of everything that is unpacked while one file is read."""


@contextmanager
def reading(data: bytes) -> Iterator[Any]:
    """The library's reader of a file, for as long as something is read from it.

    Raises MalformedDocument (no PDF, damaged, encrypted, in a form not read) or DocumentTooLarge.
    """
    # Imported late: whoever reads no PDF does not pay for the library.
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 # See above.

    from issuer.carriers.pdf.bounds import opened  # noqa: PLC0415 # See above.

    if len(data) > MOST_BYTES:
        raise DocumentTooLarge("The PDF is larger than 8 MiB. Hand in the file as it was issued.")
    # What the library raises for files that are damaged, or made to do harm.
    damaged = (
        PdfError,
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
        struct.error,
        zlib.error,
    )
    try:
        reader = opened(data, most_unpacked=MOST_UNPACKED)
        if reader.encrypted:
            raise MalformedDocument("This PDF is encrypted. Hand in the file as it was issued.")
        yield reader
    except damaged as fault:
        msg = "This PDF is damaged, or in a form not read here. Hand in the file as it was issued."
        raise MalformedDocument(msg) from fault


def value_of(dictionary: Any, key: str, *, otherwise: Any = None) -> Any:
    """What a dictionary of the library holds, its reference followed; ``get`` follows none."""
    try:
        return dictionary[key]
    except KeyError:
        return otherwise


def members_of(dictionary: Any, key: str) -> list[Any]:
    """The members of an array, their references followed; empty if there is none."""
    array = value_of(dictionary, key, otherwise=())
    return [array[at] for at in range(len(array))]
