"""Linked data made signable: expansion that refuses whatever it would drop, and RDFC-1.0.

This room knows no nouns, no proofs and no network.
"""

from issuer.jsonld.canonical import Canonicalise, Json

__all__ = ["Canonicalise", "Json"]
