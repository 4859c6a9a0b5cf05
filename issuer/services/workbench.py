"""What a verb works with: transactions, a clock, chance, keys and bounds, all handed in.

`issuer.bootstrap` makes one; tests make another with their own clock and chance. Nothing here
computes, reads the environment or opens a file.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from issuer.fetch.client import Fetcher
from issuer.jsonld.canonical import Canonicalise
from issuer.proofs.timestamps import Timestamp
from issuer.registry.database import Begin
from issuer.services.crew import Alone, Crew
from issuer.verify import ShapeVerifier
from keys.certificates import Certificate, Evidence
from keys.signer import SealSigner, Signer


@dataclass(frozen=True)
class Limits:
    """Numbers that the operator sets."""

    suite: str = "eddsa-rdfc-2022"
    """Cryptosuite of embedded proofs."""
    status_list_length: int = 131_072
    """Entries of a new status list."""
    status_list_days: int = 7
    """Days for which a published list is valid."""
    signing_time: Literal["iat", "sigT"] = "iat"
    """How a new seal states its time."""
    chunk_size: int = 500
    """Awards of a batch that are issued together."""
    check_every: int = 500
    """Of so many documents of a batch at least one is checked in full before it is released."""


@dataclass(frozen=True)
class LongTerm:
    """What makes a seal outlive its certificate: levels LT and LTA."""

    evidence: Callable[[Sequence[Sequence[Certificate]]], Evidence]
    """Fetches what proves that the first certificate of each chain is good; the others may stand
    above it. Raises EvidenceMissing."""
    archive: bool = False
    """True: a time-stamp over all of it as well (LTA)."""

    def gathered(self, chain: Sequence[Certificate], stamp: Timestamp) -> Evidence:
        """The evidence of a seal's chain, and of the authority that stamped it."""
        return self.evidence((chain, (stamp.certificate, *stamp.certificates)))


def no_seal(_organisation: str) -> SealSigner | None:
    """Where no organisation has a seal."""
    return None


def sealed_here(_organisation: str) -> bool:
    """Where no organisation has its documents sealed elsewhere."""
    return False


@dataclass(frozen=True)
class Wallet:
    """A service of Europass wallets into which learners may have their credentials put."""

    url: str
    """Base address, without a slash at the end."""
    fetcher: Fetcher


@dataclass(frozen=True)
class Workbench:
    """Everything that a service needs and does not make itself."""

    begin: Begin
    """Opens a writing transaction, committed when it is left; whoever made it decides that."""
    read: Begin
    """Opens a reading transaction."""
    now: Callable[[], dt.datetime]
    """The moment, UTC."""
    chance: Callable[[int], bytes]
    """So many random bytes."""
    base_url: str
    """Public address, without a slash at the end."""
    canonicalise: Canonicalise
    signer: Callable[[str], Signer]
    """Opens the signer at a custody URI; raises `keys.algorithms.CustodyError`."""
    link_key: Callable[[], bytes]
    """The 32-byte secret from which learners' links are made."""
    published: Path
    """Folder that keeps each published status list."""
    limits: Limits = Limits()
    seal: Callable[[str], SealSigner | None] = no_seal
    """The seal of an organisation by its slug; None: it has none. Raises CustodyError."""
    sealed_elsewhere: Callable[[str], bool] = sealed_here
    """Whether the European documents of an organisation, by its slug, are sealed elsewhere."""
    timestamp: Callable[[bytes], bytes] | None = None
    """Has a SHA-256 (32 bytes) stamped and returns the token (DER); None: seals are of level B.
    Raises TimestampMissing."""
    long_term: LongTerm | None = None
    """None: seals with a time-stamp are of level T."""
    by_shape: Canonicalise | None = None
    """Canonicalises what is prepared here, known shapes faster (`issuer.jsonld.templates`); None:
    as ``canonicalise``, by which what was sealed is always checked."""
    wallet: Wallet | None = None
    """Where deposits go; None: there are none."""
    crew: Crew = field(default_factory=Alone)
    """Composes what takes long of a cohort."""
    shapes: ShapeVerifier | None = None
    """Checks what was issued singly, quicker where it has passed the like; None: each in full."""
    sampled: set[str] = field(default_factory=set)
    """Shapes of which this process has checked a document of a cohort in full."""

    @property
    def preparing(self) -> Canonicalise:
        """What canonicalises the documents that are composed here."""
        return self.by_shape or self.canonicalise

    @property
    def moment(self) -> dt.datetime:
        """The moment in whole seconds, as documents state it."""
        return self.now().replace(microsecond=0)
