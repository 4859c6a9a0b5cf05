"""Members and types that readers look up by name must stand there by that name.

VCDM 2.0 §4, VC Data Integrity 1.0 §2.1, Bitstring Status List 1.0 §2.1. In RDF ``validUntil`` and
its full address are the same: whoever holds a signed document could rename the member, or give it
another name in a context of his own, and the signature would still fit, while every reader of the
JSON sees a credential that never ends or was never revoked. So the members of the root, of its
entries of a status and of what it is built from stand there by name. Deeper down the published
contexts fix what a name means, but only within a type that stands there by its own name: written in
full it fixes nothing, and one member could be made to show what another says.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import schemas
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


_STATUS = "https://www.w3.org/ns/credentials/status#"
_STACKED = schemas.VOCABULARY + "stackedFrom"
_INNER = {
    "credentialStatus": {
        _STATUS + name: name
        for name in ("statusListCredential", "statusListIndex", "statusPurpose", "statusSize")
    },
    "credentialSubject": {_STACKED: "stackedFrom"},
}
"""What is looked up by name one step below the root."""


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
    _require_inside(root, body)


def _require_inside(root: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    for outer, names in _INNER.items():
        stated = body.get(outer, [])
        inside = zip(
            root.get(_CREDENTIALS + outer, []),
            stated if isinstance(stated, list) else [stated],
            strict=False,
        )
        for node, said in inside:
            _require_inner(node, said, names)
            if _STACKED in node and not _has_our_context(body):
                raise MalformedDocument(
                    "The document says what it is built from without the context that fixes what "
                    "is meant: state it as it was signed."
                )


def _has_our_context(body: Mapping[str, Any]) -> bool:
    named = body.get("@context")
    return any(map(schemas.is_stacking_context, named if isinstance(named, list) else [named]))


def _require_inner(node: Mapping[str, Any], said: Any, names: Mapping[str, str]) -> None:
    for iri, name in names.items():
        there = said.get(name) if isinstance(said, dict) else None
        if iri in node and not _is_said(node[iri], there):
            raise MalformedDocument(
                f"The document says {name} under another name, or something else by that name: "
                f"write it as {name}."
            )


def _is_said(values: list[dict[str, Any]], there: Any) -> bool:
    """Whether a member says these expanded values: the same texts or ids, or an object each."""
    stated = there if isinstance(there, list) else [there]
    if there is None or len(stated) != len(values):
        return False
    pairs = zip(values, stated, strict=True)
    return all(isinstance(one, dict) or one in _meant(value) for value, one in pairs)


def _meant(value: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(value[key] for key in ("@value", "@id") if key in value)


def require_types(expanded: list[dict[str, Any]], *, body: dict[str, Any]) -> None:
    """Return nothing if each type within which a published context names members stands by name.

    Raises MalformedDocument.
    """
    meant = Counter(kind for node in _nodes(expanded) for kind in _listed(node.get("@type")))
    said = Counter(
        kind
        for node in _nodes(body)
        for kind in {*_listed(node.get("type")), *_listed(node.get("@type"))}
    )
    for iri, name in _types().items():
        if meant[iri] > said[name]:
            raise MalformedDocument(
                f"The document writes the type {name} in full or by another name, where readers do "
                f"not look: write it as {name}."
            )


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object but contexts and values, outermost first."""
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item)
    elif isinstance(value, dict) and "@value" not in value:
        yield value
        for name, member in value.items():
            if name != "@context":
                yield from _nodes(member)


def _listed(kinds: Any) -> set[str]:
    listed = kinds if isinstance(kinds, list) else [kinds]
    return {kind for kind in listed if isinstance(kind, str)}


@cache
def _types() -> Mapping[str, str]:
    """The types within which a pinned context defines members, by address, with their names."""
    found: dict[str, str] = {}
    for url in sorted(schemas.context_urls()):
        whole = schemas.context(url)["@context"]
        for part in whole if isinstance(whole, list) else [whole]:
            for name, meaning in part.items() if isinstance(part, dict) else ():
                if isinstance(meaning, dict) and "@context" in meaning:
                    found[meaning["@id"]] = name
    return found
