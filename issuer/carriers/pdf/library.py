"""The one door to the library that reads PDF files: strict, and within bounds.

``pyhanko.pdf_utils`` (ISO 32000-2 §7.5). What is unpacked is bounded by the library itself; what it
raises is told to the reader in one sentence. Nothing is interpreted here.
"""

import binascii
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from issuer.errors import DocumentTooLarge, MalformedDocument

SIGNATURE: Final = b"%PDF-"
"""The first five bytes of every PDF (ISO 32000-2 §7.5.2)."""
END: Final = re.compile(rb"%%EOF[\r\n]{0,2}\Z")
"""How every revision of one ends (§7.5.5)."""
MOST_BYTES: Final = 8 << 20
"""Bytes of a file that is read (8 MiB)."""
MOST_UNPACKED: Final = 48 << 20
"""Bytes of everything that is unpacked while one file is read."""
_MOST_BEFORE: Final = 2000
# Every revision names the one before it, in whatever spelling (§7.3.5, §7.5.5).
_BEFORE: Final = re.compile(rb"/(?:P|#50)(?:r|#72)(?:e|#65)(?:v|#76)")


@contextmanager
def reading(data: bytes) -> Iterator[Any]:
    """The library's reader of a file, for as long as something is read from it.

    Raises MalformedDocument (no PDF, damaged, encrypted, in a form not read) or DocumentTooLarge.
    """
    # Imported late: whoever reads no PDF does not pay for it.
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 # See above.

    if len(data) > MOST_BYTES:
        raise DocumentTooLarge("The PDF is larger than 8 MiB. Hand in the file as it was issued.")
    if len(_BEFORE.findall(data)) > _MOST_BEFORE:
        raise MalformedDocument(
            "This PDF was changed too often. Hand in the file as it was issued."
        )
    # What the library raises for files that are damaged, or made to do harm.
    damaged = (
        PdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
        OSError,
        RecursionError,
        NotImplementedError,
        AssertionError,
        zlib.error,
        struct.error,
        binascii.Error,
    )
    try:
        reader = _reader(data)
        if reader.encrypted:
            raise MalformedDocument("This PDF is encrypted. Hand in the file as it was issued.")
        yield reader
    except damaged as fault:
        msg = "This PDF is damaged, or in a form not read here. Hand in the file as it was issued."
        raise MalformedDocument(msg) from fault


def _reader(data: bytes) -> Any:
    from pyhanko.pdf_utils.decode_limits import (  # noqa: PLC0415 # As above.
        DecodeLimits,
        DocumentDecodeBudget,
        StreamDecodeLimits,
    )
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 # As above.

    limits = DecodeLimits(
        per_stream=StreamDecodeLimits(max_output_size=MOST_UNPACKED // 3),
        document_budget=DocumentDecodeBudget(base_allowance=MOST_UNPACKED, max_ratio=1),
    )
    return PdfFileReader(BytesIO(data), strict=True, decode_limits=limits)


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
