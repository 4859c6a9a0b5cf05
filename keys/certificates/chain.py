"""From a certificate to an anchor for which somebody vouches, at one moment.

RFC 5280 §6 (https://www.rfc-editor.org/rfc/rfc5280#section-6), without policies and name
constraints: a certificate that demands them is refused. The anchor itself is not asked for its
dates (§6.1.1 d); revocation is told elsewhere. Nothing is fetched.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from keys.algorithms import BadSignature, VaultError
from keys.certificates.certificate import Certificate
from keys.certificates.issuance import Weak, require_issued

_MOST_LENGTH = 8
_MOST_CANDIDATES = 64
_MOST_LOOKS = 256
"""Signatures that are looked at for one certificate."""


class ChainBroken(VaultError):
    """A certificate leads to no anchor; ``why`` is a stable short word.

    ``not_anchored``, ``weak``, ``not_ca``, ``not_understood``, ``not_yet_valid`` or ``expired``.
    """

    code = "keys.chain"

    def __init__(self, message: str, *, why: str = "not_anchored") -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True)
class Anchor:
    """A certificate that is believed because somebody vouches for it."""

    certificate: Certificate
    name: str
    """Whose it is, for people."""
    how: str
    """How that was established, and by whom."""
    test: bool = False
    """True: for trying out; it proves nothing to anybody."""
    since: dt.datetime | None = None
    """From when on somebody vouches for it; None: always."""
    until: dt.datetime | None = None
    """Until when, exclusive; None: without end."""

    def covers(self, at: dt.datetime) -> bool:
        """Whether somebody vouches for it at the moment ``at`` (aware)."""
        begun = self.since is None or self.since <= at
        return begun and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Chain:
    """A way from a certificate to an anchor; each is issued by the next."""

    certificates: tuple[Certificate, ...]
    """The leaf first; the anchor's own certificate last."""
    anchor: Anchor


def build_chain(
    leaf: Certificate,
    *,
    candidates: Iterable[Certificate],
    anchors: Sequence[Anchor],
    at: dt.datetime,
) -> Chain:
    """Find a way from ``leaf`` to one of ``anchors`` that is good at the moment ``at`` (aware).

    ``candidates`` are certificates that may stand between, at most 64 of them are looked at.
    What its key may be used for is asked by whoever uses it. Raises ChainBroken.
    """
    search = _Search(tuple(candidates)[:_MOST_CANDIDATES], anchors, at)
    found = search.climb((leaf,))
    if found is not None:
        return found
    why = max(search.faults, key=_NEARNESS.index, default="not_anchored")
    raise ChainBroken(_SENTENCES[why], why=why)


_SENTENCES = {
    "not_anchored": "no certificate that is believed here stands above it",
    "weak": "it, or one above it, is signed with a key or a hash that can be forged",
    "not_ca": "a certificate above it may not issue certificates",
    "not_understood": "it demands a rule that is not understood here",
    "not_yet_valid": "it was not valid yet at that moment",
    "expired": "it had expired at that moment",
}
# What is told where several ways fail: the one that came nearest.
_NEARNESS = tuple(_SENTENCES)


class _Search:
    """Climbs from certificate to issuer, with bounds on height and work."""

    def __init__(
        self, candidates: Sequence[Certificate], anchors: Sequence[Anchor], at: dt.datetime
    ) -> None:
        self.at = at
        self.faults: list[str] = []
        self.looks = 0
        self.believed = {a.certificate: a for a in anchors if a.covers(at)}
        # By name, for a trusted list has thousands; those that are believed come first.
        self.named: dict[str, list[Certificate]] = {}
        for certificate in dict.fromkeys((*self.believed, *candidates)):
            self.named.setdefault(certificate.subject_name, []).append(certificate)

    def climb(self, way: tuple[Certificate, ...]) -> Chain | None:
        """The first good way that begins with ``way``, or None."""
        top = way[-1]
        anchor = self.believed.get(top)
        # 1. §6.1.3 a 2, and §4.2: its dates, and what it demands. An anchor above is not asked.
        if anchor is not None and len(way) > 1:
            return Chain(way, anchor)
        if (fault := self._fault(top)) is not None:
            self.faults.append(fault)
            return None
        if anchor is not None:
            return Chain(way, anchor)
        if len(way) >= _MOST_LENGTH:
            return None
        # 2. §6.1.3 a 1 and 4: the next is the one whose name it gives and whose key signed it.
        for issuer in self.named.get(top.issuer_name, ()):
            if issuer not in way and self._issued(top, issuer, below=len(way) - 1):
                found = self.climb((*way, issuer))
                if found is not None:
                    return found
        return None

    def _fault(self, top: Certificate) -> str | None:
        if self.at < top.not_before:
            return "not_yet_valid"
        if self.at > top.not_after:
            return "expired"
        if top.not_understood:
            return "not_understood"
        return None

    def _issued(self, lower: Certificate, upper: Certificate, *, below: int) -> bool:
        self.looks += 1
        if self.looks > _MOST_LOOKS:
            return False
        try:
            require_issued(lower, by=upper)
        except Weak:
            self.faults.append("weak")
            return False
        except BadSignature:
            return False
        # 3. §6.1.4 k–n: it may issue, and as many stand below it as it allows.
        allowed = upper.path_length is None or below <= upper.path_length
        if not (upper.is_ca and allowed):
            self.faults.append("not_ca")
            return False
        return True
