"""Was the certificate of the seal good when it sealed, and does anybody here believe it?

ETSI EN 319 102-1 §5.2.6, §5.5 and §5.6.2 (https://www.etsi.org/deliver/etsi_en/319100_319199/31910201/),
RFC 5280 §6: judged at the moment that a time-stamp proves, not now, where there is one. A claimed
moment proves nothing; it can only be wrong. Missing anchors leave the question open.
"""

import datetime as dt
from dataclasses import dataclass

from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed, worst
from issuer.verify.seals import Seal, proven_at, standings
from issuer.verify.wording import day, shown
from keys.certificates import Chain, ChainBroken, build_chain

_ANCHORS = "the certificates on which the operator relies"
# A thief's revocation counts from the theft, other ones from the day they were made.
_STOLEN = frozenset({"keyCompromise", "cACompromise", "aACompromise"})


@dataclass(frozen=True)
class _When:
    """The moment at which a certificate is judged."""

    at: dt.datetime
    witness: str = ""
    """Who vouches that the seal was there then; empty: nobody, it is the moment of the question."""

    @property
    def proven(self) -> bool:
        """Whether somebody who is believed saw the seal then."""
        return bool(self.witness)


def certificate(case: Case) -> Finding:
    """Say whether each seal's certificate was valid, not revoked, and is anchored here."""
    if case.read.sealed is None:
        return doubtful("certificate.no_seal", "There is no seal whose certificate could be asked.")
    seals = [found for found in case.seals if isinstance(found, Seal)]
    if len(seals) != len(case.seals):
        detail = "The seal does not fit, so its certificate says nothing about the document."
        return doubtful("certificate.no_seal", detail)
    recorded = case.material.proven_times.get(case.read.digest)
    return worst(judged(seal, case, recorded=recorded) for seal in seals)


def judged(seal: Seal, case: Case, *, recorded: dt.datetime | None = None) -> Finding:
    """Say whether the certificate of one seal was good, and is anchored here.

    ``recorded`` is when a registry saw what was sealed.
    """
    found, claimed = seal.certificate, seal.claimed
    # 1. §5.2.8: it may sign, and by its own words it was in force.
    if not found.may_sign or found.is_ca:
        return failed("certificate.usage", "Its certificate is not for sealing documents.")
    if claimed is not None and not found.not_before <= claimed <= found.not_after:
        detail = (
            f"It says that it was sealed on {day(claimed)}, but its certificate was valid from "
            f"{day(found.not_before)} until {day(found.not_after)}."
        )
        return failed("certificate.out_of_time", detail)
    # 2. §5.5: the moment that counts is the earliest that is proven, else now.
    seen = [
        (proven_at(seal, case.material), "a time-stamp"),
        (recorded, "the record of a registry"),
    ]
    known = [_When(at, witness) for at, witness in seen if at is not None]
    when = min(known, key=lambda one: one.at, default=_When(case.at))
    # 3. §5.2.6, RFC 5280 §6: from it to an anchor.
    try:
        chain = build_chain(
            found, candidates=seal.candidates, anchors=case.material.anchors, at=when.at
        )
    except ChainBroken as fault:
        return _unchained(seal, fault, when)
    # 4. §5.2.6.3: each certificate below the anchor, by what its issuer says.
    return _standing(case, seal, chain, when) or _good(seal, chain, when)


def _unchained(seal: Seal, fault: ChainBroken, when: _When) -> Finding:
    whose = shown(seal.certificate.subject_name)
    if fault.why == "not_anchored":
        detail = (
            f"The seal is intact; the certificate of its signer ({whose}) is not anchored: nobody "
            "on whom the operator relies stands above it."
        )
        return doubtful("certificate.not_anchored", detail, source=_ANCHORS)
    if fault.why == "weak":
        # ETSI EN 319 102-1 §5.2.8.4: what can be forged proves nothing, and refutes nothing.
        detail = f"Whether its certificate ({whose}) is real cannot be told: {fault.message}."
        return doubtful("certificate.weak", detail, source=_ANCHORS)
    if fault.why == "expired" and not when.proven:
        detail = (
            "Its certificate has expired, and no time-stamp that we believe proves that it was "
            "sealed before."
        )
        return doubtful("certificate.expired", detail, source=_ANCHORS)
    return failed("certificate.chain", f"Its certificate cannot be relied on: {fault.message}.")


def _standing(case: Case, seal: Seal, chain: Chain, when: _When) -> Finding | None:
    for lower, said in standings(chain, seal, material=case.material, at=when.at):
        if said is None:
            if lower.names_revocation:
                whose = shown(lower.subject_name)
                detail = f"Whether the certificate {whose} was revoked could not be found out."
                return doubtful("certificate.revocation_unknown", detail)
            continue
        # §5.2.6.4: revoked afterwards, and not because of a theft, takes nothing back.
        since = said.revoked_at
        late = when.proven and since is not None and since > when.at
        if since is not None and not (late and said.reason not in _STOLEN):
            if late:
                detail = (
                    f"The key of its certificate was reported stolen on {day(since)}, after it was "
                    "sealed; since when the thief had it is not known."
                )
                return doubtful("certificate.stolen", detail, as_of=said.said_at)
            detail = f"Its certificate was revoked on {day(since)}."
            return failed("certificate.revoked", detail, as_of=said.said_at)
    return None


def _good(seal: Seal, chain: Chain, when: _When) -> Finding:
    anchor, found = chain.anchor, seal.certificate
    proven = f", as {when.witness} of {day(when.at)} proves" if when.proven else ""
    quality = _quality(found.qualified.compliance, found.qualified.eseal, test=anchor.test)
    how = f"{shown(anchor.name)} stands above it ({shown(anchor.how)})"
    if len(chain.certificates) == 1:
        how = f"it is believed itself: {shown(anchor.how)}"
    detail = f"Its certificate was valid when it was sealed{proven}, and {how}.{quality}"
    return passed(detail, source=_ANCHORS)


def _quality(compliance: bool, eseal: bool, *, test: bool) -> str:  # noqa: FBT001 # What a certificate says, in its order.
    if test:
        return " It is a test seal: it proves nothing to anybody else."
    if compliance and eseal:
        return " It says that it is a qualified certificate for electronic seals."
    return " It does not say that it is a qualified certificate for electronic seals."
