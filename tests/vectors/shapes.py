"""The Commission's shapes for a European Digital Credential, applied without a network.

ELM 3.2 application profile EDC (SHACL), JSON-LD 1.1: PyLD makes N-Quads with the two contexts of
the collection, pyshacl applies the published shapes. Only tests do this: the product uses no RDF.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyshacl
import rdflib
from pyld import jsonld

_CONTEXTS = {
    "https://www.w3.org/2018/credentials/v1": "elm/context/w3c-credentials-v1.jsonld",
    "http://data.europa.eu/snb/model/context/edc-ap": "elm/context/edc-ap-3.2.jsonld",
}


@dataclass(frozen=True)
class Judged:
    """What the shapes say."""

    conforms: bool
    triples: int
    text: str


class Shapes:
    """The shapes and contexts of the collection, read once."""

    def __init__(self, published: Callable[[str], Path]) -> None:
        self._contexts = {
            url: json.loads(published(name).read_bytes()) for url, name in _CONTEXTS.items()
        }
        self._shapes = rdflib.Graph()
        for name in ("generic-no-cv", "generic-full"):
            self._shapes.parse(published(f"elm/shapes/EDC-{name}.ttl"), format="turtle")

    def _load(self, url: str, _options: object) -> Mapping[str, Any]:
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": self._contexts[url],
        }

    def quads(self, document: Mapping[str, Any]) -> str:
        """What a document says as N-Quads; raises JsonLdError where it is no linked data."""
        options = {"format": "application/n-quads", "documentLoader": self._load}
        return str(jsonld.to_rdf(dict(document), options))

    def judge(self, document: Mapping[str, Any]) -> Judged:
        """Apply the shapes; raises JsonLdError where it is no linked data at all."""
        graph = rdflib.Graph().parse(data=self.quads(document), format="nt")
        conforms, _, text = pyshacl.validate(graph, shacl_graph=self._shapes, inference="none")
        return Judged(bool(conforms), len(graph), str(text))
