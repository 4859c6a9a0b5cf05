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

MEDIA_TYPE, ANSWER_TYPE = "application/timestamp-query", "application/timestamp-reply"
"""Of a request and of its answer (RFC 3161 §3.4)."""
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


class _Response(core.Sequence):  # type: ignore[misc] # The library ships no types.
    # RFC 3161 §2.4.2: a refusal brings no token, which the library's own class does not allow.
    _fields = [  # noqa: RUF012 # The library's own form of a declaration.
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", structures.ContentInfo, {"optional": True}),
    ]


def request(digest: bytes, *, nonce: int) -> bytes:
    """DER TimeStampReq for a SHA-256 ``digest``; asks for the authority's certificate."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    value = tsp.TimeStampReq(
        {"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    )
    return bytes(value.dump())


def parse_response(der: bytes, *, digest: bytes, nonce: int) -> bytes:
    """The token (DER) in an answer about a SHA-256 ``digest``.

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
    _, info = _opened(token, lambda name: digest if name == "sha256" else b"")
    if info["nonce"].native != nonce:
        raise ProofInvalid("The answer of the time-stamp authority is to another question.")
    return bytes(token)


def open_token(der: bytes, *, data: bytes) -> Timestamp:
    """Open a token over ``data``; raises MalformedDocument, ProofInvalid, ProofUnsupported."""
    return _opened(der, lambda name: hashlib.new(name, data).digest())[0]


def _opened(der: bytes, digest: Callable[[str], bytes]) -> tuple[Timestamp, Any]:
    # 1. RFC 3161 §2.4.2: the signature fits, and what is signed is a TSTInfo.
    signed = cms.open_signed(der)
    if signed.content_type != _TST_INFO:
        raise MalformedDocument("This is no time-stamp.")
    info = _info(signed.content)
    # 2. §2.4.2: it is about these bytes.
    imprint = info["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    if name not in _HASHES:
        raise ProofUnsupported("The time-stamp uses a hash that may be forged.")
    if not hmac.compare_digest(imprint["hashed_message"].native, digest(name)):
        raise ProofInvalid("The time-stamp is about other bytes.")
    # 3. §2.3: its certificate is for time-stamps and nothing else.
    if not signed.certificate.may_timestamp:
        raise ProofInvalid("The time-stamp was made with a certificate that is not for that.")
    stamp = Timestamp(info["gen_time"].native, signed.certificate, signed.certificates)
    return stamp, info


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
