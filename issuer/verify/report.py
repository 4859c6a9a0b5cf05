"""What was found out: one check for every question, three verdicts, no shortcut to yes.

ETSI EN 319 102-1 §5.1.3 (PASSED / FAILED / INDETERMINATE with a sub-indication),
https://www.etsi.org/deliver/etsi_en/319100_319199/31910201/. This module judges nothing: the steps
do. A report is no boolean: doubt must never read as "fine".
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, NamedTuple, NoReturn

from issuer.carriers import Carrier
from issuer.errors import NotPassed

Json = Mapping[str, Any]

CHECK_IDS = (
    "format",
    "contexts",
    "schema",
    "proof",
    "issuer_key",
    "key_status",
    "validity",
    "revocation",
    "suspension",
    "issuer_established",
    "completeness",
    "holder",
)
"""Every report on a W3C credential has one check for each of these, in this order."""

EDC_CHECK_IDS = (
    "format",
    "seal",
    "revocation",
    "accreditation",
    "validity",
    "schema",
    "issuer_key",
    "certificate",
    "issuer_established",
    "completeness",
    "holder",
)
"""Those of a European Digital Credential: the five that Europass names, then ours."""


PAPER_CHECK_IDS = ("attached", "paper", "picture")
"""What is asked besides of a PDF; of a picture with a credential in it only the last."""

STACK_CHECK_IDS = ("rule", "parts")
"""What is asked besides of a credential that says that it is built from others."""

RECEIPT_CHECK_IDS = ("stamp", "inclusion")
"""What is asked of a batch receipt alone, see `issuer.verify.receipt`."""


class Verdict(StrEnum):
    """The three answers."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    INDETERMINATE = "INDETERMINATE"


class Check(NamedTuple):
    """The answer to one question."""

    id: str
    """One of `CHECK_IDS`, for a European Digital Credential of `EDC_CHECK_IDS`; or of those that
    are asked besides, `STACK_CHECK_IDS` and `PAPER_CHECK_IDS`."""
    clause: str
    """The clause of the specification that demands it."""
    verdict: Verdict
    detail: str
    """A sentence for somebody who has never heard of credentials; holds unverified text."""
    source: str
    """What was looked at."""
    as_of: dt.datetime | None
    """When that was obtained; None where it is the document itself."""
    counts: bool
    """Whether the verdict of the report depends on it; else it is a note."""
    sub: str | None = None
    """Sub-indication of a verdict that is not PASSED: a stable short word for machines."""
    reached: bool = True
    """False: an earlier step had to stop, as ``detail`` says."""


@dataclass(frozen=True)
class Need:
    """Material that was missing; whoever obtains it may ask again."""

    kind: Literal["did", "status", "part"]
    id: str
    """The DID, the address of the status list, or the id of the part."""


@dataclass(frozen=True)
class PartReport:
    """What was found of one part of a stacked credential."""

    id: str
    title: str
    """As the whole states it; a stranger's text."""
    verdict: Verdict
    detail: str
    sub: str | None = None
    report: "Report | None" = None
    """The report on the part itself; None: it was not looked at."""

    def as_json(self) -> dict[str, Any]:
        """JSON values, with those of its own parts."""
        report = self.report
        return {
            "id": self.id,
            "title": self.title,
            "verdict": str(self.verdict),
            "sub": self.sub,
            "detail": self.detail,
            "looked_at": report is not None,
            "digest": report.digest if report is not None else None,
            "parts": [part.as_json() for part in report.parts] if report is not None else [],
        }


@dataclass(frozen=True)
class Report:
    """All that a verification found out."""

    checks: tuple[Check, ...]
    at: dt.datetime
    """The moment for which the question was asked."""
    kind: Literal["json", "jwt", "edc"]
    carrier: Carrier | None
    """The picture or PDF in which the credential was."""
    document: Json | None
    """The credential as it was read, UNVERIFIED as such; None if nothing could be read."""
    digest: str
    """``sha256:<hex>`` of the bytes that were checked (taken out of what carries them)."""
    needs: tuple[Need, ...] = ()
    parts: tuple[PartReport, ...] = ()
    """What was found of each part, in the order of the document; only of a stacked credential."""

    def __bool__(self) -> NoReturn:
        """Raise TypeError: there are three verdicts."""
        msg = "a report is no boolean: look at .verdict or call .require_passed()"
        raise TypeError(msg)

    @cached_property
    def verdict(self) -> Verdict:
        """PASSED only if every counted check is; FAILED if any is; else INDETERMINATE."""
        return verdict_of(self.checks)

    @property
    def unusable(self) -> bool:
        """Whether nothing could be read at all: wrong input rather than a bad credential."""
        return self.document is None

    def check(self, check_id: str) -> Check:
        """The check with this id; raises KeyError."""
        for check in self.checks:
            if check.id == check_id:
                return check
        raise KeyError(check_id)

    def require_passed(self) -> Json:
        """Return the credential, verified; raise NotPassed with the sentences that say why not."""
        if self.verdict is Verdict.PASSED and self.document is not None:
            return self.document
        reasons = [c for c in self.checks if c.counts and c.verdict is not Verdict.PASSED]
        sentences = " ".join(c.detail for c in reasons)
        msg = f"This credential is not verified ({self.verdict}): {sentences}"
        raise NotPassed(msg, verdict=str(self.verdict), checks=[c.id for c in reasons])

    def as_json(self) -> dict[str, Any]:
        """JSON values for machines; the document itself is not repeated."""
        return {
            "verdict": str(self.verdict),
            "at": self.at.isoformat(),
            "kind": self.kind,
            "carrier": self.carrier,
            "digest": self.digest,
            "checks": [check_as_json(check) for check in self.checks],
            "needs": [{"kind": need.kind, "id": need.id} for need in self.needs],
            **({"parts": [part.as_json() for part in self.parts]} if self.parts else {}),
        }


def verdict_of(checks: Iterable[Check]) -> Verdict:
    """PASSED only if every counted check is; FAILED if any is; else INDETERMINATE."""
    found = {check.verdict for check in checks if check.counts}
    if Verdict.FAILED in found:
        return Verdict.FAILED
    # No check at all would be no reason to believe anything.
    return Verdict.PASSED if found == {Verdict.PASSED} else Verdict.INDETERMINATE


def check_as_json(check: Check) -> dict[str, Any]:
    """JSON values of one check."""
    return {
        "id": check.id,
        "verdict": str(check.verdict),
        "sub": check.sub,
        "detail": check.detail,
        "clause": check.clause,
        "source": check.source,
        "as_of": check.as_of.isoformat() if check.as_of else None,
        "counts": check.counts,
        "reached": check.reached,
    }
