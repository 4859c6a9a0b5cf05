"""Has the issuer revoked or suspended it?

W3C Bitstring Status List 1.0 §3.2 (https://www.w3.org/TR/2025/REC-vc-bitstring-status-list-20250515/).
A list is a credential of its own, so it goes through the same steps; whatever is wrong with it
leaves the question open, and never reads as "not revoked". A list is neither fetched nor followed
to another.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from issuer.errors import StatusListInvalid
from issuer.status import bitstring
from issuer.status.bitstring import StatusList
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed, worst
from issuer.verify.material import Obtained
from issuer.verify.reading import read
from issuer.verify.report import Need, Verdict
from issuer.verify.signatures import issuer_of
from issuer.verify.steps.contexts import contexts
from issuer.verify.steps.form import form
from issuer.verify.steps.issuer_key import issuer_key
from issuer.verify.steps.key_status import key_status
from issuer.verify.steps.proof import proof
from issuer.verify.steps.validity import validity
from issuer.verify.wording import day, shown

UNDATED_FRESH = dt.timedelta(days=1)
"""How long a list that states no end of its own is relied on after it was obtained."""
_ENTRY = "BitstringStatusListEntry"
_MOST_ENTRIES = 8
_MOST_TTL = 10**13
_INDEX = re.compile(r"[0-9]{1,18}")
_STEPS: Mapping[str, Callable[[Case], Finding]] = {
    "format": form,
    "contexts": contexts,
    "proof": proof,
    "issuer_key": issuer_key,
    "key_status": key_status,
    "validity": validity,
}
_NONE_NAMED = {
    "revocation": "It names no list of revoked credentials, so it cannot be revoked that way.",
    "suspension": "It names no suspension list, so it cannot be suspended.",
}
_NOT_SET = {
    "revocation": "It is not on the issuer’s list of revoked credentials.",
    "suspension": "It is not suspended.",
}
_NOT_HAD = {
    "revocation": "The list of revoked credentials could not be {}, so it may have been revoked",
    "suspension": "The suspension list could not be {}, so it may be suspended",
}


def revocation(case: Case) -> Finding:
    """Say whether the issuer's list says "revoked"; once set, that is final."""
    return _asked(case, "revocation")


def suspension(case: Case) -> Finding:
    """Say whether the issuer's list says "suspended" at this moment."""
    found = _asked(case, "suspension")
    revoked = case.findings.get("revocation")
    if found.sub == "status.suspension" and revoked and revoked.sub == "status.revocation":
        # Who revokes sets both bits; that it may be reinstated would be wrong.
        return found._replace(detail="It was revoked, so it is out of force for good.")
    return found


def _asked(case: Case, purpose: str) -> Finding:
    named = case.document.get("credentialStatus", [])
    entries = [e for e in (named if isinstance(named, list) else [named]) if _concerns(e, purpose)]
    if not entries:
        return passed(_NONE_NAMED[purpose])
    if len(entries) > _MOST_ENTRIES:
        return not_had(purpose, "status.too_many", f"it names {len(entries)} of them")
    return worst(_entry(case, entry, purpose) for entry in entries)


def _concerns(entry: Mapping[str, Any], purpose: str) -> bool:
    # An entry that does not say what it is for, in a way that we know, may be for anything.
    said = entry.get("statusPurpose")
    return said == purpose or not isinstance(said, str) or not _is_known(entry)


def _is_known(entry: Mapping[str, Any]) -> bool:
    types = entry.get("type")
    return _ENTRY in (types if isinstance(types, list) else [types])


def not_had(purpose: str, sub: str, why: str, *, needs: tuple[Need, ...] = ()) -> Finding:
    """Make a finding that leaves the question open, because a list could not be had or used."""
    had = "had" if sub == "status.missing" else "used"
    sentence = _NOT_HAD[purpose].format(had)
    return doubtful(sub, f"{sentence}{': ' if why else ''}{why}.", needs=needs)


def _entry(case: Case, entry: Mapping[str, Any], purpose: str) -> Finding:
    # 1. §2.1: the entry is of a kind that we know, and says which bit of which list.
    if not _is_known(entry):
        said = shown(entry.get("type"))
        return not_had(purpose, "status.unknown_type", f"it is of the type {said}")
    url, index = entry.get("statusListCredential"), _index(entry)
    whole = isinstance(entry.get("statusPurpose"), str) and entry.get("statusSize", 1) == 1
    if not isinstance(url, str) or index is None or not whole:
        return not_had(purpose, "status.entry_malformed", "the entry in the document is malformed")
    return ask(case, url=url, index=index, purpose=purpose, issuer=issuer_of(case.document))


