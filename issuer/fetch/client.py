"""The one bounded HTTP client: https to public addresses, small, quick and few.

HTTP/1.1 (RFC 9110, RFC 9112) by ``httpcore2``. No cookies, no proxy, no credentials, no cache;
nothing of the environment is asked. Redirects are followed by hand, each checked like the first
address; those of a POST are not. What comes back is bytes: whether they are a DID document or a
status list is for others. Time-stamps, lists of revoked certificates and the like are published
over plain http, since each is signed (RFC 5280 §8): who asks for one says so by ``signed``.
"""

import datetime as dt
import ssl
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from issuer.errors import FetchFailed, FetchRefused
from issuer.fetch.addresses import Resolve, require_public, resolve_within, system_resolve
from issuer.fetch.location import Location, follow, parse

if TYPE_CHECKING:
    import httpcore2

    from issuer.fetch.wire import Deadline, Dial

_OK: Final = 200
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_ADDRESSES: Final = 4


@dataclass
class Budget:
    """What one verification may fetch in all; shared by all its fetches, used up as they happen."""

    hosts: int = 3
    """Different hosts that may still be asked."""
    documents: int = 10
    """Requests that may still be made; a redirect is one."""
    _asked: set[str] = field(default_factory=set, repr=False)

    def charge(self, host: str) -> None:
        """Pay for one request to ``host``; raises FetchRefused if that is too much."""
        if self.documents < 1:
            raise FetchRefused("Checking this would need too many documents. It stops here.")
        if host not in self._asked and self.hosts < 1:
            msg = f"Checking this would need too many hosts; {host} was not asked."
            raise FetchRefused(msg, host=host)
        self.documents -= 1
        self.hosts -= host not in self._asked
        self._asked.add(host)


@dataclass(frozen=True)
class Bounds:
    """What one fetch may do."""

    hosts: frozenset[str] = frozenset()
    """Hosts (``name`` or ``name:port``) that may be private or plain http."""
    deadline_s: float = 5.0
    """Seconds in all, look-up and redirects included."""
    most_bytes: int = 1 << 20
    """Bytes of the body, as sent and as unpacked."""
    redirects: int = 3
    """Redirects that are followed."""


@dataclass(frozen=True)
class Network:
    """The ways to the outside; the town of the tests has others."""

    resolve: Resolve = system_resolve
    dial: "Dial | None" = None
    """None: the system's sockets."""
    tls: ssl.SSLContext | None = None
    """None: the certification authorities that the system trusts."""


@dataclass(frozen=True)
class Fetched:
    """One document, and where and when it was had."""

    url: str
    """Where it came from in the end, after redirects."""
    data: bytes
    media_type: str
    """Lower case, without parameters; empty if none was stated."""
    at: dt.datetime


@dataclass(frozen=True)
class Body:
    """What is sent along."""

    data: bytes
    media_type: str


