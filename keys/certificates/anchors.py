"""Anchors from files that the operator names: PEM certificates, or an EU trusted list.

RFC 7468 (PEM), ETSI TS 119 612 v2.2.1 (trusted lists): services that issue qualified certificates
(CA/QC) or qualified time-stamps (TSA/QTST), for the time in which they are or were granted. The XML
signature of a trusted list is NOT checked, nor whether a newer one was published: whoever names the
file vouches for it. Nothing is fetched; entities and document types are refused.
"""

import base64
import binascii
import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from xml.etree import ElementTree as ET
from xml.parsers import expat

from asn1crypto import pem

from keys.certificates.certificate import Certificate, CertificateInvalid, parse_certificate
from keys.certificates.chain import Anchor

_MOST_BYTES = 64 * 1024 * 1024
_MOST_ANCHORS = 5_000
_TSL = "{http://uri.etsi.org/02231/v2#}"
_ISSUES = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
_TYPES = frozenset({_ISSUES, "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"})
# §5.5.9.4: what the certificates are for; where nothing is said, for anything.
_FOR = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
_FOR_SITES = f"{_FOR}ForWebSiteAuthentication"
_FOR_DOCUMENTS = frozenset({f"{_FOR}ForeSeals", f"{_FOR}ForeSignatures"})
_GRANTED = frozenset(
    {
        "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted",
        "http://uri.etsi.org/TrstSvc/Svcstatus/granted",
    }
)


# It is asked for at each verification, and the answer follows from the bytes alone.
@lru_cache(maxsize=8)
def anchors_of(data: bytes, *, name: str) -> tuple[Anchor, ...]:
    """Read the anchors in a file; ``name`` is what it is called. Raises CertificateInvalid."""
    if len(data) > _MOST_BYTES:
        msg = "there are more than 64 MiB"
        raise CertificateInvalid(msg)
    listed = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    # One more than is allowed, so that nothing is left out unseen.
    found = tuple(
        islice(_of_list(data, name) if listed else _of_pem(data, name), _MOST_ANCHORS + 1)
    )
    if not found:
        msg = "there is no certificate on which a seal could be believed"
        raise CertificateInvalid(msg)
    if len(found) > _MOST_ANCHORS:
        msg = f"there are more than {_MOST_ANCHORS} certificates"
        raise CertificateInvalid(msg)
    return found


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
    issued = _text(root, "SchemeInformation", "ListIssueDateTime")[:10]
    of = f" of {issued}" if issued else ""
    how = f"it is on the trusted list {name}{of}, which the operator named"
    for service in root.iter(f"{_TSL}TSPService"):
        label = _text(service, "ServiceInformation", "ServiceName", "Name")
        certificates = tuple(_certificates(service))
        for since, until in _granted(service):
            for found in certificates:
                called = label or _called(found.common_name)
                yield Anchor(found, called, how, since=since, until=until)


def _certificates(service: ET.Element) -> Iterator[Certificate]:
    # §5.6.3: the past names the key only, so the certificates of the present stand for it.
    identity = f"{_TSL}ServiceInformation/{_TSL}ServiceDigitalIdentity//{_TSL}X509Certificate"
    for element in service.iterfind(identity):
        try:
            der = base64.b64decode("".join((element.text or "").split()), validate=True)
            yield parse_certificate(der)
        except (CertificateInvalid, ValueError):
            # One entry of thousands that cannot be read takes nothing from the others.
            continue


def _granted(service: ET.Element) -> Iterator[tuple[dt.datetime, dt.datetime | None]]:
    """From when until when the service was granted, the latest span first (§5.5.4–5.5.5, §5.6)."""
    present = service.findall(f"{_TSL}ServiceInformation")
    past = service.findall(f"{_TSL}ServiceHistory/{_TSL}ServiceHistoryInstance")
    said = [(_moment(_text(state, "StatusStartingTime")), state) for state in (*present, *past)]
    if any(since is None for since, _ in said):
        # A state without its time leaves open how long the others lasted.
        return
    until: dt.datetime | None = None
    placed = [(since, state) for since, state in said if since is not None]
    for since, state in sorted(placed, key=lambda one: one[0], reverse=True):
        if _is_granted(state):
            yield since, until
        until = since


def _is_granted(state: ET.Element) -> bool:
    kind = _text(state, "ServiceTypeIdentifier")
    if kind not in _TYPES or _text(state, "ServiceStatus") not in _GRANTED:
        return False
    uses = {(uri.text or "").strip() for uri in state.iter(f"{_TSL}URI")}
    # Who issues certificates for web sites alone vouches for no document.
    return not (kind == _ISSUES and _FOR_SITES in uses and uses.isdisjoint(_FOR_DOCUMENTS))


def _text(element: ET.Element, *names: str) -> str:
    return element.findtext("/".join(f"{_TSL}{name}" for name in names), "").strip()


def _moment(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(dt.UTC) if found.tzinfo else None


def _called(common_name: str | None) -> str:
    return common_name or "an authority without a name"


def _parsed(data: bytes) -> ET.Element:
    def refuse(*_: object) -> None:
        msg = "a document type or an entity is declared, which a trusted list never does"
        raise CertificateInvalid(msg)

    # TS 119 612 §5.1.3: UTF-8, whatever the file itself says.
    scout = expat.ParserCreate("utf-8")
    scout.StartDoctypeDeclHandler = refuse
    scout.EntityDeclHandler = refuse
    try:
        scout.Parse(data, True)  # noqa: FBT003 # The library's own signature.
        parser = ET.XMLParser(encoding="utf-8")  # noqa: S314 # Just read without document type and entities.
        return ET.fromstring(data, parser)  # noqa: S314 # As above.
    except (expat.ExpatError, ET.ParseError) as fault:
        msg = "the XML is not well-formed"
        raise CertificateInvalid(msg) from fault
