"""From a name to addresses that may be dialled: every one of them public, or none is used.

IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates), RFC 6598 (shared
address space), RFC 4291 §2.5.5.2 (IPv4-mapped), RFC 6052 (NAT64), RFC 3056 (6to4). The networks are
written out here, since what Python calls global differs between its versions. Nothing is dialled.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Final

from issuer.errors import FetchFailed, FetchRefused

Resolve = Callable[[str, int], Sequence[str]]
"""From a host name and a port to its addresses as text; raises OSError if there are none."""

_CLOSED_V4: Final = tuple(
    (ipaddress.IPv4Network(network), word)
    for network, word in (
        ("0.0.0.0/8", "reserved"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a provider's customers"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "6to4"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
# Global unicast is the only part of IPv6 in which anybody publishes; loopback, IPv4-mapped, NAT64,
# unique local, link-local and multicast addresses all lie outside it.
_OPEN_V6: Final = ipaddress.IPv6Network("2000::/3")
_CLOSED_V6: Final = tuple(
    (ipaddress.IPv6Network(network), word)
    for network, word in (
        ("2001::/23", "for protocols such as Teredo"),
        ("2001:db8::/32", "for documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "for documentation"),
    )
)


def refusal(address: str) -> str | None:
    """Say in a word why ``address`` must not be dialled, or None if it is public."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "not an address"
    if isinstance(ip, ipaddress.IPv4Address):
        return next((word for network, word in _CLOSED_V4 if ip in network), None)
    if ip not in _OPEN_V6:
        return "not public IPv6"
    return next((word for network, word in _CLOSED_V6 if ip in network), None)


def require_public(host: str, addresses: Sequence[str]) -> None:
    """Raise FetchRefused if any address of ``host`` is not public.

    One that is not is enough: a name with a public and a private address is an attack or a mistake.
    """
    for address in addresses:
        word = refusal(address)
        if word is not None:
            msg = (
                f"{host} has the address {address}, which is {word}. It is not fetched unless the"
                f" operator lists {host} in fetch_hosts."
            )
            raise FetchRefused(msg, host=host)


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of ``host``; raises OSError if it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def resolve_within(resolve: Resolve, host: str, port: int, *, seconds: float) -> Sequence[str]:
    """Resolve ``host`` once; raises FetchFailed if it has no address or takes too long.

    The system's resolver cannot be interrupted, so it works in a thread that may be left behind.
    """
    found: list[Sequence[str]] = []

    def ask() -> None:
        try:
            found.append(resolve(host, port))
        except (OSError, UnicodeError):
            found.append(())

    thread = threading.Thread(target=ask, name="resolve", daemon=True)
    thread.start()
    thread.join(seconds)
    addresses = found[0] if found else ()
    if not addresses:
        why = "is not known to the DNS" if found else "could not be looked up in time"
        raise FetchFailed(f"The name {host} {why}. Check it, or try again later.", host=host)
    return addresses
