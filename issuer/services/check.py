"""Step 13, check: drives the verifier, fetching what it says is missing, within one budget.

The verifier is pure (`issuer.verify`); this is the one place that goes and gets a DID document or a
status list for it, through `issuer.fetch` alone: at most three hosts and ten documents a
verification. What cannot be had stays missing, and the verdict says so.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar

from issuer.errors import FetchFailed, FetchRefused, TestamurError
from issuer.fetch.client import Budget, Fetcher
from issuer.jsonld.canonical import Canonicalise
from issuer.proofs import jcs
from issuer.services.material import joined
from issuer.verify import (
    Material,
    Need,
    Obtained,
    Policy,
    PresentationReport,
    Report,
    verify,
    verify_presentation,
)
from keys.algorithms import VaultError
from keys.documents import did_web_url, parse_did_document

_R = TypeVar("_R", Report, PresentationReport)
_ROUNDS = 3
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
    seen: Callable[[str, Collection[str]], bool] | None = None
    """Told the keys of a DID that was fetched; True if none of them was seen before."""

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
        gathering = _Gathering(
            self, budget or Budget(), joined(self.known(), material or Material())
        )
        report = gathering.until_settled(
            lambda m: verify(
                data,
                material=m,
                policy=policy or Policy(),
                at=self.now(),
                canonicalise=self.canonicalise,
            )
        )
        more = self.recall(report) if self.recall else Material()
        if more == Material():
            return report
        return verify(
            data,
            material=joined(gathering.material, more),
            policy=policy or Policy(),
            at=self.now(),
            canonicalise=self.canonicalise,
        )

    def presentation(self, data: bytes, *, policy: Policy) -> PresentationReport:
        """Check a presentation and the credentials in it; ``policy`` has challenge and domain."""
        gathering = _Gathering(self, Budget(), self.known())
        return gathering.until_settled(
            lambda m: verify_presentation(
                data, material=m, policy=policy, at=self.now(), canonicalise=self.canonicalise
            )
        )

    def link(self, url: str, *, policy: Policy | None = None) -> Report:
        """Fetch a credential by its address and check it, on one budget.

        Raises FetchRefused or FetchFailed where it cannot be had.
        """
        if self.fetcher is None:
            msg = "Nothing is fetched here: hand in the credential itself."
            raise FetchRefused(msg)
        budget = Budget()
        fetched = self.fetcher.get(url, budget=budget, accept=_ACCEPT_VC)
        return self.check(fetched.data, policy=policy, budget=budget)

    def anything(self, what: bytes, *, policy: Policy | None = None) -> Report:
        """Check what a person pasted or uploaded: a credential, or a link to one."""
        text = what.strip()
        if text.lower().startswith((b"https://", b"http://")) and b"\n" not in text:
            return self.link(text.decode("utf-8", errors="replace"), policy=policy)
        return self.check(what, policy=policy)


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
            if self.checker.fetcher is None or not missing:
                break
            for need in missing:
                self.asked.add(need)
                self._fetch(self.checker.fetcher, need)
            report = ask(self.material)
        return report

    def _fetch(self, fetcher: Fetcher, need: Need) -> None:
        try:
            if need.kind == "did":
                self._fetch_did(fetcher, need.id)
            else:
                self._fetch_list(fetcher, need.id)
        except (FetchRefused, FetchFailed, VaultError, TestamurError):
            # It stays missing, and the report says so: not being had is no verdict.
            return

    def _fetch_did(self, fetcher: Fetcher, did: str) -> None:
        url = did_web_url(did, http_hosts=self.checker.http_hosts)
        fetched = fetcher.get(url, budget=self.budget, accept=_ACCEPT_DID)
        document = jcs.decode(fetched.data)
        keys = {m.public_key.multibase() for m in parse_did_document(document, did=did).methods}
        changed = self.checker.seen(did, keys) if self.checker.seen else False
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
