"""A seal in a hardware module, spoken to by PKCS#11: the key never leaves it.

PKCS #11 v3.0 (OASIS), RFC 7512 (the ``pkcs11:`` URI, https://www.rfc-editor.org/rfc/rfc7512). The
certificate is read from the token beside the key; those above it may stand in a PEM file
(``x-chain``). Needs the extra ``hsm``. Nothing is made or destroyed in a token here, and a secret
that stands in the URI itself (``pin-value``) is refused.
"""

import hashlib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn
from urllib.parse import unquote, unquote_to_bytes

from asn1crypto import pem

from keys.algorithms import Algorithm, BadSignature, CustodyError, VaultError
from keys.certificates import Certificate, parse_certificate
from keys.custody.pkcs12 import ordered, require_seal
from keys.custody.places import read_pin
from keys.public import PublicKey

_PATH = frozenset({"token", "object", "id"})
_QUERY = frozenset({"module-path", "pin-source", "x-chain"})
_NEEDS = "token, object or id, module-path and pin-source"
# RFC 8017 §9.2, note 1: DigestInfo of SHA-256, before the digest itself.
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class Pkcs11Seal:
    """A `keys.signer.SealSigner` whose key is in a token."""

    __slots__ = ("__key", "_chain", "_turn")

    def __init__(self, key: Any, chain: tuple[Certificate, ...]) -> None:
        self.__key = key
        self._chain = chain
        # PKCS #11 §5.2: a session does one thing at a time.
        self._turn = Lock()

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies."""
        return self._chain[0].public_key

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """Its certificate first, then those above it."""
        return self._chain

    def sign(self, data: bytes) -> bytes:
        """Sign ``data``; raises CustodyError where the token does not, or with another key."""
        import pkcs11  # noqa: PLC0415 # Only whoever has a token has the library.

        # The digest is made here: not every token hashes, and a mock that hashes twice is seen.
        digest = hashlib.sha256(data).digest()
        rsa = self.public_key.algorithm is Algorithm.RSA
        mechanism = pkcs11.Mechanism.RSA_PKCS if rsa else pkcs11.Mechanism.ECDSA
        try:
            with self._turn, _no_faults_left():
                asked = _SHA256_INFO + digest if rsa else digest
                signed = bytes(self.__key.sign(asked, mechanism=mechanism))
            # A key of another certificate, or a faulty device, is seen before anybody else sees it.
            self.public_key.verify(signed, data)
        except pkcs11.PKCS11Error as fault:
            msg = f"the token did not sign: {type(fault).__name__}"
            raise CustodyError(msg) from fault
        except BadSignature as fault:
            msg = (
                "what the token signed does not fit its certificate: the key called so is another "
                "certificate's; give both the same label, or name them by id"
            )
            raise CustodyError(msg) from fault
        return signed

    def __repr__(self) -> str:
        return f"<seal {self._chain[0].subject_name}>"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied; raises TypeError."""
        msg = "a seal is neither pickled nor copied"
        raise TypeError(msg)


def open_seal(uri: str) -> Pkcs11Seal:
    """Open the seal in a token.

    ``pkcs11:token=…;object=…?module-path=…&pin-source=…``, with ``id`` beside or instead of
    ``object``, and ``x-chain`` where there are certificates above it. Raises CustodyError.
    """
    try:
        import pkcs11  # noqa: PLC0415 # As above.
    except ImportError as fault:
        msg = "a seal in a token needs python-pkcs11: pip install 'testamur[hsm]'"
        raise CustodyError(msg) from fault
    place = _read(uri)
    label, number = place.label, place.number
    try:
        with _no_faults_left():
            token = pkcs11.lib(place.module).get_token(token_label=place.token)
            session = _session(token, _pin(place))
            key: Any = session.get_key(
                object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label, id=number
            )
            query: dict[Any, Any] = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
            query |= {pkcs11.Attribute.LABEL: label} if label is not None else {}
            query |= {pkcs11.Attribute.ID: number} if number is not None else {}
            found = [bytes(c[pkcs11.Attribute.VALUE]) for c in session.get_objects(query)]
    except pkcs11.PKCS11Error as fault:
        msg = f"the token {place.token!r} cannot be opened: {type(fault).__name__} {fault}"
        raise CustodyError(msg) from fault
    return Pkcs11Seal(key, _chain(found, place))


