"""The signatures in a PDF: which bytes each of them is about, and what was kept beside them.

ISO 32000-2 §12.8.1 (ByteRange), §12.8.4.3 (document security store), §12.8.5 (document time-stamp);
ETSI EN 319 142-1 §5 (PAdES). A signature is about everything before it in the file but its own
place. Whether it fits is for `issuer.proofs`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, Literal

from asn1crypto import parser

from issuer.carriers.pdf.library import END, members_of, reading, value_of
from issuer.errors import MalformedDocument

_MOST_SIGNATURES: Final = 16
_MOST_FIELDS: Final = 64
_MOST_KEPT: Final = 64
_KINDS: Final = {
    # ISO 32000-2 §12.8.3.3 and ETSI EN 319 142-1 §5.3: a detached CMS structure either way.
    "/ETSI.CAdES.detached": "seal",
    "/adbe.pkcs7.detached": "seal",
    "/ETSI.RFC3161": "time-stamp",
}


@dataclass(frozen=True)
class FileSignature:
    """A signature, well-formed; nothing of it is verified."""

    kind: Literal["seal", "time-stamp"]
    cms: bytes
    """The structure (DER), without the zeros that fill its place."""
    covered: bytes
    """The bytes that it is about."""
    end: int
    """Where the revision ends that it was put into: bytes from the start of the file."""
    claimed: dt.datetime | None
    """When it was made, according to the signer (M)."""


@dataclass(frozen=True)
class SignedFile:
    """Every signature in the order in which they were added, and the material kept for them."""

    signatures: tuple[FileSignature, ...] = ()
    certificates: tuple[bytes, ...] = ()
    """DER, as the other two."""
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


def signatures(data: bytes) -> SignedFile:
    """Read the signatures of a PDF.

    Raises MalformedDocument (a signature that does not say what it is about, or leaves something
    out; one in a form not read here; more than sixteen; a damaged file) or DocumentTooLarge.
    """
    with reading(data) as reader:
        form = value_of(reader.root, "/AcroForm", otherwise={})
        found = [_signature(data, value) for value in _values(form)]
        store = value_of(reader.root, "/DSS", otherwise={})
        kept = {name: _kept(store, name) for name in ("/Certs", "/CRLs", "/OCSPs")}
    found.sort(key=lambda one: one.end)
    return SignedFile(tuple(found), kept["/Certs"], kept["/CRLs"], kept["/OCSPs"])


def _values(form: Any) -> list[Any]:
    # §12.7.4: a field below another one has its kind and its value, unless it says otherwise.
    found: list[Any] = []
    fields = [(one, None, None) for one in members_of(form, "/Fields")]
    for seen, (field, of_kind, of_value) in enumerate(fields):
        kids = members_of(field, "/Kids")
        if seen >= _MOST_FIELDS or len(kids) > _MOST_FIELDS:
            raise MalformedDocument("This PDF has too many fields for its signatures to be found.")
        kind = value_of(field, "/FT", otherwise=of_kind)
        value = value_of(field, "/V", otherwise=of_value)
        # One of them that is found in two places is one.
        if kind == "/Sig" and value is not None and all(value is not one for one in found):
            found.append(value)
        fields += [(kid, kind, value) for kid in kids]
    if len(found) > _MOST_SIGNATURES:
        raise MalformedDocument("This PDF has more than sixteen signatures.")
    return found


def _signature(data: bytes, value: Any) -> FileSignature:
    kind = _KINDS.get(str(value_of(value, "/SubFilter")))
    if kind is None:
        raise MalformedDocument("This PDF is signed in a way that is not checked here.")
    start, first, second, length = (int(number) for number in value.raw_get("/ByteRange"))
    end = second + length
    hole = data[first:second]
    # §12.8.1: everything from the first byte, but the place of the signature itself. More than
    # that left out would be a place for what was never signed.
    is_whole = start == 0 < first < second < end <= len(data)
    if not is_whole or hole[:1] + hole[-1:] != b"<>" or not END.search(data, 0, end):
        raise MalformedDocument("A signature in this PDF leaves out a part of the file.")
    # It is written in one way, small letters or capitals, inside the very object that says so: no
    # byte of it changes unnoticed, and no copy says something else of it, as when it was made.
    written = _bytes(value.raw_get("/Contents")).hex().encode("ascii")
    if hole[1:-1] not in {written, written.upper()} or not _is_inside(data, value, first):
        raise MalformedDocument("A signature in this PDF stands elsewhere than it says.")
    return FileSignature(
        kind="seal" if kind == "seal" else "time-stamp",
        cms=_cut(_bytes(value.raw_get("/Contents"))),
        covered=data[:first] + data[second:end],
        end=end,
        claimed=_moment(str(value_of(value, "/M", otherwise=""))),
    )


def _is_inside(data: bytes, value: Any, first: int) -> bool:
    begin = value.container_ref.pdf.xrefs[value.container_ref]
    return isinstance(begin, int) and begin < first and b"endobj" not in data[begin:first]


def _bytes(value: Any) -> bytes:
    # A hexadecimal string that happens to be text is given as one.
    return bytes(getattr(value, "original_bytes", value))


def _cut(padded: bytes) -> bytes:
    # RFC 5652 in DER says how long it is; what follows must be the zeros that fill its place.
    size = parser.peek(padded)
    if padded[size:].strip(b"\0"):
        raise MalformedDocument("Something is hidden behind a signature in this PDF.")
    return padded[:size]


def _kept(store: Any, name: str) -> tuple[bytes, ...]:
    listed = members_of(store, name)
    if len(listed) > _MOST_KEPT:
        raise MalformedDocument("This PDF keeps more than 64 certificates or answers of one kind.")
    return tuple(bytes(stream.data) for stream in listed)


def _moment(said: str) -> dt.datetime | None:
    # ISO 32000-2 §7.9.4: D:YYYYMMDDHHmmSS and then Z, or +HH'mm'; what it claims proves nothing.
    plain = said.removeprefix("D:").replace("'", "")
    try:
        return dt.datetime.strptime(plain.replace("Z", "+0000")[:19], "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
