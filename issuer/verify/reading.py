"""From bytes to a document: JSON, a compact JWT, a JAdES file, or a file that carries one.

VCDM 2.0 §4.13 (enveloped credentials), VC-JOSE-COSE §3.1, Open Badges 3.0 §5.3 (baked badges),
ETSI TS 119 182-1 (sealed European Digital Credentials), ISO 32000-2 §7.11.4 (files in a PDF).
Whatever the bytes are, nothing raises: a fault is part of what was read. Nothing is verified.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from issuer import carriers
from issuer.carriers import Carrier, pdf
from issuer.errors import MalformedDocument, ProofInvalid, ProofUnsupported, UnusableInput
from issuer.formats import elm3
from issuer.proofs import jades, jcs, jose
from issuer.verify.paper import Paper
from issuer.verify.report import Json
from keys.public import b64url_decode

Kind = Literal["json", "jwt", "edc"]
"""JSON with an embedded proof, a compact token, a European Digital Credential."""
_ENVELOPE = "data:application/vc+jwt,"
_SPACE = b" \t\r\n"
# Files in a PDF that may be credentials, by the ends of their names.
_ENDINGS = (".json", ".jsonld", ".jwt")
_MOST_CREDENTIALS = 4


@dataclass(frozen=True)
class Read:
    """What the bytes were; everything in it is UNVERIFIED."""

    kind: Kind
    carrier: Carrier | None
    data: bytes
    """The bytes of the credential, taken out of what carries it."""
    document: Json | None = None
    jws: jose.Jws | None = None
    """The token, where it is one that may be opened."""
    sealed: jades.SealedDocument | None = None
    """The JAdES file, where it is one that may be opened."""
    fault: UnusableInput | ProofInvalid | ProofUnsupported | None = None
    """Why there is no document, or why the token may not be opened."""
    paper: Paper | None = None
    """The PDF that carries it."""
    others: tuple["Read", ...] = ()
    """Further credentials in the same PDF."""

    @property
    def digest(self) -> str:
        """``sha256:<hex>`` of ``data``."""
        return f"sha256:{hashlib.sha256(self.data).hexdigest()}"


def read(data: bytes) -> Read:
    """Read a credential; raises nothing."""
    carrier = carriers.recognise(data)
    if carrier is None:
        return _plain(data, None)
    if carrier == "pdf":
        return _paper(data)
    try:
        return _plain(carriers.extract(data), carrier)
    except UnusableInput as fault:
        return Read("json", carrier, data, fault=fault)


def _paper(data: bytes) -> Read:
    try:
        contents = pdf.extract(data)
        found = [_plain(a.data, None) for a in contents.attached if a.name.endswith(_ENDINGS)]
        _require_some(found)
    except UnusableInput as fault:
        return Read("json", "pdf", data, fault=fault)
    # A W3C credential is what the pages are made of, where there is one.
    found.sort(key=lambda one: one.kind != "json")
    paper = Paper(data, contents.attached, contents.keywords)
    # What is asked of the file is asked once, with that one.
    return replace(found[0], carrier="pdf", paper=paper, others=tuple(found[1:]))


def _require_some(found: list[Read]) -> None:
    if not found:
        msg = "This PDF carries no credential, so nothing in it can be checked. Ask for the data."
        raise MalformedDocument(msg)
    if len(found) > _MOST_CREDENTIALS:
        raise MalformedDocument("This PDF carries more than four credentials. Hand in one of them.")


def _plain(data: bytes, carrier: Carrier | None) -> Read:
    if not data.lstrip(_SPACE).startswith(b"{") and data.count(b".") == 2:  # noqa: PLR2004 # Three parts of a token.
        return _token(data.strip(_SPACE), carrier)
    try:
        document = jcs.decode(data, most_bytes=_most_bytes(data))
    except UnusableInput as fault:
        return Read("json", carrier, data, fault=fault)
    if token := _enveloped(document):
        return _token(token, carrier)
    if jades.is_sealed(document):
        return _sealed(data, carrier)
    return Read("edc" if elm3.is_edc(document) else "json", carrier, data, document)


def _most_bytes(data: bytes) -> int:
    # A European Digital Credential carries pictures, so it may be larger than any other document.
    european = len(data) > jcs.MOST_BYTES and b"EuropeanDigitalCredential" in data
    return jades.MOST_BYTES if european else jcs.MOST_BYTES


def _sealed(data: bytes, carrier: Carrier | None) -> Read:
    try:
        sealed = jades.read(data)
    except UnusableInput as fault:
        return Read("edc", carrier, data, fault=fault)
    except (ProofInvalid, ProofUnsupported) as fault:
        return Read("edc", carrier, data, _unopened(data), fault=fault)
    return Read("edc", carrier, data, sealed.document, sealed=sealed)


def _unopened(data: bytes) -> Json | None:
    # What must not be opened still has something to be shown.
    try:
        return jades.payload_of(data)
    except UnusableInput:
        return None


def _enveloped(document: Mapping[str, Any]) -> bytes | None:
    # VCDM 2.0 §4.13.1: an EnvelopedVerifiableCredential is its token in a data URL.
    address, types = document.get("id"), document.get("type")
    named = "EnvelopedVerifiableCredential" in (types if isinstance(types, list) else [types])
    if not named or not isinstance(address, str) or not address.startswith(_ENVELOPE):
        return None
    return address.removeprefix(_ENVELOPE).encode()


def _token(token: bytes, carrier: Carrier | None) -> Read:
    try:
        jws = jose.read(token)
    except UnusableInput as fault:
        return Read("jwt", carrier, token, fault=fault)
    except (ProofInvalid, ProofUnsupported) as fault:
        return Read("jwt", carrier, token, _payload(token), fault=fault)
    return Read("jwt", carrier, token, jws.payload, jws)


def _payload(token: bytes) -> Json | None:
    # A token that must not be opened still has something to be shown.
    try:
        return jcs.decode(b64url_decode(token.decode("latin-1").split(".")[1]))
    except (UnusableInput, ValueError, IndexError):
        return None
