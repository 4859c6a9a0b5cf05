"""Step 13, check: drives the verifier, fetching what it says is missing, within one budget.

The verifier is pure (`issuer.verify`); this is the one place that goes and gets a DID document, a
status list or a part for it, through `issuer.fetch` alone: at most three hosts and ten documents a
verification. What cannot be had stays missing, and the verdict says so.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar

from issuer.errors import Busy, FetchFailed, FetchRefused, TestamurError
from issuer.fetch.client import Budget, Fetcher
from issuer.jsonld.canonical import Canonicalise, Json
from issuer.proofs import jcs
from issuer.services import parts
from issuer.verify import (
    Material,
    Need,
    Obtained,
    Policy,
    PresentationReport,
    Report,
    ShapeVerifier,
    Verdict,
    verify,
    verify_presentation,
)
from issuer.verify.case import Remembered
from issuer.verify.material import joined
from keys.algorithms import VaultError
from keys.documents import did_web_url, parse_did_document

_R = TypeVar("_R", Report, PresentationReport)
# Keys and lists of the whole, its parts, their keys and lists; once more for what is inside them.
_ROUNDS = 5
_MOST_TIME = dt.timedelta(seconds=5)
_RETRY_S = 2
_ACCEPT_DID = "application/did+json, application/json;q=0.9"
_ACCEPT_VC = "application/vc, application/vc+jwt, application/json;q=0.9, */*;q=0.1"


@dataclass(frozen=True)
class Checker:
    """One driver for the page, the API and the command line."""

    canonicalise: Canonicalise
    now: Callable[[], dt.datetime]
    fetcher: Fetcher | None = None
    """None: nothing is fetched."""
    http_hosts: frozenset[str] = frozenset()
    """Hosts (``name:port``) whose did:web is read over plain http."""
    known: Callable[[], Material] = Material
    """What is there at the beginning: trust list, our own lists and DID documents."""
    recall: Callable[[Report], Material] | None = None
    """What our registry knows of the credential that was checked."""
    own_parts: Callable[[Report], Material] | None = None
    """Parts that a report says are missing and that our registry holds, shared or not."""
    seen: Callable[[str, Collection[str]], bool] | None = None
    """Told the keys of a DID of the trust list that was fetched; True if none was seen before."""
    shapes: ShapeVerifier | None = None
    """Remembers what many credentials share; None: each is verified in full."""

    def check(
        self,
        data: bytes,
        *,
        policy: Policy | None = None,
        material: Material | None = None,
        budget: Budget | None = None,
    ) -> Report:
        """Check a credential (JSON, JWT, PNG, SVG) and fetch what is missing, if we may.

        Never raises for hostile bytes; Busy where too many are being checked.
        """
        # As it is where nothing is added: it remembers what was read of it.
        known = self.known() if material is None else joined(self.known(), material)
        gathering = _Gathering(self, budget or Budget(), known)
        once = self._bounded()

        def ask(held: Material) -> Report:
            return (self.shapes.verify if self.shapes else verify)(
                data,
                material=held,
                policy=policy or Policy(),
                at=self.now(),
                canonicalise=once,
            )

        report = gathering.until_settled(ask)
        if self.recall is None or _needs_no_record(report):
            return report
        more = self.recall(report)
        return report if more == Material() else ask(joined(gathering.material, more))

    def presentation(self, data: bytes, *, policy: Policy) -> PresentationReport:
        """Check a presentation and the credentials in it; ``policy`` has challenge and domain."""
        once = self._bounded()
        return _Gathering(self, Budget(), self.known()).until_settled(
            lambda held: verify_presentation(
                data, material=held, policy=policy, at=self.now(), canonicalise=once
            )
        )

    def _bounded(self) -> Canonicalise:
        return Remembered(_Patience(self.canonicalise, self.now))

    def link(
        self, url: str, *, policy: Policy | None = None, material: Material | None = None
    ) -> Report:
        """Fetch a credential by its address and check it, on one budget.

        Raises FetchRefused or FetchFailed where it cannot be had.
        """
        if self.fetcher is None:
            msg = "Nothing is fetched here: hand in the credential itself."
            raise FetchRefused(msg)
        budget = Budget()
        fetched = self.fetcher.get(url, budget=budget, accept=_ACCEPT_VC)
        return self.check(fetched.data, policy=policy, material=material, budget=budget)

    def anything(
        self, what: bytes, *, policy: Policy | None = None, material: Material | None = None
    ) -> Report:
        """Check what a person pasted or uploaded: a credential, or a link to one."""
        text = what.strip()
        if text.lower().startswith((b"https://", b"http://")) and b"\n" not in text:
            return self.link(
                text.decode("utf-8", errors="replace"), policy=policy, material=material
            )
        return self.check(what, policy=policy, material=material)


def _needs_no_record(report: Report) -> bool:
    """Whether our own record would change nothing of a report, not even a word.

    It says since when we hold a document, which matters where a key was stolen or a certificate is
    judged, and why one was revoked.
    """
    return report.verdict is Verdict.PASSED and not _has_certificate(report)


def _has_certificate(report: Report) -> bool:
    inside = (part.report for part in report.parts if part.report is not None)
    return any(c.id == "certificate" for c in report.checks) or any(map(_has_certificate, inside))


@dataclass
class _Patience:
    """Canonicalises while a verification has time left: many proofs must not add up.

    Waiting for a worker counts too, so that running out of time says nothing of the document:
    there is no verdict then, and whoever asked may ask again.
    """

    canonicalise: Canonicalise
    now: Callable[[], dt.datetime]
    spent: dt.timedelta = dt.timedelta(0)

    def __call__(self, document: Json, hash_name: str) -> bytes:
        if self.spent > _MOST_TIME:
            msg = "Checking all the signatures of this document takes too long just now."
            raise Busy(msg, retry_after_s=_RETRY_S)
        begun = self.now()
        try:
            return self.canonicalise(document, hash_name)
        finally:
            self.spent += self.now() - begun


@dataclass
class _Gathering:
    """Material that grows while one verification goes on."""

    checker: Checker
    budget: Budget
    material: Material
    asked: set[Need] = field(default_factory=set)

    def until_settled(self, ask: Callable[[Material], _R]) -> _R:
        """Ask until nothing is missing that could still be had."""
        report = ask(self.material)
        for _ in range(_ROUNDS):
            missing = [need for need in report.needs if need not in self.asked]
            if not missing:
                break
            self.asked.update(missing)
            held = self.material
            self._take_own(report)
            for need in missing:
                if self.checker.fetcher is not None and need.id not in self.material.parts:
                    self._fetch(self.checker.fetcher, need)
            if self.material is held:
                break
            report = ask(self.material)
        return report

    def _take_own(self, report: Report | PresentationReport) -> None:
        reports = [report] if isinstance(report, Report) else report.credentials
        for one in reports:
            if self.checker.own_parts is not None and any(n.kind == "part" for n in one.needs):
                more = self.checker.own_parts(one)
                self.material = joined(self.material, more) if more.parts else self.material

    def _fetch(self, fetcher: Fetcher, need: Need) -> None:
        try:
            if need.kind == "did":
                self._fetch_did(fetcher, need.id)
            elif need.kind == "part":
                self._fetch_part(fetcher, need.id)
            else:
                self._fetch_list(fetcher, need.id)
        except (FetchRefused, FetchFailed, VaultError, TestamurError):
            # It stays missing, and the report says so: not being had is no verdict.
            return

    def _fetch_did(self, fetcher: Fetcher, did: str) -> None:
        url = did_web_url(did, http_hosts=self.checker.http_hosts)
        fetched = fetcher.get(url, budget=self.budget, accept=_ACCEPT_DID)
        document = jcs.decode(fetched.data)
        methods = parse_did_document(document, did=did).methods
        # A key of RSA has no such form, and is no reason not to know the others.
        shown = [m.public_key for m in methods if m.public_key.algorithm.multicodec is not None]
        keys = {key.multibase() for key in shown}
        # Only who is on the trust list is remembered: else anybody could fill our database.
        known = any(issuer.did == did for issuer in self.material.trusted)
        changed = self.checker.seen(did, keys) if self.checker.seen and known else False
        self.material = joined(
            self.material,
            Material(
                did_documents={did: Obtained(document, fetched.at, fetched.url)},
                changed_keys=frozenset([did]) if changed else frozenset(),
            ),
        )

    def _fetch_list(self, fetcher: Fetcher, url: str) -> None:
        fetched = fetcher.get(url, budget=self.budget, accept=_ACCEPT_VC)
        piece = Obtained(fetched.data, fetched.at, fetched.url)
        self.material = joined(self.material, Material(status_lists={url: piece}))

    def _fetch_part(self, fetcher: Fetcher, part_id: str) -> None:
        # The verifier names a part only where it is shown that the issuer of the whole did.
        fetched = fetcher.get(part_id, budget=self.budget, accept=_ACCEPT_VC)
        # A page about it, or another document, is not the part: it stays missing.
        if parts.id_of(fetched.data) == part_id:
            piece = Obtained(fetched.data, fetched.at, fetched.url)
            self.material = joined(self.material, Material(parts={part_id: piece}))
