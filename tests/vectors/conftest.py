"""Canonicalisation with the one context that only published examples use."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import schemas
from issuer.jsonld import Canonicalise, rdfc10

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


@pytest.fixture(scope="session")
def canonicalise_examples(vector: Callable[[str], Path]) -> Canonicalise:
    """As `rdfc10.canonicalise`; the context of W3C's examples is known beside the pinned ones.

    It defines every word (``@vocab``), so it is not in the catalogue of the product.
    """
    examples = json.loads(vector("contexts/credentials-examples-v2.json").read_bytes())

    def load(url: str) -> Mapping[str, Any]:
        return examples if url == EXAMPLES else schemas.context(url)

    def canonicalise(document: Mapping[str, Any], hash_name: str) -> bytes:
        return rdfc10.canonicalise(document, hash_name, load=load)

    return canonicalise
