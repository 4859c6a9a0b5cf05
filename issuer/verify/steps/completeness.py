"""Does it say what a European micro-credential has to say?

Council Recommendation 2022/C 243/02, Annex I: eleven elements, and five where relevant. A note:
an incomplete credential is still a genuine one.
"""

from issuer.formats.portrait import elements
from issuer.model.annex1 import MANDATORY, OPTIONAL
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed


def completeness(case: Case) -> Finding:
    """Count the elements of Annex I."""
    said = elements(case.document, apart=case.apart)
    if said is None:
        detail = "It does not call itself a micro-credential, so the EU list was not applied."
        return doubtful("completeness.not_applied", detail)
    if said.mandatory_missing:
        missing = ", ".join(name for _, name in said.mandatory_missing)
        detail = (
            f"Only {len(said.mandatory_present)} of the {len(MANDATORY)} elements that the EU "
            f"requires are stated. Missing: {missing}."
        )
        return failed("completeness.missing", detail)
    return passed(
        f"All {len(MANDATORY)} elements that the EU requires are stated, and "
        f"{len(said.optional_present)} of the {len(OPTIONAL)} optional ones."
    )
