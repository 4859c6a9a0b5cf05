"""The Europass wallet service that the operator named, behind the bounded client."""

from issuer.bootstrap.clock import now
from issuer.errors import FetchRefused, Misconfigured
from issuer.fetch.client import Bounds, Fetcher
from issuer.fetch.location import parse
from issuer.services.workbench import Wallet
from issuer.settings import Settings

_DEADLINE_S = 20.0
"""Longer than a fetch: the wallet checks seal and shapes before it answers."""
_MOST_ANSWERED = 64 << 10
"""Of an answer only the status counts."""


def wallet(settings: Settings) -> Wallet | None:
    """The service, or None where deposits are off; raises Misconfigured for an address like http.

    Its own bounds: nothing that is fetched for a verification may take as long.
    """
    url = settings.europass_wallet_url
    if url is None:
        return None
    hosts = frozenset(settings.fetch_hosts)
    try:
        parse(url, hosts=hosts)
    except FetchRefused as fault:
        msg = (
            "europass_wallet_url must be a plain https address of a public host; name its host in "
            f"fetch_hosts where it is not. {fault.message}"
        )
        raise Misconfigured(msg) from fault
    bounds = Bounds(hosts=hosts, deadline_s=_DEADLINE_S, most_bytes=_MOST_ANSWERED)
    return Wallet(url, Fetcher(clock=now, bounds=bounds))
