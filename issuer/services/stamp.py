"""Stamp: ask the time-stamp authority that the operator has named for a token.

RFC 3161 §2.4 and §3.4 (https://www.rfc-editor.org/rfc/rfc3161): a request over HTTP through
`issuer.fetch` alone. What is sent is a digest; nothing of a document leaves the house. Whether
anybody believes the authority is asked by whoever verifies.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from issuer.errors import (
    FetchFailed,
    FetchRefused,
    ProofInvalid,
    ProofUnsupported,
    TimestampMissing,
    UnusableInput,
)
from issuer.fetch.client import Body, Budget, Fetcher
from issuer.proofs import timestamps

_NONCE_BYTES = 8
_MOST_APART = dt.timedelta(minutes=5)
WAITS = " Nothing was released; it waits and can be issued again."
"""How the sentence ends for a document; whoever has something else stamped says it otherwise."""
_FAULTS = (FetchFailed, FetchRefused, ProofInvalid, ProofUnsupported, UnusableInput)


@dataclass(frozen=True)
class TimestampAuthority:
    """The authority, and the ways to it."""

    url: str
    fetcher: Fetcher
    chance: Callable[[int], bytes]
    now: Callable[[], dt.datetime]

    def stamp(self, digest: bytes) -> bytes:
        """Have a SHA-256 (32 bytes) stamped and return the token (DER).

        The token is opened: it is about this digest, answers this question, and its moment is that
        of our clock within five minutes. Raises TimestampMissing.
        """
        try:
            granted = self._asked(digest)
        except _FAULTS as fault:
            raise TimestampMissing(_waiting(fault.message)) from fault
        apart = abs(granted.timestamp.at - self.now())
        if apart > _MOST_APART:
            # A seal at a moment that is not true could be refused, and its place be burnt.
            seconds = int(apart.total_seconds())
            msg = f"Its clock and ours are {seconds} s apart; set ours, or take another authority."
            raise TimestampMissing(_waiting(msg))
        return granted.token

    def _asked(self, digest: bytes) -> timestamps.Granted:
        nonce = int.from_bytes(self.chance(_NONCE_BYTES))
        question = timestamps.request(digest, nonce=nonce)
        answer = self.fetcher.post(
            self.url,
            body=Body(question, timestamps.MEDIA_TYPE),
            budget=Budget(hosts=1, documents=1),
            accept=timestamps.REPLY_TYPE,
            signed=True,
        )
        return timestamps.parse_response(answer.data, digest=digest, nonce=nonce)


def _waiting(why: str) -> str:
    said = "The time-stamp authority (timestamp_url) gave no time-stamp that can be used:"
    return f"{said} {why}{WAITS}"
