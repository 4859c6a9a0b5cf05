"""Increments to PDFs written by hand, so that they may be as wrong as an attacker wants them.

ISO 32000-2 §7.5.6. The library of the house writes none of these.
"""

import re
from collections.abc import Mapping


def _last(pattern: bytes, pdf: bytes) -> bytes:
    return bytes((re.findall(pattern, pdf) or [b"0"])[-1])


def root_of(pdf: bytes) -> int:
    """The number of the catalogue."""
    return int(_last(rb"/Root (\d+) 0 R", pdf))


def size_of(pdf: bytes) -> int:
    """The first number that is free."""
    return int(_last(rb"/Size (\d+)", pdf))


def object_of(pdf: bytes, number: int) -> bytes:
    """What the last object of this number says, as it is written."""
    return _last(rb"(?s)(?<!\d)%d 0 obj\s*(.*?)\s*endobj" % number, pdf)


def page_of(pdf: bytes) -> int:
    """The number of the first page."""
    return int(re.findall(rb"(\d+) 0 obj\s*<<[^>]*?/Type ?/Page\b", pdf)[0])


def with_members(written: bytes, more: bytes) -> bytes:
    """A dictionary with further members at its end."""
    assert written.endswith(b">>")
    return written[:-2] + more + b">>"


def increment(
    pdf: bytes,
    objects: Mapping[int, bytes] | None = None,
    *,
    root: int | None = None,
    trailer: bytes = b"",
    places: Mapping[int, int] | None = None,
    unlisted: bytes = b"",
) -> bytes:
    """The file with one more revision that has these objects, and a table of them.

    ``places`` are objects that the table says are elsewhere; ``unlisted`` is written between the
    objects and the table, which says nothing of it.
    """
    body, where = pdf, dict(places or {})
    for number, written in (objects or {}).items():
        where[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    body += unlisted
    start = len(body)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (n, at) for n, at in sorted(where.items()))
    size = max(size_of(pdf), *(n + 1 for n in where), 1)
    kept = b"".join(re.findall(rb"/Info \d+ 0 R", pdf)[-1:])
    before = _last(rb"startxref\s+(\d+)", pdf)
    return (
        body
        + b"xref\n%btrailer\n<</Size %d/Root %d 0 R%b/Prev %b%b>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            table,
            size,
            root or root_of(pdf),
            kept,
            before,
            trailer,
            start,
        )
    )


def written(objects: Mapping[int, bytes], *, trailer: bytes = b"/ID[<00><00>]") -> bytes:
    """A whole file of these objects, the catalogue first."""
    return increment(b"%PDF-1.7\n", objects, root=1, trailer=trailer).replace(b"/Prev 0", b"")


def stream(data: bytes, more: bytes = b"") -> bytes:
    """A stream."""
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(data), more, data)


def small(
    catalogue: bytes = b"", objects: Mapping[int, bytes] | None = None, *, info: bytes = b""
) -> bytes:
    """A file of one page; ``catalogue`` and ``info`` are further members, objects begin with 10."""
    return written(
        {
            1: b"<</Type/Catalog/Pages 2 0 R%b>>" % catalogue,
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
            4: stream(b"q Q"),
            5: b"<</Title(A)/ModDate(B)%b>>" % info,
            **(objects or {}),
        },
        trailer=b"/ID[<00><00>]/Info 5 0 R",
    )
