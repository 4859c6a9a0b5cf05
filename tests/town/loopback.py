"""The network of the town: hosts with names, public addresses and certificates, all on loopback.

A host answers on a real socket of 127.0.0.1. The town's resolver knows its name, the town's dial
leads its public address to that socket, and the town's own authority has certified it. An address
of 127.0.0.0/8 is dialled as it is: what the code under test should not reach, it could reach.
"""

import datetime as dt
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from issuer.fetch import Bounds, Fetcher, Network

NOW = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)


_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Asked:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""


Responder = Callable[[Asked], Iterable[bytes]]
"""From a request to the raw bytes of the answer, head included, piece by piece."""


def reply(
    body: bytes = b"",
    *,
    status: int = 200,
    media_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> list[bytes]:
    """Compose an ordinary answer."""
    given = {"Content-Type": media_type, "Content-Length": str(len(body)), **(headers or {})}
    head = f"HTTP/1.1 {status} Said\r\n" + "".join(f"{k}: {v}\r\n" for k, v in given.items())
    return [head.encode("latin-1") + b"\r\n", body]


def redirect(to: str, *, status: int = 302) -> list[bytes]:
    """Compose an answer that leads elsewhere."""
    return reply(status=status, headers={"Location": to})


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    responder: Responder
    context: ssl.SSLContext | None
    asked: list[Asked]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what these tests are about."""


class _Conversation(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server = cast("_Server", self.server)
        sock = cast("socket.socket", self.request)
        if server.context is not None:
            sock = server.context.wrap_socket(sock, server_side=True)
        with sock:
            head = b""
            while b"\r\n\r\n" not in head:
                part = sock.recv(4096)
                if not part:
                    return
                head += part
            asked = _parse(head)
            while len(asked.body) < int(asked.headers.get("content-length", "0")):
                part = sock.recv(4096)
                if not part:
                    return
                asked = replace(asked, body=asked.body + part)
            server.asked.append(asked)
            for piece in server.responder(asked):
                sock.sendall(piece)


def _parse(received: bytes) -> Asked:
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ")
    fields = (line.partition(":") for line in lines[1:] if line)
    return Asked(method, target, {k.lower(): v.strip() for k, _, v in fields}, body)


@dataclass
class Town:
    """The network; hosts are added by name and closed with it."""

    folder: Path
    """For the key files of the hosts."""
    addresses: dict[str, list[str]] = field(default_factory=dict)
    """What the resolver says; a test may change it at any time."""
    resolved: list[str] = field(default_factory=list)
    dialled: list[tuple[str, int]] = field(default_factory=list)
    _servers: dict[str, _Server] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()

    def host(
        self,
        name: str,
        responder: Responder,
        *,
        certified_as: str | None = None,
        plain: bool = False,
    ) -> None:
        """Open an https host, or a plain one, with a public address of its own."""
        address = f"93.184.216.{len(self._servers) + 1}"
        self.addresses[name] = [address]
        tls = None if plain else self._server_tls(certified_as or name)
        self._servers[address] = self._serve(responder, tls)

    def plain(self, responder: Responder) -> int:
        """Open a plain http service on 127.0.0.1 and return its port: an inner service."""
        server = self._serve(responder, None)
        port = int(server.server_address[1])
        self._servers[f"127.0.0.1:{port}"] = server
        return port

    def asked(self, name: str) -> list[Asked]:
        """The requests that have reached a host, or ``127.0.0.1:port``."""
        return self._servers[self.addresses.get(name, [name])[0]].asked

    def resolve(self, host: str, port: int) -> Sequence[str]:  # noqa: ARG002 # As Resolve is.
        """Be the resolver."""
        self.resolved.append(host)
        if host not in self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return list(self.addresses[host])

    def dial(self, address: str, port: int, seconds: float) -> socket.socket:
        """Be the network."""
        self.dialled.append((address, port))
        server = self._servers.get(address)
        if server is not None:
            port = int(server.server_address[1])
        elif not address.startswith("127."):
            raise ConnectionRefusedError(address)
        return socket.create_connection(("127.0.0.1", port), seconds)

    def fetcher(self, bounds: Bounds | None = None) -> Fetcher:
        """Return a client in this town."""
        tls = ssl.create_default_context(cadata=self._authority[0].public_bytes(Encoding.DER))
        network = Network(resolve=self.resolve, dial=self.dial, tls=tls)
        return Fetcher(clock=lambda: NOW, bounds=bounds, network=network)

    def _serve(self, responder: Responder, context: ssl.SSLContext | None) -> _Server:
        server = _Server(("127.0.0.1", 0), _Conversation)
        server.responder, server.context, server.asked = responder, context, []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return server

    @cached_property
    def _authority(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        key = ec.generate_private_key(ec.SECP256R1())
        return _certificate("Town Authority", key, key, "Town Authority", authority=True), key

    def _server_tls(self, name: str) -> ssl.SSLContext:
        _, authority_key = self._authority
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(name, key, authority_key, "Town Authority", authority=False)
        path = self.folder / f"{name}.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    authority_key: ec.EllipticCurvePrivateKey,
    authority_name: str,
    *,
    authority: bool,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    usage = {
        use: use in ({"key_cert_sign", "crl_sign"} if authority else {"digital_signature"})
        for use in _USES
    }
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, authority_name)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name.replace(" ", "-").lower())]),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
