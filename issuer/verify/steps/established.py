"""Do we know who is behind the issuer's DID?

VCDM 2.0 §7.1 and §B.2: a verifier decides whose word it takes. Here that is the operator's trust
list; the name, logo and accreditation in the document are claims of whoever signed it.
"""

from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, passed
from issuer.verify.keyring import Known, keys_of
from issuer.verify.material import TrustedIssuer
from issuer.verify.signatures import issuer_of
from issuer.verify.wording import domain, shown
from keys.algorithms import UnsupportedAlgorithm
from keys.public import PublicKey

_SOURCE = "the operator's list of issuers whose identity was established"


def issuer_established(case: Case) -> Finding:
    """Say whether the operator's trust list names the issuer, and how that was established."""
    did = issuer_of(case.document)
    # 1. Only where the issuer itself signed is there somebody to ask about.
    if not case.has_passed("proof", "issuer_key"):
        detail = f"It is not shown that {domain(did)} signed this, so who that is was not asked."
        return doubtful("issuer.not_shown", detail)
    # 2. The DID is on the list, letter by letter.
    entry = next((t for t in case.material.trusted if t.did == did), None)
    if entry is None:
        detail = f"Signed by whoever controls {domain(did)}. We have not established who that is."
        return doubtful("issuer.not_established", detail, source=_SOURCE)
    # 3. Its keys have not all changed at once: the domain may have a new master.
    if did in case.material.changed_keys or _all_new(entry, case):
        detail = (
            f"All keys of {domain(did)} have changed since we last saw them, so somebody else may "
            f"control it now. Ask {shown(entry.legal_name)}."
        )
        return doubtful("issuer.keys_changed", detail, source=_SOURCE)
    detail = (
        f"{shown(entry.established_by)} confirms that {domain(did)} belongs to "
        f"{shown(entry.legal_name)} ({shown(entry.established_how)})."
    )
    return passed(detail, source=_SOURCE)


def _all_new(entry: TrustedIssuer, case: Case) -> bool:
    known = keys_of(entry.did, case.material)
    if not entry.keys_seen or not isinstance(known, Known):
        return False
    return not any(_multibase(m.public_key) in entry.keys_seen for m in known.document.methods)


def _multibase(key: PublicKey) -> str | None:
    try:
        return key.multibase()
    except UnsupportedAlgorithm:
        return None
