"""The innermost chamber: where secrets sleep, opened by URI.

``file:`` for keys and secrets, ``pkcs12:`` and ``pkcs11:`` for seals; another scheme is one more
entry in a table and one more module here. Only `issuer.bootstrap` opens this package.
"""

import datetime as dt
from collections.abc import Callable
from types import ModuleType
from urllib.parse import parse_qsl, unquote, urlsplit

from keys.algorithms import Algorithm, CustodyError
from keys.custody import file, pkcs12
from keys.custody.pkcs12 import SealSubject
from keys.custody.places import read_pin
from keys.public import PublicKey
from keys.signer import SealSigner, Signer

__all__ = [
    "Chance",
    "SealSubject",
    "create_key",
    "create_secret",
    "create_test_seal",
    "destroy",
    "open_seal",
    "open_secret",
    "open_signer",
]

Chance = Callable[[int], bytes]
"""Gives so many random bytes."""

_SCHEMES = {"file": file}


def open_signer(uri: str, *, passphrase: bytes) -> Signer:
    """Open a signing key; raises CustodyError (wrong passphrase, missing, damaged)."""
    module, path = _place(uri)
    signer: Signer = module.open_signer(path, passphrase=passphrase)
    return signer


def create_key(uri: str, *, algorithm: Algorithm, passphrase: bytes, random: Chance) -> PublicKey:
    """Make a signing key and return its public part.

    Raises NameTaken, for nothing is ever overwritten, and CustodyError.
    """
    module, path = _place(uri)
    key: PublicKey = module.create_key(
        path, algorithm=algorithm, passphrase=passphrase, random=random
    )
    return key


def create_secret(uri: str, *, passphrase: bytes, random: Chance) -> None:
    """Make a 32-byte secret; never overwrites. Raises CustodyError."""
    module, path = _place(uri)
    module.create_secret(path, passphrase=passphrase, random=random)


def open_secret(uri: str, *, passphrase: bytes) -> bytes:
    """Open a 32-byte secret; raises CustodyError."""
    module, path = _place(uri)
    secret: bytes = module.open_secret(path, passphrase=passphrase)
    return secret


def destroy(uri: str) -> None:
    """Destroy a key or secret; what backups and wear-levelled disks keep is beyond its reach."""
    module, path = _place(uri)
    module.destroy(path)


def open_seal(uri: str, *, passphrase: bytes) -> SealSigner:
    """Open a seal: a key with its certificate. Raises CustodyError.

    ``pkcs12:/path/seal.p12`` is opened with ``passphrase``, or with the first line of another file:
    ``pkcs12:/path/seal.p12?pin-source=/path/pin``. ``pkcs11:…`` is a token (RFC 7512).
    """
    parts = urlsplit(uri)
    if parts.scheme == "pkcs11":
        from keys.custody import pkcs11  # noqa: PLC0415 # Needs a library that most do not have.

        return pkcs11.open_seal(uri)
    path, query = unquote(parts.path), dict(parse_qsl(parts.query))
    if parts.scheme != "pkcs12" or parts.netloc or not path.startswith("/"):
        msg = f"{uri!r} names no seal (pkcs12: and an absolute path, or pkcs11:)"
        raise CustodyError(msg)
    if (source := query.pop("pin-source", None)) is not None:
        passphrase = read_pin(source)
    if query or parts.fragment:
        msg = f"{uri!r} says more than where the seal is and where its pin is (pin-source)"
        raise CustodyError(msg)
    return pkcs12.open_seal(path, passphrase=passphrase)


def create_test_seal(
    uri: str,
    *,
    subject: SealSubject,
    passphrase: bytes,
    random: Chance,
    at: dt.datetime,
    algorithm: Algorithm = Algorithm.P256,
) -> bytes:
    """Make a test seal at ``pkcs12:/path``; return its authority's certificate (PEM).

    Raises CustodyError; nothing is ever overwritten.
    """
    path = unquote(urlsplit(uri).path)
    return pkcs12.create_test_seal(
        path, subject=subject, passphrase=passphrase, random=random, at=at, algorithm=algorithm
    )


def _place(uri: str) -> tuple[ModuleType, str]:
    parts = urlsplit(uri)
    module = _SCHEMES.get(parts.scheme)
    path = unquote(parts.path)
    # A host, a query or a fragment would silently name another file than the one that was meant.
    plain = not (parts.netloc or parts.query or parts.fragment or "\0" in path)
    if module is None or not plain or not path.startswith("/"):
        known = ", ".join(f"{scheme}:" for scheme in _SCHEMES)
        msg = f"{uri!r} names no place for keys that is supported ({known} and an absolute path)"
        raise CustodyError(msg)
    return module, path
