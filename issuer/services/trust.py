"""The operator's trust list: of which issuers we say who they are, how we know, and who said so.

A TOML file: ``[[issuer]]`` with did, legal_name, established_how, established_by, keys_seen.
Nothing is fetched here, and nobody gets on the list by himself.
"""

from collections.abc import Iterable
from typing import Any

import tomli_w

from issuer.errors import MalformedDocument
from issuer.services import fields
from issuer.verify import TrustedIssuer

_TEXTS = ("did", "legal_name", "established_how", "established_by")


def encode(trusted: Iterable[TrustedIssuer]) -> bytes:
    """``trust.toml`` for these issuers."""
    entries = [
        {name: getattr(t, name) for name in _TEXTS} | {"keys_seen": list(t.keys_seen)}
        for t in trusted
    ]
    head = "# Issuers of whom the operator says who they are: https://w3id.org/testamur\n"
    return (head + tomli_w.dumps({"issuer": entries})).encode()


def decode(data: bytes) -> tuple[TrustedIssuer, ...]:
    """Read a trust list; raises MalformedDocument naming the entry and what it lacks."""
    listed = fields.toml(data).get("issuer", [])
    if not isinstance(listed, list):
        msg = "The trust list must hold [[issuer]] entries."
        raise MalformedDocument(msg)
    return tuple(_entry(number, entry) for number, entry in enumerate(listed, 1))


def _entry(number: int, entry: Any) -> TrustedIssuer:
    texts = [entry.get(name) if isinstance(entry, dict) else None for name in _TEXTS]
    keys = entry.get("keys_seen", []) if isinstance(entry, dict) else []
    if not all(isinstance(t, str) and t for t in texts) or not _are_texts(keys):
        msg = f"Entry {number} of the trust list needs the texts {', '.join(_TEXTS)}."
        raise MalformedDocument(msg)
    did, name, how, by = (str(t) for t in texts)
    return TrustedIssuer(did, name, how, by, tuple(keys))


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
