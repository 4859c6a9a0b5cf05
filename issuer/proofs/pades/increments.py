"""What is written behind a PDF for a seal: an unseen field with an empty place, and a store.

ISO 32000-2 §7.5.6, §12.7.5.5 (signature fields), §12.8.1, §12.8.4.3 (document security store), by
``pyhanko``. The file itself stays byte for byte, its metadata too: neither a clock nor chance is
asked. Nothing is signed here.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, Literal

from issuer.errors import MalformedDocument

Kind = Literal["seal", "time-stamp"]


@dataclass(frozen=True)
class Hole:
    """A file with an empty place for a signature."""

    file: bytes
    start: int
    """Where the place begins, with its ``<``."""
    end: int
    """Behind its ``>``."""

    @property
    def digest(self) -> bytes:
        """SHA-256 of everything but the place."""
        return hashlib.sha256(self.file[: self.start] + self.file[self.end :]).digest()

    def filled(self, der: bytes) -> bytes:
        """The file with a signature in its place; raises MalformedDocument if it is too large."""
        room = self.end - self.start - 2
        written = der.hex().encode("ascii")
        if len(written) > room:
            raise MalformedDocument("The seal is larger than the place that was kept for it.")
        inside = b"<" + written.ljust(room, b"0") + b">"
        return self.file[: self.start] + inside + self.file[self.end :]


def with_hole(pdf: bytes, *, kind: Kind, name: str, room: int, at: dt.datetime | None) -> Hole:
    """Add an unseen signature field called ``name`` with a place for ``room`` bytes.

    ``at`` (aware) is the moment that it claims. Raises MalformedDocument, also where a field of
    that name is filled.
    """
    # Imported late, as `_writer`: the library brings an HTTP client along, which is never used.
    from pyhanko.pdf_utils.generic import pdf_name  # noqa: PLC0415 # See above.
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 # See above.
    from pyhanko.sign.fields import SigSeedSubFilter  # noqa: PLC0415 # See above.
    from pyhanko.sign.signers.cms_embedder import (  # noqa: PLC0415 # See above.
        PdfCMSEmbedder,
        SigIOSetup,
        SigObjSetup,
    )
    from pyhanko.sign.signers.pdf_byterange import PdfSignedData  # noqa: PLC0415 # See above.

    is_seal = kind == "seal"
    place = PdfSignedData(
        obj_type=pdf_name("/Sig" if is_seal else "/DocTimeStamp"),
        subfilter=SigSeedSubFilter.PADES if is_seal else SigSeedSubFilter.ETSI_RFC3161,
        timestamp=at,
        # In hexadecimal digits.
        bytes_reserved=2 * room,
    )
    steps = PdfCMSEmbedder().write_cms(field_name=name, writer=_writer(pdf))
    try:
        next(steps)
    except (PdfError, ValueError) as fault:
        raise MalformedDocument(f"This PDF cannot get a seal in a field called {name}.") from fault
    steps.send(SigObjSetup(sig_placeholder=place))
    ranges, out = steps.send(SigIOSetup(md_algorithm="sha256"))
    steps.close()
    return Hole(out.getvalue(), ranges.reserved_region_start, ranges.reserved_region_end)


def with_store(
    pdf: bytes, *, certificates: Sequence[bytes], crls: Sequence[bytes], ocsps: Sequence[bytes]
) -> bytes:
    """Add a document security store (DSS) with these, each in DER; raises MalformedDocument."""
    from pyhanko.pdf_utils import generic  # noqa: PLC0415 # As above.

    writer = _writer(pdf)
    kept = {"/Certs": certificates, "/CRLs": crls, "/OCSPs": ocsps}
    # What is kept already stays; the earlier store is left as it is.
    dictionary: Any = generic.DictionaryObject
    found = writer.root["/DSS"] if "/DSS" in writer.root else {}  # noqa: SIM401 # `get` follows no reference.
    store = dictionary(found)
    for name, ders in kept.items():
        had = store[name] if name in store else ()  # noqa: SIM401 # As above.
        new = [writer.add_object(generic.StreamObject(stream_data=der)) for der in ders]
        if new:
            store[generic.pdf_name(name)] = generic.ArrayObject([*had, *new])
    writer.root["/DSS"] = writer.add_object(store)
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _writer(pdf: bytes) -> Any:
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 # As above.

    try:
        return _increment()(BytesIO(pdf), strict=True)
    except (PdfError, ValueError, KeyError) as fault:
        raise MalformedDocument("This is no PDF that could be sealed.") from fault


@cache
def _increment() -> Any:
    from pyhanko.pdf_utils import generic  # noqa: PLC0415 # As above.
    from pyhanko.pdf_utils.incremental_writer import (  # noqa: PLC0415 # As above.
        IncrementalPdfFileWriter,
    )

    class Increment(IncrementalPdfFileWriter):
        """Writes what was added, and nothing of its own."""

        def _prep_dom_for_writing(self) -> None:
            """Leave title, date and XMP as the typesetter wrote and checked them."""

        @classmethod
        def _handle_id(cls, prev: Any) -> Any:
            """The first half of the file's identifier stays; the second follows from the file."""
            prev.stream.seek(0)
            second = hashlib.sha256(prev.stream.read()).digest()[:16]
            first = prev.trailer["/ID"][0]
            first = generic.ByteStringObject(getattr(first, "original_bytes", first))
            return generic.ArrayObject([first, generic.ByteStringObject(second)])

    return Increment
