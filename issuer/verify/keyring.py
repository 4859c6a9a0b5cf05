"""From the id of a verification method to its key, out of the material alone.

Controlled Identifiers 1.0 §3.3 (https://www.w3.org/TR/cid-1.0/#retrieve-verification-method);
did:key and did:web. A DID document is about its own DID or it is nothing. Nothing is fetched:
what is missing is named.
"""

import datetime as dt
from typing import NamedTuple

from issuer.verify.finding import Finding, doubtful
from issuer.verify.material import Material
from issuer.verify.report import Need
from issuer.verify.wording import domain, shown
from keys.algorithms import VaultError
from keys.documents import (
    DidDocument,
    VerificationMethod,
    did_key_document,
    did_of,
    did_web_url,
    parse_did_document,
)


class Known(NamedTuple):
    """The keys of one DID."""

    document: DidDocument
    source: str
    as_of: dt.datetime | None


def keys_of(did: str, material: Material) -> Known | Finding:
    """The document of ``did``, or an INDETERMINATE finding that says what is missing."""
    try:
        if did.startswith("did:key:"):
            return Known(did_key_document(did), "the identifier itself", None)
        if did.startswith("did:web:"):
            return _of_web(did, material)
    except VaultError as fault:
        detail = f"The keys of {domain(did)} cannot be used: {shown(fault.message)}."
        return doubtful("key.unusable", detail)
    return doubtful(
        "key.method_unknown",
        f"The keys of {domain(did)} could not be had: we can look up did:web and did:key only.",
    )


def _of_web(did: str, material: Material) -> Known | Finding:
    # A name out of form is refused before anything is looked for.
    if did not in material.read:
        did_web_url(did)
    obtained = material.did_documents.get(did)
    if obtained is None:
        return doubtful(
            "key.unavailable",
            f"The keys of {domain(did)} could not be had.",
            needs=(Need("did", did),),
        )
    if did not in material.read:
        material.read[did] = parse_did_document(obtained.value, did=did)
    return Known(material.read[did], obtained.source, obtained.at)


class Held(NamedTuple):
    """A verification method and where it was found; ``method`` is None if it is not listed."""

    method: VerificationMethod | None
    source: str
    as_of: dt.datetime | None


def held(method_id: str, material: Material) -> Held | Finding:
    """The method with this absolute id, or an INDETERMINATE finding that says what is missing."""
    known = keys_of(did_of(method_id), material)
    if isinstance(known, Finding):
        return known
    return Held(known.document.method(method_id), known.source, known.as_of)
