"""Is it sealed, and does every seal fit?

ETSI TS 119 182-1, ETSI EN 319 102-1 §5.2.7 (cryptographic verification). Of several seals every one
must fit, and every time-stamp on them. Whose the certificate is, and who believes it, are the next
questions.
"""

from issuer.errors import ProofInvalid, ProofUnsupported, UnusableInput
from issuer.proofs import jades
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed, worst
from issuer.verify.seals import opened
from issuer.verify.signatures import CLOCK_SKEW
from issuer.verify.wording import day, shown


def seal(case: Case) -> Finding:
    """Say whether the document is sealed and unchanged since."""
    fault, sealed = case.read.fault, case.read.sealed
    if isinstance(fault, ProofInvalid):
        return failed("seal.invalid", shown(fault.message))
    if isinstance(fault, ProofUnsupported):
        detail = f"It is sealed in a way that we cannot check: {shown(fault.message)}"
        return doubtful("seal.unsupported", detail)
    if sealed is None:
        detail = "It carries no seal, so anybody may have written it. Ask for the sealed file."
        return failed("seal.none", detail)
    return worst(_one(case, sealed, signature) for signature in sealed.signatures)


def _one(case: Case, sealed: jades.SealedDocument, signature: jades.Signature) -> Finding:
    try:
        found = opened(sealed, signature)
    except ProofInvalid as fault:
        return failed("seal.invalid", shown(fault.message))
    except ProofUnsupported as fault:
        return doubtful("seal.unsupported", shown(fault.message))
    except UnusableInput as fault:
        return failed("seal.malformed", shown(fault.message))
    if signature.claimed is not None and signature.claimed > case.at + CLOCK_SKEW:
        detail = f"It says that it was sealed at {signature.claimed.isoformat()}, in the future."
        return failed("seal.future", detail)
    when = f" on {day(signature.claimed)}" if signature.claimed else ""
    who = signature.certificate.subject_organisation or signature.certificate.common_name
    return passed(
        f"The seal is intact: nothing was changed since {shown(who or 'somebody')} sealed it{when} "
        f"(JAdES B-{found.level}, {signature.alg})."
    )
