"""What "canonicalise" means to everybody who signs or verifies.

RDF Dataset Canonicalization 1.0, https://www.w3.org/TR/rdf-canon/. Two implementations exist:
`issuer.jsonld.rdfc10.canonicalise` in this process, `issuer.jsonld.pool.Pool.canonicalise` in
one that can be stopped. This module computes nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any

Json = Mapping[str, Any]
"""A JSON object; by agreement nobody changes it."""

Canonicalise = Callable[[Json, str], bytes]
"""(JSON-LD document, ``sha256`` or ``sha384``) -> canonical N-Quads, UTF-8."""
