"""What somebody wants to know: which checks count for the verdict.

VCDM 2.0 §7.1 leaves it to the verifier which claims and issuers it accepts; this is where it says
so. This module decides nothing about a credential.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """A question, as the person or program who asks puts it."""

    issuer_established: bool = True
    """Whether it counts that we know who is behind the issuer's DID; False for the VC-API."""
    proof_only: bool = False
    """True: the proof alone counts, as VC-API's ``checks: ["proof"]`` asks."""
    holder: str | None = None
    """The name, or an identifier such as an e-mail address, of the person it should belong to."""
    challenge: str | None = None
    """What the proof of a presentation must answer; None: not asked."""
    domain: str | None = None
    """For whom a presentation must have been made; None: not asked."""
