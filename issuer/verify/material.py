"""What a verdict rests on beside the document, with the moment each piece was obtained.

Kept beside a credential it lets the verdict be repeated offline, also in years. `encode` and
`decode` are ``material.json``. Nothing is fetched or judged here; a DID document or a list in it is
as unverified as the place it came from.
"""

import base64
import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from issuer.errors import DocumentTooLarge, MalformedDocument
from issuer.jsonld.ijson import require_interoperable
from issuer.proofs import jcs
from issuer.status.bitstring import StatusList
from keys.certificates import Anchor, Answers, CertificateInvalid, parse_certificate
from keys.documents import DidDocument

_FORM = "https://w3id.org/testamur/material/v1"
_MOST_BYTES = 64 * 1024 * 1024
_T = TypeVar("_T")


@dataclass(frozen=True)
class Obtained:
    """A piece of material: a DID document (JSON object), a status list or a part (bytes)."""

    value: Any
    at: dt.datetime
    source: str
    """Where it came from: an address, or words."""


@dataclass(frozen=True)
class TrustedIssuer:
    """An issuer of whom the operator says who it is."""

    did: str
    legal_name: str
    established_how: str
    established_by: str
    keys_seen: tuple[str, ...] = ()
    """Multibase keys that were seen in its DID document."""
    own: bool = False
    """An organisation of this installation."""


@dataclass(frozen=True)
class RevocationReason:
    """Why and since when, as the issuer recorded it; a status list holds neither."""

    at: dt.datetime
    reason: str
    final: bool = False
    """Whether it was revoked or replaced; else it is suspended, or that is not recorded."""


