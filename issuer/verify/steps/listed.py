"""Is a European Digital Credential on a list of what was revoked or suspended?

ELM 3.2 ``credentialStatus`` (one, a CredentialStatus with an id), W3C Bitstring Status List 1.0.
ELM says no more than an address: where it is ``{list}#{place}``, and the list is signed under a DID
that the sealed document names as its issuer's, the list is asked, whatever its purpose. Everything
else leaves the question open.
"""

import re

from issuer.formats.tolerant import mapping, mappings, text
from issuer.verify.case import Case
from issuer.verify.finding import Finding, passed
from issuer.verify.reading import read
from issuer.verify.report import Need
from issuer.verify.signatures import issuer_of
from issuer.verify.steps.status import ask, not_had, told

_PLACE = re.compile(r"(https?://[^#\s]{1,2000})#([0-9]{1,18})", re.ASCII)
_PURPOSES = ("revocation", "suspension")


def listed(case: Case) -> Finding:
    """Say whether the issuer's list says that it is revoked or suspended."""
    entries = case.document.get("credentialStatus")
    if entries is None or entries == []:
        return passed("It names no list of revoked credentials, so it cannot be revoked that way.")
    named = mappings(entries)
    if len(named) != 1:
        return not_had("revocation", "status.too_many", f"it names {len(named)} of them")
    place = _PLACE.fullmatch(text(named[0].get("id")) or "")
    if place is None:
        return not_had("revocation", "status.unknown_type", "how to ask it is not known")
    url, index = place[1], int(place[2])
    obtained = case.material.status_lists.get(url)
    if obtained is None:
        return not_had("revocation", "status.missing", "", needs=(Need("status", url),))
    # What the list says of itself is believed only after `ask` has checked it.
    there = read(obtained.value).document or {}
    stated = mapping(there.get("credentialSubject")).get("statusPurpose")
    purpose = next((p for p in _PURPOSES if stated == p), "revocation")
    signed_by = issuer_of(there)
    issuer = signed_by if signed_by in _dids(case) else ""
    found = ask(case, url=url, index=index, purpose=purpose, issuer=issuer)
    return _told_apart(case, found) if found.sub == "status.suspension" else found


def _told_apart(case: Case, found: Finding) -> Finding:
    """Suspended or revoked: one list shows both, and only a record says which."""
    recorded = case.material.revocation_reasons.get(str(case.document.get("id")))
    if recorded is None:
        detail = "The issuer suspended it, or revoked it: its one list does not say which."
        return found._replace(detail=detail)
    if not recorded.final:
        return found
    return found._replace(sub="status.revocation", detail=told(case, "revocation"))


def _dids(case: Case) -> tuple[str, ...]:
    issuer = mapping(case.document.get("issuer"))
    found = (text(i.get("notation")) for i in mappings(issuer.get("identifier")))
    return tuple(did for did in found if did is not None and did.startswith("did:"))
