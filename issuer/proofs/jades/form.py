"""A JAdES file taken apart: the payload as it stands, and each signature with its certificate.

RFC 7515 §7.2 (JWS JSON Serialization, general and flattened), RFC 7797 (``b64`` false), ETSI TS 119
182-1 §5.1–5.2. Nothing is verified by reading; what must never be accepted is refused here.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asn1crypto import tsp

from issuer.errors import MalformedDocument, ProofInvalid, ProofUnsupported
from issuer.proofs import jcs
from issuer.proofs.jades import values
from keys.algorithms import Algorithm, VaultError
from keys.certificates import Certificate, parse_certificate
from keys.public import b64url, b64url_decode

MOST_BYTES = 4 * 1024 * 1024
"""Bytes of a file (4 MiB): an EDC carries pictures, and samples have up to 1.3 MB."""
_MOST_SIGNATURES = 5
_MOST_CERTIFICATES = 16
_MOST_UNSIGNED = 32
KEY_OF_ALG: Mapping[str, Algorithm] = {
    "RS256": Algorithm.RSA,
    "ES256": Algorithm.P256,
    "ES384": Algorithm.P384,
}
"""What can be checked, and the kind of key that it needs."""
_FOREIGN_KEYS = ("jwk", "jku", "x5u")
# RFC 7515 §4.1.11: what a signer demands and a reader does not understand refuses the signature.
_UNDERSTOOD = frozenset({"b64", "sigT", "adoTst"})
_SIG_T = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True)
class Signature:
    """One signature, well-formed; nothing of it is verified before it was opened."""

    header: Mapping[str, Any]
    """The protected header."""
    protected: str
    """The same in base64url, as it was signed."""
    value: str
    """The signature in base64url."""
    signature: bytes
    alg: str
    certificate: Certificate
    """The signer's, bound by ``x5t#S256``."""
    above: tuple[Certificate, ...]
    """What else ``x5c`` holds."""
    claimed: dt.datetime | None
    """``iat`` or ``sigT``: when it was made, according to the signer."""
    content_timestamps: tuple[bytes, ...]
    """Tokens of ``adoTst`` (DER), over the payload."""
    etsi_u: tuple[str, ...]
    """Unsigned header, each part in base64url as it stands."""


@dataclass(frozen=True)
class SealedDocument:
    """A file taken apart."""

    payload: bytes
    """The very bytes that were signed."""
    document: Mapping[str, Any]
    """The payload as JSON, UNVERIFIED."""
    signatures: tuple[Signature, ...]


def is_sealed(value: Mapping[str, Any]) -> bool:
    """Whether a JSON object has the form of a JWS file at all."""
    return isinstance(value.get("payload"), str) and ("signatures" in value or "protected" in value)


def read(data: bytes) -> SealedDocument:
    """Read a JAdES file.

    Raises MalformedDocument, DocumentTooLarge, ForbiddenCharacter for what is no such file,
    ProofInvalid for what must never be accepted, ProofUnsupported for what is not read here.
    """
    value = jcs.decode(data, most_bytes=MOST_BYTES)
    if not is_sealed(value):
        raise MalformedDocument("This file has no payload with signatures.")
    payload = value["payload"].encode()
    entries = value.get("signatures", [value])
    if not isinstance(entries, list) or not entries:
        raise ProofInvalid("The file has no signature.")
    if len(entries) > _MOST_SIGNATURES:
        raise ProofInvalid(f"The file has {len(entries)} signatures; at most 5 may be.")
    signatures = tuple(_signature(entry) for entry in entries)
    document = jcs.decode(payload, most_bytes=MOST_BYTES)
    return SealedDocument(payload, document, signatures)


def payload_of(data: bytes) -> dict[str, Any]:
    """The payload alone, UNVERIFIED, for showing what must not be opened; raises as `read`."""
    value = jcs.decode(data, most_bytes=MOST_BYTES)
    return jcs.decode(str(value.get("payload")).encode(), most_bytes=MOST_BYTES)


def _signature(entry: object) -> Signature:
    if not isinstance(entry, dict):
        raise MalformedDocument("A signature is not an object.")
    protected, value = entry.get("protected"), entry.get("signature")
    if not isinstance(protected, str) or not isinstance(value, str):
        raise MalformedDocument("A signature lacks its protected header or its value.")
    header = jcs.decode(_bytes(protected, "protected header"))
    alg = _alg(header)
    _require_header(header)
    certificates = _certificates(header)
    return Signature(
        header=header,
        protected=protected,
        value=value,
        signature=_bytes(value, "signature"),
        alg=alg,
        certificate=certificates[0],
        above=certificates[1:],
        claimed=_claimed(header),
        content_timestamps=values.tokens_of(header.get("adoTst", {"tstTokens": []})),
        etsi_u=_etsi_u(entry.get("header", {}), header),
    )