@contextmanager
def _no_faults_left() -> Iterator[None]:
    """Leave nothing in OpenSSL's list of faults, whoever wrote there.

    A library of a token may use the very OpenSSL of this process (SoftHSM does) and leave its
    faults in this thread's list; the next TLS connection would fail with them.
    """
    try:
        yield
    finally:
        # The one call in Python that empties the list and does nothing else.
        with suppress(ssl.SSLError):
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).set_ciphers("none such")


def _session(token: Any, pin: str) -> Any:
    from pkcs11.exceptions import UserAlreadyLoggedIn  # noqa: PLC0415 # As above.

    try:
        return token.open(user_pin=pin)
    except UserAlreadyLoggedIn:
        # PKCS #11 §5.6.8: who is logged in is so for every session of the process.
        return token.open()


@dataclass(frozen=True)
class _Place:
    """Where in which token the seal is."""

    token: str
    label: str | None
    number: bytes | None
    module: str
    pin_source: str
    chain: str | None

    @property
    def name(self) -> str:
        return self.label if self.label is not None else (self.number or b"").hex()


def _read(uri: str) -> _Place:
    path, _, query = uri.removeprefix("pkcs11:").partition("?")
    # RFC 7512 §2.3: percent-encoded only, and a plus is a plus.
    said = _pairs(path, ";", _PATH) | _pairs(query, "&", _QUERY)
    missing = {"token", "module-path", "pin-source"} - set(said)
    if missing or not {"object", "id"} & set(said):
        wrong = ", ".join(sorted(missing or {"object"}))
        msg = f"the pkcs11: address of a seal needs {_NEEDS}: there is no {wrong}"
        raise CustodyError(msg)
    return _Place(
        token=unquote(said["token"]),
        label=unquote(said["object"]) if "object" in said else None,
        number=unquote_to_bytes(said["id"]) if "id" in said else None,
        module=unquote(said["module-path"]),
        pin_source=unquote(said["pin-source"]),
        chain=unquote(said["x-chain"]) if "x-chain" in said else None,
    )


def _pairs(text: str, between: str, known: frozenset[str]) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(between) if part]
    said = {name: value for name, _, value in pairs}
    if len(said) != len(pairs) or set(said) - known:
        # The values are not told: one of them may be a pin.
        wrong = ", ".join(sorted(set(said) - known)) or "one name twice"
        msg = f"the pkcs11: address of a seal says {wrong}; it needs {_NEEDS}"
        raise CustodyError(msg)
    return said


def _pin(place: _Place) -> str:
    try:
        return read_pin(place.pin_source).decode()
    except UnicodeDecodeError as fault:
        msg = f"the pin-source {place.pin_source} is no text"
        raise CustodyError(msg) from fault


def _chain(found: list[bytes], place: _Place) -> tuple[Certificate, ...]:
    if len(found) != 1:
        msg = f"the token holds {len(found)} certificates called {place.name!r}, not one"
        raise CustodyError(msg)
    try:
        above = _pem(place.chain) if place.chain is not None else []
        chain = ordered(*(parse_certificate(der) for der in (found[0], *above)))
        require_seal(chain[0])
    except (VaultError, ValueError, OSError) as fault:
        msg = f"the certificate of {place.name!r} cannot be used: {fault}"
        raise CustodyError(msg) from fault
    return chain


def _pem(path: str) -> list[bytes]:
    data = Path(path).read_bytes()
    blocks = pem.unarmor(data, multiple=True)
    return [bytes(der) for kind, _, der in blocks if kind == "CERTIFICATE"]
