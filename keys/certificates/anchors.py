"""Anchors from files that the operator names: PEM certificates, or an EU trusted list.

RFC 7468 (PEM), ETSI TS 119 612 v2.2.1 (trusted lists): services that issue qualified certificates
(CA/QC) or qualified time-stamps (TSA/QTST) and are granted. The XML signature of a trusted list is
NOT checked: whoever names the file vouches for it. Nothing is fetched; entities and document types
are refused.
"""

import base64
import binascii
from collections.abc import Iterator
from xml.etree import ElementTree as ET
from xml.parsers import expat

from asn1crypto import pem

from keys.certificates.certificate import CertificateInvalid, parse_certificate
from keys.certificates.chain import Anchor

_MOST_BYTES = 64 * 1024 * 1024
_MOST_ANCHORS = 5_000
_TSL = "{http://uri.etsi.org/02231/v2#}"
_TYPES = frozenset(
    {
        "http://uri.etsi.org/TrstSvc/Svctype/CA/QC",
        "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST",
    }
)
_GRANTED = frozenset(
    {
        "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted",
        "http://uri.etsi.org/TrstSvc/Svcstatus/granted",
    }
)


def anchors_of(data: bytes, *, name: str) -> tuple[Anchor, ...]:
    """Read the anchors in a file; ``name`` is what it is called. Raises CertificateInvalid."""
    if len(data) > _MOST_BYTES:
        msg = "there are more than 64 MiB"
        raise CertificateInvalid(msg)
    listed = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    found = tuple(_of_list(data, name) if listed else _of_pem(data, name))
    if not found:
        msg = "there is no certificate on which a seal could be believed"
        raise CertificateInvalid(msg)
    return found[:_MOST_ANCHORS]


def _of_pem(data: bytes, name: str) -> Iterator[Anchor]:
    how = f"the operator named it in {name}"
    try:
        blocks = list(pem.unarmor(data, multiple=True)) if pem.detect(data) else []
    except (ValueError, binascii.Error) as fault:
        msg = "a block cannot be read as PEM"
        raise CertificateInvalid(msg) from fault
    for kind, _, der in blocks:
        if kind == "CERTIFICATE":
            certificate = parse_certificate(bytes(der))
            test = (certificate.common_name or "").startswith("TEST")
            yield Anchor(certificate, _called(certificate.common_name), how, test=test)


def _of_list(data: bytes, name: str) -> Iterator[Anchor]:
    root = _parsed(data)
    how = f"it is on the trusted list {name}, which the operator named"
    for service in root.iter(f"{_TSL}ServiceInformation"):
        kind = service.findtext(f"{_TSL}ServiceTypeIdentifier", "").strip()
        status = service.findtext(f"{_TSL}ServiceStatus", "").strip()
        if kind not in _TYPES or status not in _GRANTED:
            continue
        label = service.findtext(f"{_TSL}ServiceName/{_TSL}Name", "").strip()
        for text in service.iter(f"{_TSL}X509Certificate"):
            yield from _anchor(text.text or "", label, how)


def _anchor(text: str, label: str, how: str) -> Iterator[Anchor]:
    try:
        certificate = parse_certificate(base64.b64decode("".join(text.split()), validate=True))
    except (CertificateInvalid, ValueError):
        # One entry of thousands that cannot be read takes nothing from the others.
        return
    yield Anchor(certificate, label or _called(certificate.common_name), how)


def _called(common_name: str | None) -> str:
    return common_name or "an authority without a name"


def _parsed(data: bytes) -> ET.Element:
    def refuse(*_: object) -> None:
        msg = "a document type or an entity is declared, which a trusted list never does"
        raise CertificateInvalid(msg)

    scout = expat.ParserCreate()
    scout.StartDoctypeDeclHandler = refuse
    scout.EntityDeclHandler = refuse
    try:
        scout.Parse(data, True)  # noqa: FBT003 # The library's own signature.
        return ET.fromstring(data)  # noqa: S314 # Just read without document type and entities.
    except (expat.ExpatError, ET.ParseError) as fault:
        msg = "the XML is not well-formed"
        raise CertificateInvalid(msg) from fault
