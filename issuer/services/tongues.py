"""Steps 4 to 6 and 8 in each tongue: from an award to the bytes that are signed, and signed.

Open Badges 3.0 with an embedded or an enveloping proof, a European Digital Credential under JAdES.
Which key or certificate signs is written down before anything is composed. Nothing is committed.
"""

import hashlib
from dataclasses import dataclass

from issuer.errors import NotReady
from issuer.formats.awarded import Awarded
from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.assessment import AssessmentResult
from issuer.model.award import SEALED_ELSEWHERE, Award, DocumentState, Reservation
from issuer.model.drafts import Prepared, Sealed
from issuer.model.organisation import Organisation
from issuer.proofs import data_integrity, jades, jose, timestamps
from issuer.registry import documents, keyring
from issuer.registry.database import Transaction
from issuer.services import composing
from issuer.services.signing import active_key, signer_of
from issuer.services.workbench import Workbench
from keys import second_opinion
from keys.algorithms import VaultError
from keys.certificates import Certificate
from keys.lifecycle import KeyPurpose, KeyState
from keys.signer import SealSigner, Signer

_EUROPEAN = composing.EUROPEAN


@dataclass(frozen=True)
class Facts:
    """Everything that a document of one award is composed from."""

    award: Award
    achievement: Achievement
    organisation: Organisation
    result: AssessmentResult


def seal_of(bench: Workbench, organisation: str) -> SealSigner:
    """The seal of an organisation; raises NotReady where the operator has configured none."""
    found = bench.seal(organisation)
    if found is None:
        msg = (
            f"{organisation} has no seal, and a European Digital Credential needs one. Name it in "
            f'testamur.toml: [seals] {organisation} = "pkcs12:/path/seal.p12", or "elsewhere:" if '
            "somebody else seals for it."
        )
        raise NotReady(msg)
    return found


def qualified_seal_of(bench: Workbench, organisation: str, *, award_id: str | None = None) -> str:
    """Who seals, by a certificate that says it is qualified for seals; empty for any other.

    With ``award_id`` it is asked of the European document of that award, if sealed elsewhere.
    """
    certificate = _certificate_elsewhere(bench, award_id) if award_id else None
    if certificate is None:
        try:
            found = bench.seal(organisation)
        except VaultError:
            return ""
        if found is None:
            return ""
        certificate = found.chain[0]
    return _said_qualified(certificate)


def qualified_sealer_of(sealed: bytes) -> str:
    """Who sealed a document, by certificates that all say so; empty for any other.

    Raises MalformedDocument, ProofInvalid for what is no sealed document.
    """
    said = [_said_qualified(s.certificate) for s in jades.read(sealed).signatures]
    return said[0] if said and all(said) else ""


def _said_qualified(certificate: Certificate) -> str:
    said = certificate.qualified
    return certificate.subject_organisation or "" if said.compliance and said.eseal else ""


def _certificate_elsewhere(bench: Workbench, award_id: str) -> Certificate | None:
    with bench.read() as tx:
        for record in documents.of_award(tx, award_id):
            if record.state is DocumentState.SEALED and record.reservation.is_sealed_elsewhere:
                data = documents.sealed(tx, award_id, record.format).data
                return jades.read(data).signatures[0].certificate
    return None


def credential_id(bench: Workbench, award_id: str, *, tongue: DocumentFormat) -> str:
    """The id of a document: its public address, or a ``urn:credential`` made from it."""
    return composing.credential_id(bench.base_url, award_id, tongue=tongue)


def method_of(
    tx: Transaction, bench: Workbench, organisation: Organisation, *, tongue: DocumentFormat
) -> str:
    """What will sign a document in this tongue now; raises NotReady where nothing can."""
    if tongue in _EUROPEAN and bench.sealed_elsewhere(organisation.slug):
        return SEALED_ELSEWHERE
    if tongue in _EUROPEAN:
        return jades.method_of(seal_of(bench, organisation.slug).chain[0])
    key = active_key(tx, organisation.slug, KeyPurpose.AWARD)
    return f"{organisation.did}#{key.kid}"