@dataclass(frozen=True)
class Material:
    """Everything that the verifier may look at beside the document."""

    did_documents: Mapping[str, Obtained] = field(default_factory=dict)
    """DID to its document."""
    status_lists: Mapping[str, Obtained] = field(default_factory=dict)
    """Address to the bytes of the list credential."""
    trusted: tuple[TrustedIssuer, ...] = ()
    proven_times: Mapping[str, dt.datetime] = field(default_factory=dict)
    """Digest (``sha256:<hex>`` of the credential's bytes) to the earliest moment for which
    somebody else than the signer vouches."""
    changed_keys: frozenset[str] = frozenset()
    """DIDs whose keys have all changed since they were last seen."""
    revocation_reasons: Mapping[str, RevocationReason] = field(default_factory=dict)
    """Id of a credential to the reason of its revocation or suspension."""
    anchors: tuple[Anchor, ...] = ()
    """Certificates on which seals and time-stamps are believed."""
    answers: Answers = field(default_factory=Answers)
    """What authorities said of certificates, beside what a seal carries itself."""
    parts: Mapping[str, Obtained] = field(default_factory=dict)
    """Id of a part of a stacked credential to its sealed bytes."""
    checked: dict[Hashable, tuple[dt.datetime, StatusList]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """Status lists that passed every question, by all that was asked, and in which second. As
    ``read``, never copied."""
    read: dict[str, DidDocument] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """DID documents that were read already, by DID: one verification asks for one many times. Other
    material, also a changed copy of this, begins anew."""


def joined(first: Material, second: Material) -> Material:
    """Both; where both know something, the second counts."""
    return Material(
        did_documents={**first.did_documents, **second.did_documents},
        status_lists={**first.status_lists, **second.status_lists},
        trusted=tuple(dict.fromkeys((*first.trusted, *second.trusted))),
        proven_times={**first.proven_times, **second.proven_times},
        changed_keys=first.changed_keys | second.changed_keys,
        revocation_reasons={**first.revocation_reasons, **second.revocation_reasons},
        anchors=tuple(dict.fromkeys((*first.anchors, *second.anchors))),
        answers=Answers(
            tuple(dict.fromkeys(first.answers.crls + second.answers.crls)),
            tuple(dict.fromkeys(first.answers.ocsps + second.answers.ocsps)),
        ),
        parts={**first.parts, **second.parts},
    )


def encode(material: Material) -> bytes:
    """Return ``material.json``: UTF-8 JSON that `decode` reads back.

    Raises MalformedDocument, DocumentTooLarge or ForbiddenCharacter for values that could not be
    read back, such as a hostile DID document nested without end.
    """
    value = {
        "form": _FORM,
        "didDocuments": {k: _piece(o, o.value) for k, o in material.did_documents.items()},
        "statusLists": {k: _piece(o, _text64(o.value)) for k, o in material.status_lists.items()},
        "trusted": [
            {
                "did": t.did,
                "legalName": t.legal_name,
                "establishedHow": t.established_how,
                "establishedBy": t.established_by,
                "keysSeen": list(t.keys_seen),
                "own": t.own,
            }
            for t in material.trusted
        ],
        "provenTimes": {k: at.isoformat() for k, at in material.proven_times.items()},
        "changedKeys": sorted(material.changed_keys),
        "revocationReasons": {
            k: {"at": r.at.isoformat(), "reason": r.reason, "final": r.final}
            for k, r in material.revocation_reasons.items()
        },
        "anchors": [
            {
                "certificate": _text64(a.certificate.der),
                "name": a.name,
                "how": a.how,
                "test": a.test,
                **({"since": a.since.isoformat()} if a.since else {}),
                **({"until": a.until.isoformat()} if a.until else {}),
            }
            for a in material.anchors
        ],
        "crls": [_text64(der) for der in material.answers.crls],
        "ocsps": [_text64(der) for der in material.answers.ocsps],
        "parts": {k: _piece(o, _text64(o.value)) for k, o in material.parts.items()},
    }
    require_interoperable(value)
    data = jcs.encode_document(value)
    if len(data) > _MOST_BYTES:
        raise DocumentTooLarge("This material is larger than 64 MiB: keep it in several files.")
    return data


def decode(data: bytes) -> Material:
    """Read ``material.json``; raises MalformedDocument, DocumentTooLarge, ForbiddenCharacter."""
    value = jcs.decode(data, most_bytes=_MOST_BYTES)
    if value.get("form") != _FORM:
        raise MalformedDocument(
            f"This is no material file: its form is not {_FORM}. Name the material.json that was "
            "exported with the credentials."
        )
    return Material(
        did_documents=_map(value, "didDocuments", lambda o: _obtained(o, _object)),
        status_lists=_map(value, "statusLists", lambda o: _obtained(o, _bytes)),
        trusted=tuple(_trusted(t) for t in _list(value, "trusted")),
        proven_times=_map(value, "provenTimes", _moment),
        changed_keys=frozenset(_text(did) for did in _list(value, "changedKeys")),
        revocation_reasons=_map(value, "revocationReasons", _reason),
        anchors=tuple(_anchor(a) for a in _list(value, "anchors")),
        answers=Answers(
            crls=tuple(_bytes(der) for der in _list(value, "crls")),
            ocsps=tuple(_bytes(der) for der in _list(value, "ocsps")),
        ),
        parts=_map(value, "parts", lambda o: _obtained(o, _bytes)),
    )


def _text64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _piece(obtained: Obtained, value: object) -> dict[str, object]:
    return {"at": obtained.at.isoformat(), "source": obtained.source, "value": value}


def _fault(what: str) -> MalformedDocument:
    return MalformedDocument(f"The material file is damaged: {what}. Export it again.")


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _fault("an object was expected")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _fault("a text was expected")
    return value


def _list(value: Mapping[str, Any], name: str) -> list[Any]:
    found = value.get(name, [])
    if not isinstance(found, list):
        raise _fault(f"{name} must be a list")
    return found


def _map(value: Mapping[str, Any], name: str, read: Callable[[Any], _T]) -> dict[str, _T]:
    return {key: read(item) for key, item in _object(value.get(name, {})).items()}


def _moment(value: object) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(_text(value))
    except ValueError as fault:
        raise _fault("a moment cannot be read") from fault
    if at.tzinfo is None:
        raise _fault("a moment has no zone")
    return at


def _bytes(value: object) -> bytes:
    try:
        return base64.b64decode(_text(value), validate=True)
    except ValueError as fault:
        raise _fault("a value is not base64") from fault


def _obtained(value: object, read: Callable[[object], Any]) -> Obtained:
    piece = _object(value)
    return Obtained(read(piece.get("value")), _moment(piece.get("at")), _text(piece.get("source")))


def _trusted(value: object) -> TrustedIssuer:
    entry = _object(value)
    return TrustedIssuer(
        did=_text(entry.get("did")),
        legal_name=_text(entry.get("legalName")),
        established_how=_text(entry.get("establishedHow")),
        established_by=_text(entry.get("establishedBy")),
        keys_seen=tuple(_text(key) for key in _list(entry, "keysSeen")),
        own=entry.get("own") is True,
    )


def _reason(value: object) -> RevocationReason:
    entry = _object(value)
    final = entry.get("final") is True
    return RevocationReason(_moment(entry.get("at")), _text(entry.get("reason")), final)


def _anchor(value: object) -> Anchor:
    entry = _object(value)
    try:
        certificate = parse_certificate(_bytes(entry.get("certificate")))
    except CertificateInvalid as fault:
        raise _fault("a certificate cannot be read") from fault
    name, how = (_text(entry.get(member)) for member in ("name", "how"))
    since, until = (_moment(entry[m]) if m in entry else None for m in ("since", "until"))
    test = entry.get("test") is True
    return Anchor(certificate, name, how, test=test, since=since, until=until)
