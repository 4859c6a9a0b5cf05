"""Was the key good when it signed?

Controlled Identifiers 1.0 §2.2 (https://www.w3.org/TR/cid-1.0/): nothing is verified by a key at or
after its ``expires``, old proofs included; ``revoked`` says from when on its signatures are not to
be trusted. Whoever stole a key writes any ``created`` he likes, so for a revoked key only a time
that somebody else vouches for counts.
"""

import datetime as dt

from issuer.errors import ProofInvalid, ProofUnsupported
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed, worst
from issuer.verify.keyring import Held, held
from issuer.verify.signatures import Signature
from issuer.verify.wording import day, domain
from keys.documents import did_of


def key_status(case: Case) -> Finding:
    """Say whether every key on the document was in use, and not reported stolen."""
    try:
        signatures = case.signatures()
    except (ProofInvalid, ProofUnsupported):
        detail = "There is no signature whose key could be looked at."
        return doubtful("key.no_signature", detail)
    return worst(_one(case, signature) for signature in signatures)


def _one(case: Case, signature: Signature) -> Finding:
    found = held(signature.method_id, case.material)
    if isinstance(found, Finding):
        return found
    if found.method is None:
        detail = f"The history of the key could not be had: {_owner(signature)} does not list it."
        return doubtful("key.absent", detail, source=found.source, as_of=found.as_of)
    # 1. A key that has expired verifies nothing, whenever it signed.
    expires = found.method.expires
    if expires is not None and expires <= case.at:
        detail = f"The key expired on {day(expires)}; nothing may be verified by it since."
        return failed("key.expired", detail, source=found.source, as_of=found.as_of)
    # 2. A key that was revoked: by proven time alone.
    if found.method.revoked is not None:
        return _revoked(case, signature, found, revoked=found.method.revoked)
    if signature.method_id.startswith("did:key:"):
        return passed("The key is its own identifier: it has no history, and cannot be withdrawn.")
    detail = "The key was in use, and not reported stolen, when this was signed."
    return passed(detail, source=found.source, as_of=found.as_of)


def _revoked(case: Case, signature: Signature, found: Held, *, revoked: dt.datetime) -> Finding:
    proven = case.material.proven_times.get(case.read.digest)
    source, as_of = found.source, found.as_of
    since = f"The key was reported stolen as of {day(revoked)}"
    if proven is not None and proven < revoked:
        detail = f"{since}, but this document is proven to have existed on {day(proven)}, before."
        return passed(detail, source=source, as_of=as_of)
    if signature.created is not None and signature.created >= revoked:
        detail = "The key was reported stolen before this was signed."
        return failed("key.stolen", detail, source=source, as_of=as_of)
    detail = (
        f"{since}. Nobody but its signer says that this document existed before, and a thief can "
        f"write any date. Ask {_owner(signature)} to issue it again."
    )
    return doubtful("key.stolen_unproven", detail, source=source, as_of=as_of)


def _owner(signature: Signature) -> str:
    return domain(did_of(signature.method_id))
