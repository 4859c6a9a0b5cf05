"""Enveloping proofs: a credential as a compact JWS, media type ``application/vc+jwt``.

Securing Verifiable Credentials using JOSE and COSE (https://www.w3.org/TR/vc-jose-cose/) §3.1;
RFC 7515 (JWS), RFC 7519 (JWT), RFC 8725 (best practice), RFC 9864 (``Ed25519``). EdDSA and ES256
are issued, ES384 and RS256 verified as well. VCDM 1.1's ``vc`` claim, encryption, SD-JWT and
presentations are not read here, and no moment is compared with a clock.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from issuer.errors import (
    DocumentTooLarge,
    MalformedDocument,
    ProofInvalid,
    ProofUnsupported,
)
from issuer.model.drafts import Json, Linted, Prepared, Sealed
from issuer.proofs import jcs
from keys.algorithms import Algorithm, BadSignature
from keys.public import PublicKey, b64url, b64url_decode
from keys.signer import Signer

_MEDIA_TYPE = "application/vc+jwt"
_ISSUED = frozenset({Algorithm.ED25519, Algorithm.P256})
_KEY_OF_ALG = {
    "EdDSA": Algorithm.ED25519,
    "Ed25519": Algorithm.ED25519,
    "ES256": Algorithm.P256,
    "ES384": Algorithm.P384,
    "RS256": Algorithm.RSA,
}
# RFC 8725 §3.10: a key must come from the issuer's DID document, never from the token.
_FOREIGN_KEYS = ("jwk", "jku", "x5u", "x5c")
_TYPES = frozenset({"vc+jwt", "vc+ld+jwt", "jwt"})
# RFC 7519 §4.1: claims about the token, not members of the credential.
_REGISTERED = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})
_PARTS = 3


@dataclass(frozen=True)
class Jws:
    """A parsed token; nothing of it is verified before `open_jws` has returned."""

    header: Mapping[str, Any]
    payload: Json
    """The credential, UNVERIFIED, without the registered claims of the token."""
    kid: str | None
    alg: str
    signing_input: bytes
    signature: bytes
    issued_at: datetime | None = None
    """``iat``: when it was signed, according to the signer."""
    not_before: datetime | None = None
    expires: datetime | None = None
    """``exp``: from when on the signature is not to be accepted."""


def prepare(
    linted: Linted, *, key: PublicKey, verification_method: str, created: datetime
) -> Prepared:
    """Return the signing input of a ``vc+jwt``: the document and the claim ``iat``.

    Raises ProofUnsupported (key), MalformedDocument (it has an embedded proof).
    """
    if key.algorithm not in _ISSUED:
        raise ProofUnsupported(f"vc+jwt is not issued with {key.algorithm} keys.")
    if "proof" in linted.document:
        raise MalformedDocument("The document has a proof already: hand it in without.")
    header = {
        "alg": key.algorithm.jose_alg,
        "kid": verification_method,
        # VC-JOSE-COSE §3.1.1: both should be present.
        "typ": "vc+jwt",
        "cty": "vc",
    }
    # VC-JOSE-COSE §3.1.3: iat is the time of the signature, not of the credential.
    claims = {**linted.document, "iat": int(created.timestamp())}
    data = signing_input(header, claims)
    return Prepared(
        linted=linted,
        to_be_signed=data,
        digest=hashlib.sha256(data).digest(),
        verification_method=verification_method,
        algorithm=key.algorithm,
        suite="jose",
        proof=header,
    )


def seal(prepared: Prepared, *, signer: Signer) -> Sealed:
    """Sign what was prepared and return the compact JWS, ASCII without a newline.

    Raises ProofInvalid if the signer's key is of another kind or its signature does not verify.
    """
    if signer.public_key.algorithm != prepared.algorithm:
        raise ProofInvalid(f"A {prepared.algorithm} key was announced; the signer has another.")
    data = compact(prepared.to_be_signed, signer=signer)
    return Sealed(data=data, media_type=_MEDIA_TYPE, digest=prepared.digest)


def signing_input(header: Json, claims: Json) -> bytes:
    """The bytes that are signed (RFC 7515 §5.1): header and claims, canonical, in base64url."""
    return ".".join(b64url(jcs.encode(part)) for part in (header, claims)).encode("ascii")


def compact(data: bytes, *, signer: Signer) -> bytes:
    """Sign a signing input and return the compact JWS; raises ProofInvalid, CustodyError."""
    signature = signer.sign(data)
    _require_signature(signer.public_key, signature, data)
    return data + b"." + b64url(signature).encode("ascii")


def read(token: bytes) -> Jws:
    """Parse a compact JWS that carries a credential; nothing is verified by that.

    Raises MalformedDocument, DocumentTooLarge, ForbiddenCharacter for what is no such token,
    ProofInvalid for one that must never be accepted (``none``, a MAC, a key or ``crit`` inside,
    claims that contradict the credential), ProofUnsupported for another algorithm or type.
    """
    jws, claims = read_claims(token, kinds=_TYPES, unsaid="vc+jwt", what="credentials")
    _require_credential(claims)
    return jws


def read_claims(
    token: bytes, *, kinds: frozenset[str], unsaid: str, what: str
) -> tuple[Jws, dict[str, Any]]:
    """Parse a compact JWS of one of these types (``typ``), and all its claims, UNVERIFIED.

    ``unsaid`` is what a token without a type is, ``what`` what such tokens are in words. Raises as
    `read`.
    """
    if len(token) > jcs.MOST_BYTES:
        raise DocumentTooLarge("The token is larger than 1 MiB.")
    parts = _parts(token)
    header, claims = (jcs.decode(part) for part in parts[:2])
    alg = _alg(header)
    _require_header(header)
    kind = str(header.get("typ", unsaid)).lower().removeprefix("application/")
    if kind not in kinds:
        raise ProofUnsupported(f"Tokens of type {kind[:40]!r} are not {what}.")
    kid = header.get("kid")
    if kid is not None and not isinstance(kid, str):
        raise MalformedDocument("kid of the token must be a text.")
    jws = Jws(
        header=header,
        payload={name: value for name, value in claims.items() if name not in _REGISTERED},
        kid=kid,
        alg=alg,
        signing_input=token.rpartition(b".")[0],
        signature=parts[2],
        issued_at=_moment(claims, "iat"),
        not_before=_moment(claims, "nbf"),
        expires=_moment(claims, "exp"),
    )
    return jws, claims


def open_jws(jws: Jws, *, key: PublicKey) -> None:
    """Return nothing if the token verifies under ``key``; raises ProofInvalid."""
    # RFC 8725 §3.1: the algorithm is the key's, whatever the header says.
    if _KEY_OF_ALG[jws.alg] != key.algorithm:
        raise ProofInvalid(f"The token says {jws.alg}, but its key is a {key.algorithm} key.")
    _require_signature(key, jws.signature, jws.signing_input)


def _parts(token: bytes) -> list[bytes]:
    texts = token.decode("latin-1").split(".")
    if len(texts) != _PARTS:
        raise MalformedDocument("A token has three parts with a dot between them.")
    try:
        return [b64url_decode(text) for text in texts]
    except ValueError as fault:
        raise MalformedDocument(f"A part of the token is {fault}.") from fault


def _alg(header: Mapping[str, Any]) -> str:
    alg = header.get("alg")
    if not isinstance(alg, str):
        raise MalformedDocument("alg of the token must be a text.")
    # RFC 8725 §3.1–3.2: neither no signature nor a shared secret ever proves an issuer.
    if alg.lower() == "none" or alg.upper().startswith("HS"):
        raise ProofInvalid(f"alg {alg[:40]!r} proves nothing about who signed.")
    if alg not in _KEY_OF_ALG:
        raise ProofUnsupported(
            f"alg {alg[:40]!r} cannot be checked here; these can: {', '.join(_KEY_OF_ALG)}."
        )
    return alg


def _require_header(header: Mapping[str, Any]) -> None:
    for name in _FOREIGN_KEYS:
        if name in header:
            raise ProofInvalid(f"The token brings its own key ({name}): such a key proves nothing.")
    # RFC 7515 §4.1.11: extensions that must be understood; none is.
    if "crit" in header or "b64" in header:
        raise ProofInvalid("The token demands an extension (crit) that is not understood here.")


def _require_credential(claims: Mapping[str, Any]) -> None:
    # VC-JOSE-COSE §3.1.3: the claims vc and vp must not be there; they are VCDM 1.1.
    if "vc" in claims or "vp" in claims:
        raise ProofUnsupported("This is a VC 1.1 token (claim vc): only vc+jwt is read here.")
    if "proof" in claims:
        raise ProofUnsupported("The token holds an embedded proof as well: one kind must do.")
    issuer, subject = claims.get("issuer"), claims.get("credentialSubject")
    # VC-JOSE-COSE §3.1.3, Open Badges 3.0 §8.2: registered claims must not contradict it.
    for claim, stated in (
        ("iss", issuer.get("id") if isinstance(issuer, Mapping) else issuer),
        ("jti", claims.get("id")),
        ("sub", subject.get("id") if isinstance(subject, Mapping) else None),
    ):
        if claim in claims and stated is not None and claims[claim] != stated:
            raise ProofInvalid(f"The claim {claim} contradicts the credential.")


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if value is None:
        return None
    try:
        # RFC 7519 §2 NumericDate: seconds since 1970, perhaps with a fraction.
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise MalformedDocument(f"{name} of the token must be a number of seconds since 1970.")


def _require_signature(key: PublicKey, signature: bytes, data: bytes) -> None:
    try:
        key.verify(signature, data)
    except BadSignature as fault:
        raise ProofInvalid(
            "The signature does not fit: the token or the key was changed."
        ) from fault
