"""A seal in a hardware module, spoken to by PKCS#11: the key never leaves it.

PKCS #11 v3.0 (OASIS), RFC 7512 (the ``pkcs11:`` URI). The certificate is read from the token beside
the key; those above it may stand in a PEM file (``x-chain``). Needs the extra ``hsm``. Nothing is
made or destroyed in a token here.
"""

import hashlib
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qsl, unquote

from asn1crypto import pem

from keys.algorithms import Algorithm, CustodyError, VaultError
from keys.certificates import Certificate, parse_certificate
from keys.custody.pkcs12 import ordered, require_seal
from keys.public import PublicKey

_PATH = frozenset({"token", "object", "id"})
_QUERY = frozenset({"module-path", "pin-source", "x-chain"})
# RFC 8017 §9.2, note 1: DigestInfo of SHA-256, before the digest itself.
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class Pkcs11Seal:
    """A `keys.signer.SealSigner` whose key is in a token."""

    __slots__ = ("__key", "_chain")

    def __init__(self, key: Any, chain: tuple[Certificate, ...]) -> None:
        self.__key = key
        self._chain = chain

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies."""
        return self._chain[0].public_key

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """Its certificate first, then those above it."""
        return self._chain

    def sign(self, data: bytes) -> bytes:
        """Sign ``data``; raises CustodyError where the token does not."""
        import pkcs11  # noqa: PLC0415 # Only whoever has a token has the library.

        # The digest is made here: not every token hashes, and a mock that hashes twice is seen.
        digest = hashlib.sha256(data).digest()
        rsa = self.public_key.algorithm is Algorithm.RSA
        mechanism = pkcs11.Mechanism.RSA_PKCS if rsa else pkcs11.Mechanism.ECDSA
        try:
            signed = self.__key.sign(_SHA256_INFO + digest if rsa else digest, mechanism=mechanism)
        except pkcs11.PKCS11Error as fault:
            msg = f"the token did not sign: {type(fault).__name__}"
            raise CustodyError(msg) from fault
        return bytes(signed)

    def __repr__(self) -> str:
        return f"<seal {self._chain[0].subject_name}>"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied; raises TypeError."""
        msg = "a seal is neither pickled nor copied"
        raise TypeError(msg)


def open_seal(uri: str) -> Pkcs11Seal:
    """Open the seal in a token.

    ``pkcs11:token=…;object=…?module-path=…&pin-source=…``; raises CustodyError.
    """
    try:
        import pkcs11  # noqa: PLC0415 # As above.
    except ImportError as fault:
        msg = "a seal in a token needs python-pkcs11: pip install 'testamur[hsm]'"
        raise CustodyError(msg) from fault
    said = _read(uri)
    try:
        token = pkcs11.lib(said["module-path"]).get_token(token_label=said["token"])
        session = _session(token, _pin(said))
        key: Any = session.get_key(
            object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=said["object"]
        )
        query: dict[Any, Any] = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
            pkcs11.Attribute.LABEL: said["object"],
        }
        found = [bytes(c[pkcs11.Attribute.VALUE]) for c in session.get_objects(query)]
    except pkcs11.PKCS11Error as fault:
        msg = f"the token {said['token']!r} cannot be opened: {type(fault).__name__} {fault}"
        raise CustodyError(msg) from fault
    return Pkcs11Seal(key, _chain(found, said))


def _session(token: Any, pin: str) -> Any:
    from pkcs11.exceptions import UserAlreadyLoggedIn  # noqa: PLC0415 # As above.

    try:
        return token.open(user_pin=pin)
    except UserAlreadyLoggedIn:
        # PKCS #11 §5.6.8: who is logged in is so for every session of the process.
        return token.open()


def _read(uri: str) -> dict[str, str]:
    path, _, query = uri.removeprefix("pkcs11:").partition("?")
    pairs = [part.partition("=") for part in path.split(";") if part]
    said = {name: unquote(value) for name, _, value in pairs}
    asked = dict(parse_qsl(query))
    unknown = (set(said) - _PATH) | (set(asked) - _QUERY)
    missing = {"token", "object"} - set(said) | {"module-path", "pin-source"} - set(asked)
    if unknown or missing:
        wrong = ", ".join(sorted(unknown | missing))
        msg = (
            f"the pkcs11: address of a seal needs token, object, module-path, pin-source ({wrong})"
        )
        raise CustodyError(msg)
    return said | asked


def _pin(said: dict[str, str]) -> str:
    place = Path(said["pin-source"].removeprefix("file:"))
    try:
        return place.read_text("utf-8").split("\n", 1)[0].strip()
    except (OSError, UnicodeDecodeError) as fault:
        msg = f"the pin-source {place} cannot be read"
        raise CustodyError(msg) from fault


def _chain(found: list[bytes], said: dict[str, Any]) -> tuple[Certificate, ...]:
    if len(found) != 1:
        msg = f"the token holds {len(found)} certificates called {said['object']!r}, not one"
        raise CustodyError(msg)
    try:
        above = _pem(said["x-chain"]) if "x-chain" in said else []
        chain = ordered(*(parse_certificate(der) for der in (found[0], *above)))
        require_seal(chain[0])
    except (VaultError, ValueError, OSError) as fault:
        msg = f"the certificate of {said['object']!r} cannot be used: {fault}"
        raise CustodyError(msg) from fault
    return chain


def _pem(path: str) -> list[bytes]:
    data = Path(path).read_bytes()
    return [bytes(der) for _, _, der in pem.unarmor(data, multiple=True)]
