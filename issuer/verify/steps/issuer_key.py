"""Is the key one of the issuer's own?

VCDM 2.0 §4.7, Controlled Identifiers 1.0 §3.3 (https://www.w3.org/TR/cid-1.0/): a verification
method of the issuer's DID, controlled by it and listed for making assertions. That the proof fits
says nothing about this.
"""

from issuer.errors import ProofInvalid, ProofUnsupported
from issuer.verify.case import ASSERTION, Case
from issuer.verify.finding import Finding, doubtful, failed, passed, worst
from issuer.verify.keyring import held
from issuer.verify.signatures import Signature, issuer_of
from issuer.verify.wording import domain
from keys.documents import did_of


def issuer_key(case: Case) -> Finding:
    """Say whether the issuer itself signed, with a key that it publishes for that."""
    issuer = issuer_of(case.document)
    if not issuer.startswith("did:"):
        detail = (
            f"The issuer is named by {domain(issuer)}, which publishes no keys that we could "
            "compare with. Who signed is not established."
        )
        return doubtful("issuer.not_a_did", detail)
    try:
        signatures = case.signatures()
    except (ProofInvalid, ProofUnsupported):
        detail = f"There is no signature that could be compared with the keys of {domain(issuer)}."
        return doubtful("issuer.no_signature", detail)
    # 1. At least one signature is by the issuer.
    if not any(did_of(s.method_id) == issuer for s in signatures):
        return failed("issuer.other_key", _somebody_else(issuer))
    # 2. Each, whoever else signed beside it, is by a key that its owner publishes for that.
    return worst(_one(case, signature, issuer=issuer) for signature in signatures)


def _one(case: Case, signature: Signature, *, issuer: str) -> Finding:
    owner = did_of(signature.method_id)
    found = held(signature.method_id, case.material)
    if isinstance(found, Finding):
        return found
    if found.method is None:
        detail = _somebody_else(owner)
        return failed("issuer.other_key", detail, source=found.source, as_of=found.as_of)
    if ASSERTION not in found.method.relationships:
        detail = f"{domain(owner)} publishes this key, but not for signing credentials."
        return failed("issuer.purpose", detail, source=found.source, as_of=found.as_of)
    detail = f"The signing key is one that {domain(issuer)} publishes as its own."
    return passed(detail, source=found.source, as_of=found.as_of)


def _somebody_else(issuer: str) -> str:
    return f"The key is not one that {domain(issuer)} publishes: somebody else signed."