def cannot_sign(bench: Workbench, organisation: str, reservation: Reservation) -> str | None:
    """Why what was to sign a document signs no more, so that it can never be finished; or None."""
    if reservation.is_sealed_elsewhere:
        return None
    if reservation.format in _EUROPEAN:
        # Without any seal it waits; with another one it would not be what was written down.
        found = bench.seal(organisation)
        other = found and jades.method_of(found.chain[0]) != reservation.verification_method
        return "its seal was replaced" if other or bench.sealed_elsewhere(organisation) else None
    kid = reservation.verification_method.rpartition("#")[2]
    with bench.read() as tx:
        state = keyring.get(tx, organisation, kid).state
    return f"its key {kid} is {state}" if state in _ENDED else None


_ENDED = frozenset({KeyState.RETIRED, KeyState.COMPROMISED})


def prepare(bench: Workbench, facts: Facts, *, reservation: Reservation) -> Prepared:
    """Steps 4 to 6; raises LintFailed, DroppedTerm, NotReady and what `issuer.proofs` raises."""
    awarded = Awarded(
        facts.award, facts.achievement, facts.organisation, facts.result, bench.base_url
    )
    # Asked first: without a seal or a key nothing need be drawn.
    hand = hand_of(bench, facts.award.organisation, reservation=reservation)
    return composing.prepare(
        awarded, reservation=reservation, hand=hand, canonicalise=bench.preparing
    )


def hand_of(bench: Workbench, organisation: str, *, reservation: Reservation) -> composing.Hand:
    """What will seal a document, by its public half; raises NotReady, CustodyError."""
    limits = bench.limits
    if reservation.format not in _EUROPEAN:
        signer = signer_of(bench, organisation, method=reservation.verification_method)
        return composing.Hand(limits.suite, limits.signing_time, key=signer.public_key)
    if reservation.is_sealed_elsewhere:
        return composing.Hand(limits.suite, limits.signing_time)
    certificate = seal_of(bench, organisation).chain[0]
    return composing.Hand(limits.suite, limits.signing_time, certificate=certificate)


def seal(bench: Workbench, prepared: Prepared, *, organisation: str) -> Sealed:
    """Step 8; raises ProofInvalid, NotReady, CustodyError, TimestampMissing, EvidenceMissing."""
    if prepared.suite == jades.SUITE:
        signer_of_seal = seal_of(bench, organisation)
        return _extended(bench, jades.seal(prepared, signer=signer_of_seal), seal=signer_of_seal)
    signer: Signer = signer_of(bench, organisation, method=prepared.verification_method)
    if prepared.suite == "jose":
        return jose.seal(prepared, signer=signer)
    # Our own verifier sees it besides, and rests on what signed: so another one is asked here.
    return data_integrity.seal(prepared, signer=signer, verify=second_opinion.verify)


def _extended(bench: Workbench, sealed: Sealed, *, seal: SealSigner) -> Sealed:
    """The level that the operator wants: each adds to the one before it (TS 119 182-1 §6)."""
    if bench.timestamp is None:
        return sealed
    # 1. T: the signature was there at a moment.
    digest = hashlib.sha256(jades.read(sealed.data).signatures[0].value.encode("ascii")).digest()
    token = bench.timestamp(digest)
    if bench.long_term is None:
        return _with(sealed, jades.Extension(signature_timestamp=token))
    # 2. LT: and its certificates, those of the authority included, were good.
    stamp = timestamps.open_token_of(token, digest=digest)
    kept = bench.long_term.gathered(seal.chain, stamp)
    lasting = jades.Extension(
        signature_timestamp=token,
        certificates=tuple(one.der for one in kept.certificates),
        crls=kept.crls,
        ocsps=kept.ocsps,
    )
    long = _with(sealed, lasting)
    if not bench.long_term.archive:
        return long
    # 3. LTA: and all of that was there at a moment.
    document = jades.read(long.data)
    signature = document.signatures[0]
    whole = jades.archived(document, signature, before=len(signature.etsi_u))
    last = bench.timestamp(hashlib.sha256(whole).digest())
    return _with(long, jades.Extension(archive_timestamp=last))


def _with(sealed: Sealed, extension: jades.Extension) -> Sealed:
    return Sealed(jades.extend(sealed.data, extension), sealed.media_type, sealed.digest)