def ask(case: Case, *, url: str, index: int, purpose: str, issuer: str) -> Finding:
    """Say what the bit ``index`` of the list at ``url`` says; it must be signed by ``issuer``."""
    # 2. The list is at hand.
    obtained = case.material.status_lists.get(url)
    if obtained is None:
        return not_had(purpose, "status.missing", "", needs=(Need("status", url),))
    # Of many credentials of one list the list itself is asked once a second: its own end, and that
    # of its key, are stated in whole seconds.
    asked, second = (
        (url, purpose, issuer, case.purpose, case.policy),
        case.at.replace(microsecond=0),
    )
    moment, status = case.material.checked.get(asked, (None, None))
    if status is None or moment != second:
        found = _opened(case, obtained, purpose=purpose, issuer=issuer, url=url)
        if isinstance(found, Finding):
            return found._replace(source=obtained.source, as_of=obtained.at)
        status = found
        case.material.checked[asked] = (second, found)
    # 5. The bit is read.
    found = _bit(case, status, purpose=purpose, index=index)
    return found._replace(source=obtained.source, as_of=obtained.at)


def _opened(  # What is asked of a list is what it is.
    case: Case, obtained: Obtained, *, purpose: str, issuer: str, url: str
) -> StatusList | Finding:
    there = replace(case, read=read(obtained.value), findings={})
    trouble = (
        # 3. It is a credential, and it is the list that is named, by the issuer of this one.
        _step(there, "format", purpose)
        or _other(there, purpose, issuer=issuer, url=url)
        # 4. It is authentic, in force and fresh, as every credential has to be.
        or next(filter(None, (_step(there, name, purpose) for name in _STEPS)), None)
        or _stale(there, purpose, obtained=obtained)
    )
    if trouble is not None:
        return trouble
    # It is for this purpose, and long enough.
    try:
        return bitstring.parse(there.document, purpose=purpose)
    except StatusListInvalid as fault:
        return not_had(purpose, "status.list_invalid", shown(fault.message))


def _index(entry: Mapping[str, Any]) -> int | None:
    # §2.1: an integer of any size, 0 or more, as a text in base 10.
    said = entry.get("statusListIndex")
    return int(said) if isinstance(said, str) and _INDEX.fullmatch(said) else None


def _step(there: Case, name: str, purpose: str) -> Finding | None:
    found = _STEPS[name](there)
    there.findings[name] = found
    if found.verdict is Verdict.PASSED:
        return None
    why = f"the list itself: {found.detail.rstrip('.')}"
    return not_had(purpose, f"status.list_{name}", why, needs=found.needs)


def _other(there: Case, purpose: str, *, issuer: str, url: str) -> Finding | None:
    if there.document.get("id") != url:
        return not_had(
            purpose, "status.other_list", "what was found at its address is another list"
        )
    if issuer_of(there.document) != issuer:
        return not_had(purpose, "status.other_issuer", "it is a list of another issuer")
    return None


def _stale(there: Case, purpose: str, *, obtained: Obtained) -> Finding | None:
    subject = there.document["credentialSubject"]
    ttl = subject.get("ttl") if isinstance(subject, Mapping) else None
    keeps = UNDATED_FRESH if "validUntil" not in there.document else None
    # §2.2: ttl is in milliseconds; the list is not to be kept longer.
    if isinstance(ttl, int | float) and not isinstance(ttl, bool):
        keeps = dt.timedelta(milliseconds=min(max(ttl, 0), _MOST_TTL))
    if keeps is None or there.at - obtained.at <= keeps:
        return None
    return not_had(purpose, "status.stale", f"it is of {day(obtained.at)}, which is too old")


def _bit(case: Case, status: StatusList, *, purpose: str, index: int) -> Finding:
    try:
        is_set = status.get(index)
    except StatusListInvalid as fault:
        return not_had(purpose, "status.list_invalid", shown(fault.message))
    if is_set:
        return failed(f"status.{purpose}", told(case, purpose))
    return passed(_NOT_SET[purpose])


def told(case: Case, purpose: str) -> str:
    """What is known of why and since when, for a sentence."""
    known = case.material.revocation_reasons.get(str(case.document.get("id")))
    ends = " and may reinstate it" if purpose == "suspension" else ""
    what = "suspended" if purpose == "suspension" else "revoked"
    if known is None:
        return f"The issuer {what} it{ends}. When and why is not published in the list."
    return (
        f"The issuer {what} it on {day(known.at)}{ends}. Reason: {shown(known.reason.rstrip('.'))}."
    )
