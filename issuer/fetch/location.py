"""What may be asked for: an https URL, read once and by one reader.

RFC 3986, of which only a plain subset is taken: printable ASCII, no user information, host names
rather than addresses. The request is built from the parts found here, so that no second reader can
see another host in the same text. Nothing is resolved here.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from issuer.errors import FetchRefused

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_URL: Final = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*)(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?P<path>/[!$-;=@-\[\]_a-z~]*)?(?P<query>\?[!$-;=?@-\[\]_a-z~]*)?(?:#.*)?",
    # Without ASCII, ignoring case would let the Kelvin sign stand for a k.
    re.IGNORECASE | re.ASCII,
)
# A last label of digits is read as an IPv4 address by resolvers (WHATWG URL, host parsing).
_NUMERIC: Final = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|[0-9]+)")
_MOST_CHARACTERS: Final = 2_048
_MOST_HOST: Final = 253
_PORTS: Final = {"https": 443, "http": 80}
_FIRST_FREE_PORT: Final = 1_024
_LAST_PORT: Final = 65_535


@dataclass(frozen=True)
class Location:
    """A URL in parts, each already checked."""

    scheme: str
    host: str
    """Lower case."""
    port: int
    target: str
    """Path and query, as they stand in the request line."""
    trusted: bool
    """Whether the operator lists this host by name: it may be private, or plain http."""

    @property
    def netloc(self) -> str:
        """Host, and port where it is not the scheme's own: the Host header."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL again, without a fragment."""
        return f"{self.scheme}://{self.netloc}{self.target}"


def parse(url: str, *, hosts: frozenset[str], signed: bool = False) -> Location:
    """Read ``url``; raises FetchRefused for anything but plain https to a name.

    ``hosts`` (``name`` or ``name:port``) are those for which the operator allows http, addresses
    instead of names, and any port. ``signed`` allows http, and nothing else of that.
    """
    found = _URL.fullmatch(url) if len(url) <= _MOST_CHARACTERS else None
    if found is None or len(found["host"]) > _MOST_HOST:
        raise _refused(url, "is not a plain https URL without user name; correct the link")
    scheme, host = found["scheme"].lower(), found["host"].lower()
    port = int(found["port"] or _PORTS[scheme])
    trusted = not hosts.isdisjoint({host, f"{host}:{port}"})
    if not 0 < port <= _LAST_PORT:
        raise _refused(url, "names a port that does not exist")
    if not trusted:
        if scheme != "https" and not signed:
            raise _refused(url, "is not https; only the operator can allow that, by host")
        _require_ordinary(url, scheme=scheme, host=host, port=port)
    target = (found["path"] or "/") + (found["query"] or "")
    return Location(scheme, host, port, target, trusted)


def follow(
    here: Location, reference: str, *, hosts: frozenset[str], signed: bool = False
) -> Location:
    """Read the ``Location`` of a redirect, absolute or relative; raises as `parse` does."""
    try:
        url = urljoin(here.url, reference)
    except ValueError as fault:
        raise _refused(here.url, "redirects to something that is no URL") from fault
    return parse(url, hosts=hosts, signed=signed)


def _require_ordinary(url: str, *, scheme: str, host: str, port: int) -> None:
    if _NUMERIC.fullmatch(host):
        raise _refused(url, "names an address instead of a host")
    # Below 1024 live mail, shells and directories: nobody publishes credentials there.
    if port != _PORTS[scheme] and port < _FIRST_FREE_PORT:
        raise _refused(url, f"names port {port}, at which no credential is published")


def _refused(url: str, why: str) -> FetchRefused:
    return FetchRefused(f"{url[:100]!r} {why}. It was not fetched.", url=url[:_MOST_CHARACTERS])