class Fetcher:
    """Fetches documents within bounds; may be shared by threads."""

    def __init__(
        self,
        *,
        clock: Callable[[], dt.datetime],
        bounds: Bounds | None = None,
        network: Network | None = None,
    ) -> None:
        self._clock = clock
        self._bounds = bounds or Bounds()
        self._network = network or Network()

    def get(self, url: str, *, budget: Budget, accept: str, signed: bool = False) -> Fetched:
        """Fetch ``url``; ``accept`` is the Accept header.

        ``signed`` says that the caller checks a signature on what comes back, so that it may come
        over plain http; from public addresses alone all the same. Raises FetchRefused for what
        must not be fetched, and FetchFailed if no answer 200 of at most `Bounds.most_bytes` came
        in time.
        """
        place = parse(url, hosts=self._bounds.hosts, signed=signed)
        deadline = self._deadline(place)
        for _ in range(self._bounds.redirects + 1):
            budget.charge(place.host)
            answer = self._ask(place, _request(place, accept=accept), deadline=deadline)
            if isinstance(answer, Fetched):
                return answer
            place = follow(place, answer, hosts=self._bounds.hosts, signed=signed)
        raise FetchRefused(f"{url[:100]!r} redirects too often. It was not followed further.")

    def post(
        self, url: str, *, body: Body, budget: Budget, accept: str, signed: bool = False
    ) -> Fetched:
        """Send ``body`` to ``url`` and fetch the answer; as `get`, and no redirect is followed."""
        place = parse(url, hosts=self._bounds.hosts, signed=signed)
        budget.charge(place.host)
        request = _request(place, accept=accept, body=body)
        answer = self._ask(place, request, deadline=self._deadline(place))
        if isinstance(answer, Fetched):
            return answer
        msg = f"{url[:100]!r} redirects a question. Name the address to which it leads."
        raise FetchRefused(msg, host=place.host)

    def _deadline(self, place: Location) -> "Deadline":
        # Imported late: a command that fetches nothing does not pay for it.
        from issuer.fetch.wire import Deadline  # noqa: PLC0415 # See above.

        return Deadline(self._bounds.deadline_s, host=place.host)

    def _ask(
        self, place: Location, request: "httpcore2.Request", *, deadline: "Deadline"
    ) -> Fetched | str:
        """The answer, or where it redirects to."""
        import httpcore2  # noqa: PLC0415 # As above.

        from issuer.fetch.wire import connect, system_dial  # noqa: PLC0415 # As above.

        addresses = resolve_within(
            self._network.resolve, place.host, place.port, seconds=deadline.left()
        )
        if not place.trusted:
            require_public(place.host, addresses)
        with connect(
            place,
            addresses=addresses[:_MOST_ADDRESSES],
            dial=self._network.dial or system_dial,
            tls=self._tls,
            deadline=deadline,
        ) as wire:
            origin = httpcore2.Origin(place.scheme.encode(), place.host.encode(), place.port)
            connection = httpcore2.HTTP11Connection(origin=origin, stream=wire)
            response = connection.handle_request(request)
            return self._answer(place, response)

    def _answer(self, place: Location, response: "httpcore2.Response") -> Fetched | str:
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in response.headers}
        if response.status in _REDIRECTS and "location" in headers:
            return headers["location"]
        if response.status != _OK:
            msg = f"{place.url[:100]!r} answers with status {response.status} instead of 200."
            raise FetchFailed(msg, host=place.host, status=response.status)
        coding = headers.get("content-encoding", "identity").strip().lower()
        body = _body(response.iter_stream(), coding=coding, most=self._bounds.most_bytes)
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        return Fetched(place.url, body, media_type, self._clock())

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        import httpcore2  # noqa: PLC0415 # As in `_deadline`.

        return self._network.tls or httpcore2.default_ssl_context()


def _request(place: Location, *, accept: str, body: Body | None = None) -> "httpcore2.Request":
    import httpcore2  # noqa: PLC0415 # As in `Fetcher._deadline`.

    headers: dict[bytes | str, bytes | str] = {
        "Host": place.netloc,
        "Accept": accept,
        "Accept-Encoding": "identity",
        "User-Agent": "testamur",
        "Connection": "close",
    }
    if body is not None:
        headers |= {"Content-Type": body.media_type, "Content-Length": str(len(body.data))}
    return httpcore2.Request(
        "GET" if body is None else "POST",
        httpcore2.URL(
            scheme=place.scheme.encode(),
            host=place.host.encode(),
            port=place.port,
            target=place.target.encode(),
        ),
        headers=headers,
        content=body.data if body else None,
    )


def _body(parts: Iterable[bytes], *, coding: str, most: int) -> bytes:
    # We ask for no coding, but servers of static files pack all the same (RFC 9110 §8.4.1).
    if coding not in {"identity", "gzip", "x-gzip", "deflate"}:
        raise FetchFailed(f"The answer is packed as {coding[:40]!r}, which was not asked for.")
    unpack = None if coding == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 32)
    body, sent = bytearray(), 0
    for part in parts:
        sent += len(part)
        body += part if unpack is None else _unpacked(unpack, part, most + 1 - len(body))
        if max(sent, len(body)) > most:
            raise FetchFailed(f"The answer is larger than {most} bytes, so it was not read on.")
    if unpack is not None and not unpack.eof:
        raise FetchFailed("The answer is packed and was cut short.")
    return bytes(body)


def _unpacked(unpack: "zlib._Decompress", part: bytes, room: int) -> bytes:
    try:
        return unpack.decompress(part, room)
    except zlib.error as fault:
        raise FetchFailed("The answer says that it is packed, but it does not unpack.") from fault
