"""Levels T, LT and LTA: what is put beside a seal so that it outlives its certificate.

ETSI TS 119 182-1 v1.2.1 §5.3 (``etsiU``: sigTst, xVals, rVals, arcTst) and §6 (baseline levels), in
the base64url form and the order of the Commission's seals. Pure: tokens and revocation data are
handed in; payload, signed header and signature stay as they are, byte for byte.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from issuer.errors import MalformedDocument
from issuer.proofs import jcs
from issuer.proofs.jades import values
from issuer.proofs.jades.form import MOST_BYTES, SealedDocument, Signature, read
from keys.algorithms import VaultError
from keys.certificates import Certificate, Evidence, parse_certificate
from keys.public import b64url, b64url_decode

Level = Literal["B", "T", "LT", "LTA"]
_MOST_VALUES = 64
_BESIDE = "value beside"
# §5.3: what may stand there. What is not looked at here is covered by the archive time-stamp.
_KNOWN = frozenset(
    {
        "anyValData",
        "arVals",
        "arcTst",
        "axVals",
        "cSig",
        "rRefs",
        "rVals",
        "rfsTst",
        "sigPSt",
        "sigRTst",
        "sigTst",
        "tstVD",
        "xRefs",
        "xVals",
    }
)


@dataclass(frozen=True)
class Imprint:
    """The bytes that one kind of time-stamp is about, and its tokens (DER)."""

    kind: Literal["adoTst", "sigTst", "arcTst"]
    data: bytes
    tokens: tuple[bytes, ...]


@dataclass(frozen=True)
class Extension:
    """What is to be added to a seal; each in DER."""

    signature_timestamp: bytes | None = None
    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    archive_timestamp: bytes | None = None


def imprints(document: SealedDocument, signature: Signature) -> tuple[Imprint, ...]:
    """Every time-stamp of a signature with the bytes that it has to be about.

    Raises MalformedDocument for an unsigned part that cannot be read.
    """
    found = []
    if signature.content_timestamps:
        # §5.2.6: over the payload.
        found.append(Imprint("adoTst", document.payload, signature.content_timestamps))
    for position, part in enumerate(signature.etsi_u):
        name, value = _part(part)
        if name == "sigTst":
            # §5.3.4: over the signature value, as it is written.
            data = signature.value.encode("ascii")
            found.append(Imprint("sigTst", data, values.tokens_of(value)))
        elif name == "arcTst":
            data = archived(document, signature, before=position)
            found.append(Imprint("arcTst", data, values.tokens_of(value)))
    return tuple(found)


def archived(document: SealedDocument, signature: Signature, *, before: int) -> bytes:
    """What an archive time-stamp at place ``before`` is about (§5.3.6.2).

    Payload, signed header and signature with a dot between them, then all unsigned parts before it.
    """
    texts = [signature.protected, signature.value, "".join(signature.etsi_u[:before])]
    return document.payload + b"." + ".".join(texts).encode("ascii")


def unsigned(signature: Signature) -> Evidence:
    """Certificates and revocation data beside a signature; raises MalformedDocument."""
    certificates: list[Certificate] = []
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    for part in signature.etsi_u:
        name, value = _part(part)
        if name == "xVals":
            certificates += _certificates(value)
        elif name == "rVals":
            crls += _values(value, "crlVals")
            ocsps += _values(value, "ocspVals")
    return Evidence(tuple(certificates), tuple(crls), tuple(ocsps))


def level_of(signature: Signature) -> Level:
    """The baseline level by what is there; whether it holds is asked elsewhere (§6.3).

    Raises MalformedDocument for an unsigned part that cannot be read.
    """
    names = [_part(part)[0] for part in signature.etsi_u]
    if "sigTst" not in names:
        return "B"
    if not {"xVals", "rVals"} <= set(names):
        return "T"
    return "LTA" if "arcTst" in names else "LT"


def extend(sealed: bytes, extension: Extension) -> bytes:
    """Add time-stamps and revocation data to the one signature of a file.

    Raises as `read`, and MalformedDocument where there are several signatures.
    """
    document = read(sealed)
    if len(document.signatures) != 1:
        raise MalformedDocument("Only a file with one signature can be extended.")
    signature = document.signatures[0]
    parts = [*signature.etsi_u, *(b64url(jcs.encode_compact(p)) for p in _added(extension))]
    entry = {
        "protected": signature.protected,
        "header": {"etsiU": parts},
        "signature": signature.value,
    }
    file = {"payload": document.payload.decode(), "signatures": [entry]}
    return jcs.encode_compact(file)


def _added(extension: Extension) -> Iterable[dict[str, Any]]:
    if extension.signature_timestamp is not None:
        yield {"sigTst": values.with_token(extension.signature_timestamp)}
    if extension.certificates:
        yield {"xVals": [{"x509Cert": values.stated(der)} for der in extension.certificates]}
    if extension.crls or extension.ocsps:
        stated = {"crlVals": extension.crls, "ocspVals": extension.ocsps}
        yield {"rVals": {n: [values.stated(d) for d in ders] for n, ders in stated.items() if ders}}
    if extension.archive_timestamp is not None:
        yield {"arcTst": values.with_token(extension.archive_timestamp)}


def _part(text: str) -> tuple[str, Any]:
    try:
        value = jcs.decode(b64url_decode(text), most_bytes=MOST_BYTES)
    except ValueError as fault:
        raise MalformedDocument("An unsigned part of the seal is not base64url.") from fault
    if len(value) != 1 or not set(value) <= _KNOWN:
        raise MalformedDocument("An unsigned part of the seal is none that the standard knows.")
    return next(iter(value.items()))


def _certificates(value: object) -> Iterable[Certificate]:
    listed = value if isinstance(value, list) else []
    for entry in listed[:_MOST_VALUES]:
        cert = entry.get("x509Cert") if isinstance(entry, dict) else None
        try:
            yield parse_certificate(values.held(cert, what=_BESIDE))
        except VaultError as fault:
            raise MalformedDocument("A certificate beside the seal cannot be read.") from fault


def _values(value: object, name: str) -> Iterable[bytes]:
    listed = value.get(name, []) if isinstance(value, dict) else []
    if not isinstance(listed, list):
        raise MalformedDocument("The revocation data beside the seal cannot be read.")
    return [values.held(entry, what=_BESIDE) for entry in listed[:_MOST_VALUES]]
