"""Evidence: fetch what proves later that a certificate was good when it was used.

ETSI TS 119 182-1 §5.3.5 (xVals, rVals), ETSI EN 319 102-1 §5.6.2; RFC 5280 §4.2, RFC 6960. Asked
are the addresses that our own seal, the time-stamp authority that the operator has named, and the
authorities above them state: never those of a document that is being verified. Each answer is
judged by `keys.certificates` before it is kept, as a verifier will judge it.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from issuer.errors import EvidenceMissing, FetchFailed, FetchRefused
from issuer.fetch.client import Body, Budget, Fetcher
from keys.algorithms import VaultError
from keys.certificates import (
    OCSP_REQUEST_TYPE,
    Answers,
    Certificate,
    Evidence,
    addresses_of,
    certificates_in,
    ocsp_request,
    require_issued,
    standing,
)

_MOST_HEIGHT = 8
_MOST_HOSTS, _MOST_DOCUMENTS = 8, 32
MOST_BYTES = 1 << 20
"""Bytes of all that is kept for one seal (1 MiB): a file of 4 MiB has to hold it in base64, twice
encoded, beside the document."""
_LIST_TYPE, _ANSWER_TYPE = "application/pkix-crl", "application/ocsp-response"
_CERTIFICATE_TYPES = "application/pkix-cert, application/pkcs7-mime"
_FAULTS = (FetchFailed, FetchRefused, VaultError)


@dataclass(frozen=True)
class EvidenceSource:
    """Where evidence comes from: the network, at this moment."""

    fetcher: Fetcher
    now: Callable[[], dt.datetime]

    def gather(self, chains: Sequence[Sequence[Certificate]]) -> Evidence:
        """Fetch what is needed for the first certificate of each of ``chains``.

        The others of a chain may stand above it; those that are missing are fetched. For every
        certificate below a root there is an OCSP answer or a list in which it is not revoked.
        Raises EvidenceMissing where one cannot be had, or a certificate is revoked.
        """
        gathering = _Gathering(self.fetcher, self.now(), chains)
        for chain in chains:
            gathering.climb(chain[0])
        return gathering.evidence()


class _Gathering:
    """What was found so far for one seal, within one budget."""

    def __init__(
        self, fetcher: Fetcher, at: dt.datetime, chains: Sequence[Sequence[Certificate]]
    ) -> None:
        self.fetcher = fetcher
        self.at = at
        self.budget = Budget(hosts=_MOST_HOSTS, documents=_MOST_DOCUMENTS)
        self.known = list(dict.fromkeys(one for chain in chains for one in chain))
        self.crls: list[bytes] = []
        self.ocsps: list[bytes] = []

    def evidence(self) -> Evidence:
        """All of it; raises EvidenceMissing where it is more than fits beside a seal."""
        ders = [*(c.der for c in self.known), *self.crls, *self.ocsps]
        if sum(map(len, ders)) > MOST_BYTES:
            raise EvidenceMissing(
                "What the authorities say of our certificates is larger than 1 MiB, which does not "
                'fit beside a seal. Ask for a seal with an OCSP responder, or set seal_level = "T".'
            )
        return Evidence(tuple(self.known), tuple(self.crls), tuple(self.ocsps))

    def climb(self, leaf: Certificate) -> None:
        """Go from a certificate to its root; raises EvidenceMissing."""
        if leaf.is_self_issued:
            raise _missing(leaf, "It is signed by itself, so nobody says whether it was revoked.")
        lower = leaf
        for _ in range(_MOST_HEIGHT):
            if lower.is_self_issued:
                break
            upper = self._issuer(lower)
            if upper is None:
                break
            self._prove(lower, upper)
            lower = upper
        if lower is leaf:
            raise _missing(leaf, "It names no authority, and none stands above it in the seal.")

    def _issuer(self, lower: Certificate) -> Certificate | None:
        """The authority above, which is fetched where it is not at hand; None: nobody names one."""
        there = next((c for c in self.known if _issued(lower, by=c)), None)
        addresses = addresses_of(lower).issuers
        if there is not None or not addresses:
            return there
        faults = []
        for url in addresses:
            try:
                for found in certificates_in(self._had(url, accept=_CERTIFICATE_TYPES)):
                    if _issued(lower, by=found):
                        self.known.append(found)
                        return found
            except _FAULTS as fault:
                faults.append(fault.message)
        raise _missing(lower, "The certificate above it cannot be had.", *faults)

    def _prove(self, lower: Certificate, upper: Certificate) -> None:
        """Keep an answer by which ``lower`` is good; raises EvidenceMissing."""
        if self._good(lower, upper, Answers(tuple(self.crls), tuple(self.ocsps))):
            return
        faults: list[str] = []
        for kept, answers in self._answers(lower, upper, faults):
            if self._good(lower, upper, answers):
                kept += [*answers.crls, *answers.ocsps]
                return
            faults.append("An answer cannot be used.")
        if not lower.names_revocation:
            faults = ["It names neither a list of revoked certificates nor an OCSP responder."]
        raise _missing(lower, *faults)

    def _answers(
        self, lower: Certificate, upper: Certificate, faults: list[str]
    ) -> Iterator[tuple[list[bytes], Answers]]:
        """Each answer that can be had, the small ones first, with the place where it belongs."""
        addresses = addresses_of(lower)
        for url in addresses.ocsps:
            try:
                question = Body(ocsp_request(lower, issuer=upper), OCSP_REQUEST_TYPE)
                yield self.ocsps, Answers(ocsps=(self._had(url, _ANSWER_TYPE, question),))
            except _FAULTS as fault:
                faults.append(fault.message)
        for url in addresses.crls:
            try:
                yield self.crls, Answers(crls=(self._had(url, _LIST_TYPE),))
            except _FAULTS as fault:
                faults.append(fault.message)

    def _good(self, lower: Certificate, upper: Certificate, answers: Answers) -> bool:
        said = standing(lower, issuer=upper, answers=answers, candidates=self.known, at=self.at)
        if said is not None and said.revoked_at is not None:
            raise _missing(lower, f"It was revoked on {said.revoked_at:%Y-%m-%d}.")
        return said is not None

    def _had(self, url: str, accept: str, question: Body | None = None) -> bytes:
        # Certificates, lists and answers are signed, and addresses of them are http by custom.
        if question is None:
            got = self.fetcher.get(url, budget=self.budget, accept=accept, signed=True)
        else:
            got = self.fetcher.post(
                url, body=question, budget=self.budget, accept=accept, signed=True
            )
        return got.data


def _issued(lower: Certificate, *, by: Certificate) -> bool:
    try:
        require_issued(lower, by=by)
    except VaultError:
        return False
    return by.is_ca


def _missing(certificate: Certificate, *why: str) -> EvidenceMissing:
    return EvidenceMissing(
        f"That the certificate {certificate.subject_name} is not revoked cannot be proven: "
        f"{' '.join(why)} Nothing was released; it waits and can be issued again. Without such "
        'proofs set seal_level = "T".'
    )
