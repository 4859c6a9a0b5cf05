"""Ask: a time-stamp authority vouches that a seal existed now.

RFC 3161 §3.4 (time-stamp protocol over HTTP). The authority is the one that the operator names;
its answer is checked before anything is made of it, and nothing but a digest is sent. Whether a
verifier believes the authority is decided there.
"""

from collections.abc import Callable

from issuer.errors import (
    FetchFailed,
    FetchRefused,
    NotReady,
    ProofInvalid,
    ProofUnsupported,
    UnusableInput,
)
from issuer.fetch.client import Budget, Fetcher
from issuer.proofs import timestamps

_NONCE_BYTES = 8
_REFUSED = (FetchRefused, FetchFailed, UnusableInput, ProofInvalid, ProofUnsupported)


def timestamper(
    fetcher: Fetcher, url: str, *, chance: Callable[[int], bytes]
) -> Callable[[bytes], bytes]:
    """Who asks the authority at ``url``: from a SHA-256 digest to a token (DER), or NotReady."""

    def stamp(digest: bytes) -> bytes:
        nonce = int.from_bytes(chance(_NONCE_BYTES), "big")
        try:
            answer = fetcher.post(
                url,
                body=timestamps.request(digest, nonce=nonce),
                media_type=timestamps.MEDIA_TYPE,
                budget=Budget(hosts=1, documents=1),
                accept=timestamps.ANSWER_TYPE,
            )
            return timestamps.parse_response(answer.data, digest=digest, nonce=nonce)
        except _REFUSED as fault:
            msg = (
                f"No time-stamp can be had from {url}: {fault.message} Nothing is lost: do it "
                "again later, or take timestamp_url out of the settings."
            )
            raise NotReady(msg) from fault

    return stamp
