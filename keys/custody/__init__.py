"""The innermost chamber: where secrets sleep, opened by URI.

``file:`` now; another scheme is one more entry in the table and one more module here.
Only `issuer.bootstrap` opens this package.
"""

from collections.abc import Callable
from types import ModuleType
from urllib.parse import unquote, urlsplit

from keys.algorithms import Algorithm, CustodyError
from keys.custody import file
from keys.public import PublicKey
from keys.signer import Signer

Chance = Callable[[int], bytes]
"""Gives so many random bytes."""

_SCHEMES = {"file": file}


def open_signer(uri: str, *, passphrase: bytes) -> Signer:
    """Open a signing key; raises CustodyError (wrong passphrase, missing, damaged)."""
    module, path = _place(uri)
    signer: Signer = module.open_signer(path, passphrase=passphrase)
    return signer


def create_key(uri: str, *, algorithm: Algorithm, passphrase: bytes, random: Chance) -> PublicKey:
    """Make a signing key and return its public part; never overwrites. Raises CustodyError."""
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
