"""Does every signature on it fit?

VC Data Integrity 1.0 §4.4–4.5 (https://www.w3.org/TR/2025/REC-vc-data-integrity-20250515/),
VC-JOSE-COSE §5.1. Of several proofs every one must verify. That the key is the issuer's is the
next question: a signature fits for whoever holds a key.
"""

from issuer.errors import ProofInvalid, ProofUnsupported, UnusableInput
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed, worst
from issuer.verify.keyring import held
from issuer.verify.report import Verdict
from issuer.verify.signatures import CLOCK_SKEW, Signature
from issuer.verify.wording import shown


def proof(case: Case) -> Finding:
    """Say whether all signatures verify."""
    try:
        signatures = case.signatures()
    except ProofInvalid as fault:
        return failed("proof.invalid", shown(fault.message))
    except ProofUnsupported as fault:
        detail = f"It is signed in a way that we cannot check: {shown(fault.message)}"
        return doubtful("proof.unsupported", detail)
    return worst(_one(case, signature) for signature in signatures)


def _one(case: Case, signature: Signature) -> Finding:
    # 1. It was not made in the future: nobody has such a clock.
    if signature.created is not None and signature.created > case.at + CLOCK_SKEW:
        detail = f"It says that it was signed at {signature.created.isoformat()}, in the future."
        return failed("proof.future", detail)
    # 2. Its key can be had.
    found = held(signature.method_id, case.material)
    if isinstance(found, Finding):
        return found
    if found.method is None:
        detail = "The signature names a key that is not published, so it cannot be checked."
        return doubtful("key.absent", detail, source=found.source, as_of=found.as_of)
    # 3. It fits.
    try:
        signature.open(found.method.public_key)
    except ProofInvalid as fault:
        return failed("proof.invalid", shown(fault.message), source=found.source, as_of=found.as_of)
    except UnusableInput as fault:
        return _not_read(case, fault)
    detail = f"The signature fits: nothing was changed since it was signed ({signature.name})."
    return passed(detail, source=found.source, as_of=found.as_of)


def _not_read(case: Case, fault: UnusableInput) -> Finding:
    # The document is sound and the proof is not: what nobody defined in it was never signed.
    contexts = case.findings.get("contexts")
    if contexts is None or contexts.verdict is Verdict.PASSED:
        return failed("proof.malformed", f"The proof cannot be read. {shown(fault.message)}")
    detail = "The signature could not be checked, because of the terms in the document."
    return doubtful("proof.contexts", detail)
