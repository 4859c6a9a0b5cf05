"""Was it awarded to the person in front of you?

Open Badges 3.0 IdentityObject (https://www.imsglobal.org/spec/ob/v3p0/#identityobject): a name or
identifier in clear, or the SHA-256 of the identifier with its salt. Equal names are not equal
persons: this compares writing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from issuer.formats.portrait import portrait
from issuer.formats.tolerant import mapping, mappings, text
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed
from issuer.verify.named import folded, hashed
from issuer.verify.wording import shown


def holder(case: Case) -> Finding:
    """Compare the name or identifier that was given with those in the document."""
    given = case.policy.holder
    if given is None:
        return doubtful("holder.not_asked", "You named nobody to compare with.")
    name = portrait(case.document).learner_name
    if name is not None and folded(name) == folded(given):
        return passed(f"The name that you gave, {shown(given)}, is the name in it.")
    kinds = []
    for identity in _identities(case.document):
        if _matches(identity, given):
            return passed(f"The identifier that you gave, {shown(given)}, is one of those in it.")
        kinds.append(identity.get("identityType"))
    # An address can only contradict an address, and a name a name.
    comparable = "emailAddress" in kinds if "@" in given else name is not None
    if comparable:
        return failed("holder.other", f"It was awarded to somebody other than {shown(given)}.")
    detail = f"It holds nothing that {shown(given)} could be compared with."
    return doubtful("holder.nothing_to_compare", detail)


def _identities(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    subject = mapping(document.get("credentialSubject"))
    yield from mappings(subject.get("identifier"))


def _matches(identity: Mapping[str, Any], given: str) -> bool:
    said = text(identity.get("identityHash")) or ""
    if identity.get("hashed") is not True:
        return bool(said) and folded(said) == folded(given)
    salt = text(identity.get("salt")) or ""
    spellings = {given, given.strip(), given.strip().casefold()}
    return said in {hashed(spelling, salt=salt) for spelling in spellings}
