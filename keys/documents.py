"""DID documents and JWK sets: composed for our keys, parsed for anybody's.

DID Core 1.0 (https://www.w3.org/TR/did-core/), Controlled Identifiers 1.0 (Multikey), the did:web
method, RFC 7517 (JWK Set). Nothing is fetched here: `did_web_url` only says where it would be.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from keys.algorithms import Algorithm, MalformedKey, VaultError
from keys.lifecycle import KeyRecord, KeyState
from keys.public import PublicKey

_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
_RELATIONSHIPS = ("assertionMethod", "authentication")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")
_ENDS = re.compile(r"[/?#]")
_MOST_METHODS = 1_000
_MOST_HOST = 253
_MOST_PORT = 65_535


@dataclass(frozen=True)
class VerificationMethod:
    """A key that a DID document lists, and for what."""

    id: str
    public_key: PublicKey
    relationships: frozenset[str]
    expires: dt.datetime | None = None
    revoked: dt.datetime | None = None


@dataclass(frozen=True)
class DidDocument:
    """A parsed DID document; methods that cannot be understood or belong to others are left out."""

    did: str
    methods: tuple[VerificationMethod, ...]

    def method(self, method_id: str) -> VerificationMethod | None:
        """The method with this absolute id, or None."""
        return next((m for m in self.methods if m.id == method_id), None)


def did_of(url: str) -> str:
    """The DID of a DID URL: without path, query and fragment."""
    return _ENDS.split(url, maxsplit=1)[0]


def compose_did_document(did: str, records: Iterable[KeyRecord]) -> dict[str, Any]:
    """Compose the DID document of ``did``: every key that ever signed, absolute method ids.

    A retired key stays as it was, without ``expires``; a compromised one gets ``revoked``.
    """
    shown = [r for r in records if r.is_public]
    return {
        "@context": list(_CONTEXTS),
        "id": did,
        "verificationMethod": [_method(did, record) for record in shown],
        "assertionMethod": [f"{did}#{record.kid}" for record in shown],
    }


def _method(did: str, record: KeyRecord) -> dict[str, Any]:
    method: dict[str, Any] = {
        "id": f"{did}#{record.kid}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": record.public_key.multibase(),
    }
    if record.compromised_since is not None:
        at = record.compromised_since.astimezone(dt.UTC)
        method["revoked"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return method


def compose_jwks(did: str, records: Iterable[KeyRecord]) -> dict[str, Any]:
    """Compose the JWK Set of keys in use or retired; a compromised key is not in it."""
    shown = [r for r in records if r.is_public and r.state is not KeyState.COMPROMISED]
    return {
        "keys": [
            {
                **r.public_key.jwk(),
                "kid": f"{did}#{r.kid}",
                "alg": r.public_key.algorithm.jose_alg,
                "use": "sig",
            }
            for r in shown
        ]
    }


def did_key_document(did: str) -> DidDocument:
    """The document that a did:key stands for; raises MalformedKey or UnsupportedAlgorithm."""
    key = PublicKey.from_did_key(did)
    method_id = f"{did}#{did.removeprefix('did:key:')}"
    return DidDocument(did, (VerificationMethod(method_id, key, frozenset(_RELATIONSHIPS)),))


def parse_did_document(document: object, *, did: str) -> DidDocument:
    """Read a DID document that must be about ``did``; raises MalformedKey.

    Two methods with one id make the whole document unusable: nobody could say which one counts.
    """
    if not isinstance(document, Mapping) or document.get("id") != did:
        msg = f"the document is not about {did}"
        raise MalformedKey(msg)
    listed = document.get("verificationMethod", [])
    for entries in (listed, *(document.get(r, []) for r in _RELATIONSHIPS)):
        if not isinstance(entries, list) or len(entries) > _MOST_METHODS:
            msg = "verification methods and relationships must be lists of at most 1 000 entries"
            raise MalformedKey(msg)
    named = {r: document.get(r, []) for r in _RELATIONSHIPS}
    everything = [
        m for m in [*listed, *(m for r in named.values() for m in r)] if isinstance(m, Mapping)
    ]
    ids = [i for m in everything if (i := _absolute(m.get("id"), did)) is not None]
    if len(set(ids)) != len(ids):
        msg = "two verification methods have one id"
        raise MalformedKey(msg)
    relations = {r: frozenset(_ids(entries, did)) for r, entries in named.items()}
    methods = (_parse_method(m, relations, did) for m in everything)
    return DidDocument(did, tuple(m for m in methods if m is not None))


def _parse_method(
    method: Mapping[str, Any], relations: Mapping[str, frozenset[str]], did: str
) -> VerificationMethod | None:
    method_id = _absolute(method.get("id"), did)
    # CID 1.0 §3.3: the method must be controlled by the document that lists it.
    if method_id is None or did_of(method_id) != did or method.get("controller") != did:
        return None
    try:
        key = _key_of(method)
        expires, revoked = _moment(method.get("expires")), _moment(method.get("revoked"))
    except (VaultError, ValueError):
        return None
    named = frozenset(r for r, ids in relations.items() if method_id in ids)
    return VerificationMethod(method_id, key, named, expires, revoked)


def _key_of(method: Mapping[str, Any]) -> PublicKey:
    kind, jwk = str(method.get("type")), method.get("publicKeyJwk")
    if kind in {"Multikey", "Ed25519VerificationKey2020"}:
        key = PublicKey.from_multibase(str(method.get("publicKeyMultibase")))
        if kind == "Multikey" or key.algorithm is Algorithm.ED25519:
            return key
    elif kind in {"JsonWebKey", "JsonWebKey2020"} and isinstance(jwk, Mapping):
        return PublicKey.from_jwk(jwk)
    msg = f"a verification method of type {kind!r} is not supported"
    raise MalformedKey(msg)


def _moment(value: object) -> dt.datetime | None:
    if value is None:
        return None
    # A date that cannot be read leaves the method out: doubt about a key is not a licence.
    at = dt.datetime.fromisoformat(str(value))
    if at.tzinfo is None:
        msg = "a moment needs a zone"
        raise ValueError(msg)
    return at


def _absolute(value: object, did: str) -> str | None:
    if not isinstance(value, str):
        return None
    return did + value if value.startswith("#") else value


def _ids(entries: Iterable[object], did: str) -> Iterator[str]:
    for entry in entries:
        found = _absolute(entry.get("id") if isinstance(entry, Mapping) else entry, did)
        if found is not None:
            yield found


def did_web_url(did: str, *, http_hosts: frozenset[str] = frozenset()) -> str:
    """Where the document of a did:web is; raises MalformedKey for anything out of form.

    did:web method §2.5.2: colons become slashes, ``%3A`` before a port. IP addresses are no names.
    https always, but for ``localhost`` where ``http_hosts`` lists the host and port.
    """
    head, _, rest = did.partition("did:web:")
    name, *path = rest.split(":")
    if head or not re.fullmatch(r"[a-z0-9.-]+(%3A[1-9][0-9]{0,4})?", name):
        msg = f"{did[:100]!r} is not a did:web with a plain lower-case host name"
        raise MalformedKey(msg)
    host, _, port = unquote(name).partition(":")
    fits = len(host) <= _MOST_HOST and int(port or 443) <= _MOST_PORT
    if not (_HOST.fullmatch(host) and fits) or _is_address(host):
        msg = f"{did[:100]!r} does not name a host"
        raise MalformedKey(msg)
    if any(not _SEGMENT.fullmatch(s) or set(s) == {"."} for s in path):
        msg = f"{did[:100]!r} has a path that is not plain"
        raise MalformedKey(msg)
    netloc = f"{host}:{port}" if port else host
    scheme = "http" if host == "localhost" and netloc in http_hosts else "https"
    where = "/".join(path) if path else ".well-known"
    return f"{scheme}://{netloc}/{where}/did.json"


def _is_address(host: str) -> bool:
    # A last label of digits is read as an IPv4 address by resolvers (WHATWG URL, host parsing);
    # an IPv6 address is no host name to begin with.
    return re.fullmatch(r"(0x[0-9a-f]*|[0-9]+)", host.rsplit(".", 1)[-1]) is not None
