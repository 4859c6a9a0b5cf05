"""In by the door: the one bounded HTTP client, and nothing that is not bounded."""

from issuer.fetch.client import Bounds, Budget, Fetched, Fetcher, Network

__all__ = ["Bounds", "Budget", "Fetched", "Fetcher", "Network"]
