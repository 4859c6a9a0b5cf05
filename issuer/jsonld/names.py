"""Members that readers look up by name must stand there by that name.

VCDM 2.0 §4, VC Data Integrity 1.0 §2.1. In RDF ``validUntil`` and its full address are the same:
whoever holds a signed document could rename the member, or give it another name in a context of
his own, and the signature would still fit, while every reader of the JSON sees a credential that
never ends or was never revoked. Deeper down an unknown name reads as missing and is refused by
whoever needs it; at the root of a credential or proof a missing member reads as consent.
"""

from typing import Any

from issuer.errors import MalformedDocument

_CREDENTIALS = "https://www.w3.org/2018/credentials#"
_SECURITY = "https://w3id.org/security#"
_NAMES = {
    **{
        _CREDENTIALS + name: name
        for name in (
            "confidenceMethod",
            "credentialSchema",
            "credentialStatus",
            "credentialSubject",
            "evidence",
            "expirationDate",
            "holder",
            "issuanceDate",
            "issuer",
            "refreshService",
            "relatedResource",
            "renderMethod",
            "termsOfUse",
            "validFrom",
            "validUntil",
            "verifiableCredential",
        )
    },
    **{
        _SECURITY + name: name
        for name in (
            "challenge",
            "cryptosuite",
            "domain",
            "nonce",
            "previousProof",
            "proofPurpose",
            "verificationMethod",
        )
    },
    _SECURITY + "expiration": "expires",
    _SECURITY + "proof": "proof",
}


def require_names(root: dict[str, Any], *, body: dict[str, Any]) -> None:
    """Return nothing if each known member of the expanded ``root`` stands in ``body`` by name.

    Raises MalformedDocument.
    """
    for keyword, name in (("@id", "id"), ("@type", "type")):
        if keyword in body and _CREDENTIALS in str(root.get("@type")):
            raise MalformedDocument(f"The document says {keyword}: write it as {name}.")
    for iri, name in _NAMES.items():
        if iri not in root:
            continue
        stated = body.get(name, [])
        if len(stated if isinstance(stated, list) else [stated]) != len(root[iri]):
            raise MalformedDocument(
                f"The document says {name} under another name, where readers do not look: "
                f"write it as {name}, at one place."
            )
