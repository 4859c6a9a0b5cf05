"""The life of a key: planned → active → retired, and compromised from anywhere.

Controlled Identifiers 1.0 §2.2 (https://www.w3.org/TR/cid-1.0/): ``expires`` forbids verifying
*any* proof at or after it, old ones included, so a retired key carries none; ``revoked`` marks a
key whose signatures are not to be trusted from that moment. This module holds no secret.
"""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from keys.algorithms import LifecycleError
from keys.public import PublicKey


class KeyState(StrEnum):
    """Where a key stands."""

    PLANNED = "planned"
    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


class KeyPurpose(StrEnum):
    """What a key signs: awards and status lists have keys of their own."""

    AWARD = "award"
    STATUS = "status"


@dataclass(frozen=True)
class KeyRecord:
    """A key of an organisation and its dates (UTC)."""

    kid: str
    """Fragment of the method id, such as ``award-1``."""
    public_key: PublicKey
    purpose: KeyPurpose
    state: KeyState
    created: dt.datetime
    activated: dt.datetime | None = None
    retired: dt.datetime | None = None
    compromised_since: dt.datetime | None = None
    """From when its signatures are not trusted; may lie before it was noticed."""
    compromise_noticed: dt.datetime | None = None
    """When it was first declared stolen."""

    @property
    def is_public(self) -> bool:
        """Whether others are told of it: not of one that is planned, or was given up unused."""
        never_signed = self.state is KeyState.RETIRED and self.activated is None
        return self.state is not KeyState.PLANNED and not never_signed

    def activate(self, at: dt.datetime) -> "KeyRecord":
        """Begin to sign with it; raises LifecycleError unless it is planned."""
        self._only_from(KeyState.PLANNED, to=KeyState.ACTIVE)
        return replace(self, state=KeyState.ACTIVE, activated=at)

    def retire(self, at: dt.datetime) -> "KeyRecord":
        """Stop signing; the key stays published as it was. Raises LifecycleError."""
        self._only_from(KeyState.ACTIVE, KeyState.PLANNED, to=KeyState.RETIRED)
        return replace(self, state=KeyState.RETIRED, retired=at)

    def compromise(self, *, since: dt.datetime, at: dt.datetime) -> "KeyRecord":
        """Declare it stolen ``since``; an earlier date may follow, a later one may not."""
        if since > at:
            msg = "a key cannot have been stolen in the future: give a date that has passed"
            raise LifecycleError(msg)
        if self.compromised_since is not None and since > self.compromised_since:
            msg = (
                f"{self.kid} is known as stolen since {self.compromised_since.isoformat()}; "
                "only an earlier date can be given now"
            )
            raise LifecycleError(msg)
        return replace(
            self,
            state=KeyState.COMPROMISED,
            compromised_since=since,
            compromise_noticed=self.compromise_noticed or at,
        )

    def _only_from(self, *allowed: KeyState, to: KeyState) -> None:
        if self.state not in allowed:
            msg = f"{self.kid} is {self.state} and cannot become {to}"
            raise LifecycleError(msg)
