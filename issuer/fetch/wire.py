"""One connection to one checked address, on which no single byte may outlast the deadline.

TCP and TLS 1.2 or later (RFC 8446; RFC 9525 for the name in the certificate), as a network stream
of ``httpcore2``, which speaks HTTP/1.1 on it. The address is dialled as it was checked, while Host,
SNI and certificate stay those of the name: a second look-up cannot lead elsewhere.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import httpcore2

from issuer.errors import FetchFailed
from issuer.fetch.location import Location

Dial = Callable[[str, int, float], socket.socket]
"""From an address, a port and seconds to a connected socket; raises OSError."""


class Deadline:
    """Seconds that a fetch may take in all, counted from its construction."""

    def __init__(self, seconds: float, *, host: str) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds
        self._host = host

    def left(self) -> float:
        """Seconds that are left, more than 0; raises FetchFailed if there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise self.exceeded()
        return left

    def exceeded(self) -> FetchFailed:
        """The error that says so."""
        msg = f"{self._host} did not answer within {self._seconds:g} s. Try again later."
        return FetchFailed(msg, host=self._host)


class Wire(httpcore2.NetworkStream):
    """A connected socket; whatever HTTP asks of it ends by the deadline."""

    def __init__(self, sock: socket.socket, *, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 # The deadline counts for all.
        """Read up to ``max_bytes``, until the deadline."""
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 # As in `read`.
        """Write all of ``buffer``, until the deadline."""
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(buffer)

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()


def system_dial(address: str, port: int, seconds: float) -> socket.socket:
    """Connect to an address (never a name: nothing is looked up here)."""
    return socket.create_connection((address, port), seconds)


@contextmanager
def connect(
    place: Location,
    *,
    addresses: Sequence[str],
    dial: Dial,
    tls: ssl.SSLContext,
    deadline: Deadline,
) -> Iterator[Wire]:
    """Connect to the first address that answers, with TLS where the URL says https.

    Raises FetchFailed: nobody answers, the certificate is not the host's, or time is up. What goes
    wrong on the wire while it is in use is told in the same words.
    """
    try:
        sock = _first(place, addresses=addresses, dial=dial, deadline=deadline)
        try:
            if place.scheme == "https":
                sock.settimeout(deadline.left())
                sock = tls.wrap_socket(sock, server_hostname=place.host)
            yield Wire(sock, deadline=deadline)
        finally:
            sock.close()
    except TimeoutError as fault:
        raise deadline.exceeded() from fault
    except ssl.SSLCertVerificationError as fault:
        msg = f"{place.host} shows a certificate that is not good: {fault.verify_message}."
        raise FetchFailed(msg, host=place.host) from fault
    except (OSError, httpcore2.ProtocolError) as fault:
        msg = f"{place.host} could not be reached, or broke off. Try again later."
        raise FetchFailed(msg, host=place.host) from fault


def _first(
    place: Location, *, addresses: Sequence[str], dial: Dial, deadline: Deadline
) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return dial(address, place.port, deadline.left())
        except OSError:
            continue
    return dial(addresses[-1], place.port, deadline.left())
