"""Time-stamps: somebody else vouches that these bytes existed at a moment.

RFC 3161 (https://www.rfc-editor.org/rfc/rfc3161), RFC 5816, ETSI EN 319 422. Requests are made and
answers and tokens read here; nothing is sent. Whether anybody believes the authority is asked
elsewhere, at the moment that the token names.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms as structures
from asn1crypto import core, tsp

from issuer.errors import MalformedDocument, ProofInvalid, ProofUnsupported
from issuer.proofs import cms
from keys.certificates import Certificate

MEDIA_TYPE = "application/timestamp-query"
"""Of a request (RFC 3161 §3.4)."""
REPLY_TYPE = "application/timestamp-reply"
"""Of an answer."""
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_HASHES = {"sha256", "sha384", "sha512"}
_GRANTED = {"granted", "granted_with_mods"}


@dataclass(frozen=True)
class Timestamp:
    """A token whose signature fits and whose imprint is of the bytes that were asked for."""

    at: dt.datetime
    """The moment, UTC."""
    certificate: Certificate
    """Of the authority."""
    certificates: tuple[Certificate, ...]
    """All that the token carries."""


@dataclass(frozen=True)
class Granted:
    """What an authority answered to a request: the token, opened."""

    token: bytes
    """DER, to be put beside what it is about."""
    timestamp: Timestamp


class _Response(core.Sequence):  # type: ignore[misc] # The library ships no types.
    # RFC 3161 §2.4.2: a refusal brings no token, which the library's own class does not allow.
    _fields = [  # noqa: RUF012 # The library's own form of a declaration.
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", structures.ContentInfo, {"optional": True}),
    ]


def request(digest: bytes, *, nonce: int) -> bytes:
    """DER TimeStampReq for a SHA-256 (32 bytes); asks for the authority's certificate."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    value = tsp.TimeStampReq(
        {"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    )
    return bytes(value.dump())


def parse_response(der: bytes, *, digest: bytes, nonce: int) -> Granted:
    """Open the token in an answer about a SHA-256 (32 bytes).

    Raises MalformedDocument, ProofInvalid, ProofUnsupported.
    """
    try:
        answer = _Response.load(der, strict=True)
        status = answer["status"]["status"].native
        token = answer["time_stamp_token"].dump() if status in _GRANTED else None
    except (ValueError, TypeError, KeyError) as fault:
        raise MalformedDocument("The answer of the time-stamp authority is damaged.") from fault
    if token is None:
        raise ProofInvalid(f"The time-stamp authority refused: {status}.")
    signed, info = _read(token)
    if info["nonce"].native != nonce:
        raise ProofInvalid("The answer of the time-stamp authority is to another question.")
    return Granted(bytes(token), _opened(signed, info, imprint=_same(digest)))


def open_token(der: bytes, *, data: bytes) -> Timestamp:
    """Open a token over ``data``; raises MalformedDocument, ProofInvalid, ProofUnsupported."""
    signed, info = _read(der)
    return _opened(signed, info, imprint=lambda name: hashlib.new(name, data).digest())


def open_token_of(der: bytes, *, digest: bytes) -> Timestamp:
    """Open a token over a SHA-256 (32 bytes); raises as `open_token`."""
    signed, info = _read(der)
    return _opened(signed, info, imprint=_same(digest))


def _same(digest: bytes) -> Callable[[str], bytes]:
    # Of the bytes nothing but this is known, so a digest of another kind fits nothing.
    return lambda name: digest if name == "sha256" else b""


def _read(der: bytes) -> tuple[cms.Signed, Any]:
    # 1. RFC 3161 §2.4.2: the signature fits, and what is signed is a TSTInfo.
    signed = cms.open_signed(der)
    if signed.content_type != _TST_INFO:
        raise MalformedDocument("This is no time-stamp.")
    return signed, _info(signed.content)


def _opened(signed: cms.Signed, info: Any, *, imprint: Callable[[str], bytes]) -> Timestamp:
    # 2. §2.4.2: it is about these bytes.
    said = info["message_imprint"]
    name = said["hash_algorithm"]["algorithm"].native
    if name not in _HASHES:
        raise ProofUnsupported("The time-stamp uses a hash that may be forged.")
    if not hmac.compare_digest(said["hashed_message"].native, imprint(name)):
        raise ProofInvalid("The time-stamp is about other bytes.")
    # 3. §2.3: its certificate is for time-stamps and nothing else.
    if not signed.certificate.may_timestamp:
        raise ProofInvalid("The time-stamp was made with a certificate that is not for that.")
    return Timestamp(info["gen_time"].native, signed.certificate, signed.certificates)


def _info(content: bytes) -> Any:
    try:
        info = tsp.TSTInfo.load(content, strict=True)
        # Read whole, so that nothing raises afterwards.
        _ = info.native
    except (ValueError, TypeError, KeyError) as fault:
        raise MalformedDocument("The time-stamp is damaged.") from fault
    # §2.4.2: in UTC, with a Z; a moment without a zone, or of the year 0, can be compared to none.
    moment = info["gen_time"].native
    if not isinstance(moment, dt.datetime) or moment.tzinfo is None:
        raise MalformedDocument("The time-stamp is damaged: it does not say when in UTC.")
    return info