def _alg(header: Mapping[str, Any]) -> str:
    alg = header.get("alg")
    if not isinstance(alg, str):
        raise MalformedDocument("alg of the seal must be a text.")
    # RFC 8725 §3.1–3.2: neither no signature nor a shared secret ever proves an issuer.
    if alg.lower() == "none" or alg.upper().startswith("HS"):
        raise ProofInvalid(f"alg {alg[:40]!r} proves nothing about who sealed.")
    if alg not in KEY_OF_ALG:
        known = ", ".join(KEY_OF_ALG)
        raise ProofUnsupported(f"alg {alg[:40]!r} cannot be checked here; these can: {known}.")
    return alg


def _require_header(header: Mapping[str, Any]) -> None:
    for name in _FOREIGN_KEYS:
        if name in header:
            raise ProofInvalid(f"The seal brings a key without a certificate ({name}).")
    _require_payload(header, _require_crit(header))


def _require_crit(header: Mapping[str, Any]) -> list[str]:
    # RFC 7515 §4.1.11: a list without repetition, of what is there and understood.
    crit = header.get("crit", [])
    if not isinstance(crit, list) or not all(isinstance(name, str) for name in crit):
        raise MalformedDocument("crit of the seal must be a list of texts.")
    if unknown := [name for name in crit if name not in _UNDERSTOOD]:
        raise ProofInvalid(f"The seal demands what is not understood here: {unknown[0][:80]!r}.")
    if len(set(crit)) != len(crit) or any(name not in header for name in crit):
        raise ProofInvalid("The seal demands one thing twice, or one that it does not say.")
    return crit


def _require_payload(header: Mapping[str, Any], crit: list[str]) -> None:
    # RFC 7797 §3, §6: the payload stands in clear, and that is critical.
    if header.get("b64", True) is not False:
        raise ProofUnsupported("Only a seal over the payload in clear (b64 false) is checked here.")
    if "b64" not in crit:
        raise ProofInvalid("The seal says b64 and does not make it critical.")
    if "sigD" in header:
        raise ProofUnsupported("The seal is about files elsewhere (sigD), not about this one.")


def _claimed(header: Mapping[str, Any]) -> dt.datetime | None:
    # TS 119 182-1 v1.2.1 §5.2.1: iat or, in old ones, sigT; never both.
    if "iat" in header and "sigT" in header:
        raise ProofInvalid("The seal says twice when it was made (iat and sigT).")
    iat, sig_t = header.get("iat"), header.get("sigT")
    try:
        if isinstance(iat, int | float) and not isinstance(iat, bool):
            return dt.datetime.fromtimestamp(iat, tz=dt.UTC)
        if isinstance(sig_t, str) and _SIG_T.fullmatch(sig_t):
            return dt.datetime.fromisoformat(sig_t)
    except (ValueError, OverflowError, OSError):
        pass
    if iat is None and sig_t is None:
        return None
    raise MalformedDocument("The moment that the seal claims cannot be read.")


def _certificates(header: Mapping[str, Any]) -> tuple[Certificate, ...]:
    listed = header.get("x5c")
    if not isinstance(listed, list) or not listed:
        raise ProofInvalid("The certificate of the seal is missing (x5c).")
    if len(listed) > _MOST_CERTIFICATES:
        raise ProofInvalid("The seal carries more than 16 certificates.")
    found = []
    for text in listed:
        try:
            found.append(parse_certificate(values.decode(text)))
        except (VaultError, ValueError) as fault:
            raise ProofInvalid("A certificate of the seal cannot be read.") from fault
    # TS 119 182-1 §5.1.7: the digest, which is signed, binds the certificate.
    if header.get("x5t#S256") != b64url(found[0].fingerprint):
        raise ProofInvalid("The seal was made for another certificate than the one it carries.")
    _require_kid(header.get("kid"), found[0])
    return tuple(found)


def _require_kid(kid: object, certificate: Certificate) -> None:
    # §5.1.4: issuer and serial number; whatever else stands there names nothing to us.
    try:
        named = tsp.IssuerSerial.load(values.decode(kid), strict=True)
        serial = named["serial_number"].native
    except (ValueError, TypeError, KeyError):
        return
    if serial != certificate.serial:
        raise ProofInvalid("The seal names another certificate than the one it carries (kid).")


def _etsi_u(outside: object, header: Mapping[str, Any]) -> tuple[str, ...]:
    if not isinstance(outside, dict):
        raise MalformedDocument("The unsigned header of the seal is not an object.")
    # RFC 7515 §7.2.1: no name in both headers.
    if twice := sorted(set(outside) & set(header)):
        raise ProofInvalid(f"The seal says {twice[0][:40]!r} both signed and unsigned.")
    parts = outside.get("etsiU", [])
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise ProofUnsupported("The unsigned header of the seal is in a form not read here.")
    if len(parts) > _MOST_UNSIGNED:
        raise ProofInvalid("The seal carries more than 32 unsigned parts.")
    return tuple(parts)


def _bytes(text: str, what: str) -> bytes:
    try:
        return b64url_decode(text)
    except ValueError as fault:
        raise MalformedDocument(f"The {what} of the seal is {fault}.") from fault
