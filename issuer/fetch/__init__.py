"""In by the door: the one bounded HTTP client, and nothing that is not bounded."""

from issuer.fetch.client import Body, Bounds, Budget, Fetched, Fetcher, Network

__all__ = ["Body", "Bounds", "Budget", "Fetched", "Fetcher", "Network"]
