"""What is asked of a European Digital Credential alone: its form, its profile, its accreditation.

ELM 3.2, application profile EDC (http://data.europa.eu/snb/model/ap/edc-generic-full). Europass
asks five things: format, seal, revocation, accreditation, validity. The names are Europass's own.
"""

from issuer.formats.tolerant import link, mapping, mappings, text
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed
from issuer.verify.wording import shown

# Without these a document would pass every shape, because it says nothing that shapes are about.
_EMPTY = ("elm.no_context", "elm.not_an_edc", "elm.nothing_said")
_ACCREDITED = "http://data.europa.eu/snb/credential/c_ae121a00"


def edc_form(case: Case) -> Finding:
    """Say whether it is a European Digital Credential that says something."""
    if case.read.document is None:
        return _refused("format.unreadable", str(case.read.fault))
    for problem in case.problems:
        if problem.code in _EMPTY:
            return _refused("format.empty", problem.sentence)
    if "id" not in case.document:
        return _refused("format.structure", "it has no id")
    return passed("The file is complete and readable as a European Digital Credential (ELM 3).")


def _refused(sub: str, reason: str) -> Finding:
    detail = f"This file cannot be read as a credential: {shown(reason.rstrip('.'))}."
    return failed(sub, detail, stops=True)


def profile(case: Case) -> Finding:
    """Say whether it keeps to the profile of the European Learning Model that it names."""
    found = case.problems
    errors = [p for p in found if p.severity == "error"]
    if errors:
        listed = "; ".join(f"{p.sentence} ({p.path})" if p.path else p.sentence for p in errors[:5])
        return failed(
            "schema.broken", f"It does not keep to the model that it names: {shown(listed)}."
        )
    notes = "".join(f" Unusual: {shown(p.sentence)}." for p in found[:3])
    return passed(f"It keeps to the European Learning Model 3.2, as far as we check it.{notes}")


def accreditation(case: Case) -> Finding:
    """Say what it states about accreditation; Europass asks only what calls itself accredited."""
    kinds = [kind.get("id") for kind in mappings(case.document.get("credentialProfiles"))]
    if _ACCREDITED not in kinds:
        detail = (
            "It does not call itself accredited, so Europass does not ask. See who recognises it."
        )
        return doubtful("accreditation.not_asked", detail)
    stated = [mapping(e.get("accreditation")) for e in mappings(case.document.get("evidence"))]
    address = next((a for one in stated if (a := link(text(one.get("id"))))), None)
    where = f" It refers to {shown(address)}." if address else ""
    detail = f"It states that it is accredited. We have not looked that up.{where}"
    return doubtful("accreditation.not_looked_up", detail)
