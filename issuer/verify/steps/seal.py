"""Is it sealed, and does every seal fit?

ETSI TS 119 182-1, ETSI EN 319 102-1 §5.2.7 (cryptographic verification). Of several seals every one
must fit, and every time-stamp on them. Whose the certificate is, and who believes it, are the next
questions.
"""

from issuer.errors import ProofInvalid, ProofUnsupported
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed, worst
from issuer.verify.seals import Fault, Seal
from issuer.verify.signatures import CLOCK_SKEW
from issuer.verify.wording import day, shown


def seal(case: Case) -> Finding:
    """Say whether the document is sealed and unchanged since."""
    fault = case.read.fault
    if isinstance(fault, ProofInvalid):
        return failed("seal.invalid", shown(fault.message))
    if isinstance(fault, ProofUnsupported):
        detail = f"It is sealed in a way that we cannot check: {shown(fault.message)}"
        return doubtful("seal.unsupported", detail)
    if not case.seals:
        detail = "It carries no seal, so anybody may have written it. Ask for the sealed file."
        return failed("seal.none", detail)
    return worst(_one(case, found) for found in case.seals)


def _one(case: Case, found: Seal | Fault) -> Finding:
    if isinstance(found, ProofInvalid):
        return failed("seal.invalid", shown(found.message))
    if isinstance(found, ProofUnsupported):
        return doubtful("seal.unsupported", shown(found.message))
    if not isinstance(found, Seal):
        return failed("seal.malformed", shown(found.message))
    claimed = found.claimed
    if claimed is not None and claimed > case.at + CLOCK_SKEW:
        detail = f"It says that it was sealed at {claimed.isoformat()}, in the future."
        return failed("seal.future", detail)
    when = f" on {day(claimed)}" if claimed else ""
    who = found.certificate.subject_organisation or found.certificate.common_name
    return passed(
        f"The seal is intact: nothing was changed since {shown(who or 'somebody')} sealed it{when} "
        f"({found.form})."
    )
