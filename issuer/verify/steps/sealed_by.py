"""Did the issuer itself seal it, and how do we know who that is?

ELM 3.2 issuer (eIDASIdentifier), ETSI EN 319 412-1 §5.1.4 (organizationIdentifier): the certificate
names an organisation, the document an issuer, and they must be one. Who the organisation is, an
anchor says: a trust service looked at its papers.
"""

from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed, worst
from issuer.verify.named import eidas_identifier, is_same_organisation
from issuer.verify.wording import shown
from keys.certificates import Certificate


def sealed_by_issuer(case: Case) -> Finding:
    """Say whether the certificate of the seal names the issuer of the document."""
    if case.read.sealed is None:
        return doubtful("issuer.no_signature", "There is no seal to compare the issuer with.")
    said = eidas_identifier(case.document)
    return worst(_one(s.certificate, said) for s in case.read.sealed.signatures)


def is_named(certificate: Certificate, said: str | None) -> bool:
    """Whether a certificate names the organisation with this identifier."""
    named = certificate.organisation_identifier
    return is_same_organisation(said, named)


def _one(certificate: Certificate, said: str | None) -> Finding:
    named = certificate.organisation_identifier
    who = shown(certificate.subject_organisation or certificate.subject_name)
    if said is None or named is None:
        detail = f"It was sealed by {who}. Whether that is its issuer, no identifier says."
        return doubtful("issuer.not_named", detail)
    if not is_named(certificate, said):
        detail = (
            f"It names {shown(said)} as its issuer, but it was sealed by {who}, {shown(named)}."
        )
        return failed("issuer.other_key", detail)
    return passed(f"The certificate of the seal names its issuer: {who}, {shown(named)}.")


def established_by_seal(case: Case) -> Finding:
    """Say whether we know who the issuer is: by the anchor above its certificate."""
    if not case.has_passed("seal", "issuer_key", "certificate"):
        detail = "It is not shown who sealed this, so who that is was not asked."
        return doubtful("issuer.not_shown", detail)
    # The question before has named the anchor, and said whether it is a test.
    return passed(
        "The trust service that issued the certificate of the seal has established who its issuer "
        "is.",
        source=case.findings["certificate"].source,
    )
